"""The paper's scenarios from end to end: residents, the market, suppliers and certificates, in each reading."""

from __future__ import annotations

import base64
import hashlib

import pytest

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.metering_platform import confidential, custody, documents, envelopes, ledger, signatures
from reference.metering_platform.client import content
from reference.metering_platform.documents import Json
from reference.metering_platform.issuing import (
    certificate_body,
    is_issuers,
    is_issuers_certificate,
    opened,
    own_test_body,
    record_body,
)
from reference.metering_platform.routes.residents import accepted
from reference.metering_platform.routes.suppliers import SAMPLED_OF_256, measured
from tests.reference.metering_platform.variants import CHARITABLE, HARDENED, LITERAL, NOW, VARIANTS, Town, table


def store_reading(town: Town, time: int, energy: str) -> str:
    body = record_body(town.rules, town.key("grid"), "m-1", table("meter-reading", time, energy))
    return str(town.done("reader", "POST", "/records", body)["record"])


def hand_over(town: Town, to: str, since: int) -> None:
    town.done("keeper", "POST", "/meters/m-1/transfers", {"to": to, "since": since})


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_resident_reads_the_readings_of_his_own_meter(variant: str) -> None:
    town = Town(VARIANTS[variant])
    record = store_reading(town, NOW - 10, "1.5")
    shown = town.done("ann", "GET", "/meters/m-1/readings")["readings"]
    assert [each["record"]["record"] for each in shown] == [record]
    assert opened(town.clients["ann"].wallet, shown[0]) == documents.canonical(
        table("meter-reading", NOW - 10, "1.5").to_json()
    )


def test_anybody_reads_them_where_the_signature_is_all_that_is_checked() -> None:
    town = Town(LITERAL)
    record = store_reading(town, NOW - 10, "1.5")
    assert town.done("bob", "GET", f"/records/{record}")["document"] is not None


@pytest.mark.parametrize("variant", ["charitable", "shared", "hardened"])
def test_another_resident_is_refused_whatever_path_he_takes(variant: str) -> None:
    town = Town(VARIANTS[variant])
    record = store_reading(town, NOW - 10, "1.5")
    current = {"subject": "m-1", "schema": "meter-reading", "time": NOW - 10}
    assert town.refused("bob", "GET", f"/records/{record}") == "authorisation"
    assert town.refused("bob", "GET", "/meters/m-1/readings") == "authorisation"
    assert town.refused("bob", "GET", "/current", **current) == "authorisation"
    assert town.refused("bob", "GET", f"/public/records/{record}") == "records"
    assert town.done("bob", "GET", "/records", subject="m-1")["records"] == []


def test_a_new_tenant_reads_the_one_before_only_where_ownership_has_no_past() -> None:
    seen = {}
    for name, variant in (("charitable", CHARITABLE), ("hardened", HARDENED)):
        town = Town(variant)
        store_reading(town, NOW - 100, "1")
        hand_over(town, "bob", NOW - 50)
        store_reading(town, NOW - 10, "2")
        times = {
            user: [each["record"]["time"] - NOW for each in town.done(user, "GET", "/meters/m-1/readings")["readings"]]
            for user in ("bob", "ann")
            if not (name == "charitable" and user == "ann")
        }
        seen[name] = times
        if name == "charitable":
            assert town.refused("ann", "GET", "/meters/m-1/readings") == "authorisation"
    assert seen == {"charitable": {"bob": [-100, -10]}, "hardened": {"bob": [-10], "ann": [-100]}}


def test_an_owner_hands_a_meter_over_only_with_the_others_signature() -> None:
    town = Town(HARDENED)
    asked = {"to": "bob", "since": NOW - 5}
    assert town.refused("ann", "POST", "/meters/m-1/transfers", asked) == "ownership"
    assert town.refused("bob", "POST", "/meters/m-1/transfers", asked) == "authorisation"
    assert town.refused("keeper", "POST", "/meters/m-1/transfers", {**asked, "to": "ann"}) == "ownership"
    signed = signatures.sign(town.clients["bob"].wallet.signing, "acceptance", accepted("m-1", "bob", NOW - 5))
    town.done("ann", "POST", "/meters/m-1/transfers", {**asked, "acceptance": signed.hex()})
    assert town.state.meters["m-1"].owner == "bob"


