"""Contract files: TOML in, a `Contract` out; every mistake is told with file, line, rule and clause, all at once."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from pathlib import Path

from meterproof.contracts.conditions import CLAUSES, WORDS, Amounts, Clause, Dates, Hours, Weekdays, WordName, Words
from meterproof.contracts.contract import OUTCOMES, POLICIES, Contract, Outcome, Rule, circle
from meterproof.contracts.fields import SLUG, Fields, shown
from meterproof.contracts.request import MOST, ORIGIN, WEEKDAYS
from meterproof.errors import InputError, nearest
from meterproof.study import toml
from meterproof.study.problems import refuse

HEAD = (
    "contract", "version", "activation_height", "authority", "about", "policy", "otherwise", "legal_time", "laws",
    "vocabulary", "rule",
)  # fmt: skip
RULE = ("id", "law", *CLAUSES, "decision", "overrides", "note")
NONE = "none"
"""How a file says that there is no amount."""
CLOSED: tuple[Outcome, ...] = ("deny", "escalate")
"""What may become of requests that no rule decides: nothing is allowed because nobody thought of it."""

_UNIT = r"[A-Za-z][A-Za-z0-9-]*"
_OFFSET = re.compile(r"([+-])(0\d|1[0-4]):([0-5]\d)")
_MANY = 2**53 - 1


def load(path: str | Path) -> Contract:
    """Read a contract file. InputError with file, line, rule and clause for each mistake (`study.problems`)."""
    return _contract(toml.load(path))


def parse(source: bytes, file: Path) -> Contract:
    """The contract that `source` writes; `file` is only named in messages. InputError as in `load`."""
    return _contract(toml.parse(source, file))


def _contract(document: toml.Document) -> Contract:
    problems: list[InputError] = []
    head = Fields(document, (), document.data, "", problems)
    head.only(HEAD)
    name, authority = head.name("contract"), head.text("authority")
    head.text("about", default="-")
    version, height = head.integer("version", 1, _MANY), head.integer("activation_height", 0, _MANY)
    policy, otherwise = head.choice("policy", POLICIES), head.choice("otherwise", CLOSED)
    offset = _offset(head)
    laws, vocabulary = _laws(head), _vocabulary(head)
    refuse(problems)  # rules can't be told right from wrong without words
    rules = _rules(head, laws, vocabulary, policy == "most-specific")
    refuse(problems)
    assert name and authority and version and policy and otherwise  # what is missing has been refused
    assert height is not None and offset is not None
    contract = Contract(
        name, version, height, authority, policy, otherwise, offset, laws, vocabulary, rules, str(document.file)
    )
    if cycle := circle(contract.beaten_by):
        rule = next(each for each in cycle if contract.rule(each).overrides)
        raise InputError(
            f"rule {rule}, overrides: {', '.join(cycle)} give way to each other in a circle, so that none would decide",
            file=document.file, line=contract.rule(rule).lines["overrides"],
            allowed="a rule that overrides no rule which is narrower than it, or overrides it in turn",
        )  # fmt: skip
    return contract


def _offset(head: Fields) -> int | None:
    allowed = "the fixed offset of legal time from UTC, such as '+01:00'"
    text = head.text("legal_time", allowed)
    if text is None:
        return None
    found = _OFFSET.fullmatch(text)
    if found is None:
        head.wrong("legal_time", f"legal_time cannot be {text!r}", allowed)
        return None
    return (1 if found[1] == "+" else -1) * (int(found[2]) * 60 + int(found[3]))


def _laws(head: Fields) -> dict[str, str]:
    fields = head.table("laws", "laws: ", "a table with the title of each law by its abbreviation")
    return {} if fields is None else _definitions(fields, r"[A-Za-z][A-Za-z0-9-]*")


def _vocabulary(head: Fields) -> dict[str, dict[str, str]]:
    kinds = (*WORDS, "unit")
    fields = head.table("vocabulary", "vocabulary: ", f"a table with a table of words for each of {', '.join(kinds)}")
    if fields is None:
        return {}
    fields.only(kinds)
    found: dict[str, dict[str, str]] = {}
    for kind in kinds:
        words = fields.table(kind, f"vocabulary of {kind}: ", "a table with the definition of each word")
        found[kind] = {} if words is None else _definitions(words, _UNIT if kind == "unit" else SLUG)
        if words is not None and not words.values and kind != "unit":
            fields.wrong(kind, f"{kind} has no words", "at least one word with its definition")
    return found


def _definitions(fields: Fields, pattern: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in fields.values:
        if not re.fullmatch(pattern, word) or word == NONE:
            letters = "small letters" if pattern == SLUG else "letters"
            fields.wrong(word, f"a word cannot be {word!r}", f"{letters}, digits and hyphens, and not '{NONE}'")
        found[word] = fields.text(word, "a text: what the word means") or ""
    return found


def _rules(
    head: Fields, laws: dict[str, str], vocabulary: dict[str, dict[str, str]], exceptions: bool
) -> tuple[Rule, ...]:
    tables = head.values.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        head.wrong("rule", "rule is no list of rules", "tables that begin with [[rule]]")
        return ()
    read: list[Rule | None] = []
    places: dict[str, Fields] = {}
    for at, table in enumerate(tables):
        fields = Fields(head.document, ("rule", at), table, f"rule number {at + 1}: ", head.problems)
        id = fields.name("id")
        if id is not None:
            fields = fields.relabelled(f"rule {id}: ")
            if id in places:
                fields.wrong("id", f"there is a rule {id} on line {places[id].line()} already", "each id once")
            places.setdefault(id, fields)
        read.append(_rule(fields, id, laws, vocabulary))
    for fields in places.values():
        _overrides(fields, places, exceptions)
    return tuple(each for each in read if each is not None)


def _rule(fields: Fields, id: str | None, laws: dict[str, str], vocabulary: dict[str, dict[str, str]]) -> Rule | None:
    fields.only(RULE)
    law, decision = _law(fields, laws), fields.choice("decision", OUTCOMES)
    note = fields.text("note", default="-")
    clauses = tuple(
        clause for name in CLAUSES if name in fields.values if (clause := _clause(fields, id, name, vocabulary))
    )
    overrides = fields.values.get("overrides", [])
    if id is None or law is None or decision is None or note is None:
        return None
    lines = {"": fields.line("id"), **{key: fields.line(key) for key in fields.values}}
    listed = tuple(overrides) if isinstance(overrides, list) else (str(overrides),)
    return Rule(id, law, decision, clauses, listed, "" if note == "-" else note, lines)


def _law(fields: Fields, laws: dict[str, str]) -> str | None:
    allowed = f"an abbreviation of [laws] and a provision, such as '{next(iter(laws), 'ACT')} s. 3'"
    law = fields.text("law", allowed)
    if law is None:
        return None
    act, _, provision = law.partition(" ")
    if act not in laws:
        fields.wrong("law", f"law: [laws] has no {act!r}{nearest(act, laws)}", ", ".join(laws) or "no law is declared")
    elif not provision.strip():
        fields.wrong("law", f"law: {law!r} names no provision", allowed)
    return law


def _overrides(fields: Fields, places: dict[str, Fields], exceptions: bool) -> None:
    if "overrides" not in fields.values:
        return
    if not exceptions:
        fields.wrong("overrides", "overrides means something under the policy most-specific only", "no overrides")
        return
    id = str(fields.values["id"])
    fields.relabelled(f"rule {id}, overrides: ").words(
        "overrides", [each for each in places if each != id], "other rule"
    )


def _clause(fields: Fields, id: str | None, name: str, vocabulary: dict[str, dict[str, str]]) -> Clause | None:
    rule = f"rule {id}" if id else fields.label.removesuffix(": ")
    fields = fields.relabelled(f"{rule}, clause {name}: ")
    match name:
        case "amount":
            return _amount(fields, vocabulary["unit"])
        case "hours":
            return _hours(fields)
        case "weekdays":
            days = fields.words(name, WEEKDAYS, "weekday")
            return None if days is None else Weekdays(frozenset(map(WEEKDAYS.index, days)))
        case "dates":
            return _dates(fields)
    kind: WordName = next(each for each in WORDS if each == name)
    words = fields.words(name, vocabulary[kind], f"word of the vocabulary of {kind}")
    return None if words is None else Words(kind, frozenset(words))


def _amount(fields: Fields, units: dict[str, str]) -> Amounts | None:
    if fields.values["amount"] == NONE:
        return Amounts(None)
    inner = fields.table("amount", fields.label, f"{{ unit = ..., from = ..., below = ... }}, or '{NONE}'")
    if inner is None:
        return None
    inner.only(("unit", "from", "below"))
    before = len(fields.problems)
    start, end = inner.integer("from", 0, MOST, 0), inner.integer("below", 1, MOST + 1, MOST + 1)
    unit = inner.text("unit", ", ".join(units) or "no unit is declared")
    if unit is not None and unit not in units:
        inner.wrong("unit", f"{unit!r} is no unit{nearest(unit, units)}", ", ".join(units) or "no unit is declared")
    if unit is None or start is None or end is None or len(fields.problems) > before:
        return None
    if start >= end:
        inner.wrong("below", f"no amount is from {start} on and below {end}", f"more than {start}")
        return None
    return Amounts(unit, start, end)


def _hours(fields: Fields) -> Hours | None:
    allowed = "{ from = 06:00:00, before = 22:00:00 }, in whole minutes"
    inner = fields.table("hours", fields.label, allowed)
    if inner is None:
        return None
    inner.only(("from", "before"))
    ends = []
    for key in ("from", "before"):
        value = inner.get(key, "a time of day in whole minutes, such as 06:00:00")
        if isinstance(value, time) and not value.second and not value.microsecond:
            ends.append(value.hour * 60 + value.minute)
        elif value is not None:
            inner.wrong(key, f"{key} cannot be {shown(value)}", "a time of day in whole minutes, such as 06:00:00")
    if len(ends) < 2:
        return None
    if ends[0] == ends[1]:
        inner.wrong("before", "from and before are the same time", "two times, or no hours for the whole day")
        return None
    return Hours(ends[0], ends[1])


def _dates(fields: Fields) -> Dates | None:
    inner = fields.table("dates", fields.label, "{ from = 2031-01-01, before = 2032-01-01 }, or one of them")
    if inner is None:
        return None
    inner.only(("from", "before"))
    ends: dict[str, int] = {}
    for key, value in inner.values.items():
        if isinstance(value, date) and not isinstance(value, datetime) and value >= ORIGIN:
            ends[key] = (value - ORIGIN).days
        elif key in ("from", "before"):
            inner.wrong(key, f"{key} cannot be {shown(value)}", "a date from 1970 on, such as 2031-01-01")
            return None
    if not ends:
        fields.wrong("dates", "dates has neither from nor before", "one of them, or no dates")
        return None
    start, end = ends.get("from", 0), ends.get("before")
    if end is not None and start >= end:
        inner.wrong("before", "no day is from the one on and before the other", "a later date than that of from")
        return None
    return Dates(start, end)
