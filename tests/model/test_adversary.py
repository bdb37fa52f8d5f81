"""The adversary of the two consensus machines can do all that a Byzantine replica can, and nothing that it cannot.

A proof is worth as much as its adversary. These tests look at it from outside: what the corrupted replicas may sign is
written down once more, in sets of plain tuples, and compared in every state of random runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from random import Random

import pytest

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State, Step
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang.declare import PropertyDecl
from meterproof.schedule.moves import Moves
from model.consensus import Consensus
from properties.consensus import agreement_across_views
from properties.locking import agreement_by_locks
from tests.model.machines import system_of

Message = tuple[str, tuple[int, ...]]
"""Relation and members: what has been signed, by whom and about what."""
SIGNED = ("proposed", "prepares", "commits", "reports", "reports_none")
REPLICAS, VIEWS, BLOCKS = range(4), range(3), range(2)
QUORUM = 3
CLAIMS = [agreement_across_views, agreement_by_locks]
RUNS, STEPS = 16, 60
SELDOM = ("leave", "leave_without_certificate")
"""Else nearly all random runs give up each view before anything has been voted on in it."""


def world(claim: PropertyDecl, corrupted: int, seed: int) -> Instance:
    """One of the machine's worlds where something can be proposed, with so many replicas corrupted."""
    return Random(seed).choice([i for i in worlds(claim, corrupted) if any(i.rigids.get("valid", (1,)))])


@lru_cache
def worlds(claim: PropertyDecl, corrupted: int) -> list[Instance]:
    """All of them, up to renaming."""
    system = system_of(claim)
    scope = resolve(system, {"Replica": 4, "View": len(VIEWS), "Block": 2, "f": 1, "faulty": corrupted})
    return instances(system, scope)


@lru_cache(2 * RUNS)
def moves_of(instance: Instance, *, honest: bool | None = None) -> Moves:
    """All moves, or those of correct replicas, or those of the adversary."""
    system = instance.system
    return Moves(
        instance, tuple(a for a in system.actions if honest is None or (a.needs is None) == honest), idle=False
    )


def signed(instance: Instance, state: State) -> set[Message]:
    """All messages that exist."""
    system = instance.system
    return {
        (name, cell)
        for name in SIGNED
        if name in instance.position
        for cell, held in zip(instance.cells(system.variable(name)), state[instance.position[name]], strict=True)
        if held
    }


def run(moves: Moves, seed: int) -> Iterator[tuple[State, Step]]:
    """A random run: its states, and what is done in each."""
    dice, state = Random(seed), moves.initial()
    for _ in range(STEPS):
        actions = moves.enabled(state)
        if not actions:
            return
        weights = [0.1 if steps[0].action in SELDOM else 1.0 for steps in actions]
        step = dice.choice(dice.choices(actions, weights)[0])
        yield state, step
        state = moves.after(step, state)


@lru_cache
def states(claim: PropertyDecl) -> list[tuple[Instance, State]]:
    """All states of some random runs with one corrupted replica."""
    chosen = [world(claim, 1, seed) for seed in range(RUNS)]
    return [(each, state) for seed, each in enumerate(chosen) for state, _ in run(moves_of(each), seed)]


