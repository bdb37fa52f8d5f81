"""A trade on three chains: in parallel they contradict each other, one after the other and on receipts they cannot.

What buys which guarantee is tried by weakening one rule, or one guard of the machine, at a time.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from meterproof.claims import induction
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import action, exists, reachable, require
from meterproof.lang.declare import PropertyDecl
from meterproof.schedule.moves import Moves
from model.receipts import Receipts
from model.trade import Check, Stage, Trading, waits
from model.vocabulary import CR, NET, Chain, Roster, Trade
from properties.receipts import ONE_CHANGE, ONE_HEIGHT, receipts_are_true
from properties.trade import (
    ONE_TRADE,
    TWO_CHAINS,
    TWO_HEIGHTS,
    TWO_TRADES,
    approved_trades_are_settled,
    cross_chain_atomicity,
    locks_always_end,
    no_double_sale,
    nothing_is_hearsay,
    what_expired_can_be_sold,
)
from tests.model.claims import run
from tests.model.edge import steps_of
from tests.model.trading import HARDENED, LITERAL, found, system_of

# ---- as published


def test_a_trade_is_settled_that_nobody_has_checked() -> None:
    """WA-C13: with no adversary at all, as two steps of one chain are enough."""
    alone = replace(cross_chain_atomicity, against=frozenset())
    assert steps_of(found(alone, ONE_TRADE, LITERAL)) == ["propose", "settle_in_parallel"]


@reachable(of=Trading)
def rejected_with_a_contract(s):  # type: ignore[no-untyped-def]
    """A trade was rejected on the trading chain, and the contract database has its contract."""
    return exists(Trade, lambda t: (s.stage[t] == Stage.REJECTED) & (s.check[t] == Check.failed) & s.contract[t])


@reachable(of=Trading)
def settled_and_insecure(s):  # type: ignore[no-untyped-def]
    """A trade is settled, and the dispatch chain has that it fails its check."""
    return exists(Trade, lambda t: (s.stage[t] == Stage.SETTLED) & (s.check[t] == Check.failed))


@pytest.mark.parametrize("claim", [rejected_with_a_contract, settled_and_insecure], ids=lambda c: c.id)
def test_in_parallel_the_chains_contradict_each_other_with_no_adversary(claim: PropertyDecl) -> None:
    assert found(claim, ONE_TRADE, LITERAL).verdict == "exhausted"
    assert found(claim, TWO_TRADES).verdict == "violated"


def test_a_quantity_is_sold_twice_on_one_chain() -> None:
    steps = steps_of(found(no_double_sale, TWO_TRADES, LITERAL))
    assert steps == ["propose", "propose", "settle_in_parallel", "settle_in_parallel"]


def test_a_trade_whose_check_is_never_heard_of_waits_for_ever() -> None:
    evidence = found(locks_always_end, ONE_TRADE, LITERAL)
    assert steps_of(evidence) == ["propose", "grow"]


def test_anybody_can_speak_for_another_chain() -> None:
    assert steps_of(found(nothing_is_hearsay, ONE_TRADE, LITERAL)) == ["forge_passed"]
    assert steps_of(found(receipts_are_true, ONE_HEIGHT, LITERAL)) == ["forge"]


# ---- which rule does what


@pytest.mark.parametrize(("order", "shown"), list(product(("parallel", "gated"), ("none", "certified"))))
def test_atomicity_takes_both_the_order_and_the_receipts(order: str, shown: str) -> None:
    """Whatever the locks: they are about quantities, and not about what the chains make of a trade."""
    for locks in ("none", "timeout"):
        evidence = found(cross_chain_atomicity, ONE_TRADE, trade_order=order, chain_receipts=shown, trade_locks=locks)
        assert (evidence.verdict == "exhausted") == ((order, shown) == ("gated", "certified"))


@pytest.mark.parametrize(("order", "shown"), [("parallel", "none"), ("gated", "certified")])
def test_a_quantity_is_sold_once_exactly_if_it_has_one_lock(order: str, shown: str) -> None:
    """Even where chains work in parallel and receipts are forged; without it, it is sold twice with no adversary."""
    for locks in ("held", "timeout"):
        evidence = found(no_double_sale, induction(), trade_order=order, chain_receipts=shown, trade_locks=locks)
        assert evidence.verdict == "proved", locks
    alone = replace(no_double_sale, against=frozenset())
    for locks in ("none", "per-chain"):
        evidence = found(alone, TWO_CHAINS, trade_order=order, chain_receipts=shown, trade_locks=locks)
        assert evidence.verdict == "violated", locks


def test_locks_of_each_chain_by_itself_let_a_quantity_be_sold_on_two() -> None:
    evidence = found(no_double_sale, TWO_CHAINS, trade_locks="per-chain")
    assert evidence.trace is not None and len(set(evidence.trace.instance.rigids["at"])) == 2
    assert found(no_double_sale, TWO_TRADES, trade_locks="per-chain").verdict == "exhausted"


def test_a_lock_ends_by_the_chains_own_clock_whatever_is_lost_forged_or_crashes() -> None:
    for shown in ("none", "certified"):
        evidence = found(locks_always_end, ONE_TRADE, chain_receipts=shown)
        assert evidence.verdict == "exhausted" and not evidence.vacuous
    assert found(locks_always_end, ONE_TRADE, trade_locks="held").verdict == "violated"


@pytest.mark.parametrize("action_left_out", ["grow(c,_)", "expire"])
def test_it_takes_a_chain_that_grows_and_that_ends_what_has_expired(action_left_out: str) -> None:
    fair = tuple(each for each in ("grow(c,_)", "expire") if each != action_left_out)
    assert found(replace(locks_always_end, fair=fair), ONE_TRADE).verdict == "violated"


@pytest.mark.parametrize("missing", ["carry_go", "make_contract", "carry_made", "enter_contract", "settle"])
def test_an_approved_trade_is_settled_if_all_after_it_do_their_part(missing: str) -> None:
    evidence = found(approved_trades_are_settled, TWO_CHAINS)
    assert evidence.verdict == "exhausted" and not evidence.vacuous
    fair = tuple(each for each in approved_trades_are_settled.fair if each != missing)
    assert found(replace(approved_trades_are_settled, fair=fair), ONE_TRADE).verdict == "violated"


def test_what_has_expired_on_the_way_can_be_sold_after_all() -> None:
    assert found(what_expired_can_be_sold, TWO_HEIGHTS).verdict == "exhausted"
    assert found(what_expired_can_be_sold, TWO_HEIGHTS, LITERAL).verdict == "violated"


# ---- which guard does what


class ContractsOnTheCheck(Trading):
    """The contract is made on the dispatch chain's receipt and not on the trading chain's."""

    @action
    def carry_go(s, t: Trade):  # type: ignore[no-untyped-def]
        """The contract database hears that {t} passed its check."""
        require(s.check[t] == Check.passed)
        return s.set(heard_go={t: True})


class ApprovalsThatExpire(Trading):
    """A trade that is approved and has no contract yet expires as well."""

    @action
    def expire(s, t: Trade):  # type: ignore[no-untyped-def]
        """Time is up for {t}."""
        require((waits(s, t) | (s.stage[t] == Stage.APPROVED)) & s.reached[s.at[t], s.deadline[t]])
        return s.set(stage={t: Stage.EXPIRED}, locked={t: False})


class ForgottenSales(Trading):
    """A lock ends with its trade's approval, and nothing is left of it."""

    @action
    def accept(s, t: Trade):  # type: ignore[no-untyped-def]
        """The trading chain approves {t}, and releases the quantity."""
        require((s.stage[t] == Stage.PENDING_CHECK) & s.heard_passed[t])
        return s.set(stage={t: Stage.APPROVED}, locked={t: False})


