"""Faults that an engine must never have, each put in on a copy of the project: the named test notices it.

Every fault would make a verdict say more than was done. One that is not noticed any more is a gap in the tests; one
whose text is no longer found, exactly once, has to be written anew for the code as it is now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mutation.trial import ROOT, Copy

LIMIT = 120.0
"""Seconds for one test; it takes a few."""


@dataclass(frozen=True)
class Fault:
    """In `file`, `old` becomes `new`; the tests in `test` notice."""

    name: str
    file: str
    old: str
    new: str
    test: str


FAULTS = (
    Fault(
        "a threshold asks for one more than it says, on the interpreter",
        "finite/interpret.py", "truths(s, t, e))) >= least", "truths(s, t, e))) > least",
        "finite/test_interpret.py::test_counts_and_thresholds",
    ),
    Fault(
        "a threshold that takes everybody is never met, once grounded",
        "finite/ground.py", "if k > len(left):", "if k >= len(left):",
        "packed/test_programs.py::test_thresholds_count_what_is_certain_and_what_repeats",
    ),
    Fault(
        "a threshold asks for one more than it says, in compiled code",
        "packed/run.py", "if count >= program[at, 3]", "if count > program[at, 3]",
        "packed/test_thresholds.py::test_at_least_so_many_of_the_voters",
    ),
    Fault(
        "a bounded integer may leave its range unseen",
        "packed/run.py", "return tables.moves[m, 3] != -2 and ", "return tables.moves[m, 3] == -3 and ",
        "packed/test_overflow.py",
    ),
    Fault(
        "a representative keeps the names of individuals that were exchanged",
        "packed/canonical.py", "r, 3]] |= orbits.renames[r, 4]", "r, 3]] |= orbits.renames[r, 2]",
        "packed/test_canonical_wide.py",
    ),
    Fault(
        "a state that was visited counts as a new one",
        "explore/visited.py", "there == word:\n            return False", "there == word:\n            return True",
        "explore/test_visited.py::test_states_of_one_word",
    ),
    Fault(
        "two states with one hash count as the same",
        "explore/visited.py", "same = False", "same = True",
        "explore/test_visited.py::test_states_of_several_words_have_a_row_each",
    ),
    Fault(
        "a run of the last depth that bounded checking covers is not looked at",
        "prove/bmc.py", "for length in range(depth + 1):", "for length in range(depth):",
        "prove/test_bounded.py::test_quiescent_step_and_order_in_a_scope",
    ),
    Fault(
        "a loop need not be fair",
        "explore/liveness_kernel.py", "                    fair[c] = False", "                    fair[c] = True",
        "explore/test_leads_to.py::test_a_textbook_case_has_its_known_answer",
    ),
    Fault(
        "a move that changes nothing counts as a fair one that is possible",
        "finite/fairness.py", " and interpreter.apply(action, step.params, state) != state", "",
        "finite/test_fairness.py::test_a_set_is_possible_where_one_of_its_moves_would_change_something",
    ),
    Fault(
        "an adversary's move is taken as done though it hurts under a negation",
        "finite/polarity.py", "None if positive is None else not positive", "positive",
        "finite/test_eager_refusals.py::test_a_guard_that_a_claim_makes_false_is_named_with_its_line",
    ),
    Fault(
        "a trace is shown though a guard stops it",
        "traces/trace.py", "if guard is not None:", "if guard is None and loop == -1:",
        "finite/test_rerun.py::test_a_step_that_a_guard_stops_names_the_guard",
    ),
    Fault(
        "a lasso is shown though its loop does not close",
        "traces/lasso.py", "if states[loop] != states[-1]:", "if states[loop] != states[loop]:",
        "traces/test_lasso.py::test_a_loop_that_shows_no_violation_is_a_mismatch",
    ),
    Fault(
        "a lasso is shown though it is not fair",
        "traces/lasso.py", "if reason(interpreter, fair, steps, states, loop) is None:", "if False:",
        "traces/test_lasso.py::test_a_loop_that_shows_no_violation_is_a_mismatch",
    ),
    Fault(
        "quorums are larger in the arithmetic than in the model",
        "prove/quorums.py", "kind[i]) >= self.number(quorum))", "kind[i]) > self.number(quorum))",
        "prove/test_quorums.py::test_a_quorum_of_2f_plus_1_is_split_among_five_replicas_of_which_one_is_faulty",
    ),
    Fault(
        "what is refuted of quorums is an axiom all the same",
        "prove/obligations.py", " for fact, term in facts if fact.holds)", " for fact, term in facts)",
        "prove/test_obligations.py::test_a_refuted_fact_about_quorums_is_no_axiom",
    ),
    Fault(
        "lemmas are assumed, and not shown to be preserved",
        "prove/obligations.py", "in self.parts:\n                goal", "in self.parts[-1:]:\n                goal",
        "prove/test_any_size.py::test_each_lemma_of_two_phase_commit_is_needed_and_its_absence_names_an_obligation",
    ),
    Fault(
        "nothing has to hold at the start",
        "prove/obligations.py", "[*self._initiation(), *self._consecution(holds)]", "[*self._consecution(holds)]",
        "prove/test_counterexamples.py::test_an_initial_state_that_fails_has_no_step",
    ),
    Fault(
        "k-induction does not look at the first k steps",
        "prove/kinduct.py", "                world.base(depth - 1)", "                pass",
        "prove/test_kinduction.py::test_a_lemma_that_a_run_breaks_is_left_out_and_said_so",
    ),
    Fault(
        "what a move writes leaves the old value there too",
        "prove/unroll.py", "self.literal(cell, value), z3.Not(written))", "self.literal(cell, value))",
        "prove/test_bounded.py::test_quiescent_step_and_order_in_a_scope",
    ),
    Fault(
        "an alternation of quantifiers is taken for decidable",
        "prove/fragment.py", "if outer.universal and not inner.universal", "if outer.universal and inner.universal",
        "prove/test_fragment.py::test_each_other_way_to_say_it_has_its_loop",
    ),
    Fault(
        "a run is called 1-minimal though a step could go",
        "schedule/minimise.py", "if size == 1 and len(kept) == before:", "if size >= 1:",
        "schedule/test_minimise.py::test_what_is_left_is_a_run_that_shows_the_claim_and_loses_it_with_any_step",
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A copy of the project on which all the named tests pass as it is."""
    made = Copy(tmp_path_factory.mktemp("mutants") / "copy")
    sound = made.run(sorted({f"tests/{fault.test}" for fault in FAULTS}), LIMIT)
    assert sound.outcome == "survived", sound.said
    yield made


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_text_is_there_exactly_once(fault: Fault) -> None:
    text = (ROOT / "meterproof" / fault.file).read_text(encoding="utf-8")
    assert text.count(fault.old) == 1, f"{fault.file} has {text.count(fault.old)} times: {fault.old}"


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_fault_is_noticed(fault: Fault, copy: Copy) -> None:
    path = Path("meterproof") / fault.file
    text = (copy.at / path).read_text(encoding="utf-8")
    spoilt = text.replace(fault.old, fault.new)
    assert spoilt != text
    trial = copy.attempt(str(path), spoilt, [f"tests/{fault.test}"], LIMIT)
    assert trial.outcome == "noticed", trial
    assert fault.test.split("::")[0] in trial.said, trial.said
