"""The machine `Receipts` with real bytes: chains, their validator sets one after another, and receipts on the wire.

A validator set is known by its number, which is its epoch wherever it signs. Its keys may be stolen once it is out of
force; and the sets of a broken chain sign whatever they are asked to, also in the name of another chain.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from meterproof.errors import InputError
from reference.crypto import encoding, merkle
from reference.crypto.encoding import Domain
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import Block, Header
from reference.ledger.effects import Effect, Effects, Refused
from reference.sovereign_chain.receipts import Receipt, Validators, ValidatorSet, fault, receipt_of
from reference.sovereign_chain.rules import ChainReceipts, Rules

MEMBERS, NEEDED = 4, 3
ENTRY = "entry"


def chain_name(number: int) -> str:
    """The chain of this number."""
    return f"service-{number}"


@dataclass(frozen=True)
class Shown(Effect):
    """A receipt on the wire, and of which chain's height it is said to be."""

    chain: int
    height: int
    receipt: bytes


@dataclass(frozen=True)
class Changed(Effect):
    """A chain has replaced one set by another, which the first has certified."""

    chain: int
    old: int
    new: int
    certificate: bytes


@dataclass(frozen=True)
class ReceiptsWorld:
    """`keys` has those of each set. `blocks` are by chain and height; `been` has for each chain the sets that were in
    force on it, in order; `follows` by chain and other chain the set that it follows, `left` those that it has left;
    `taken` by chain, other chain, height and record what has convinced it."""

    rules: Rules
    keys: tuple[tuple[KeyPair, ...], ...]
    broken: frozenset[int]
    been: tuple[tuple[int, ...], ...]
    follows: Mapping[tuple[int, int], int]
    left: frozenset[tuple[int, int, int]] = frozenset()
    stolen: frozenset[int] = frozenset()
    blocks: Mapping[tuple[int, int], Block] = field(default_factory=dict)
    wire: tuple[Shown, ...] = ()
    changes: tuple[Changed, ...] = ()
    taken: Mapping[tuple[int, int, int, int], bytes] = field(default_factory=dict)

    @property
    def form(self) -> ChainReceipts:
        """How validators sign; where nobody looks at signatures they sign as well as they can."""
        return "record-only" if self.rules.chain_receipts == "record-only" else "certified"

    def set_of(self, number: int, of: int) -> ValidatorSet:
        """The set of this number as it signs in the name of a chain."""
        return ValidatorSet(chain_name(of), number, tuple(pair.public for pair in self.keys[number]), NEEDED)

    def receipt(self, number: int, of: int, height: int, record: int) -> Shown:
        """What the set of this number signs for a record of a chain."""
        block = Block.build(height, 0, chain.GENESIS, (leaf_of(record),), chain.GENESIS)
        signers = Validators(self.set_of(number, of), self.keys[number])
        return Shown(of, height, receipt_of(self.form, signers, block, 0).encode())

    def signed(self, number: int, of: int, height: int, record: int) -> Receipt | None:
        """The receipt of the set for the record, if it is on the wire and its signatures are."""
        for each in self.wire:
            if (each.chain, each.height) != (of, height):
                continue
            receipt = Receipt.decode(chain_name(of), each.receipt)
            if receipt.leaf != leaf_of(record) or receipt.epoch != number:
                continue
            if fault(self.form, {chain_name(of): (self.set_of(number, of),)}, receipt) is None:
                return receipt
        return None

    def certified_change(self, change: Changed) -> bool:
        """Whether the old set has certified the new one."""
        name, header = _change_of(self, change.chain, change.old, change.new)
        committee = replace(self.set_of(change.old, change.chain).committee, chain=name)
        return committee.finalises(header, change.certificate) is None


def leaf_of(record: int) -> bytes:
    """The bytes of a record, the same on every chain."""
    return encoding.encode(Domain("any", ENTRY), [record])


