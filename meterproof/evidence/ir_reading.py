"""A system from the JSON that `ir_writing` makes of it, with the hash that it says it has.

The JSON may come from anywhere: nothing in it is ever run as code, and what is no system is an InputError. The rules of
a system that was read are none; only the values that they had are in the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

from meterproof.errors import InputError
from meterproof.evidence.ir_writing import FORMAT
from meterproof.lang.canonical import digest
from meterproof.lang.enums import Enum
from meterproof.lang.expr import Expr, make
from meterproof.lang.formula import Formula
from meterproof.lang.rules import RuleSchema
from meterproof.lang.system import Action, Design, Guard, Property, System, Update, Variable
from meterproof.lang.types import BOOL, NUMBER, IntRange, Sort, Type

_WRONG = (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError)
_ALLOWED = "a system as `meterproof check --evidence` writes it"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read(text: str, *, file: str | Path | None = None) -> System:
    """The system; InputError, which names `file`, when it is none or has another hash than the text says."""
    try:
        whole = json.loads(text)
        if whole["format"] != FORMAT:
            raise InputError(f"the format is {whole['format']!r}", allowed=str(FORMAT))
        found = _Reader(whole).system()
        own = digest(found)
    except InputError as error:
        raise InputError(error.message, file=file, allowed=error.allowed or _ALLOWED) from error
    except _WRONG as error:
        said = f"{type(error).__name__}: {error}"
        raise InputError(f"holds no system ({said})", file=file, allowed=_ALLOWED) from error
    if own != whole["hash"]:
        raise InputError(f"the system has the hash {own}, not {whole['hash']}", file=file, allowed="an unchanged file")
    return found


class _Reader:
    """One document; nodes are made in the order of the file, so that each finds those that it is made of."""

    def __init__(self, whole: dict[str, Any]) -> None:
        self._whole = whole
        self._types = [_type(each) for each in whole["types"]]
        self._nodes: list[Expr] = []
        for op, type_, args, data in whole["nodes"]:
            self._nodes.append(make(op, self._types[_position(type_)], self._many(args), _data(data)))

    def system(self) -> System:
        whole = self._whole
        sorts = tuple(self._sort(each) for each in whole["sorts"])
        enums = tuple(self._types[_position(each)] for each in whole["enums"])
        return System(
            whole["name"], whole["doc"], sorts, tuple(e for e in enums if isinstance(e, Enum)),
            tuple(self._variable(v) for v in whole["variables"]),
            tuple(self._design(d) for d in whole["design"]),
            tuple(self._action(a) for a in whole["actions"]),
            tuple(self._guard(g) for g in whole["axioms"]),
            tuple(self._property(p) for p in whole["properties"]),
            RuleSchema({}).read({}),
            tuple((name, reason) for name, reason in whole["absent"]),
        )  # fmt: skip

    def _node(self, at: Any) -> Expr:
        return self._nodes[_position(at)]

    def _many(self, places: list[Any]) -> tuple[Expr, ...]:
        return tuple(self._node(at) for at in places)

    def _maybe(self, at: Any) -> Expr | None:
        return None if at is None else self._node(at)

    def _sort(self, at: Any) -> Sort:
        found = self._types[_position(at)]
        if not isinstance(found, Sort):
            raise ValueError(f"type {at} is no sort")
        return found

    def _variable(self, v: dict[str, Any]) -> Variable:
        return Variable(
            v["name"], tuple(self._sort(s) for s in v["domain"]), self._types[_position(v["to"])],
            self._many(v["index"]), self._maybe(v["init"]), v["ghost"], v["rigid"], v["at_most"], v["doc"],
        )  # fmt: skip

    def _design(self, d: dict[str, Any]) -> Design:
        resilience = None if d["resilience"] is None else _formula(d["resilience"])
        return Design(d["name"], self._sort(d["over"]), _formula(d["default"]), resilience)

    def _guard(self, g: dict[str, Any]) -> Guard:
        return Guard(self._node(g["condition"]), tuple(g["cites"]), tuple(g["rules"]), g["file"], g["line"])

    def _update(self, u: dict[str, Any]) -> Update:
        cells = tuple((self._many(index), self._node(value)) for index, value in u["cells"])
        return Update(u["variable"], cells, self._many(u["index"]), self._maybe(u["each"]))

    def _action(self, a: dict[str, Any]) -> Action:
        return Action(
            a["name"], self._many(a["params"]), tuple(self._guard(g) for g in a["guards"]),
            tuple(self._update(u) for u in a["updates"]), a["needs"], a["sentence"], tuple(a["cites"]),
            tuple(a["rules"]), a["file"], a["line"],
        )  # fmt: skip

    def _property(self, p: dict[str, Any]) -> Property:
        return Property(
            p["id"], p["kind"], p["title"], self._node(p["formula"]), self._maybe(p["then"]),
            self._maybe(p["witness"]), tuple(self._property(x) for x in p["lemmas"]), frozenset(p["against"]),
            tuple(p["fair"]), tuple(p["cites"]), p["file"], p["line"], p["when_quiet"],
        )  # fmt: skip


def _position(at: Any) -> int:
    """A place in a list; never one that counts from its end."""
    if type(at) is not int or at < 0:
        raise ValueError(f"{at!r} is no position")
    return at


def _type(said: dict[str, Any]) -> Type:
    match said:
        case {"sort": name, "ordered": bool(ordered), "doc": doc}:
            return Sort(name, doc, ordered)
        case {"enum": name, "values": values}:
            return Enum(name, *values)
        case {"low": int(low), "high": int(high)}:
            return IntRange(low, high)
        case {"basic": BOOL.name}:
            return BOOL
        case {"basic": NUMBER.name}:
            return NUMBER
    raise ValueError(f"{said} is no type")


def _data(said: Any) -> Hashable:
    if isinstance(said, dict):
        return _formula(said["threshold"])
    return tuple(said) if isinstance(said, list) else said


def _formula(text: str) -> Formula:
    words = set(_NAME.findall(text)) - {"floor", "ceil", "min", "max"}
    return Formula.parse(text, tuple(sorted(words)))
