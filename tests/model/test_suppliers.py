"""Suppliers' tests and demands, beyond what a check says of them: who is charged, what a crash alone does, alliances.

The rules are given here, so that each test says what it rests on.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from meterproof.claims import Plan, explore
from meterproof.finite.instance import Instance
from meterproof.finite.scope import resolve
from meterproof.lang import Protocol, System, exists, reachable, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.schedule.moves import Moves
from meterproof.verdict import Evidence
from model.demands import Demands
from model.suppliers import Suppliers, SupplierTests
from model.vocabulary import CR, LEDGER, NET, Statement
from properties.demands import every_demand_gets_there, no_demand_is_planned_twice
from properties.suppliers import (
    TWO_PRODUCTS,
    TWO_SUPPLIERS,
    false_tests_are_attributable,
    isolation_from_the_administrator,
    no_supplier_is_framed,
)
from tests.model.claims import run
from tests.model.edge import steps_of
from tests.model.shipped import asked

HARDENED: dict[type[Protocol], dict[str, str]] = {
    Suppliers: {"sub_ledgers": "private-collections"},
    SupplierTests: {"supplier_tests": "instrument-signed"},
    Demands: {"demand_sync": "sequenced"},
}


def system_of(claim: PropertyDecl, **changes: str) -> System:
    """The claim's machine under its hardened rules, some of them changed."""
    assert claim.of is not None
    return trace(claim.of, claim.of.rule_schema().read({**HARDENED[claim.of], **changes}), [claim])


def found(claim: PropertyDecl, plan: Plan, **changes: str) -> Evidence:
    """What the plan finds out about the claim."""
    return asked(system_of(claim, **changes), claim, plan)


# ---- who sees what


@reachable(of=Suppliers, against=LEDGER)
def an_ally_reads(s):  # type: ignore[no-untyped-def]
    """A supplier's statement is read by another one, which it has let."""
    return exists(Statement, lambda x: s.learnt[x] & ~s.theirs[s.of[x]])


@pytest.mark.parametrize("sub_ledgers", ["mapped", "private-collections"])
def test_suppliers_who_agree_see_each_others_statements(sub_ledgers: str) -> None:
    """Isolation is not had by showing nobody anything."""
    evidence = found(an_ally_reads, TWO_SUPPLIERS, sub_ledgers=sub_ledgers)
    assert evidence.trace is not None and "consent" in [step.action for step in evidence.trace.steps]


def test_one_step_of_one_administrator_opens_a_mapped_sub_ledger() -> None:
    """ZD-C17: what is there already is open at once."""
    steps = steps_of(found(isolation_from_the_administrator, TWO_SUPPLIERS, sub_ledgers="mapped"))
    assert steps == ["set_up", "post_to", "admit", "read"]


# ---- whose fault a false test is


def test_sampling_without_signatures_charges_the_innocent() -> None:
    """ZD-C22: a rival enters a false test in an honest supplier's name, and the company draws the product."""
    evidence = found(no_supplier_is_framed, TWO_PRODUCTS, supplier_tests="own-word")
    assert steps_of(evidence) == ["post_for_another", "sample", "charge"]
    assert evidence.trace is not None
    rigids, rival = evidence.trace.instance.rigids, evidence.trace.steps[0].params[0]
    assert rigids["dishonest"][rival] and not rigids["dishonest"][rigids["maker"][evidence.trace.steps[0].params[1]]]


def test_a_false_test_without_a_signature_can_be_denied() -> None:
    evidence = found(false_tests_are_attributable, TWO_PRODUCTS, supplier_tests="own-word")
    assert steps_of(evidence)[-1] == "sample"


# ---- demands


@pytest.mark.parametrize("demand_sync", ["broadcast", "sequenced"])
def test_a_crash_alone_loses_a_demand_that_is_sent_once(demand_sync: str) -> None:
    alone = replace(every_demand_gets_there, against=frozenset({CR}))
    evidence = found(alone, explore(Notice=2), demand_sync=demand_sync)
    if demand_sync == "broadcast":
        assert evidence.trace is not None
        assert [step.action for step in evidence.trace.steps] == ["issue", "receive", "crash", "settle"]
    else:
        assert evidence.verdict == "exhausted"


@pytest.mark.parametrize(("demand_sync", "most"), [("broadcast", 3), ("sequenced", 1)])
def test_the_plan_has_each_demand_as_often_as_it_was_planned(demand_sync: str, most: int) -> None:
    """Told once more, with a list: what a supplier's plan comes to, and that the company is not wrong about it."""
    system = system_of(no_demand_is_planned_twice, demand_sync=demand_sync)
    world = Instance(system, resolve(system, {"Notice": 3}), ())
    moves = Moves(world, system.enabled_for(frozenset({NET, CR})), idle=True)
    counts: set[int] = set()
    orders: set[bool] = set()
    for seed in range(60):
        plan: list[int] = []
        for step, state in run(moves, seed, 40):
            if step.action == "plan":
                plan.append(step.params[0])
            counts.add(max(map(plan.count, plan), default=0))
            orders.add(plan == list(range(len(plan))))
            confirmed = {n for n, has in enumerate(state[world.position["confirmed"]]) if has}
            if demand_sync == "sequenced":
                assert confirmed <= set(plan)
    assert max(counts) >= most and (max(counts) == 1) == (demand_sync == "sequenced")
    assert orders == ({True} if demand_sync == "sequenced" else {True, False})
