"""What regulators, the register, residents and the platform's nodes do in the world of `Grid` (GR-R3 to GR-R5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reference.bc_ami.messages import Usage
from reference.crypto.signing import KeyPair
from reference.grid import chains
from reference.grid.entries import denial_entry, edition_entry, next_version, operation_of
from reference.grid.grid_state import (
    Answering,
    GridWorld,
    Outcome,
    draft_of,
    kwh_of,
    meter_name,
    record_with,
    refuse,
    service_of,
    user_name,
    written,
)
from reference.grid.handing import bundled, made_up
from reference.grid.law_chain import LawChain, Tenancy
from reference.grid.platform import Answer, Ask, Row, answer, take, with_register
from reference.grid.state import SERVICES
from reference.ledger.effects import Refused
from reference.metering_platform.client import Client, Desk, content
from reference.metering_platform.routing import Request
from reference.sovereign_chain.denials import Decision, Denial

ACCESS = "residents"
"""The service that tokens of residents are for."""
FOREVER = 1 << 20
"""A height that no denial lasts until: those of the model are ended by a decision."""

# ---- the contract chain


def deny(world: GridWorld, user: int, slot: int) -> Outcome:
    """In this block the user is denied all that the law speaks of: an entry for each, for something that he asked."""
    if slot != world.slot or is_denied(world, world.law.draft, user):
        return refuse(world, "place", "this is not the present slot, or the user is denied already", "WA-C9")
    law, edition = world.law, world.law.draft.edition(slot).version
    for record in range(len(world.records)):
        count = world.drawn + record
        at, service = world.plan.time(slot), service_of(record)
        asked = operation_of(world.deployed, law.draft, user_name(user), service, at, edition, count)
        found = _entered(world, [denial_entry(world.deployed, law.draft, asked, service, FOREVER)])
        if isinstance(found, Refused):
            return world, (found,)
        world = found
        law = world.law
    return replace(world, drawn=world.drawn + len(world.records)), ()


def pardon(world: GridWorld, user: int, slot: int) -> Outcome:
    """In this block the validators grant the user's appeals against all that he is denied."""
    if slot != world.slot or not is_denied(world, world.law.draft, user):
        return refuse(world, "place", "this is not the present slot, or the user is not denied", "WA-C9")
    chain_id = world.law.draft.chain_id
    signers = world.deployed.validators[chain_id]
    standing = _standing(world, world.law.draft, user)
    leaves = [Decision(each.operation).voted(signers).encode(chain_id) for each in standing]
    found = _entered(world, leaves)
    return (world, (found,)) if isinstance(found, Refused) else (found, ())


def _standing(world: GridWorld, law: LawChain, user: int) -> list[Denial]:
    known, name = law.known, world.deployed.names.name(user_name(user).encode(), law.chain_id)
    return [each for each in known.denials if each.user == name and each.operation not in known.lifted]


def is_denied(world: GridWorld, law: LawChain, user: int) -> bool:
    """Whether, by this state of the contract chain, denials stand against all that the user may ask for."""
    return {each.place for each in _standing(world, law, user)} == {service_of(r) for r in range(len(world.records))}


def _entered(world: GridWorld, leaves: Sequence[bytes]) -> GridWorld | Refused:
    line = world.law
    for leaf in leaves:
        draft, effects = line.draft.entered(leaf)
        if (why := next((each for each in effects if isinstance(each, Refused)), None)) is not None:
            return why
        line = line.entered(leaf, draft)
    return replace(world, law=line)


def hand_over(world: GridWorld, meter: int, user: int, slot: int) -> Outcome:
    """It is agreed on that the meter is this user's from the next slot on; with that one it is entered."""
    if slot != world.slot or any(m == meter for m, _ in world.due) or world.present(meter) == user_name(user):
        return refuse(world, "register", "not the present slot, or the meter changes hands, or is the user's", "ZD-C13")
    return replace(world, due=(*world.due, (meter, user))), ()


