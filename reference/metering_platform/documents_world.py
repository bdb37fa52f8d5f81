"""The machine `Documents` with real bytes: texts of tables, institutions that sign them, and parsers that differ.

One parser takes the first value of a key that comes twice, and one the last. A text that is not canonical has the
description of its table twice, and a number of spaces of its own at its end. An institution posts what it means to
the platform; what a dishonest one signs, it hands around.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from meterproof.errors import InputError
from reference.crypto import signing
from reference.ledger.effects import Effects, Refused
from reference.metering_platform import deploy as platform
from reference.metering_platform import documents, records, stage
from reference.metering_platform.deploy import Founded
from reference.metering_platform.documents import Json
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import MemberKind, Role
from reference.metering_platform.tables import Table

SCHEMA = "standard"
PARSERS: tuple[Literal["first", "last"], ...] = ("first", "last")
"""What each of the model's parsers takes of a key that comes twice."""


@dataclass(frozen=True)
class DocumentsWorld:
    """`library` has the parser of each institution, and `texts` the bytes of each text. `signatures` are all that there
    are, by institution and text. `offered`, `meant` and `taken` are history."""

    platform: Founded
    library: tuple[int, ...]
    dishonest: frozenset[int]
    texts: tuple[bytes, ...]
    tables: int
    signatures: Mapping[tuple[int, int], bytes]
    offered: frozenset[int] = frozenset()
    meant: frozenset[tuple[int, int, int]] = frozenset()
    taken: frozenset[tuple[int, int, int, int]] = frozenset()


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a text, an institution, a table and a parser."""

    action: str
    text: int
    issuer: int = 0
    table: int = 0
    parser: int = 0


Outcome = tuple[DocumentsWorld, Effects]


def deploy(
    rules: Rules,
    seed: int,
    *,
    library: Sequence[int],
    dishonest: Collection[int],
    reads: Sequence[Sequence[int]],
    canonical: Sequence[int],
) -> DocumentsWorld:
    """Institutions, one for each of `library`. `reads` has, for each parser, the table that it finds in each text, and
    `canonical` the text that each table has, which bears on nothing where the rules take any text.

    Raises InputError for other parsers than the two, and where one does not find a table in its canonical text: these
    parsers are right wherever no key comes twice.
    """
    bearing = () if rules.json == "any" else tuple(canonical)
    if not 1 <= len(reads) <= len(PARSERS):
        raise InputError(f"there are no {len(reads)} parsers", allowed="Parser=1 or 2")
    if any(found[text] != table for found in reads for table, text in enumerate(bearing)):
        raise InputError("a parser misreads a text in which no key comes twice", allowed="reads(p, canonical(t)) = t")
    texts = tuple(
        documents.canonical(table_of(bearing.index(x)).to_json())
        if x in bearing
        else spelled([found[x] for found in reads], x)
        for x in range(len(reads[0]))
    )
    founders: list[tuple[str, MemberKind]] = [(member(i), "regulator") for i in range(len(library))]
    users: list[tuple[str, Role, str]] = [(_user(i), "regulator", member(i)) for i in range(len(library))]
    founded = platform.deploy(rules, seed, founders, users)
    return DocumentsWorld(founded, tuple(library), frozenset(dishonest), texts, len(canonical), {})


def table_of(number: int) -> Table:
    """The model's table of this number."""
    return Table(SCHEMA, f"table {number}", stage.AT, (), ())


def spelled(numbers: Sequence[int], spaces: int) -> bytes:
    """A text in which the first parser finds the table of the first number, and the last one that of the last."""
    text, said = documents.canonical(table_of(numbers[0]).to_json()), b'"description":'
    first, last = (said + documents.canonical(f"table {number}") for number in (numbers[0], numbers[-1]))
    return text.replace(first, first + b"," + last) + b" " * (spaces + 1)


