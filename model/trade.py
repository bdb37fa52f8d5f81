"""A trade on three chains: its result, its security check and its contract (Wang et al., 3.4, 4.1; WA-R15 to R17).

A trading chain has the trade, the dispatch chain the security check of its result, and the contract database the
transmission contract. As published the chains work in parallel and not one after the other (WA-R17), although the
check is one of trading results and supervises the contract (WA-R15): a trade is settled on one chain while another
rejects it, and its contract is made meanwhile (WA-C13). Nothing is said of how one chain shows another what it has
decided (WA-C15), nor of a trade that waits for ever.

Hardened, a trade goes through its stages one after the other, and the trading chain takes each on a receipt of the
chain that has to act before: PROPOSED, PENDING_CHECK, then APPROVED or REJECTED, CONTRACT, SETTLED. APPROVED is where
it is decided: from there on it can't be undone, and the contract is made on the trading chain's receipt for it, not on
the dispatch chain's. A quantity is on sale on the one trading chain that is its home, which locks it for one trade at
a time until that is decided. If that has not come at the height of the trade's deadline, the chain ends the
trade by itself as EXPIRED, whatever has become of messages.

What a receipt shows is on its chain for good, so that one which is delayed or repeated does no harm; that it can't be
made up is the concern of the machine `Receipts`, and here anybody makes up what is not certified. Chains are ideal:
what they have, they have for good. What their nodes have heard of other chains is in memory, and lost in a crash.
A quantity that has passed its check in a trade that then expires is not lost: its check is of that trade only.
"""

from meterproof.lang import Enum, Protocol, action, choice, forall, implies, require, rigid, var
from model.vocabulary import CR, NET, Chain, Height, Quantity, Trade

Stage = Enum(
    "Stage", "NONE", "PROPOSED", "PENDING_CHECK", "APPROVED", "REJECTED", "CONTRACT", "SETTLED", "EXPIRED"
)  # fmt: skip
Check = Enum("Check", "none", "passed", "failed")


