"""The world `metering`: the hardened one from end to end, and each published weakness played with real bytes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from meterproof.errors import InputError
from reference.bc_ami import contract, meter, metering
from reference.bc_ami.messages import Endorsement, Receipt, RegisteredKey, Usage
from reference.bc_ami.metering import World
from reference.bc_ami.metering_events import (
    Acknowledge,
    DcReadsKey,
    Endorse,
    Event,
    Forge,
    ForgeReceipt,
    GenerateKey,
    Impersonate,
    ImpersonateFromLedger,
    Inject,
    Order,
    PeerReadsKey,
    Redate,
    RegisterByContract,
    RegisterSubmitted,
    Release,
    Replay,
    ReportReading,
    RequestRegistration,
    SubmitRegistration,
    Substitute,
)
from reference.bc_ami.rules import Rules
from reference.bc_ami.world import CHAIN
from reference.ledger.effects import Refused, refused
from tests.reference.variants import CHARITABLE, HARDENED, LITERAL, rules

QUARTER, NINE = Decimal("0.25"), Decimal(9)


def play(chosen: Rules, *events: Event) -> World:
    """A fresh world after these events, all of which must be accepted."""
    world = metering.deploy(chosen, ["SM1", "SM2"], 4, 1, seed=3)
    for event in events:
        world, effects = metering.step(world, event)
        assert not refused(effects), (event, effects)
    return world


def refusal(world: World, event: Event) -> Refused:
    """Why the world refuses this event; it must, and must stay as it was."""
    after, effects = metering.step(world, event)
    reason = refused(effects)
    assert reason is not None, event
    assert after == world
    return reason


def recorded(world: World) -> list[tuple[Decimal, int]]:
    return [(record.kwh, record.time) for record in world.mdms.records]


def emitted(world: World, name: str = "SM1") -> list[tuple[Decimal, int]]:
    return [(usage.kwh, usage.time) for usage in world.meters[name].emissions]


BY_CONTRACT: tuple[Event, ...] = (RequestRegistration("SM1"), RegisterByContract("SM1", 0))
BY_METER: tuple[Event, ...] = (SubmitRegistration("SM1", 0), RegisterSubmitted("SM1", 0))
REPORTED: tuple[Event, ...] = (ReportReading(0, "SM1", QUARTER, 1), Endorse(0, "SM1", QUARTER, 1))
LEDGERED: tuple[Event, ...] = (*REPORTED, Order(0, "SM1", QUARTER, 1))


def test_hardened_readings_arrive_once_each_and_unchanged() -> None:
    world = play(
        rules(HARDENED),
        *BY_METER,
        *LEDGERED,
        ReportReading(0, "SM1", NINE, 2),
        Endorse(0, "SM1", NINE, 2),
        Order(1, "SM1", NINE, 2),
        Release(0, 0, "SM1", QUARTER, 1),
        Release(1, 1, "SM1", NINE, 2),
    )
    assert recorded(world) == emitted(world) == [(QUARTER, 1), (NINE, 2)]
    assert len(world.database.ledger) == 2
    assert all(replica.height == 2 for replica in world.replicas)


@pytest.mark.parametrize(
    ("attack", "rule"),
    [
        (Impersonate("SM1", 1), "credential"),
        (DcReadsKey("SM1", 0), "credential"),
        (PeerReadsKey("SM1", 0), "key_generation"),
        (Redate(0, "SM1", QUARTER, 1, 2), "signature_scope"),
        (Replay(1, "SM1", QUARTER, 1), "freshness"),
        (Inject(0, "SM1", NINE, 2), "quorum"),
        (RegisterSubmitted("SM1", 0), "registration"),
        (Forge(0, "SM1", NINE, 2), "knowledge"),
    ],
)
def test_hardened_refuses_each_attack_by_the_rule_that_is_for_it(attack: Event, rule: str) -> None:
    assert refusal(play(rules(HARDENED), *BY_METER, *LEDGERED), attack).rule == rule


def test_a_forged_report_with_an_unregistered_key_is_endorsed_by_nobody() -> None:
    world = play(rules(HARDENED), *BY_METER, GenerateKey(1), Forge(1, "SM1", NINE, 2))
    assert refusal(world, Endorse(1, "SM1", NINE, 2)).rule == "signature"


def test_a_report_that_was_held_back_is_not_ordered_into_a_block_of_another_time() -> None:
    """IS-P11: the published ledger, in both readings, takes it however late it is."""
    held_back = Order(0, "SM1", QUARTER, 1, 2, 9)
    ahead_of_time = Order(0, "SM1", QUARTER, 1, 0, 0)
    for order in (held_back, ahead_of_time):
        assert refusal(play(rules(HARDENED), *BY_METER, *REPORTED), order).rule == "window"
    assert play(rules(HARDENED), *BY_METER, *REPORTED, Order(0, "SM1", QUARTER, 1, 0, 1)).windows == ((0, 1),)
    for reading in (LITERAL, CHARITABLE):
        assert play(rules(reading), *BY_CONTRACT, *REPORTED, held_back).windows == ((2, 9),)


def test_a_receipt_reaches_its_meter_once_and_nobody_else_can_write_one() -> None:
    """IS-L8: hardened, a meter knows that its report has arrived; as published nothing is sent back."""
    arrived = (*BY_METER, *LEDGERED, Release(0, 0, "SM1", QUARTER, 1))
    receipt = Acknowledge(0, "SM1", QUARTER, 1)
    assert play(rules(HARDENED), *arrived, receipt).meters["SM1"].confirmed == (1,)
    assert refusal(play(rules(HARDENED), *arrived, receipt), receipt).rule == "receipts"
    assert refusal(play(rules(HARDENED), *BY_METER, *LEDGERED), receipt).rule == "record"
    world = play(rules(HARDENED), *arrived)
    forged = Receipt(world.meters["SM1"].hid, 1).signed(CHAIN, world.database.pair).encode(CHAIN)
    _, effects = meter.step(world.meters["SM1"], meter.TakeReceipt(forged))
    assert effects == (Refused("receipts", "the MDMS has not signed this receipt", ("IS-C33",)),)
    published = play(rules(LITERAL), *BY_CONTRACT, *LEDGERED, Release(0, 0, "SM1", QUARTER, 1))
    assert refusal(published, receipt).rule == "receipts"


def test_published_exact_replay_is_recorded_twice() -> None:
    """IS-P4 fails: one emission, two records."""
    replayed = (Replay(1, "SM1", QUARTER, 1), Release(0, 0, "SM1", QUARTER, 1), Release(1, 1, "SM1", QUARTER, 1))
    world = play(rules(LITERAL), *BY_CONTRACT, *LEDGERED, *replayed)
    assert emitted(world) == [(QUARTER, 1)] and recorded(world) == [(QUARTER, 1)] * 2
    one, two = (final.block.leaves for final in world.database.ledger)
    assert one == two, "the very same bytes are on the ledger twice"


def test_published_redated_report_is_recorded_for_a_time_that_the_meter_never_named() -> None:
    """IS-P5 fails: the old signature holds under a new time."""
    world = play(
        rules(LITERAL),
        *BY_CONTRACT,
        *REPORTED,
        Redate(0, "SM1", QUARTER, 1, 7),
        Endorse(0, "SM1", QUARTER, 7),
        Order(0, "SM1", QUARTER, 7),
        Release(0, 0, "SM1", QUARTER, 7),
    )
    assert recorded(world) == [(QUARTER, 7)] and (QUARTER, 7) not in emitted(world)


def test_published_reregistration_with_an_overheard_hid_lets_the_adversary_report() -> None:
    """IS-P5, IS-P8 fail: pass the hash, get a key, report in the meter's name (IS-C1)."""
    world = play(
        rules(LITERAL),
        *BY_CONTRACT,
        *REPORTED,
        Impersonate("SM1", 1),
        Forge(1, "SM1", NINE, 5),
        Endorse(1, "SM1", NINE, 5),
        Order(0, "SM1", NINE, 5),
        Release(0, 0, "SM1", NINE, 5),
    )
    assert recorded(world) == [(NINE, 5)] and emitted(world) == [(QUARTER, 1)]


