"""Names in bytes: who may come to a chain under which, and what can be put together of what chains have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused, refused
from reference.sovereign_chain import naming, naming_world
from reference.sovereign_chain.names import Registrar, warrant
from reference.sovereign_chain.naming import Arrival, Directory, Link, NamedRecord, Observer
from reference.sovereign_chain.naming_world import Event
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, VARIANTS, Values, rules

ROOT = Randomness.from_seed(9)
COURT, STRANGER = (KeyPair.generate(ROOT.child(label)) for label in ("court", "stranger"))
ADA, BEN, NOBODY = b"Ada", b"Ben", b"nobody"
BOTH = pytest.mark.parametrize("values", [LITERAL, HARDENED], ids=["one-id", "per-chain-pseudonym"])


def registrar(values: Values) -> Registrar:
    return Registrar.of(rules(values).identity_names, COURT.public, (ADA, BEN), ROOT)


def directory(values: Values, chain: str = "one") -> Directory:
    return Directory(chain, rules(values).identity_names, registrar(values).pair.public)


def ticket(values: Values, user: bytes, chain: str) -> bytes:
    given = registrar(values).admit(user, chain, registrar(values).name(user, chain))
    assert isinstance(given, bytes)
    return given


def stopped(effects: Effects) -> str | None:
    refusal = refused(effects)
    return None if refusal is None else refusal.rule


@BOTH
def test_who_shows_the_registrars_ticket_for_his_name_comes_to_a_chain_once(values: Values) -> None:
    arrival = Arrival(registrar(values).name(ADA, "one"), ticket(values, ADA, "one")).encode("one")
    after, effects = naming.arrive(directory(values), arrival)
    assert stopped(effects) is None and after.admits(registrar(values).name(ADA, "one"))
    again, twice = naming.arrive(after, arrival)
    assert again == after and stopped(twice) == "place"


@BOTH
def test_a_name_without_a_ticket_for_it_is_refused(values: Values) -> None:
    name, empty = registrar(values).name(ADA, "one"), directory(values)
    for forged in (b"", ticket(values, BEN, "one"), bytes(64)):
        after, effects = naming.arrive(empty, Arrival(name, forged).encode("one"))
        assert after == empty and stopped(effects) == "identity_names"
    own = Registrar.of(rules(values).identity_names, COURT.public, (ADA,), ROOT.child("another"))
    given = own.admit(ADA, "one", own.name(ADA, "one"))
    assert isinstance(given, bytes)
    arrival = Arrival(own.name(ADA, "one"), given).encode("one")
    assert stopped(naming.arrive(empty, arrival)[1]) == "identity_names"


@pytest.mark.parametrize(("values", "taken"), [(LITERAL, True), (HARDENED, False)])
def test_a_ticket_of_another_chain_is_good_where_there_is_one_id_only(values: Values, taken: bool) -> None:
    name = registrar(values).name(ADA, "two")
    arrival = Arrival(name, ticket(values, ADA, "two")).encode("one")
    assert (stopped(naming.arrive(directory(values), arrival)[1]) is None) == taken


@BOTH
def test_the_registrar_gives_a_ticket_for_the_users_own_name_and_to_those_with_ids(values: Values) -> None:
    centre = registrar(values)
    for user, name, rule in (
        (ADA, centre.name(BEN, "one"), "identity_names"),
        (ADA, bytes(32), "identity_names"),
        (NOBODY, centre.name(NOBODY, "one"), "registration"),
    ):
        given = centre.admit(user, "one", name)
        assert isinstance(given, Refused) and given.rule == rule
    elsewhere = centre.admit(ADA, "one", centre.name(ADA, "two"))
    assert isinstance(elsewhere, bytes) == (values is LITERAL)


@BOTH
def test_records_are_under_names_that_have_come_and_bytes_are_refused(values: Values) -> None:
    name = registrar(values).name(ADA, "one")
    there, _ = naming.arrive(directory(values), Arrival(name, ticket(values, ADA, "one")).encode("one"))
    record = NamedRecord(name, b"kept").encode("one")
    after, effects = naming.enter(there, record)
    assert stopped(effects) is None and after.shown == {name}
    for known, data, rule in (
        (directory(values), record, "registration"),
        (after, record, "place"),
        (there, NamedRecord(name, b"kept").encode("two"), "encoding"),
        (there, b"", "encoding"),
    ):
        same, refusal = naming.enter(known, data)
        assert same == known and stopped(refusal) == rule
    for data in (b"", record, Arrival(name, bytes(64)).encode("two")):
        same, refusal = naming.arrive(there, data)
        assert same == there and stopped(refusal) == "encoding"


def test_the_observer_puts_together_equal_names_and_those_that_were_linked_and_no_others() -> None:
    name, there, observer = b"a".ljust(32, b"\0"), b"b".ljust(32, b"\0"), Observer()
    linked = replace(observer, links=(Link("one", name, "two", there, b""),))
    assert observer.together("one", name, "two", name) and not observer.together("one", name, "two", there)
    assert linked.together("one", name, "two", there) and linked.together("two", there, "one", name)
    assert not linked.together("one", name, "three", there) and not linked.together("one", there, "two", name)


@BOTH
def test_a_warrant_leads_to_the_other_name_and_can_be_verified_by_anybody(values: Values) -> None:
    centre = registrar(values)
    name = centre.name(ADA, "one")
    given = warrant(name, "one", "two", COURT)
    told = centre.link(name, "one", "two", given)
    assert told == centre.name(ADA, "two")
    link = Link("one", name, "two", centre.name(ADA, "two"), given)
    assert link.is_warranted(COURT.public) and not link.is_warranted(STRANGER.public)
    assert not replace(link, other="three").is_warranted(COURT.public)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("warranted", [False, True])
def test_records_on_a_second_chain_are_recognised_by_the_one_id_or_under_a_warrant(
    variant: str, warranted: bool
) -> None:
    world = naming_world.deploy(rules(VARIANTS[variant]), 1, chains=2, persons=1, numbers=2)
    second = 0 if variant != "hardened" else 1
    for event in (
        Event("enter"),
        Event("enter", chain=1, name=second),
        Event("record", chain=1, name=second),
        Event("meet"),
        *([Event("unmask", other=1)] if warranted else []),
    ):
        world, effects = naming_world.step(world, event)
        assert stopped(effects) is None
    _, effects = naming_world.step(world, Event("recognise", name=second, other=1))
    assert stopped(effects) == (None if warranted or variant != "hardened" else "identity_names")
