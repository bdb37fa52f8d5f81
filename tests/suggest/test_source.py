"""The text of a suggested lemma, traced, is the formula that was tried; so what a person pastes is what was checked."""

from itertools import combinations

import numpy as np
import pytest

import meterproof.lang as lang
from examples import two_phase_commit
from examples.two_phase_commit import TwoPhaseCommit
from meterproof.lang import Formula, Protocol, System, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.expr import Expr
from meterproof.suggest.clause import clause
from meterproof.suggest.source import WIDTH, definition, types, words
from meterproof.suggest.vocabulary import Template, templates
from tests.prove import protocols
from tests.prove.protocols import Log, Voting

RULES = {"quorum": "floor((n+f)/2)+1", "resilience": "3*f+1"}
MACHINES = [
    pytest.param(TwoPhaseCommit, vars(two_phase_commit), {}, "consistent", id="TwoPhaseCommit"),
    pytest.param(Voting, vars(protocols), RULES, "agreement", id="Voting"),
    pytest.param(Log, vars(protocols), {}, "no_gap", id="Log"),
]


def formulas(template: Template) -> list[Expr]:
    """Clauses over a template with each atom assumed, concluded, and beside others."""
    found = []
    for chosen in [*combinations(range(len(template.atoms)), 1), *combinations(range(len(template.atoms)), 2)][::3]:
        for held in (True, False):
            row = np.zeros(len(template.atoms), dtype=np.bool_)
            row[list(chosen)] = held
            row[chosen[0]] = True
            found.append(clause(template, row, chosen).formula)
    return found


@pytest.mark.parametrize(("machine", "names", "rules", "claim"), MACHINES)
def test_the_text_gives_the_formula_back(
    machine: type[Protocol], names: dict[str, object], rules: dict[str, str], claim: str
) -> None:
    values = machine.rule_schema().read(rules)
    system = trace(machine, values)
    count = 0
    for template in templates(system, system.property(claim))[:3]:
        for formula in formulas(template):
            text = definition("pasted", "Suggested: it.", formula, values, of=machine.__name__)
            namespace = {**{n: names[n] for n in (machine.__name__, *types(formula))}, "Formula": Formula}
            namespace.update({n: getattr(lang, n) for n in words(formula)})
            exec(text, namespace)
            pasted = namespace["pasted"]
            assert isinstance(pasted, PropertyDecl)
            assert trace(machine, values, [pasted]).property("pasted").formula is formula, text
            count += 1
    assert count > 20


def written(system: System, formula: Expr) -> str:
    return definition("found", "Suggested: it.", formula, system.rules, of=None)


def test_a_short_lemma_reads_as_a_person_writes_it() -> None:
    system = trace(TwoPhaseCommit)
    assert written(system, system.property("heard_means_said").formula) == (
        '@lemma\ndef found(s):\n    """Suggested: it."""\n'
        "    return forall(RM, lambda rm: implies(s.heard[rm], s.said[rm]))\n"
    )


def test_a_threshold_is_written_as_the_rule_that_it_is() -> None:
    system = trace(Voting, Voting.rule_schema().read(RULES))
    assert "atleast(s.rules.quorum, Replica, lambda x: " in written(system, system.property("backed").formula)


def test_a_long_lemma_is_broken_into_lines_that_fit() -> None:
    system = trace(Voting, Voting.rule_schema().read(RULES))
    widest = templates(system, system.property("agreement"))[-1]
    plain = [i for i, atom in enumerate(widest.atoms) if atom.op == "read" and len(atom.args) == 2]
    row = np.zeros(len(widest.atoms), dtype=np.bool_)
    row[plain[:6]] = True
    text = written(system, clause(widest, row, tuple(plain[:8])).formula)
    assert text.count("\n") > 7
    assert all(len(line) <= WIDTH for line in text.splitlines())
