"""The machine `Certificates` with real bytes: institutions, files of which two may have one MD5, a compromised service,
and readers.

A reader is shown a file in the platform's answer, whose custodians hand out what they like, and checks the answer as
the rules let him. Information that is stored by itself he looks up on a replica. The service passes by the platform's
questions who asks, and not by what nodes ask of a record.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused
from reference.metering_platform import collision, custody, documents, images, issuing, ledger, signatures, stage
from reference.metering_platform import deploy as platform
from reference.metering_platform.certificates_state import (
    MEDIA,
    CertificatesWorld,
    Issued,
    described,
    digest_of,
    entries,
    member,
    text,
)
from reference.metering_platform.deploy import Founded
from reference.metering_platform.routes import certificates, records
from reference.metering_platform.routes.certificates import INFORMATION, PORTAL, SCHEMA
from reference.metering_platform.routing import Call, Denied, Request, Subject
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import MemberKind, Role
from reference.metering_platform.tables import Table

READER = "ann"


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a file (or two), a certificate, an institution, a table."""

    action: str
    file: int = 0
    certificate: int = 0
    issuer: int = 0
    table: int = 0
    other: int = 0


Outcome = tuple[CertificatesWorld, Effects]


def deploy(
    rules: Rules,
    seed: int,
    *,
    issuers: Sequence[int],
    institutions: int,
    dishonest: Collection[int],
    tells: Sequence[int],
    digests: Sequence[int],
    tables: int,
) -> CertificatesWorld:
    """Institutions, a number for each of `issuers`, which names one, and files to be made, of which none is yet."""
    users: list[tuple[str, Role, str]] = [(_user(i), "regulator", member(i)) for i in range(institutions)]
    founders: list[tuple[str, MemberKind]] = [(member(i), "regulator") for i in range(institutions)]
    founded = platform.deploy(rules, seed, founders, [(READER, "resident", ""), *users])
    adversary = KeyPair.generate(Randomness.from_seed(seed).child("adversary"))
    return CertificatesWorld(
        founded, adversary, tuple(issuers), frozenset(dishonest), tuple(tells), tuple(digests), tables, {}
    )


