"""Files of institutions: anchored by their digest, kept by custodians, shown with information and signature (ZD-R6).

A certificate has information, which is a table, and a file. In "one-record" they are signed and stored as one; in
"separate" the file's record says nothing of the information, which is the institution's own record, stored by itself,
so that the two may disagree (ZD-C15).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reference.metering_platform import custody, decide, images, signatures, storing, supersession
from reference.metering_platform.decide import Resource
from reference.metering_platform.documents import Json
from reference.metering_platform.records import Content, Record
from reference.metering_platform.routing import DECIDED, Call, Denied, Reply, Route
from reference.metering_platform.schemas import FLAG, NAME, TIME, nullable, record_of
from reference.metering_platform.state import ROLES, Event, Role, Service

SCHEMA, INFORMATION = "qualification-file", "institution-qualification"
PORTAL = "portal"
"""Who signs in the reading "returned": the platform's signature server, when it answers."""
STORE = record_of(
    {"institution": NAME, "time": TIME, "media_type": images.MEDIA_TYPE, "file": images.BASE64},
    {**storing.VALIDITY, "information": storing.DOCUMENT},
)
STORED = record_of({"certificate": NAME})
SHOWN = record_of(
    {
        "record": storing.ENVELOPE,
        "information": nullable(storing.DOCUMENT),
        "image": images.IMAGE,
        "sign": nullable(signatures.SIGN),
    }
)
VERIFY = record_of({"media_type": images.MEDIA_TYPE, "file": images.BASE64})
VERIFIED = record_of({"matches": FLAG, "digest": images.IMAGE["properties"]["digest"]})


def store(call: Call) -> Reply:
    state, body, rules = call.state, call.body, call.state.rules
    file = images.file_of(body["file"])
    digest = images.file_digest(rules.class_three, body["media_type"], file)
    information: Json = None
    plain: bytes | None = None
    if rules.certificate_parts == "one-record":
        if "information" not in body:
            raise Denied(422, "certificate_parts", "information and file are stored as one", ("ZD-C15",))
        information, plain = storing.parsed(rules, body["information"], SCHEMA, body["time"])
    elif "information" in body:
        raise Denied(422, "certificate_parts", f"information is stored by itself, as {INFORMATION}", ("ZD-C15",))
    content: Json = {"information": information, "digest": digest, "media_type": body["media_type"]}
    asked = storing.skeleton(call, SCHEMA, "III", body["institution"], body["time"], content)
    held = Content(plain=plain, digest=digest, media_type=body["media_type"])
    record = replace(asked, content=held)
    after = custody.kept(storing.stored(state, record), record, file)
    events = (Event(state.height, "certificate-stored", record.record, call.at),)
    return Reply(201, {"certificate": record.record}, after, {"certificate": storing.on_chain(record)}, events)


def read(call: Call) -> Reply:
    record = _known(call)
    decide.require(call.state, call.who, "read", Resource.of(record))
    file = custody.fetched(call.state, record)
    if file is None:
        raise Denied(404, "custodians", "no custodian has the file any more", ("ZD-C6",))
    information = _information(call, record)
    shown: dict[str, Json] = {
        "record": record.envelope(),
        "information": information,
        "image": images.image(call.state.rules.class_three, record.content.media_type, file),
        "sign": _sign(call, record, information),
    }
    return Reply(200, shown)


def _information(call: Call, record: Record) -> str | None:
    """The certificate's own information, or what the institution's own record says."""
    state = call.state
    if state.rules.certificate_parts == "one-record":
        return None if record.content.plain is None else record.content.plain.decode()
    about = supersession.thing(INFORMATION, record.subject, record.time)
    found = supersession.current(state.rules.supersession, state.records.values(), about, call.at)
    return None if found is None or found.content.plain is None else found.content.plain.decode()


def _sign(call: Call, record: Record, information: str | None) -> Json:
    state = call.state
    match state.rules.issuer_signature:
        case "none":
            return None
        case "returned":
            server = state.secrets.signature_server
            signature = signatures.sign(server, "returned", returned_statement(record.envelope(), information))
            return signatures.sign_json(PORTAL, server.public, "returned", signature)
        case "on-chain":
            issuer = state.members[record.issuer]
            return signatures.sign_json(issuer.member, issuer.signing, "record", record.signature)


def returned_statement(envelope: Mapping[str, Any], information: str | None) -> Json:
    """What the signature server signs when it answers: the file's digest, the information, and no issuer (ZD-C5)."""
    return {"record": envelope["record"], "digest": envelope["digest"], "information": information}


def verify(call: Call) -> Reply:
    """Whether a source file is the one that the chain has the digest of (ZD-R17)."""
    record = _known(call)
    decide.require(call.state, call.who, "read", Resource.of(record))
    body = call.body
    digest = images.file_digest(call.state.rules.class_three, body["media_type"], images.file_of(body["file"]))
    return Reply(200, {"matches": digest == record.content.digest, "digest": digest})


def _known(call: Call) -> Record:
    record = call.state.records.get(call.path["certificate"])
    if record is None or record.security != "III":
        raise Denied(404, "records", "there is no such certificate")
    return record


_SERVICE: Service = "certificates"
_EVERYBODY = frozenset(ROLES)
_ISSUERS: frozenset[Role] = frozenset({"regulator", "institution"})
ROUTES = (
    Route("POST", "/certificates", "storeCertificate", "Anchor a file", _SERVICE, store, {201: STORED}, DECIDED,
          _ISSUERS, body=STORE, cites=("ZD-R6", "ZD-R17")),
    Route("GET", "/certificates/{certificate}", "readCertificate", "A file and what belongs to it", _SERVICE, read,
          {200: SHOWN}, DECIDED, _EVERYBODY, cites=("ZD-R6", "ZD-R17", "ZD-R18")),
    Route("POST", "/certificates/{certificate}/verification", "verifyFile", "Whether a file is the anchored one",
          _SERVICE, verify, {200: VERIFIED}, DECIDED, _EVERYBODY, body=VERIFY, cites=("ZD-R17",)),
)  # fmt: skip
