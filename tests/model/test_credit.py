"""Credit ratings: which facts count must not depend on who heard what first, nor on what was never recorded."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import action, require
from meterproof.schedule.moves import Moves
from model.credit import CreditRating
from model.vocabulary import BYZ, CR, NET, Fact, Replica
from properties.credit import (
    TWO_NODES,
    disputes_are_settled,
    scores_depend_on_records_only,
)
from reference.sovereign_chain import credit
from tests.model.claims import run
from tests.model.edge import steps_of
from tests.model.trading import HARDENED, LITERAL, found, system_of

ADVERSARY = frozenset({NET, BYZ, CR})


# ---- as published


def test_hearsay_about_a_user_makes_two_nodes_rate_it_apart() -> None:
    assert steps_of(found(scores_depend_on_records_only, TWO_NODES, LITERAL)) == ["report_falsely", "hear"]


@pytest.mark.parametrize("of", ["unspecified", "in-order"])
def test_so_does_the_order_of_final_records_alone_with_no_adversary(of: str) -> None:
    """WA-C23 and WA-C13: records of parallel chains come in no common order."""
    alone = replace(scores_depend_on_records_only, against=frozenset())
    steps = steps_of(found(alone, TWO_NODES, credit_inputs=of))
    assert sorted(steps) == sorted(["report", "report", "record", "record", *["get_record"] * 4])


def test_a_false_record_stays_where_nobody_can_dispute_it() -> None:
    assert "dispute" not in steps_of(found(disputes_are_settled, TWO_NODES, LITERAL))


# ---- which part of the rule does what


class ForgetfulNodes(CreditRating):
    """A ruling that comes before its record is forgotten."""

    @action
    def get_record(s, r: Replica, e: Fact):  # type: ignore[no-untyped-def]
        """{r} gets {e} from the chain, and counts it."""
        require(s.final[e] & ~s.has[r, e])
        return s.set(has={(r, e): True}, counted={(r, e): True})


class KeepingScore(CreditRating):
    """A node that starts anew goes on with the score that it had, and gets records and rulings again."""

    @action(needs=CR)
    def start_anew(s, r: Replica):  # type: ignore[no-untyped-def]
        """{r} crashes, and forgets what it has got."""
        return s.set(has={(r, ...): False}, has_void={(r, ...): False})


@pytest.mark.parametrize("machine", [ForgetfulNodes, KeepingScore], ids=lambda m: m.__name__)
def test_rulings_are_kept_and_scores_are_not(machine: type[CreditRating]) -> None:
    """Before any record, a ruling has to be kept; and a score is computed anew from the records, not kept."""
    claim = replace(scores_depend_on_records_only, of=machine)
    assert found(claim, TWO_NODES).verdict == "violated"


# ---- told once more, with the scores themselves

USER = b"user"


def facts_of(instance: Instance) -> list[credit.Fact]:
    """The instance's facts in bytes: contrary ones are of one trade."""
    kinds: tuple[credit.Kind, ...] = ("settled", "default")
    return [credit.Fact(b"record-%d" % e, USER, kinds[e % 2], b"trade", e) for e in range(2)]


def scores(instance: Instance, state: State) -> list[int]:
    """What each of the two nodes rates the user, by the facts that count."""
    facts = facts_of(instance)
    counted = state[instance.position["counted"]]
    return [credit.score(USER, [facts[e] for e in range(2) if counted[2 * r + e]]) for r in range(2)]


@pytest.mark.parametrize("of", [LITERAL, HARDENED])
def test_scores_of_random_runs_are_those_of_what_the_chain_has(of: str) -> None:
    """Two nodes with all records: hardened, whatever came when, both have the set's score; published, not always."""
    system = system_of(scores_depend_on_records_only, of)
    worlds = list(instances(system, resolve(system, {"Person": 1, "Fact": 2, "Replica": 2})))
    apart = together = 0
    for seed in range(80):
        world = worlds[seed % len(worlds)]
        moves = Moves(world, system.enabled_for(ADVERSARY), idle=True)
        for _step, state in run(moves, seed, 40):
            final, void, has, has_void = (state[world.position[x]] for x in ("final", "void", "has", "has_void"))
            if all(has) and all(final) and list(has_void) == [*void, *void]:
                voided = {b"record-%d" % e for e in range(2) if void[e]}
                expected = credit.score(USER, facts_of(world), voided)
                apart += scores(world, state) != [expected, expected]
                together += 1
    assert together > 20
    assert (apart == 0) == (of == HARDENED)


def test_and_the_reference_rates_by_arrival_where_the_paper_is_silent() -> None:
    facts = [credit.Fact(b"a", USER, "settled", b"trade", 1), credit.Fact(b"b", USER, "default", b"trade", 2)]
    assert len({credit.running_score(USER, order) for order in permutations(facts)}) == 2
    assert len({credit.score(USER, order) for order in permutations(facts)}) == 1
