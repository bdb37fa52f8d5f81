"""Who changes the configuration, members' standing, classes and users' keys, by the rule `administration`."""

from __future__ import annotations

import pytest

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair, pair_from_secret
from reference.metering_platform import governing, signatures
from reference.metering_platform.deploy import Wallet
from reference.metering_platform.documents import Json
from reference.metering_platform.issuing import record_body
from tests.reference.metering_platform.variants import CHARITABLE, HARDENED, LITERAL, NOW, Town, table

NEW_MEMBER: Json = {
    "kind": "admit-member",
    "change": {
        "member": "another",
        "kind": "supplier",
        "signing": KeyPair.generate(Randomness.from_seed(5)).public.hex(),
    },
    "epoch": 0,
}


def proposed(town: Town, body: Json = NEW_MEMBER, user: str = "admin-grid") -> str:
    return str(town.done(user, "POST", "/proposals", body)["proposal"])


def approval(town: Town, user: str, proposal: str) -> Json:
    said = governing.approval(town.state.proposals[proposal], town.rules.administration == "quorum")
    return {"signature": signatures.sign(town.clients[user].wallet.signing, "approval", said).hex()}


def approve(town: Town, user: str, proposal: str) -> str:
    body = approval(town, user, proposal)
    return str(town.done(user, "POST", f"/proposals/{proposal}/approvals", body)["status"])


def test_one_administrator_is_enough_to_admit_a_member_as_published() -> None:
    town = Town(LITERAL)
    assert town.done("admin-maker", "POST", "/proposals", NEW_MEMBER)["status"] == "done"
    assert "another" in town.state.members


def test_examined_takes_one_other_member() -> None:
    town = Town(CHARITABLE)
    proposal = proposed(town)
    path = f"/proposals/{proposal}/approvals"
    assert town.refused("admin-grid", "POST", path, {}) == "administration"
    assert "another" not in town.state.members
    assert town.done("admin-maker", "POST", path, {})["status"] == "done"
    assert "another" in town.state.members


def test_a_quorum_of_members_signs_for_this_epoch() -> None:
    town = Town(HARDENED)
    proposal = proposed(town)
    path = f"/proposals/{proposal}/approvals"
    assert town.refused("admin-grid", "POST", path, {}) == "administration"
    forged = approval(town, "admin-maker", proposal)
    assert town.refused("admin-grid", "POST", path, forged) == "administration"
    assert town.refused("bob", "POST", path, approval(town, "bob", proposal)) == "authorisation"
    statuses = [approve(town, f"admin-{member}", proposal) for member in ("grid", "maker", "laboratory")]
    assert town.refused("admin-grid", "POST", path, approval(town, "admin-grid", proposal)) == "administration"
    statuses.append(approve(town, "admin-rival", proposal))
    assert statuses == ["open", "open", "open", "done"]
    assert town.state.governance_epoch == 1
    assert "another" in town.state.members


@pytest.mark.parametrize(("rule", "done"), [("quorum", False), ("quorum-unnumbered", True)])
def test_an_approval_outlives_its_epoch_only_where_epochs_are_not_numbered(rule: str, done: bool) -> None:
    town = Town(HARDENED, administration=rule)
    stale = proposed(town, {"kind": "set-class", "change": {"schema": "meter-reading", "class": "I"}, "epoch": 0})
    approve(town, "admin-grid", stale)
    approve(town, "admin-maker", stale)
    approve(town, "admin-regulator", stale)
    other = proposed(town)
    for member in ("grid", "maker", "rival", "laboratory"):
        approve(town, f"admin-{member}", other)
    path = f"/proposals/{stale}/approvals"
    response = town.ask("admin-rival", "POST", path, approval(town, "admin-rival", stale))
    assert (response.status == 201) is done
    assert (town.state.class_of("meter-reading") == "I") is done


def test_a_proposal_is_for_the_present_epoch_and_for_something_that_can_be_done() -> None:
    town = Town(HARDENED)
    again = {"kind": "expel-member", "change": {"member": "nobody"}, "epoch": 0}
    for body in ({**NEW_MEMBER, "epoch": 1}, again):
        assert town.refused("admin-grid", "POST", "/proposals", body) == "administration"
    assert town.refused("admin-grid", "POST", "/proposals", {**again, "change": {"name": "x"}}) == "schema"


def test_an_expelled_members_users_are_out_at_once() -> None:
    town = Town(HARDENED)
    town.clients["maker-1"].sign_in("suppliers", NOW)
    proposal = proposed(town, {"kind": "expel-member", "change": {"member": "maker"}, "epoch": 0})
    for member in ("grid", "regulator", "rival", "laboratory"):
        approve(town, f"admin-{member}", proposal)
    response = town.clients["maker-1"].ask("GET", "/suppliers/maker/tests", NOW)
    assert response.status == 401
    assert town.clients["maker-1"].sign_in("suppliers", NOW).status == 401


def stored_reading(town: Town) -> str:
    body = record_body(town.rules, town.key("grid"), "m-1", table("meter-reading", NOW - 10, "1.5"))
    return str(town.done("reader", "POST", "/records", body)["record"])