def step(world: DocumentsWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.issuer < len(world.library) or not 0 <= event.parser < len(PARSERS):
        return _refuse(world, "party", "there is no such institution or parser")
    if not 0 <= event.text < len(world.texts) or not 0 <= event.table < world.tables:
        return _refuse(world, "text", "there is no such text or table")
    return _STEPS[event.action](world, event)


def found_in(world: DocumentsWorld, parser: int, text: int) -> Json:
    """What the parser finds in the text, as JSON."""
    return documents.read_any(world.texts[text], PARSERS[parser])


def number_of(value: Any) -> int:
    """Which table the JSON is."""
    return int(value["Property"]["description"].removeprefix("table "))


def verifies(world: DocumentsWorld, issuer: int, text: int) -> bool:
    """Whether there is the institution's signature over this text."""
    return _holds(world, issuer, text, _signed_part(world, issuer, text))


def _holds(world: DocumentsWorld, issuer: int, text: int, signed_part: bytes) -> bool:
    signature = world.signatures.get((issuer, text))
    public = world.platform.state.members[member(issuer)].signing
    return signature is not None and signing.verify(public, signed_part, signature)


def _signed_part(world: DocumentsWorld, issuer: int, text: int) -> bytes:
    """What is signed of a record with this text, canonical or not: of one that is, what the platform asks for."""
    if world.platform.state.rules.json == "any":
        return _statement(issuer, text, world.texts[text].decode())
    return _statement(issuer, text, "").replace(b'"content":""', b'"content":' + world.texts[text], 1)


def _statement(issuer: int, text: int, content: Json) -> bytes:
    said = records.statement_of(SCHEMA, _subject(issuer, text), stage.AT, stage.AT, None, None, content)
    return documents.statement("record", said)


def _sign(world: DocumentsWorld, event: Event) -> DocumentsWorld:
    pair, about = world.platform.members[member(event.issuer)], (event.issuer, event.text)
    signed = signing.sign(pair, _signed_part(world, *about))
    return replace(world, signatures={**world.signatures, about: signed})


def _write(world: DocumentsWorld, event: Event) -> Outcome:
    value, about = found_in(world, world.library[event.issuer], event.text), (event.issuer, event.table, event.text)
    if number_of(value) != event.table:
        return _refuse(world, "library", "the institution reads another table", "ZD-C21")
    if about in world.meant:
        return _refuse(world, "meant", "the institution has signed this already")
    if _is_other(world, value, event.text):
        return _refuse(world, "json", "the text is not the canonical one of the table", "ZD-C21")
    signed = _sign(world, event)
    body: dict[str, Json] = {
        "schema": SCHEMA, "subject": _subject(event.issuer, event.text), "time": stage.AT,
        "document": world.texts[event.text].decode(),
        "signature": signed.signatures[event.issuer, event.text].hex(),
    }  # fmt: skip
    after, said = stage.ask(world.platform, _user(event.issuer), "POST", "/records", body)
    if isinstance(said, Refused):
        return world, (said,)
    return replace(signed, platform=after, meant=world.meant | {about}), ()


def _is_other(world: DocumentsWorld, value: Json, text: int) -> bool:
    """Whether what was read has other bytes than these, where that counts."""
    return world.platform.state.rules.json == "canonical" and documents.canonical(value) != world.texts[text]


def _offer(world: DocumentsWorld, event: Event) -> Outcome:
    if event.text in world.offered:
        return _refuse(world, "offered", "the text is handed in already")
    return replace(world, offered=world.offered | {event.text}), ()


def _approve(world: DocumentsWorld, event: Event) -> Outcome:
    if event.text not in world.offered:
        return _refuse(world, "offered", "nobody has handed the text in")
    return _write(world, event)


def _sign_anything(world: DocumentsWorld, event: Event) -> Outcome:
    if event.issuer not in world.dishonest or verifies(world, event.issuer, event.text):
        return _refuse(world, "corruption", "the institution is honest, or has signed the text already")
    return _sign(world, event), ()


def _take(world: DocumentsWorld, event: Event) -> Outcome:
    value, about = found_in(world, event.parser, event.text), (event.parser, event.issuer, event.text, event.table)
    if number_of(value) != event.table or about in world.taken:
        return _refuse(world, "parser", "the parser reads another table, or has read this one already")
    if _is_other(world, value, event.text):
        return _refuse(world, "json", "the text is not the canonical one of the table", "ZD-C21")
    as_read = world.texts[event.text].decode() if world.platform.state.rules.json == "any" else value
    if not _holds(world, event.issuer, event.text, _statement(event.issuer, event.text, as_read)):
        return _refuse(world, "signature", "the institution has not signed this", "ZD-C5")
    return replace(world, taken=world.taken | {about}), ()


def member(number: int) -> str:
    """The name of the institution of this number."""
    return f"institution-{number}"


def _user(number: int) -> str:
    return f"officer-{number}"


def _subject(issuer: int, text: int) -> str:
    return f"text-{issuer}-{text}"


def _refuse(world: DocumentsWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[DocumentsWorld, Event], Outcome]] = {
    "write": _write,
    "offer": _offer,
    "approve": _approve,
    "sign_anything": _sign_anything,
    "take": _take,
}
