"""The honest moves of the world `metering`: registration, report, endorsement, ordering, release."""

from __future__ import annotations

from dataclasses import replace

from reference.bc_ami import concentrator, contract, database, mdms, meter, ordering
from reference.bc_ami.messages import (
    REQUEST,
    RESPONSE,
    SUBMISSION,
    Receipt,
    RegistrationRequest,
    RegistrationSubmission,
    Usage,
)
from reference.bc_ami.metering_events import (
    Acknowledge,
    Endorse,
    Order,
    RegisterByContract,
    RegisterSubmitted,
    Release,
    ReportReading,
    RequestRegistration,
    SubmitRegistration,
)
from reference.bc_ami.observe import Content
from reference.bc_ami.world import Outcome, World, refuse
from reference.ledger.chain import FinalBlock
from reference.ledger.effects import Decided, Effects, Refused, Sent, refused


def request_registration(world: World, event: RequestRegistration) -> Outcome:
    """The meter sends its request through its concentrator, in everybody's hearing."""
    after, effects = meter_step(world, event.meter, meter.AskForKey())
    if after.wire == world.wire and not refused(effects):
        return refuse(world, "network", "this request is on the wire already", "IS-R5")
    return after, effects


def register_by_contract(world: World, event: RegisterByContract) -> Outcome:
    """Request on the wire, contract, concentrator, meter."""
    hid = world.meters[event.meter].hid
    chain = world.recipient.chain
    requests = [each for each in world.sent(REQUEST) if RegistrationRequest.decode(chain, each).hid == hid]
    if not requests:
        return refuse(world, "request", "the meter has not asked for a key", "IS-R5")
    if world.drawn(world.key(event.key).public):
        return refuse(world, "randomness", "this key was drawn before", "IS-R6")
    after, effects = contract.step(
        world.contract, contract.KeyRequested(requests[0], world.key_randomness(event.key), event.epoch)
    )
    if refused(effects):
        return world, effects
    return deliver_answer(world.with_registered(after, effects), event.meter, effects)


def deliver_answer(world: World, name: str, effects: Effects) -> Outcome:
    """The contract's answer goes through the meter's concentrator to the meter, and nowhere else."""
    answer = next(each.data for each in effects if isinstance(each, Sent) and each.kind == RESPONSE)
    place = world.concentrator(name)
    relay, relayed = concentrator.step(world.concentrators[place], concentrator.RelayResponse(answer))
    concentrators = (*world.concentrators[:place], relay, *world.concentrators[place + 1 :])
    after, taken = meter.step(world.meters[name], meter.TakeKey(answer))
    if refused(taken):
        return world, taken
    return replace(world, concentrators=concentrators, meters={**world.meters, name: after}), (*effects, *relayed)


def submit_registration(world: World, event: SubmitRegistration) -> Outcome:
    """The meter draws a key, and its submission is on the wire."""
    if world.drawn(world.key(event.key).public):
        return refuse(world, "randomness", "this key was drawn before", "IS-R9")
    return meter_step(world, event.meter, meter.SubmitKey(world.key_randomness(event.key), event.epoch))


def register_submitted(world: World, event: RegisterSubmitted) -> Outcome:
    """A submission on the wire reaches the contract."""
    wanted = (world.meters[event.meter].hid, event.epoch, world.key(event.key).public)
    for data in world.sent(SUBMISSION):
        submission = RegistrationSubmission.decode(world.recipient.chain, data)
        if (submission.hid, submission.epoch, submission.public) == wanted:
            after, effects = contract.step(world.contract, contract.KeySubmitted(data))
            return (world, effects) if refused(effects) else (world.with_registered(after, effects), effects)
    return refuse(world, "network", "no such submission is on the wire", "IS-R9")


def report(world: World, event: ReportReading) -> Outcome:
    """The meter signs and sends; it looks its key up on the ledger first."""
    active = world.contract.active.get(world.meters[event.meter].hid, ())
    registered = tuple(key for key in active if key.named(world.rules.epochs) == event.epoch)
    randomness = world.randomness.child("report", event.meter, event.key, str(event.kwh), event.time)
    usage = Usage(event.kwh, event.time)
    return meter_step(world, event.meter, meter.Report(world.key(event.key).public, usage, registered, randomness))