def _change_of(world: ReceiptsWorld, of: int, old: int, new: int) -> tuple[str, Header]:
    """In which domain the old set certifies the new one, and what."""
    after = world.set_of(new, of)
    members = merkle.root(after.members)
    header = Header(0, 0, chain.GENESIS, members, after.needed, chain.GENESIS)
    return f"{world.set_of(old, of).committee.chain} change to {new}", header


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, with the numbers that it is on; `by` is the chain that follows or takes."""

    action: str
    by: int = 0
    of: int = 0
    old: int = 0
    new: int = 0
    height: int = 0
    record: int = 0


Outcome = tuple[ReceiptsWorld, Effects]


def deploy(rules: Rules, seed: int, *, sets: int, first: Sequence[int], broken: Collection[int] = ()) -> ReceiptsWorld:
    """A chain for each entry of `first`, which has the number of its first set. InputError for a set of two chains."""
    if not set(first) <= set(range(sets)) or len(set(first)) < len(first):
        raise InputError("a chain's first set does not exist, or is another's", allowed=f"different ones of {sets}")
    stream = Randomness.from_seed(seed)
    keys = tuple(
        tuple(KeyPair.generate(stream.child("set", number, member)) for member in range(MEMBERS))
        for number in range(sets)
    )
    chains = range(len(first))
    follows = {(by, of): first[of] for by in chains for of in chains}
    return ReceiptsWorld(rules, keys, frozenset(broken), tuple((number,) for number in first), follows)


def step(world: ReceiptsWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    chains, sets = range(len(world.been)), range(len(world.keys))
    if event.by not in chains or event.of not in chains or event.old not in sets or event.new not in sets:
        return _refuse(world, "chain", "there is no such chain or set")
    return _STEPS[event.action](world, event)


def _finalise(world: ReceiptsWorld, event: Event) -> Outcome:
    if (event.of, event.height) in world.blocks:
        return _refuse(world, "place", "the chain has a block at this height", "WA-R18")
    block = Block.build(event.height, 0, chain.GENESIS, (leaf_of(event.record),), chain.GENESIS)
    return replace(world, blocks={**world.blocks, (event.of, event.height): block}), ()


def has(world: ReceiptsWorld, of: int, height: int, record: int) -> bool:
    """Whether the chain has this record at the height."""
    block = world.blocks.get((of, height))
    return block is not None and leaf_of(record) in block.leaves


def _certify(world: ReceiptsWorld, event: Event) -> Outcome:
    if world.been[event.of][-1] != event.old:
        return _refuse(world, "membership", "the set is not in force", "WA-C24")
    if not has(world, event.of, event.height, event.record):
        return _refuse(world, "place", "the chain does not have this", "WA-R16")
    return _show(world, event)


def _sign_with_old_keys(world: ReceiptsWorld, event: Event) -> Outcome:
    if event.old not in world.stolen:
        return _refuse(world, "corruption", "the keys are not the adversary's", "WA-A30")
    return _show(world, event)


def _sign_falsely(world: ReceiptsWorld, event: Event) -> Outcome:
    if event.by not in world.broken or event.old not in world.been[event.by]:
        return _refuse(world, "corruption", "the set is of no broken chain", "WA-C14")
    return _show(world, event)


def _show(world: ReceiptsWorld, event: Event) -> Outcome:
    shown = world.receipt(event.old, event.of, event.height, event.record)
    return (world if shown in world.wire else replace(world, wire=(*world.wire, shown))), (shown,)


def _renew(world: ReceiptsWorld, event: Event) -> Outcome:
    if event.old == event.new or world.been[event.of][-1] != event.old:
        return _refuse(world, "membership", "the set is not in force", "WA-C24")
    if event.new in world.stolen or any(event.new in sets for sets in world.been):
        return _refuse(world, "membership", "the new set is used already", "WA-C24")
    name, header = _change_of(world, event.of, event.old, event.new)
    signers = Validators(world.set_of(event.old, event.of), world.keys[event.old])
    change = Changed(event.of, event.old, event.new, signers.votes(header, name))
    been = tuple((*sets, event.new) if number == event.of else sets for number, sets in enumerate(world.been))
    return replace(world, been=been, changes=(*world.changes, change)), (change,)


def _follow(world: ReceiptsWorld, event: Event) -> Outcome:
    if world.follows[event.by, event.of] != event.old:
        return _refuse(world, "membership", "another set is followed", "WA-C24")
    if (event.by, event.of, event.new) in world.left:
        return _refuse(world, "membership", "the set is out of force", "WA-C24")
    shown = [each for each in world.changes if (each.chain, each.old, each.new) == (event.of, event.old, event.new)]
    if not any(world.certified_change(each) for each in shown):
        return _refuse(world, "membership", "the old set has not certified the new one", "WA-C24")
    follows = {**world.follows, (event.by, event.of): event.new}
    return replace(world, follows=follows, left=world.left | {(event.by, event.of, event.old)}), ()


def _take(world: ReceiptsWorld, event: Event) -> Outcome:
    rule = world.rules.chain_receipts
    if rule not in ("any-set", "certified"):
        return _refuse(world, "chain_receipts", "a receipt is nothing of a set's here", "WA-C15")
    receipt = world.signed(event.old, event.of, event.height, event.record)
    if receipt is None:
        return _refuse(world, "chain_receipts", "there is no such receipt", "WA-C15")
    known = world.been[event.of] if rule == "any-set" else (world.follows[event.by, event.of],)
    return _taken(world, event, receipt, {chain_name(event.of): [world.set_of(each, event.of) for each in known]})


def _take_record(world: ReceiptsWorld, event: Event) -> Outcome:
    if world.rules.chain_receipts != "record-only":
        return _refuse(world, "chain_receipts", "signatures over a record alone show nothing", "WA-C15")
    everybody = [world.set_of(number, event.of) for number in range(len(world.keys))]
    outcome = _refuse(world, "chain_receipts", "no set has signed the record", "WA-C15")
    for shown in world.wire:
        receipt = Receipt.decode(chain_name(shown.chain), shown.receipt)
        if receipt.leaf == leaf_of(event.record):
            outcome = _taken(world, event, receipt, {chain_name(event.of): everybody})
            break
    return outcome


def _take_word(world: ReceiptsWorld, event: Event) -> Outcome:
    if not has(world, event.of, event.height, event.record):
        return _refuse(world, "place", "the chain does not have this", "WA-R16")
    return _forge(world, event)


def _forge(world: ReceiptsWorld, event: Event) -> Outcome:
    if world.rules.chain_receipts != "none":
        return _refuse(world, "chain_receipts", "a word is nothing", "WA-C15")
    return _taken(world, event, Receipt(chain_name(event.of), leaf_of(event.record)), {})


def _taken(
    world: ReceiptsWorld, event: Event, receipt: Receipt, known: Mapping[str, Sequence[ValidatorSet]]
) -> Outcome:
    place = (event.by, event.of, event.height, event.record)
    if event.by == event.of or place in world.taken:
        return _refuse(world, "place", "the chain has this already", "WA-R16")
    if (refusal := fault(world.rules.chain_receipts, known, receipt)) is not None:
        return world, (refusal,)
    return replace(world, taken={**world.taken, place: receipt.encode()}), ()


def _steal(world: ReceiptsWorld, event: Event) -> Outcome:
    chains = range(len(world.been))
    followed = any(
        event.old in world.been[of] and (by, of, event.old) not in world.left for by in chains for of in chains
    )
    if event.old in world.stolen or followed:
        return _refuse(world, "corruption", "the set's keys are guarded", "WA-A30")
    return replace(world, stolen=world.stolen | {event.old}), ()


def _refuse(world: ReceiptsWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[ReceiptsWorld, Event], Outcome]] = {
    "finalise": _finalise,
    "certify": _certify,
    "renew": _renew,
    "follow": _follow,
    "take": _take,
    "take_record": _take_record,
    "take_word": _take_word,
    "forge": _forge,
    "steal": _steal,
    "sign_with_old_keys": _sign_with_old_keys,
    "sign_falsely": _sign_falsely,
}
