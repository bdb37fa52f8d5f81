"""Trades: a trading chain that the replicas decide, the dispatch chain that checks, and the database of contracts.

The three are sovereign_chain's; a leaf of the trading chain is a step of a trade, with the receipt that it rests on.
Dispatch chain and database are one party each: the same validators sign their receipts, and none of their blocks is
decided by the replicas of a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from reference.crypto import encoding
from reference.crypto.encoding import Domain, Malformed
from reference.ledger.chain import Block
from reference.ledger.effects import Effects, Refused, refused
from reference.sovereign_chain import trade
from reference.sovereign_chain.receipts import Validators, receipt_of
from reference.sovereign_chain.trade import (
    MADE,
    PASSED,
    Chain,
    ContractDatabase,
    DispatchChain,
    TradingChain,
)

STEP = "trade-step"
DISPATCH, DATABASE = "grid/dispatch", "grid/transmission"
Act = Callable[[TradingChain, int], tuple[TradingChain, Effects]]
ACTS: Mapping[str, Act] = {
    "propose": trade.propose,
    "submit": trade.submit,
    "accept": trade.accept,
    "refuse": trade.refuse,
    "expire": trade.expire,
    "enter-contract": trade.enter_contract,
    "settle": trade.settle,
}


@dataclass(frozen=True)
class TradeStep:
    """A leaf: which step of which trade, and the receipt of another chain that it rests on, if it does."""

    act: str
    trade: int
    source: str = ""
    receipt: bytes = b""

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, STEP), [self.act, self.trade, self.source, self.receipt])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> TradeStep:
        act, number, source, receipt = encoding.decode_fields(Domain(chain_id, STEP), data, str, int, str, bytes)
        if act not in ACTS:
            raise Malformed(f"no step of a trade is {act!r}")
        return TradeStep(act, number, source, receipt)


@dataclass(frozen=True)
class Market:
    """The trading chain's state before its next block. `root` is a digest of all its blocks."""

    trading: TradingChain
    root: bytes = bytes(32)

    @property
    def chain_id(self) -> str:
        return self.trading.chain_id

    def audit(self, block: Block) -> Refused | None:
        """Why this is not a valid next block; None if it is."""
        if block.header.state != self.root:
            return Refused("state", "the block builds on other blocks", ("WA-R21",))
        state = self
        for leaf in block.leaves:
            state, effects = state.entered(leaf)
            if (refusal := refused(effects)) is not None:
                return refusal
        return None

    def after(self, block: Block) -> Market:
        """The state once this block is complete."""
        state = self
        for leaf in block.leaves:
            state, _ = state.entered(leaf)
        root = encoding.digest(Domain(self.chain_id, "market-state"), [self.root, block.header.digest(self.chain_id)])
        return replace(state, trading=trade.grow(state.trading), root=root)

    def entered(self, leaf: bytes) -> tuple[Market, Effects]:
        """The state with this step in the present block; a refused one leaves it unchanged."""
        try:
            step = TradeStep.decode(self.chain_id, leaf)
        except Malformed as malformed:
            return self, (Refused("encoding", str(malformed), ("WA-R15",)),)
        if step.trade not in self.trading.terms:
            return self, (Refused("trade", f"there is no trade {step.trade}", ("WA-R15",)),)
        party = self.trading
        if step.receipt:
            party, effects = trade.hear(party, step.source, step.receipt)
            if refused(effects) is not None:
                return self, effects
        party, effects = ACTS[step.act](party, step.trade)
        return (self if refused(effects) else replace(self, trading=party)), effects

    def spoil(self, leaves: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """The leaves with one more that is none."""
        return (*leaves, b"no step of a trade")


@dataclass(frozen=True)
class Others:
    """The dispatch chain and the contract database."""

    dispatch: DispatchChain
    database: ContractDatabase


def checked(
    others: Others, market: Market, number: int, passes: bool, validators: Mapping[str, Validators]
) -> tuple[Others, Effects]:
    """The dispatch centre hears of a trade that waits for it, and checks it."""
    receipt = _receipt(market.trading, number, "PENDING_CHECK", validators)
    heard, effects = trade.hear(others.dispatch, market.chain_id, receipt)
    if refused(effects) is not None:
        return others, effects
    after, effects = trade.decide(heard, number, passes)
    return (others if refused(effects) else replace(others, dispatch=after)), effects


def contracted(
    others: Others, market: Market, number: int, validators: Mapping[str, Validators]
) -> tuple[Others, Effects]:
    """The database hears that a trade is approved, and has its transmission contract."""
    receipt = _receipt(market.trading, number, "APPROVED", validators)
    heard, effects = trade.hear(others.database, market.chain_id, receipt)
    if refused(effects) is not None:
        return others, effects
    after, effects = trade.make_contract(heard, number)
    return (others if refused(effects) else replace(others, database=after)), effects


def next_step(others: Others, market: Market, number: int, validators: Mapping[str, Validators]) -> TradeStep | None:
    """What the trading chain can do with the trade now; None if it waits for another chain, or is done with it."""
    match market.trading.last_said(number):
        case None:
            return TradeStep("propose", number)
        case "PROPOSED":
            return TradeStep("submit", number)
        case "PENDING_CHECK":
            said = others.dispatch.last_said(number)
            if said is None:
                return TradeStep("expire", number) if market.trading.is_up(number) else None
            act = "accept" if said == PASSED else "refuse"
            return TradeStep(act, number, DISPATCH, _receipt(others.dispatch, number, said, validators))
        case "APPROVED" if others.database.last_said(number) == MADE:
            return TradeStep("enter-contract", number, DATABASE, _receipt(others.database, number, MADE, validators))
        case "CONTRACT":
            return TradeStep("settle", number)
    return None


def _receipt(source: Chain, number: int, said: str, validators: Mapping[str, Validators]) -> bytes:
    block = source.block_with(number, said)
    if block is None:
        raise AssertionError(f"{source.chain_id} has not said {said} of trade {number}")
    return receipt_of(source.rules.chain_receipts, validators[source.chain_id], block, 0).encode()