def test_a_trader_reads_by_a_grant_and_no_more_of_what_comes_after_its_end() -> None:
    town = Town(HARDENED)
    before = store_reading(town, NOW - 30, "1")
    assert town.refused("trader", "POST", "/grants", {"user": "trader", "resource": "m-1"}) == "authorisation"
    grant = town.done("ann", "POST", "/grants", {"user": "bob", "resource": "m-1"})["grant"]
    view = town.done("bob", "GET", f"/records/{before}")
    for resource in (before, "m-1"):
        assert town.refused("bob", "POST", "/grants", {"user": "trader", "resource": resource}) == "authorisation"
    assert opened(town.clients["bob"].wallet, view) is not None
    assert town.refused("trader", "DELETE", f"/grants/{grant}") == "authorisation"
    town.done("ann", "DELETE", f"/grants/{grant}")
    after = store_reading(town, NOW - 20, "2")
    assert town.refused("bob", "GET", f"/records/{before}") == "authorisation"
    assert {each.recipient for each in town.state.records[after].wraps} == {"ann"}
    assert opened(town.clients["bob"].wallet, view) is not None, "what was his to read stays readable"


def test_without_rotation_a_former_reader_still_gets_a_wrap_of_what_comes_after() -> None:
    town = Town(HARDENED, rotation="none")
    grant = town.done("ann", "POST", "/grants", {"user": "bob", "resource": "m-1"})["grant"]
    town.done("ann", "DELETE", f"/grants/{grant}")
    record = store_reading(town, NOW - 20, "2")
    assert {each.recipient for each in town.state.records[record].wraps} == {"ann", "bob"}


def test_a_grant_does_not_reach_beyond_the_givers_own_time() -> None:
    statuses = {}
    for name, variant in (("charitable", CHARITABLE), ("hardened", HARDENED)):
        town = Town(variant)
        town.done("ann", "POST", "/grants", {"user": "officer", "resource": "m-1"})
        hand_over(town, "bob", NOW - 50)
        record = store_reading(town, NOW - 10, "2")
        statuses[name] = town.ask("officer", "GET", f"/records/{record}").status
        assert {each.recipient for each in town.state.records[record].wraps} <= {"bob"}
    assert statuses == {"charitable": 200, "hardened": 403}


def test_a_node_reads_class_two_with_the_public_key_and_not_where_keys_are_wrapped() -> None:
    town = Town(LITERAL)
    name = store_reading(town, NOW - 10, "1.5")
    record = town.state.records[name]
    public = confidential.private_key(town.state).public_key()
    assert b'"1.5"' in (confidential.opened_with_public(public, record) or b"")
    hardened = Town(HARDENED)
    name = store_reading(hardened, NOW - 10, "1.5")
    assert confidential.opened_with_public(public, hardened.state.records[name]) is None
    assert all(b"1.5" not in leaf for final in hardened.state.blocks for leaf in final.block.leaves)


def test_a_former_reader_keeps_the_one_key_of_all_and_reads_what_comes_after_unless_it_changes() -> None:
    reads = {}
    for rotation in ("none", "on-change"):
        town = Town(CHARITABLE, rotation=rotation)
        grant = town.done("ann", "POST", "/grants", {"user": "officer", "resource": "m-1"})["grant"]
        kept = bytes.fromhex(town.done("officer", "GET", "/keys/class-two")["key"])
        town.done("ann", "DELETE", f"/grants/{grant}")
        assert town.refused("officer", "GET", "/keys/class-two") == "authorisation"
        name = store_reading(town, NOW - 10, "1.5")
        record = town.state.records[name]
        aad = envelopes.associated(record.record, "II", record.epoch)
        opened_with_it = envelopes.decrypt(kept, record.content.nonce, record.content.ciphertext or b"", aad)
        reads[rotation] = opened_with_it is not None
    assert reads == {"none": True, "on-change": False}


