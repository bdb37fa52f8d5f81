"""Candidates as lemmas that a person may take over: with a name, a sentence, and the adversary of their property."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from meterproof.lang.expr import Expr, read_of
from meterproof.lang.system import Property
from meterproof.lang.types import EnumType
from meterproof.lang.wellformed import nodes
from meterproof.suggest.clause import Clause

LONGEST = 60
"""Characters of a name before its number."""
_KINDS = {"atleast": "enough", "exists": "some", "forall": "all"}


def as_lemma(claim: Property, formula: Expr, id: str, title: str = "") -> Property:
    """A formula as a lemma under the same adversary as a property."""
    return replace(
        claim, id=id, kind="lemma", title=title, formula=formula, witness=None, lemmas=(), then=None, cites=(),
        fair=(), when_quiet=False,
    )  # fmt: skip


def named(claim: Property, clauses: Collection[Clause], taken: Collection[str]) -> tuple[Property, ...]:
    """The clauses as lemmas with names of their own, other than those `taken`."""
    used, found = set(taken), []
    for c in clauses:
        stem = _name(c)[:LONGEST].rstrip("_")
        id = next(n for n in (stem, *(f"{stem}_{i}" for i in range(2, len(clauses) + len(used) + 3))) if n not in used)
        used.add(id)
        found.append(as_lemma(claim, c.formula, id, sentence(c)))
    return tuple(found)


def sentence(c: Clause) -> str:
    """The clause in words, for its docstring."""
    assumed, then = " and ".join(map(_plain, c.negative)), " or ".join(map(_plain, c.positive))
    if not c.positive:
        return f"Suggested: never {assumed}."
    return f"Suggested: if {assumed}, then {then}." if c.negative else f"Suggested: {then}."


def _plain(atom: Expr) -> str:
    """An atom as the model writes it, without parentheses around the whole."""
    said = repr(atom)
    return said[1:-1] if atom.op in ("eq", "lt") else said


def _name(c: Clause) -> str:
    assumed, then = "_and_".join(map(_word, c.negative)), "_or_".join(map(_word, c.positive))
    if not c.positive:
        return f"never_{assumed}"
    return f"{assumed}_implies_{then}" if c.negative else f"always_{then}"


def _word(atom: Expr) -> str:
    """An atom in a word or two, whatever its variables."""
    if atom.op in ("eq", "lt") and all(a.op == "bound" for a in atom.args):
        return f"{'same' if atom.op == 'eq' else 'earlier'}_{atom.args[0].type.name.lower()}"
    read = next((read_of(n)[0] for n in nodes(atom) if n.op == "read"), "something")
    if atom.op == "eq":
        value = atom.args[1]
        if isinstance(value.type, EnumType) and isinstance(value.data, int):
            return f"{read}_{value.type.values[value.data]}"
        return f"is_{read}"
    return f"{_KINDS[atom.op]}_{read}" if atom.op in _KINDS else read
