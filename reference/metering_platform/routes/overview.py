"""Status and events of the chain, its blocks, its members and its log (ZD-R9, ZD-R10, ZD-R12)."""

from __future__ import annotations

from collections import Counter

from reference.metering_platform import ledger
from reference.metering_platform.routing import KNOWN, OPEN, Call, Denied, Reply, Route
from reference.metering_platform.schemas import COUNT, HASH, NAME, hexadecimal, list_of, record_of, text
from reference.metering_platform.state import ROLES

PAGE = 100
"""Entries of an answer at most."""

STATUS = record_of({"height": COUNT, "tip": HASH, "transactions": COUNT, "members": COUNT, "acl_epoch": COUNT})
BLOCK = record_of({"height": COUNT, "block": hexadecimal(1, 1 << 21), "evidence": hexadecimal(1, 1 << 16)})
EVENTS = record_of(
    {"events": list_of(record_of({"number": COUNT, "height": COUNT, "kind": text(), "subject": text(), "at": COUNT}))}
)
MEMBERS = record_of(
    {
        "members": list_of(
            record_of({"member": NAME, "kind": text(), "signing": hexadecimal(33), "valid": {"type": "boolean"}})
        )
    }
)
OVERVIEW = record_of({"records": {"type": "object", "additionalProperties": COUNT}, "accounts": COUNT, "meters": COUNT})
LOG = record_of({"lines": list_of(text(4096))})


def status(call: Call) -> Reply:
    state = call.state
    return Reply(
        200,
        {
            "height": state.height,
            "tip": ledger.tip(state).hex(),
            "transactions": sum(final.block.header.count for final in state.blocks),
            "members": sum(member.valid for member in state.members.values()),
            "acl_epoch": state.acl_epoch,
        },
    )


def block(call: Call) -> Reply:
    state, height = call.state, int(call.path["height"]) if call.path["height"].isdigit() else -1
    if not 0 <= height < state.height:
        raise Denied(404, "overview", "there is no block of this height", ("ZD-R9",))
    final = state.blocks[height]
    encoded = final.block.encode(state.committee.chain)
    return Reply(200, {"height": height, "block": encoded.hex(), "evidence": final.evidence.hex()})


def events(call: Call) -> Reply:
    first = call.query.get("after", 0)
    page = [
        {"number": number, "height": each.height, "kind": each.kind, "subject": each.subject, "at": each.at}
        for number, each in enumerate(call.state.events[first : first + PAGE], first + 1)
    ]
    return Reply(200, {"events": page})


def members(call: Call) -> Reply:
    listed = [
        {"member": each.member, "kind": each.kind, "signing": each.signing.hex(), "valid": each.valid}
        for each in call.state.members.values()
    ]
    return Reply(200, {"members": listed})


def overview(call: Call) -> Reply:
    state = call.state
    by_schema = Counter(each.schema for each in state.records.values())
    return Reply(200, {"records": dict(by_schema), "accounts": len(state.accounts), "meters": len(state.meters)})


def log(call: Call) -> Reply:
    return Reply(200, {"lines": list(call.state.log[-PAGE:])})


ROUTES = (
    Route("GET", "/chain/status", "chainStatus", "Height, tip and volume", "overview", status, {200: STATUS}, OPEN,
          cites=("ZD-R9",)),
    Route("GET", "/chain/blocks/{height}", "chainBlock", "A block and what makes it final", "overview", block,
          {200: BLOCK}, KNOWN, frozenset(ROLES) - {"resident"}, cites=("ZD-R9",)),
    Route("GET", "/chain/events", "chainEvents", "Events after a number", "overview", events, {200: EVENTS}, OPEN,
          query={"after": COUNT}, cites=("ZD-R9",)),
    Route("GET", "/chain/overview", "chainOverview", "What the chain has", "overview", overview, {200: OVERVIEW},
          OPEN, cites=("ZD-R12",)),
    Route("GET", "/members", "members", "The consortium", "overview", members, {200: MEMBERS}, OPEN,
          cites=("ZD-R10",)),
    Route("GET", "/log", "log", "The last accepted changes", "overview", log, {200: LOG},
          KNOWN, frozenset({"regulator", "grid"}), cites=("ZD-R9",)),
)  # fmt: skip
