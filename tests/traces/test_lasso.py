"""A run that never ends is shown as a loop that closes; nothing passes for a violation of a promise that is none."""

from __future__ import annotations

import json
from typing import Any

import itf_py
import pytest

from meterproof.finite.interpret import Step
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import Enum, Protocol, action, leads_to, trace, var
from meterproof.traces import itf, mermaid, pytest_format, text
from meterproof.traces.trace import Mismatch, Trace, rerun
from tests.explore.promises import Channel, Ring, Semaphore

Mood = Enum("Mood", "calm", "alert")
SYSTEM = trace(Channel)
(WORLD,) = instances(SYSTEM, resolve(SYSTEM, {"Packet": 1}))
SEND, LOSE, DELIVER = (Step(name, (0,)) for name in ("send", "lose", "deliver"))


def lost_for_ever() -> Trace:
    """The packet is sent, lost, and sent and lost again and again."""
    return rerun(WORLD, [SEND, LOSE, SEND, LOSE], SYSTEM.property("lossy"), loop=2)


LOST = """\
Channel with Packet=1

1. The sender sends packet0, perhaps again.
     on_its_way(packet0): false -> true

2. The network loses packet0. (adversary: NET)
     on_its_way(packet0): true -> false

From here on, again and again:

3. The sender sends packet0, perhaps again.
     on_its_way(packet0): false -> true

4. The network loses packet0. (adversary: NET)
     on_its_way(packet0): true -> false

The loop is fair: send(packet0) is done in step 3; deliver(packet0) is not possible after step 2.

And then again from step 3, for ever. The premise holds at the start, and what it leads to never comes. This
  violates lossy: All packets arrive though the network may lose them for ever.
"""


def test_a_loop_reads_like_this() -> None:
    assert text.render(lost_for_ever()) == LOST
    assert repr(lost_for_ever()).endswith("send(0,), lose(0,), send(0,), lose(0,), again from state 2>")


def asked_and_stopped() -> Trace:
    """One process asks for entry, is let in, asks once more, and that is all."""
    system = trace(Semaphore)
    (world,) = instances(system, resolve(system, {"Process": 1}))
    steps = [Step(name, (0,)) for name in ("ask", "enter", "leave", "ask")]
    return rerun(world, steps, system.property("i_enter_unfairly"), loop=4)


def test_a_run_that_stops_says_that_nothing_more_has_to_happen() -> None:
    lines = text.render(asked_and_stopped(), width=200).splitlines()
    assert lines[-1] == (
        "And nothing more has to happen. The premise holds after step 4, and what it leads to never comes. "
        "This violates i_enter_unfairly: i enter unfairly"
    )
    assert not any(line.startswith(("From here on", "The loop is fair")) for line in lines)


def test_a_diagram_has_a_loop_block_or_none_where_the_run_stops() -> None:
    assert mermaid.render(lost_for_ever()).splitlines()[3:9] == [
        "    Note over packet0: 1. The sender sends packet0, perhaps again.",
        "    network->>packet0: 2. lose(packet0)<br/>The network loses packet0.",
        "    loop for ever",
        "    Note over packet0: 3. The sender sends packet0, perhaps again.",
        "    network->>packet0: 4. lose(packet0)<br/>The network loses packet0.",
        "    end",
    ]
    stopped = mermaid.render(asked_and_stopped()).splitlines()
    assert not any(line.strip() in ("loop for ever", "end") for line in stopped)


@pytest.mark.parametrize("run", [lost_for_ever(), asked_and_stopped()], ids=["loops", "stops"])
def test_a_file_keeps_the_loop_and_other_libraries_read_it(run: Trace) -> None:
    written = itf.write(run, source="x", seed=3)
    assert itf.parse(written, run.instance.system) == run
    assert json.loads(written) == itf.document(run, source="x", seed=3)
    there = itf_py.trace_from_json(json.loads(written))
    assert (there.loop, len(there.states)) == (run.loop, len(run.states))
    assert itf.parse(json.dumps(itf_py.trace_to_json(there)), run.instance.system) == run


def test_a_test_of_a_loop_runs_and_fails_where_the_run_is_fair_no_more() -> None:
    setup = "from meterproof.lang import trace\nfrom tests.explore.promises import Channel\n\nsystem = trace(Channel)\n"
    source = pytest_format.render(lost_for_ever(), setup)

    def run(source: str) -> None:
        names: dict[str, Any] = {}
        exec(compile(source, "<pasted>", "exec"), names)
        names["test_lossy_is_violated"]()

    run(source)
    with pytest.raises(Mismatch, match="does not close"):
        run(source.replace("loop=2", "loop=3"))
    assert "violated," not in source and "Interpreter" not in source


@pytest.mark.parametrize(
    ("steps", "loop", "id", "message"),
    [
        ([SEND, LOSE], None, "lossy", "a run that ends does not show lossy: it takes a loop"),
        ([SEND, LOSE], 3, "lossy", "there is no state 3 to go on from"),
        ([SEND, LOSE], -1, "lossy", "there is no state -1"),
        ([SEND, LOSE], 1, "lossy", "the loop does not close: the last state is not the one after step 1"),
        ([SEND], 1, "lossy", r"not fair: deliver\(packet0\) stays possible in the loop and is never done"),
        ([SEND, SEND], 1, "lossy", r"not fair: deliver\(packet0\) stays possible"),
        ([], 0, "lossy", r"not fair: send\(packet0\) stays possible"),
        ([SEND, DELIVER], 2, "lossy", "the run keeps lossy: whenever its premise holds, what it leads to comes"),
        ([SEND, DELIVER, LOSE], 3, "lossy", "the run keeps lossy"),
        ([SEND, LOSE, LOSE], 2, "lossy", r"step 3: lose\(0,\) is stopped by"),
    ],
)
def test_a_loop_that_shows_no_violation_is_a_mismatch(
    steps: list[Step], loop: int | None, id: str, message: str
) -> None:
    with pytest.raises(Mismatch, match=message):
        rerun(WORLD, steps, SYSTEM.property(id), loop)


def test_what_comes_within_the_loop_comes_again_and_again() -> None:
    system = trace(Ring)
    world = next(w for w in instances(system, resolve(system, {"Seat": 3})) if dict(w.rigid)["me"] == (0,))
    around = [Step("hand_on", pair) for pair in ((0, 1), (1, 2), (2, 0), (0, 1))]
    with pytest.raises(Mismatch, match="the run keeps it_comes_back"):
        rerun(world, around, system.property("it_comes_back"), loop=1)


def test_a_move_that_changes_nothing_makes_no_loop_fair() -> None:
    class Mind(Protocol):
        mood = var(to=Mood, init=Mood.calm)

        @action
        def turn(s, m: Mood):
            return s.set(mood=m)

        @leads_to(then=lambda s: s.mood == Mood.alert, fair="turn(_)")
        def alarm(s):
            return s.mood == Mood.calm

    system = trace(Mind)
    (world,) = instances(system, resolve(system, {}))
    with pytest.raises(Mismatch, match=r"not fair: turn\(_\) stays possible"):
        rerun(world, [Step("turn", (0,))], system.property("alarm"), loop=0)


def test_a_loop_says_nothing_of_other_properties() -> None:
    witness = SYSTEM.property("lossy (witness)")
    assert rerun(WORLD, [], witness).claim == witness
    with pytest.raises(Mismatch, match=r"lossy \(witness\) is no leads_to property, so a loop shows nothing"):
        rerun(WORLD, [], witness, loop=0)
    assert rerun(WORLD, [SEND, LOSE], loop=0).loop == 0
