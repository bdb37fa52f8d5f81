"""Which records a service chain takes: an index that is signed, a record that is a meter's, and a label that is its."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Sent, refused
from reference.sovereign_chain import services, services_world
from reference.sovereign_chain.records import ShownRecord
from reference.sovereign_chain.services import INTERFACE, POWER_DATA, Indexed
from reference.sovereign_chain.services_world import NODE, ServicesWorld
from tests.reference.sovereign_chain.variants import CHARITABLE, HARDENED, LITERAL, VARIANTS, Values, rules

STRANGER = KeyPair.generate(Randomness.from_seed(99))
OWN, ALIKE, OTHER = 0, 1, 2
"""The chain of the record's service, one whose form it has as well, and one whose form it has not."""


def world(values: Values = HARDENED) -> ServicesWorld:
    return services_world.deploy(rules(values), 1, chains=3, labels=[OWN], fits=[[True, True, False]])


def why(effects: Effects) -> str | None:
    found = refused(effects)
    return None if found is None else found.rule


def indexed(of: ServicesWorld, service: int, by: int = NODE, record: bytes | None = None) -> bytes:
    said = Indexed(service, of.records[0] if record is None else record, by)
    return said.signed(POWER_DATA, of.keys[by]).encode(POWER_DATA)


@pytest.mark.parametrize("by", [NODE, INTERFACE])
@pytest.mark.parametrize(
    ("values", "taken"),
    [(LITERAL, {OWN, ALIKE, OTHER}), (CHARITABLE, {OWN, ALIKE}), (HARDENED, {OWN})],
    ids=["literal", "charitable", "hardened"],
)
def test_a_false_label_is_found_by_the_form_at_best_and_always_by_the_meters_signature(
    values: Values, taken: set[int], by: int
) -> None:
    of = world(values)
    answers = {chain.service: services.take(chain, indexed(of, chain.service, by))[1] for chain in of.chains}
    assert {service for service, effects in answers.items() if not effects} == taken
    assert {why(effects) for effects in answers.values()} <= {None, "label_check"}


def test_a_record_without_the_form_of_its_own_service_is_refused_where_forms_are_compared() -> None:
    of = world()
    bare = ShownRecord(ShownRecord.decode(POWER_DATA, of.records[0]).record, ()).encode(POWER_DATA)
    assert why(services.take(of.chains[OWN], indexed(of, OWN, record=bare))[1]) == "label_check"
    assert not services.take(world(LITERAL).chains[OWN], indexed(of, OWN, record=bare))[1]


def test_an_honest_node_gives_the_label_that_the_meter_has_signed() -> None:
    of = world()
    [sent] = services.index(NODE, of.keys[NODE], of.records[0])
    assert isinstance(sent, Sent) and Indexed.decode(POWER_DATA, sent.data).service == OWN
    assert why(services.index(NODE, of.keys[NODE], b"anything")) == "encoding"


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_a_chain_takes_is_on_its_way_to_it_indexed_by_a_known_party_and_a_meters(variant: str) -> None:
    of = world(VARIANTS[variant])
    chain, good = of.chains[OWN], Indexed.decode(POWER_DATA, indexed(of, OWN))
    shown = ShownRecord.decode(POWER_DATA, of.records[0])
    after, effects = services.take(chain, good.encode(POWER_DATA))
    assert not effects and after.records == of.records
    foreign = replace(shown, record=replace(shown.record, service=ALIKE)).encode(POWER_DATA)
    others = replace(shown, openings=(replace(shown.openings[0], value="Bob"), *shown.openings[1:]))
    tries = {
        indexed(of, ALIKE): "index",
        good.signed(POWER_DATA, STRANGER).encode(POWER_DATA): "index",
        replace(good, by=7).signed(POWER_DATA, STRANGER).encode(POWER_DATA): "index",
        replace(good, service=OTHER).encode(POWER_DATA): "index",
        indexed(of, OWN, record=foreign): "redaction",
        indexed(of, OWN, record=others.encode(POWER_DATA)): "redaction",
        indexed(of, OWN, record=b"anything"): "encoding",
        b"anything": "encoding",
    }
    assert [why(services.take(chain, data)[1]) for data in tries] == [*tries.values()]
    assert why(services.take(after, indexed(of, OWN, INTERFACE))[1]) == "record_id", "once, whoever indexes it"
