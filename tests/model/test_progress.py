"""Progress: where the network settles in a view that lasts, all correct replicas decide, whatever came before.

Exploration decides the promise at small sizes, induction what it is put together of for every size. Both must fail
where correct replicas have no quorum of their own, where a silent leader stays, and where a move is never made.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from meterproof.check.methods import Budget, carry_out
from meterproof.check.targets import find
from meterproof.claims import Plan, explore
from meterproof.finite.interpret import Interpreter, Step
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import exists, forall, implies, reachable, step, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.system import System
from meterproof.prove import prove
from meterproof.schedule.moves import Moves
from meterproof.verdict import Evidence
from model.consensus import Consensus, in_view, justified
from model.progress import Progress, correct
from model.vocabulary import BYZ, Block, Replica, View
from properties.progress import (
    FIVE_MET,
    IN_TOUCH,
    MET,
    MET_IN_ONE_VIEW,
    SEVEN_MET,
    THREE_MET,
    may_commit,
    may_decide,
    may_prepare,
    nobody_waits_in_vain,
    progress,
    something_can_be_proposed,
)
from tests.model.claims import CHARITABLE, HARDENED, LITERAL, run, system_of

PROVED = (something_can_be_proposed, nobody_waits_in_vain)


def asked(claim: PropertyDecl, plan: Plan, of: str = HARDENED, **changes: object) -> Evidence:
    """What the plan finds out under the rules of a spec, some of them changed."""
    system = system_of(claim, of, **changes)
    return carry_out(plan, system, system.property(claim.id), Budget(seconds=300.0))


def ends(evidence: Evidence) -> list[str]:
    """The actions of a run that stops, and never decides."""
    assert evidence.verdict == "violated" and evidence.trace is not None
    assert evidence.trace.loop == len(evidence.trace.steps)
    return [each.action for each in evidence.trace.steps]


# ---- the hardened variant


@pytest.mark.slow
def test_two_views_of_four_replicas_are_exhausted_in_every_world() -> None:
    evidence = asked(progress, MET)
    assert (evidence.verdict, evidence.states, evidence.generated) == ("exhausted", 1_053_407, 4_956_414)
    assert not evidence.vacuous


@pytest.mark.parametrize(("plan", "states"), [(FIVE_MET, 4_970), (SEVEN_MET, 25_397)], ids=["five", "seven"])
def test_one_view_of_more_replicas_is_exhausted(plan: Plan, states: int) -> None:
    evidence = asked(progress, plan)
    assert (evidence.verdict, evidence.states, evidence.vacuous) == ("exhausted", states, False)


@pytest.mark.parametrize("claim", PROVED, ids=lambda p: p.id)
def test_what_it_is_put_together_of_is_proved_for_every_size(claim: PropertyDecl) -> None:
    system = system_of(claim)
    evidence = prove(system, system.property(claim.id))
    assert evidence.verdict == "proved" and not evidence.vacuous
    assert not system.axioms and "never happens" not in (evidence.note or "")
    assert any("has all its members outside faulty" in axiom for axiom in evidence.axioms)


@step(of=Progress, against=BYZ)
def nothing_is_taken_back(s, t):  # type: ignore[no-untyped-def]
    """What makes a move possible in the view that lasts stays so: no message is taken back, and nobody leaves."""
    kept = [
        forall(View, lambda k: implies(s.settled[k], t.settled[k])),
        forall(View, Block, lambda k, b: implies(s.proposed[k, b], t.proposed[k, b])),
        forall(Replica, View, lambda r, k: implies(s.reports_none[r, k], t.reports_none[r, k])),
        forall(Replica, View, View, lambda r, k, j: implies(s.reports_upto[r, k, j], t.reports_upto[r, k, j])),
        forall(
            Replica, View, View, Block, lambda r, k, j, b: implies(s.reports[r, k, j, b], t.reports[r, k, j, b])
        ),
        forall(Replica, View, Block, lambda r, k, b: implies(s.prepares[r, k, b], t.prepares[r, k, b])),
        forall(Replica, View, Block, lambda r, k, b: implies(s.commits[r, k, b], t.commits[r, k, b])),
        forall(Replica, View, Block, lambda r, k, b: implies(s.decided[r, k, b], t.decided[r, k, b])),
        forall(
            Replica, View, lambda r, k: implies(~s.faulty[r] & s.settled[k] & in_view(s, r, k), in_view(t, r, k))
        ),
    ]  # fmt: skip
    first, *rest = kept
    for each in rest:
        first &= each
    return first


def test_a_move_that_has_to_happen_stays_possible_until_it_is_made() -> None:
    """Guards of these moves hold on to what is never taken back, and otherwise ask that they have not been made."""
    system = system_of(progress)
    system = trace(Progress, system.rules, [nothing_is_taken_back])
    evidence = prove(system, system.property(nothing_is_taken_back.id))
    assert evidence.verdict == "proved"


# ---- the machine says what it is meant to


@reachable(of=Progress)
def possible(s):  # type: ignore[no-untyped-def]
    """Replaced below."""
    return exists(View, lambda k: s.settled[k])


def may_propose(s, k, b):  # type: ignore[no-untyped-def]
    """`propose_in_touch` is possible: the leader has not proposed, and there is what IS-V12 promises."""
    waiting = s.settled[k] & ~s.faulty[s.leader[k]] & ~exists(Block, lambda b2: s.proposed[k, b2])
    return waiting & s.valid[b] & justified(s, k, b, correct(s))


POSSIBLE = {
    "propose_in_touch": lambda s: exists(View, Block, lambda k, b: may_propose(s, k, b)),
    "prepare_in_touch": lambda s: exists(
        Replica, View, Block, lambda r, k, b: ~s.faulty[r] & may_prepare(s, r, k, b)
    ),
    "commit_in_touch": lambda s: exists(Replica, View, Block, lambda r, k, b: ~s.faulty[r] & may_commit(s, r, k, b)),
    "decide_in_touch": lambda s: exists(Replica, View, Block, lambda r, k, b: ~s.faulty[r] & may_decide(s, r, k, b)),
}  # fmt: skip


@pytest.mark.parametrize("name", POSSIBLE)
def test_the_proof_speaks_of_the_moves_that_the_machine_has(name: str) -> None:
    """`may_commit` and the like say when such a move is possible, and it is then a move of `Consensus` as well."""
    claim = replace(possible, function=POSSIBLE[name])
    system = trace(Progress, system_of(progress).rules, [claim])
    scope = resolve(system, {"Replica": 4, "View": 2, "Block": 2, "faulty": 1})
    seen = set()
    for seed, world in enumerate(w for w in instances(system, scope) if any(w.rigids["valid"])):
        moves, interpreter = Moves(world, system.actions, idle=False), Interpreter(world)
        for _, state in run(moves, seed, 60):
            steps = [each for group in moves.enabled(state) for each in group if each.action == name]
            assert bool(steps) == interpreter.holds(system.property(claim.id).formula, state)
            for each in steps:
                plain = Step(name.removesuffix("_in_touch"), each.params)
                assert moves.can(plain, state) and moves.after(plain, state) == moves.after(each, state)
            seen.add(bool(steps))
    assert seen == {True, False}


class OneByOne(Progress):
    """The adversary signs message by message, as in `Consensus`, in place of having signed from the start."""

    proposed, prepares, commits = Consensus.proposed, Consensus.prepares, Consensus.commits
    reports_none, reports_upto = Consensus.reports_none, Consensus.reports_upto
    equivocate, sign_prepare = Consensus.equivocate, Consensus.sign_prepare
    sign_commit, deny_certificates = Consensus.sign_commit, Consensus.deny_certificates


@pytest.mark.parametrize(("changes", "verdict"), [({}, "exhausted"), ({"quorum": "2*f+2"}, "violated")], ids=str)
def test_that_the_adversary_has_signed_all_from_the_start_only_saves_states(
    changes: dict[str, str], verdict: str
) -> None:
    whole = asked(progress, MET_IN_ONE_VIEW, **changes)
    rules = find(HARDENED, progress.id).rules
    assert rules is not None
    system = trace(OneByOne, rules.replace(**changes), [progress.under(OneByOne)])
    plain = carry_out(MET_IN_ONE_VIEW, system, system.property(progress.id), Budget(seconds=60.0))
    assert whole.verdict == plain.verdict == verdict
    if verdict == "exhausted":
        assert (plain.states or 0) > 5 * (whole.states or 0)


@pytest.mark.parametrize("name", IN_TOUCH.split())
def test_progress_takes_each_of_the_moves_that_have_to_happen(name: str) -> None:
    """One that is possible but never made ends the run: there is no other way to decide."""
    lazy = replace(progress, fair=tuple(x for x in IN_TOUCH.split() if x != name))
    system = trace(Progress, system_of(progress).rules, [lazy])
    ends(carry_out(MET_IN_ONE_VIEW, system, system.property(lazy.id), Budget()))


def without(system: System, name: str) -> System:
    return replace(system, actions=tuple(a for a in system.actions if a.name != name))


def test_correct_replicas_that_are_bound_meet_again_only_because_they_report_their_certificates() -> None:
    """Else the premise of progress would not be reached where it matters most, and nobody would see."""

    @reachable(of=Progress, against=BYZ)
    def all_meet_where_one_was_bound(s):  # type: ignore[no-untyped-def]
        return exists(
            Replica, View, View, Block,
            lambda r, j, k, b: ~s.faulty[r] & s.commits[r, j, b] & (j < k) & s.settled[k],
        )  # fmt: skip

    system = trace(Progress, system_of(progress).rules, [all_meet_where_one_was_bound])
    plan = explore(Replica=4, View=2, Block=1, faulty=1)
    claim = system.property(all_meet_where_one_was_bound.id)
    assert carry_out(plan, system, claim, Budget()).trace is not None
    assert carry_out(plan, without(system, "leave_with_certificate"), claim, Budget()).verdict == "violated"


# ---- as published, and weakened


def test_a_leader_that_is_silent_ends_the_published_round() -> None:
    """IS-C17: nobody follows it. With PBFT's change of view read into the text, one that is correct does."""
    assert ends(asked(progress, MET_IN_ONE_VIEW, LITERAL)) == ["settle"]
    assert asked(progress, MET_IN_ONE_VIEW, LITERAL, view_change=True).verdict == "exhausted"
    assert asked(progress, MET, CHARITABLE).verdict == "exhausted"


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE, HARDENED])
def test_more_than_2f_plus_1_answers_are_never_had_with_f_replicas_silent(of: str) -> None:
    """IS-C14: at n = 3f+1 only 2f+1 replicas answer. Each has signed all that it can, and waits for one more."""
    stuck = ends(asked(progress, MET_IN_ONE_VIEW, of, quorum="2*f+2", view_change=True))
    assert stuck[0] == "settle" and "decide" not in stuck
    assert sum(each.startswith("prepare") for each in stuck) == 3


@pytest.mark.parametrize(("quorum", "live"), [("2*f+1", False), ("2*f", True)])
def test_three_replicas_do_not_stand_one_that_is_faulty(quorum: str, live: bool) -> None:
    """IS-C19: at n = 3f a quorum that is live is not safe, and the other way round."""
    three = {"resilience": "1", "quorum": quorum}
    assert asked(progress, THREE_MET, **three).verdict == ("exhausted" if live else "violated")
    agreement = find(HARDENED, "IS-P1").declared
    one_view = explore(eager=True, Replica=3, View=1, Block=2, f=1, faulty=1)
    assert asked(agreement, one_view, **three).verdict == ("violated" if live else "exhausted")
