"""Traces as text: numbered sentences, only what changed, and what the end shows."""

from __future__ import annotations

from hypothesis import given, settings

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Step
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import trace
from meterproof.schedule import schedules
from meterproof.traces.changes import changes
from meterproof.traces.text import brief, render
from meterproof.traces.trace import Trace, rerun
from tests.traces.relay import relay, small

SYSTEM = relay()
SCOPE = small(SYSTEM)
FAULTY_LEADER, HONEST_LEADER = instances(SYSTEM, SCOPE)

FORK = """\
Relay with Replica=3, Block=2, Time=2, f=0, faulty=1
Given: faulty = {replica2}; leader = replica2
At first: heeds = {every replica: replica2}

1. The faulty leader sends block0 to replica0; #block0 is its number. (adversary: BYZ) [R3]
     sent(replica0, block0): false -> true

2. replica1 heeds replica0 from now on.
     heeds(replica1): replica2 -> replica0
     mood: calm -> alert

3. The faulty leader sends block1 to replica1; #block1 is its number. (adversary: BYZ) [R3]
     sent(replica1, block1): false -> true

The state after step 3 violates one_block: No two replicas are sent different blocks.
"""


def fork() -> Trace:
    steps = [Step("equivocate", (0, 0)), Step("follow", (1, 0)), Step("equivocate", (1, 1))]
    return rerun(FAULTY_LEADER, steps, SYSTEM.property("one_block"))


def test_a_small_trace_reads_like_this() -> None:
    assert render(fork()) == FORK


def test_a_change_that_runs_through_a_sort_is_one_line_and_unknown_braces_stay() -> None:
    run = rerun(HONEST_LEADER, [Step("propose", (1,))])
    assert render(run).splitlines()[4:] == [
        "1. The leader sends block1 to everybody; {nobody} is no parameter. [R1 R2]",
        "     sent(every replica, block1): false -> true",
        "",
        "The run ends after 1 step.",
    ]


def test_a_step_that_changes_nothing_says_so() -> None:
    twice = rerun(FAULTY_LEADER, [Step("equivocate", (0, 0))] * 2)
    assert "     nothing changes" in render(twice).splitlines()


def test_each_kind_of_property_is_concluded_in_its_words() -> None:
    def last_line(id: str, *steps: Step) -> str:
        return render(rerun(FAULTY_LEADER, steps, SYSTEM.property(id)), width=200).splitlines()[-1]

    rest = (Step("tick", ()), Step("stamp", (0, 0)), Step("stamp", (1, 1)))
    assert last_line("calm_stays", Step("follow", (0, 1))) == "Step 1 violates calm_stays: Nobody is alarmed."
    assert last_line("time_is_up", Step("tick", ())) == "The state after step 1 reaches time_is_up: Time runs out."
    assert last_line("all_stamped", Step("follow", (0, 1)), *rest).startswith(
        "The state after step 4, where only the adversary can still move, violates all_stamped: When nothing is left"
    )


def test_many_scattered_cells_are_listed_on_wrapped_lines() -> None:
    system = trace(TwoPhaseCommit)
    instance = Instance(system, resolve(system, {"RM": 30}), ())
    start = rerun(instance, []).states[0]
    said = tuple(int(i % 2 == 0) for i in range(30))
    far = Trace(instance, (Step("prepare", (0,)),), (start, (start[0], start[1], said, start[3])))

    lines = render(far, width=80).splitlines()

    assert lines[3].startswith("     said: false -> true for rm0, rm2, rm4,")
    assert lines[4].startswith("       rm") and max(map(len, lines)) <= 80


def test_the_short_form_has_one_line_a_step() -> None:
    assert brief(fork())[1:] == [
        "follow(replica1, replica0): replica1 heeds replica0 from now on.",
        "equivocate(replica1, block1): The faulty leader sends block1 to replica1; #block1 is its number."
        " (adversary: BYZ) [R3]",
    ]


def test_colour_adds_escapes_and_nothing_else() -> None:
    coloured = render(fork(), colour=True)
    assert "\x1b[" in coloured and "\x1b" not in FORK
    plain = coloured
    while "\x1b[" in plain:
        head, _, tail = plain.partition("\x1b[")
        plain = head + tail.partition("m")[2]
    assert plain == FORK


@given(schedules(SYSTEM, SCOPE, steps=8, against=frozenset({"BYZ"})))
@settings(deadline=None, max_examples=50)
def test_the_changes_are_all_the_changes(run: Trace) -> None:
    """Applying the changes that are told to the state before gives the state after."""
    instance = run.instance
    for before, after in zip(run.states, run.states[1:], strict=False):
        told = {}
        for change in changes(instance, before, after):
            domain = instance.system.variable(change.variable).domain
            for cell in instance.cells(instance.system.variable(change.variable)):
                names = tuple(instance.element(s, i) for s, i in zip(domain, cell, strict=True))
                for pattern in change.cells:
                    if all(p in (n, f"every {s.name.lower()}") for p, n, s in zip(pattern, names, domain, strict=True)):
                        told[change.variable, cell] = (change.before, change.after)
        differ = {
            (v.name, cell): (instance.element(v.to, old), instance.element(v.to, new))
            for v, was, now in zip(instance.state_variables, before, after, strict=True)
            for cell, old, new in zip(instance.cells(v), was, now, strict=True)
            if old != new
        }
        assert told == differ
