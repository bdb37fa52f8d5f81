"""The platform: it takes final blocks of the service chains, and its nodes answer residents (IS-R18, ZD-R24, WA-R12).

What it verifies of a block is for bc-ami's MDMS to say; who asks, for the metering platform's tokens and proofs; whose
a reading is, for its decision; whether the law releases it, for sovereign-chain's contracts and denials. Here is what
lies between them: as of which block each of them is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from meterproof.contracts import Contract
from meterproof.contracts import decide as decided
from reference.bc_ami import mdms
from reference.bc_ami.effects import Recorded, Skipped
from reference.bc_ami.mdms import Mdms
from reference.grid.chains import Followed
from reference.grid.law_chain import LawChain, law_check
from reference.grid.rules import JudgedAt, Rules, TenancyCheck
from reference.ledger.effects import Effects, Refused, refused
from reference.metering_platform import access
from reference.metering_platform.decide import Resource, decide
from reference.metering_platform.handle import route_at
from reference.metering_platform.records import Content, Record
from reference.metering_platform.routes.residents import READING
from reference.metering_platform.routing import Denied, Request, Subject
from reference.metering_platform.rules import Rules as PlatformRules
from reference.metering_platform.state import PlatformState
from reference.sovereign_chain.operations import Editions, Judgement, judge

ISSUER = "grid"


class Row(NamedTuple):
    """A reading that the platform has: its time in seconds, and the service chain and block that counted it."""

    time: int
    kwh: Decimal
    chain: str
    height: int


@dataclass(frozen=True)
class Node:
    """A node that answers: what it has of the contract chain, and the platform as far as it knows it.

    `first` is the copy of the law that it was given at the start. `state` has accounts, token keys, and the register.
    """

    name: str
    first: LawChain
    law: Followed[LawChain]
    state: PlatformState


@dataclass(frozen=True)
class Platform:
    """`mdms` takes the blocks of each service chain; `rows` are the readings by meter, in the order of their taking."""

    mdms: Mapping[str, Mdms]
    nodes: tuple[Node, ...]
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)


class Taken(NamedTuple):
    """A reading that the platform has taken."""

    meter: str
    row: Row


def take(
    platform: Platform, chain: str, height: int, bundle: bytes, names: Mapping[bytes, str]
) -> tuple[Platform, tuple[Taken, ...], tuple[Refused, ...]]:
    """The platform after a block was handed to it, what it took, and what it refused. `names` is by HID."""
    party, effects = mdms.step(platform.mdms[chain], mdms.Released(bundle))
    party, _ = mdms.step(party, mdms.Archived())
    taken = tuple(
        Taken(names[each.hid], Row(each.time, each.kwh, chain, height))
        for each in effects
        if isinstance(each, Recorded)
    )
    rows = dict(platform.rows)
    for each in taken:
        rows[each.meter] = (*rows.get(each.meter, ()), each.row)
    after = replace(platform, mdms={**platform.mdms, chain: party}, rows=rows)
    return after, taken, _refusals(effects)


def _refusals(effects: Effects) -> tuple[Refused, ...]:
    skipped = tuple(Refused("encryption", each.reason, ("IS-R18",)) for each in effects if isinstance(each, Skipped))
    whole = refused(effects)
    return skipped if whole is None else (whole, *skipped)


@dataclass(frozen=True)
class Ask:
    """A resident asks for a meter's readings: the signed operation, and the request with token and proof."""

    operation: bytes
    request: Request


@dataclass(frozen=True)
class Answer:
    """What is shown of a meter: its rows, and why others are not, with how many each reason is about."""

    meter: str
    rows: tuple[Row, ...]
    withheld: tuple[tuple[Refused, int], ...] = ()


