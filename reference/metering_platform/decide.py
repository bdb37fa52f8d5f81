"""The one decision: whether a subject may do something with a resource. Every interface and every route asks it.

It is a table from what is asked to the relations of which one must hold between subject and resource. What is not in
the table is nobody's: deny by default (ZD-R19, ZD-R24, ZD-C12, ZD-P3). The relations are found by `relations`, from the
chain and from what the token carries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reference.metering_platform import acl
from reference.metering_platform.records import Record
from reference.metering_platform.routing import Denied, Subject
from reference.metering_platform.rules import Authorisation
from reference.metering_platform.state import Demand, PlatformState, Role, SupplierTest

Action = Literal[
    "read", "store", "supersede", "withdraw", "disclose", "reclassify", "grant", "revoke", "register", "transfer",
    "erase", "sample", "acknowledge", "consent", "propose", "approve",
]  # fmt: skip
Kind = Literal["class-I", "class-II", "class-III", "meter", "grant", "person", "tests", "demands", "platform"]
Relation = Role | Literal["known", "owner", "grantee", "issuer", "collection", "shown", "self"]
"""A role is the relation of whoever has it. "known": has a token. "owner": of the meter at the record's time.
"grantee": a grant covers the record now. "issuer": his member issued the record. "collection": the data of his own
supplier. "shown": those of a supplier that lets his see them. "self": it is himself, or he gave it."""

STORERS: Mapping[str, frozenset[Role]] = {
    "type-test-certificate": frozenset({"institution"}),
    "factory-certificate": frozenset({"supplier"}),
    "identification-certificate": frozenset({"institution"}),
    "equipment-traceability": frozenset({"institution"}),
    "institution-qualification": frozenset({"regulator"}),
    "standard": frozenset({"regulator"}),
    "qualification-file": frozenset({"regulator", "institution"}),
    "meter-reading": frozenset({"grid"}),
    "market-settlement": frozenset({"market", "grid"}),
}
"""Who stores records of each schema; of any other, grid companies and institutions do."""
OTHER_STORERS: frozenset[Role] = frozenset({"grid", "institution"})

SUFFICES: Mapping[tuple[Kind, Action], frozenset[Relation]] = {
    ("class-I", "read"): frozenset({"known"}),
    ("class-II", "read"): frozenset({"owner", "grantee", "issuer"}),
    ("class-III", "read"): frozenset({"known"}),
    ("class-I", "supersede"): frozenset({"issuer"}),
    ("class-II", "supersede"): frozenset({"issuer"}),
    ("class-III", "supersede"): frozenset({"issuer"}),
    ("class-I", "withdraw"): frozenset({"issuer"}),
    ("class-II", "withdraw"): frozenset({"issuer"}),
    ("class-III", "withdraw"): frozenset({"issuer"}),
    ("class-II", "disclose"): frozenset({"issuer"}),
    ("class-II", "grant"): frozenset({"owner", "issuer"}),
    ("meter", "register"): frozenset({"grid", "registrar"}),
    ("meter", "read"): frozenset({"owner", "grid", "registrar"}),
    ("meter", "transfer"): frozenset({"owner", "registrar"}),
    ("meter", "grant"): frozenset({"owner", "grid"}),
    ("grant", "revoke"): frozenset({"self"}),
    ("person", "read"): frozenset({"self"}),
    ("person", "erase"): frozenset({"self"}),
    ("person", "register"): frozenset({"admin"}),
    ("tests", "store"): frozenset({"collection"}),
    ("tests", "read"): frozenset({"collection", "shown", "grid"}),
    ("tests", "sample"): frozenset({"grid", "institution"}),
    ("tests", "register"): frozenset({"institution"}),
    ("tests", "consent"): frozenset({"collection"}),
    ("demands", "store"): frozenset({"grid"}),
    ("demands", "read"): frozenset({"collection", "shown", "grid"}),
    ("demands", "acknowledge"): frozenset({"collection"}),
    ("platform", "propose"): frozenset({"admin"}),
    ("platform", "approve"): frozenset({"admin"}),
    ("platform", "reclassify"): frozenset({"admin"}),
}


@dataclass(frozen=True)
class Resource:
    """What is asked about: a record of a class, or something by its name. `supplier` and `user` say whose it is."""

    kind: Kind
    name: str = ""
    record: Record | None = None
    supplier: str | None = None
    user: str | None = None
    sub_ledger: str | None = None
    """That of one statement; None for whichever the supplier's statements are on."""

    @staticmethod
    def of(record: Record) -> Resource:
        kinds: Mapping[str, Kind] = {"I": "class-I", "II": "class-II", "III": "class-III"}
        return Resource(kinds[record.security], record.record, record)


