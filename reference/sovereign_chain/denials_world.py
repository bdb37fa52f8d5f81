"""The machine `Denials` with real bytes: the contract chain, service chains, users with their operations, and time.

The contract chain has validators with keys, who sign what is entered and the block of each slot. Whoever was to vote
has voted: what they vote for is decided in `violations`. Where chains go by reports, decisions on appeals reach them
at once, and reports when the network has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from meterproof.contracts import Request
from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused, refused
from reference.sovereign_chain import contract_chain, service_chain
from reference.sovereign_chain.contract_chain import ContractChain, Slot
from reference.sovereign_chain.denials import Decision, Denial
from reference.sovereign_chain.made_contract import edition
from reference.sovereign_chain.operations import Editions, Operation
from reference.sovereign_chain.receipts import Validators
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.service_chain import CarriedOut, ServiceChain, TurnedAway
from reference.sovereign_chain.violations import Register

DATABASE = "contract-database"
MEMBERS, NEEDED = 4, 3
DELTA = 1 << 40
"""How old a checkpoint may be, in microseconds: some twelve days."""


@dataclass(frozen=True)
class Asked:
    """What there is of an operation: as its user has signed it; the chain where it was found to be a violation, if it
    is one, and the block in which the denial for it runs out."""

    operation: Operation
    place: int
    until: int

    @property
    def identity(self) -> bytes:
        return self.operation.identity(DATABASE)

    @property
    def signed(self) -> bytes:
        return self.operation.encode(DATABASE)


@dataclass(frozen=True)
class DenialsWorld:
    """`times` has the time of every slot that there will be. `answers` is history: what chains have carried out or
    refused, with the slot."""

    rules: Rules
    database: ContractChain
    validators: Validators
    chains: tuple[ServiceChain, ...]
    asked: tuple[Asked, ...]
    times: tuple[int, ...]
    answers: frozenset[tuple[int, CarriedOut | TurnedAway]] = frozenset()

    @property
    def now(self) -> Slot:
        return self.database.now


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of an operation, a chain and blocks; `slot` is the present
    one, `cause` the operation of a denial."""

    action: str
    operation: int = 0
    chain: int = 0
    slot: int = 0
    other: int = 0
    cause: int = 0


Outcome = tuple[DenialsWorld, Effects]


def deploy(
    rules: Rules,
    seed: int,
    *,
    chains: int,
    user: Sequence[int],
    clause: Sequence[int],
    write: Sequence[bool],
    place: Sequence[int],
    term: Sequence[int],
    oldest: Sequence[int],
) -> DenialsWorld:
    """So many service chains, and an operation for each entry of the first five; `oldest` is by slot (see `times_of`).

    `clause` has the number of the contract's rule that speaks of it. Raises InputError for a chain that does not exist.
    """
    if not {*place} <= set(range(chains)):
        raise InputError("an operation's chain does not exist", allowed=f"0 to {chains - 1}")
    stream, times = Randomness.from_seed(seed), times_of(oldest)
    validators = Validators.drawn(DATABASE, 0, MEMBERS, NEEDED, stream)
    pairs = {number: KeyPair.generate(stream.child("user", number)) for number in sorted(set(user))}
    users = {_name(number): pair.public for number, pair in pairs.items()}
    known = Register(DATABASE, rules, users, Editions((edition(0, [False] * (max(clause) + 1)),)))
    asked = tuple(
        Asked(_operation(number, user[number], clause[number], write[number], pairs), place[number], term[number])
        for number in range(len(user))
    )
    services = tuple(ServiceChain(_chain(number), known, validators.of, DELTA) for number in range(chains))
    return DenialsWorld(
        rules, ContractChain(known, validators.of, Slot(0, times[0])), validators, services, asked, times
    )


