"""How TLA+ writes expressions, sets and types, over the names of one module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from meterproof.export.names import Names, identifier
from meterproof.export.notation import COMPARISON, OPEN, Binding, Text
from meterproof.lang.expr import Expr
from meterproof.lang.formula import Formula
from meterproof.lang.system import Variable
from meterproof.lang.types import BOOL, EnumType, IntRange, Sort, Type

WORDS = """
ACTION ASSUME ASSUMPTION AXIOM BOOLEAN BY CASE CHOOSE CONSTANT CONSTANTS COROLLARY DEF DEFINE DEFS DOMAIN ELSE ENABLED
EXCEPT EXTENDS FALSE HAVE HIDE IF IN INSTANCE LAMBDA LEMMA LET LOCAL MODULE NEW OBVIOUS OMITTED ONLY OTHER PICK PROOF
PROPOSITION PROVE QED RECURSIVE STATE STEP STRING SUBSET SUFFICES TAKE TEMPORAL THEN THEOREM TRUE UNCHANGED UNION USE
VARIABLE VARIABLES WITH WITNESS
"""
"""The words of TLA+."""
LIBRARY = """
Any Append Assert Cardinality Head Infinity Int IsFiniteSet JavaTime Len Nat Permutations Print PrintT RandomElement
Real SelectSeq Seq SortSeq SubSeq TLCEval TLCGet TLCSet Tail ToString
"""
"""What Integers, FiniteSets, Sequences and TLC define."""
RESERVED = frozenset(f"{WORDS} {LIBRARY}".split())
BREAKS = ("/\\ ", "\\/ ", "=> ", "THEN ", "ELSE ")
"""After these a line may end; what follows stands further in than the bullet of its list, so the list goes on."""


def spell(text: str) -> str:
    """An identifier of TLA+: none may look like a fairness condition."""
    plain = identifier(text)
    return f"x_{plain}" if plain.startswith(("WF_", "SF_")) else plain


@dataclass(frozen=True)
class Tla(Binding):
    """TLA+'s operators over the names of one module."""

    names: Names
    rigids: frozenset[str]
    marks: ClassVar[Mapping[str, str]] = {
        "not": "~", "and": "/\\", "or": "\\/", "implies": "=>", "iff": "<=>", "eq": "=", "ne": "#", "lt": "<",
        "ge": ">=", "add": "+", "sub": "-",
    }  # fmt: skip

    def constant(self, node: Expr) -> str:
        assert isinstance(node.data, int)
        if node.type == BOOL:
            return "TRUE" if node.data else "FALSE"
        if isinstance(node.type, EnumType):
            return f'"{node.type.values[node.data]}"'
        return str(node.data) if node.data >= 0 else f"({node.data})"

    def read(self, variable: str, after: bool, index: Sequence[Expr], parts: Sequence[str]) -> str:
        at = f"[{', '.join(parts)}]" if parts else ""
        prime = "'" if after and variable not in self.rigids else ""
        return f"{self.names['variable', variable]}{prime}{at}"

    def conditional(self, test: Text, yes: Text, no: Text) -> Text:
        return f"IF {test[0]} THEN {yes[0]} ELSE {no[0]}", OPEN

    def successor(self, left: str, right: str) -> Text:
        return f"{right} = {left} + 1", COMPARISON

    def quantified(self, op: str, bound: Sequence[tuple[str, Type]], body: str) -> str:
        over = ", ".join(f"{name} \\in {self.set(type_)}" for name, type_ in bound)
        mark = "\\A" if op == "forall" else "\\E"
        return f"{mark} {over} : {body}"

    def number_of(self, name: str, over: Type, body: str) -> str:
        return f"Cardinality({{{name} \\in {self.set(over)} : {body}}})"

    def threshold(self, formula: Formula, over: Sort) -> str:
        return self.names["threshold", formula, over] if formula.names else formula.text

    def set(self, type_: Type) -> str:
        """All values of a type."""
        if type_ == BOOL:
            return "BOOLEAN"
        return f"{type_.low}..{type_.high}" if isinstance(type_, IntRange) else self.names["type", type_]

    def functions(self, v: Variable) -> str:
        """All values of a variable."""
        domain = " \\X ".join(map(self.set, v.domain))
        return f"[{domain} -> {self.set(v.to)}]" if v.domain else self.set(v.to)

    def annotation(self, v: Variable) -> str:
        """A variable's type, as Apalache writes it."""
        domain = ", ".join(map(self.type, v.domain))
        if not v.domain:
            return self.type(v.to)
        return f"{domain if len(v.domain) == 1 else f'<<{domain}>>'} -> {self.type(v.to)}"

    def type(self, type_: Type) -> str:
        """A value's type, as Apalache writes it."""
        if type_ == BOOL:
            return "Bool"
        if isinstance(type_, EnumType):
            return "Str"
        return self.names["uninterpreted", type_] if isinstance(type_, Sort) and not type_.ordered else "Int"
