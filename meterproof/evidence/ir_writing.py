"""A system as JSON: everything that its hash is made of, and the sentences, citations and lines that people read.

Expressions are one list of nodes, each after those that it is made of, and are named by their position; so are types.
Of the rules only the values are told: the system is what they came to. No line depends on where the study lies.
"""

from __future__ import annotations

import json
from pathlib import Path, PurePath
from typing import Any

from meterproof.lang.canonical import digest
from meterproof.lang.expr import Expr
from meterproof.lang.formula import Formula
from meterproof.lang.system import Action, Guard, Property, System, Update, Variable
from meterproof.lang.types import EnumType, IntRange, Sort, Type

FORMAT = 1
"""Counts changes of the form that older readers can't read."""


def write(system: System, root: Path | None = None) -> str:
    """The system as the text of a JSON file, one node a line; files below `root` are named from there."""
    whole = _Writer(root).document(system)
    parts = []
    for name, value in whole.items():
        if isinstance(value, list) and value:
            lines = ",\n".join(f"    {json.dumps(each, ensure_ascii=False)}" for each in value)
            parts.append(f'  "{name}": [\n{lines}\n  ]')
        else:
            parts.append(f'  "{name}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


class _Writer:
    """Types and nodes as they are met, each once."""

    def __init__(self, root: Path | None) -> None:
        self._root = root
        self._types: dict[Type, int] = {}
        self._listed: list[dict[str, Any]] = []
        self._positions: dict[int, int] = {}
        self._nodes: list[list[Any]] = []

    def document(self, system: System) -> dict[str, Any]:
        """The whole; types and nodes stand before what is made of them."""
        head = {"sorts": [self._type(s) for s in system.sorts], "enums": [self._type(e) for e in system.enums]}
        body = {
            "variables": [self._variable(v) for v in system.variables],
            "design": [
                {
                    "name": d.name,
                    "over": self._type(d.over),
                    "default": d.default.text,
                    "resilience": None if d.resilience is None else d.resilience.text,
                }
                for d in system.design
            ],
            "axioms": [self._guard(g) for g in system.axioms],
            "actions": [self._action(a) for a in system.actions],
            "properties": [self._property(p) for p in system.properties],
        }
        return {
            "format": FORMAT,
            "hash": digest(system),
            "name": system.name,
            "doc": system.doc,
            "rules": system.rules.plain(),
            "types": self._listed,
            **head,
            "nodes": self._nodes,
            **body,
            "absent": [list(each) for each in system.absent],
        }

    def _type(self, type_: Type) -> int:
        if type_ not in self._types:
            self._types[type_] = len(self._listed)
            self._listed.append(_described(type_))
        return self._types[type_]

    def _node(self, node: Expr) -> int:
        if node.uid not in self._positions:
            args = [self._node(a) for a in node.args]
            self._positions[node.uid] = len(self._nodes)
            self._nodes.append([node.op, self._type(node.type), args, _data(node.data)])
        return self._positions[node.uid]

    def _maybe(self, node: Expr | None) -> int | None:
        return None if node is None else self._node(node)

    def _variable(self, v: Variable) -> dict[str, Any]:
        return {
            "name": v.name,
            "domain": [self._type(s) for s in v.domain],
            "to": self._type(v.to),
            "index": [self._node(i) for i in v.index],
            "init": self._maybe(v.init),
            "ghost": v.ghost,
            "rigid": v.rigid,
            "at_most": v.at_most,
            "doc": v.doc,
        }

    def _guard(self, g: Guard) -> dict[str, Any]:
        return {
            "condition": self._node(g.condition),
            "cites": list(g.cites),
            "rules": list(g.rules),
            "file": self._file(g.file),
            "line": g.line,
        }

    def _update(self, u: Update) -> dict[str, Any]:
        return {
            "variable": u.variable,
            "cells": [[[self._node(i) for i in index], self._node(value)] for index, value in u.cells],
            "index": [self._node(i) for i in u.index],
            "each": self._maybe(u.each),
        }

    def _action(self, a: Action) -> dict[str, Any]:
        return {
            "name": a.name,
            "params": [self._node(p) for p in a.params],
            "guards": [self._guard(g) for g in a.guards],
            "updates": [self._update(u) for u in a.updates],
            "needs": a.needs,
            "sentence": a.sentence,
            "cites": list(a.cites),
            "rules": list(a.rules),
            "file": self._file(a.file),
            "line": a.line,
        }

    def _property(self, p: Property) -> dict[str, Any]:
        return {
            "id": p.id,
            "kind": p.kind,
            "title": p.title,
            "formula": self._node(p.formula),
            "then": self._maybe(p.then),
            "witness": self._maybe(p.witness),
            "lemmas": [self._property(x) for x in p.lemmas],
            "against": sorted(p.against),
            "fair": list(p.fair),
            "cites": list(p.cites),
            "file": self._file(p.file),
            "line": p.line,
            "when_quiet": p.when_quiet,
        }

    def _file(self, file: str) -> str:
        """The file from the study's root; only its name where it lies elsewhere."""
        path = PurePath(file)
        inside = self._root is not None and path.is_relative_to(self._root)
        return path.relative_to(self._root).as_posix() if inside and self._root is not None else path.name


def _described(type_: Type) -> dict[str, Any]:
    if isinstance(type_, Sort):
        return {"sort": type_.name, "ordered": type_.ordered, "doc": type_.doc}
    if isinstance(type_, EnumType):
        return {"enum": type_.name, "values": list(type_.values)}
    if isinstance(type_, IntRange):
        return {"low": type_.low, "high": type_.high}
    return {"basic": type_.name}


def _data(data: object) -> Any:
    """A node's data: JSON's own values as they are, a pair as a list, a threshold under its name."""
    if isinstance(data, Formula):
        return {"threshold": data.text}
    return list(data) if isinstance(data, tuple) else data
