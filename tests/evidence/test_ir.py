"""A system that is written as JSON and read again is the same system, and what is no system is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.check.jobs import Job
from meterproof.check.targets import jobs
from meterproof.errors import InputError
from meterproof.evidence import ir_reading, ir_writing
from meterproof.lang.canonical import digest
from meterproof.lang.system import Property, System

ROOT = Path(__file__).parents[2]
MACHINES = {job.machine: job for target in ("bc-ami", "edge-keys@hardened") for job in jobs([target])}


@pytest.fixture(scope="module")
def text() -> str:
    """The smallest machine as JSON."""
    return ir_writing.write(jobs([str(ROOT / "examples" / "two_phase_commit.py")])[0].system(), ROOT)


def expressions(system: System) -> list[object]:
    """All expressions of a system, as the one node that each of them is."""

    def of(p: Property) -> list[object]:
        parts = [None if e is None else e.uid for e in (p.formula, p.then, p.witness)]
        return [*parts, *(of(x) for x in p.lemmas)]

    return [
        *(None if v.init is None else v.init.uid for v in system.variables),
        *(g.condition.uid for a in system.actions for g in a.guards),
        *(value.uid for a in system.actions for u in a.updates for _, value in u.cells),
        *(g.condition.uid for g in system.axioms),
        *(of(p) for p in system.properties),
    ]


@pytest.mark.parametrize("job", MACHINES.values(), ids=lambda job: job.machine.__name__)
def test_what_is_read_again_is_the_same_to_the_node(job: Job) -> None:
    system = job.system()
    again = ir_reading.read(ir_writing.write(system, ROOT))
    assert digest(again) == digest(system)
    assert expressions(again) == expressions(system)
    assert [(a.sentence, a.cites, a.rules, a.line) for a in again.actions] == [
        (a.sentence, a.cites, a.rules, a.line) for a in system.actions
    ]
    assert (again.design, again.sorts, again.enums) == (system.design, system.sorts, system.enums)


def test_it_tells_lines_from_the_study_and_no_folder_of_this_machine(text: str) -> None:
    assert str(ROOT) not in text
    assert json.loads(text)["actions"][0]["file"] == "examples/two_phase_commit.py"


def test_another_guard_is_another_hash(text: str) -> None:
    whole = json.loads(text)
    whole["actions"][0]["guards"] = []
    with pytest.raises(InputError, match=r"the system has the hash \w+, not"):
        ir_reading.read(json.dumps(whole))


@settings(max_examples=60)
@given(st.data())
def test_what_is_no_system_is_refused_without_a_traceback(text: str, data: st.DataObject) -> None:
    """Any one value of the document replaced by another: refused, unless it is one that only people read."""
    whole = json.loads(text)
    place, unread = whole, False
    while isinstance(place, dict | list) and place:
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(keys))
        unread = unread or key in ("doc", "title", "sentence", "cites", "rules", "line", "file", "absent", "data")
        parent, place = place, place[key]
        if data.draw(st.booleans()):
            break
    parent[key] = data.draw(st.sampled_from([None, -1, 10**6, "", "no", [], {}, [[]], {"threshold": "n+"}]))
    if unread:
        return
    try:
        found = ir_reading.read(json.dumps(whole))
    except InputError as error:
        assert error.allowed
    else:
        assert digest(found) == json.loads(text)["hash"]