@pytest.mark.parametrize(
    ("machine", "claim", "last"),
    [
        (ContractsOnTheCheck, cross_chain_atomicity, "make_contract"),
        (ApprovalsThatExpire, cross_chain_atomicity, "make_contract"),
        (ForgottenSales, no_double_sale, "accept"),
    ],
    ids=lambda x: getattr(x, "__name__", getattr(x, "id", str(x))),
)
def test_each_of_these_would_be_a_mistake(machine: type[Trading], claim: PropertyDecl, last: str) -> None:
    """A trade is decided in one place, and for good: or its contract is made while it expires, or it is sold again."""
    evidence = found(replace(claim, of=machine, lemmas=()), TWO_TRADES)
    steps = steps_of(evidence)
    assert steps[-1] == last or sorted(steps[-2:]) == sorted(("expire", last)), steps


# ---- receipts


def test_signatures_over_a_record_alone_are_as_good_for_another_chain() -> None:
    steps = steps_of(found(receipts_are_true, ONE_HEIGHT, chain_receipts="record-only"))
    assert steps == ["finalise", "certify", "take_record"]


def test_an_old_set_signs_what_never_was() -> None:
    steps = steps_of(found(receipts_are_true, ONE_CHANGE, chain_receipts="any-set"))
    assert steps[-3:] == ["steal", "sign_with_old_keys", "take"] and steps.count("follow") == 2


