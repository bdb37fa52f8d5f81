"""The values that a page shows at a step are those of the state after it, and what it calls changed did change."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.finite.interpret import Interpreter, Step
from meterproof.lang.system import Variable
from meterproof.lang.types import Sort
from meterproof.report.histories import Part, histories
from meterproof.traces.trace import Trace, rerun
from tests.report.pages import FAULTY_LEADER


@st.composite
def runs(draw: st.DrawFn) -> Trace:
    """Any run of a few steps of the relay with a faulty leader."""
    interpreter, steps = Interpreter(FAULTY_LEADER), []
    state = interpreter.initial()
    for _ in range(draw(st.integers(0, 6))):
        moves = [
            Step(a.name, p)
            for a in FAULTY_LEADER.system.actions
            for p in FAULTY_LEADER.choices(a)
            if interpreter.blocked_by(a, p, state) is None
        ]
        if not moves:
            break
        step = draw(st.sampled_from(moves))
        steps.append(step)
        state = interpreter.apply(interpreter.action(step.action), step.params, state)
    return rerun(FAULTY_LEADER, steps)


def meant(name: str, sort: Sort) -> list[str]:
    """The individuals that a word of a cell stands for."""
    everybody = [FAULTY_LEADER.element(sort, i) for i in FAULTY_LEADER.values(sort)]
    return everybody if name.startswith("every ") else [name]


def table(variable: Variable, found: tuple[Part, ...]) -> tuple[str, ...]:
    """The value that the parts tell, cell by cell, as a reader takes them; no two may speak of the same cell."""
    told: dict[tuple[str, ...], str] = {}
    for part in found:
        for cell in [] if part.gone else part.cells or ("",):
            names = cell.strip("()").split(", ") if cell else []
            for each in product(*map(meant, names, variable.domain)):
                assert each not in told
                told[each] = "true" if part.value is None else part.value
    cells = (
        tuple(FAULTY_LEADER.element(sort, i) for sort, i in zip(variable.domain, cell, strict=True))
        for cell in FAULTY_LEADER.cells(variable)
    )
    return tuple(told.get(cell, "false") for cell in cells)


@given(runs())
@settings(max_examples=40)
def test_spells_cover_every_state_once_and_tell_its_value(trace: Trace) -> None:
    for at, history in enumerate(histories(trace)):
        ends = [i for s in history.spells for i in range(s.first, s.last + 1)]
        assert ends == list(range(len(trace.states)))
        for spell in history.spells:
            for state in trace.states[spell.first : spell.last + 1]:
                shown = tuple(FAULTY_LEADER.element(history.variable.to, value) for value in state[at])
                assert table(history.variable, spell.parts) == shown


@given(runs())
@settings(max_examples=40)
def test_only_what_differs_from_the_state_before_is_called_changed(trace: Trace) -> None:
    for at, history in enumerate(histories(trace)):
        assert not any(part.changed for part in history.spells[0].parts)
        for spell in history.spells[1:]:
            assert trace.states[spell.first][at] != trace.states[spell.first - 1][at]
            assert any(part.changed for part in spell.parts)
            assert all(part.before != part.value for part in spell.parts if part.changed and part.value)


def test_a_new_value_stands_beside_what_it_was() -> None:
    found = {h.variable.name: h for h in histories(rerun(FAULTY_LEADER, [Step("follow", (1, 0))]))}
    assert [s.parts for s in found["mood"].spells] == [
        (Part((), "calm"),),
        (Part((), "alert", "calm", changed=True),),
    ]
    assert found["heeds"].spells[1].parts[-1] == Part(("replica1",), "replica0", "replica2", changed=True)
    assert not found["sent"].moves


def test_a_cell_that_leaves_a_relation_is_shown_as_gone() -> None:
    """No move of the relay takes a block back, so this run, backwards, is none of the model's."""
    there = rerun(FAULTY_LEADER, [Step("equivocate", (0, 1))])
    [sent] = [h for h in histories(replace(there, states=there.states[::-1])) if h.variable.name == "sent"]
    assert sent.spells[1].parts == (Part(("(replica0, block1)",), changed=True, gone=True),)