def test_a_request_over_the_private_channel_is_not_overheard() -> None:
    """IS-R8 is stated, so even the literal reading lets nobody hear the request; a transaction is heard."""
    assert refusal(play(rules(LITERAL), *BY_CONTRACT), Impersonate("SM1", 1)).rule == "knowledge"


def test_the_adversary_does_not_overhear_its_own_forgery() -> None:
    chosen = rules(LITERAL)
    forged = play(chosen, *BY_CONTRACT, DcReadsKey("SM1", 0), Forge(0, "SM1", NINE, 5))
    assert refusal(forged, Impersonate("SM1", 1)).rule == "knowledge"
    assert play(chosen, *BY_CONTRACT, ImpersonateFromLedger("SM1", 1)).contract.active
    nobodys = play(chosen, *BY_CONTRACT, GenerateKey(1))
    assert refusal(nobodys, Forge(1, "SM1", NINE, 5)).rule == "knowledge"


def test_an_unsigned_receipt_may_be_anybodys() -> None:
    forged = ForgeReceipt("SM1", QUARTER, 1)
    unsigned = play(rules(HARDENED, receipts="unsigned"), *BY_METER, *REPORTED, forged)
    assert unsigned.meters["SM1"].confirmed == (1,) and recorded(unsigned) == []
    assert refusal(play(rules(HARDENED), *BY_METER, *REPORTED), forged).rule == "receipts"


