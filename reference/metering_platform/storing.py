"""How a record comes to be: who may store it, whose signature it needs, what it supersedes, how its class keeps it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reference.crypto import sealing
from reference.metering_platform import confidential, decide, documents, envelopes, signatures, supersession, tables
from reference.metering_platform.decide import Resource
from reference.metering_platform.documents import Json, NotCanonical
from reference.metering_platform.records import Content, Record, SecurityClass, statement_of
from reference.metering_platform.routing import Call, Denied, Subject
from reference.metering_platform.rules import Rules
from reference.metering_platform.schemas import (
    COUNT,
    NAME,
    SIGNATURE,
    TIME,
    hexadecimal,
    list_of,
    nullable,
    one_of,
    record_of,
)
from reference.metering_platform.state import PlatformState

LONGEST_DOCUMENT = 1 << 18
"""Characters of a document."""
DOCUMENT = {"type": "string", "maxLength": LONGEST_DOCUMENT}
VALIDITY = {"valid_from": TIME, "valid_until": nullable(TIME), "supersedes": nullable(NAME), "signature": SIGNATURE}
"""The optional parts of what is asked; `time` is a record's `valid_from` where nothing else is said."""
_WORD = {"type": "string", "maxLength": 100}
_CIPHERTEXT = {"type": "string", "pattern": "^(?:[0-9a-f]{2})*$"}
_SIGNED = "^(?:[0-9a-f]{128})?$"
ENVELOPE = record_of(
    {
        "record": NAME, "class": one_of("I", "II", "III"), "schema": NAME, "subject": NAME, "issuer": _WORD,
        "time": TIME, "valid_from": TIME, "valid_until": nullable(TIME), "supersedes": nullable(NAME), "epoch": COUNT,
        "height": COUNT, "withdrawn": nullable(COUNT), "signature": {"type": "string", "pattern": _SIGNED},
    },
    {
        "digest": hexadecimal(16, 32), "media_type": _WORD, "ciphertext": _CIPHERTEXT,
        "nonce": hexadecimal(0, 12), "key_id": _WORD,
        "wraps": list_of(record_of({"recipient": NAME, "sealed": hexadecimal(80)})),
    },
)  # fmt: skip
VIEW = record_of({"record": ENVELOPE, "document": nullable(DOCUMENT)})
"""A record as it is shown: its envelope, and its document as JSON text where whoever reads it needs no key."""


def parsed(rules: Rules, text: str, schema: str, time: int) -> tuple[Json, bytes]:
    """A document as it is signed, and the bytes of it that are stored; raises Denied (400 or 422).

    Canonical: TableJson of its schema and time, stored in its canonical bytes, whatever spelling it came in. Otherwise
    any JSON, stored and signed as the text that it came in.
    """
    try:
        data = text.encode()
        if rules.json == "any":
            documents.read_any(data)
            return text, data
        value = documents.read(data)
    except NotCanonical as error:
        raise Denied(400, "json", f"the document: {error}", ("ZD-R15", "ZD-C21")) from error
    except UnicodeEncodeError as error:
        raise Denied(400, "json", "the document is not Unicode text", ("ZD-C21",)) from error
    if (fault := tables.fault(value)) is not None:
        raise Denied(422, "json", f"the document is no TableJson: {fault}", ("ZD-R16", "ZD-C21"))
    table: Any = value
    if table["Type"] != schema or table["Property"]["timestamp"] != time:
        raise Denied(422, "json", "type and timestamp of the table are not the record's", ("ZD-C15", "ZD-C21"))
    return value, documents.canonical(value)


