"""No bytes crash a decoder or a party of key records, migration and custody, and a message has one spelling.

Genuine messages are changed bit by bit, in length, by splicing, and field by field; and there is plain rubbish.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reference.crypto.encoding import Malformed
from reference.crypto.randomness import Randomness
from reference.edge_keys import bundle_keeper, bundle_queries, enrolment, move_log, registry
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.bundle_queries import BundleAnswer, BundleQuery, FetchedKey
from reference.edge_keys.bundles import Bundle, MoveEntry, Stored, Transferred
from reference.edge_keys.key_messages import Application, Recall, Revocation, Showing, Update, Veto
from reference.edge_keys.records import Checkpoint, Commitment, Record
from reference.ledger.effects import Refused, refused
from tests.reference import corpus
from tests.reference.edge_keys import key_worlds
from tests.reference.edge_keys.key_worlds import VARIANTS

DECODERS = {
    each.__name__: each
    for each in (
        *(Application, Update, Revocation, Recall, Veto, Showing, Record, Commitment, Checkpoint),
        *(Bundle, Transferred, Stored, MoveEntry, BundleQuery, BundleAnswer, FetchedKey),
    )
}
GENUINE = corpus.one_of(key_worlds.genuine())
CHANGED = corpus.changed(GENUINE).filter(lambda data: data not in key_worlds.genuine())
ANY = CHANGED | st.binary(max_size=200)
MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def decoded(name: str, data: bytes) -> object | None:
    try:
        return DECODERS[name].decode(CHAIN, data)
    except Malformed:
        return None


@pytest.mark.parametrize("name", DECODERS)
def test_a_genuine_message_is_the_encoding_of_what_it_decodes_to(name: str) -> None:
    found = [(decoded(name, data), data) for data in key_worlds.genuine()]
    read = [(value, data) for value, data in found if value is not None]
    assert read and all(value.encode(CHAIN) == data for value, data in read)  # type: ignore[attr-defined]


def test_no_message_is_read_as_one_of_another_kind() -> None:
    for data in key_worlds.genuine():
        assert sum(decoded(name, data) is not None for name in DECODERS) <= 1


@MANY
@given(data=ANY)
def test_a_decoder_refuses_bytes_or_they_are_the_encoding_of_what_it_gives(data: bytes) -> None:
    for name in DECODERS:
        value = decoded(name, data)
        assert value is None or value.encode(CHAIN) == data  # type: ignore[attr-defined]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_cut_of_every_message_is_refused_by_every_decoder(variant: str) -> None:
    for data in key_worlds.day(variant)[1]:
        assert not any(decoded(name, data[:length]) for name in DECODERS for length in range(0, len(data), 7))


@MANY
@given(data=ANY, other=ANY | GENUINE, variant=st.sampled_from(sorted(VARIANTS)))
def test_no_party_is_crashed_by_what_it_is_sent_and_a_refusal_changes_nothing(
    data: bytes, other: bytes, variant: str
) -> None:
    chain = key_worlds.day(variant)[0].registry
    for event in (registry.Append(data, other), registry.Append(other, data), registry.Show(data)):
        after, effects = registry.step(chain, event)
        assert refused(effects) is None or after == chain
    after, effects = registry.step(chain, registry.Prune(chain.records[0].meter, 0, data))
    assert refused(effects) is not None and after == chain
    world = key_worlds.day(variant)[0]
    root, effects = enrolment.certify(world.root, enrolment.Certify(data, chain))
    assert refused(effects) is not None and root == world.root
    assert isinstance(world.devices[0].vouch(data), Refused)
    moved = key_worlds.moved(variant)[0]
    log, effects = move_log.step(moved.log, move_log.Commit(data))
    assert refused(effects) is not None and log == moved.log
    keeper, effects = bundle_keeper.step(moved.devices[1], moved.log, bundle_keeper.Receive(data))
    assert refused(effects) is not None and keeper == moved.devices[1]


@MANY
@given(data=ANY, variant=st.sampled_from(sorted(VARIANTS)))
def test_no_device_that_checks_who_asks_hands_a_bundle_out_for_changed_bytes(data: bytes, variant: str) -> None:
    world = key_worlds.kept(variant)[0]
    clusters = {meter.name: 3 for meter in world.meters}
    answer = bundle_queries.answer(
        world.rules, CHAIN, data, world.devices[0].kept, world.known, clusters, Randomness.from_seed(1)
    )
    query = decoded("BundleQuery", data)
    if variant == "literal":
        assert isinstance(answer, Refused) or query is not None
    elif variant == "hardened":
        assert isinstance(answer, Refused)


@pytest.mark.parametrize("kind", [Update, Application])
def test_every_single_bit_of_a_hardened_message_matters(kind: type[Update] | type[Application]) -> None:
    """The message that was recorded, changed in one bit, is recorded by nobody, with whatever record."""
    given = key_worlds.rules(VARIANTS["hardened"])
    world = key_worlds.after(
        key_worlds.joined(given), key_worlds.events.SignUpdate(0, key_worlds.SECOND, 0, 7)
    )  # fmt: skip
    if kind is Application:
        world = key_worlds.after(key_worlds.world_of(given), key_worlds.events.Apply(0, key_worlds.FIRST, 0))
    [genuine] = [each.data for each in world.wire if decoded(kind.__name__, each.data) and _is_of(world, each.data)]
    place = key_worlds.SECOND if kind is Update else key_worlds.FIRST
    tried = 0
    for at in range(0, len(genuine) * 8, 3):
        changed = genuine[: at // 8] + bytes([genuine[at // 8] ^ 1 << at % 8]) + genuine[at // 8 + 1 :]
        message = decoded(kind.__name__, changed)
        if isinstance(message, Update | Application):
            tried += 1
            _, record = world.devices[0].put_forward(world.registry, message, place)
            _, effects = registry.step(world.registry, registry.Append(record.encode(CHAIN), changed))
            assert refused(effects) is not None
    assert tried > 300


def _is_of(world: key_worlds.KeyWorld, data: bytes) -> bool:
    return registry.decode_message(CHAIN, data).meter == world.meters[0].name
