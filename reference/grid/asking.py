"""Residents ask, and somebody hands the platform a block of his own making."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from reference.bc_ami.messages import Usage
from reference.grid import blocks, watch
from reference.grid.handing import made_up
from reference.grid.legal import signed_operation
from reference.grid.platform import Ask, answer
from reference.grid.script import Act
from reference.grid.state import SERVICES
from reference.grid.turn import Turn
from reference.ledger.effects import Refused
from reference.metering_platform.client import Client, Desk, content
from reference.metering_platform.routing import Request

SERVICE = "residents"
FORGED_KWH = Decimal("55.5")


def ask(turn: Turn, act: Act) -> None:
    """A resident asks a node for all readings of a meter."""
    meter = turn.state.meters[act.subject]
    request = _request(turn, act)
    if isinstance(request, Refused):
        turn.tell("shown-refused", act.other, meter=act.subject, reason=request.reason, rule=request.rule)
        return
    edition = turn.state.law.app.edition(turn.slot).version
    operation = signed_operation(turn, act.other, meter.service, edition, turn.state.drawn)
    asked = Ask(operation.encode(turn.state.law.app.chain_id), request)
    platform, said = answer(
        turn.state.platform, act.number, turn.plan.rules, asked, turn.slot, turn.plan.delta, meter.service,
        turn.plan.slot_by_time,
    )  # fmt: skip
    turn.put(platform=platform)
    if isinstance(said, Refused):
        turn.tell("shown-refused", act.other, meter=act.subject, reason=said.reason, rule=said.rule)
        return
    for why, count in said.withheld:
        turn.tell("shown-refused", act.other, meter=act.subject, reason=why.reason, rule=why.rule, count=count)
    if said.rows:
        turn.tell("shown", act.other, meter=act.subject, count=len(said.rows))
    watch.shown(turn, act.other, meter, said)


def _request(turn: Turn, act: Act) -> Request | Refused:
    """The request with a token for it, and a proof of whose it is. A token that does not end is kept."""
    node, wallet = turn.state.platform.nodes[act.number], turn.state.deployed.wallets[act.other]
    at = turn.plan.time(turn.slot)
    desk = Desk(node.state)
    client = Client(wallet, desk, drawn=turn.state.drawn)
    token = turn.state.tokens.get(act.other)
    if token is None:
        response = client.sign_in(SERVICE, at)
        if response.status != 200:
            error = content(response)["error"]
            return Refused(error["rule"], error["reason"], tuple(error["cites"]))
        token = client.tokens[SERVICE]
        nodes = tuple(replace(each, state=desk.state) if each is node else each for each in turn.state.platform.nodes)
        turn.put(platform=replace(turn.state.platform, nodes=nodes))
        if node.state.rules.token_life == "for-ever":
            turn.put(tokens={**turn.state.tokens, act.other: token})
    asked = client.bearing(Request("GET", f"/meters/{act.subject}/readings", at=at), token)
    turn.put(drawn=client.drawn)
    return asked


def forge(turn: Turn, act: Act) -> None:
    """Whoever hands over blocks makes one up: a report under a key of his own, a certificate that he signs alone."""
    known, name = turn.state.deployed, act.subject
    party, mdms = turn.state.services[name], turn.state.platform.mdms[name]
    victim = next((each for each in turn.state.meters.values() if each.service == name), None)
    if victim is None or name not in SERVICES:
        return
    random = known.randomness.child("forged block", name, turn.slot)
    usage = Usage(FORGED_KWH, turn.plan.time(turn.slot))
    bundle = made_up(mdms, known.database, party.app, known.recipients[name], victim.hid, usage, random)
    turn.tell("block-forged", name, meter=victim.name)
    blocks.hand_over(turn, name, mdms.cursor, bundle, "block that no quorum has signed")
