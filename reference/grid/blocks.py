"""The blocks of a slot: what each chain is asked to enter, what its replicas decide, and what its readers take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from reference.bc_ami.tally import Tally
from reference.grid import chains, handing, keeping, moving, watch
from reference.grid.chains import App, Followed, Replicated
from reference.grid.law_chain import LawChain
from reference.grid.legal import leaf_of, told
from reference.grid.market import checked, contracted, next_step
from reference.grid.platform import take, with_register
from reference.grid.service_chain import ServiceChain
from reference.grid.state import KEYS, LAW, MARKET, SERVICES, Asked, Pending
from reference.grid.turn import Turn
from reference.ledger.chain import FinalBlock
from reference.ledger.effects import Effects, Refused, refused
from reference.sovereign_chain.trade import MADE, PASSED

A = TypeVar("A", bound=App)


def decide(turn: Turn) -> None:
    """Every chain makes its block of this slot."""
    _law(turn)
    _keys(turn)
    for service in SERVICES:
        _service(turn, service)
    _market(turn)


def _ordered(turn: Turn, name: str, party: Replicated[A], leaves: Sequence[bytes]) -> tuple[Replicated[A], FinalBlock]:
    known = turn.state.deployed
    random = known.randomness.child("network", name, turn.slot)
    after, final, tally = chains.order(
        party, tuple(leaves), known.replicas, known.parts.bc_ami, turn.conditions(), random
    )
    _tell_of(turn, name, tally)
    watch.decided(turn, name, after, final)
    return after, final


def _tell_of(turn: Turn, name: str, tally: Tally) -> None:
    if tally.view_changes:
        turn.tell("view-change", name, count=tally.view_changes)
    for lie, count in sorted(tally.lied.items()):
        turn.tell("replica-lied", name, lie=lie, count=count)


def _law(turn: Turn) -> None:
    party = turn.state.law
    app, chosen = party.app, list[tuple[bytes, int]]()
    for place, act in enumerate(turn.state.legal):
        leaf = leaf_of(turn, act)
        app, effects = app.entered(leaf)
        if (why := refused(effects)) is not None:
            turn.refuse(act.other or "regulator", act.kind, why)
        else:
            chosen.append((leaf, place))
    after, final = _ordered(turn, LAW, party, [leaf for leaf, _ in chosen])
    included = set(final.block.leaves)
    entered = [turn.state.legal[place] for leaf, place in chosen if leaf in included]
    # A lying leader has left out the others, and they are asked for again.
    turn.put(law=after, legal=tuple(turn.state.legal[place] for leaf, place in chosen if leaf not in included))
    for act in entered:
        told(turn, act)


def _keys(turn: Turn) -> None:
    party = turn.state.keys
    app, chosen = party.app, list[Asked]()
    for each in turn.state.asked:
        app, effects = app.entered(each.leaf)
        if (why := refused(effects)) is not None:
            turn.refuse(each.meter, each.what, why)
            moving.give_up(turn, each.leaf)
        else:
            chosen.append(each)
    after, final = _ordered(turn, KEYS, party, [each.leaf for each in chosen])
    included = set(final.block.leaves)
    _, effects = party.app.completed(final.block)
    turn.put(keys=after, asked=tuple(each for each in chosen if each.leaf not in included))
    watch.keys_in_force(turn)
    keeping.settle(turn, effects)


def _service(turn: Turn, name: str) -> None:
    party, plan = turn.state.services[name], turn.plan
    app = party.app.opened(turn.slot, plan.time(turn.slot - plan.delta), plan.time(turn.slot))
    work, chosen, waiting = app, list[Pending](), list[Pending]()
    for each in sorted(turn.state.pending[name], key=lambda pending: pending.slot):
        why = work.refuses(each.leaf)
        if why is None:
            chosen.append(each)
            work = work.with_leaves((each.leaf,))
        elif why.rule == "key_check" and each.slot > turn.slot - plan.delta:
            waiting.append(each)  # the chain may yet hear of the key
        else:
            kwh = plan.kwh[each.sender, each.slot] if each.own else None
            turn.refuse(each.sender, each.what, why, kwh)
    after, final = _ordered(turn, name, replace(party, app=app), [each.leaf for each in chosen])
    included = set(final.block.leaves)
    waiting += [each for each in chosen if each.leaf not in included]
    turn.put(services={**turn.state.services, name: after}, pending={**turn.state.pending, name: tuple(waiting)})
    turn.tell("included", name, count=len(final.block.leaves), waiting=len(waiting))
    watch.included(turn, name, app, final)


def _market(turn: Turn) -> None:
    party, known = turn.state.market, turn.state.deployed
    app, leaves = party.app, list[bytes]()
    for number in turn.state.trading:
        step = next_step(turn.state.others, app, number, known.validators)
        if step is None:
            continue
        leaf = step.encode(app.chain_id)
        app, effects = app.entered(leaf)
        if (why := refused(effects)) is not None:
            turn.refuse(f"trade-{number}", step.act, why)
        else:
            leaves.append(leaf)
    before = party.app.trading.facts
    after, _ = _ordered(turn, MARKET, party, leaves)
    turn.put(market=after)
    for fact in after.app.trading.facts[len(before) :]:
        _tell_of_trade(turn, fact.trade, fact.said)
    _others(turn)


def _others(turn: Turn) -> None:
    """The dispatch centre and the database do their part, on receipts of what is complete."""
    known, market = turn.state.deployed, turn.state.market.app
    for number in turn.state.trading:
        others = turn.state.others
        effects: Effects = ()
        said = market.trading.last_said(number)
        if said == "PENDING_CHECK" and others.dispatch.last_said(number) is None:
            others, effects = checked(others, market, number, known.trades[number], known.validators)
            result = "passed" if others.dispatch.last_said(number) == PASSED else "failed"
            turn.tell("trade-checked", f"trade-{number}", result=result)
        elif said == "APPROVED" and others.database.last_said(number) != MADE:
            others, effects = contracted(others, market, number, known.validators)
        if (why := refused(effects)) is not None:
            turn.refuse(f"trade-{number}", "receipt", why)
        turn.put(others=others)


def _tell_of_trade(turn: Turn, number: int, said: str) -> None:
    match said:
        case "PROPOSED":
            turn.tell("trade-proposed", f"trade-{number}")
        case "SETTLED":
            turn.tell("trade-settled", f"trade-{number}")
        case "REJECTED" | "EXPIRED":
            turn.tell("trade-rejected", f"trade-{number}", why=said.lower())
    if said in ("SETTLED", "REJECTED", "EXPIRED"):
        turn.put(trading=tuple(each for each in turn.state.trading if each != number))


def follow(turn: Turn) -> None:
    """At the end of the slot readers take the complete blocks, unless they are behind; the platform takes reports."""
    for name in SERVICES:
        _release(turn, name)
    keys, law = turn.state.keys, turn.state.law
    services = dict(turn.state.services)
    for name, party in services.items():
        if not turn.is_behind(name):
            app: ServiceChain = replace(party.app, keys=_caught_up(party.app.keys, keys))
            services[name] = replace(party, app=app)
    nodes = list(turn.state.platform.nodes)
    for place, node in enumerate(nodes):
        if not turn.is_behind(node.name):
            followed: Followed[LawChain] = _caught_up(node.law, law)
            nodes[place] = with_register(node, followed)
    turn.put(
        services={name: each.kept_from(each.height) for name, each in services.items()},
        platform=replace(turn.state.platform, nodes=tuple(nodes)),
        keys=keys.kept_from(min(each.app.keys.height for each in services.values())),
        law=law.kept_from(min(each.law.height for each in nodes)),
        market=turn.state.market.kept_from(turn.state.market.height),
    )


def _caught_up(reader: Followed[A], party: Replicated[A]) -> Followed[A]:
    while reader.height < party.height:
        after = chains.follow(reader, party.committee, party.block(reader.height))
        if isinstance(after, Refused):
            raise AssertionError(f"a reader of {party.committee.chain} does not take a final block: {after.reason}")
        reader = after
    return reader


def _release(turn: Turn, name: str) -> None:
    """The block of this slot is handed to the platform, with proofs for each report."""
    party = turn.state.services[name]
    bundle = bundled(turn, name, party.block(party.height - 1), party.app)
    hand_over(turn, name, party.height - 1, bundle, "block")


def bundled(turn: Turn, name: str, final: FinalBlock, app: ServiceChain) -> bytes:
    """A block as it is handed over by whoever has the database's key; `app` has the keys that its header names."""
    return handing.bundled(turn.state.services[name].committee.chain, turn.state.deployed.database, final, app)


def hand_over(turn: Turn, name: str, height: int, bundle: bytes, what: str) -> None:
    """The platform gets a bundle, whoever it is from."""
    names = turn.state.deployed.meters
    platform, taken, refusals = take(turn.state.platform, name, height, bundle, names)
    turn.put(platform=platform)
    for why in refusals:
        turn.refuse(f"whoever hands over {name}", what, why)
    watch.taken(turn, name, bundle, taken)
