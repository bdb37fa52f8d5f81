"""A day on the grid, slot by slot: begin, advance until it is finished, and sum up.

In a slot, first what fails and what people do, on what was complete before it; then meters report; then each chain
makes its block; then readers follow and the platform takes what has become final; then the monitors look. Everything is
a function of plan and state: there is no clock, and all randomness is the seed's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from reference.grid import acts, blocks, keeping, legal, moving, reporting, watch
from reference.grid.books import Refusal
from reference.grid.deploy import begun, deployed
from reference.grid.devices import name_of
from reference.grid.events import Happened
from reference.grid.freezing import frozen, thawed
from reference.grid.plan import DayPlan
from reference.grid.state import KEYS, LAW, MARKET, DayState
from reference.grid.turn import Turn
from reference.grid.watch import Verdict
from reference.sovereign_chain.registry import edition_of


@dataclass(frozen=True)
class DaySummary:
    """What came of a day. `totals` are kWh by meter and by where they are; `agrees` says of each meter whether they add
    up. `why` has the reason of each monitor that is violated. `refused` are all items that somebody did not take.
    `chains` has a digest of all blocks and certificates of each chain."""

    slots: int
    totals: Mapping[str, Mapping[str, Decimal]]
    agrees: Mapping[str, bool]
    monitors: Mapping[str, Verdict]
    why: Mapping[str, str]
    refused: tuple[Refusal, ...]
    shown: int
    chains: Mapping[str, str]


def begin(plan: DayPlan) -> DayState:
    """The state before the first slot: devices placed, routes planned, keys drawn, and nobody enrolled yet."""
    return begun(plan)


def advance(plan: DayPlan, state: DayState) -> tuple[DayState, tuple[Happened, ...]]:
    """One slot on: the state after it, and what happened in it. Raises NoQuorum if too many replicas fail at once."""
    turn = Turn(plan, state)
    if turn.slot == 0:
        _tell_of_the_beginning(turn)
    legal.in_force(turn)
    acts.faults(turn)
    acts.play(turn)
    keeping.apply_for_keys(turn)
    moving.advance(turn)
    reporting.measure(turn)
    reporting.send(turn)
    blocks.decide(turn)
    blocks.follow(turn)
    watch.at_the_end(turn)
    return replace(turn.state, slot=turn.slot + 1), tuple(turn.events)


def _tell_of_the_beginning(turn: Turn) -> None:
    known, state = turn.state.deployed, turn.state
    for device, (x, y) in enumerate(known.points):
        meters = list(known.homes.values()).count(device)
        turn.tell("placed", name_of(device), x_m=round(1000 * x), y_m=round(1000 * y), meters=meters)
    for device, nodes in state.routes.items():
        turn.tell("routed", name_of(device), by=" ".join(nodes[1:]))
    for source in state.law.app.genesis.originals:
        edition = edition_of(source)
        turn.tell("rule-in-force", edition.label, version=edition.version)
    for meter, stays in state.books.lived.items():
        for stay in stays:
            turn.tell("moved-in", stay.resident, meter=meter)


def finished(plan: DayPlan, state: DayState) -> bool:
    """Whether all slots are played."""
    return state.slot >= plan.slots


def summary(plan: DayPlan, state: DayState) -> DaySummary:
    """What has come of the day so far."""
    turn, names = Turn(plan, state), [each.name for each in plan.meters]
    chains = {KEYS: state.keys.link, LAW: state.law.link, MARKET: state.market.link}
    chains |= {name: each.link for name, each in state.services.items()}
    return DaySummary(
        slots=state.slot,
        totals=watch.totals(names, turn),
        agrees=watch.agreeing(names, turn),
        monitors=watch.verdicts(state.books),
        why=dict(state.books.violated),
        refused=state.books.refusals,
        shown=state.books.shown,
        chains={name: chains[name].hex() for name in sorted(chains)},
    )


def freeze(state: DayState) -> bytes:
    """The state as bytes, without what follows from the plan; equal states give equal ones."""
    return frozen(state)


def thaw(plan: DayPlan, data: bytes) -> DayState:
    """The state that was frozen, of a day of this plan. Raises Malformed for bytes that are none."""
    return thawed(data, deployed(plan))