def test_a_dishonest_database_is_believed_until_the_mdms_asks_for_certificates() -> None:
    """IS-V4: its signature says who transfers, not that the ledger holds it (IS-C10)."""
    made_up = Substitute(0, "SM1", NINE, 4)
    world = play(rules(CHARITABLE), *BY_CONTRACT, made_up)
    assert recorded(world) == [(NINE, 4)] and emitted(world) == []
    assert refusal(play(rules(CHARITABLE), *BY_CONTRACT), Inject(0, "SM1", NINE, 4)).rule == "release_check"
    assert refusal(play(rules(HARDENED), *BY_METER), made_up).rule == "quorum"


def test_one_active_key_makes_reregistration_worse_without_a_credential() -> None:
    """The impostor's registration ends the meter's key: honest reports fail from then on."""
    world = play(rules(LITERAL, one_active_key=True), *BY_CONTRACT, *REPORTED, Impersonate("SM1", 1))
    assert refusal(world, ReportReading(0, "SM1", NINE, 2)).rule == "registration"


def test_published_injection_needs_no_key_at_all() -> None:
    """IS-P5 fails: the MDMS looks at the HID only (IS-C10)."""
    world = play(rules(LITERAL), *BY_CONTRACT, Inject(0, "SM1", NINE, 4))
    assert recorded(world) == [(NINE, 4)] and emitted(world) == [] and world.adversary.keys == ()


def test_published_relay_and_peer_each_get_the_meters_private_key() -> None:
    """IS-P6 fails under the literal reading by both ways, and under the charitable one by the peer (IS-C3, C4)."""
    for event in (DcReadsKey("SM1", 0), PeerReadsKey("SM1", 0)):
        world = play(rules(LITERAL), *BY_CONTRACT, event)
        assert world.adversary.keys == world.meters["SM1"].keys
    world = play(rules(CHARITABLE), *BY_CONTRACT)
    assert refusal(world, DcReadsKey("SM1", 0)).rule == "credential"
    assert play(rules(CHARITABLE), *BY_CONTRACT, PeerReadsKey("SM1", 0)).adversary.keys == world.meters["SM1"].keys


def test_charitable_reading_still_falls_to_a_curious_peer() -> None:
    world = play(
        rules(CHARITABLE),
        *BY_CONTRACT,
        PeerReadsKey("SM1", 0),
        Forge(0, "SM1", NINE, 5),
        Endorse(0, "SM1", NINE, 5),
        Order(0, "SM1", NINE, 5),
        Release(0, 0, "SM1", NINE, 5),
    )
    assert recorded(world) == [(NINE, 5)] and emitted(world) == []


