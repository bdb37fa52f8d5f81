"""The machine `CreditRating` with real bytes: facts about users, validators who record and evaluate, nodes that rate.

What is so of each fact stands in a block of the trading chain. A false claim names that record, too, and says something
else. The chain of credit ratings has one entry a block; its four validators are all correct.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger import chain
from reference.ledger.chain import VOTE, Certificate, Vote, committee_of
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import credit_nodes
from reference.sovereign_chain.block import Block, DataRecord
from reference.sovereign_chain.credit_nodes import Append, Final, Hear, Learn, Rater, StartAnew, Validate, Validator
from reference.sovereign_chain.credit_records import CLAIM, Claim, Dispute, Entry, Outcome, Register, Ruling, source_of
from reference.sovereign_chain.rules import Rules

CHAIN, SERVICE, TRADING_SERVICE = "credit-ratings", 6, 1
VALIDATORS, BOUND = 4, 1
HONEST, LIAR = 0, 1
"""The reporters."""


@dataclass(frozen=True)
class CreditWorld:
    """`claims` are the facts as they are reported if they are, each signed; `users` have their keys by number."""

    rules: Rules
    validators: tuple[Validator, ...]
    raters: tuple[Rater, ...]
    users: tuple[KeyPair, ...]
    claims: tuple[Claim, ...]
    wire: tuple[Sent, ...] = ()
    finals: tuple[Final, ...] = ()

    @property
    def register(self) -> Register:
        return self.validators[0].register

    def identity(self, fact: int) -> bytes:
        """By what the fact is named."""
        return self.claims[fact].identity(CHAIN)

    def reported(self, fact: int) -> bytes | None:
        """The claim, if it is on the wire."""
        data = self.claims[fact].encode(CHAIN)
        return data if Sent(CLAIM, data) in self.wire else None

    def final(self, wanted: Callable[[Entry], bool]) -> Final | None:
        """The block with this entry, if the chain has it."""
        entries = zip(self.finals, self.validators[0].entries, strict=True)
        return next((final for final, entry in entries if wanted(entry)), None)

    def recorded(self, fact: int) -> Final | None:
        """The block with the fact."""
        return self.final(lambda each: isinstance(each, Claim) and each.identity(CHAIN) == self.identity(fact))

    def ruled(self, fact: int, holds: bool) -> Final | None:
        """The block with this ruling on it."""
        return self.final(lambda each: each == Ruling(self.identity(fact), holds))


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a fact and of a rating node."""

    action: str
    fact: int = 0
    rater: int = 0


Came = tuple[CreditWorld, Effects]


def user_of(number: int) -> bytes:
    """By what the chains name a user, 32 bytes."""
    return b"user %d".ljust(32, b"\0") % number


def subject_of(fact: int) -> bytes:
    """What the fact is about: a trade of its own, 32 bytes."""
    return b"trade %d".ljust(32, b"\0") % fact


def deploy(
    rules: Rules,
    seed: int,
    *,
    raters: int,
    about: Sequence[int],
    just: Sequence[bool],
    contrary: Collection[tuple[int, int]] = (),
) -> CreditWorld:
    """Rating nodes, and a fact for each entry of `about`, which has its user; `just` says which of them are so, and
    `contrary` which first ones rule out which second ones. Raises InputError for a table of another length."""
    if len(just) != len(about) or min(about, default=0) < 0:
        raise InputError("a fact has one user, and is so or not", allowed="tables of one length")
    root = Randomness.from_seed(seed)
    pairs = tuple(KeyPair.generate(root.child("validator", i)) for i in range(VALIDATORS))
    reporters = tuple(KeyPair.generate(root.child("reporter", i)) for i in (HONEST, LIAR))
    users = tuple(KeyPair.generate(root.child("user", i)) for i in range(max(about, default=0) + 1))
    committee = replace(committee_of(rules, CHAIN, pairs, BOUND), finality="certificate")
    claimed, records = [], []
    for number, user in enumerate(about):
        denies = tuple(sorted(subject_of(other) for first, other in contrary if first == number != other))
        settled = Outcome(user_of(user), "settled", subject_of(number), denies)
        default = replace(settled, kind="default")
        records.append((default if just[number] and number % 2 else settled).encode(CHAIN))
        claimed.append(default if number % 2 or not just[number] else settled)
    source = Block.build(CHAIN, 0, chain.GENESIS, 60, 0, DataRecord(TRADING_SERVICE, tuple(records)))
    keys = {user_of(number): pair.public for number, pair in enumerate(users)}
    register = Register(CHAIN, rules, tuple(pair.public for pair in reporters), keys, (source,))
    who = [HONEST if is_so else LIAR for is_so in just]
    claims = tuple(
        Claim(reporter, outcome, source_of(CHAIN, record)).signed(CHAIN, reporters[reporter])
        for reporter, outcome, record in zip(who, claimed, records, strict=True)
    )
    validators = tuple(Validator(i, pair, committee, register) for i, pair in enumerate(pairs))
    return CreditWorld(rules, validators, (Rater(committee, register),) * raters, users, claims)


