"""One obligation, put to a solver: z3, or cvc5 as an independent second one that reads the SMT-LIB text."""

from __future__ import annotations

import importlib
import time
from dataclasses import dataclass, replace
from typing import Any, Literal

import z3

from meterproof.errors import InputError
from meterproof.prove.clock import Clock, heed_interrupt
from meterproof.prove.obligations import Obligation
from meterproof.prove.quorums import Term
from meterproof.prove.smtlib import label, script
from meterproof.prove.theory import Premise
from meterproof.verdict import Contradiction, Solver

Status = Literal["shown", "failed", "undecided"]

EFFORT = 20_000
"""z3's own steps (a few milliseconds) that each attempt to leave a premise out of a core may take."""


@dataclass(frozen=True)
class Answer:
    """What a solver said of an obligation: shown, failed (its denial has a model), or neither, with the reason.

    `core` are the premises that the proof needed. Of several attempts `agreed` says how many came to this end, and out
    of how many.
    """

    obligation: Obligation
    status: Status
    reason: str = ""
    core: tuple[Premise, ...] = ()
    agreed: tuple[int, int] = (1, 1)


class Z3:
    """z3 under one seed. It keeps what it was told for as long as obligations have the same premises."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._labels: dict[Term, Premise] = {}
        self._premises: tuple[Premise, ...] | None = None
        self._solver: Any = None

    def ask(self, obligation: Obligation, timeout: float) -> Answer:
        """What z3 says within `timeout` seconds."""
        if self._premises is not obligation.premises or not obligation.premises:
            self._tell(obligation)
        solver = self._solver
        solver.set("timeout", max(1, int(timeout * 1000)))
        solver.push()
        solver.add(*obligation.denial)
        clock = Clock(timeout)
        answer = solver.check(*self._labels)
        reason = str(solver.reason_unknown()) if answer == z3.unknown else ""
        heed_interrupt(reason, clock.spent, timeout)
        core = self._small(list(solver.unsat_core())) if answer == z3.unsat else set()
        solver.pop()
        if answer == z3.unknown:
            over = reason in ("timeout", "canceled")
            return Answer(obligation, "undecided", f"time: {timeout:.3g} s" if over else f"z3: {reason}")
        return _answer(obligation, answer == z3.sat, tuple(p for name, p in self._labels.items() if name in core))

    def _small(self, core: list[Term]) -> set[Term]:
        """The core without what can be left out with little effort, counted in z3's own steps so that it repeats."""
        self._solver.set("rlimit", EFFORT)
        at = 0
        while at < len(core) > 1:
            rest = core[:at] + core[at + 1 :]
            if self._solver.check(*rest) == z3.unsat:
                found = set(self._solver.unsat_core())
                core = [label for label in rest if label in found]
            else:
                at += 1
        self._solver.set("rlimit", 0)
        return set(core)

    def _tell(self, obligation: Obligation) -> None:
        context = obligation.goal.ctx
        self._premises, self._solver = obligation.premises, z3.SimpleSolver(ctx=context)
        self._solver.set("random_seed", self.seed)
        self._labels = {z3.Bool(label(at, p), context): p for at, p in enumerate(obligation.premises)}
        for name, premise in self._labels.items():
            self._solver.add(z3.Implies(name, premise.term))


class Cvc5:
    """cvc5 under one seed; it reads the obligation's script. Raises InputError where it is not installed.

    Models of quantified formulas need its search for finite models, refutations are mostly quicker without: half of
    the time goes to each, the likelier one first.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._cvc5 = _cvc5()

    def ask(self, obligation: Obligation, timeout: float) -> Answer:
        """What cvc5 says within `timeout` seconds."""
        ways = ("true", "false") if obligation.kind == "possible" else ("false", "true")
        for finite in ways:
            answer = self._try(obligation, timeout / 2, finite)
            if answer.status != "undecided":
                break
        return answer

    def _try(self, obligation: Obligation, timeout: float, finite: str) -> Answer:
        solver = self._cvc5.Solver(self._cvc5.TermManager())
        seed, limit = str(self.seed), str(max(1, int(timeout * 1000)))
        options = {"tlimit-per": limit, "seed": seed, "sat-random-seed": seed, "finite-model-find": finite}
        for option, value in options.items():
            solver.setOption(option, value)
        parser = self._cvc5.InputParser(solver)
        parser.setStringInput(self._cvc5.InputLanguage.SMT_LIB_2_6, script(obligation), obligation.name)
        names = parser.getSymbolManager()
        while (command := parser.nextCommand()).getCommandName() != "check-sat":
            if command.getCommandName() == "set-info":
                continue  # the answer that we hope for is not the solver's to know
            if error := command.invoke(solver, names):
                raise RuntimeError(f"cvc5 does not take the script of {obligation.name}: {error}")
        result = solver.checkSat()
        if result.isUnknown():
            why = str(result.getUnknownExplanation())
            over = "TIMEOUT" in why
            return Answer(obligation, "undecided", f"time: {timeout:.3g} s of cvc5" if over else f"cvc5: {why}")
        named = {str(name): term for term, name in names.getNamedTerms().items()}
        core = set(solver.getUnsatCore()) if result.isUnsat() else set()
        needed = (p for at, p in enumerate(obligation.premises) if named[label(at, p)] in core)
        return _answer(obligation, result.isSat(), tuple(needed))


class Panel:
    """Several attempts at each obligation: one for each solver and seed. Those that come to an end must agree."""

    def __init__(self, solver: Solver, seed: int, seeds: int) -> None:
        kinds: tuple[type[Z3] | type[Cvc5], ...] = (Z3, Cvc5) if solver == "both" else (Z3 if solver == "z3" else Cvc5,)
        self._members = [kind(each) for kind in kinds for each in range(seed, seed + seeds)]

    def ask(self, obligation: Obligation, deadline: float, share: float) -> Answer:
        """The common answer; each attempt may take `share` seconds and none goes on after the deadline.

        Raises Contradiction when one attempt proves what another refutes.
        """
        answers = []
        for member in self._members:
            left = min(share, deadline - time.monotonic())
            late = Answer(obligation, "undecided", "time: not reached")
            answers.append(member.ask(obligation, left) if left > 0 else late)
        ended = {a.status: m for a, m in zip(answers, self._members, strict=True) if a.status != "undecided"}
        if len(ended) > 1:
            said = ", ".join(f"{type(m).__name__} with seed {m.seed} says {status}" for status, m in ended.items())
            raise Contradiction(f"{obligation.name}: {said}")
        first = next((a for a in answers if a.status != "undecided"), answers[0])
        return replace(first, agreed=(sum(a.status == first.status for a in answers), len(answers)))


def _cvc5() -> Any:
    try:
        return importlib.import_module("cvc5")
    except ImportError as error:
        missing = "the second solver, cvc5, is not installed"
        raise InputError(missing, allowed="pip install 'meterproof[cvc5]', or z3 alone") from error


def _answer(obligation: Obligation, model: bool, core: tuple[Premise, ...]) -> Answer:
    if model != (obligation.kind == "possible"):
        return Answer(obligation, "failed")
    return Answer(obligation, "shown", core=core)
