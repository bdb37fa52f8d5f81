"""The three chains of a trade as pure functions: trading chain, dispatch chain and contract database (WA-R15 to
WA-R17).

A trading chain has a trade's stages, the dispatch chain the security check of its result, and the contract database its
transmission contract. Each takes what another has decided from a receipt (`receipts`), and enters what it decides
itself into blocks of its own, whose validators sign receipts for the others. What it has heard is in memory, and lost
in a crash; a receipt may come again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from reference.crypto import encoding
from reference.crypto.encoding import Domain, Malformed
from reference.ledger import chain
from reference.ledger.chain import Block
from reference.ledger.effects import Effect, Effects, Refused
from reference.sovereign_chain.receipts import Receipt, ValidatorSet, fault
from reference.sovereign_chain.rules import Rules

Stage = Literal["PROPOSED", "PENDING_CHECK", "APPROVED", "REJECTED", "CONTRACT", "SETTLED", "EXPIRED"]
STAGES: tuple[Stage, ...] = ("PROPOSED", "PENDING_CHECK", "APPROVED", "REJECTED", "CONTRACT", "SETTLED", "EXPIRED")
WAITING, BINDING = ("PROPOSED", "PENDING_CHECK"), ("APPROVED", "CONTRACT", "SETTLED")
PASSED, FAILED, MADE = "PASSED", "FAILED", "MADE"
SAID = (*STAGES, PASSED, FAILED, MADE)
FACT = "trade-fact"


@dataclass(frozen=True)
class Fact:
    """What a chain has of a trade: `trade` is its number, `said` a stage, the result of its check, or MADE."""

    trade: int
    said: str

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, FACT), [self.trade, self.said])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Fact:
        trade, said = encoding.decode_fields(Domain(chain_id, FACT), data, int, str)
        if said not in SAID:
            raise Malformed(f"nothing is said of a trade by {said!r}")
        return Fact(trade, said)


@dataclass(frozen=True)
class Entered(Effect):
    """A chain has this of a trade from now on."""

    chain_id: str
    fact: Fact


@dataclass(frozen=True)
class Chain:
    """What all three have: blocks of one fact each, the sets that they follow, and receipts heard by trade and fact."""

    chain_id: str
    rules: Rules
    followed: Mapping[str, Sequence[ValidatorSet]]
    blocks: tuple[Block, ...] = ()
    heard: Mapping[tuple[int, str], bytes] = field(default_factory=dict)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is in the blocks, in order."""
        return tuple(Fact.decode(self.chain_id, leaf) for block in self.blocks for leaf in block.leaves)

    def block_with(self, trade: int, said: str) -> Block | None:
        """The block that has this fact, for whoever makes a receipt of it."""
        leaf = Fact(trade, said).encode(self.chain_id)
        return next((block for block in self.blocks if leaf in block.leaves), None)

    def last_said(self, trade: int) -> str | None:
        """What is entered of the trade last; None if nothing."""
        return next((fact.said for fact in reversed(self.facts) if fact.trade == trade), None)


@dataclass(frozen=True)
class Terms:
    """What is sold, by numbers: a quantity, the chain that is its home, and the height at which an offer expires."""

    quantity: int
    home: str
    deadline: int


@dataclass(frozen=True)
class TradingChain(Chain):
    """`grown` counts the blocks of the chain's clock, so that the height h is reached once it is more than h.

    `locks` has the trade that a quantity is locked for, `sold` the quantities that are sold, `sold_at` by trade how far
    the chain had grown at its sale.
    """

    terms: Mapping[int, Terms] = field(default_factory=dict)
    dispatch: str = "dispatch"
    database: str = "contract-database"
    grown: int = 0
    locks: Mapping[int, int] = field(default_factory=dict)
    sold: frozenset[int] = frozenset()
    sold_at: Mapping[int, int] = field(default_factory=dict)

    def is_up(self, trade: int) -> bool:
        """Whether the trade's deadline is reached."""
        return self.grown > self.terms[trade].deadline


@dataclass(frozen=True)
class DispatchChain(Chain):
    """It hears of trades from the trading chains of `followed`."""