def step(world: CreditWorld, event: Event) -> Came:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.fact < len(world.claims):
        return _refuse(world, "record", f"there is no fact {event.fact}")
    if not 0 <= event.rater < len(world.raters):
        return _refuse(world, "node", f"there is no rating node {event.rater}")
    return _STEPS[event.action](world, event)


def _report(world: CreditWorld, event: Event) -> Came:
    if world.reported(event.fact) is not None:
        return _refuse(world, "network", "this is reported already", "WA-R23")
    effects = credit_nodes.report(world.register, world.claims[event.fact])
    sent = tuple(each for each in effects if isinstance(each, Sent))
    return replace(world, wire=world.wire + sent), effects


def _report_falsely(world: CreditWorld, event: Event) -> Came:
    """BYZ: a reporter signs what is not so."""
    claim = world.claims[event.fact]
    if world.register.evaluate(claim) is None:
        return _refuse(world, "corruption", "it is so, and no lie", "WA-C23")
    if world.reported(event.fact) is not None:
        return _refuse(world, "network", "this is reported already", "WA-C23")
    sent = Sent(CLAIM, claim.encode(CHAIN))
    return replace(world, wire=(*world.wire, sent)), (sent,)


def _record(world: CreditWorld, event: Event) -> Came:
    data = world.reported(event.fact)
    if data is None:
        return _refuse(world, "record", "nobody has reported this", "WA-R23")
    return enter(world, data)


def _dispute(world: CreditWorld, event: Event) -> Came:
    claim = world.claims[event.fact]
    number = next(n for n in range(len(world.users)) if user_of(n) == claim.outcome.user)
    dispute = Dispute(claim.outcome.user, world.identity(event.fact)).signed(CHAIN, world.users[number])
    return enter(world, dispute.encode(CHAIN))


def _rule(holds: bool) -> Callable[[CreditWorld, Event], Came]:
    return lambda world, event: enter(world, Ruling(world.identity(event.fact), holds).encode(CHAIN))


def enter(world: CreditWorld, data: bytes) -> Came:
    """The entry goes into the next block, if enough validators vote for it; all of them append it."""
    height, tip = len(world.finals), world.validators[0].tip
    block = Block.build(CHAIN, height, tip, 60 * (height + 1), 0, DataRecord(SERVICE, (data,)))
    votes = []
    for validator in world.validators:
        _, effects = credit_nodes.validate(validator, Validate(block))
        if refused(effects) is not None:
            return world, effects
        votes += [Vote.decode(CHAIN, each.data) for each in effects if isinstance(each, Sent) and each.kind == VOTE]
    final = Final(height, block, Certificate(chain.by_voter(votes)).encode(CHAIN))
    after = []
    for validator in world.validators:
        grown, effects = credit_nodes.validate(validator, Append(final))
        if refused(effects) is not None:
            return world, effects
        after.append(grown)
    return replace(world, validators=tuple(after), finals=(*world.finals, final)), ()


def _get_record(world: CreditWorld, event: Event) -> Came:
    final = world.recorded(event.fact)
    if final is None:
        return _refuse(world, "record", "the chain does not have this", "WA-R23")
    return _rate(world, event.rater, Learn(final))


def _hear(world: CreditWorld, event: Event) -> Came:
    data = world.reported(event.fact)
    if data is None or world.recorded(event.fact) is not None:
        return _refuse(world, "network", "there is nothing to hear but what the chain has", "WA-C23")
    return _rate(world, event.rater, Hear(data))


def _get_ruling(world: CreditWorld, event: Event) -> Came:
    final = world.ruled(event.fact, holds=False)
    if final is None:
        return _refuse(world, "record", "no ruling says that this is void", "WA-C23")
    return _rate(world, event.rater, Learn(final))


def _start_anew(world: CreditWorld, event: Event) -> Came:
    return _rate(world, event.rater, StartAnew())


def _rate(world: CreditWorld, number: int, event: Hear | Learn | StartAnew) -> Came:
    after, effects = credit_nodes.rate(world.raters[number], event)
    return replace(world, raters=(*world.raters[:number], after, *world.raters[number + 1 :])), effects


def _refuse(world: CreditWorld, rule: str, reason: str, *cites: str) -> Came:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[CreditWorld, Event], Came]] = {
    "report": _report,
    "report_falsely": _report_falsely,
    "record": _record,
    "dispute": _dispute,
    "uphold": _rule(True),
    "annul": _rule(False),
    "get_record": _get_record,
    "hear": _hear,
    "get_ruling": _get_ruling,
    "start_anew": _start_anew,
}
ACTIONS = tuple(_STEPS)
