"""Records and who may read them: store, read, find the one in force, change a class, grant and revoke (ZD-R3 to R5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reference.metering_platform import acl, confidential, decide, storing, supersession
from reference.metering_platform.decide import Resource
from reference.metering_platform.documents import Json
from reference.metering_platform.records import SCHEMAS, Content, Record, SecurityClass
from reference.metering_platform.routing import DECIDED, OPEN, Call, Denied, Reply, Route
from reference.metering_platform.schemas import COUNT, NAME, TIME, list_of, one_of, record_of, text
from reference.metering_platform.state import ROLES, Event, Grant, Role, Service

PAGE = 100
EVERYBODY = frozenset(ROLES)
ISSUERS: frozenset[Role] = frozenset({"institution", "supplier", "regulator", "grid", "market"})
GIVERS: frozenset[Role] = frozenset({"resident", "grid", "institution", "market"})
OPENNESS: Mapping[SecurityClass, int] = {"II": 0, "III": 1, "I": 2}
"""How open a class is; a change to a greater one lowers the protection."""
CLASS = one_of("I", "II")
STORE = record_of(
    {"schema": NAME, "subject": NAME, "time": TIME, "document": storing.DOCUMENT}, {**storing.VALIDITY, "class": CLASS}
)
STORED = record_of({"record": NAME})
VIEWS = record_of({"records": list_of(storing.VIEW)})
NAMES = record_of({"records": list_of(NAME)})
THING = {"subject": NAME, "schema": NAME, "on": TIME, "time": TIME, "height": COUNT}
RECLASSIFY = record_of({"class": CLASS})
RECLASSIFIED = record_of({"schema": NAME, "class": CLASS})
GRANT = record_of({"user": NAME, "resource": NAME}, {"past": {"type": "boolean"}})
HAND_OVER = record_of({"user": NAME})
GRANTED = record_of({"grant": NAME})
KEY = record_of({"key_id": text(), "key": text(4000)})


def store(call: Call) -> Reply:
    state, body = call.state, call.body
    schema, subject, time = body["schema"], body["subject"], body["time"]
    security = _class_of(call)
    content, data = storing.parsed(state.rules, body["document"], schema, time)
    record = storing.filled(state, storing.skeleton(call, schema, security, subject, time, content), data)
    events = (Event(state.height, "record-stored", record.record, call.at),)
    after = storing.entered(state, record)
    return Reply(201, {"record": record.record}, after, {"store": storing.on_chain(record)}, events)


def _class_of(call: Call) -> SecurityClass:
    """The schema's class; for one that is of none from the start, at will, what whoever stores says (ZD-C14)."""
    state, schema = call.state, call.body["schema"]
    listed: SecurityClass = state.class_of(schema)
    asked: SecurityClass = call.body.get("class", listed)
    if listed == "III":
        raise Denied(422, "schema", f"{schema} is a file: it is stored among the certificates", ("ZD-R6",))
    if asked != listed and (state.rules.class_change == "governed" or schema in SCHEMAS):
        raise Denied(403, "class_change", f"{schema} is of class {listed}", ("ZD-C14", "ZD-C15"))
    return asked


def read(call: Call) -> Reply:
    record = known(call, call.path["record"])
    decide.require(call.state, call.who, "read", Resource.of(record))
    return Reply(200, storing.view(call.state, record, call.who.user))


def listed(call: Call) -> Reply:
    """The names of the records about something that whoever asks may read."""
    about = [each for each in call.state.records.values() if each.subject == call.query["subject"]]
    found = [
        each.record
        for each in about
        if call.query.get("schema", each.schema) == each.schema
        and decide.decide(call.state, call.who, "read", Resource.of(each))
    ]
    return Reply(200, {"records": found[-PAGE:]})


def current(call: Call) -> Reply:
    record = in_force(call)
    decide.require(call.state, call.who, "read", Resource.of(record))
    return Reply(200, storing.view(call.state, record, call.who.user))


def read_open(call: Call) -> Reply:
    return Reply(200, storing.view(call.state, _open(known(call, call.path["record"])), None))


def current_open(call: Call) -> Reply:
    return Reply(200, storing.view(call.state, _open(in_force(call)), None))


def history_open(call: Call) -> Reply:
    """All records about the thing of this one, in the order of the chain: which took the place of which (ZD-C19)."""
    record = _open(known(call, call.path["record"]))
    about = supersession.thing(record.schema, record.subject, record.time)
    chain = [each for each in supersession.chain_of(call.state.records.values(), about) if each.security == "I"]
    return Reply(200, {"records": [storing.view(call.state, each, None) for each in chain[-PAGE:]]})


def known(call: Call, name: str) -> Record:
    """The record of this name; raises Denied (404)."""
    record = call.state.records.get(name)
    if record is None:
        raise Denied(404, "records", "there is no such record")
    return record


