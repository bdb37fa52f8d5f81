"""Traces as pytest modules: the text runs by itself, passes where the trace holds and fails where it doesn't."""

from __future__ import annotations

import pytest

from meterproof.finite.interpret import Step
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import Protocol, flag, require, trace, var
from meterproof.lang import action as an_action
from meterproof.lang import invariant as an_invariant
from meterproof.traces.pytest_format import protocol_setup, render
from meterproof.traces.trace import Mismatch, Trace, rerun
from tests.traces.relay import relay, small

SETUP = "from tests.traces.relay import relay\n\nsystem = relay()\n"


def run(source: str) -> None:
    """Import the module and run its one test."""
    names: dict[str, object] = {}
    exec(compile(source, "<pasted>", "exec"), names)
    (test,) = (f for name, f in names.items() if name.startswith("test_") and callable(f))
    test()


def fork() -> Trace:
    system = relay()
    steps = [Step("equivocate", (0, 0)), Step("equivocate", (1, 1))]
    return rerun(instances(system, small(system))[0], steps, system.property("one_block"))


def test_the_text_is_a_test_that_passes() -> None:
    source = render(fork(), SETUP)
    run(source)
    assert source.startswith('"""Relay with Replica=3,')
    assert "def test_one_block_is_violated() -> None:\n    system = relay()\n" in source
    assert '    Step("equivocate", (1, 1)),  # The faulty leader sends block1 to replica1;' in source


def test_it_fails_when_a_step_is_taken_out() -> None:
    lines = render(fork(), SETUP).splitlines(keepends=True)
    shorter = "".join(line for line in lines if '"equivocate", (1, 1)' not in line)
    with pytest.raises(Mismatch, match="does not show one_block"):
        run(shorter)


def test_it_fails_where_a_guard_stops_the_attack() -> None:
    honest = render(fork(), SETUP).replace("('leader', (2,))", "('leader', (0,))")
    with pytest.raises(Mismatch, match="step 1: equivocate"):
        run(honest)


def test_a_run_without_a_property_and_a_witness_are_tests_too() -> None:
    plain = fork()
    run(render(Trace(plain.instance, plain.steps, plain.states), SETUP))
    reached = rerun(plain.instance, [Step("tick", ())], plain.instance.system.property("time_is_up"))
    source = render(reached, SETUP)
    run(source)
    assert "def test_time_is_up_is_reached()" in source


class Lamp(Protocol):
    """A lamp that a rule allows to be lit."""

    may_light = flag(doc="Whether it may be lit.")
    lit = var()

    @an_action
    def light(s):
        """Somebody lights the lamp\\n \"\"\"now\"\"\"."""
        require(s.rules.may_light)
        return s.set(lit=True)

    @an_invariant(id="IS-P9")
    def dark(s):
        """It stays dark."""
        return ~s.lit


def test_a_protocol_class_and_its_rule_values_are_set_up_by_name() -> None:
    system = trace(Lamp, Lamp.rule_schema().read({"may_light": True}))
    (instance,) = instances(system, resolve(system, {}))
    shown = rerun(instance, [Step("light", ())], system.property("IS-P9"))

    source = render(shown, protocol_setup(f"{Lamp.__module__}:Lamp", system.rules))

    assert "system = trace(Lamp, Lamp.rule_schema().read({'may_light': True}))" in source
    run(source)
    with pytest.raises(Mismatch, match="no action light"):
        run(source.replace("'may_light': True", "'may_light': False"))