class StolenAtOnce(Receipts):
    """Keys of a set are lost as soon as its own chain has replaced it."""

    @action(needs="KEY")
    def steal(s, v: Roster):  # type: ignore[no-untyped-def]
        """The keys of {v}, which is out of force, come into the adversary's hands."""
        require(~s.stolen[v] & s.used[v] & ~exists(Chain, lambda c: s.serves[c, v]))
        return s.set(stolen={v: True})


def test_whoever_has_not_heard_of_a_change_is_deceived_by_the_old_set() -> None:
    """WA-A30 is needed: a chain that still follows a set takes what its stolen keys sign."""
    steps = steps_of(found(replace(receipts_are_true, of=StolenAtOnce), ONE_CHANGE))
    assert steps == ["renew", "steal", "sign_with_old_keys", "take"]


# ---- told once more, by hand


@pytest.mark.parametrize("of", [LITERAL, HARDENED])
def test_a_random_run_is_what_a_ledger_kept_by_hand_says(of: str) -> None:
    """Of each quantity the trades that were approved, and of each trade whether check and contract came in turn."""
    system = system_of(no_double_sale, of)
    met: set[str] = set()
    worlds = list(instances(system, resolve(system, {"Trade": 2, "Quantity": 1, "Chain": 1, "Height": 2})))
    for seed, world in enumerate(worlds * 12):
        moves = Moves(world, system.enabled_for(frozenset({NET, CR})), idle=True)
        happened: dict[int, list[str]] = {0: [], 1: []}
        for step, _state in run(moves, seed, 60):
            if step.action in ("propose", "find_secure", "find_insecure", "make_contract", "accept", "refuse", "expire",
                               "settle", "settle_in_parallel"):  # fmt: skip
                happened[step.params[0]].append(step.action)
        sold = [t for t, said in happened.items() if {"accept", "settle_in_parallel"} & {*said}]
        for said in happened.values():
            in_turn = [each for each in said if each in ("find_secure", "accept", "make_contract", "settle")]
            if "settle" in said or "settle_in_parallel" in said:
                met.add("settled" if in_turn == ["find_secure", "accept", "make_contract", "settle"] else "disorder")
            if "make_contract" in said and ({"find_insecure", "refuse", "expire"} & {*said}):
                met.add("disorder")
        met.add("sold twice" if len(sold) == 2 else "sold once" if sold else "unsold")
    assert met >= {"sold once", "settled", "unsold"} if of == HARDENED else met >= {"sold twice", "disorder"}
    assert of == LITERAL or not met & {"sold twice", "disorder"}


MEMORY = {
    "crash_at_trading": ("heard_passed", "heard_failed", "heard_made"),
    "crash_at_dispatch": ("heard_of",),
    "crash_at_database": ("heard_go",),
}


def test_a_crash_loses_what_that_chains_nodes_have_heard_and_nothing_else() -> None:
    system = system_of(no_double_sale, LITERAL)
    worlds = list(instances(system, resolve(system, {"Trade": 2, "Quantity": 2, "Chain": 2, "Height": 1})))
    lost = dict.fromkeys(MEMORY, 0)
    for seed in range(200):
        world = worlds[seed % len(worlds)]
        moves = Moves(world, system.enabled_for(frozenset({CR})), idle=True)
        before = moves.initial()
        for step, after in run(moves, seed, 60):
            if step.action in MEMORY:
                for variable, position in world.position.items():
                    hit = [variable in MEMORY[step.action] and step.params in ((), (c,)) for c in world.rigids["at"]]
                    if len(before[position]) == 2 and any(hit):
                        kept = [had and not gone for had, gone in zip(before[position], hit, strict=True)]
                        lost[step.action] += list(after[position]) != list(before[position])
                        assert list(after[position]) == kept, (step, variable)
                    else:
                        assert after[position] == before[position], (step, variable)
            before = after
    assert all(lost.values()), lost
