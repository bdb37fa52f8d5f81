"""The machine `Naming` with real bytes: persons with their names on chains, the registrar, a court, and an observer.

A name is known by a number from when somebody first comes under it. Who comes under a number that is another's name
shows those bytes, as he may have read them anywhere; under a new number, what the registrar has given him, or, if he
has no new name coming, bytes of his own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused, refused
from reference.sovereign_chain import names, naming
from reference.sovereign_chain.names import NAME_BYTES, Registrar
from reference.sovereign_chain.naming import Arrival, Directory, Link, NamedRecord, Observer
from reference.sovereign_chain.rules import Rules


@dataclass(frozen=True)
class NamingWorld:
    """`users` are the persons' IDs. `held` has a person's name on a chain, by both numbers; `numbered` what is known by
    a number; `spare` bytes that are nobody's name, one for each number."""

    rules: Rules
    users: tuple[bytes, ...]
    registrar: Registrar
    court: KeyPair
    directories: tuple[Directory, ...]
    spare: tuple[bytes, ...]
    observer: Observer = field(default_factory=Observer)
    held: Mapping[tuple[int, int], bytes] = field(default_factory=dict)
    numbered: Mapping[int, bytes] = field(default_factory=dict)

    def name_of(self, person: int, chain: int) -> bytes:
        """What stands for the person on the chain, whether or not it has come there."""
        return self.registrar.name(self.users[person], chain_name(chain))


def chain_name(number: int) -> str:
    """The chain of this number."""
    return f"service-{number}"


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, with the numbers of one chain or two, a person, and a name."""

    action: str
    chain: int = 0
    person: int = 0
    name: int = 0
    other: int = 0


Outcome = tuple[NamingWorld, Effects]


def deploy(rules: Rules, seed: int, *, chains: int, persons: int, numbers: int) -> NamingWorld:
    """Chains to which nobody has come yet, and persons to whom IDs are issued."""
    stream = Randomness.from_seed(seed)
    users = tuple(stream.child("user", number).take(16) for number in range(persons))
    court = KeyPair.generate(stream.child("court"))
    registrar = Registrar.of(rules.identity_names, court.public, users, stream)
    directories = tuple(
        Directory(chain_name(number), rules.identity_names, registrar.pair.public) for number in range(chains)
    )
    spare = tuple(stream.child("spare", number).take(NAME_BYTES) for number in range(numbers))
    return NamingWorld(rules, users, registrar, court, directories, spare)


def step(world: NamingWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    chains = range(len(world.directories))
    if event.chain not in chains or event.other not in chains or not 0 <= event.person < len(world.users):
        return _refuse(world, "chain", "there is no such chain or person")
    if not 0 <= event.name < len(world.spare):
        return _refuse(world, "name", "there is no such name")
    return _STEPS[event.action](world, event)


def _enter(world: NamingWorld, event: Event) -> Outcome:
    own, chain_id = world.name_of(event.person, event.chain), chain_name(event.chain)
    elsewhere = own in world.numbered.values() and (event.chain, event.person) not in world.held
    shown = world.numbered.get(event.name, world.spare[event.name] if elsewhere else own)
    ticket = world.registrar.admit(world.users[event.person], chain_id, shown)
    if isinstance(ticket, Refused):
        return world, (ticket,)
    arrival = Arrival(shown, ticket).encode(chain_id)
    directory, effects = naming.arrive(world.directories[event.chain], arrival)
    if refused(effects) is not None:
        return world, effects
    held = {**world.held, (event.chain, event.person): shown}
    after = _known_to_chain(world, event.chain, directory)
    return replace(after, held=held, numbered={**world.numbered, event.name: shown}), effects


def _record(world: NamingWorld, event: Event) -> Outcome:
    if (name := _own(world, event)) is None:
        return _refuse(world, "name", "the person has no such name on the chain", "WA-R17")
    record = NamedRecord(name, b"desensitised").encode(chain_name(event.chain))
    directory, effects = naming.enter(world.directories[event.chain], record)
    return _known_to_chain(world, event.chain, directory), effects


def _meet(world: NamingWorld, event: Event) -> Outcome:
    if (name := _own(world, event)) is None:
        return _refuse(world, "name", "the person has no such name on the chain", "WA-R17")
    observer, effects = naming.meet(world.observer, chain_name(event.chain), name, event.person)
    return replace(world, observer=observer), effects


def _unmask(world: NamingWorld, event: Event) -> Outcome:
    """The court signs a warrant for the person, the registrar checks it and tells."""
    here, there = chain_name(event.chain), chain_name(event.other)
    name, other = (world.name_of(event.person, number) for number in (event.chain, event.other))
    known = {frozenset({(each.chain_id, each.name), (each.other, each.there)}) for each in world.observer.links}
    if here == there or frozenset({(here, name), (there, other)}) in known:
        return _refuse(world, "place", "it is known already that these belong together", "WA-C4")
    warrant = names.warrant(name, here, there, world.court)
    told = world.registrar.link(name, here, there, warrant)
    if isinstance(told, Refused):
        return world, (told,)
    link = Link(here, name, there, told, warrant)
    return replace(world, observer=replace(world.observer, links=(*world.observer.links, link))), ()


def _recognise(world: NamingWorld, event: Event) -> Outcome:
    name, place = world.numbered.get(event.name), (event.other, event.person)
    if name is None or world.held.get(place) != name:
        return _refuse(world, "name", "the person has no such name on the chain", "WA-R17")
    if world.observer.known.get((chain_name(event.chain), world.name_of(event.person, event.chain))) is None:
        return _refuse(world, "place", "the person is not known on the chain", "WA-C4")
    directory = world.directories[event.other]
    observer, effects = naming.recognise(world.observer, directory, name, chain_name(event.chain))
    return replace(world, observer=observer), effects


def _own(world: NamingWorld, event: Event) -> bytes | None:
    """The name with this number, if it is the person's on the chain."""
    name = world.numbered.get(event.name)
    return name if name is not None and world.held.get((event.chain, event.person)) == name else None


def _known_to_chain(world: NamingWorld, number: int, directory: Directory) -> NamingWorld:
    return replace(
        world, directories=(*world.directories[:number], directory, *world.directories[number + 1 :])
    )  # fmt: skip


def _refuse(world: NamingWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[NamingWorld, Event], Outcome]] = {
    "enter": _enter,
    "record": _record,
    "meet": _meet,
    "unmask": _unmask,
    "recognise": _recognise,
}
