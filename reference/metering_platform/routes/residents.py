"""Meters, whose they are and were, and what a resident sees of his own (ZD-R24, ZD-C13, ZD-C24)."""

from __future__ import annotations

from dataclasses import replace

from reference.metering_platform import acl, confidential, decide, signatures, storing, supersession
from reference.metering_platform.decide import Resource
from reference.metering_platform.documents import Json
from reference.metering_platform.records import Record
from reference.metering_platform.routing import DECIDED, KNOWN, Call, Denied, Reply, Route
from reference.metering_platform.schemas import NAME, SIGNATURE, TIME, list_of, nullable, record_of, text
from reference.metering_platform.state import ROLES, Event, Interval, Meter, PlatformState, Role, Service

READING = "meter-reading"
PAGE = 100
REGISTER = record_of({"meter": NAME, "kind": NAME}, {"owner": NAME, "since": TIME})
METER_NAME = record_of({"meter": NAME})
METERS = record_of({"meters": list_of(NAME)})
METER = record_of(
    {
        "meter": NAME,
        "kind": NAME,
        "intervals": list_of(record_of({"owner": NAME, "since": TIME, "until": nullable(TIME)})),
    }
)
TRANSFER = record_of({"to": NAME, "since": TIME}, {"acceptance": SIGNATURE})
READINGS = record_of({"readings": list_of(storing.VIEW)})
PERSONAL = record_of({"name": text(), "address": text()})
PERSON = record_of({"user": NAME, "personal": nullable(PERSONAL), "salt": {"type": "string", "maxLength": 64}})
USER = record_of({"user": NAME})


def register(call: Call) -> Reply:
    state, body = call.state, call.body
    decide.require(state, call.who, "register", Resource("meter", body["meter"]))
    if body["meter"] in state.meters:
        raise Denied(409, "ownership", "the meter is registered already")
    owner = body.get("owner")
    if owner is not None:
        _require_account(state, owner)
    intervals = () if owner is None else (Interval(owner, body.get("since", call.at)),)
    new = Meter(body["meter"], body["kind"], intervals)
    after = acl.touched(replace(state, meters={**state.meters, new.meter: new}), [] if owner is None else [owner])
    events = (Event(state.height, "meter-registered", new.meter, call.at),)
    return Reply(201, {"meter": new.meter}, after, {"meter": _json(new)}, events)


def own(call: Call) -> Reply:
    return Reply(200, {"meters": sorted(call.who.owns)[-PAGE:]})


def read(call: Call) -> Reply:
    """A meter and its owners; a resident sees only when it was his own."""
    state, who, meter = call.state, call.who, _known(call)
    about = Resource("meter", meter.meter)
    if not any(each.owner == who.user for each in meter.intervals):
        decide.require(state, who, "read", about)
    all_seen = who.role != "resident" or state.rules.authorisation != "decided"
    seen = tuple(each for each in meter.intervals if all_seen or each.owner == who.user)
    return Reply(200, _json(replace(meter, intervals=seen)))


def _json(meter: Meter) -> dict[str, Json]:
    intervals = [{"owner": each.owner, "since": each.since, "until": each.until} for each in meter.intervals]
    return {"meter": meter.meter, "kind": meter.kind, "intervals": intervals}


def transfer(call: Call) -> Reply:
    """A meter changes hands from a time on: by the registrar, or by its owner with the other's signature (ZD-C13)."""
    state, who, body, meter = call.state, call.who, call.body, _known(call)
    decide.require(state, who, "transfer", Resource("meter", meter.meter))
    to, since, owner = body["to"], body["since"], meter.owner
    _require_account(state, to)
    if to == owner:
        raise Denied(409, "ownership", f"{to} has the meter already", ("ZD-C13",))
    last = meter.intervals[-1].since if meter.intervals else -1
    if not last < since <= call.at:
        raise Denied(409, "ownership", "a meter changes hands after it did before, and not in the future", ("ZD-C13",))
    if state.rules.ownership == "intervals" and who.role != "registrar" and not who.unchecked:
        acceptance = bytes.fromhex(body.get("acceptance", ""))
        if not signatures.verifies(
            state.accounts[to].signing, "acceptance", accepted(meter.meter, to, since), acceptance
        ):
            raise Denied(422, "ownership", f"{to} has not signed that the meter becomes his", ("ZD-C13",))
    ended = tuple(replace(each, until=since) if each.until is None else each for each in meter.intervals)
    changed = replace(meter, intervals=(*ended, Interval(to, since)))
    touched = [to] if owner is None else [owner, to]
    after = acl.touched(replace(state, meters={**state.meters, meter.meter: changed}), touched)
    more = confidential.caught_up(after, to)
    after = replace(after, records={**after.records, **more})
    wraps: Json = {name: each.envelope()["wraps"] for name, each in more.items()}
    events = (Event(state.height, "meter-transferred", meter.meter, call.at),)
    transaction: Json = {"transfer": _json(changed), "epoch": after.acl_epoch, "wraps": wraps}
    return Reply(200, {"meter": meter.meter}, after, transaction, events)


