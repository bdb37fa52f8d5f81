"""Traces as sequence diagrams: who takes part, and nothing that the model doesn't say."""

from __future__ import annotations

from meterproof.finite.interpret import Step
from meterproof.finite.worlds import instances
from meterproof.traces.mermaid import participants, render
from meterproof.traces.trace import rerun
from tests.traces.relay import relay, small

SYSTEM = relay()
FAULTY_LEADER = instances(SYSTEM, small(SYSTEM))[0]


def test_honest_steps_are_notes_and_the_adversarys_are_arrows() -> None:
    steps = [Step("follow", (1, 0)), Step("equivocate", (0, 1)), Step("tick", ())]
    assert render(rerun(FAULTY_LEADER, steps)) == (
        "sequenceDiagram\n"
        "    participant replica0\n"
        "    participant replica1\n"
        "    participant block1\n"
        "    participant Relay\n"
        "    participant network\n"
        "    Note over replica0,replica1: 1. replica1 heeds replica0 from now on.\n"
        "    network->>replica0: 2. equivocate(replica0, block1)<br/>"
        "The faulty leader sends block1 to replica0#59; #35;block1 is its number.\n"
        "    Note over Relay: 3. Time passes.\n"
        "    Note over replica0,network: The run ends after 3 steps.\n"
    )


def test_individuals_of_ordered_sorts_are_no_parties() -> None:
    assert participants(rerun(FAULTY_LEADER, [Step("stamp", (0, 1))])) == ["block0"]


def test_a_run_of_no_steps_is_an_empty_diagram() -> None:
    assert render(rerun(FAULTY_LEADER, [])) == "sequenceDiagram\n"
