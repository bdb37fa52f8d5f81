"""Obligations can be written as SMT-LIB 2.6 and checked by any solver, or by hand: everything in them has a name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import z3

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.lang import Enum, Protocol, Sort, System, action, forall, implies, invariant, require, trace, var
from meterproof.prove import attempt, obligations
from meterproof.prove.smtlib import script, write
from tests.prove.protocols import Log, voting

MAJORITY = "floor((n+f)/2)+1"


Int, Set = Sort("Int"), Enum("Set", "store", "true_")
Table, UnitTuple = Sort("Table"), Sort("UnitTuple")


class Words(Protocol):
    """A protocol whose names are words of SMT-LIB, or of a solver."""

    select = var(Int, to=Set, init=Set.store)
    let = var(Int)

    @action
    def match(s, par: Int):
        """{par} is matched."""
        require(~s.let[par])
        return s.set(let={par: True}, select={par: Set.true_})

    @invariant
    def distinct(s):
        """What is let is selected."""
        return forall(Int, lambda i: implies(s.let[i], s.select[i] == Set.true_))


class Rows(Protocol):
    """A protocol whose names are words of cvc5 alone."""

    tuple = var(Table, UnitTuple)
    Relation = var(Table)

    @action
    def fill(s, t: Table, u: UnitTuple):
        """{u} is written into {t}."""
        return s.set(tuple={(t, u): True}, Relation={t: True})

    @invariant
    def related(s):
        """What is written is in a relation."""
        return forall(Table, UnitTuple, lambda t, u: implies(s.tuple[t, u], s.Relation[t]))


CASES = [
    (voting(MAJORITY), "agreement"),
    (trace(Log), "no_gap"),
    (trace(TwoPhaseCommit), "consistent"),
    (trace(Words), "distinct"),
    (trace(Rows), "related"),
]
EVERY = pytest.mark.parametrize(("system", "id"), CASES)


@EVERY
def test_z3_reads_every_script_and_gives_the_answer_that_it_expects(system: System, id: str) -> None:
    for name, text in write(obligations(system, system.property(id))).items():
        solver = z3.Solver(ctx=z3.Context())
        solver.from_string(text)
        assert f"(set-info :status {solver.check()})" in text, name


def outputs(text: str, finite_models: str) -> list[str]:
    """What cvc5 prints, command by command."""
    cvc5 = pytest.importorskip("cvc5")
    solver = cvc5.Solver(cvc5.TermManager())
    for option, value in {"strict-parsing": "true", "tlimit-per": "20000", "finite-model-find": finite_models}.items():
        solver.setOption(option, value)
    parser, said = cvc5.InputParser(solver), []
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "script")
    while not (command := parser.nextCommand()).isNull():
        said.append(str(command.invoke(solver, parser.getSymbolManager())).strip())
    return said


@EVERY
def test_cvc5_reads_every_script_strictly_and_gives_the_answer_that_it_expects(system: System, id: str) -> None:
    for name, text in write(obligations(system, system.property(id))).items():
        expected = "sat" if ":status sat" in text else "unsat"
        said = [*outputs(text, "true"), *([] if expected == "sat" else outputs(text, "false"))]
        assert expected in said, name
        assert {"sat", "unsat"} - {expected} <= {"sat", "unsat"} - set(said), name


def test_files_are_numbered_in_order_and_named_after_what_they_show() -> None:
    system = voting(MAJORITY)
    names = list(write(obligations(system, system.property("agreement"))))
    assert names == sorted(names)
    assert names[0] == "01-votes-once-holds-initially.smt2"
    assert "09-agreement-is-preserved-by-decide.smt2" in names
    assert names[-1] == "12-the-witness-of-agreement-holds-in-some-state-where-the-invariants-hold.smt2"


def test_every_assertion_is_named_and_stands_under_what_it_says() -> None:
    system = voting(MAJORITY)
    tasks = obligations(system, system.property("agreement"))
    [text] = [script(o) for o in tasks.shown if o.name == "agreement is preserved by decide"]
    assert len(re.findall(r"^; .*\n\(assert \(! ", text, re.MULTILINE)) == text.count("(assert") == 8
    assert re.findall(r":named (\S+?)\)\)", text)[-1] == "denied"
    assert "; guard: a guard of decide (protocols.py:" in text
    assert "; denied: agreement is preserved by decide" in text
    assert text.startswith("; agreement is preserved by decide: does the denial contradict them? unsat shows it\n")
    assert "(get-unsat-core)" in text


def test_what_was_proved_can_be_written_as_it_was_proved() -> None:
    system = voting(MAJORITY)
    names = list(write(attempt(system, system.property("agreement")).tasks))
    assert names[0] == "01-agreement-follows-from-its-lemmas.smt2"
    assert not [name for name in names if "agreement-is-preserved" in name]


def test_no_script_names_a_folder_of_this_machine() -> None:
    system = voting(MAJORITY)
    for text in write(obligations(system, system.property("agreement"))).values():
        assert str(Path(__file__).parent) not in text
