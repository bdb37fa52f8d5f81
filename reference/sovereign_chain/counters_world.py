"""The machine `ActionCounter` with real bytes: chains that count violations, their origins, and a reader.

Each chain has validators with keys. One user has an operation for each number; the contract, which is made for the
occasion, denies those of which the record is to be valid. Of the others a record is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from meterproof.contracts import Request, digest
from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused, refused
from reference.sovereign_chain import counters
from reference.sovereign_chain.block import Block
from reference.sovereign_chain.counters import CountingChain, Reader
from reference.sovereign_chain.made_contract import edition
from reference.sovereign_chain.operations import Editions, Operation
from reference.sovereign_chain.receipts import Validators
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.violations import Register, ViolationRecord, blame

USER = b"user one".ljust(32, b"\0")
MEMBERS, NEEDED = 4, 3


@dataclass(frozen=True)
class CountersWorld:
    """`signed` has the operations as the user signed them for their chains, `place` the numbers of these. `upto` is
    history: the operations that were on any chain when the block of a chain and height was made."""

    rules: Rules
    chains: tuple[CountingChain, ...]
    validators: tuple[Validators, ...]
    signed: tuple[Operation, ...]
    place: tuple[int, ...]
    reader: Reader
    upto: Mapping[tuple[int, int], frozenset[bytes]] = field(default_factory=dict)

    def home(self, number: int) -> CountingChain:
        """The chain that the record of the violation belongs to."""
        return self.chains[self.place[number]]

    def identity(self, number: int) -> bytes:
        """By what the operation is named, 32 bytes."""
        return self.signed[number].identity(self.home(number).chain_id)

    def record(self, number: int) -> bytes:
        """The record of the violation; if it is none, what somebody makes up for one."""
        register, identity = self.home(number).register, self.identity(number)
        evidence = self.signed[number].encode(register.chain_id)
        made = register.record_of(identity, evidence)
        if isinstance(made, Refused):
            meaning = bytes.fromhex(digest(register.editions.contracts[-1]))
            made = ViolationRecord(identity, evidence, f"rule-{number}", meaning)
        return made.encode(register.chain_id)


@dataclass(frozen=True)
class Event:
    """An action of the model by its name: on a chain, an operation, a height, and counters before and after."""

    action: str
    chain: int = 0
    operation: int = 0
    height: int = 0
    before: int = 0
    counter: int = 0


Outcome = tuple[CountersWorld, Effects]


def deploy(rules: Rules, seed: int, *, chains: int, place: Sequence[int], valid: Sequence[bool]) -> CountersWorld:
    """So many chains, and an operation for each entry of `place`. InputError for a chain that does not exist."""
    if not {*place} <= set(range(chains)):
        raise InputError("an operation's chain does not exist", allowed=f"0 to {chains - 1}")
    stream = Randomness.from_seed(seed)
    names = [f"service-{number}" for number in range(chains)]
    validators = tuple(Validators.drawn(name, 0, MEMBERS, NEEDED, stream) for name in names)
    sets, editions = {each.of.chain_id: each.of for each in validators}, Editions((edition(0, valid),))
    pair = KeyPair.generate(stream.child("user"))
    users = {USER: pair.public}
    parties = tuple(CountingChain(Register(name, rules, users, editions), sets) for name in names)
    signed = tuple(
        Operation(USER, number, Request("user", "data", "read", f"data-{number}", "here", 60 * number), 1).signed(
            names[at], pair
        )
        for number, at in enumerate(place)
    )
    return CountersWorld(rules, parties, validators, signed, tuple(place), Reader(rules.hashed))


def step(world: CountersWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.operation < len(world.signed):
        return _refuse(world, "operation", f"there is no operation {event.operation}")
    if not 0 <= event.chain < len(world.chains):
        return _refuse(world, "chain", f"there is no chain {event.chain}")
    return _STEPS[event.action](world, event)


def _count(world: CountersWorld, event: Event) -> Outcome:
    return _counted(world, event, counters.Count(world.record(event.operation)))


def _learn(world: CountersWorld, event: Event) -> Outcome:
    home, identity = world.home(event.operation), world.identity(event.operation)
    if identity not in home.recorded:
        return _refuse(world, "place", "its chain does not have this", "WA-R16")
    signers = world.validators[world.place[event.operation]]
    votes = signers.votes(blame(identity), signers.of.committee.chain)
    return _counted(world, event, counters.Learn(home.chain_id, world.record(event.operation), votes))


def _counted(world: CountersWorld, event: Event, told: counters.Event) -> Outcome:
    """The nodes of the chain count on, from the number that they have reached to the next."""
    if (event.before, event.counter) != (len(world.chains[event.chain].counted), event.before + 1):
        return _refuse(world, "counter", "the nodes have counted to another number", "WA-C10")
    return _at_chain(world, event.chain, told)


def _close(world: CountersWorld, event: Event) -> Outcome:
    if event.counter != len(world.chains[event.chain].counted):
        return _refuse(world, "counter", "an honest origin writes what was counted", "WA-C10")
    return _made(world, event)


def _misstate(world: CountersWorld, event: Event) -> Outcome:
    """The nodes see to it that the counter is right; who writes what they derive does the same as an honest origin."""
    if world.rules.counter == "derived" and event.counter == len(world.chains[event.chain].counted):
        return _refuse(world, "counter", "nothing is misstated", "WA-C10")
    return _made(world, event)


def _made(world: CountersWorld, event: Event) -> Outcome:
    party = world.chains[event.chain]
    if event.height != len(party.blocks):
        return _refuse(world, "place", "this is not the chain's next height", "WA-R18")
    block = party.next_block(event.counter).encode(party.chain_id)
    after, effects = _at_chain(world, event.chain, counters.Close(block))
    if refused(effects) is not None:
        return world, effects
    recorded = frozenset(operation for each in world.chains for operation in each.recorded)
    return replace(after, upto={**world.upto, (event.chain, event.height): recorded}), effects


def _look_up(world: CountersWorld, event: Event) -> Outcome:
    blocks = world.chains[event.chain].blocks
    if event.height >= len(blocks) or blocks[event.height].counter != event.counter:
        return _refuse(world, "place", "the chain has no such block", "WA-R21")
    return _shown(world, event, blocks)


def _alter(world: CountersWorld, event: Event) -> Outcome:
    """Where the hash covers the counter, who leaves it as it is does the same as an honest node."""
    party = world.chains[event.chain]
    if event.height >= len(party.blocks):
        return _refuse(world, "place", "the chain has no such block", "WA-R21")
    block = party.blocks[event.height]
    if world.rules.hashed == "all-parts" and block.counter == event.counter:
        return _refuse(world, "hashed", "nothing is altered", "WA-C6")
    altered = replace(block, counter=event.counter).measured(party.chain_id)
    return _shown(world, event, (*party.blocks[: event.height], altered, *party.blocks[event.height + 1 :]))


def _shown(world: CountersWorld, event: Event, blocks: Sequence[Block]) -> Outcome:
    """A reader is shown these blocks; he knows the hash of the last one that the chain has."""
    party = world.chains[event.chain]
    tip = party.blocks[-1].name(party.chain_id, world.rules.hashed)
    data = tuple(block.encode(party.chain_id) for block in blocks)
    reader, effects = counters.look_up(world.reader, party.chain_id, data, event.height, tip)
    return replace(world, reader=reader), effects


def _at_chain(world: CountersWorld, number: int, event: counters.Event) -> Outcome:
    after, effects = counters.step(world.chains[number], event)
    return replace(world, chains=(*world.chains[:number], after, *world.chains[number + 1 :])), effects


def _refuse(world: CountersWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[CountersWorld, Event], Outcome]] = {
    "count": _count,
    "learn": _learn,
    "close": _close,
    "misstate": _misstate,
    "look_up": _look_up,
    "alter": _alter,
}
