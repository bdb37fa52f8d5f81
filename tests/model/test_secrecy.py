"""Who can read usage data: Table 2 against the prose, and what a leak of the MDMS's keys opens."""

from __future__ import annotations

import pytest

from meterproof import lang
from meterproof.explore.explorer import explore
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State
from meterproof.finite.scope import resolve
from meterproof.schedule.moves import Moves
from model.secrecy import Secrecy
from properties.secrecy import (
    ONE_SEALED,
    TWO_SEALED,
    confidentiality,
    forward_secrecy,
    late_and_shut,
    secrecy_inside_the_live_epoch,
)
from tests.model.claims import CHARITABLE, HARDENED, LITERAL, found, job_of, run, system_of


def test_the_two_statements_of_the_paper_give_two_verdicts() -> None:
    """IS-C9: Table 2 lets whoever reads the ledger read the report, 4.2.3 does not."""
    table, prose = (found(confidentiality, TWO_SEALED, of) for of in (LITERAL, CHARITABLE))
    assert (table.verdict, prose.verdict) == ("violated", "exhausted")
    assert table.trace is not None
    assert [step.action for step in table.trace.steps] == ["begin", "seal", "enter", "read_ledger"]
    assert found(confidentiality, TWO_SEALED, LITERAL, sealed_with="mdms-public-key").verdict == "exhausted"


def test_fresh_keys_do_not_help_while_the_old_ones_are_kept() -> None:
    """IS-C11: 5.4.1 argues with fresh keys; it takes erasure."""
    kept = found(forward_secrecy, ONE_SEALED, mdms_keys="per-epoch")
    assert kept.trace is not None and kept.trace.steps[-2].action == "leak"
    assert found(forward_secrecy, TWO_SEALED, mdms_keys="erased").verdict == "exhausted"


def test_a_leak_inside_the_live_epoch_opens_it_in_every_variant() -> None:
    for of in (LITERAL, CHARITABLE, HARDENED):
        assert found(secrecy_inside_the_live_epoch, ONE_SEALED, of).verdict == "violated"


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE, HARDENED])
def test_a_report_that_is_under_way_when_its_epoch_ends_is_never_opened(of: str) -> None:
    """IS-C34: it is on the ledger at last, and who could open it is done with the epoch."""
    system = lang.trace(Secrecy, job_of(forward_secrecy, of).rules, [late_and_shut])
    instance = Instance(system, resolve(system, {"Meter": 1, "Reading": 1, "Epoch": 1}), ())
    (trace,) = explore(instance, system.actions, [system.property(late_and_shut.id)]).traces
    assert trace is not None
    assert sorted(step.action for step in trace.steps) == ["begin", "enter", "finish", "seal"]
    left = {step.action for steps in Moves(instance, system.actions).enabled(trace.states[-1]) for step in steps}
    assert left and "release" not in left


EPOCHS = range(3)


def readable(instance: Instance, moves: Moves, state: State) -> set[int]:
    """The epochs of which the adversary has read, or could read now, a report."""
    could = {step.params[0] for steps in moves.enabled(state) for step in steps if step.action == "read_ledger"}
    return could | {e for e in EPOCHS if state[instance.position["learnt"]][e]}


@pytest.mark.parametrize("mdms_keys", ["single", "per-epoch", "erased"])
def test_a_leak_opens_what_the_keys_of_that_moment_open(mdms_keys: str) -> None:
    """Told once more, with sets: which epochs had begun, and which had ended, when the keys leaked."""
    system = system_of(forward_secrecy, mdms_keys=mdms_keys)
    instance = Instance(system, resolve(system, {"Meter": 1, "Reading": 1, "Epoch": len(EPOCHS)}), ())
    moves = Moves(instance, system.enabled_for(forward_secrecy.against), idle=True)
    met = set()
    for seed in range(60):
        begun: set[int] = set()
        ended: set[int] = set()
        reported: set[int] = set()
        lost: set[int] = set()
        for step, state in run(moves, seed, 25):
            if step.action == "leak":
                had = {"single": set(EPOCHS), "per-epoch": begun, "erased": begun - ended}
                lost |= had[mdms_keys]
                met.add(bool(ended & reported))
            names = {"begin": begun, "finish": ended, "enter": reported}
            if step.action in names:
                names[step.action].add(step.params[0])
            assert readable(instance, moves, state) == lost & reported
    assert met == {True, False}
