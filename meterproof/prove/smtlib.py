"""Obligations as SMT-LIB 2.6 scripts, which any solver, or a person, can check without this workbench.

Every assertion stands under a comment that says what it is and has a name, so that `(get-unsat-core)` answers in the
words of the model. A script begins with the answer that is expected: `unsat` where something is shown, `sat` where the
premises are shown to have a model.
"""

from __future__ import annotations

import re

import z3

from meterproof.prove.obligations import Obligation, Obligations
from meterproof.prove.theory import Premise

GOAL = "denied"
"""The name of the assertion that denies what is to be shown."""


def label(at: int, premise: Premise) -> str:
    """The name of a premise's assertion: `lemma.3`."""
    return f"{premise.kind}.{at}"


def script(obligation: Obligation) -> str:
    """One obligation as a script of its own."""
    names = [label(at, p) for at, p in enumerate(obligation.premises)]
    words = [f"{p.kind}: {p}" + (f" [{' '.join(p.cites)}]" if p.cites else "") for p in obligation.premises]
    possible = obligation.kind == "possible"
    if not possible:
        names.append(GOAL)
        words.append(f"denied: {obligation.name}")
    declarations, bodies = _printed(obligation)
    question = "have these a model? sat shows it" if possible else "does the denial contradict them? unsat shows it"
    lines = [
        f"; {obligation.name}: {question}",
        "(set-info :smt-lib-version 2.6)",
        "(set-option :produce-unsat-cores true)",
        f"(set-logic {'UFDT' if 'declare-datatypes' in declarations else 'UF'})",
        f"(set-info :status {'sat' if possible else 'unsat'})",
        declarations,
    ]
    for name, said, body in zip(names, words, bodies, strict=True):
        lines += ["", *(f"; {line}" for line in said.splitlines()), f"(assert (! {body}\n  :named {name}))"]
    return "\n".join([*lines, "", "(check-sat)", *([] if possible else ["(get-unsat-core)"]), "(exit)", ""])


def write(obligations: Obligations) -> dict[str, str]:
    """All scripts of a property by file name, in order: what is to be shown, then what keeps it from being vacuous."""
    every = (*obligations.shown, *obligations.possible)
    width = len(str(len(every)))
    return {f"{at:0{width}}-{_slug(o.name)}.smt2": script(o) for at, o in enumerate(every, start=1)}


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")


def _printed(obligation: Obligation) -> tuple[str, list[str]]:
    """Declarations of all that occurs, and the formulas in order, as z3 prints them."""
    formulas = [*(p.term for p in obligation.premises), *obligation.denial]
    solver = z3.Solver(ctx=obligation.goal.ctx)
    solver.add(*formulas)
    head, *_ = solver.to_smt2().split("\n(assert")
    _, opening, rest = head.partition("(declare")
    return (opening + rest).rstrip(), [f.sexpr().replace("\n", "\n  ") for f in formulas]
