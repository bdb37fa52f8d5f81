"""The machine `Grid` with real bytes: how its world begins, and each action of the model made concrete.

What a slot's end brings about is here, the rest in `grid_counting` and `grid_answers`; the world itself is in
`grid_state`, which says what is simplified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from meterproof.errors import InputError
from reference.grid import deploy as of_day
from reference.grid import grid_answers as answers
from reference.grid import grid_counting as counting
from reference.grid.chains import Followed
from reference.grid.grid_state import (
    About,
    Answering,
    Counter,
    GridWorld,
    Line,
    Outcome,
    meter_name,
    refuse,
    user_name,
    written,
)
from reference.grid.plan import DayPlan, Site
from reference.grid.rules import Rules
from reference.grid.script import Act, Script
from reference.grid.state import SERVICES, DayState
from reference.ledger.effects import Refused, refused
from reference.metering_platform.state import Interval
from reference.metering_platform.state import Meter as RegisteredMeter


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of what it is about.

    `other` is a slot beside the present one, `copied` a key of which the adversary has a copy.
    """

    action: str
    user: int = 0
    meter: int = 0
    key: int = 0
    copied: int = 0
    record: int = 0
    chain: int = 0
    node: int = 0
    edition: int = 0
    slot: int = 0
    other: int = 0


def deploy(
    rules: Rules,
    seed: int,
    *,
    users: int,
    first: Sequence[int],
    records: Sequence[About],
    chains: int,
    nodes: int,
    permits: Sequence[Sequence[bool]],
    original: int,
    oldest: Sequence[int],
) -> GridWorld:
    """So many users, service chains and nodes; a meter for each entry of `first`, which says whose it is to begin with.

    `permits` is by edition and record, `oldest` by slot. Raises InputError for more service chains than there are.
    """
    if not 1 <= chains <= len(SERVICES):
        raise InputError(f"the grid has no {chains} service chains", allowed=f"1 to {len(SERVICES)}")
    plan, state = _begun(rules, seed, users, len(first), len(oldest))
    since = plan.time(0)
    tenancies = {
        meter_name(m): RegisteredMeter(meter_name(m), "smart", (Interval(user_name(u), since),))
        for m, u in enumerate(first)
    }
    allowed = tuple(tuple(bool(each) for each in row) for row in permits)
    genesis = replace(state.law.app.genesis, originals=(written(1, 0, original, allowed[original]),))
    law = replace(state.law.app, genesis=genesis, tenancies=tenancies)
    platform = state.platform
    each = platform.nodes[0]
    known = replace(each, first=law, law=Followed(law), state=replace(each.state, meters=dict(tenancies)))
    world = GridWorld(
        plan,
        state.deployed,
        tuple(oldest),
        tuple(records),
        allowed,
        Line(state.keys.committee, (state.keys.app,), state.keys.app),
        Line(state.law.committee, (law,), law),
        tuple(
            Counter(party.committee, party.app.keys, party.app, party.app)
            for party in (state.services[name] for name in SERVICES[:chains])
        ),
        tuple(
            Answering(replace(platform, nodes=(replace(known, name=f"node-{place}"),))) for place in range(nodes)
        ),
        tuple(state.meters.values()),
        state.root,
        known.state,
        made=((),) * len(first),
    )  # fmt: skip
    return _opened(world)


@cache
def _begun(rules: Rules, seed: int, users: int, meters: int, slots: int) -> tuple[DayPlan, DayState]:
    sites = tuple(Site(meter_name(m), float(m), 0.0) for m in range(meters))
    residents = Script(tuple(Act(0, "ask", sites[0].name, user_name(u)) for u in range(users)))
    plan = DayPlan(rules, sites, (), slots, seed, script=residents)
    return plan, of_day.begun(plan)


def _opened(world: GridWorld) -> GridWorld:
    return replace(world, services=tuple(counting.opened(world, each) for each in world.services))


def step(world: GridWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    after, effects = _STEPS[event.action](world, event)
    return (world if refused(effects) is not None else after), effects


def _advance(world: GridWorld, event: Event) -> Outcome:
    """All blocks of the slot are complete, and the next slot begins."""
    if (event.slot, event.other) != (world.slot, world.slot + 1) or event.other >= len(world.oldest):
        return refuse(world, "slot", "this is not the next slot")
    pairs, changed = world.deployed.replicas, answers.new_edition(world, event.edition)
    if isinstance(changed, Refused):
        return world, (changed,)
    after = answers.moved_in(
        replace(
            changed,
            slot=event.other,
            keys=world.keys.closed(pairs),
            law=changed.law.closed(pairs),
            services=tuple(each.closed(world.slot, pairs) for each in world.services),
            shown=(),
        )
    )
    return (world, (after,)) if isinstance(after, Refused) else (_opened(after), ())


_STEPS: Mapping[str, Callable[[GridWorld, Event], Outcome]] = {
    "advance": _advance,
    "make": lambda w, e: counting.make(w, e.meter, e.key),
    "install": lambda w, e: counting.install(w, e.meter, e.key),
    "revoke": lambda w, e: counting.revoke(w, e.meter, e.key),
    "generate_key": lambda w, e: counting.generate_key(w, e.key),
    "copy_key": lambda w, e: counting.copy_key(w, e.meter, e.key),
    "take_over": lambda w, e: counting.take_over(w, e.meter, e.copied, e.key),
    "emit": lambda w, e: counting.emit(w, e.record, e.meter, e.key, e.slot),
    "forge": lambda w, e: counting.forge(w, e.record, e.key),
    "fetch_keys": lambda w, e: counting.fetch_keys(w, e.chain, e.other),
    "include": lambda w, e: counting.include(w, e.record, e.meter, e.key, e.chain, e.slot),
    "deny": lambda w, e: answers.deny(w, e.user, e.slot),
    "pardon": lambda w, e: answers.pardon(w, e.user, e.slot),
    "hand_over": lambda w, e: answers.hand_over(w, e.meter, e.user, e.slot),
    "fetch_law": lambda w, e: answers.fetch_law(w, e.node, e.other),
    "take": lambda w, e: answers.take_in(w, e.node, e.record, e.chain, e.other),
    "inject": lambda w, e: answers.inject(w, e.node, e.record),
    "substitute": lambda w, e: answers.substitute(w, e.node, e.record),
    "log_in": lambda w, e: answers.log_in(w, e.user, e.meter),
    "show": lambda w, e: answers.show(w, e.node, e.user, e.record, e.meter),
}