def in_force(call: Call) -> Record:
    """The record about the thing of the query that is valid at its time `on`; raises Denied (404)."""
    query = call.query
    about = supersession.thing(query["schema"], query["subject"], query.get("time", 0))
    found = supersession.current(
        call.state.rules.supersession, call.state.records.values(), about, query.get("on", call.at), query.get("height")
    )
    if found is None:
        raise Denied(404, "supersession", "no record is in force then", ("ZD-C19",))
    return found


def _open(record: Record) -> Record:
    if record.security != "I":
        raise Denied(404, "records", "there is no such open record", ("ZD-R4",))
    return record


def reclassify(call: Call) -> Reply:
    """Change a schema's class at will, where that is the rule; elsewhere it takes a vote of members (ZD-C14)."""
    state, schema, to = call.state, call.path["schema"], call.body["class"]
    if state.rules.class_change == "governed" and OPENNESS[to] > OPENNESS[state.class_of(schema)]:
        raise Denied(403, "class_change", "a class is lowered by governance alone", ("ZD-C14",))
    decide.require(state, call.who, "reclassify", Resource("platform", schema))
    after = replace(state, classes={**state.classes, schema: to})
    events = (Event(state.height, "class-changed", schema, call.at),)
    return Reply(200, {"schema": schema, "class": to}, after, {"class": [schema, to]}, events)


def disclose(call: Call) -> Reply:
    """Open a record of class II whose schema has become open: for good, as every node has it then (ZD-C14)."""
    state, record = call.state, known(call, call.path["record"])
    decide.require(state, call.who, "disclose", Resource.of(record))
    if record.security != "II" or state.class_of(record.schema) != "I":
        raise Denied(409, "class_change", f"{record.schema} is not open to all, or the record is", ("ZD-C14",))
    data = confidential.plaintext(state, record)
    if data is None:
        raise Denied(409, "class_two", "the record does not open under the platform's keys", ("ZD-R5",))
    opened = replace(record, security="I", content=Content(plain=data), wraps=())
    return _changed(call, opened, "disclosed")


def withdraw(call: Call) -> Reply:
    """Say that a record is not valid any more; it stays on the chain (ZD-C19)."""
    record = known(call, call.path["record"])
    decide.require(call.state, call.who, "withdraw", Resource.of(record))
    if record.withdrawn is not None:
        raise Denied(409, "supersession", "the record is withdrawn already", ("ZD-C19",))
    return _changed(call, replace(record, withdrawn=call.state.height), "withdrawn")


def _changed(call: Call, record: Record, what: str) -> Reply:
    events = (Event(call.state.height, what, record.record, call.at),)
    after = storing.stored(call.state, record)
    return Reply(200, {"record": record.record}, after, {what: storing.on_chain(record)}, events)


def grant(call: Call) -> Reply:
    """Let a user read a record, or all of a meter.

    Where keys are wrapped, what there is already is wrapped to him, unless whoever gives leave does not want the `past`
    handed over, and keys change with access.
    """
    state, who, body = call.state, call.who, call.body
    user, resource = body["user"], body["resource"]
    if user not in state.accounts:
        raise Denied(404, "grants", "there is no such user")
    by_owner = _require_giver(call, resource)
    given = Grant(f"g{state.height}", user, resource, who.user, by_owner, state.height)
    after = acl.touched(replace(state, grants={**state.grants, given.grant: given}), [user])
    transaction: dict[str, Json] = {"grant": [given.grant, user, resource, who.user, after.acl_epoch]}
    wants_past = body.get("past", True) or state.rules.rotation == "none"
    if wants_past and (more := confidential.caught_up(after, user)):
        after = replace(after, records={**after.records, **more})
        transaction["wraps"] = {name: each.envelope()["wraps"] for name, each in more.items()}
    return Reply(201, {"grant": given.grant}, after, transaction, (Event(state.height, "granted", resource, call.at),))


def _require_giver(call: Call, resource: str) -> bool:
    """Whether whoever gives leave does so as the owner; raises Denied if he may not, or if there is no such thing."""
    state, who = call.state, call.who
    if resource in state.meters:
        about = Resource("meter", resource)
        decide.require(state, who, "grant", about)
        return "owner" in decide.relations(state, who, about) and who.role == "resident"
    record = known(call, resource)
    decide.require(state, who, "grant", Resource.of(record))
    return False


def hand_over(call: Call) -> Reply:
    """Wrap a record's key to a user who may read the record now, and was not given that when it was stored (ZD-C3)."""
    state, user, record = call.state, call.body["user"], known(call, call.path["record"])
    decide.require(state, call.who, "grant", Resource.of(record))
    if not record.content.key_id.startswith("record-"):
        raise Denied(409, "class_two", "the record's key is not wrapped for anybody", ("ZD-C2",))
    if user not in acl.readers(state, record):
        raise Denied(409, "rotation", f"{user} may not read the record now", ("ZD-C3",))
    shown = confidential.wrapped(state, record, [user])
    transaction: Json = {"wraps": {record.record: shown.envelope()["wraps"]}}
    events = (Event(state.height, "handed-over", record.record, call.at),)
    return Reply(200, {"record": record.record}, storing.stored(state, shown), transaction, events)