def times_of(oldest: Sequence[int]) -> tuple[int, ...]:
    """The times of slots, of which for each the oldest that is not more than DELTA before it is given.

    Raises InputError where there are no such times: it is never later than the slot, and never falls.
    """
    times = list[int]()
    for slot, first in enumerate(oldest):
        if not (oldest[slot - 1] if slot else 0) <= first <= slot:
            raise InputError(f"the oldest block for slot {slot} is {first}", allowed="no later one, and none earlier")
        after = max(times[-1] if times else 0, times[first - 1] + DELTA if first else 0)
        until = times[first] + DELTA if first < slot else after + DELTA
        times.append((after + until) // 2)
    return tuple(times)


def _name(number: int) -> bytes:
    return f"user {number}".encode().ljust(32, b"\0")


def _chain(number: int) -> str:
    return f"service-{number}"


def _operation(number: int, user: int, clause: int, write: bool, pairs: Mapping[int, KeyPair]) -> Operation:
    request = Request("user", "data", "submit" if write else "read", f"data-{clause}", "here", 60 * number)
    return Operation(_name(user), number, request, 1).signed(DATABASE, pairs[user])


def step(world: DenialsWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    operations = range(len(world.asked))
    if event.operation not in operations or event.cause not in operations:
        return _refuse(world, "operation", "there is no such operation")
    if not 0 <= event.chain < len(world.chains):
        return _refuse(world, "chain", f"there is no chain {event.chain}")
    if event.action in _OF_THE_SLOT and event.slot != world.now.height:
        return _refuse(world, "place", "this is not the present slot", "WA-R18")
    return _STEPS[event.action](world, event)


def _advance(world: DenialsWorld, event: Event) -> Outcome:
    if event.other != world.now.height + 1 or event.other >= len(world.times):
        return _refuse(world, "place", "this is not the next block", "WA-R18")
    header = world.database.candidate.header
    votes = world.validators.votes(header, world.validators.of.committee.chain)
    return _at_database(world, contract_chain.Seal(votes, world.times[event.other]))


def denial_of(world: DenialsWorld, number: int) -> Denial:
    """The denial that the violation brings about in the present slot, with its votes."""
    asked = world.asked[number]
    rule = f"rule-{asked.operation.request.data.removeprefix('data-')}"
    place, start = world.chains[asked.place].name, world.now.height
    return Denial(asked.identity, asked.operation.user, rule, place, start, asked.until).voted(world.validators)


def _deny(world: DenialsWorld, event: Event) -> Outcome:
    asked, denial = world.asked[event.operation], denial_of(world, event.operation).encode(DATABASE)
    after, effects = _at_database(world, contract_chain.Deny(denial, asked.signed))
    if refused(effects) is not None:
        return world, effects
    found, came = _at_chain(after, asked.place, service_chain.Find(denial))
    return (world if refused(came) else found), effects + came


def _lift(world: DenialsWorld, event: Event) -> Outcome:
    decision = Decision(world.asked[event.operation].identity).voted(world.validators).encode(DATABASE)
    after, effects = _at_database(world, contract_chain.Lift(decision))
    if refused(effects) is not None or world.rules.denial_reach == "checkpoint":
        return after, effects
    for number in range(len(world.chains)):
        after, came = _at_chain(after, number, service_chain.HearDecision(decision))
        effects += came
    return (world if refused(effects) else after), effects


def _hear(world: DenialsWorld, event: Event) -> Outcome:
    denial = world.database.denial(world.asked[event.operation].identity)
    if denial is None:
        return _refuse(world, "report", "nothing was broadcast of this", "WA-R12")
    return _at_chain(world, event.chain, service_chain.Hear(denial.encode(DATABASE)))


def _fetch(world: DenialsWorld, event: Event) -> Outcome:
    if not 0 <= event.other < len(world.database.checkpoints):
        return _refuse(world, "place", "the block is not complete", "WA-C13")
    return _at_chain(world, event.chain, service_chain.Fetch(world.database.checkpoints[event.other]))


def _carry_out(world: DenialsWorld, event: Event) -> Outcome:
    return _at_chain(world, event.chain, service_chain.CarryOut(world.asked[event.operation].signed, world.now))


def _turn_away(world: DenialsWorld, event: Event) -> Outcome:
    asked, cause = world.asked[event.operation], world.asked[event.cause]
    return _at_chain(world, event.chain, service_chain.TurnAway(asked.signed, cause.identity, world.now))


def _at_database(world: DenialsWorld, event: contract_chain.Event) -> Outcome:
    after, effects = contract_chain.step(world.database, event)
    return replace(world, database=after), effects


def _at_chain(world: DenialsWorld, number: int, event: service_chain.Event) -> Outcome:
    after, effects = service_chain.step(world.chains[number], event)
    chains = (*world.chains[:number], after, *world.chains[number + 1 :])
    answers = {(world.now.height, each) for each in effects if isinstance(each, CarriedOut | TurnedAway)}
    return replace(world, chains=chains, answers=world.answers | answers), effects


def _refuse(world: DenialsWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_OF_THE_SLOT = frozenset({"advance", "deny", "lift", "carry_out", "refuse"})
_STEPS: Mapping[str, Callable[[DenialsWorld, Event], Outcome]] = {
    "advance": _advance,
    "deny": _deny,
    "lift": _lift,
    "hear": _hear,
    "fetch": _fetch,
    "carry_out": _carry_out,
    "refuse": _turn_away,
}