class Trading(Protocol):
    """Any number of trades, quantities, trading chains and heights; one dispatch chain and one contract database."""

    trade_order = choice(
        "parallel", "gated", removed="parallel", cites=["WA-R15", "WA-R17", "WA-C13"],
        doc="Whether a trade's chains work in parallel, or each waits for what has to be decided before.",
    )  # fmt: skip
    chain_receipts = choice(
        "none", "record-only", "any-set", "certified", removed="none", cites=["WA-R16", "WA-C15"],
        doc="What shows a chain that another has something: nothing; signatures of some validator set over the record "
        "alone; ones over chain, height and record of any set that the chain ever had; or of the set in force.",
    )  # fmt: skip
    trade_locks = choice(
        "none", "per-chain", "held", "timeout", removed="none", cites=["WA-C13"],
        doc="Whether a quantity is locked for one trade at a time, until it is decided: not at all, on each chain by "
        "itself, on the one chain that is its home, or there and no longer than until its time is up.",
    )  # fmt: skip

    quantity = rigid(Trade, to=Quantity, doc="what is sold")
    at = rigid(Trade, to=Chain, doc="the trading chain on which the trade is proposed")
    deadline = rigid(Trade, to=Height, doc="the height of its chain at which an undecided trade expires")
    home = rigid(Quantity, to=Chain, doc="the trading chain on which the quantity is entered")

    stage = var(Trade, to=Stage, init=Stage.NONE, doc="what the trading chain has of the trade")
    locked = var(Trade, doc="its chain has locked the quantity for the trade")
    late = var(Trade, ghost=True, doc="the trade was approved at its deadline, or later")
    sold = var(Chain, Quantity, doc="the chain has the quantity as sold")
    reached = var(Chain, Height, doc="the chain has a block at this height")
    check = var(Trade, to=Check, init=Check.none, doc="what the dispatch chain has of the trade, for good")
    contract = var(Trade, doc="the contract database has a transmission contract for the trade")

    heard_of = var(Trade, doc="the dispatch chain has heard that the trade waits for its check")
    heard_passed = var(Trade, doc="the trading chain has heard that the trade passed the check")
    heard_failed = var(Trade, doc="the trading chain has heard that the trade failed the check")
    heard_go = var(Trade, doc="the contract database has heard that it may make the contract")
    heard_made = var(Trade, doc="the trading chain has heard that the contract is made")
    calm = var(doc="messages are no longer lost, and nothing crashes")

    # ---- the trading chains

    @action(cites="WA-R18")
    def grow(s, c: Chain, h: Height):
        """{c} gets its block at {h}."""
        require(~s.reached[c, h] & forall(Height, lambda g: implies(g < h, s.reached[c, g])))
        return s.set(reached={(c, h): True})

    @action(cites="WA-R15 WA-C13")
    def propose(s, t: Trade):
        """{t} is proposed on its trading chain."""
        require(s.stage[t] == Stage.NONE)
        if s.rules.trade_locks == "none":
            return s.set(stage={t: Stage.PROPOSED})
        require(~s.reached[s.at[t], s.deadline[t]])
        if s.rules.trade_locks != "per-chain":
            require(s.home[s.quantity[t]] == s.at[t], "WA-C13", rule="trade_locks")
        require(~s.sold[s.at[t], s.quantity[t]], "WA-C13", rule="trade_locks")
        require(forall(Trade, lambda u: implies(rivals(s, t, u), ~s.locked[u])), "WA-C13", rule="trade_locks")
        return s.set(stage={t: Stage.PROPOSED}, locked={t: True})

    @action(cites="WA-R15 WA-R17")
    def submit(s, t: Trade):
        """The result of {t} is put to the dispatch centre."""
        require(s.stage[t] == Stage.PROPOSED)
        return s.set(stage={t: Stage.PENDING_CHECK})

    @action(cites="WA-R15 WA-C13 WA-C15")
    def accept(s, t: Trade):
        """The trading chain has heard that {t} passed its check, and approves it: the quantity is sold."""
        require((s.stage[t] == Stage.PENDING_CHECK) & s.heard_passed[t])
        if s.rules.trade_locks == "timeout":
            require(~s.reached[s.at[t], s.deadline[t]], "WA-C13", rule="trade_locks")
        return _sale(s, t, Stage.APPROVED)

    @action(cites="WA-R15 WA-C13 WA-C15")
    def refuse(s, t: Trade):
        """The trading chain has heard that {t} failed its check, and rejects it."""
        require((s.stage[t] == Stage.PENDING_CHECK) & s.heard_failed[t])
        return s.set(stage={t: Stage.REJECTED}, locked={t: False})

    @action(cites="WA-C13")
    def expire(s, t: Trade):
        """Time is up for {t}, which is not decided: its trading chain ends it and releases the quantity."""
        require(s.rules.trade_locks == "timeout", "WA-C13", rule="trade_locks")
        require(waits(s, t) & s.reached[s.at[t], s.deadline[t]], "WA-C13")
        return s.set(stage={t: Stage.EXPIRED}, locked={t: False})

    @action(cites="WA-R15 WA-C13 WA-C15")
    def enter_contract(s, t: Trade):
        """The trading chain has heard of the contract of {t}, and enters it."""
        require((s.stage[t] == Stage.APPROVED) & s.heard_made[t])
        return s.set(stage={t: Stage.CONTRACT})

    @action(cites="WA-R15 WA-C13")
    def settle(s, t: Trade):
        """{t}, which has its contract, is settled."""
        require(s.stage[t] == Stage.CONTRACT)
        return s.set(stage={t: Stage.SETTLED})

    @action(cites="WA-R15 WA-R17 WA-C13")
    def settle_in_parallel(s, t: Trade):
        """The trading chain settles {t} by itself, as chains work in parallel."""
        require(s.rules.trade_order == "parallel", "WA-R17", rule="trade_order")
        require(waits(s, t) | (s.stage[t] == Stage.APPROVED))
        return _sale(s, t, Stage.SETTLED)

    # ---- the dispatch chain and the contract database

    @action(cites="WA-R15")
    def find_secure(s, t: Trade):
        """The dispatch chain decides that {t} passes its security check."""
        require(s.heard_of[t] & (s.check[t] == Check.none))
        return s.set(check={t: Check.passed})

    @action(cites="WA-R15")
    def find_insecure(s, t: Trade):
        """The dispatch chain decides that {t} fails its security check."""
        require(s.heard_of[t] & (s.check[t] == Check.none))
        return s.set(check={t: Check.failed})

    @action(cites="WA-R15 WA-C13 WA-C15")
    def make_contract(s, t: Trade):
        """The contract database has heard that it may, and makes the transmission contract of {t}."""
        require(s.heard_go[t] & ~s.contract[t])
        return s.set(contract={t: True})

    # ---- between the chains

    @action(cites="WA-R16 WA-R17")
    def carry_request(s, t: Trade):
        """The dispatch chain hears that {t} waits for its check."""
        require((s.stage[t] != Stage.NONE) & (s.stage[t] != Stage.PROPOSED))
        return s.set(heard_of={t: True})

    @action(cites="WA-R16 WA-C15")
    def carry_passed(s, t: Trade):
        """The trading chain hears that {t} passed its check."""
        require(s.check[t] == Check.passed)
        return s.set(heard_passed={t: True})

    @action(cites="WA-R16 WA-C15")
    def carry_failed(s, t: Trade):
        """The trading chain hears that {t} failed its check."""
        require(s.check[t] == Check.failed)
        return s.set(heard_failed={t: True})

    @action(cites="WA-R15 WA-R16 WA-R17 WA-C13 WA-C15")
    def carry_go(s, t: Trade):
        """The contract database hears that it may make the contract of {t}."""
        require(may_have_contract(s, t))
        return s.set(heard_go={t: True})

    @action(cites="WA-R16 WA-C15")
    def carry_made(s, t: Trade):
        """The trading chain hears that the contract of {t} is made."""
        require(s.contract[t])
        return s.set(heard_made={t: True})

    @action(cites="WA-C13")
    def calm_down(s):
        """From now on messages arrive, and nothing crashes."""
        require(~s.calm)
        return s.set(calm=True)

    # ---- the adversary

    @action(needs=NET, cites="WA-C15")
    def forge_passed(s, t: Trade):
        """The adversary tells the trading chain that {t} passed its check."""
        require(s.rules.chain_receipts != "certified", "WA-C15", rule="chain_receipts")
        return s.set(heard_passed={t: True})

    @action(needs=NET, cites="WA-C15")
    def forge_failed(s, t: Trade):
        """The adversary tells the trading chain that {t} failed its check."""
        require(s.rules.chain_receipts != "certified", "WA-C15", rule="chain_receipts")
        return s.set(heard_failed={t: True})

    @action(needs=NET, cites="WA-C15")
    def forge_go(s, t: Trade):
        """The adversary tells the contract database that it may make the contract of {t}."""
        require(s.rules.chain_receipts != "certified", "WA-C15", rule="chain_receipts")
        return s.set(heard_go={t: True})

    @action(needs=NET, cites="WA-C15")
    def forge_made(s, t: Trade):
        """The adversary tells the trading chain that the contract of {t} is made."""
        require(s.rules.chain_receipts != "certified", "WA-C15", rule="chain_receipts")
        return s.set(heard_made={t: True})

    @action(needs=CR, cites="WA-C13")
    def crash_at_trading(s, c: Chain):
        """The nodes of {c} crash and start again: what they heard of other chains is lost."""
        require(~s.calm)
        return s.set(
            heard_passed=lambda t: s.heard_passed[t] & (s.at[t] != c),
            heard_failed=lambda t: s.heard_failed[t] & (s.at[t] != c),
            heard_made=lambda t: s.heard_made[t] & (s.at[t] != c),
        )

    @action(needs=CR, cites="WA-C13")
    def crash_at_dispatch(s):
        """The nodes of the dispatch chain crash and start again: what they heard of other chains is lost."""
        require(~s.calm)
        return s.set(heard_of=lambda t: False)

    @action(needs=CR, cites="WA-C13")
    def crash_at_database(s):
        """The nodes of the contract database crash and start again: what they heard of other chains is lost."""
        require(~s.calm)
        return s.set(heard_go=lambda t: False)

    @action(needs=NET)
    def lose(s, t: Trade):
        """The network loses all that is under way about {t}."""
        require(~s.calm)
        return s.set(
            heard_of={t: False}, heard_passed={t: False}, heard_failed={t: False}, heard_go={t: False},
            heard_made={t: False},
        )  # fmt: skip


def waits(s, t):
    """The trade is proposed, and not decided."""
    return (s.stage[t] == Stage.PROPOSED) | (s.stage[t] == Stage.PENDING_CHECK)


def approved(s, t):
    """Its trading chain has approved the trade, which can't be undone."""
    return (s.stage[t] == Stage.APPROVED) | (s.stage[t] == Stage.CONTRACT) | (s.stage[t] == Stage.SETTLED)


def may_have_contract(s, t):
    """The trading chain has what the contract of the trade is made on: its approval, or just any result."""
    return approved(s, t) if s.rules.trade_order == "gated" else s.stage[t] != Stage.NONE


def rivals(s, t, u):
    """Two different trades are of the same quantity, on the same chain."""
    return (t != u) & (s.quantity[t] == s.quantity[u]) & (s.at[t] == s.at[u])


def _sale(s, t, stage):
    """The trade goes to this stage, and its quantity is sold."""
    return s.set(
        stage={t: stage}, locked={t: False}, sold={(s.at[t], s.quantity[t]): True},
        late={t: s.reached[s.at[t], s.deadline[t]]},
    )  # fmt: skip
