"""The bridge between the model `Trading` and three kinds of chains with real blocks and receipts.

Trade t is the t-th trade, and Chain c the c-th trading chain. The way back reads the blocks, and verifies anew the
receipts that the chains have in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, make_event, relation, size
from reference.sovereign_chain import trade_world as world_of
from reference.sovereign_chain.receipts import Receipt, fault
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.trade import BINDING, FAILED, MADE, PASSED, STAGES, Chain
from reference.sovereign_chain.trade_world import ACTIONS, DATABASE, DISPATCH, Event, TradeWorld

Args = Mapping[str, int]
CHECKS: tuple[str | None, ...] = (None, PASSED, FAILED)
"""The model's values of a check, in their order."""


class TradeBridge:
    """Plays a model's trace on the chains, and says what their bytes amount to. Arguments of actions are t, c and h."""

    world: TradeWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh chains. `rigid` has the model's tables: `quantity`, `at`, `deadline` and `home`.

        Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Trade", "Quantity", "Chain", "Height")}
        trades = self._sizes["Trade"]
        self.world = world_of.deploy(
            rules,
            seed,
            chains=self._sizes["Chain"],
            at=rigid.get("at", [0] * trades),
            quantity=rigid.get("quantity", [0] * trades),
            deadline=rigid.get("deadline", [0] * trades),
            home=rigid.get("home", [0] * self._sizes["Quantity"]),
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, dict[Index, int]]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        trades, chains = range(self._sizes["Trade"]), range(self._sizes["Chain"])
        wanted = BINDING if world.rules.trade_order == "gated" else STAGES
        stages: dict[Index, int] = {(t,): _stage(world.trading_of(t).last_said(t)) for t in trades}
        true: dict[str, list[Index]] = {
            "locked": [(t,) for t in trades if t in world.trading_of(t).locks.values()],
            "late": [(t,) for t in trades if _late(world, t)],
            "sold": [(c, q) for c in chains for q in world.trading[c].sold],
            "reached": [(c, h) for c in chains for h in range(world.trading[c].grown)],
            "contract": [(t,) for t in trades if world.database.last_said(t) == MADE],
            "heard_of": [(t,) for t in trades if _heard(world, world.dispatch, t, STAGES)],
            "heard_passed": [(t,) for t in trades if _heard(world, world.trading_of(t), t, (PASSED,))],
            "heard_failed": [(t,) for t in trades if _heard(world, world.trading_of(t), t, (FAILED,))],
            "heard_go": [(t,) for t in trades if _heard(world, world.database, t, wanted)],
            "heard_made": [(t,) for t in trades if _heard(world, world.trading_of(t), t, (MADE,))],
            "calm": [()] if world.calm else [],
        }
        tables: dict[str, dict[Index, int]] = {
            name: dict(relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name]))) for name in true
        }
        checks: dict[Index, int] = {(t,): CHECKS.index(world.dispatch.last_said(t)) for t in trades}
        return {**tables, "stage": stages, "check": checks}


def _stage(said: str | None) -> int:
    """The model's number of a stage: 0 for none."""
    return (None, *STAGES).index(said)


def _late(world: TradeWorld, number: int) -> bool:
    party = world.trading_of(number)
    return number in party.sold_at and party.sold_at[number] > party.terms[number].deadline


def _heard(world: TradeWorld, party: Chain, number: int, wanted: Sequence[str]) -> bool:
    """Whether the party has a receipt in memory that says one of these of the trade, and that counts."""
    return any(
        each == number and said in wanted and _counts(world, party, said, number, data)
        for (each, said), data in party.heard.items()
    )


def _counts(world: TradeWorld, party: Chain, said: str, number: int, data: bytes) -> bool:
    source = {PASSED: DISPATCH, FAILED: DISPATCH, MADE: DATABASE}.get(said, world.trading_of(number).chain_id)
    return fault(party.rules.chain_receipts, party.followed, Receipt.decode(source, data)) is None


def _maker(action: str) -> Callable[[Args], Event]:
    if action == "grow":
        return lambda a: Event(action, chain=a["c"], height=a["h"])
    if action == "crash_at_trading":
        return lambda a: Event(action, chain=a["c"])
    if action in ("calm_down", "crash_at_dispatch", "crash_at_database"):
        return lambda a: Event(action)
    return lambda a: Event(action, trade=a["t"])


_MAKERS: Mapping[str, Callable[[Args], Event]] = {action: _maker(action) for action in ACTIONS}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "locked": ("Trade",),
    "late": ("Trade",),
    "sold": ("Chain", "Quantity"),
    "reached": ("Chain", "Height"),
    "contract": ("Trade",),
    "heard_of": ("Trade",),
    "heard_passed": ("Trade",),
    "heard_failed": ("Trade",),
    "heard_go": ("Trade",),
    "heard_made": ("Trade",),
    "calm": (),
}