def new_edition(world: GridWorld, edition: int) -> GridWorld | Refused:
    """The world in which this edition holds from the next slot on: it is registered, if another one holds now."""
    chain, height = world.law.draft, world.slot + 1
    if draft_of(chain.edition(world.slot)) == edition:
        return world
    source = written(next_version(chain), height, edition, world.permits[edition])
    return _entered(world, [edition_entry(world.deployed, chain, source)])


def moved_in(world: GridWorld) -> GridWorld | Refused:
    """The slot begins: the registrar enters who has which meter from now on."""
    chain_id, registrar = world.law.draft.chain_id, world.deployed.registrar
    since = world.plan.time(world.slot)
    entries = (Tenancy(meter_name(m), user_name(u), since).signed(chain_id, registrar) for m, u in world.due)
    found = _entered(world, [each.encode(chain_id) for each in entries])
    return found if isinstance(found, Refused) else replace(found, due=())


# ---- nodes


def fetch_law(world: GridWorld, node: int, block: int) -> Outcome:
    """A node follows the contract chain up to a complete block."""
    reader = world.nodes[node].law
    if not reader.covers < block < world.slot:
        return refuse(world, "place", "the block is not complete, or the node has it", "WA-C13")
    for final in world.law.blocks[reader.height : block + 1]:
        after = chains.follow(reader, world.law.committee, final)
        if isinstance(after, Refused):
            return world, (after,)
        reader = after
    platform = world.nodes[node].platform
    nodes = (with_register(platform.nodes[0], reader),)
    return _with_node(world, node, replace(world.nodes[node], platform=replace(platform, nodes=nodes))), ()


def take_in(world: GridWorld, node: int, record: int, chain: int, slot: int) -> Outcome:
    """A node takes a record that a complete block of this slot has; it has verified all blocks up to there."""
    if slot >= world.slot or _row(world, node, record) is not None:
        return refuse(world, "place", "the block is not complete, or the node has the record", "IS-R18")
    name, names = SERVICES[chain], world.deployed.meters
    each = world.nodes[node]
    for sealed in world.services[chain].sealed[each.platform.mdms[name].cursor :]:
        if sealed.slot > slot:
            break
        chain_id = world.services[chain].committee.chain
        bundle = bundled(chain_id, world.deployed.database, sealed.final, sealed.app)
        each, whys = _received(each, name, sealed.slot, bundle, names)
        if whys:
            return world, whys
    found = (
        taken.row
        for of, taken in each.received
        if (of, taken.row.height, record_with(taken.row.kwh)) == (name, slot, record)
    )
    if (row := next(found, None)) is None:
        return refuse(world, "record", "the block does not have this record", "IS-R18")
    return _with_node(world, node, _with_row(world, each, record, row)), ()


def inject(world: GridWorld, node: int, record: int) -> Outcome:
    """NET: anybody hands a node a block of his own making."""
    stranger = KeyPair.generate(world.deployed.randomness.child("stranger"))
    return _handed(world, node, record, stranger)


def substitute(world: GridWorld, node: int, record: int) -> Outcome:
    """TRANSFER: whoever hands blocks to a node, with the database's key, hands it one of his own making."""
    return _handed(world, node, record, world.deployed.database)


def _handed(world: GridWorld, node: int, record: int, pair: KeyPair) -> Outcome:
    """Where the node takes it, it still takes the genuine block that comes in its place: the model has no order."""
    if _row(world, node, record) is not None:
        return refuse(world, "place", "the node has the record", "IS-R18")
    about, each, known = world.records[record], world.nodes[node], world.deployed
    name = SERVICES[about.service]
    usage = Usage(kwh_of(record), world.plan.time(about.time))
    bundle = made_up(
        each.platform.mdms[name], pair, world.services[about.service].opened, known.recipients[name],
        world.meters[about.meter].hid, usage, known.randomness.child("made up", record),
    )  # fmt: skip
    after, whys = _received(each, name, world.slot, bundle, known.meters)
    if whys:
        return world, whys
    row = after.received[-1][1].row
    return _with_node(world, node, _with_row(world, each, record, row)), ()