def allows(rule: Authorisation, held: frozenset[Relation], kind: Kind, action: Action | None) -> bool:
    """The decision itself: nothing is asked beyond a signature, or one of the relations that suffice must hold.

    Without an action: whether they suffice for any.
    """
    if rule == "signature-only":
        return True
    if action is None:
        return any(relations & held for (about, _), relations in SUFFICES.items() if about == kind)
    return bool(SUFFICES.get((kind, action), frozenset()) & held)


def decide(state: PlatformState, who: Subject, action: Action, resource: Resource) -> bool:
    """Whether this subject may do this now, at the state's height.

    An interface that has the token and not the routes is asked whether he may do anything with it (ZD-C20).
    """
    if who.unchecked:
        return True
    asked = action if who.routed else None
    return allows(state.rules.authorisation, relations(state, who, resource), resource.kind, asked)


def require(state: PlatformState, who: Subject, action: Action, resource: Resource) -> None:
    """Raises Denied (403) unless `decide` allows it."""
    if not decide(state, who, action, resource):
        what = f"{action} {resource.kind} {resource.name}".rstrip()
        raise Denied(403, "authorisation", f"{who.user} may not {what}", ("ZD-R19", "ZD-R24", "ZD-C12"))


def require_storer(state: PlatformState, who: Subject, schema: str) -> None:
    """Raises Denied (403) unless the subject's role stores records of this schema, for a member that is one."""
    if who.unchecked or state.rules.authorisation == "signature-only":
        return
    member = state.members.get(who.member)
    if who.role not in STORERS.get(schema, OTHER_STORERS) or member is None or not member.valid:
        raise Denied(403, "authorisation", f"{who.user} stores no {schema}", ("ZD-R3", "ZD-R19", "ZD-C12"))


def relations(state: PlatformState, who: Subject, resource: Resource) -> frozenset[Relation]:
    """What holds between subject and resource at this height."""
    held: set[Relation] = {"known", who.role}
    record = resource.record
    if record is not None:
        if who.member and record.issuer == who.member:
            held.add("issuer")
        if _owns(state, who, record):
            held.add("owner")
        if _granted(state, who, record):
            held.add("grantee")
    if resource.kind == "meter" and resource.name in who.owns:
        held.add("owner")
    if resource.user == who.user:
        held.add("self")
    if resource.supplier is not None and who.role == "supplier":
        if who.member == resource.supplier:
            held.add("collection")
        if _is_shown(state, who.member, resource):
            held.add("shown")
    return frozenset(held)


def _owns(state: PlatformState, who: Subject, record: Record) -> bool:
    if state.rules.ownership == "present-owner":
        return record.subject in who.owns
    return acl.owner_of(state, record.subject, record.time) == who.user


def _granted(state: PlatformState, who: Subject, record: Record) -> bool:
    if state.rules.permissions == "in-token" and state.rules.authorisation != "decided":
        return record.record in who.granted or record.subject in who.granted
    return any(grant.user == who.user for grant in acl.grants_for(state, record))


def _is_shown(state: PlatformState, member: str, resource: Resource) -> bool:
    """Whether one supplier sees another's data: as it has the ledger, or as the other has said so (ZD-C22)."""
    supplier = resource.supplier or ""
    match state.rules.sub_ledgers:
        case "one-ledger":
            return True
        case "mapped":
            named = resource.sub_ledger
            found = _sub_ledgers(state, supplier) if named is None else {named}
            return any(state.has_sub_ledger(member, each) for each in found)
        case "private-collections":
            return member in state.consents.get(supplier, frozenset())


def _sub_ledgers(state: PlatformState, supplier: str) -> set[str]:
    """Those that the supplier's statements are on, or go to."""
    made: list[SupplierTest | Demand] = [*state.tests.values(), *state.demands]
    return {state.sub_ledger_of(supplier), *(each.sub_ledger for each in made if each.supplier == supplier)}
