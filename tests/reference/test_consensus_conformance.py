"""Across views, too, the reference and the model tell one protocol: `Consensus` beside replicas that really sign.

As in `test_conformance`: after every step the bytes amount to the model's state, and what the model does not enable the
reference refuses and leaves no trace of. Of three kinds of moves that the model enables the reference does less, and
says so by its rule (`excused`); they cost the model nothing, whose proofs hold for more runs than there are.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import Control
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State, Step
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import trace
from meterproof.lang.declare import PropertyDecl
from meterproof.traces.trace import Trace, rerun
from model.consensus import Consensus
from properties import consensus
from properties.consensus import (
    agreement_across_views,
)
from reference.bc_ami import consensus_bridge as bc_ami
from reference.bc_ami.rules import Rules
from reference.ledger.chain import COMMIT
from reference.ledger.consensus_bridge import ConsensusBridge
from reference.ledger.effects import Refused, refused
from tests.model.machines import DECISIONS, RULES, changed, honest_run, run_again, system_of
from tests.reference.variants import HARDENED

MUTANTS: Mapping[str, Mapping[str, object]] = {
    "hardened": {},
    "carried none": {"carried": "none"},
    "carried any": {"carried": "any"},
    "certificates unchecked": {"certificates_checked": False},
    "one round": {"rounds": "one"},
    "votes twice": {"vote_once": False},
    "lower quorum": {"quorum": "f+1"},
    "responses": {"counted": "responses"},
}
LENGTH, PROBES = 40, 3
SEEDS = range(2)


def play(instance: Instance, values: Mapping[str, object]) -> ConsensusBridge:
    """Fresh replicas for this world of the model, under these rules and otherwise the hardened ones."""
    bridge = bc_ami.ConsensusBridge()
    mine = {name: value for name, value in values.items() if value is not None}
    bridge.start(
        Rules.from_values({**HARDENED, "resilience": "1", **mine}), instance.scope.as_dict(), instance.rigids, 1
    )
    return bridge


Begin = Callable[[Instance, Mapping[str, object]], ConsensusBridge]
"""How the reference of a protocol begins, under its hardened rules with some changed; by default that of bc-ami."""


def arguments(instance: Instance, step: Step) -> dict[str, int]:
    action = next(each for each in instance.system.actions if each.name == step.action)
    return {str(param.data): value for param, value in zip(action.params, step.params, strict=True)}


def check(bridge: ConsensusBridge, instance: Instance, state: State) -> None:
    """The bytes amount to the model's state, in every cell of every variable."""
    found = bridge.abstract()
    assert set(found) == {variable.name for variable in instance.state_variables}
    for variable, table in zip(instance.state_variables, state, strict=True):
        expected = {cell: bool(value) for cell, value in zip(instance.cells(variable), table, strict=True)}
        assert found[variable.name] == expected, variable.name


def excused(bridge: ConsensusBridge, args: Mapping[str, int], why: Refused) -> bool:
    """Whether the reference may refuse what the model enables.

    A replica that has decided goes on to the next height. A leader proposes only in the view that it is in. A replica
    that has committed to two blocks in one view, as the hardened rules exclude, reports the later one only.
    """
    world, leader = bridge.world, bridge.world.leader(args["k"])
    match why.rule:
        case "decision":
            return args.get("r", leader) in world.final
        case "place":
            return "r" not in args and world.replicas[leader].view != world.views[args["k"]]
        case "lock":
            place = (COMMIT, args["r"], world.views[args["j"]])
            return sum((vote.kind, vote.voter, vote.view) == place for vote in world.votes) > 1
    return False


def walk(instance: Instance, values: Mapping[str, object], chance: random.Random, begin: Begin = play) -> set[str]:
    """One random walk of the model, which the reference plays along; the actions that both took."""
    bridge, model = begin(instance, values), Interpreter(instance)
    state, taken = model.initial(), set[str]()
    check(bridge, instance, state)
    for _ in range(LENGTH):
        probe(bridge, model, state, chance)
        moves: dict[str, list[tuple[Step, State]]] = {}
        for step, after in model.moves(state, instance.system.actions):
            moves.setdefault(step.action, []).append((step, after))
        if not moves:
            break
        step, after = chance.choice(moves[chance.choice(sorted(moves))])
        args, before = arguments(instance, step), bridge.world
        applied = bridge.apply(step.action, args)
        if (why := refused(applied.effects)) is None:
            state = after
            taken.add(step.action)
        else:
            assert excused(bridge, args, why), f"the reference refuses {step}: {why}"
            assert bridge.world == before
        check(bridge, instance, state)
    return taken