def may_sign(instance: Instance, now: set[Message]) -> set[Message]:
    """What corrupted replicas can sign, whatever they have signed before, of all that anybody would act on."""
    faulty = [r for r in REPLICAS if instance.rigids["faulty"][r]]
    found: set[Message] = {("prepares", x) for x in product(faulty, VIEWS, BLOCKS)}
    found |= {("commits", x) for x in product(faulty, VIEWS, BLOCKS)}
    if instance.system.name == Consensus.__name__:
        leaders = instance.rigids["leader"]
        found |= {("proposed", (k, b)) for k, b in product(VIEWS, BLOCKS) if leaders[k] in faulty}
        found |= {("reports_none", x) for x in product(faulty, VIEWS[1:])}
        found |= {
            ("reports", (r, k, j, b))
            for r, k, j, b in product(faulty, VIEWS, VIEWS, BLOCKS)
            if j < k and sum(("prepares", (q, j, b)) in now for q in REPLICAS) >= QUORUM
        }
    return found


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.of.__name__)
def test_it_can_sign_whatever_a_corrupted_replica_can_in_every_state_and_nothing_else(claim: PropertyDecl) -> None:
    """Two votes, two proposals, two reports of one view, old certificates, none after one, all in any order."""
    met = set()
    for instance, state in states(claim):
        adversary, now = moves_of(instance, honest=False), signed(instance, state)
        gained = set()
        for step in (s for steps in adversary.enabled(state) for s in steps):
            after = signed(instance, adversary.after(step, state))
            assert now <= after
            gained |= after - now
        wanted = may_sign(instance, now) - now
        assert gained == wanted
        met |= {name for name, _ in wanted}
        met |= {"both" for name, who in wanted if name == "reports" and ("reports_none", who[:2]) in now}
    assert met == ({*SIGNED, "both"} if claim.of is Consensus else {"prepares", "commits"})


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.of.__name__)
def test_what_it_signs_never_keeps_a_correct_replica_from_a_move(claim: PropertyDecl) -> None:
    """Nobody has to act on a message: the adversary may show it to some and not to others."""
    met = set()
    for instance, state in states(claim):
        correct, adversary = moves_of(instance, honest=True), moves_of(instance, honest=False)
        before = [s for steps in correct.enabled(state) for s in steps]
        met |= {s.action for s in before}
        for step in (s for steps in adversary.enabled(state) for s in steps):
            after = adversary.after(step, state)
            assert all(correct.can(s, after) for s in before)
    assert met == {a.name for a in system_of(claim).actions if a.needs is None}


def played(step: Step) -> Step | None:
    """The adversary's move that has the messages of a correct replica's."""
    alike = {
        "propose": "equivocate", "prepare": "sign_prepare", "unlock": "sign_prepare", "commit": "sign_commit",
        "leave_without_certificate": "deny_certificates", "leave_with_certificate": "report_certificate",
    }  # fmt: skip
    params = step.params[:3] if step.action == "unlock" else step.params
    return Step(alike[step.action], params) if step.action in alike else None


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.of.__name__)
def test_a_replica_that_is_corrupted_in_mid_run_is_one_that_behaved_so_far(claim: PropertyDecl) -> None:
    """IS-A2: a run of correct replicas, in which one plays its part as a corrupted one: the others can do the same."""
    met = set()
    for seed in range(2 * RUNS):
        honest, traitor = world(claim, 0, seed), seed % len(REPLICAS)
        faulty = tuple(int(r == traitor) for r in REPLICAS)
        rigid = tuple((name, faulty if name == "faulty" else table) for name, table in honest.rigid)
        scope = resolve(honest.system, {**honest.scope.as_dict(), "faulty": 1})
        theirs = moves_of(Instance(honest.system, scope, rigid))
        shadow = theirs.initial()
        for state, step in run(moves_of(honest, honest=True), seed):
            assert signed(honest, state) == signed(theirs.instance, shadow)
            who = honest.rigids["leader"][step.params[0]] if step.action == "propose" else step.params[0]
            mine = played(step) if who == traitor else step
            if mine is not None:
                assert theirs.can(mine, shadow)
                shadow = theirs.after(mine, shadow)
            if who == traitor:
                met.add(step.action)
    assert met == {a.name for a in system_of(claim).actions if a.needs is None}


def test_what_the_reports_of_a_replica_bound_is_what_they_say() -> None:
    """`reports_upto` is not a message of its own: some report to the view denies certificates, or has an early one."""
    for instance, state in states(agreement_across_views):
        now, upto = signed(instance, state), instance.system.variable("reports_upto")
        for (r, k, j), held in zip(instance.cells(upto), state[instance.position["reports_upto"]], strict=True):
            early = any(("reports", (r, k, i, b)) in now for i, b in product(VIEWS[: j + 1], BLOCKS))
            assert held == (("reports_none", (r, k)) in now or early)


def test_machines_have_no_messages_but_these() -> None:
    """Else the comparison above would not see them. Bounds on reports and history follow from the messages."""
    follow = {"reports_upto", "left", "decided"}
    for claim in CLAIMS:
        kept = {v.name for v in system_of(claim).variables if not v.rigid and not v.ghost}
        assert kept <= {*SIGNED, *follow}
