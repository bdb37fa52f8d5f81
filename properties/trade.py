"""Guarantees of the `Trading` machine: what three chains make of a trade, and what becomes of its quantity.

The proofs are for any number of trades, quantities, trading chains and heights. They take what a certified receipt
shows as final, which is WA-V33 (`properties.receipts`). That locks end is decided by exploration at small sizes; for
every size it is put together of WA-V31, by which a trade that has the lock can be ended by its own chain once the
deadline is reached, and of the chain's growing.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, leads_to, lemma, reachable
from model.trade import Check, Stage, Trading, approved, may_have_contract, rivals, waits
from model.vocabulary import CR, NET, Trade

ANYTHING = (CR, NET)


def some_trade_is_settled(s):
    """A trade is settled."""
    return exists(Trade, lambda t: s.stage[t] == Stage.SETTLED)


def sold_and_wanted_by_another(s):
    """A trade is approved, and another one of the same quantity was proposed as well."""
    return exists(
        Trade, Trade,
        lambda t, u: (t != u) & (s.quantity[t] == s.quantity[u]) & approved(s, t) & (s.stage[u] != Stage.NONE),
    )  # fmt: skip


def passed_too_late(s):
    """A trade has passed its check and waits, and the deadline is reached."""
    return exists(
        Trade, lambda t: (s.check[t] == Check.passed) & waits(s, t) & s.reached[s.at[t], s.deadline[t]]
    )  # fmt: skip


# ---- atomicity across the chains


@lemma(of=Trading)
def heard_is_so(s):
    """What is heard of a check or a contract is what its chain has."""
    return forall(
        Trade,
        lambda t: implies(s.heard_passed[t], s.check[t] == Check.passed)
        & implies(s.heard_failed[t], s.check[t] == Check.failed)
        & implies(s.heard_made[t], s.contract[t]),
    )  # fmt: skip


@lemma(of=Trading)
def go_is_an_approval(s):
    """The contract database hears of approved trades only."""
    return forall(Trade, lambda t: implies(s.heard_go[t], approved(s, t)))


@lemma(of=Trading)
def contracts_are_of_approved_trades(s):
    """There are contracts of approved trades only."""
    return forall(Trade, lambda t: implies(s.contract[t], approved(s, t)))


@lemma(of=Trading)
def approved_trades_passed(s):
    """A trade that its chain has approved has passed its check."""
    return forall(Trade, lambda t: implies(approved(s, t), s.check[t] == Check.passed))


@lemma(of=Trading)
def contracts_come_first(s):
    """A trade has a contract when its chain says so, or has settled it."""
    return forall(
        Trade,
        lambda t: implies((s.stage[t] == Stage.CONTRACT) | (s.stage[t] == Stage.SETTLED), s.contract[t]),
    )  # fmt: skip


@invariant(
    of=Trading, id="WA-P10", cites="WA-P10 WA-R15 WA-R16 WA-R17 WA-C13 WA-C15", against=ANYTHING,
    witness=some_trade_is_settled,
    lemmas=(heard_is_so, go_is_an_approval, contracts_are_of_approved_trades, approved_trades_passed,
            contracts_come_first),
)  # fmt: skip
def cross_chain_atomicity(s):
    """cross-chain atomicity: what is settled passed its check and has its contract; what failed or ended has none"""

    def ended(t):
        return (s.check[t] == Check.failed) | (s.stage[t] == Stage.REJECTED) | (s.stage[t] == Stage.EXPIRED)

    return forall(
        Trade,
        lambda t: implies(s.stage[t] == Stage.SETTLED, (s.check[t] == Check.passed) & s.contract[t])
        & implies(ended(t), ~s.contract[t]),
    )  # fmt: skip


@invariant(
    of=Trading, id="WA-V32", cites="WA-V32 WA-R16 WA-C15", against=ANYTHING, witness=some_trade_is_settled,
)  # fmt: skip
def nothing_is_hearsay(s):
    """nothing is hearsay: what a chain has heard of another, and acts on, the other has"""
    return heard_is_so.function(s) & forall(Trade, lambda t: implies(s.heard_go[t], may_have_contract(s, t)))


# ---- one quantity


@lemma(of=Trading)
def whoever_waits_has_the_lock(s):
    """A trade has its quantity locked exactly as long as it waits."""
    return forall(Trade, lambda t: s.locked[t] == waits(s, t))


@lemma(of=Trading)
def one_lock(s):
    """A quantity is locked for one trade at a time, and for none once it is sold."""
    return forall(
        Trade, Trade,
        lambda t, u: implies(s.locked[t], ~s.sold[s.at[t], s.quantity[t]] & implies(rivals(s, t, u), ~s.locked[u])),
    )  # fmt: skip


@lemma(of=Trading)
def at_home(s):
    """Trades are proposed where their quantity is at home."""
    return forall(Trade, lambda t: implies(s.stage[t] != Stage.NONE, s.home[s.quantity[t]] == s.at[t]))


@lemma(of=Trading)
def approved_is_sold(s):
    """The quantity of an approved trade is sold on its chain."""
    return forall(Trade, lambda t: implies(approved(s, t), s.sold[s.at[t], s.quantity[t]]))


@invariant(
    of=Trading, id="WA-V30", cites="WA-V30 WA-R15 WA-R16 WA-R17 WA-C13", against=ANYTHING,
    witness=sold_and_wanted_by_another, lemmas=(whoever_waits_has_the_lock, one_lock, at_home, approved_is_sold),
)  # fmt: skip
def no_double_sale(s):
    """no double sale: of one quantity at most one trade is approved, on whatever chains trades of it are"""
    return forall(
        Trade, Trade,
        lambda t, u: implies((s.quantity[t] == s.quantity[u]) & approved(s, t) & approved(s, u), t == u),
    )  # fmt: skip


@invariant(
    of=Trading, id="WA-V31", cites="WA-V31 WA-P10 WA-C13", against=ANYTHING, witness=passed_too_late,
)  # fmt: skip
def locks_belong_to_waiting_trades(s):
    """locks end in time: who has one waits, so that its own chain can end it, and none is approved when time is up"""
    return forall(Trade, lambda t: implies(s.locked[t], waits(s, t)) & ~s.late[t])


# ---- in the end


def a_trade_waits(s):
    """A trade is proposed and not decided."""
    return exists(Trade, lambda t: waits(s, t))


def an_approved_trade_in_calm(s):
    """Messages arrive, and a trade that is approved is not settled yet."""
    return s.calm & exists(Trade, lambda t: approved(s, t) & (s.stage[t] != Stage.SETTLED))


@leads_to(
    then=lambda s: ~a_trade_waits(s), fair="grow(c,_) expire", of=Trading, id="WA-V34",
    cites="WA-V34 WA-P10 WA-R15 WA-C13", against=ANYTHING, witness=a_trade_waits,
)  # fmt: skip
def locks_always_end(s):
    """locks always end: no trade waits for ever, and keeps its quantity from others, even if no message ever arrives"""
    return a_trade_waits(s)


@leads_to(
    then=lambda s: ~an_approved_trade_in_calm(s), fair="carry_go make_contract carry_made enter_contract settle",
    of=Trading, id="WA-V35", cites="WA-V35 WA-R15 WA-R16 WA-C13 WA-A31", against=ANYTHING,
    witness=an_approved_trade_in_calm,
)  # fmt: skip
def approved_trades_are_settled(s):
    """approved trades are settled: once messages arrive, each gets its contract, whatever was lost before"""
    return an_approved_trade_in_calm(s)


@reachable(of=Trading, id="WA-V36", cites="WA-V36 WA-C13")
def what_expired_can_be_sold(s):
    """what expired can be sold: a quantity is settled in one trade after another one of it has expired"""
    return exists(
        Trade, Trade,
        lambda t, u: (s.quantity[t] == s.quantity[u]) & (s.stage[t] == Stage.EXPIRED) & (s.stage[u] == Stage.SETTLED),
    )  # fmt: skip


ONE_TRADE = explore(Trade=1, Quantity=1, Chain=1, Height=1)
TWO_TRADES = explore(Trade=2, Quantity=1, Chain=1, Height=1)
TWO_CHAINS = explore(Trade=2, Quantity=1, Chain=2, Height=1)
TWO_HEIGHTS = explore(Trade=2, Quantity=1, Chain=2, Height=2)
TWO_QUANTITIES = explore(Trade=2, Quantity=2, Chain=2, Height=1)
THREE_TRADES = thorough(explore(symmetry=["all"], Trade=3, Quantity=2, Chain=2, Height=1))

CASES = (
    Case(cross_chain_atomicity, {
        "published literal": violated(ONE_TRADE),
        "published charitable": violated(ONE_TRADE, note="that chains work in parallel and not in turn is stated"),
        "hardened": holds(
            "proved", induction(), TWO_HEIGHTS, TWO_QUANTITIES, THREE_TRADES,
            controls=removing("trade_order", "chain_receipts", by=ONE_TRADE)
            + changing("chain_receipts", "any-set", by=ONE_TRADE),
            note="that locks are released is WA-V31 and WA-V34",
        ),
    }),
    Case(nothing_is_hearsay, {
        "published literal": violated(ONE_TRADE),
        "published charitable": violated(ONE_TRADE),
        "hardened": holds(
            "proved", induction(), TWO_HEIGHTS, controls=removing("chain_receipts", by=ONE_TRADE),
            note="that certified receipts can't be made up is WA-V33",
        ),
    }),
    Case(no_double_sale, {
        "published literal": violated(TWO_TRADES),
        "published charitable": violated(TWO_TRADES),
        "hardened": holds(
            "proved", induction(), TWO_HEIGHTS, TWO_QUANTITIES, THREE_TRADES,
            controls=removing("trade_locks", by=TWO_TRADES) + changing("trade_locks", "per-chain", by=TWO_CHAINS),
        ),
    }),
    Case(locks_belong_to_waiting_trades, {
        "published literal": violated(ONE_TRADE),
        "published charitable": violated(ONE_TRADE),
        "hardened": holds(
            "proved", induction(), TWO_HEIGHTS,
            controls=removing("trade_order", "trade_locks", by=ONE_TRADE)
            + changing("trade_locks", "held", by=ONE_TRADE),
        ),
    }),
    Case(locks_always_end, {
        "published literal": violated(ONE_TRADE, note="a trade whose check is never heard of waits for ever"),
        "published charitable": violated(ONE_TRADE, note="a trade whose check is never heard of waits for ever"),
        "hardened": holds(
            "exhausted", TWO_HEIGHTS, TWO_QUANTITIES,
            controls=removing("trade_locks", by=ONE_TRADE) + changing("trade_locks", "held", by=ONE_TRADE),
            note="only the trading chain's own moves have to happen",
        ),
    }),
    Case(approved_trades_are_settled, {
        "hardened": holds("exhausted", TWO_HEIGHTS, TWO_QUANTITIES, note="receipts can be had again for ever"),
    }),
    Case(what_expired_can_be_sold, {
        "published literal": violated(TWO_HEIGHTS, note="nothing expires"),
        "published charitable": violated(TWO_HEIGHTS, note="nothing expires"),
        "hardened": holds("exhausted", TWO_HEIGHTS, controls=changing("trade_locks", "held", by=TWO_HEIGHTS)),
    }),
)  # fmt: skip
"""One case a property of the machine."""
