"""Proof by induction for any number of individuals: the verdict `proved`, what carries it, and why not when it is not.

A failed obligation has a counterexample to *induction*: it may start in a state that no run reaches. So the answer is
then `not inductive` with that counterexample, and `unknown` where no solver came to an end; neither is a violation.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from meterproof.errors import InputError
from meterproof.lang.system import Property, System
from meterproof.prove.counterexample import counterexample
from meterproof.prove.fragment import Fragment, Loop
from meterproof.prove.obligations import Obligations, obligations
from meterproof.prove.solvers import Answer, Panel
from meterproof.prove.theory import Premise, Refused
from meterproof.verdict import Core, Evidence, Solver

POSSIBLE_SHARE = 5.0
"""Most seconds spent on one question whether an action can happen at all; it only guards against vacuous proofs."""
CONSEQUENCE_SHARE = 0.25
"""Most of the time that is spent on the question whether a property simply follows from its lemmas."""
COUNTEREXAMPLE_SHARE = 5.0
"""Most seconds spent on making a counterexample small."""


@dataclass(frozen=True)
class Attempt:
    """All obligations of a property with the answers to them, in order.

    `checks` are the answers on vacuity, asked only where everything was shown. `loops` has, by the name of the
    obligation, what takes it out of the decidable fragment.
    """

    tasks: Obligations
    answers: tuple[Answer, ...]
    checks: tuple[Answer, ...]
    loops: dict[str, Loop]

    @property
    def failed(self) -> tuple[Answer, ...]:
        """The obligations whose denial has a model."""
        return tuple(a for a in self.answers if a.status == "failed")

    @property
    def core(self) -> Core:
        """What the whole proof rests on; lemmas that nothing on the way to the property needs count as unused."""
        needed = self._needed()
        used = [p for a in self.answers if a.obligation.formula in needed for p in a.core]
        told = {p.name for p in used}
        offered = [p for o in self.tasks.shown for p in o.premises if p.kind in ("lemma", "axiom")]
        unused = (p for p in offered if p.name not in told and p.name != self.tasks.property.id)
        return Core(
            rules=tuple(dict.fromkeys(rule for p in used for rule in p.rules)),
            guards=_names(p for p in used if p.kind == "guard"),
            lemmas=tuple(p.id for p in self.tasks.parts if p.id in told),
            axioms=tuple(dict.fromkeys(p.name for p in used if p.kind not in ("guard", "lemma"))),
            unused=tuple(dict.fromkeys(p.name for p in unused)),
        )

    def _needed(self) -> set[str]:
        """The property, the lemmas that its own obligations needed, those that theirs needed, and so on."""
        needed = {self.tasks.property.id}
        while (
            more := {
                p.name for a in self.answers if a.obligation.formula in needed for p in a.core if p.kind == "lemma"
            }
            - needed
        ):
            needed |= more
        return needed


def attempt(
    system: System, property: Property, *, timeout: float = 60.0, seed: int = 0, seeds: int = 1, solver: Solver = "z3"
) -> Attempt:
    """Put every obligation of a property to the solver; `prove` says what comes of it.

    With `seeds` each is tried so many times, from `seed` on. Raises Refused where there is nothing to prove for every
    size, Contradiction where two seeds or solvers disagree, and InputError where cvc5 is asked for and not installed.
    """
    if seeds < 1:
        raise InputError(f"a proof can't be tried with {seeds} seeds", allowed="1 or more")
    deadline = time.monotonic() + timeout
    panel = Panel(solver, seed, seeds)
    tasks, answers = _route(obligations(system, property), panel, deadline, timeout)
    fragment = Fragment(tasks)
    loops = {o.name: loop for o in (*tasks.shown, *tasks.possible) if (loop := fragment.loop(o))}
    answers += [panel.ask(o, deadline, timeout) for o in tasks.shown[len(answers) :]]
    shown = all(a.status == "shown" for a in answers)
    checks = (panel.ask(o, deadline, POSSIBLE_SHARE) for o in (tasks.possible if shown else ()))
    return Attempt(tasks, tuple(answers), tuple(checks), loops)


def route(
    system: System, property: Property, *, timeout: float = 60.0, seed: int = 0, seeds: int = 1, solver: Solver = "z3"
) -> Obligations:
    """The obligations that `attempt` puts to the solver: fewer where the property follows from its lemmas.

    Raises as `attempt` does.
    """
    tasks, _ = _route(obligations(system, property), Panel(solver, seed, seeds), time.monotonic() + timeout, timeout)
    return tasks


def _route(tasks: Obligations, panel: Panel, deadline: float, timeout: float) -> tuple[Obligations, list[Answer]]:
    """What is to be shown, and what has been on the way to know it."""
    if tasks.consequence is not None:
        first = panel.ask(tasks.consequence, deadline, timeout * CONSEQUENCE_SHARE)
        if first.status == "shown":
            return tasks.following(), [first]
    return tasks, []


def prove(
    system: System, property: Property, *, timeout: float = 60.0, seed: int = 0, seeds: int = 1, solver: Solver = "z3"
) -> Evidence:
    """Try to prove a property of a system for every size, with its lemmas, within `timeout` seconds in all.

    `proved` lists the axioms that were needed, in plain words, and what else carries the proof. `not inductive` has a
    small counterexample to induction, which may take a tenth longer, and `unknown` only undecided obligations; the
    note names them. `not run` says that the property is no matter for induction at unbounded size, and why. Raises as
    `attempt` does, except Refused.
    """
    begun = time.monotonic()
    found = Evidence("induction", "not run", seed=seed)
    try:
        tried = attempt(system, property, timeout=timeout, seed=seed, seeds=seeds, solver=solver)
    except Refused as refusal:
        return _replace(found, begun, note=str(refusal))
    warnings = [*_unstable(tried), *_outside(tried)]
    open_ = [a for a in tried.answers if a.status != "shown"]
    if open_:
        notes = [*(_complaint(a, tried) for a in open_), *_numbers(tried.tasks), *warnings]
        small = None
        hinted = dict(tried.tasks.property.hints)
        for answer in [a for a in tried.failed[:1] if a.obligation.kind != "step" or a.obligation.action not in hinted]:
            left = min(COUNTEREXAMPLE_SHARE, max(begun + timeout - time.monotonic(), timeout / 10))
            small = counterexample(tried.tasks, answer.obligation, seconds=left, seed=seed)
        verdict = "not inductive" if tried.failed else "unknown"
        return _replace(found, begun, verdict=verdict, counterexample=small, note="; ".join(notes))
    core = tried.core
    doubts = [_complaint(c, tried) for c in tried.checks if c.status != "shown"]
    idle = [f"never needed: {', '.join(core.unused)}"] if core.unused else []
    return _replace(
        found,
        begun,
        verdict="proved",
        axioms=(*(fact.sentence for fact in tried.tasks.sizes), *core.axioms),
        core=core,
        vacuous=any(c.status == "failed" and c.obligation.action is None for c in tried.checks),
        note="; ".join([_count(tried, solver, seeds), *doubts, *idle, *warnings]),
    )


def _replace(found: Evidence, begun: float, **changes: object) -> Evidence:
    return replace(found, seconds=time.monotonic() - begun, **changes)  # type: ignore[arg-type]


def _count(tried: Attempt, solver: Solver, seeds: int) -> str:
    by = {"z3": "", "cvc5": " by cvc5", "both": " by z3 and cvc5"}[solver]
    times = f", each with {seeds} seeds" if seeds > 1 else ""
    return f"{len(tried.answers)} obligations{by}{times}"


def _names(premises: Iterable[Premise]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(p).removeprefix("a guard of ") for p in premises))


def _complaint(answer: Answer, tried: Attempt) -> str:
    o = answer.obligation
    if answer.status == "undecided":
        loop = tried.loops.get(o.name)
        inside = "outside" if loop and not loop.written else "inside"
        return f"not decided ({answer.reason}; {inside} the decidable fragment): {o.name}"
    if o.kind == "possible" and o.action is not None:
        return f"{o.action} never happens: no state where the invariants hold enables it"
    if o.kind == "possible":
        return f"vacuous: in no state where the invariants hold does the witness of {o.formula} hold"
    return f"not inductive: it could not be shown that {o.name}"


def _numbers(tasks: Obligations) -> list[str]:
    """Facts about quorums that do not hold, with their smallest numbers: often the reason for a failed obligation."""
    return [str(fact) for fact in tasks.facts if not fact.holds]


def _unstable(tried: Attempt) -> Iterator[str]:
    for a in (*tried.answers, *tried.checks):
        ended, tries = a.agreed
        if a.status != "undecided" and ended < tries:
            yield f"unstable: only {ended} of {tries} attempts decided: {a.obligation.name}"


def _outside(tried: Attempt) -> Iterator[str]:
    """Each loop once, with how many obligations it takes out of the fragment."""
    by_loop: dict[str, list[str]] = {}
    whole = len(tried.tasks.shown) + len(tried.tasks.possible)
    for name, loop in tried.loops.items():
        by_loop.setdefault(loop.sorts + str(loop.written), []).append(name)
    for names in by_loop.values():
        yield f"{tried.loops[names[0]]} (in {len(names)} of {whole} obligations)"
