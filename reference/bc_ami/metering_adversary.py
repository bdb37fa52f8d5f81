"""The adversary's moves of the world `metering`: each uses only what adversary.py allows it to have."""

from __future__ import annotations

from dataclasses import replace

from reference.bc_ami import adversary, contract, mdms, meter
from reference.bc_ami.effects import Learned
from reference.bc_ami.messages import RESPONSE, TRANSACTION, Usage
from reference.bc_ami.metering_events import (
    DcReadsKey,
    Forge,
    ForgeReceipt,
    GenerateKey,
    Impersonate,
    ImpersonateFromLedger,
    Inject,
    PeerReadsKey,
    Redate,
    Replay,
    Substitute,
)
from reference.bc_ami.metering_honest import finalise, meter_step
from reference.bc_ami.observe import Content
from reference.bc_ami.world import Outcome, World, refuse
from reference.crypto.signing import KeyPair
from reference.ledger.chain import Header
from reference.ledger.effects import Refused, Sent, refused


def impersonate(world: World, event: Impersonate) -> Outcome:
    """Send an overheard HID to the contract: under the bare-HID credential nothing else is asked (IS-C1)."""
    chain, hid = world.recipient.chain, world.meters[event.meter].hid
    if not world.adversary.overhears(chain, world.wire, hid):
        return refuse(world, "knowledge", "the adversary has not overheard this HID", "IS-C1")
    return _register_own(world, event)


def impersonate_from_ledger(world: World, event: ImpersonateFromLedger) -> Outcome:
    """The same with a HID that the chain shows to whoever reads it, before its meter has sent anything (IS-R3)."""
    if world.meters[event.meter].hid not in world.contract.enrolled:
        return refuse(world, "knowledge", "the ledger does not show this HID", "IS-R17")
    return _register_own(world, event)


def _register_own(world: World, event: Impersonate | ImpersonateFromLedger) -> Outcome:
    chain, hid = world.recipient.chain, world.meters[event.meter].hid
    if world.drawn(world.key(event.key).public):
        return refuse(world, "randomness", "this key was drawn before", "IS-R6")
    own = world.key(event.key) if world.rules.key_generation == "meter" else None
    message = adversary.registration(chain, hid, own, event.epoch)
    if own is None:
        after, effects = contract.step(
            world.contract, contract.KeyRequested(message, world.key_randomness(event.key), event.epoch)
        )
    else:
        after, effects = contract.step(world.contract, contract.KeySubmitted(message))
    if refused(effects):
        return world, effects
    answers = [each.data for each in effects if isinstance(each, Sent) and each.kind == RESPONSE]
    pair = own or next((adversary.key_in_answer(chain, answer) for answer in answers), None)
    if pair is None:
        return refuse(world, "credential", "the answer is encrypted to the meter", "IS-R8")
    learned, gained = _learn(world.with_registered(after, effects), pair)
    return learned, (*effects, *gained)


def generate_key(world: World, event: GenerateKey) -> Outcome:
    """A key pair of the adversary's own."""
    pair = world.key(event.key)
    if world.drawn(pair.public):
        return refuse(world, "randomness", "this key was drawn before")
    return _learn(world, pair)


def dc_reads_key(world: World, event: DcReadsKey) -> Outcome:
    """Look for the meter's private key in the answers that its concentrator relayed (IS-C3)."""
    held = _held(world, event.meter, event.key)
    relayed = world.concentrators[world.concentrator(event.meter)].relayed
    for answer in relayed:
        pair = adversary.key_in_answer(world.recipient.chain, answer)
        if pair is not None and pair.public == held:
            return _learn(world, pair)
    return refuse(world, "credential", "no answer that passed shows this key of the meter", "IS-C3")


def peer_reads_key(world: World, event: PeerReadsKey) -> Outcome:
    """Look for the meter's private key among the results of Algorithm 1 that a peer saw (IS-C4)."""
    held = _held(world, event.meter, event.key)
    for _, pair in world.contract.executed:
        if pair.public == held:
            return _learn(world, pair)
    return refuse(world, "key_generation", "no peer has seen this key of the meter", "IS-C4")