def test_a_blocked_user_is_out_at_once_and_signs_in_again_when_he_is_unblocked() -> None:
    town = Town(CHARITABLE, permissions="epoch-compared")
    client = town.clients["ann"]
    client.sign_in("residents", NOW)
    for kind, answer, anew in (("block-user", 401, 401), ("unblock-user", 401, 200)):
        change: Json = {"kind": kind, "change": {"user": "ann"}, "epoch": 0}
        assert town.done("admin-grid", "POST", "/proposals", change)["status"] == "done"
        assert town.refused("admin-grid", "POST", "/proposals", change) == "administration", (
            "there is nothing to change"
        )
        assert client.ask("GET", "/meters", NOW).status == answer, "the token has the rights of before"
        assert client.sign_in("overview", NOW).status == anew


def test_a_class_is_lowered_at_will_as_published_and_by_governance_alone_hardened() -> None:
    lowered = {"class": "I"}
    published = Town(CHARITABLE)
    record = stored_reading(published)
    assert published.refused("reader", "POST", f"/records/{record}/disclosure") == "class_change"
    published.done("admin-rival", "POST", "/schemas/meter-reading/class", lowered)
    published.done("reader", "POST", f"/records/{record}/disclosure")
    assert '"1.5"' in published.done("bob", "GET", f"/public/records/{record}")["document"]
    town = Town(HARDENED)
    record = stored_reading(town)
    assert town.refused("admin-rival", "POST", "/schemas/meter-reading/class", lowered) == "class_change"
    proposal = proposed(town, {"kind": "set-class", "change": {"schema": "meter-reading", "class": "I"}, "epoch": 0})
    for member in ("grid", "maker", "rival", "laboratory"):
        approve(town, f"admin-{member}", proposal)
    town.done("reader", "POST", f"/records/{record}/disclosure")
    assert '"1.5"' in town.done("bob", "GET", f"/public/records/{record}")["document"]


def test_a_schema_without_a_class_is_of_the_default_whoever_stores_it() -> None:
    for values, status in ((CHARITABLE, 201), (HARDENED, 403)):
        town = Town(values)
        body = record_body(town.rules, town.key("grid"), "m-1", table("voltage", NOW - 10, "230"))
        assert town.ask("reader", "POST", "/records", {**body, "class": "I"}).status == status
        record = town.done("reader", "POST", "/records", {**body, "supersedes": None})["record"]
        assert town.state.records[record].security == "II"


PERSON: dict[str, Json] = {
    "user": "carol", "role": "resident", "member": "", "salt": "00" * 16, "derived": "11" * 32,
    "personal": {"name": "Carol", "address": "Main Street 1"},
}  # fmt: skip


def with_keys(wallet: Wallet, signer: KeyPair) -> dict[str, Json]:
    said = governing.possession("carol", wallet.signing.public, wallet.sealing.public)
    shown = signatures.sign(signer, "possession", said).hex()
    keys = {"signing": wallet.signing.public.hex(), "sealing": wallet.sealing.public.hex()}
    return {**PERSON, **keys, "possession": shown}


def test_an_administrator_who_makes_keys_signs_as_the_user() -> None:
    town = Town(CHARITABLE)
    answer = town.done("admin-grid", "POST", "/users", PERSON)
    pair = pair_from_secret(bytes.fromhex(answer["secrets"]["signing"]))
    assert pair is not None and pair.public == town.state.accounts["carol"].signing


def test_a_users_own_keys_come_with_a_signature_of_his_and_the_votes_of_members() -> None:
    town = Town(HARDENED)
    wallet = Wallet.draw("carol", Randomness.from_seed(9))
    stranger = town.clients["admin-grid"].wallet.signing
    assert town.refused("admin-grid", "POST", "/users", PERSON) == "user_keys"
    assert town.refused("admin-grid", "POST", "/users", with_keys(wallet, stranger)) == "user_keys"
    answer = town.done("admin-grid", "POST", "/users", with_keys(wallet, wallet.signing))
    assert answer["secrets"] is None and "carol" not in town.state.accounts
    for member in ("grid", "maker", "rival", "laboratory"):
        approve(town, f"admin-{member}", answer["proposal"])
    assert town.state.accounts["carol"].signing == wallet.signing.public
    assert b"Carol" not in b"".join(leaf for final in town.state.blocks for leaf in final.block.leaves)


def test_a_signed_approval_counts_whoever_hands_it_in_and_for_its_epoch_alone() -> None:
    for rule, again in (("quorum", False), ("quorum-unnumbered", True)):
        town = Town(HARDENED, administration=rule)
        signed = {}
        for epoch in (0, 1):
            open_class = "I" if epoch == 0 else "II"
            first = {"schema": "meter-reading", "class": open_class}
            name = proposed(town, {"kind": "set-class", "change": first, "epoch": epoch})
            for member in ("grid", "laboratory", "maker", "rival"):
                signed[member] = approval(town, f"admin-{member}", name)
                body = {**signed[member], "member": member}
                town.done("admin-regulator", "POST", f"/proposals/{name}/approvals", body)
        stale = {"kind": "set-class", "change": first, "epoch": 2}
        path = f"/proposals/{proposed(town, stale)}/approvals"
        handed_in = town.ask("admin-regulator", "POST", path, {**signed["grid"], "member": "grid"})
        assert (handed_in.status == 200) is again
