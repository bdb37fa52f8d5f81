"""The machine `Trading` with real bytes: trading chains, the dispatch chain, the contract database, and the network.

Each chain has validators, and had others before them, whose keys are the adversary's by now; all chains know that they
were replaced. Receipts are made by whoever has the blocks and asks the validators for their signatures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.ledger import chain
from reference.ledger.chain import Block
from reference.ledger.effects import Effects, Refused, refused
from reference.sovereign_chain import trade
from reference.sovereign_chain.receipts import Validators, receipt_of
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.trade import (
    FAILED,
    MADE,
    PASSED,
    Chain,
    ContractDatabase,
    DispatchChain,
    Fact,
    Terms,
    TradingChain,
)

DISPATCH, DATABASE = "dispatch", "contract-database"
MEMBERS, NEEDED = 4, 3


@dataclass(frozen=True)
class TradeWorld:
    """`at` has the number of the trading chain of each trade. `validators` has for each chain the set that was replaced
    and the one in force. In `calm` nothing is lost any more."""

    rules: Rules
    trading: tuple[TradingChain, ...]
    dispatch: DispatchChain
    database: ContractDatabase
    at: tuple[int, ...]
    validators: Mapping[str, tuple[Validators, Validators]]
    calm: bool = False

    def trading_of(self, number: int) -> TradingChain:
        """The trading chain of a trade."""
        return self.trading[self.at[number]]


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the trade or the chain of this number, where it is on one."""

    action: str
    trade: int = 0
    chain: int = 0
    height: int = 0


Outcome = tuple[TradeWorld, Effects]


def deploy(
    rules: Rules,
    seed: int,
    *,
    chains: int,
    at: Sequence[int],
    quantity: Sequence[int],
    deadline: Sequence[int],
    home: Sequence[int],
) -> TradeWorld:
    """So many trading chains, and a trade for each entry of `at`, `quantity` and `deadline`; `home` is by quantity.

    Raises InputError for a chain or quantity that does not exist.
    """
    if not {*at, *home} <= set(range(chains)) or not set(quantity) <= set(range(len(home))):
        raise InputError(
            "a trade's chain or quantity does not exist", allowed=f"{chains} chains, {len(home)} quantities"
        )
    names = [f"power-trading-{number}" for number in range(chains)]
    stream = Randomness.from_seed(seed)
    validators = {name: _sets(name, stream) for name in (*names, DISPATCH, DATABASE)}
    followed = {name: (old.of, new.of) for name, (old, new) in validators.items()}
    terms = {
        number: Terms(quantity[number], names[home[quantity[number]]], deadline[number]) for number in range(len(at))
    }
    trading = tuple(
        TradingChain(name, rules, followed, terms=_of_chain(terms, at, number), dispatch=DISPATCH, database=DATABASE)
        for number, name in enumerate(names)
    )
    of_trades = {name: followed[name] for name in names}
    dispatch, database = DispatchChain(DISPATCH, rules, of_trades), ContractDatabase(DATABASE, rules, of_trades)
    return TradeWorld(rules, trading, dispatch, database, tuple(at), validators)


def _sets(name: str, stream: Randomness) -> tuple[Validators, Validators]:
    old, new = (Validators.drawn(name, epoch, MEMBERS, NEEDED, stream) for epoch in (0, 1))
    return old, new


def _of_chain(terms: Mapping[int, Terms], at: Sequence[int], chain_number: int) -> dict[int, Terms]:
    return {number: each for number, each in terms.items() if at[number] == chain_number}


