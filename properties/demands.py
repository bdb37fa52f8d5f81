"""Guarantees of the `Demands` machine: no demand is lost, planned twice or out of turn, and the company knows."""

from meterproof.claims import Case, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, leads_to, lemma
from model.demands import Demands, is_next_to_plan
from model.vocabulary import CR, NET, Notice


def confirmed_and_come_again(s):
    """A demand is planned and confirmed, and is before the supplier once more."""
    return exists(Notice, lambda n: s.planned[n] & s.confirmed[n] & s.arrived[n])


def the_later_came_first(s):
    """A demand is before the supplier, but not the one before it, of which it is not planned."""
    return exists(Notice, Notice, lambda m, n: (m < n) & s.arrived[n] & ~s.arrived[m] & ~s.planned[m])


def one_lost_and_another_confirmed(s):
    """A demand is confirmed, and another neither planned nor under way, as it was lost."""
    lost = exists(Notice, lambda n: s.issued[n] & ~s.under_way[n] & ~s.arrived[n] & ~s.planned[n])
    return lost & exists(Notice, lambda n: s.confirmed[n])


@lemma(of=Demands)
def answered_is_planned(s):
    """What the supplier acknowledges is planned."""
    return forall(Notice, lambda n: implies(s.answered[n], s.planned[n]))


@invariant(of=Demands, id="ZD-V36", cites="ZD-V36 ZD-R25 ZD-C22", against=(NET, CR), witness=confirmed_and_come_again)
def no_demand_is_planned_twice(s):
    """once: no demand is planned twice, however often it comes, and whenever the supplier's system stops"""
    return forall(Notice, lambda n: ~s.twice[n])


@invariant(of=Demands, id="ZD-V37", cites="ZD-V37 ZD-R25 ZD-C22", against=(NET, CR), witness=the_later_came_first)
def demands_are_planned_in_turn(s):
    """in turn: a supplier that has planned for a demand has planned for all those before it"""
    return forall(Notice, Notice, lambda m, n: implies((m < n) & s.planned[n], s.planned[m]))


@invariant(
    of=Demands, id="ZD-V38", cites="ZD-V38 ZD-R25 ZD-C22", against=(NET, CR), witness=one_lost_and_another_confirmed,
    lemmas=(answered_is_planned,),
)  # fmt: skip
def none_is_lost_unnoticed(s):
    """none is lost unnoticed: what the company takes for planned is planned"""
    return forall(Notice, lambda n: implies(s.confirmed[n], s.planned[n]))


@leads_to(
    of=Demands, id="ZD-V39", cites="ZD-V39 ZD-R25 ZD-C22", against=(NET, CR),
    fair="receive plan answer_again confirm send_again", witness=one_lost_and_another_confirmed,
    then=lambda s: forall(Notice, lambda n: implies(s.issued[n], s.planned[n] & s.confirmed[n])),
)  # fmt: skip
def every_demand_gets_there(s):
    """none is lost: once the network loses nothing more, all that was issued is planned, and the company knows"""
    return s.settled


@invariant(
    of=Demands, id="ZD-V66", cites="ZD-V66 ZD-V39 ZD-R25 ZD-C22", against=(NET, CR),
    witness=one_lost_and_another_confirmed,
    lemmas=(none_is_lost_unnoticed,),
)  # fmt: skip
def nothing_is_in_the_way_of_a_demand(s):
    """nothing is in the way of a demand: the first that is not planned is sent, comes or is planned next"""

    def moves(n):
        can_be_sent = ~s.confirmed[n] & ~s.under_way[n] if s.rules.demand_sync == "sequenced" else False
        return s.arrived[n] | s.under_way[n] | can_be_sent

    return forall(Notice, lambda n: implies(s.issued[n] & is_next_to_plan(s, n), moves(n)))


ONE = explore(Notice=1)
TWO = explore(Notice=2)
THREE = thorough(explore(Notice=3))

CASES = (
    Case(no_demand_is_planned_twice, {
        "published literal": violated(ONE),
        "published charitable": violated(ONE),
        "hardened": holds("proved", induction(), TWO, THREE, controls=removing("demand_sync", by=ONE)),
    }),
    Case(demands_are_planned_in_turn, {
        "published literal": violated(TWO),
        "published charitable": violated(TWO),
        "hardened": holds("proved", induction(), TWO, THREE, controls=removing("demand_sync", by=TWO)),
    }),
    Case(none_is_lost_unnoticed, {
        "published literal": violated(ONE),
        "published charitable": violated(ONE),
        "hardened": holds("proved", induction(), TWO, THREE, controls=removing("demand_sync", by=ONE)),
    }),
    Case(every_demand_gets_there, {
        "published literal": violated(ONE),
        "published charitable": violated(ONE),
        "hardened": holds("exhausted", TWO, THREE, controls=removing("demand_sync", by=ONE)),
    }),
    Case(nothing_is_in_the_way_of_a_demand, {
        "published literal": violated(ONE),
        "published charitable": violated(ONE),
        "hardened": holds(
            "proved", induction(), TWO, controls=removing("demand_sync", by=ONE),
            note="for any number of demands; with ZD-V39 for two",
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