def revoke(call: Call) -> Reply:
    """End a grant from now on. What its user has read, and what was wrapped to him, he keeps (ZD-C3)."""
    state = call.state
    given = state.grants.get(call.path["grant"])
    if given is None or given.until is not None:
        raise Denied(404, "grants", "there is no such grant in force")
    decide.require(state, call.who, "revoke", Resource("grant", given.grant, user=given.giver))
    ended = replace(given, until=state.height)
    after = acl.touched(replace(state, grants={**state.grants, given.grant: ended}), [given.user])
    events = (Event(state.height, "revoked", given.resource, call.at),)
    return Reply(200, {"grant": given.grant}, after, {"revoke": [given.grant, after.acl_epoch]}, events)


def class_two_key(call: Call) -> Reply:
    """What readers of class II are given: the one shared key, or the public key that undoes "the private key"."""
    state, who = call.state, call.who
    match state.rules.class_two:
        case "private-key":
            return Reply(200, {"key_id": "private", "key": confidential.public_pem(state)})
        case "shared-key":
            if not (who.unchecked or who.owns or who.granted or state.rules.authorisation == "signature-only"):
                raise Denied(403, "authorisation", "the key is for whoever may read something", ("ZD-R5",))
            name = confidential.present_key_id(state)
            return Reply(200, {"key_id": name, "key": confidential.shared_key(state, name).hex()})
        case "wrapped":
            raise Denied(404, "class_two", "each record has a key of its own", ("ZD-C2",))


_SERVICE: Service = "records"
_REQUIRED = ("subject", "schema")
ROUTES = (
    Route("POST", "/records", "storeRecord", "Store a record", _SERVICE, store, {201: STORED}, DECIDED,
          ISSUERS, body=STORE, cites=("ZD-R3", "ZD-R4")),
    Route("GET", "/records", "listRecords", "Records about a subject", _SERVICE, listed, {200: NAMES}, DECIDED,
          EVERYBODY, {"subject": NAME, "schema": NAME}, ("subject",), cites=("ZD-R3",)),
    Route("GET", "/records/{record}", "readRecord", "A record", _SERVICE, read, {200: storing.VIEW}, DECIDED,
          EVERYBODY, cites=("ZD-R5",)),
    Route("GET", "/current", "currentRecord", "The record in force", _SERVICE, current, {200: storing.VIEW}, DECIDED,
          EVERYBODY, THING, _REQUIRED, cites=("ZD-R3", "ZD-C19")),
    Route("GET", "/public/records/{record}", "readOpenRecord", "An open record", _SERVICE, read_open,
          {200: storing.VIEW}, OPEN, cites=("ZD-R4",)),
    Route("GET", "/public/current", "currentOpenRecord", "The open record in force", _SERVICE, current_open,
          {200: storing.VIEW}, OPEN, query=THING, required_query=_REQUIRED, cites=("ZD-R2", "ZD-C19")),
    Route("GET", "/public/records/{record}/history", "history", "What superseded what", _SERVICE, history_open,
          {200: VIEWS}, OPEN, cites=("ZD-R11", "ZD-C19")),
    Route("POST", "/records/{record}/withdrawal", "withdraw", "Withdraw a record", _SERVICE, withdraw,
          {200: STORED}, DECIDED, ISSUERS, cites=("ZD-C19",)),
    Route("POST", "/records/{record}/disclosure", "disclose", "Open a record for all", _SERVICE, disclose,
          {200: STORED}, DECIDED, ISSUERS, cites=("ZD-C14",)),
    Route("POST", "/schemas/{schema}/class", "reclassify", "Change a schema's class", _SERVICE, reclassify,
          {200: RECLASSIFIED}, DECIDED, frozenset({"admin"}), body=RECLASSIFY, cites=("ZD-C14",)),
    Route("POST", "/grants", "grant", "Let a user read", _SERVICE, grant, {201: GRANTED}, DECIDED,
          GIVERS, body=GRANT, cites=("ZD-R5", "ZD-R10")),
    Route("POST", "/records/{record}/wraps", "handOver", "Give a reader the key of an earlier record", _SERVICE,
          hand_over, {200: STORED}, DECIDED, GIVERS, body=HAND_OVER, cites=("ZD-C2", "ZD-C3")),
    Route("DELETE", "/grants/{grant}", "revokeGrant", "End a grant", _SERVICE, revoke, {200: GRANTED}, DECIDED,
          GIVERS, cites=("ZD-R5", "ZD-C3")),
    Route("GET", "/keys/class-two", "classTwoKey", "The key of class II", _SERVICE, class_two_key, {200: KEY}, DECIDED,
          EVERYBODY, cites=("ZD-R5", "ZD-C2")),
)  # fmt: skip
