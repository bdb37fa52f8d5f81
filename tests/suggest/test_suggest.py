"""Suggested lemmas prove what they are suggested for, by the same prover as `check`; what they do not prove is said."""

from dataclasses import replace

import pytest

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.errors import InputError
from meterproof.finite.scope import resolve
from meterproof.lang import System, trace
from meterproof.lang.system import Property
from meterproof.prove import Refused, prove
from meterproof.prove.clock import Clock
from meterproof.suggest import Outcome, suggest
from meterproof.suggest.anysize import inductive_together
from meterproof.suggest.naming import as_lemma
from tests.prove.protocols import Log, voting
from tests.suggest.samples import Lock

TWO_PHASE = trace(TwoPhaseCommit)


def bare(system: System, id: str) -> Property:
    """A property without its lemmas."""
    return replace(system.property(id), lemmas=())


def found(system: System, id: str, sizes: dict[str, int], **options: int | float) -> Outcome:
    return suggest(system, bare(system, id), resolve(system, sizes), **options)  # type: ignore[arg-type]


def proves_again(system: System, id: str, outcome: Outcome) -> bool:
    """Whether a fresh proof with the suggested lemmas goes through."""
    lemmas = tuple(s.lemma for s in outcome.suggestions)
    return prove(system, replace(bare(system, id), lemmas=lemmas)).verdict == "proved"


CASES = [
    pytest.param(TWO_PHASE, "consistent", {"RM": 3}, id="two-phase commit"),
    pytest.param(trace(Lock), "exclusive", {"Client": 3}, id="lock server"),
    pytest.param(trace(Lock), "handed_over_by_the_server", {"Client": 3}, id="a step property"),
    pytest.param(
        voting("floor((n+f)/2)+1"), "agreement", {"Replica": 4, "Value": 2, "faulty": 1}, id="one-shot voting"
    ),
]


@pytest.mark.parametrize(("system", "id", "sizes"), CASES)
def test_known_protocols_are_proved_for_any_size_with_what_is_suggested(
    system: System, id: str, sizes: dict[str, int]
) -> None:
    assert prove(system, bare(system, id)).verdict != "proved"
    outcome = found(system, id, sizes)
    assert outcome.proved and outcome.exhausted
    assert outcome.suggestions and {s.status for s in outcome.suggestions} == {"inductive"}
    assert proves_again(system, id, outcome)


def test_no_suggestion_can_be_left_out_by_the_prover() -> None:
    """What the proof's core does not use is not suggested."""
    outcome = found(TWO_PHASE, "consistent", {"RM": 3})
    assert outcome.after is not None and outcome.after.core is not None
    assert outcome.after.core.unused == ()


def test_the_same_seed_gives_the_same_suggestions() -> None:
    first, second = (found(TWO_PHASE, "consistent", {"RM": 3}, seed=3) for _ in range(2))
    assert [s.lemma.formula for s in first.suggestions] == [s.lemma.formula for s in second.suggestions]
    assert (first.candidates, first.counterexamples) == (second.candidates, second.counterexamples)


def test_a_property_that_is_false_is_told_with_a_run_and_nothing_is_searched() -> None:
    outcome = found(trace(Lock), "never_held", {"Client": 2})
    assert outcome.violation is not None
    assert [s.action for s in outcome.violation.steps] == ["grant", "take"]
    assert (outcome.suggestions, outcome.candidates, outcome.proved) == ((), 0, False)


def test_a_property_that_needs_no_lemma_is_told_so() -> None:
    outcome = found(trace(Log), "no_gap", {"Height": 3})
    assert outcome.before is not None
    assert outcome.proved and outcome.after is None and outcome.suggestions == ()


def test_lemmas_that_the_property_has_are_kept() -> None:
    """With its own five lemmas it is proved; with two of them others are found beside them."""
    claim = TWO_PHASE.property("consistent")
    scope = resolve(TWO_PHASE, {"RM": 3})
    assert suggest(TWO_PHASE, claim, scope).suggestions == ()
    fewer = replace(claim, lemmas=tuple(x for x in claim.lemmas if x.id in ("heard_means_said", "promise_binds")))
    outcome = suggest(TWO_PHASE, fewer, scope)
    assert outcome.proved and outcome.suggestions
    assert not {s.lemma.id for s in outcome.suggestions} & {x.id for x in claim.lemmas}


def test_clauses_too_short_to_carry_the_proof_are_told_as_what_they_are() -> None:
    """With one literal a clause hardly says anything: nothing supports the property, and its obligations remain."""
    outcome = found(TWO_PHASE, "consistent", {"RM": 3}, literals=1)
    assert not outcome.proved
    assert outcome.stopped == "no candidate supports consistent"
    assert any(name.startswith("consistent is preserved by follow_") for name in outcome.remaining)


def test_a_search_without_time_ends_with_what_it_has() -> None:
    outcome = found(TWO_PHASE, "consistent", {"RM": 3}, timeout=0.001)
    assert not outcome.proved
    assert outcome.stopped == "time: 0.001 s"


def test_an_interrupt_keeps_the_candidates() -> None:
    def interrupt(message: str) -> None:
        if message.startswith("2 lemmas"):
            raise KeyboardInterrupt

    outcome = suggest(TWO_PHASE, bare(TWO_PHASE, "consistent"), resolve(TWO_PHASE, {"RM": 3}), say=interrupt)
    assert outcome.stopped == "interrupted"
    assert [s.status for s in outcome.suggestions] == ["not checked"] * 2


def test_houdini_keeps_the_greatest_inductive_part() -> None:
    """A false lemma goes, and so does one that needs it; the others stay."""
    claim = TWO_PHASE.property("consistent")
    true = [x for x in claim.lemmas if x.id in ("heard_means_said", "commit_means_all_heard")]
    leaning = next(x for x in claim.lemmas if x.id == "promise_binds")
    wrong = as_lemma(claim, (~TWO_PHASE.property("all_commit").formula), "nobody_commits")
    kept = inductive_together(TWO_PHASE, [*true, leaning, wrong], Clock(30), 0)
    assert [x.id for x in kept] == ["heard_means_said", "commit_means_all_heard"]


def test_what_induction_cannot_show_is_refused() -> None:
    with pytest.raises(Refused, match="reachable property"):
        found(TWO_PHASE, "all_commit", {"RM": 2})
    with pytest.raises(InputError, match="0 literals"):
        found(TWO_PHASE, "consistent", {"RM": 2}, literals=0)