def step(world: CertificatesWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    numbers = range(len(world.digests))
    if event.file not in numbers or event.other not in numbers or not 0 <= event.certificate < len(world.issuers):
        return _refuse(world, "party", "there is no such file or certificate")
    if not 0 <= event.table < world.tables or member(event.issuer) not in world.platform.members:
        return _refuse(world, "party", "there is no such table or institution")
    if event.action not in _MAKE and event.file not in world.files:
        return _refuse(world, "file", "nobody has made the file")
    return _STEPS[event.action](world, event)


def _write(world: CertificatesWorld, event: Event) -> Outcome:
    if not _is_new(world, event.file):
        return _refuse(world, "digest", "it is made already, or nobody finds another file of its digest", "ZD-A41")
    made = collision.written(f"file {event.file}", text(world.tells[event.file]))
    return replace(world, files={**world.files, event.file: made}), ()


def _write_pair(world: CertificatesWorld, event: Event) -> Outcome:
    both = event.file, event.other
    if both[0] == both[1] or not all(_is_new(world, each) for each in both):
        return _refuse(world, "digest", "they are one, or made already, or others have their digest", "ZD-A41")
    one, other = collision.pair(f"files {both}", *(text(world.tells[each]) for each in both))
    if digest_of(world, one) != digest_of(world, other):
        return _refuse(world, "class_three", "the files have two digests", "ZD-C4")
    if world.digests[both[0]] != world.digests[both[1]]:
        return _refuse(world, "digest", "the files are to have two digests", "ZD-A41")
    return replace(world, files={**world.files, both[0]: one, both[1]: other}), ()


def _is_new(world: CertificatesWorld, file: int) -> bool:
    """Whether neither the file is made nor another that is to have its digest."""
    return all(world.digests[each] != world.digests[file] for each in world.files)


def _issue(world: CertificatesWorld, event: Event) -> Outcome:
    if world.issuers[event.certificate] != event.issuer:
        return _refuse(world, "issuer", "the number is another institution's", "ZD-R6")
    return _issued(world, replace(event, table=world.tells[event.file]))


def _issue_contradicting(world: CertificatesWorld, event: Event) -> Outcome:
    if world.issuers[event.certificate] != event.issuer or event.issuer not in world.dishonest:
        return _refuse(world, "corruption", "the institution is honest, or the number another's", "ZD-C15")
    if collision.shown(world.files[event.file]) == text(event.table):
        return _refuse(world, "file", "the file tells the same")
    return _issued(world, event)


def _issued(world: CertificatesWorld, event: Event) -> Outcome:
    """The institution's program posts the parts; a correction that is stored by itself names the part before."""
    pair, after = world.platform.members[member(event.issuer)], world.platform
    bodies = _bodies(world, event, pair, corrects=not world.in_one)
    for body in bodies:
        path = "/records" if "document" in body else "/certificates"
        after, said = stage.ask(after, _user(event.issuer), "POST", path, body)
        if isinstance(said, Refused):
            return world, (said,)
    if world.in_one and any(number == _number(event.certificate) for number, _, _ in entries(world)):
        why = "the platform has given another number: this one is used"
        return _refuse(world, "certificate_parts", why, "ZD-C15")
    issued = Issued(event.certificate, world.files[event.file], bodies)
    return replace(world, platform=after, issued=(*world.issued, issued)), ()


def _enter_unsigned(world: CertificatesWorld, event: Event) -> Outcome:
    number, digest = _number(event.certificate), digest_of(world, world.files[event.file])
    if any((n, t, r["digest"]) == (number, text(event.table), digest) for n, t, r in entries(world)):
        return _refuse(world, "entry", "the chain has this already")
    state, named = world.platform.state, member(world.issuers[event.certificate])
    for body in _bodies(world, event, world.adversary, corrects=True):
        route = _STORED_BY["document" in body]
        asked = Request(route.method, route.path, body=documents.canonical(body), at=stage.AT)
        try:
            reply = route.run(Call(state, asked, Subject("service", "regulator", named), {}, {}, body))
        except Denied as denied:
            return world, (stage.refusal(denied),)
        state = ledger.settle(state, reply, route.path)
    return replace(world, platform=replace(world.platform, state=state)), ()


def _bodies(world: CertificatesWorld, event: Event, pair: KeyPair, *, corrects: bool) -> tuple[dict[str, Any], ...]:
    """What is posted for a certificate: its information, where it is stored by itself, and its file."""
    number, said = _number(event.certificate), text(event.table)
    before = {each.schema: each.record for each in world.platform.state.records.values() if each.subject == number}
    named = before if corrects else {}
    kind = SCHEMA if world.in_one else INFORMATION
    table = Table(kind, said, stage.AT, (), ())
    file = issuing.certificate_body(
        world.rules, pair, number, MEDIA, world.files[event.file], table, supersedes=named.get(SCHEMA)
    )
    if world.in_one:
        return (file,)
    return issuing.record_body(world.rules, pair, number, table, supersedes=named.get(INFORMATION)), file


def _accept(world: CertificatesWorld, event: Event) -> Outcome:
    """Of the certificate's records the reader is shown the one that he is deceived by, or any if there is none."""
    number, said, file = _number(event.certificate), text(event.table), world.files[event.file]
    of_it = [(told, record) for n, told, record in entries(world) if n == number]
    if not of_it:
        return _refuse(world, "records", "the chain has nothing of this number", "ZD-R6")
    fits = [(told == said, record) for told, record in of_it if record["digest"] == digest_of(world, file)]
    _, record = max(fits or [(False, of_it[-1][1])], key=lambda each: each[0])
    if not any(told == said for told, _ in of_it):
        return _refuse(world, "certificate_parts", "the chain has no such information for it", "ZD-C15")
    _, answer = stage.ask(
        _handing_out(world, record["record"], file), READER, "GET", f"/certificates/{record['record']}"
    )
    if isinstance(answer, Refused):
        return world, (answer,)
    return _shown(world, event, answer)


def _handing_out(world: CertificatesWorld, record: str, file: bytes) -> Founded:
    """The platform while the custodians of this record have this file."""
    state = world.platform.state
    for name in state.off_chain.files[record]:
        state = custody.changed_by_custodian(state, record, name, file)
    return replace(world.platform, state=state)


def _accept_replaced(world: CertificatesWorld, event: Event) -> Outcome:
    """Whoever is on the way makes an answer of his own, and signs what there is to sign."""
    number, file, rules = _number(event.certificate), world.files[event.file], world.rules
    body = _bodies(world, event, world.adversary, corrects=False)[-1]
    envelope = {**body, "record": "r0", "schema": SCHEMA, "subject": number, "digest": digest_of(world, file)}
    told = documents.canonical(Table(SCHEMA, text(event.table), stage.AT, (), ()).to_json()).decode()
    signature = signatures.sign(world.adversary, "returned", certificates.returned_statement(envelope, told))
    sign = signatures.sign_json(PORTAL, world.adversary.public, "returned", signature)
    image = images.image(rules.class_three, MEDIA, file)
    return _shown(world, event, {"record": envelope, "information": told, "image": image, "sign": sign})


def _shown(world: CertificatesWorld, event: Event, answer: Mapping[str, Any]) -> Outcome:
    """The reader checks an answer, and accepts it."""
    file, about = base64.b64decode(answer["image"]["file"]), text(event.table)
    if not _is_in_order(world, event.certificate, answer):
        return _refuse(world, "issuer_signature", "the answer is not signed as it has to be", "ZD-R18", "ZD-C5")
    if digest_of(world, file) != answer["record"]["digest"]:
        return _refuse(world, "class_three", "the file has another digest", "ZD-R17")
    if world.in_one and described(answer["information"].encode()) != about:
        return _refuse(world, "certificate_parts", "the record has other information", "ZD-C15")
    if (event.certificate, about, file) in world.accepted:
        return _refuse(world, "accepted", "it is accepted already")
    return replace(world, accepted=world.accepted | {(event.certificate, about, file)}), ()


def _is_in_order(world: CertificatesWorld, certificate: int, answer: Mapping[str, Any]) -> bool:
    match world.rules.issuer_signature:
        case "none":
            return True
        case "returned":
            server = world.platform.state.secrets.signature_server.public
            said = certificates.returned_statement(answer["record"], answer["information"])
            return signatures.checks_out(answer["sign"], server, said)
        case "on-chain":
            public = world.platform.members[member(world.issuers[certificate])].public
            shown = answer if world.in_one else {**answer, "information": None}
            return issuing.is_issuers_certificate(world.rules, shown, public)


def _number(certificate: int) -> str:
    return f"certificate-{certificate}"


def _user(number: int) -> str:
    return f"officer-{number}"


def _refuse(world: CertificatesWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STORED_BY = {
    has_document: next(each for each in routes if each.name == name)
    for has_document, routes, name in (
        (True, records.ROUTES, "storeRecord"),
        (False, certificates.ROUTES, "storeCertificate"),
    )
}
_MAKE = frozenset({"write", "write_pair"})
_STEPS: Mapping[str, Callable[[CertificatesWorld, Event], Outcome]] = {
    "write": _write,
    "write_pair": _write_pair,
    "issue": _issue,
    "issue_contradicting": _issue_contradicting,
    "enter_unsigned": _enter_unsigned,
    "accept": _accept,
    "accept_replaced": _accept_replaced,
}
