"""Records: what an origin may leave out and what it can change, and what stands for their users on each chain."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Refused
from reference.sovereign_chain.names import NAME_BYTES, Registrar, warrant
from reference.sovereign_chain.records import (
    FIELDS,
    REDACTABLE,
    SALT_BYTES,
    Held,
    Opening,
    OriginsRecord,
    ShownRecord,
    content_of,
    entry_of,
    fault,
    metered,
    record_id,
)
from reference.sovereign_chain.rules import Rules
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, VARIANTS, Values, rules

CHAIN, SERVICE, OTHER = "power-trading", 1, 2
ROOT = Randomness.from_seed(3)
METER, NODE, STRANGER = (KeyPair.generate(ROOT.child(who)) for who in ("meter", "node", "stranger"))
NAME = b"meter one".ljust(32, b"\0")
CONTENT = {"user": "Ada", "terms": "as agreed", "energy": 4_200, "price": 31, "time": 1_000}
METERS, NODES = {NAME: METER.public}, {0: NODE.public}


def held(values: Values = HARDENED, sequence: int = 1, **changed: int | str) -> Held:
    return metered(CHAIN, rules(values), NAME, sequence, SERVICE, {**CONTENT, **changed}, METER, ROOT)


def refusal(values: Values, entry: bytes, service: int = SERVICE) -> str | None:
    found = fault(CHAIN, rules(values), service, entry, METERS, NODES)
    return None if found is None else found.rule


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_honest_entry_is_valid_and_has_all_but_what_is_confidential(variant: str) -> None:
    values = VARIANTS[variant]
    entry = entry_of(CHAIN, rules(values), held(values), 0, NODE)
    assert refusal(values, entry) is None
    assert content_of(CHAIN, rules(values), entry) == {k: v for k, v in CONTENT.items() if k not in REDACTABLE}
    assert record_id(CHAIN, rules(values), entry) == (NAME, 1)
    assert not any(str(CONTENT[name]).encode() in entry for name in REDACTABLE)


@pytest.mark.parametrize("field", FIELDS)
def test_a_changed_field_is_found_by_its_commitment_and_by_nothing_else(field: str) -> None:
    record = held()
    openings = tuple(
        replace(each, value=each.value + 1 if isinstance(each.value, int) else "Bob") if each.field == field else each
        for each in record.openings
    )
    assert refusal(HARDENED, ShownRecord(record.record, openings).encode(CHAIN)) == "redaction"
    content = {each.field: each.value for each in openings}
    said = OriginsRecord(0, NAME, 1, SERVICE, content).signed(CHAIN, NODE).encode(CHAIN)
    assert refusal(LITERAL, said) is None, "an origin's word can't be compared with anything"


@settings(max_examples=32, deadline=None)
@given(left_out=st.sets(st.sampled_from(FIELDS)))
def test_only_what_is_on_the_list_may_be_left_out(left_out: set[str]) -> None:
    entry = held().without(left_out).encode(CHAIN)
    assert refusal(HARDENED, entry) == (None if left_out <= REDACTABLE else "redaction")


def test_openings_are_of_their_own_record_in_their_one_order_and_once() -> None:
    shown, earlier = held().without(REDACTABLE), held(sequence=0).without(REDACTABLE)
    first, second, third = shown.openings
    for openings in ((second, first, third), (first, first, second, third), earlier.openings, ()):
        assert refusal(HARDENED, replace(shown, openings=openings).encode(CHAIN)) == "redaction"


def test_a_record_is_of_its_meter_and_its_count() -> None:
    record = held()
    for changed in (
        replace(record.record, sequence=2),
        replace(record.record, service=OTHER),
        record.record.signed(CHAIN, STRANGER),
        replace(record.record, meter=bytes(32)),
    ):
        assert refusal(HARDENED, ShownRecord(changed, record.openings).encode(CHAIN)) == "redaction"


@pytest.mark.parametrize(("variant", "stopped"), [("literal", None), ("charitable", "label_check")])
def test_an_origin_labels_a_record_as_it_likes_and_is_found_out_only_where_it_contradicts_itself(
    variant: str, stopped: str | None
) -> None:
    values = VARIANTS[variant]
    honest = entry_of(CHAIN, rules(values), held(values), 0, NODE)
    assert refusal(values, honest, service=OTHER) == stopped
    relabelled = replace(OriginsRecord.decode(CHAIN, honest), service=OTHER).signed(CHAIN, NODE)
    assert refusal(values, relabelled.encode(CHAIN), service=OTHER) is None


def test_a_label_is_the_meters_where_it_is_signed() -> None:
    assert refusal(HARDENED, held().without(REDACTABLE).encode(CHAIN), service=OTHER) == "label_check"


def test_what_is_left_out_can_be_guessed_without_salts_and_not_with_them() -> None:
    for redaction, salted in (("unsalted-commitments", False), ("field-commitments", True)):
        values = {**HARDENED, "redaction": redaction}
        commitments = held(values).without(REDACTABLE).record.commitments
        guessed = Opening("user", "Ada").commitment(CHAIN)
        assert (guessed not in commitments) == salted
        assert {len(each.salt) for each in held(values).openings} == {SALT_BYTES if salted else 0}


def test_two_records_of_the_same_values_share_no_commitment() -> None:
    assert not set(held(sequence=1).record.commitments) & set(held(sequence=2).record.commitments)


# ---- names


def registrar(values: Values) -> tuple[Rules, Registrar, KeyPair]:
    court, users = KeyPair.generate(ROOT.child("court")), [b"user %d" % number for number in range(20)]
    return rules(values), Registrar.of(rules(values).identity_names, court.public, users, ROOT), court


def test_one_id_is_the_same_on_all_chains_and_pseudonyms_are_not() -> None:
    for values, same in ((LITERAL, True), (HARDENED, False)):
        _, centre, _ = registrar(values)
        first, second = ({centre.name(user, chain) for user in centre.issued} for chain in ("one", "two"))
        assert len(first) == len(second) == 20 and {len(name) for name in first | second} == {NAME_BYTES}
        assert (first == second) == same
        assert same or not first & second


def test_the_registrar_links_names_for_a_warrant_of_just_these_and_for_nothing_else() -> None:
    _, centre, court = registrar(HARDENED)
    name, other = (centre.name(b"user 7", chain) for chain in ("one", "two"))
    assert centre.link(name, "one", "two", warrant(name, "one", "two", court)) == other
    for given_ in (
        None,
        b"",
        warrant(name, "one", "three", court),
        warrant(name, "two", "one", court),
        warrant(centre.name(b"user 8", "one"), "one", "two", court),
        warrant(name, "one", "two", STRANGER),
    ):
        found = centre.link(name, "one", "two", given_)
        assert isinstance(found, Refused) and found.rule == "identity_names"


def test_nobody_is_found_behind_a_name_that_was_never_issued() -> None:
    _, centre, court = registrar(HARDENED)
    found = centre.link(bytes(32), "one", "two", warrant(bytes(32), "one", "two", court))
    assert isinstance(found, Refused) and found.rule == "registration"