def endorse(world: World, event: Endorse) -> Outcome:
    """The concentrator takes a transaction on the wire to the peers, and the envelope to ordering.

    Whether a report with this content was endorsed before no peer can see, since it is sealed; it is the environment
    that offers each content once, and `replay` again.
    """
    content = said(world, event.meter, event)
    data = world.observer.find(world.transactions, content, world.key(event.key).public, event.epoch)
    if data is None:
        return refuse(world, "network", "no such transaction is on the wire", "IS-R13")
    if world.observer.endorsed(world.envelopes, content) is not None:
        return refuse(world, "environment", "this report is endorsed already", "IS-R14")
    place = world.concentrator(event.meter)
    relay = world.concentrators[place]
    # The contract executes the transaction at least once, whatever the policy (IS-R13).
    asked = list(enumerate(world.peers))[: max(relay.needed, 1)]
    answers = tuple(contract.endorse(world.contract, index, pair, data) for index, pair in asked)
    _, effects = concentrator.step(relay, concentrator.Collected(data, answers))
    return (world, effects) if refused(effects) else (world.with_wire(effects), effects)


def order(world: World, event: Order) -> Outcome:
    """An endorsed report becomes the next block."""
    content = said(world, event.meter, event)
    envelope = world.observer.endorsed(world.envelopes, content)
    if envelope is None:
        return refuse(world, "endorsements", "no such endorsed report is on the wire", "IS-R14")
    if world.observer.endorsed(world.leaves, content) is not None:
        return refuse(world, "environment", "this report is on the ledger already", "IS-R15")
    return finalise(world, event.height, envelope, event.window)


def finalise(world: World, height: int, envelope: bytes, window: tuple[int, int] | None = None) -> Outcome:
    """Replicas propose, vote, certify and decide a block with this one envelope; ledger and contract follow.

    `window` has the first and last time that are fresh when the block is made; None: nobody has a clock.
    """
    if window is not None and window[0] > window[1]:
        return refuse(world, "environment", "no time is in the window", "IS-C7")
    if window is not None and any(
        earlier is not None and (earlier[0] > window[0] or earlier[1] > window[1]) for earlier in world.windows
    ):
        return refuse(world, "environment", "the clock of those who date blocks runs backwards", "IS-C7")
    if height != len(world.database.ledger):
        return refuse(world, "ledger", f"the first free height is {len(world.database.ledger)}", "IS-R15")
    due, _ = contract.step(world.contract, contract.BlockDue(window))
    replicas, final, effects = ordering.order(world.replicas, due, (envelope,))
    if isinstance(final, Refused):
        return world, (final,)
    undecided = len(replicas) - sum(isinstance(each, Decided) for each in effects)
    if undecided:
        return refuse(world, "finality", f"{undecided} replicas have not decided", "IS-R15")
    after, _ = contract.step(due, contract.Committed(final.block))
    windows = (*world.windows, window)
    return replace(world, replicas=replicas, contract=after, database=_appended(world, final), windows=windows), effects


def _appended(world: World, final: FinalBlock) -> database.Database:
    after, _ = database.step(world.database, database.Append(final))
    return after


def release(world: World, event: Release) -> Outcome:
    """The database transfers a block; it counts as transferred when the MDMS has accepted it."""
    ledger = world.database.ledger
    if event.height >= len(ledger):
        return refuse(world, "ledger", "there is no block of this height", "IS-R18")
    if world.observer.endorsed(ledger[event.height].block.leaves, said(world, event.meter, event)) is None:
        return refuse(world, "ledger", "the block does not hold this report", "IS-R18")
    if event.record != len(world.mdms.records):
        return refuse(world, "record", f"the MDMS's next record is {len(world.mdms.records)}", "IS-R18")
    sent, effects = database.step(world.database, database.Transfer(event.height, world.contract))
    if refused(effects):
        return world, effects
    bundle = next(each.data for each in effects if isinstance(each, Sent))
    after, recorded = mdms.step(world.mdms, mdms.Released(bundle))
    return (world, recorded) if refused(recorded) else (replace(world, database=sent, mdms=after), recorded)


def acknowledge(world: World, event: Acknowledge) -> Outcome:
    """The MDMS signs a receipt; it reaches the meter, if it is for what the meter has reported."""
    if Usage(event.kwh, event.time) not in world.meters[event.meter].emissions:
        return refuse(world, "environment", "the meter has not reported this", "IS-R11")
    _, answer = mdms.step(world.mdms, mdms.Acknowledge(event.record))
    if refused(answer):
        return world, answer
    receipt = next(each.data for each in answer if isinstance(each, Sent))
    if Receipt.decode(world.recipient.chain, receipt).time != event.time:
        return refuse(world, "record", "the record is for another time", "IS-C33")
    after, taken = meter_step(world, event.meter, meter.TakeReceipt(receipt))
    return after, (taken if refused(taken) else answer)


def meter_step(world: World, name: str, event: meter.Event) -> Outcome:
    """One meter's step; what it sends is on the wire."""
    after, effects = meter.step(world.meters[name], event)
    if refused(effects):
        return world, effects
    return replace(world, meters={**world.meters, name: after}).with_wire(effects), effects


def said(world: World, name: str, event: Endorse | Order | Release) -> Content:
    """The report that an event speaks of."""
    return Content(world.meters[name].hid, event.kwh, event.time)
