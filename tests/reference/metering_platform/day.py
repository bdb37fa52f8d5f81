"""A day at the platform on which everything is asked for once by somebody who is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.metering_platform import governing, passwords, signatures
from reference.metering_platform.deploy import Wallet
from reference.metering_platform.documents import Json
from reference.metering_platform.issuing import certificate_body, own_test_body, record_body
from reference.metering_platform.routes.residents import accepted
from reference.metering_platform.routes.suppliers import measured
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import PlatformState
from tests.reference.metering_platform.variants import NOW, Town, table

Do = Callable[..., Any]
"""`do(user, method, path, body=None, **query)` gives the answer, which must be one of success."""

INSTRUMENT = KeyPair.generate(Randomness.from_seed(7))
CAROL = Wallet.draw("carol", Randomness.from_seed(8))
FILE = "MA=="


def morning(town: Town, do: Do) -> None:
    """A reading, a certificate, a grant, an instrument, a test, a demand, and a proposal."""
    do("reader", "POST", "/records", reading(town, NOW - 100, "1.5"))
    do("officer", "POST", "/certificates", certificate(town, NOW - 90))
    do("ann", "POST", "/grants", {"user": "officer", "resource": "m-1"})
    do("tester", "POST", "/instruments", {"instrument": "i-1", "signing": INSTRUMENT.public.hex()})
    do("maker-1", "POST", "/suppliers/maker/tests", tested(town, "p-1", "passed"))
    do("reader", "POST", "/suppliers/maker/demands", {"order": "100 meters"})
    do("admin-grid", "POST", "/proposals", proposal("set-class", {"schema": "meter-weather", "class": "I"}))


def evening(town: Town, do: Do, state: Callable[[], PlatformState]) -> None:
    """Everything else, after the morning; what the rules do not know is left out."""
    _approvals(town, do, state)
    _reading(do)
    _records(town, do, state)
    _suppliers(town, do, state)
    _governance(town, do, state)
    do("keeper", "POST", "/meters", {"meter": "m-2", "kind": "smart"})
    signed = signatures.sign(town.clients["bob"].wallet.signing, "acceptance", accepted("m-1", "bob", NOW - 5))
    do("ann", "POST", "/meters/m-1/transfers", {"to": "bob", "since": NOW - 5, "acceptance": signed.hex()})
    if town.rules.personal_data != "on-chain":
        do("carol", "DELETE", "/users/carol/personal")
    if town.rules.token_life == "expiring":
        do("bob", "DELETE", "/sessions")


def _reading(do: Do) -> None:
    """Whatever needs no name that the day has made."""
    for path in ("status", "events", "overview", "blocks/0"):
        do("reader", "GET", f"/chain/{path}")
    for path in ("/members", "/log", "/institutions", "/institutions/laboratory/credit"):
        do("reader", "GET", path)
    for path in ("/meters", "/meters/m-1", "/meters/m-1/readings", "/users/ann/personal"):
        do("ann", "GET", path)
    do("ann", "GET", "/records", subject="m-1")
    do("ann", "GET", "/current", subject="m-1", schema="meter-reading", time=NOW - 100)
    for what in ("tests", "demands"):
        do("maker-1", "GET", f"/suppliers/maker/{what}")
    do("admin-grid", "GET", "/proposals")


def _records(town: Town, do: Do, state: Callable[[], PlatformState]) -> None:
    if town.rules.class_two != "wrapped":
        do("ann", "GET", "/keys/class-two")
    else:
        reading = next(name for name, each in state().records.items() if each.schema == "meter-reading")
        do("ann", "POST", f"/records/{reading}/wraps", {"user": "ann"})
    if town.rules.token_algorithm != "shared-hmac":
        do("ann", "GET", "/keys/tokens")
    certificate = next(name for name, each in state().records.items() if each.security == "III")
    do("bob", "GET", f"/certificates/{certificate}")
    asked = {"media_type": "application/pdf", "file": FILE}
    do("bob", "POST", f"/certificates/{certificate}/verification", asked)
    body = record_body(town.rules, town.key("laboratory"), "e-1", table("equipment-traceability", NOW - 80, "0.1"))
    record = do("tester", "POST", "/records", body)["record"]
    do("ann", "GET", f"/records/{record}")
    do("ann", "GET", f"/public/records/{record}")
    do("ann", "GET", f"/public/records/{record}/history")
    do("ann", "GET", "/public/current", subject="e-1", schema="equipment-traceability")
    do("tester", "POST", f"/records/{record}/withdrawal")
    weather = record_body(town.rules, town.key("grid"), "m-1", table("meter-noise", NOW - 70, "9"))
    record = do("reader", "POST", "/records", weather)["record"]
    noise: Json = {"schema": "meter-noise", "class": "I"}
    if town.rules.class_change == "at-will":
        do("admin-grid", "POST", "/schemas/meter-noise/class", {"class": "I"})
    else:
        do("admin-grid", "POST", "/proposals", proposal("set-class", noise, state().governance_epoch))
        _approvals(town, do, state)
        do("admin-grid", "POST", "/schemas/meter-noise/class", {"class": "I"})
    do("reader", "POST", f"/records/{record}/disclosure")
    grant = do("ann", "POST", "/grants", {"user": "trader", "resource": "m-1"})["grant"]
    do("ann", "DELETE", f"/grants/{grant}")


def _suppliers(town: Town, do: Do, state: Callable[[], PlatformState]) -> None:
    if town.rules.demand_sync == "sequenced":
        do("maker-1", "POST", "/suppliers/maker/acknowledgements", {"sequence": 1})
    if town.rules.sub_ledgers == "mapped":
        mapped: Json = {"supplier": "rival", "sub_ledger": "maker"}
        do("admin-rival", "POST", "/proposals", proposal("map-sub-ledger", mapped, state().governance_epoch))
    do("maker-1", "POST", "/suppliers/maker/consents", {"to": "rival"})
    do("rival-1", "GET", "/suppliers/maker/tests")
    if town.rules.supplier_tests == "instrument-signed":
        for number in range(2, 32):
            test = do("maker-1", "POST", "/suppliers/maker/tests", tested(town, f"p-{number}", "passed"))["test"]
            shown = do("reader", "GET", "/suppliers/maker/tests")["tests"]
            if next(each["drawn"] for each in shown if each["test"] == test):
                do("tester", "POST", f"/suppliers/maker/tests/{test}/sample", {"result": "failed"})
                break


def _governance(town: Town, do: Do, state: Callable[[], PlatformState]) -> None:
    do("admin-grid", "POST", "/users", user(town.rules))
    _approvals(town, do, state)
    member: Json = {"member": "second-laboratory", "kind": "institution", "signing": INSTRUMENT.public.hex()}
    do("admin-grid", "POST", "/proposals", proposal("admit-member", member, state().governance_epoch))
    _approvals(town, do, state)


def _approvals(town: Town, do: Do, state: Callable[[], PlatformState]) -> None:
    """Administrators approve the last proposal until it is done."""
    last = list(state().proposals.values())[-1]
    for member in ("laboratory", "regulator", "maker", "rival"):
        if state().proposals[last.proposal].status == "done":
            return
        signing = town.clients[f"admin-{member}"].wallet.signing
        signed = signatures.sign(signing, "approval", governing.approval(last))
        do(f"admin-{member}", "POST", f"/proposals/{last.proposal}/approvals", {"signature": signed.hex()})


def reading(town: Town, time: int, energy: str) -> dict[str, Json]:
    return record_body(town.rules, town.key("grid"), "m-1", table("meter-reading", time, energy))


def certificate(town: Town, time: int) -> dict[str, Json]:
    information = table("qualification-file", time, "1")
    return certificate_body(town.rules, town.key("regulator"), "laboratory", "application/pdf", b"0", information)


def tested(town: Town, product: str, result: str) -> dict[str, Json]:
    signed = signatures.sign(INSTRUMENT, "measured", measured("maker", product, result))
    return own_test_body("maker", town.key("maker"), product, result, "i-1", signed)


def proposal(kind: str, change: Json, epoch: int = 0) -> dict[str, Json]:
    return {"kind": kind, "change": change, "epoch": epoch}


def user(rules: Rules) -> dict[str, Json]:
    """Carol's registration, with her own keys where users make them."""
    salt = bytes(passwords.SALT_BYTES)
    body: dict[str, Json] = {
        "user": "carol",
        "role": "resident",
        "member": "",
        "salt": salt.hex(),
        "derived": passwords.verifier(CAROL.password, salt, 16).derived.hex(),
        "personal": {"name": "Carol", "address": "Main Street 1"},
    }
    if rules.user_keys == "admin-made":
        return body
    keys = CAROL.signing.public, CAROL.sealing.public
    signed = signatures.sign(CAROL.signing, "possession", governing.possession("carol", *keys))
    return {**body, "signing": keys[0].hex(), "sealing": keys[1].hex(), "possession": signed.hex()}