def step(world: TradeWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.trade < len(world.at):
        return _refuse(world, "trade", f"there is no trade {event.trade}")
    if not 0 <= event.chain < len(world.trading):
        return _refuse(world, "chain", f"there is no chain {event.chain}")
    if event.action in _AT_TRADING:
        return _at_trading(world, event.trade, _AT_TRADING[event.action](world.trading_of(event.trade), event.trade))
    return _OTHERS[event.action](world, event)


def _grow(world: TradeWorld, event: Event) -> Outcome:
    party = world.trading[event.chain]
    if party.grown != event.height:
        return _refuse(world, "place", "this is not the chain's next height", "WA-R18")
    return _with_trading(world, event.chain, trade.grow(party)), ()


def _find(passes: bool) -> Callable[[TradeWorld, Event], Outcome]:
    def find(world: TradeWorld, event: Event) -> Outcome:
        after, effects = trade.decide(world.dispatch, event.trade, passes)
        return replace(world, dispatch=after), effects

    return find


def _make_contract(world: TradeWorld, event: Event) -> Outcome:
    after, effects = trade.make_contract(world.database, event.trade)
    return replace(world, database=after), effects


def _carry_request(world: TradeWorld, event: Event) -> Outcome:
    source = world.trading_of(event.trade)
    said = source.last_said(event.trade)
    return _carried(world, source, world.dispatch, event.trade, None if said == "PROPOSED" else said)


def _carry_go(world: TradeWorld, event: Event) -> Outcome:
    source = world.trading_of(event.trade)
    said = source.last_said(event.trade)
    wanted = trade.BINDING if world.rules.trade_order == "gated" else trade.STAGES
    return _carried(world, source, world.database, event.trade, said if said in wanted else None)


def _carry_result(said: str) -> Callable[[TradeWorld, Event], Outcome]:
    def carry(world: TradeWorld, event: Event) -> Outcome:
        source: Chain = world.database if said == MADE else world.dispatch
        has = said if source.last_said(event.trade) == said else None
        return _carried(world, source, world.trading_of(event.trade), event.trade, has)

    return carry


def _carried(world: TradeWorld, source: Chain, target: Chain, number: int, said: str | None) -> Outcome:
    """An honest receipt of the source's fact reaches the target."""
    block = None if said is None else source.block_with(number, said)
    if block is None:
        return _refuse(world, "stage", f"{source.chain_id} has nothing of the kind of trade {number}", "WA-R16")
    receipt = receipt_of(world.rules.chain_receipts, world.validators[source.chain_id][1], block, 0)
    return _heard(world, target, source.chain_id, receipt.encode())


def _forge(said: str) -> Callable[[TradeWorld, Event], Outcome]:
    def forge(world: TradeWorld, event: Event) -> Outcome:
        of_trade = world.trading_of(event.trade)
        source, target = {
            PASSED: (DISPATCH, of_trade),
            FAILED: (DISPATCH, of_trade),
            MADE: (DATABASE, of_trade),
            "APPROVED": (of_trade.chain_id, world.database),
        }[said]
        return _heard(world, target, source, forged_receipt(world, source, Fact(event.trade, said)))

    return forge


def forged_receipt(world: TradeWorld, source: str, fact: Fact) -> bytes:
    """What the adversary makes up with the keys of a set that was replaced: a block that the chain does not have."""
    block = Block.build(0, 0, chain.GENESIS, (fact.encode(source),), chain.GENESIS)
    return receipt_of(world.rules.chain_receipts, world.validators[source][0], block, 0).encode()


def _heard(world: TradeWorld, target: Chain, source: str, data: bytes) -> Outcome:
    if isinstance(target, TradingChain):
        heard, effects = trade.hear(target, source, data)
        return _with_trading(world, world.trading.index(target), heard), effects
    if isinstance(target, DispatchChain):
        at_dispatch, effects = trade.hear(target, source, data)
        return replace(world, dispatch=at_dispatch), effects
    assert isinstance(target, ContractDatabase)
    at_database, effects = trade.hear(target, source, data)
    return replace(world, database=at_database), effects


def _calm_down(world: TradeWorld, event: Event) -> Outcome:
    return _refuse(world, "network", "it is calm already") if world.calm else (replace(world, calm=True), ())


def _crash_at_trading(world: TradeWorld, event: Event) -> Outcome:
    if world.calm:
        return _refuse(world, "network", "nothing crashes any more")
    return _with_trading(world, event.chain, trade.forget(world.trading[event.chain])), ()


def _crash_at_dispatch(world: TradeWorld, event: Event) -> Outcome:
    if world.calm:
        return _refuse(world, "network", "nothing crashes any more")
    return replace(world, dispatch=trade.forget(world.dispatch)), ()


def _crash_at_database(world: TradeWorld, event: Event) -> Outcome:
    if world.calm:
        return _refuse(world, "network", "nothing crashes any more")
    return replace(world, database=trade.forget(world.database)), ()


def _lose(world: TradeWorld, event: Event) -> Outcome:
    if world.calm:
        return _refuse(world, "network", "nothing is lost any more")
    after = _with_trading(world, world.at[event.trade], trade.forget(world.trading_of(event.trade), event.trade))
    dispatch = trade.forget(after.dispatch, event.trade)
    return replace(after, dispatch=dispatch, database=trade.forget(after.database, event.trade)), ()


def _at_trading(world: TradeWorld, number: int, outcome: tuple[TradingChain, Effects]) -> Outcome:
    after, effects = outcome
    return (world if refused(effects) else _with_trading(world, world.at[number], after)), effects


def _with_trading(world: TradeWorld, number: int, party: TradingChain) -> TradeWorld:
    return replace(world, trading=(*world.trading[:number], party, *world.trading[number + 1 :]))


def _refuse(world: TradeWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_AT_TRADING: Mapping[str, Callable[[TradingChain, int], tuple[TradingChain, Effects]]] = {
    "propose": trade.propose,
    "submit": trade.submit,
    "accept": trade.accept,
    "refuse": trade.refuse,
    "expire": trade.expire,
    "enter_contract": trade.enter_contract,
    "settle": trade.settle,
    "settle_in_parallel": trade.settle_in_parallel,
}
_OTHERS: Mapping[str, Callable[[TradeWorld, Event], Outcome]] = {
    "grow": _grow,
    "find_secure": _find(True),
    "find_insecure": _find(False),
    "make_contract": _make_contract,
    "carry_request": _carry_request,
    "carry_passed": _carry_result(PASSED),
    "carry_failed": _carry_result(FAILED),
    "carry_go": _carry_go,
    "carry_made": _carry_result(MADE),
    "calm_down": _calm_down,
    "forge_passed": _forge(PASSED),
    "forge_failed": _forge(FAILED),
    "forge_go": _forge("APPROVED"),
    "forge_made": _forge(MADE),
    "crash_at_trading": _crash_at_trading,
    "crash_at_dispatch": _crash_at_dispatch,
    "crash_at_database": _crash_at_database,
    "lose": _lose,
}
ACTIONS = (*_AT_TRADING, *_OTHERS)
