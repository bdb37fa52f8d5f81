"""An exploit: the model finds how, the reference plays it with real keys and bytes.

An attack names the guarantee that it breaks and the adversary's moves that it may use. Each *attempt*
says on which variant it is tried and what must come of it. Where the attack must fail, the schedule is
found in the same variant with the rule that stops it taken away (or with more corruptions), and is then
played against the real, complete variant: its own checks must stop it, and the guarantee must stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from meterproof.check.jobs import Job
from meterproof.claims import Stance
from meterproof.errors import InputError
from meterproof.explore.explorer import Limits, explore
from meterproof.finite.instance import Instance
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import RuleValues
from meterproof.lang.system import Property, System
from meterproof.real.bridge import bridge_of, reference_of
from meterproof.real.play import Played, Refusal, play
from meterproof.study.specfile import Spec
from meterproof.traces.trace import Trace
from meterproof.verdict import Verdict

Outcome = Literal["succeeds", "fails"]
Sizes = Callable[[RuleValues], Mapping[str, int]]
"""A scope that may depend on the variant's rules, such as one corruption more than its quorum tolerates."""


def fixed(**sizes: int) -> Sizes:
    """The same scope for every variant."""
    return lambda rules: sizes


BYTES_ONLY = fixed()
"""The scope of an attack that no model plays."""


@dataclass(frozen=True)
class Attempt:
    """One try at a scope. `found_without` is the rule, or `found_with` are the sizes, with which the model finds the
    schedule that is then played; both are empty where the variant itself is vulnerable. With `found_as`
    the rule is not taken away for that, but has this value.

    `stopped_by` names the check that must stop it, where that is another one than `found_without`. `beyond` says that
    the corruptions are more than the design is meant to stand, so that a success tells how tight its bound is.
    """

    target: str
    reading: str | None
    expected: Outcome
    scope: Sizes = BYTES_ONLY
    found_without: str | None = None
    found_as: str | None = None
    found_with: Sizes | None = None
    stopped_by: str | None = None
    beyond: bool = False

    @property
    def stop(self) -> str | None:
        """The check that must stop it; None if any may."""
        return self.stopped_by or self.found_without


@dataclass(frozen=True)
class Attack:
    """A named exploit of one guarantee, by the adversary's moves named in `moves`.

    Honest actions named in `without` play no part in it, and the model does not search what they lead to.
    """

    name: str
    title: str
    claim: PropertyDecl
    moves: frozenset[str]
    attempts: tuple[Attempt, ...]
    cites: tuple[str, ...]
    without: frozenset[str] = frozenset()

    @property
    def breaks(self) -> str:
        """The id of the guarantee."""
        return self.claim.id


@dataclass(frozen=True)
class AttackResult:
    """What came of an attempt. `searched` is the number of states in which the model looked for the attack itself
    and, where `trace` was found with a rule taken away, found no way."""

    attack: Attack
    attempt: Attempt
    trace: Trace
    played: Played
    possible: bool
    searched: int
    seed: int

    @property
    def outcome(self) -> Outcome:
        """Whether the guarantee is broken at the end, told from the reference's bytes."""
        return "succeeds" if self.played.shows else "fails"

    @property
    def steps(self) -> int:
        """How many steps were tried."""
        return len(self.played.steps)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """All that the reference refused, in order."""
        return tuple(step.refusal for step in self.played.steps if step.refusal is not None)

    @property
    def verdict(self) -> Verdict:
        """What the model's search is worth: a trace that was played, or no way in all states of the scope."""
        return "violated" if self.possible else "exhausted"

    @property
    def as_expected(self) -> bool:
        """Whether bytes and model agree with each other and with what was expected."""
        if self.outcome != self.attempt.expected or self.possible != (self.outcome == "succeeds"):
            return False
        if self.outcome == "succeeds":
            return self.played.faithful
        if not self.refusals or any(s.differs for s in self.played.steps):
            return False
        return self.attempt.stop in (None, self.refusals[0].rule)


def run_attack(attack: Attack, attempt: Attempt, spec: Spec, seed: int, seconds: float = 60.0) -> AttackResult:
    """Find the schedule in the model, look whether the variant itself admits one, and play it on the reference.

    Raises InputError when the model has no such attack even with the rule taken away: the attack is not what it says.
    """
    rules = spec.rules(attempt.reading)
    system, claim = _trace(attack, rules)
    sizes = attempt.scope(rules)
    possible, searched, own = _search(attack, system, claim, sizes, seconds)
    trace = own
    if trace is None:
        weaker = _weakened(rules, attempt)
        other, other_claim = _trace(attack, weaker)
        found_at = sizes if attempt.found_with is None else attempt.found_with(rules)
        trace = _search(attack, other, other_claim, found_at, seconds)[2]
    if trace is None:
        raise InputError(
            f"the model knows no attack {attack.name!r} on {attempt.target}, not even with its defence taken away"
        )
    instance = _deployment(system, trace, sizes)
    reference = reference_of(spec)
    bridge = bridge_of(reference, system.name)
    played = play(bridge, reference.read_rules(rules.plain()), instance, trace, claim, seed)
    return AttackResult(attack, attempt, trace, played, possible, searched, seed)


def _weakened(rules: RuleValues, attempt: Attempt) -> RuleValues:
    """The rules with which the schedule is found."""
    if attempt.found_without is None:
        return rules
    if attempt.found_as is None:
        return rules.remove(attempt.found_without)
    return rules.replace(**{attempt.found_without: attempt.found_as})


def _trace(attack: Attack, rules: RuleValues) -> tuple[System, Property]:
    assert attack.claim.of is not None
    job = Job("", "", "", None, attack.claim.of, attack.claim, Stance(None, "not run", ()), rules)
    system = job.system()
    return system, job.claim(system)


def _search(
    attack: Attack, system: System, claim: Property, scope: Mapping[str, int], seconds: float
) -> tuple[bool, int, Trace | None]:
    """Whether honest moves and the attack's own can break the claim; states searched; the shortest way."""
    moves = attack.moves | {a.name for a in system.actions if a.needs is None and a.name not in attack.without}
    actions = tuple(a for a in system.actions if a.name in moves)
    states = 0
    for instance in instances(system, resolve(system, scope)):
        search = explore(instance, actions, [claim], Limits(seconds))
        states += search.states
        if search.traces[0] is not None:
            return True, states, search.traces[0]
        if not search.complete:
            raise InputError(
                f"attack {attack.name}: the model search was stopped by {search.stopped}", allowed="a smaller scope"
            )
    return False, states, None


def _deployment(system: System, trace: Trace, scope: Mapping[str, int]) -> Instance:
    """The instance that is really deployed: the trace's rigids, with corruptions cut down to the attempt's scope."""
    resolved = resolve(system, scope)
    rigid = []
    for name, table in trace.instance.rigid:
        variable = system.variable(name)
        if variable.at_most is not None:
            members = [i for i, x in enumerate(table) if x]
            leaders = [t[0] for n, t in trace.instance.rigid if not system.variable(n).domain]
            kept = sorted(members, key=lambda i: i not in leaders)[: resolved[name]]
            table = tuple(int(i in kept) for i in range(len(table)))
        rigid.append((name, table))
    return Instance(system, resolved, tuple(rigid))