def skeleton(call: Call, schema: str, security: SecurityClass, subject: str, time: int, content: Json) -> Record:
    """The record that a body asks for, without its content, after all checks of who may store it; raises Denied.

    `content` is what the issuer signs besides the envelope.
    """
    state, who, body = call.state, call.who, call.body
    decide.require_storer(state, who, schema)
    valid_from, valid_until = body.get("valid_from", time), body.get("valid_until")
    if valid_until is not None and valid_until <= valid_from:
        raise Denied(422, "schema", "a record is valid for some time", ("ZD-C19",))
    supersedes = body.get("supersedes")
    about = supersession.thing(schema, subject, time)
    supersession.check_new(state.rules.supersession, state.records.values(), about, supersedes)
    _check_predecessor(state, who, supersedes)
    statement = statement_of(schema, subject, time, valid_from, valid_until, supersedes, content)
    signature = b""
    if needs_signature(state.rules, security):
        signature = bytes.fromhex(body.get("signature", ""))
        _check_signature(state, who, statement, signature)
    name = f"r{state.height}-{documents.digest('record id', [statement, who.member, state.height]).hex()[:16]}"
    return Record(
        name, security, schema, subject, who.member, time, valid_from, valid_until, supersedes,
        Content(), state.acl_epoch, state.height, None, signature,
    )  # fmt: skip


def needs_signature(rules: Rules, security: SecurityClass) -> bool:
    """Whether a record of this class is stored only with its issuer's signature."""
    return rules.issuer_signature == "on-chain" if security == "III" else rules.class_one == "signed"


def _check_predecessor(state: PlatformState, who: Subject, supersedes: str | None) -> None:
    if supersedes is None or state.rules.supersession != "chained":
        return
    decide.require(state, who, "supersede", Resource.of(state.records[supersedes]))


def _check_signature(state: PlatformState, who: Subject, statement: Json, signature: bytes) -> None:
    member = state.members.get(who.member)
    if member is None or not member.valid:
        raise Denied(403, "issuer_signature", "only members issue records", ("ZD-C5",))
    if not signatures.verifies(member.signing, "record", statement, signature):
        raise Denied(422, "issuer_signature", f"the record is not signed by {member.member}", ("ZD-C1", "ZD-C5"))


def filled(state: PlatformState, record: Record, data: bytes) -> Record:
    """The record with its document, kept as its class asks."""
    if record.security == "II":
        return confidential.encrypted(state, record, data)
    if record.security == "I" and state.rules.class_one == "encrypted":
        public = confidential.open_data_key(state).public
        aad = envelopes.associated(record.record, "I", record.epoch)
        sealed = sealing.seal("x25519-aead", public, data, aad, state.randomness("open data", record.record))
        return replace(record, content=Content(ciphertext=sealed, key_id="platform"))
    return replace(record, content=replace(record.content, plain=data))


def view(state: PlatformState, record: Record, reader: str | None) -> dict[str, Json]:
    """A record for whoever may read it. Of a record's wraps only the reader's own is shown."""
    own = tuple(each for each in record.wraps if each.recipient == reader)
    return {"record": replace(record, wraps=own).envelope(), "document": _shown(state, record)}


def _shown(state: PlatformState, record: Record) -> str | None:
    """The document, where the platform shows it: not where only a key of the reader's, or of its own, opens it."""
    if record.content.ciphertext is None:
        data = record.content.plain
    elif record.security == "II" and state.rules.class_two != "wrapped":
        data = confidential.plaintext(state, record)
    else:
        data = None
    return None if data is None else data.decode()


def on_chain(record: Record) -> dict[str, Json]:
    """What a block has of a record: all of it, whatever its class, but no file."""
    plain = None if record.content.plain is None else record.content.plain.decode()
    return {"record": record.envelope(), "document": plain}


def entered(state: PlatformState, record: Record) -> PlatformState:
    """The state with this new record; raises Denied (409) where it is sealed for another list of readers than today's.

    It is sealed by whatever part of the platform takes it, which may not have heard of a change of access (ZD-C3).
    """
    if record.security == "II" and state.rules.rotation == "on-change" and record.epoch != state.acl_epoch:
        raise Denied(409, "rotation", f"the record is sealed for the readers of epoch {record.epoch}", ("ZD-C3",))
    return stored(state, record)


def stored(state: PlatformState, record: Record) -> PlatformState:
    """The state with this record, at the end or in the place of what it was."""
    return replace(state, records={**state.records, record.record: record})