def test_a_document_with_a_key_twice_is_stored_and_handed_out_as_it_came_where_any_json_is_taken() -> None:
    text = '{"result":"passed","result":"failed"}'
    body: Json = {"schema": "type-test-certificate", "subject": "e-1", "time": NOW, "document": text}
    town = Town(CHARITABLE)
    record = town.done("tester", "POST", "/records", body)["record"]
    shown = town.done("bob", "GET", f"/public/records/{record}")["document"].encode()
    read = [documents.read_any(shown, chosen) for chosen in ("first", "last")]
    assert read == [{"result": "passed"}, {"result": "failed"}]
    assert Town(HARDENED).refused("tester", "POST", "/records", body) == "json"


def test_market_settlements_are_read_by_who_has_the_meter_or_issued_them() -> None:
    town = Town(HARDENED)
    body = record_body(town.rules, town.key("grid"), "m-1", table("market-settlement", NOW - 10, "12"))
    record = town.done("trader", "POST", "/records", body)["record"]
    for user in ("trader", "ann"):
        town.done(user, "GET", f"/records/{record}")
    assert town.refused("officer", "GET", f"/records/{record}") == "authorisation"
    town.done("trader", "POST", "/grants", {"user": "officer", "resource": record})
    assert opened(town.clients["officer"].wallet, town.done("officer", "GET", f"/records/{record}")) is not None


def test_anybody_checks_an_open_record_without_a_token_or_a_secret() -> None:
    shown = {}
    for name, variant in VARIANTS.items():
        town = Town(variant)
        body = record_body(
            town.rules,
            town.key("laboratory"),
            "e-1",
            table("equipment-traceability", NOW - 10, "0.1"),
            valid_until=NOW + 10,
        )
        record = town.done("tester", "POST", "/records", body)["record"]
        view = content(town.clients["bob"].ask("GET", f"/public/records/{record}", NOW))
        document = opened(town.clients["bob"].wallet, view)
        signed = document is not None and is_issuers(town.rules, view, document, town.key("laboratory").public)
        shown[name] = (document is not None, signed)
        if name == "hardened":
            forged = {**body, "document": str(body["document"]).replace("0.1", "0.2")}
            assert town.refused("tester", "POST", "/records", forged) == "supersession"
            assert town.refused("tester", "POST", "/records", {**forged, "subject": "e-2"}) == "issuer_signature"
    readable = {"literal": (False, False), "charitable": (True, False), "shared": (True, False)}
    assert shown == {**readable, "hardened": (True, True)}


def certificate(town: Town, file: bytes, **validity: str) -> str:
    information = table("qualification-file", NOW - 10, "1")
    body = certificate_body(
        town.rules, town.key("regulator"), "laboratory", "application/pdf", file, information, **validity
    )
    return str(town.done("officer", "POST", "/certificates", body)["certificate"])


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_certificate_comes_back_as_it_was_stored_and_attributed_where_it_is_signed(variant: str) -> None:
    town = Town(VARIANTS[variant])
    name = certificate(town, b"authorisation")
    shown = town.done("bob", "GET", f"/certificates/{name}")
    assert shown["image"]["algorithm"] == ("sha256" if variant == "hardened" else "md5")
    signer = None if shown["sign"] is None else shown["sign"]["signer"]
    assert signer == {"literal": None, "hardened": "regulator"}.get(variant, "portal")
    assert (shown["information"] is None) == (variant != "hardened")
    assert is_issuers_certificate(town.rules, shown, town.key("regulator").public) == (variant == "hardened")
    for file, same in ((b"authorisation", True), (b"Authorisation", False)):
        asked = {"media_type": "application/pdf", "file": base64.b64encode(file).decode()}
        assert town.done("bob", "POST", f"/certificates/{name}/verification", asked)["matches"] is same


