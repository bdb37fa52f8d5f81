"""The published forms are what the text says, and each hardened rule does in bytes what it is there for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reference.crypto import signing
from reference.crypto.signing import KeyPair
from reference.edge_keys import enrolment, meter, registry
from reference.edge_keys import key_records_events as events
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.block import Entry
from reference.edge_keys.key_messages import EMPTY_KEY, Application, Link, Place, Update, new_key_alone, read
from reference.edge_keys.key_records import step
from reference.edge_keys.records import Checkpoint, Commitment, broken_link, commitment
from reference.ledger.effects import Sent, refused
from tests.reference.edge_keys.key_worlds import FIRST, SECOND, after, joined, refusal, updated, world_of
from tests.reference.edge_keys.variants import CHARITABLE, HARDENED, LITERAL, rules

THIRD = Place(0, 2)


def test_as_published_only_the_new_key_is_signed_and_nothing_says_for_whom() -> None:
    world = after(joined(rules(LITERAL)), events.SignUpdate(0, SECOND, 0, 7))
    [update] = world.updates
    public = world.key(7).public
    assert update.signed_part(CHAIN) == new_key_alone(CHAIN, public)
    elsewhere = replace(update, meter=world.meters[1].name)
    assert elsewhere.signed_part(CHAIN) == update.signed_part(CHAIN)
    assert signing.verify(world.key(0).public, elsewhere.signed_part(CHAIN), elsewhere.by_old)


def test_chained_both_keys_sign_meter_place_and_predecessor() -> None:
    world = after(joined(rules(HARDENED)), events.SignUpdate(0, SECOND, 0, 7))
    [update] = world.updates
    assert update.link is not None and update.link.previous == world.registry.tail(update.meter, 0)
    part = update.signed_part(CHAIN)
    assert signing.verify(update.signer, part, update.by_old) and signing.verify(update.public, part, update.by_new)
    moved = replace(update, link=update.link._replace(version=2))
    for other in (replace(update, meter=world.meters[1].name), moved):
        assert not signing.verify(update.signer, other.signed_part(CHAIN), other.by_old)


def test_an_update_that_names_another_predecessor_is_refused_though_its_version_is_right() -> None:
    """In bytes more is bound than in the model: not the number alone, but what came before it."""
    world = joined(rules(HARDENED), 1)
    name, old, new = world.meters[0].name, world.key(0), world.key(7)
    for previous, rule in ((world.registry.tail(name, 0), None), (bytes([1]) * 32, "record_link")):
        asks = Update(name, old.public, new.public, Link(0, 1, previous)).signed(CHAIN, old, new)
        _, record = world.device(0).put_forward(world.registry, asks, SECOND)
        _, effects = registry.step(world.registry, registry.Append(record.encode(CHAIN), asks.encode(CHAIN)))
        stopped = refused(effects)
        assert (stopped and stopped.rule) == rule


def test_as_published_a_revocation_is_the_signed_empty_key_and_anything_passes_under_it() -> None:
    world = after(joined(rules(LITERAL), 1), events.RaiseAlarm(0, 0), events.SignRevocation(0, 0, 0))
    [revocation] = world.revocations
    assert revocation.signed_part(CHAIN, world.rules) == new_key_alone(CHAIN, EMPTY_KEY)
    world = after(world, events.RecordEmptyKey(0, SECOND, 0), events.GenerateKey(5))
    name = world.meters[0].name
    assert world.registry.valid(name, 0) == () and world.registry.is_revoked(name, 0)
    world, effects = step(world, events.SignWithTheEmptyKey(0, THIRD, 5))
    update = next(read(Update, CHAIN, getattr(each, "data", b"")) for each in effects)
    assert isinstance(update, Update) and (update.signer, update.by_old) == (EMPTY_KEY, b"")
    assert world.registry.valid(name, 0) == (world.key(5).public,)


def test_charitably_nothing_passes_under_the_empty_key_and_the_meter_is_out_for_good() -> None:
    world = after(joined(rules(CHARITABLE), 1), events.RaiseAlarm(0, 0), events.SignRevocation(0, 0, 0))
    world = after(world, events.RecordEmptyKey(0, SECOND, 0), events.GenerateKey(5))
    assert refusal(world, events.SignWithTheEmptyKey(0, THIRD, 5)) == "revocation"
    assert refusal(world, events.Apply(0, Place(1, 0), 6)) == "join"
    assert refusal(world, events.SignUpdate(0, THIRD, 0, 6)) == "own key"


def test_as_published_a_body_is_a_signature_that_its_device_alone_can_check() -> None:
    """With the whole key on the table, whoever lacks what the device keeps cannot tell it from any other."""
    world = joined(rules(LITERAL), 1)
    [record], device = world.registry.records, world.device(0)
    kept = device.kept[record.meter, FIRST]
    assert kept.is_behind(CHAIN, record, device.pair.public) and kept.public == world.key(0).public
    assert not replace(kept, kept=bytes(32)).is_behind(CHAIN, record, device.pair.public)
    assert kept.kept not in record.encode(CHAIN) and kept.public not in record.encode(CHAIN)
    world = after(world, events.GenerateKey(5), events.ShowAnotherKey(0, FIRST, 5))
    assert world.registry.records == (record,)
    assert world.registry.valid(record.meter, 0) == (world.key(0).public, world.key(5).public)


def test_a_commitment_has_one_key_and_the_signatures_of_who_asked() -> None:
    world = joined(rules(HARDENED), 1)
    [record] = world.registry.records
    body = Commitment.decode(CHAIN, record.body)
    assert body.digest == commitment(CHAIN, record.meter, FIRST, world.key(0).public)
    [asks] = world.applications
    assert body.asked == (asks.possession,) and body.signed_by(CHAIN, world.device(0).pair.public)
    world = after(world, events.GenerateKey(5))
    assert refusal(world, events.ShowAnotherKey(0, FIRST, 5)) == "body"


def test_a_device_cannot_commit_to_another_key_than_it_was_asked_for() -> None:
    world = after(world_of(rules(HARDENED), 1), events.Apply(0, FIRST, 0))
    [asks] = world.applications
    device, other = world.device(0), world.key(9).public
    _, record = device.put_forward(world.registry, asks, FIRST)
    possession = (asks.possession,)
    for public, asked, pair in (
        (other, possession, device.pair),
        (asks.public, (bytes(64),), device.pair),
        (asks.public, possession, world.devices[1].pair),
    ):
        wrong = replace(record, body=Commitment.make(CHAIN, asks.meter, FIRST, public, asked, pair))
        _, effects = registry.step(world.registry, registry.Append(wrong.encode(CHAIN), asks.encode(CHAIN)))
        stopped = refused(effects)
        assert stopped is not None and stopped.rule == "body"


def test_the_root_certifies_installed_meters_only_and_one_key_an_epoch() -> None:
    given = rules(HARDENED)
    strangers = replace(world_of(given), root=replace(world_of(given).root, meters={}))
    assert refusal(strangers, events.Apply(0, FIRST, 0)) == "join"
    world = joined(given, 1)
    assert refusal(world, events.Apply(0, FIRST, 5)) == "join"
    assert refusal(world, events.Apply(0, Place(1, 0), 5)) == "join"
    world = after(world, events.RaiseAlarm(0, 0), events.SignRecall(0, 0), events.RecordRecall(0, 0))
    world = after(world, events.Apply(0, Place(1, 0), 5), events.Enrol(0, Place(1, 0), 5))
    assert world.registry.valid(world.meters[0].name, 1) == (world.key(5).public,)
    assert refusal(world, events.Enrol(0, FIRST, 0)) == "record"


def test_the_root_itself_looks_at_what_it_has_certified_and_at_the_chain() -> None:
    """Whatever a meter asks for, in whatever order."""
    world = world_of(rules(HARDENED), 1)

    def asked(epoch: int, label: int) -> enrolment.Certify:
        _, effects = meter.step(world.meters[0], meter.Apply(epoch, world.randomness_of(label)))
        return enrolment.Certify(next(each.data for each in effects if isinstance(each, Sent)), world.registry)

    root, effects = enrolment.certify(world.root, asked(0, 0))
    assert refused(effects) is None
    for again in (asked(0, 0), asked(0, 1), asked(1, 1)):
        same, effects = enrolment.certify(root, again)
        stopped = refused(effects)
        assert stopped is not None and stopped.rule == "join" and same == root


def test_a_certificate_is_for_one_key_one_epoch_and_one_recovery_key() -> None:
    world = after(world_of(rules(HARDENED), 1), events.Apply(0, FIRST, 0))
    [asks] = world.applications
    thief = KeyPair.generate(world.randomness.child("thief"))
    for changed in (
        replace(asks, public=thief.public).proven(CHAIN, thief),
        replace(asks, epoch=1),
        replace(asks, possession=b""),
        replace(asks, recovery=thief.public),
    ):
        assert _recorded(world, changed) in ("join", "place", "recovery_key")
    assert _recorded(world, asks) is None


def _recorded(world: object, asks: Application) -> str | None:
    """By which rule an application is refused; None if it is recorded."""
    chain = world.registry  # type: ignore[attr-defined]
    _, record = world.device(0).put_forward(chain, asks, FIRST)  # type: ignore[attr-defined]
    _, effects = registry.step(chain, registry.Append(record.encode(CHAIN), asks.encode(CHAIN)))
    stopped = refused(effects)
    return stopped and stopped.rule


def test_an_update_is_in_force_when_delta_r_blocks_have_followed_and_not_before() -> None:
    world = updated(rules(HARDENED))
    name = world.meters[0].name
    assert world.registry.valid(name, 0) == (world.key(0).public,)
    chain, effects = registry.step(world.registry, registry.Follow(registry.DELAY - 1))
    _, early = registry.step(chain, registry.Activate(name, SECOND))
    stopped = refused(early)
    assert stopped is not None and stopped.rule == "activation" and not effects
    chain, _ = registry.step(chain, registry.Follow(1))
    chain, _ = registry.step(chain, registry.Activate(name, SECOND))
    assert chain.valid(name, 0) == (world.key(7).public,)


def test_who_copied_the_key_is_vetoed_and_the_meter_goes_on() -> None:
    world = after(joined(rules(HARDENED), 1), events.GenerateKey(5), events.CopyKey(0, 0))
    world = after(world, events.ForgeUpdate(0, SECOND, 0, 5))
    assert refusal(world, events.Activate(0, SECOND)) == "recovery_key"
    world = after(world, events.SignVeto(0, SECOND), events.RecordVeto(0, SECOND))
    assert refusal(world, events.Activate(0, SECOND)) == "activation"
    world = after(world, events.SignUpdate(0, THIRD, 0, 6), events.RecordUpdate(0, THIRD, 0, 6))
    world = after(world, events.Activate(0, THIRD))
    assert world.registry.valid(world.meters[0].name, 0) == (world.key(6).public,)
    assert refusal(world, events.ForgeUpdate(0, Place(0, 3), 0, 5)) == "update_signer"


def test_a_lost_key_is_revoked_with_the_recovery_key_and_without_one_by_nobody() -> None:
    world = after(joined(rules(HARDENED), 1), events.LoseKeys(0), events.RaiseAlarm(0, 0))
    assert refusal(world, events.SignRevocation(0, 0, 0)) == "own key"
    world = after(world, events.SignRecall(0, 0), events.RecordRecall(0, 0))
    assert world.registry.is_revoked(world.meters[0].name, 0)
    lost = after(joined(rules(LITERAL), 1), events.LoseKeys(0), events.RaiseAlarm(0, 0))
    assert refusal(lost, events.SignRevocation(0, 0, 0)) == "own key"
    assert refusal(lost, events.SignRecall(0, 0)) == "recovery_key"


def test_the_records_of_an_epoch_are_a_chain_and_one_that_is_exchanged_breaks_it() -> None:
    world = after(updated(rules(HARDENED)), events.Activate(0, SECOND))
    records = world.registry.of_epoch(world.meters[0].name, 0)
    assert len(records) == 2 and broken_link(CHAIN, records) is None
    other = replace(records[0], owner=3)
    stopped = broken_link(CHAIN, (other, *records[1:]))
    assert stopped is not None and stopped.rule == "record_link"


def test_a_checkpoint_needs_a_quorum_and_keeps_its_tombstones() -> None:
    world = after(joined(rules(HARDENED)), events.RaiseAlarm(0, 0), events.SignRecall(0, 0), events.RecordRecall(0, 0))
    name = world.meters[0].name
    left = registry.without(world.registry, name, 0)
    honest = Checkpoint.of(CHAIN, left.records, [(name, 0)])
    few = _signed(world, honest, world.registry.quorum - 1)
    twice = replace(few, signatures=few.signatures + few.signatures[:1])
    silent = _signed(world, Checkpoint.of(CHAIN, left.records, []), 4)
    for wrong in (few, twice, silent, _signed(world, Checkpoint.of(CHAIN, (), [(name, 0)]), 4)):
        same, effects = registry.step(world.registry, registry.Prune(name, 0, wrong.encode(CHAIN)))
        stopped = refused(effects)
        assert stopped is not None and stopped.rule == "pruning" and same == world.registry
    world = after(world, events.Prune(0, 0))
    assert world.registry.of_epoch(name, 0) == () and world.registry.is_revoked(name, 0)
    assert refusal(world, events.Enrol(0, FIRST, 0)) == "record"


def _signed(world: object, checkpoint: Checkpoint, count: int) -> Checkpoint:
    part = checkpoint.signed_part(CHAIN)
    devices = world.devices[:count]  # type: ignore[attr-defined]
    return replace(checkpoint, signatures=tuple((each.index, signing.sign(each.pair, part)) for each in devices))


def test_as_published_what_is_dropped_is_forgotten_and_the_old_application_counts_again() -> None:
    world = after(joined(rules(CHARITABLE), 1), events.RaiseAlarm(0, 0), events.SignRevocation(0, 0, 0))
    world = after(world, events.RecordEmptyKey(0, SECOND, 0), events.Prune(0, 0))
    assert not world.registry.is_revoked(world.meters[0].name, 0)
    world = after(world, events.Enrol(0, FIRST, 0))
    assert world.registry.valid(world.meters[0].name, 0) == (world.key(0).public,)


@pytest.mark.parametrize("values", [LITERAL, CHARITABLE, HARDENED])
def test_a_record_at_another_place_or_of_another_body_is_refused(values: dict[str, object]) -> None:
    world = after(world_of(rules(values), 1), events.Apply(0, FIRST, 0))
    [asks] = world.applications
    _, record = world.device(0).put_forward(world.registry, asks, FIRST)
    for wrong in (
        replace(record, place=SECOND),
        replace(record, previous=bytes([1]) * 32),
        replace(record, meter=bytes(32)),
        replace(record, owner=9),
        replace(record, status="revoked"),
        replace(record, body=Entry(0, bytes(64)).encode(CHAIN)),
        replace(record, body=b""),
    ):
        same, effects = registry.step(world.registry, registry.Append(wrong.encode(CHAIN), asks.encode(CHAIN)))
        assert refused(effects) is not None and same == world.registry