@dataclass(frozen=True)
class ContractDatabase(Chain):
    """It hears of trades from the trading chains of `followed`."""


Party = TypeVar("Party", bound=Chain)


def hear(party: Party, source: str, data: bytes) -> tuple[Party, Effects]:
    """The party takes a receipt of the chain `source` into its memory, or refuses it."""
    try:
        receipt = Receipt.decode(source, data)
        fact = Fact.decode(source, receipt.leaf)
    except Malformed as malformed:
        return party, (Refused("encoding", str(malformed), ("WA-C15",)),)
    refusal = fault(party.rules.chain_receipts, party.followed, receipt) or _foreign(party, source, fact)
    if refusal is not None:
        return party, (refusal,)
    return replace(party, heard={(fact.trade, fact.said): data, **party.heard}), ()


def _foreign(party: Chain, source: str, fact: Fact) -> Refused | None:
    """Why this is nothing that the party has to hear from that chain."""
    match party:
        case TradingChain():
            known = {party.dispatch: (PASSED, FAILED), party.database: (MADE,)}.get(source, ())
        case _:
            first = 1 if isinstance(party, DispatchChain) else 0
            known = STAGES[first:] if source in party.followed else ()
    if fact.said not in known:
        return Refused("chain_receipts", f"{source} does not decide this", ("WA-C15",))
    return None


def forget(party: Party, trade: int | None = None) -> Party:
    """What the party has heard of the trade, or of all trades, is lost."""
    kept = {} if trade is None else {key: data for key, data in party.heard.items() if key[0] != trade}
    return replace(party, heard=kept)


def grow(party: TradingChain) -> TradingChain:
    """The chain gets its next block."""
    return replace(party, grown=party.grown + 1)


def propose(party: TradingChain, trade: int) -> tuple[TradingChain, Effects]:
    """The trade is proposed, and where quantities are locked it has the lock."""
    terms = party.terms[trade]
    if party.last_said(trade) is not None:
        return _refuse(party, "stage", "the trade is proposed already", "WA-R15")
    if party.rules.trade_locks == "none":
        return _enter(party, trade, "PROPOSED")
    if party.is_up(trade):
        return _refuse(party, "trade_locks", "the trade's deadline is reached", "WA-C13")
    if party.rules.trade_locks != "per-chain" and terms.home != party.chain_id:
        return _refuse(party, "trade_locks", "the quantity is at home on another chain", "WA-C13")
    if terms.quantity in party.sold:
        return _refuse(party, "trade_locks", "the quantity is sold", "WA-C13")
    if terms.quantity in party.locks:
        return _refuse(party, "trade_locks", "the quantity is locked for another trade", "WA-C13")
    return _enter(replace(party, locks={**party.locks, terms.quantity: trade}), trade, "PROPOSED")


def submit(party: TradingChain, trade: int) -> tuple[TradingChain, Effects]:
    """The trade's result is put to the dispatch centre."""
    return _follows(party, trade, ("PROPOSED",)) or _enter(party, trade, "PENDING_CHECK")


def accept(party: TradingChain, trade: int) -> tuple[TradingChain, Effects]:
    """The trade has passed its check: it is approved, and its quantity is sold."""
    if (stopped := _follows(party, trade, ("PENDING_CHECK",), PASSED)) is not None:
        return stopped
    if party.rules.trade_locks == "timeout" and party.is_up(trade):
        return _refuse(party, "trade_locks", "the trade's deadline is reached", "WA-C13")
    return _sell(party, trade, "APPROVED")


def refuse(party: TradingChain, trade: int) -> tuple[TradingChain, Effects]:
    """The trade has failed its check: it is rejected, and its quantity is free."""
    stopped = _follows(party, trade, ("PENDING_CHECK",), FAILED)
    return stopped or _enter(_unlocked(party, trade), trade, "REJECTED")