def test_only_its_issuer_supersedes_a_certificate() -> None:
    town = Town(HARDENED)
    first = certificate(town, b"authorisation")
    body = certificate_body(
        town.rules, town.key("laboratory"), "laboratory", "application/pdf", b"another",
        table("qualification-file", NOW - 5, "1"), supersedes=first,
    )  # fmt: skip
    assert town.refused("tester", "POST", "/certificates", body) == "authorisation"
    certificate(town, b"a later authorisation", supersedes=first)


def test_a_file_outlives_as_many_custodians_as_may_be_faulty() -> None:
    for variant, lost in ((CHARITABLE, True), (HARDENED, False)):
        town = Town(variant)
        name = certificate(town, b"authorisation")
        first = next(iter(town.state.off_chain.files[name]))
        town.desk.state = custody.changed_by_custodian(town.state, name, first, b"another file")
        assert (town.ask("bob", "GET", f"/certificates/{name}").status == 404) is lost


def test_a_supplier_sees_nothing_of_its_rivals_but_on_a_ledger_that_all_share() -> None:
    seen = {}
    for name, variant in (("literal", LITERAL), ("charitable", CHARITABLE), ("hardened", HARDENED)):
        town = Town(variant)
        body = _tested(town, "p-1", "passed")
        town.done("maker-1", "POST", "/suppliers/maker/tests", body)
        town.done("reader", "POST", "/suppliers/maker/demands", {"order": "100 meters"})
        assert len(town.done("reader", "GET", "/suppliers/maker/tests")["tests"]) == 1
        answers = [town.ask("rival-1", "GET", f"/suppliers/maker/{what}").status for what in ("tests", "demands")]
        on_chain = any(b"passed" in leaf for final in town.state.blocks for leaf in final.block.leaves)
        seen[name] = (answers, on_chain)
    assert seen == {"literal": ([200, 200], True), "charitable": ([403, 403], False), "hardened": ([403, 403], False)}


def test_an_administrator_remaps_a_sub_ledger_and_a_rival_sees() -> None:
    town = Town(CHARITABLE)
    change = {"kind": "map-sub-ledger", "change": {"supplier": "rival", "sub_ledger": "maker"}, "epoch": 0}
    assert town.done("admin-rival", "POST", "/proposals", change)["status"] == "done"
    assert town.ask("rival-1", "GET", "/suppliers/maker/tests").status == 200
    assert Town(HARDENED).refused("admin-rival", "POST", "/proposals", change) == "administration"


def test_a_supplier_lets_another_see() -> None:
    town = Town(HARDENED)
    assert town.refused("rival-1", "POST", "/suppliers/maker/consents", {"to": "rival"}) == "authorisation"
    town.done("maker-1", "POST", "/suppliers/maker/consents", {"to": "rival"})
    assert town.done("rival-1", "GET", "/suppliers/maker/tests")["tests"] == []


INSTRUMENT = KeyPair.generate(Randomness.from_seed(7))


def _tested(town: Town, product: str, result: str) -> dict[str, Json]:
    if "i-1" not in town.state.instruments:
        town.done("tester", "POST", "/instruments", {"instrument": "i-1", "signing": INSTRUMENT.public.hex()})
    signed = signatures.sign(INSTRUMENT, "measured", measured("maker", product, result))
    return own_test_body("maker", town.key("maker"), product, result, "i-1", signed)


def test_a_suppliers_word_is_enough_but_where_instruments_sign() -> None:
    claimed = {"product": "p-1", "result": "passed"}
    Town(CHARITABLE).done("maker-1", "POST", "/suppliers/maker/tests", claimed)
    town = Town(HARDENED)
    measured_body = _tested(town, "p-1", "failed")
    unsigned = {name: value for name, value in measured_body.items() if name != "supplier_signature"}
    for lie in (claimed, {**measured_body, "result": "passed"}, {**measured_body, "product": "p-2"}, unsigned):
        assert town.refused("maker-1", "POST", "/suppliers/maker/tests", lie) == "supplier_tests"
    town.done("maker-1", "POST", "/suppliers/maker/tests", measured_body)