def accepted(meter: str, to: str, since: int) -> Json:
    """What the new owner of a meter signs."""
    return {"meter": meter, "to": to, "since": since}


def readings(call: Call) -> Reply:
    """The readings of a meter that whoever asks may read; refused if there are readings and he may read none."""
    state, who, query, meter = call.state, call.who, call.query, _known(call)
    first, last = query.get("since", 0), query.get("until")
    asked = [
        each
        for each in state.records.values()
        if each.subject == meter.meter
        and each.schema == READING
        and first <= each.time
        and (last is None or each.time < last)
    ]
    seen = [each for each in asked if decide.decide(state, who, "read", Resource.of(each))]
    if not seen:
        decide.require(state, who, "read", Resource("meter", meter.meter))
    shown = [storing.view(state, each, who.user) for each in seen if _in_force(state, each, call.at)]
    return Reply(200, {"readings": shown[-PAGE:]})


def _in_force(state: PlatformState, record: Record, at: int) -> bool:
    """Whether no later record has taken its place, where records are chained."""
    if state.rules.supersession != "chained":
        return True
    about = supersession.thing(record.schema, record.subject, record.time)
    return supersession.current("chained", state.records.values(), about, at) == record


def person(call: Call) -> Reply:
    """A user's own personal data, and the salt that opens its commitment on the chain."""
    state, user = call.state, call.path["user"]
    decide.require(state, call.who, "read", Resource("person", user, user=user))
    account = state.accounts.get(user)
    if account is None:
        raise Denied(404, "personal_data", "there is no such user")
    if state.rules.personal_data == "on-chain":
        return Reply(200, {"user": user, "personal": account.personal, "salt": ""})
    salt, data = state.off_chain.personal.get(user, (b"", None))
    return Reply(200, {"user": user, "personal": data, "salt": salt.hex()})


def erase(call: Call) -> Reply:
    """Forget a user's name and address. The commitment that stays on the chain tells nothing without its salt."""
    state, user = call.state, call.path["user"]
    decide.require(state, call.who, "erase", Resource("person", user, user=user))
    if state.rules.personal_data == "on-chain":
        raise Denied(409, "personal_data", "every node has it on the chain, for good", ("ZD-C24",))
    if user not in state.off_chain.personal:
        raise Denied(404, "personal_data", "there is nothing to erase")
    rest = {name: held for name, held in state.off_chain.personal.items() if name != user}
    after = replace(state, off_chain=replace(state.off_chain, personal=rest))
    return Reply(200, {"user": user}, after, {"erased": user}, (Event(state.height, "erased", user, call.at),))


def _known(call: Call) -> Meter:
    meter = call.state.meters.get(call.path["meter"])
    if meter is None:
        raise Denied(404, "meters", "there is no such meter")
    return meter


def _require_account(state: PlatformState, user: str) -> None:
    if user not in state.accounts:
        raise Denied(404, "meters", "there is no such user")


_SERVICE: Service = "residents"
_EVERYBODY = frozenset(ROLES)
_REGISTRARS: frozenset[Role] = frozenset({"grid", "registrar"})
ROUTES = (
    Route("POST", "/meters", "registerMeter", "Enter a meter", _SERVICE, register, {201: METER_NAME}, DECIDED,
          _REGISTRARS, body=REGISTER, cites=("ZD-R24", "ZD-C13")),
    Route("GET", "/meters", "ownMeters", "One's own meters", _SERVICE, own, {200: METERS}, KNOWN, _EVERYBODY,
          cites=("ZD-R24",)),
    Route("GET", "/meters/{meter}", "meter", "A meter", _SERVICE, read, {200: METER}, DECIDED,
          frozenset({"resident", *_REGISTRARS}), cites=("ZD-R24",)),
    Route("GET", "/meters/{meter}/readings", "readings", "Readings of a meter", _SERVICE, readings, {200: READINGS},
          DECIDED, _EVERYBODY, {"since": TIME, "until": TIME}, cites=("ZD-R23", "ZD-R24")),
    Route("POST", "/meters/{meter}/transfers", "transferMeter", "A meter changes hands", _SERVICE, transfer,
          {200: METER_NAME}, DECIDED, frozenset({"resident", "registrar"}), body=TRANSFER, cites=("ZD-C13",)),
    Route("GET", "/users/{user}/personal", "person", "One's own personal data", _SERVICE, person, {200: PERSON},
          DECIDED, _EVERYBODY, cites=("ZD-C24",)),
    Route("DELETE", "/users/{user}/personal", "erasePerson", "Forget personal data", _SERVICE, erase, {200: USER},
          DECIDED, _EVERYBODY, cites=("ZD-C24",)),
)  # fmt: skip