def answer(
    platform: Platform,
    place: int,
    rules: Rules,
    ask: Ask,
    slot: int,
    delta: int,
    service: str,
    slots: Mapping[int, int],
) -> tuple[Platform, Answer | Refused]:
    """What the node at this place answers in a slot. `slots` is the slot of each time of a reading."""
    node = platform.nodes[place]
    law = law_check(rules.law_check, node.first, node.law, slot, delta)
    if isinstance(law, Refused):
        return platform, law
    known = law_height(rules, node, slot)
    try:
        route, path = route_at(ask.request.method, ask.request.path)
        who = access.subject(node.state, route, ask.request)
    except Denied as denied:
        return platform, Refused(denied.rule, denied.reason, denied.cites)
    assert who is not None, "the route of readings is not open"
    state = access.spent(node.state, who.proof, ask.request.at)
    nodes = tuple(replace(each, state=state) if each is node else each for each in platform.nodes)
    after, meter = replace(platform, nodes=nodes), path["meter"]
    asked = judge(law.chain_id, "current-edition", Editions((law.edition(known),)), law.genesis.users, ask.operation)
    if isinstance(asked, Refused):
        return after, asked
    if law.genesis.users[asked.operation.user] != node.state.accounts[who.user].signing:
        return after, Refused("identity", "the operation is signed by another than the asker", ("GR-R4", "WA-C4"))
    if asked.operation.request.data != data_of(service):
        return after, Refused("encoding", "what is signed is about other data than what is asked for", ("WA-C8",))
    if rules.law_check != "own-copy" and law.against(asked, known):
        return after, Refused("denial", "the user is denied this", ("WA-C9", "GR-R4"))
    shown: list[Row] = []
    withheld: dict[Refused, int] = {}
    for row in platform.rows.get(meter, ()):
        why = tenancy_check(rules.tenancy_check, node, who, meter, row, slots) or _unreleased(
            rules.judged_at, law, asked, known, row
        )
        if why is None:
            shown.append(row)
        else:
            withheld[why] = withheld.get(why, 0) + 1
    return after, Answer(meter, tuple(shown), tuple(withheld.items()))


def law_height(rules: Rules, node: Node, slot: int) -> int:
    """The height at which a node takes law and denials to be in force: its checkpoint's, or none but the first."""
    return 0 if rules.law_check == "own-copy" else max(node.law.covers, 0)


def tenancy_check(
    rule: TenancyCheck, node: Node, who: Subject, meter: str, row: Row, slots: Mapping[int, int]
) -> Refused | None:
    """Why a reading is not the asker's, as far as the node can tell; None if it is (GR-R3)."""
    if rule == "covered" and slots[row.time] > node.law.covers:
        return Refused("tenancy_check", "the register does not reach the time of the reading yet", ("GR-R3", "ZD-C13"))
    name, content = f"{row.chain}-{row.height}", Content(plain=str(row.kwh).encode())
    record = Record(
        name, "II", READING, meter, ISSUER, row.time, row.time, None, None, content, 0, row.height
    )  # fmt: skip
    if decide(node.state, who, "read", Resource.of(record)):
        return None
    return Refused("tenancy_check", "the meter was not the asker's at the time of the reading", ("GR-R3", "ZD-C13"))


def _unreleased(rule: JudgedAt, law: LawChain, asked: Judgement, known: int, row: Row) -> Refused | None:
    """Why the law does not release a reading, by the edition that the rule looks at; None if it does (GR-R5)."""
    edition = judging_edition(rule, law, known, row)
    said = decided(edition, asked.operation.request)
    if said.outcome == "allow":
        return None
    return Refused("judged_at", f"{edition.label} does not release {asked.operation.request.data}", ("GR-R5", "WA-R12"))


def judging_edition(rule: JudgedAt, law: LawChain, known: int, row: Row) -> Contract:
    """The edition of when the reading was included, or the one in force as far as the node knows."""
    return law.edition(row.height if rule == "inclusion" else known)


def with_register(node: Node, law: Followed[LawChain]) -> Node:
    """The node with a later prefix of the contract chain, and the register that this has."""
    return replace(node, law=law, state=replace(node.state, meters=dict(law.app.tenancies)))


def platform_rules(rule: TenancyCheck, hardened: PlatformRules) -> PlatformRules:
    """The platform's own rules: where tokens say whose a meter is, they carry rights, and do not end."""
    if rule != "token":
        return hardened
    return replace(hardened, ownership="present-owner", permissions="in-token", token_life="for-ever")


def data_of(service: str) -> str:
    """What the law calls the readings of a service."""
    return f"{service}-readings"