def test_which_tests_are_sampled_is_known_once_they_are_stored() -> None:
    town = Town(HARDENED)
    for number in range(12):
        town.done("maker-1", "POST", "/suppliers/maker/tests", _tested(town, f"p-{number}", "passed"))
    drawn = {each["test"]: each["drawn"] for each in town.done("reader", "GET", "/suppliers/maker/tests")["tests"]}
    for test, is_drawn in drawn.items():
        header = town.state.blocks[int(test[1:])].block.header.encode(town.state.committee.chain)
        assert is_drawn == (hashlib.sha256(header).digest()[0] < SAMPLED_OF_256)
    assert 0 < sum(drawn.values()) < 12
    chosen = next(test for test, is_drawn in drawn.items() if is_drawn)
    other = next(test for test, is_drawn in drawn.items() if not is_drawn)
    town.done("tester", "POST", f"/suppliers/maker/tests/{chosen}/sample", {"result": "failed"})
    for again in (chosen, other):
        refused = town.refused("tester", "POST", f"/suppliers/maker/tests/{again}/sample", {"result": "failed"})
        assert refused == "supplier_tests"


def test_demands_come_until_they_are_acknowledged_in_any_order() -> None:
    town = Town(HARDENED)
    for order in ("100", "200"):
        town.done("reader", "POST", "/suppliers/maker/demands", {"order": order})

    def pending() -> list[int]:
        demands = town.done("maker-1", "GET", "/suppliers/maker/demands")["demands"]
        return [each["sequence"] for each in demands]

    assert pending() == [1, 2]
    assert town.refused("maker-1", "POST", "/suppliers/maker/acknowledgements", {"sequence": 3}) == "demand_sync"
    for sequence, left in ((2, [1]), (2, [1]), (1, [])):
        town.done("maker-1", "POST", "/suppliers/maker/acknowledgements", {"sequence": sequence})
        assert pending() == left
    assert (
        Town(LITERAL).refused("maker-1", "POST", "/suppliers/maker/acknowledgements", {"sequence": 1}) == "demand_sync"
    )


def test_the_log_is_for_who_operates_and_supervises_the_platform() -> None:
    statuses = {name: Town(values).ask("ann", "GET", "/log").status for name, values in VARIANTS.items()}
    assert statuses == {"literal": 200, "charitable": 403, "shared": 403, "hardened": 403}
    assert Town(HARDENED).ask("officer", "GET", "/log").status == 200


def test_personal_data_are_forgotten_where_they_are_not_on_the_chain() -> None:
    town = Town(HARDENED, user_keys="admin-made", administration="one-admin")
    person = {"name": "Carol", "address": "Main Street 1"}
    user = {
        "user": "carol",
        "role": "resident",
        "member": "",
        "salt": "00" * 16,
        "derived": "11" * 32,
        "personal": person,
    }
    town.done("admin-grid", "POST", "/users", user)
    assert town.state.off_chain.personal["carol"][1] == person
    assert town.refused("bob", "DELETE", "/users/carol/personal") == "authorisation"
    assert all(b"Carol" not in leaf for final in town.state.blocks for leaf in final.block.leaves)
    published = Town(LITERAL)
    published.done("admin-grid", "POST", "/users", user)
    assert any(b"Carol" in leaf for final in published.state.blocks for leaf in final.block.leaves)
    assert published.refused("bob", "DELETE", "/users/carol/personal") == "personal_data"


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_change_is_in_a_block_that_its_votes_make_final(variant: str) -> None:
    town = Town(VARIANTS[variant])
    store_reading(town, NOW - 10, "1.5")
    assert town.state.height == 2
    tip = ledger.tip(town.state)
    assert ledger.fault(town.state, tip) is None
    assert town.done("bob", "GET", "/chain/status")["tip"] == tip.hex()