def test_an_old_submission_brings_an_old_key_back_unless_keys_must_be_fresh() -> None:
    """The adversary, or chance, delivers the first registration again after the second."""
    moves = (*BY_METER, SubmitRegistration("SM1", 1, 1), RegisterSubmitted("SM1", 1, 1))
    stale = play(rules(HARDENED, epochs="none"), *moves, RegisterSubmitted("SM1", 0))
    assert stale.contract.active[stale.meters["SM1"].hid] == (RegisteredKey(0, stale.key(0).public),)
    assert refusal(play(rules(HARDENED), *moves), RegisterSubmitted("SM1", 0)).rule == "epochs"


def test_a_registration_that_was_overtaken_is_refused_though_it_never_arrived_before() -> None:
    """IS-V21: the second registration reaches the contract first; without epochs the first would then displace it."""
    moves = (SubmitRegistration("SM1", 0), SubmitRegistration("SM1", 1, 1), RegisterSubmitted("SM1", 1, 1))
    late = RegisterSubmitted("SM1", 0)
    assert refusal(play(rules(HARDENED), *moves), late).rule == "epochs"
    displaced = play(rules(HARDENED, epochs="none"), *moves, late)
    assert displaced.contract.active[displaced.meters["SM1"].hid] == (RegisteredKey(0, displaced.key(0).public),)


def test_a_report_names_the_epoch_of_its_key() -> None:
    """A report of the displaced key's epoch is endorsed by nobody, whoever sends it."""
    moves = (*BY_METER, ReportReading(0, "SM1", QUARTER, 1))
    world = play(rules(HARDENED), *moves, SubmitRegistration("SM1", 1, 1), RegisterSubmitted("SM1", 1, 1))
    assert refusal(world, Endorse(0, "SM1", QUARTER, 1)).rule == "signature"
    renewed, _ = metering.step(world, ReportReading(1, "SM1", NINE, 2, 1))
    assert not refused(metering.step(renewed, Endorse(1, "SM1", NINE, 2, 1))[1])


def test_a_report_that_names_another_epoch_than_its_keys_is_endorsed_by_nobody() -> None:
    world = play(rules(HARDENED), *BY_METER)
    hid = world.meters["SM1"].hid
    for epoch, accepted in ((0, True), (1, False)):
        named = world.recipient.report(hid, world.key(0), Usage(NINE, 2), world.randomness, epoch).encode(CHAIN)
        answer = contract.endorse(world.contract, 0, world.peers[0], named)
        assert isinstance(answer, Endorsement) == accepted
        assert accepted or (isinstance(answer, Refused) and answer.rule == "signature")


def test_no_two_keys_are_of_one_epoch() -> None:
    """Not even if the contract draws them: an epoch that was accepted is over for registration."""
    world = play(rules(LITERAL, epochs="increasing"), *BY_CONTRACT)
    assert refusal(world, RegisterByContract("SM1", 1)).rule == "epochs"
    assert not refused(metering.step(world, RegisterByContract("SM1", 1, 1))[1])


def test_the_ledger_takes_a_report_that_was_endorsed_before_its_key_was_replaced() -> None:
    """And the certified release accepts it: the key's registration is in the registry that the header commits to."""
    world = play(
        rules(HARDENED),
        *BY_METER,
        *REPORTED,
        SubmitRegistration("SM1", 1, 1),
        RegisterSubmitted("SM1", 1, 1),
        Order(0, "SM1", QUARTER, 1),
        Release(0, 0, "SM1", QUARTER, 1),
    )
    assert recorded(world) == [(QUARTER, 1)]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones() -> None:
    assert play(rules(HARDENED), *BY_METER, *LEDGERED) == play(rules(HARDENED), *BY_METER, *LEDGERED)
    one, other = (metering.deploy(rules(HARDENED), ["SM1"], 4, 1, seed=seed) for seed in (1, 2))
    assert one.mdms.pair.public != other.mdms.pair.public


def test_a_deployment_that_cannot_be_is_refused_with_a_message() -> None:
    with pytest.raises(InputError, match="same id"):
        metering.deploy(rules(LITERAL), ["SM1", "SM1"], 4, 1, seed=1)
    with pytest.raises(InputError, match="3 replicas"):
        metering.deploy(rules(HARDENED), ["SM1"], 3, 1, seed=1)


def test_a_meter_that_does_not_exist_is_refused() -> None:
    assert refusal(play(rules(LITERAL)), RequestRegistration("SM9")).rule == "identity"