def _received(
    each: Answering, chain: str, slot: int, bundle: bytes, names: Mapping[bytes, str]
) -> tuple[Answering, tuple[Refused, ...]]:
    platform, taken, whys = take(each.platform, chain, slot, bundle, names)
    received = (*each.received, *((chain, item) for item in taken))
    return Answering(replace(platform, rows=each.platform.rows), received), whys


def _with_row(world: GridWorld, each: Answering, record: int, row: Row) -> Answering:
    meter = meter_name(world.records[record].meter)
    rows = {**each.platform.rows, meter: (*each.platform.rows.get(meter, ()), row)}
    return replace(each, platform=replace(each.platform, rows=rows))


def _row(world: GridWorld, node: int, record: int) -> Row | None:
    rows = world.nodes[node].platform.rows.get(meter_name(world.records[record].meter), ())
    return next((row for row in rows if record_with(row.kwh) == record), None)


def _with_node(world: GridWorld, place: int, node: Answering) -> GridWorld:
    return replace(world, nodes=(*world.nodes[:place], node, *world.nodes[place + 1 :]))


# ---- residents


def log_in(world: GridWorld, user: int, meter: int) -> Outcome:
    """A user who has a meter gets a token from whoever knows the register of this moment."""
    if world.present(meter) != user_name(user) or (user, meter) in world.tokens:
        return refuse(world, "token", "the meter is another's, or the user has a token", "ZD-R21")
    desk = Desk(replace(world.issuer, meters=dict(world.law.draft.tenancies)))
    client = Client(world.deployed.wallets[user_name(user)], desk)
    at = world.plan.time(world.slot)
    if isinstance(said := _signed_in(client, at), Refused):
        return world, (said,)
    return replace(world, issuer=desk.state, tokens={**world.tokens, (user, meter): (said, at)}), ()


def _signed_in(client: Client, at: int) -> str | Refused:
    response = client.sign_in(ACCESS, at)
    if response.status != 200:
        error = content(response)["error"]
        return Refused(error["rule"], error["reason"], tuple(error["cites"]))
    return client.tokens[ACCESS]


def show(world: GridWorld, node: int, user: int, record: int, meter: int) -> Outcome:
    """A user asks a node for one reading, which it has, and is shown it.

    Where tokens say whose a meter is, it is the one of when he had it; otherwise one that the node makes out to him.
    """
    row = _row(world, node, record)
    if row is None or world.records[record].meter != meter or (user, row) in world.shown:
        return refuse(world, "record", "the node does not have it, or the user was shown it in this slot", "ZD-R24")
    each, at, known = world.nodes[node], world.plan.time(world.slot), world.deployed
    desk = Desk(each.platform.nodes[0].state)
    client = Client(known.wallets[user_name(user)], desk, drawn=world.drawn)
    if world.plan.rules.tenancy_check == "token":
        token: str | Refused = world.tokens.get((user, meter), ("", at))[0]
    else:
        token = _signed_in(client, at)
    if isinstance(token, Refused):
        return world, (token,)
    request = Request("GET", f"/meters/{meter_name(meter)}/readings", at=at)
    if token:
        request = client.bearing(request, token)
    law = each.law.app
    version = law.edition(max(each.law.covers, 0)).version
    wish = operation_of(known, law, user_name(user), service_of(record), at, version, world.drawn)
    asked = Ask(wish.encode(law.chain_id), request)
    view = replace(
        each.platform,
        nodes=(replace(each.platform.nodes[0], state=desk.state),),
        rows={meter_name(meter): (row,)},
    )
    after, said = answer(
        view, 0, world.plan.rules, asked, world.slot, world.delta, service_of(record), world.plan.slot_by_time
    )
    if isinstance(said, Refused):
        return world, (said,)
    if row not in said.rows:
        return world, _withheld(said)
    told = replace(each, platform=replace(after, rows=each.platform.rows))
    changed = replace(_with_node(world, node, told), drawn=client.drawn + 1)
    return replace(changed, shown=(*world.shown, (user, row))), ()


def _withheld(said: Answer) -> tuple[Refused, ...]:
    return tuple(why for why, _ in said.withheld)