def expire(party: TradingChain, trade: int) -> tuple[TradingChain, Effects]:
    """The deadline of a trade that waits is reached: the chain ends it by itself."""
    if party.rules.trade_locks != "timeout":
        return _refuse(party, "trade_locks", "a trade waits for ever", "WA-C13")
    if (stopped := _follows(party, trade, WAITING)) is not None:
        return stopped
    if not party.is_up(trade):
        return _refuse(party, "trade_locks", "the trade's deadline is not reached", "WA-C13")
    return _enter(_unlocked(party, trade), trade, "EXPIRED")


def enter_contract(party: TradingChain, trade: int) -> tuple[TradingChain, Effects]:
    """The trade's contract is made."""
    return _follows(party, trade, ("APPROVED",), MADE) or _enter(party, trade, "CONTRACT")


def settle(party: TradingChain, trade: int) -> tuple[TradingChain, Effects]:
    """The trade, which has its contract, is settled."""
    return _follows(party, trade, ("CONTRACT",)) or _enter(party, trade, "SETTLED")


def settle_in_parallel(party: TradingChain, trade: int) -> tuple[TradingChain, Effects]:
    """The chain settles the trade by itself, whatever the others decide (WA-R17)."""
    if party.rules.trade_order != "parallel":
        return _refuse(party, "trade_order", "the trade is not checked, or has no contract", "WA-R17", "WA-C13")
    return _follows(party, trade, (*WAITING, "APPROVED")) or _sell(party, trade, "SETTLED")


def decide(party: DispatchChain, trade: int, passes: bool) -> tuple[DispatchChain, Effects]:
    """The dispatch centre has checked the trade's result."""
    if not any(each == trade for each, _ in party.heard):
        return _refuse(party, "chain_receipts", "nobody has put the trade to the centre", "WA-R15")
    if party.last_said(trade) is not None:
        return _refuse(party, "stage", "the trade is checked already", "WA-R15")
    return _enter(party, trade, PASSED if passes else FAILED)


def make_contract(party: ContractDatabase, trade: int) -> tuple[ContractDatabase, Effects]:
    """The trade's transmission contract is made, on what the rules ask for."""
    wanted = BINDING if party.rules.trade_order == "gated" else STAGES
    if not any(each == trade and said in wanted for each, said in party.heard):
        return _refuse(party, "trade_order", "the trading chain has not approved the trade", "WA-R15", "WA-C13")
    if party.last_said(trade) is not None:
        return _refuse(party, "stage", "the contract is made already", "WA-R15")
    return _enter(party, trade, MADE)


def _follows(
    party: TradingChain, trade: int, stages: Sequence[str], heard: str | None = None
) -> tuple[TradingChain, Effects] | None:
    """The refusal, unless the trade is at one of these stages and this is heard of it."""
    if party.last_said(trade) not in stages:
        return _refuse(party, "stage", f"the trade is not {' or '.join(stages)}", "WA-R15", "WA-C13")
    if heard is not None and (trade, heard) not in party.heard:
        return _refuse(party, "chain_receipts", f"nothing shows that the trade has {heard}", "WA-R16", "WA-C15")
    return None


def _sell(party: TradingChain, trade: int, stage: Stage) -> tuple[TradingChain, Effects]:
    after = _unlocked(party, trade)
    sold, sold_at = party.sold | {party.terms[trade].quantity}, {**party.sold_at, trade: party.grown}
    return _enter(replace(after, sold=sold, sold_at=sold_at), trade, stage)


def _unlocked(party: TradingChain, trade: int) -> TradingChain:
    return replace(party, locks={quantity: holder for quantity, holder in party.locks.items() if holder != trade})


def _enter(party: Party, trade: int, said: str) -> tuple[Party, Effects]:
    fact = Fact(trade, said)
    previous = party.blocks[-1].header.digest(party.chain_id) if party.blocks else chain.GENESIS
    block = Block.build(len(party.blocks), 0, previous, (fact.encode(party.chain_id),), chain.GENESIS)
    return replace(party, blocks=(*party.blocks, block)), (Entered(party.chain_id, fact),)


def _refuse(party: Party, rule: str, reason: str, *cites: str) -> tuple[Party, Effects]:
    return party, (Refused(rule, reason, cites),)