def forge(world: World, event: Forge) -> Outcome:
    """Report in a meter's name with a known key."""
    pair = world.adversary.key(world.key(event.key).public)
    if pair is None:
        return refuse(world, "knowledge", "the adversary does not have this private key", "IS-C1")
    chain, hid = world.recipient.chain, world.meters[event.meter].hid
    shown = any(key.public == pair.public for key in world.contract.active.get(hid, ()))
    if not (shown or world.adversary.overhears(chain, world.wire, hid)):
        return refuse(world, "knowledge", "the adversary does not know this HID", "IS-C1")
    if (
        world.observer.find(world.transactions, Content(hid, event.kwh, event.time), pair.public, event.epoch)
        is not None
    ):
        return refuse(world, "network", _KNOWN, "IS-C1")
    randomness = world.randomness.child("forge", event.meter, event.key, str(event.kwh), event.time)
    data = adversary.forged(world.recipient, hid, pair, Usage(event.kwh, event.time), randomness, event.epoch)
    effects = (Sent(TRANSACTION, data),)
    return replace(world, adversary=world.adversary.send(data)).with_wire(effects), effects


def redate(world: World, event: Redate) -> Outcome:
    """Send an overheard report again with another time."""
    public = world.key(event.key).public
    content = Content(world.meters[event.meter].hid, event.kwh, event.time)
    data = world.observer.find(world.transactions, content, public, event.epoch)
    if data is None:
        return refuse(world, "network", "no such transaction is on the wire", "IS-R12")
    if world.observer.find(world.transactions, replace(content, time=event.new_time), public, event.epoch) is not None:
        return refuse(world, "network", _KNOWN, "IS-C7")
    changed = adversary.redated(world.recipient, data, public, event.new_time)
    if isinstance(changed, Refused):
        return world, (changed,)
    effects = (Sent(TRANSACTION, changed),)
    return replace(world, adversary=world.adversary.send(changed)).with_wire(effects), effects


def replay(world: World, event: Replay) -> Outcome:
    """Submit a report that is on the ledger to ordering once more, with the endorsements that it had."""
    content = Content(world.meters[event.meter].hid, event.kwh, event.time)
    leaf = world.observer.endorsed(world.leaves, content)
    if leaf is None:
        return refuse(world, "ledger", "no such report is on the ledger", "IS-C7")
    return finalise(world, event.height, leaf, event.window)


def forge_receipt(world: World, event: ForgeReceipt) -> Outcome:
    """Send a meter a receipt that the MDMS never made."""
    sender = world.meters[event.meter]
    if Usage(event.kwh, event.time) not in sender.emissions:
        return refuse(world, "environment", "the meter has not reported this", "IS-R11")
    receipt = adversary.forged_receipt(world.recipient.chain, sender.hid, event.time)
    return meter_step(world, event.meter, meter.TakeReceipt(receipt))


def inject(world: World, event: Inject) -> Outcome:
    """Send the MDMS a bundle as if it came from the database, with a header that fits its cursor."""
    return _hand_over(world, event, None)


def substitute(world: World, event: Substitute) -> Outcome:
    """The same by whoever performs the transfer: signed as the database signs (IS-C10)."""
    return _hand_over(world, event, world.database.pair)


def _hand_over(world: World, event: Inject, signer: KeyPair | None) -> Outcome:
    if event.record != len(world.mdms.records):
        return refuse(world, "record", f"the MDMS's next record is {len(world.mdms.records)}", "IS-R18")
    hid = world.meters[event.meter].hid
    if hid not in world.contract.active:
        return refuse(world, "registration", "the registry, which all can read, does not show this meter", "IS-R17")
    randomness = world.randomness.child("inject", event.record, event.meter, str(event.kwh), event.time)
    header = Header(world.mdms.cursor, 0, world.mdms.last, bytes(32), 1, bytes(32))
    bundle = adversary.injected(world.recipient, hid, Usage(event.kwh, event.time), header, randomness, signer)
    after, effects = mdms.step(world.mdms, mdms.Released(bundle))
    return (world, effects) if refused(effects) else (replace(world, mdms=after), effects)


def _learn(world: World, pair: KeyPair) -> Outcome:
    if world.adversary.key(pair.public) is not None:
        return refuse(world, "knowledge", "the adversary has this private key already")
    return replace(world, adversary=world.adversary.learn(pair)), (Learned(pair.public),)


def _held(world: World, name: str, label: int) -> bytes | None:
    """The public key with this label if it is one of the meter's, else None, which equals no key."""
    public = world.key(label).public
    return public if any(pair.public == public for pair in world.meters[name].keys) else None


_KNOWN = "a transaction that says this under this key is on the wire already"
