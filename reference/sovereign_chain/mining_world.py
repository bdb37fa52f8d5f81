"""The machine `Mining` with real bytes: the mining chain, its service, the authority, and institutions that ask.

Each person has two records on the chain, so that one who counts records does not count persons. An extract is a query:
it covers all records of some persons, and is asked for under its number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import mining
from reference.sovereign_chain.mining import Institution, Keys, Measured, MiningChain, Permission, Request, hash_of
from reference.sovereign_chain.rules import Rules

CHAIN, INTERVALS = "power-data-mining", 2
PURPOSES = ("load research", "planning of the grid", "credit rating")
"""The first purposes; more are numbered."""


@dataclass(frozen=True)
class MiningWorld:
    """`records` has the hashes of each person's records, `covers` the persons of each extract."""

    rules: Rules
    chain: MiningChain
    service: KeyPair
    authority: KeyPair
    institutions: tuple[Institution, ...]
    records: tuple[tuple[bytes, ...], ...]
    covers: tuple[tuple[int, ...], ...]
    purposes: int

    def request(self, extract: int, institution: int, purpose: int) -> bytes:
        """The institution's signed request for this extract and purpose."""
        asks = self.institutions[institution]
        wanted = tuple(each for person in self.covers[extract] for each in self.records[person])
        return Request(asks.name, named(purpose), extract, wanted).signed(CHAIN, asks.pair).encode(CHAIN)


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of an extract, an institution and a purpose."""

    action: str
    extract: int = 0
    institution: int = 0
    purpose: int = 0


Outcome = tuple[MiningWorld, Effects]


def named(purpose: int) -> str:
    """What the purpose of this number is called."""
    return PURPOSES[purpose] if purpose < len(PURPOSES) else f"purpose {purpose}"


def deploy(
    rules: Rules, seed: int, *, persons: int, institutions: int, purposes: int, covers: Sequence[Sequence[int]]
) -> MiningWorld:
    """The chain with the persons' records, institutions, and an extract for each entry of `covers`."""
    root = Randomness.from_seed(seed)
    authority, service = (KeyPair.generate(root.child(each)) for each in ("authority", "service"))
    meters = [KeyPair.generate(root.child("meter", u)) for u in range(persons)]
    names = [root.child("person", u).take(32) for u in range(persons)]
    asking = tuple(
        Institution(root.child("institution", i).take(32), KeyPair.generate(root.child("institution key", i)))
        for i in range(institutions)
    )
    keys = Keys(
        {name: pair.public for name, pair in zip(names, meters, strict=True)},
        {each.name: each.pair.public for each in asking},
        authority.public,
        service.public,
    )
    chain, records = MiningChain(CHAIN, rules, keys), list[tuple[bytes, ...]]()
    for u, pair in enumerate(meters):
        energies = [root.child("energy", u, t).integer(1_000, 9_000) for t in range(INTERVALS)]
        made = [Measured(names[u], t, energy).signed(CHAIN, pair).encode(CHAIN) for t, energy in enumerate(energies)]
        for data in made:
            chain, effects = mining.enter(chain, data)
            assert refused(effects) is None
        records.append(tuple(hash_of(data) for data in made))
    covered = tuple(tuple(each) for each in covers)
    return MiningWorld(rules, chain, service, authority, asking, tuple(records), covered, purposes)


def step(world: MiningWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.extract < len(world.covers):
        return _refuse(world, "extract", f"there is no extract {event.extract}")
    if not 0 <= event.institution < len(world.institutions):
        return _refuse(world, "institution", f"there is no institution {event.institution}")
    if not 0 <= event.purpose < world.purposes:
        return _refuse(world, "purpose", f"there is no purpose {event.purpose}")
    return _STEPS[event.action](world, event)


def _say(given: bool) -> Callable[[MiningWorld, Event], Outcome]:
    """The authority grants, or withdraws its grant."""

    def say(world: MiningWorld, event: Event) -> Outcome:
        name, purpose = world.institutions[event.institution].name, named(event.purpose)
        word = Permission(name, purpose, len(world.chain.permissions(name, purpose)), given)
        chain, effects = mining.enter(world.chain, word.signed(CHAIN, world.authority).encode(CHAIN))
        return replace(world, chain=chain), effects

    return say


def _release(world: MiningWorld, event: Event) -> Outcome:
    """The institution asks, the service answers, and the institution has it."""
    asked = world.request(event.extract, event.institution, event.purpose)
    chain, effects = mining.answer(world.chain, world.service, asked)
    sent = next((each for each in effects if isinstance(each, Sent)), None)
    if sent is None:
        return world, effects
    has, taken = mining.receive(world.institutions[event.institution], chain, sent.data)
    if refused(taken) is not None:
        return world, taken
    all_of = world.institutions
    institutions = (*all_of[: event.institution], has, *all_of[event.institution + 1 :])
    return replace(world, chain=chain, institutions=institutions), effects


def _refuse(world: MiningWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[MiningWorld, Event], Outcome]] = {
    "grant": _say(True),
    "withdraw": _say(False),
    "release": _release,
}
