"""Traces as ITF files: what is written is read back, by us and by other tools, and nothing wrong is taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import itf_py
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from meterproof.finite.interpret import Step
from meterproof.finite.worlds import instances
from meterproof.lang.canonical import digest
from meterproof.schedule import schedules
from meterproof.traces import itf
from meterproof.traces.trace import Mismatch, Trace, rerun
from tests.traces.relay import relay, small

SYSTEM = relay()
SCOPE = small(SYSTEM)
RUNS = schedules(SYSTEM, SCOPE, steps=8, against=frozenset({"BYZ"}))
FAULTY_LEADER = instances(SYSTEM, SCOPE)[0]
FORK = rerun(
    FAULTY_LEADER, [Step("equivocate", (0, 0)), Step("equivocate", (1, 1))], SYSTEM.property("one_block")
)  # fmt: skip


@given(RUNS)
@settings(deadline=None, max_examples=50)
def test_what_is_written_is_read_back(run: Trace) -> None:
    assert itf.parse(itf.write(run, source="relay"), SYSTEM) == run


@given(RUNS)
@settings(deadline=None, max_examples=50)
def test_a_trace_survives_the_itf_library(run: Trace) -> None:
    there = itf_py.trace_from_json(json.loads(itf.write(run, source="relay")))
    back = json.dumps(itf_py.trace_to_json(there))

    assert len(there.states) == len(run.states)
    assert itf.parse(back, SYSTEM) == run


@given(RUNS, st.integers(0, 2**64))
@settings(deadline=None, max_examples=25)
def test_the_text_is_the_document(run: Trace, seed: int) -> None:
    text = itf.write(run, source="relay", seed=seed)
    assert json.loads(text) == itf.document(run, source="relay", seed=seed)


def test_the_other_library_sees_sets_tuples_maps_and_whole_numbers() -> None:
    first, *_, last = itf_py.trace_from_json(itf.document(FORK, source="relay")).states

    assert first.values["faulty"] == frozenset({"replica2"})
    assert last.values["sent"] == frozenset({("replica0", "block0"), ("replica1", "block1")})
    assert last.values["heeds"]["replica1"] == "replica2"
    assert last.values["ticks"] == -1
    assert last.values["action"] == "equivocate(replica1, block1)"
    assert last.meta == {"index": 2, "action": {"name": "equivocate", "params": {"r": "replica1", "b": "block1"}}}


def test_the_header_is_enough_to_find_the_system_again(tmp_path: Path) -> None:
    file = tmp_path / "fork.itf.json"
    file.write_text(itf.write(FORK, source="relay@literal", seed=7), encoding="utf-8")

    header = itf.read_header(file)

    assert header == itf.Header("relay@literal", "one_block", SCOPE.as_dict(), 7, digest(SYSTEM))
    assert itf.read(file, SYSTEM) == FORK


def test_a_violation_says_so_and_a_plain_run_is_ok() -> None:
    plain = Trace(FORK.instance, FORK.steps, FORK.states)
    assert itf.document(FORK, source="relay")["#meta"]["status"] == "violation"
    assert itf.document(plain, source="relay")["#meta"]["status"] == "ok"


def test_plain_numbers_of_older_tools_are_read() -> None:
    assert itf.parse(itf.write(FORK, source="relay").replace('{"#bigint": "-1"}', "-1"), SYSTEM) == FORK


def broken(*path: Any, to: Any = None) -> str:
    """The fork's file with the entry at `path` replaced, or left out when `to` is None."""
    whole = json.loads(itf.write(FORK, source="relay"))
    place = whole
    for key in path[:-1]:
        place = place[key]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return json.dumps(whole)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n"vars": [,]\n}', r"^fork:2: not JSON: .*column 10"),
        ("[]", "the file holds a list"),
        ("[" * 100_000, "nested too deeply"),
        (broken("vars"), "the trace has no vars"),
        (broken("states"), "the trace has no states"),
        (broken("states", to=[]), "states is no list of states"),
        (broken("vars", to=[1]), "vars is no list of names"),
        (broken("loop", to=3), r"loop is 3 \(allowed: the number of a state, 0 to 2\)"),
        (broken("loop", to=True), "loop is True"),
        (broken("#meta"), "the trace has no #meta"),
        (broken("#meta", "scope"), "#meta has no scope"),
        (broken("#meta", "scope", to={"Replica": "3"}), "scope of #meta"),
        (broken("#meta", "scope", "Replica", to=0), "needs a size for sort Replica"),
        (broken("#meta", "property", to="two_blocks"), r"no property 'two_blocks' \(allowed: one_block"),
        (broken("params", to=["leader"]), "params lacks 'faulty'"),
        (broken("vars", 0, to="heed"), r"vars has 'heed', .*\(allowed: heeds, "),
        (broken("states", 0, "leader"), "state 0 has no value for leader"),
        (broken("states", 0, "faulty", to={"#set": []}), r"faulty of state 0 has 0 members \(allowed: 1,"),
        (broken("states", 1, "mood"), "state 1 has no value for mood"),
        (broken("states", 1, "mood", to="angry"), r"mood of state 1 is 'angry', .*\(allowed: calm, alert\)"),
        (broken("states", 1, "quorate", to="false"), r"quorate of state 1 is 'false' \(allowed: true or false\)"),
        (broken("states", 1, "ticks", to={"#bigint": "9"}), r"ticks of state 1 .*in -1\.\.1"),
        (broken("states", 1, "ticks", to={"#bigint": "x"}), "ticks of state 1"),
        (broken("states", 1, "sent", to=["replica0"]), r'sent of state 1 is .*allowed: \{"#set"'),
        (broken("states", 1, "sent", to={"#set": ["replica0"]}), r"sent of state 1, element 1, .*#tup"),
        (broken("states", 1, "sent", to={"#set": [{"#tup": ["replica0"]}]}), r"has 1 parts \(allowed: 2 parts\)"),
        (broken("states", 1, "sent", to={"#set": [{"#tup": ["block0", "block0"]}]}), "'block0', which is no Replica"),
        (broken("states", 1, "heeds", to={"#map": [["replica0"]]}), r"entry 1, is .*allowed: \[key, value\]"),
        (broken("states", 1, "heeds", to={"#map": [["replica0", "replica0"]]}), "no value for 'replica1'"),
        (broken("states", 1, "heeds", to={"#map": [["replica0", "replica0"]] * 2}), "'replica0' a second value"),
        (broken("states", 1, "action", to="init"), "action of state 1 is 'init'"),
        (broken("states", 1, "action", to=3), "action of state 1 is 3"),
        (broken("states", 1, "action", to="bribe(replica0)"), r"no action 'bribe' \(allowed: propose, equivocate"),
        (broken("states", 1, "action", to="equivocate(replica0)"), r"has 1 parameters .*equivocate\(Replica, Block\)"),
        (broken("states", 1, "action", to="equivocate(replica0, block9)"), r"'block9', .*\(allowed: block0, block1\)"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_with_what_was_allowed(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        itf.parse(text, SYSTEM, file="fork")
    assert refused.value.file == "fork"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.itf\.json: cannot be read"):
        itf.read(tmp_path / "gone.itf.json", SYSTEM)
    (tmp_path / "latin.itf.json").write_bytes(b'"caf\xe9"')
    with pytest.raises(InputError, match="byte 4 is not UTF-8"):
        itf.read_header(tmp_path / "latin.itf.json")


def test_a_move_that_the_model_stops_is_a_mismatch() -> None:
    stopped = broken("states", 1, "action", to="propose(block0)")
    with pytest.raises(Mismatch, match="step 1: propose") as found:
        itf.parse(stopped, SYSTEM)
    assert (found.value.at, found.value.guard) == (0, 0)


def test_another_state_than_the_models_is_a_mismatch() -> None:
    other = broken("states", 2, "sent", to={"#set": [{"#tup": ["replica0", "block0"]}]})
    with pytest.raises(Mismatch, match=r"state 2: sent\(replica1, block1\) is false in the file and true in the model"):
        itf.parse(other, SYSTEM)
    alert = broken("states", 0, "mood", to="alert")
    with pytest.raises(Mismatch, match="state 0: mood is alert in the file and calm in the model"):
        itf.parse(alert, SYSTEM)


def test_a_trace_that_does_not_show_its_property_is_a_mismatch() -> None:
    with pytest.raises(Mismatch, match="does not show all_stamped"):
        itf.parse(broken("#meta", "property", to="all_stamped"), SYSTEM)