def noon(town: Town) -> list[tuple[str, str, str, Json]]:
    """Requests that are answered after the morning, each if nothing comes between: user, method, path, body."""
    last = list(town.state.proposals.values())[-1]
    grant = next(iter(town.state.grants))
    found: list[tuple[str, str, str, Json]] = [
        ("reader", "POST", "/records", reading(town, NOW - 60, "2.5")),
        ("reader", "POST", "/records", reading(town, NOW - 50, "3.5")),
        ("officer", "POST", "/certificates", certificate(town, NOW - 40)),
        ("ann", "POST", "/grants", {"user": "trader", "resource": "m-1"}),
        ("ann", "DELETE", f"/grants/{grant}", None),
        ("ann", "GET", "/meters/m-1/readings", None),
        ("keeper", "POST", "/meters/m-1/transfers", {"to": "bob", "since": NOW - 30}),
        ("keeper", "POST", "/meters", {"meter": "m-2", "kind": "smart", "owner": "bob"}),
        ("maker-1", "POST", "/suppliers/maker/tests", tested(town, "p-2", "failed")),
        ("maker-1", "POST", "/suppliers/maker/consents", {"to": "rival"}),
        ("reader", "POST", "/suppliers/maker/demands", {"order": "7"}),
        ("admin-grid", "POST", "/users", user(town.rules)),
        ("admin-grid", "POST", "/proposals", proposal("block-user", {"user": "bob"})),
        ("bob", "DELETE", "/sessions", None),
    ]
    for member in ("laboratory", "regulator", "maker"):
        signed = signatures.sign(town.clients[f"admin-{member}"].wallet.signing, "approval", governing.approval(last))
        path = f"/proposals/{last.proposal}/approvals"
        found.append((f"admin-{member}", "POST", path, {"signature": signed.hex()}))
    return found
