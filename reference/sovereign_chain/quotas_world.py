"""The machine `Quotas` with real bytes: persons who sign events, and the slots of one block."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import quotas
from reference.sovereign_chain.quotas import Change, Draft, Person
from reference.sovereign_chain.rules import Rules

CHAIN, HEIGHT = "power-trading", 7


@dataclass(frozen=True)
class QuotasWorld:
    """`waiting` has the event that a person has on the wire, `made` how many events it has signed, both by number."""

    rules: Rules
    block: Draft
    names: tuple[bytes, ...]
    pairs: tuple[KeyPair, ...]
    dishonest: frozenset[int]
    waiting: Mapping[int, bytes] = field(default_factory=dict)
    made: Mapping[int, int] = field(default_factory=dict)

    def change(self, person: int) -> bytes:
        """The person's next event."""
        event = Change(self.names[person], HEIGHT, self.made.get(person, 0))
        return event.signed(CHAIN, self.pairs[person]).encode(CHAIN)

    def has(self, person: int) -> bool:
        """Whether the block has an event of the person's."""
        events = (Change.decode(CHAIN, each) for each in self.block.slots if each is not None)
        return any(each.person == self.names[person] for each in events)


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a person and a slot."""

    action: str
    person: int
    slot: int = 0


Outcome = tuple[QuotasWorld, Effects]


def deploy(
    rules: Rules, seed: int, *, slots: int, shares: Sequence[int], dishonest: Collection[int] = ()
) -> QuotasWorld:
    """A block of so many slots, and a person for each entry of `shares`, which has its own slot.

    Raises InputError for a slot that does not exist, or is of two persons.
    """
    if len(set(shares)) < len(shares) or not set(shares) <= set(range(slots)):
        raise InputError("a slot does not exist, or is of two persons", allowed=f"one of {slots} slots each")
    root = Randomness.from_seed(seed)
    names = tuple(root.child("name", p).take(32) for p in range(len(shares)))
    pairs = tuple(KeyPair.generate(root.child("person", p)) for p in range(len(shares)))
    persons = {name: Person(pair.public, slot) for name, pair, slot in zip(names, pairs, shares, strict=True)}
    return QuotasWorld(rules, Draft(CHAIN, rules, HEIGHT, persons, (None,) * slots), names, pairs, frozenset(dishonest))


def step(world: QuotasWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.person < len(world.names):
        return world, (Refused("person", f"there is no person {event.person}"),)
    return _STEPS[event.action](world, event)


def _change(world: QuotasWorld, event: Event) -> Outcome:
    if event.person in world.waiting or world.has(event.person):
        return world, (Refused("event", "the person has its event for this block already", ("WA-R18",)),)
    data = world.change(event.person)
    after = replace(world, waiting={**world.waiting, event.person: data})
    return _made(after, event.person), (Sent(Change.KIND, data),)


def _include(world: QuotasWorld, event: Event) -> Outcome:
    if event.person not in world.waiting:
        return world, (Refused("event", "the person has no event on the wire", ("WA-R18",)),)
    return _filled(world, event, world.waiting[event.person])


def _flood(world: QuotasWorld, event: Event) -> Outcome:
    """One more event, in the place of any that waits."""
    if event.person not in world.dishonest:
        return world, (Refused("corruption", "the person is honest", ("WA-C25",)),)
    after, effects = _filled(world, event, world.change(event.person))
    return (world if refused(effects) else _made(after, event.person)), effects


def _filled(world: QuotasWorld, event: Event, data: bytes) -> Outcome:
    block, effects = quotas.fill(world.block, event.slot, data)
    if refused(effects):
        return world, effects
    waiting = {person: each for person, each in world.waiting.items() if person != event.person}
    return replace(world, block=block, waiting=waiting), effects


def _made(world: QuotasWorld, person: int) -> QuotasWorld:
    return replace(world, made={**world.made, person: world.made.get(person, 0) + 1})


_STEPS: Mapping[str, Callable[[QuotasWorld, Event], Outcome]] = {
    "change": _change,
    "include": _include,
    "flood": _flood,
}