def probe(bridge: ConsensusBridge, model: Interpreter, state: State, chance: random.Random) -> None:
    """Moves that the model does not enable here: refused, and without a trace in the world."""
    for _ in range(PROBES):
        action = chance.choice(model.instance.system.actions)
        params = chance.choice(list(model.instance.choices(action)))
        if not model.enabled(action, params, state):
            before = bridge.world
            applied = bridge.apply(action.name, arguments(model.instance, Step(action.name, params)))
            assert not applied.accepted, f"the reference accepts {action.name}{params}"
            assert bridge.world == before


@cache
def worlds(mutant: str, views: int, faulty: int) -> list[Instance]:
    """All worlds of four replicas and two blocks, up to renaming; any replica may lead any view."""
    schema = Consensus.rule_schema()
    system = trace(Consensus, schema.read({**RULES[Consensus], "resilience": "1", **MUTANTS[mutant]}))
    return instances(system, resolve(system, {"Replica": 4, "View": views, "Block": 2, "faulty": faulty}))


@pytest.mark.parametrize("mutant", MUTANTS)
@pytest.mark.parametrize("views", [2, 3])
def test_walks_agree_under_the_hardened_rules_and_with_each_of_them_weakened(mutant: str, views: int) -> None:
    for seed in SEEDS:
        chance = random.Random(f"{mutant} {views} {seed}")
        walk(chance.choice(worlds(mutant, views, chance.choice([0, 1, 1, 2]))), MUTANTS[mutant], chance)


def test_hardened_walks_take_every_action() -> None:
    """Or their agreement would say nothing of some. One of three leaders is faulty, and all blocks are valid."""
    taken = set[str]()
    for seed in (6, 7):
        chance = random.Random(seed)
        world = chance.choice(
            [
                each
                for each in worlds("hardened", 3, 1)
                if all(each.rigids["valid"])
                and sum(each.rigids["faulty"][leader] for leader in each.rigids["leader"]) == 1
            ]
        )
        taken |= walk(world, {}, chance)
    assert taken == {action.name for action in world.system.actions}


@pytest.mark.parametrize("mutant", ["lower quorum", "one round", "responses"])
def test_the_comparison_notices_a_reference_with_another_rule(mutant: str) -> None:
    """A control: weakened replicas held against the hardened model must disagree."""
    with pytest.raises(AssertionError):
        for seed in range(60):
            chance = random.Random(seed)
            walk(chance.choice(worlds("hardened", 2, 1)), MUTANTS[mutant], chance)


def replayed(run: Trace) -> ConsensusBridge:
    """The run with real keys, with all decisions put last: every step is taken, and every state is the model's.

    Nothing hangs on when a replica decides but what it does afterwards, which a real one does at the next height.
    """
    late = rerun(run.instance, sorted(run.steps, key=lambda step: step.action == "decide"), run.claim)
    bridge = play(run.instance, run.instance.system.rules.plain())
    for step, state in zip(late.steps, late.states[1:], strict=True):
        applied = bridge.apply(step.action, arguments(run.instance, step))
        assert applied.accepted, f"the reference refuses {step}: {applied.effects}"
        check(bridge, run.instance, state)
    return bridge


def refused_steps(run: Trace) -> int:
    """How many steps of the run the hardened model and hardened replicas refuse, which are the same ones."""
    instance = Instance(system_of(agreement_across_views), run.instance.scope, run.instance.rigid)
    bridge, model = play(instance, {}), Interpreter(instance)
    state, count = model.initial(), 0
    for step in run.steps:
        args, action = arguments(instance, step), model.action(step.action)
        why = refused(bridge.apply(step.action, args).effects)
        enabled = model.enabled(action, step.params, state)
        assert enabled == (why is None) or (enabled and why and excused(bridge, args, why)), (step, why)
        state = state if why else model.apply(action, step.params, state)
        count += not enabled
        check(bridge, instance, state)
    return count


@pytest.mark.parametrize(
    "control",
    [pytest.param(c, marks=pytest.mark.slow) if c.plan.method == "walk" else c for c in consensus.CONTROLS],
    ids=str,
)
def test_what_a_weakened_rule_costs_is_a_run_of_real_replicas_that_append_two_blocks(control: Control) -> None:
    """IS-P1's mutants: the run that the engine finds, with real keys. Hardened replicas refuse what the model does."""
    system = changed(agreement_across_views, control.mutate)
    claim = system.property(agreement_across_views.id)
    run = run_again(carry_out(control.plan, system, claim, Budget(seconds=300.0, seed=0)))
    world = replayed(run).world
    assert len({world.number(each.block) for each in world.final.values()}) == 2
    assert refused_steps(run) > 0


@pytest.mark.parametrize("claim", DECISIONS, ids=lambda each: each.id)
def test_runs_that_decide_at_once_and_later_are_runs_of_real_replicas(claim: PropertyDecl) -> None:
    """With and without a certificate; the corrupted replica does nothing at all."""
    final = replayed(honest_run(claim)).world.final
    assert final and all(each.block.leaves == first.block.leaves for each in final.values() for first in final.values())
