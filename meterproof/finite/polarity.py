"""Where a formula could be made false by more members of a relation.

A formula is *monotone* in a relation when it stays true if the relation gains members: it reads it under an even
number of negations only. Here it is known which members are gained (`Gain`), so a read under a negation does no harm
where what stands beside it rules these out, as `~faulty[r]` does for a vote of `r` if only faulty ones are gained.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from meterproof.lang.expr import FALSE, Expr, conjoin, negate, read_of
from meterproof.lang.rewrite import renamed
from meterproof.lang.wellformed import read_names


@dataclass(frozen=True)
class Gain:
    """The members that a relation gains: those for which one of `where`, over `index`, holds of the rigids."""

    index: tuple[Expr, ...]
    where: tuple[Expr, ...]

    def excluded(self, member: tuple[Expr, ...], context: Sequence[Expr]) -> bool:
        """Whether what holds in the context rules out, by its form alone, that this member is gained."""
        to = {i.uid: m for i, m in zip(self.index, member, strict=True)}
        return all(conjoin(*context, renamed(w, to)) is FALSE for w in self.where)


@dataclass(frozen=True)
class Polarity:
    """Looks for reads of gaining relations that more members could turn against a formula; `rigids` never change."""

    gains: Mapping[str, Gain]
    rigids: frozenset[str]

    def fixed(self, node: Expr) -> bool:
        """Whether the expression's value depends on rigids and on its own variables alone."""
        return read_names(node) <= self.rigids

    def against(self, node: Expr, positive: bool | None, context: tuple[Expr, ...] = ()) -> Iterator[Expr]:
        """Reads by which a gain could make the formula false (`positive`), true (not `positive`), or change it (None).

        `context` are rigid conditions that may be taken to hold: where one fails, the formula matters to nobody.
        """
        if not read_names(node) & self.gains.keys():
            return
        if node.op == "read":
            name, _ = read_of(node)
            if name in self.gains and positive is not True and not self.gains[name].excluded(node.args, context):
                yield node
            for index in node.args:
                yield from self.against(index, None, context)
        elif node.op == "not":
            yield from self.against(node.args[0], None if positive is None else not positive, context)
        elif node.op in ("and", "or"):
            for part in node.args:
                beside = [p for p in node.args if p is not part and self.fixed(p)]
                known = beside if node.op == "and" else [negate(p) for p in beside]
                yield from self.against(part, positive, (*context, *known))
        elif node.op in ("forall", "exists", "atleast"):
            yield from self.against(node.args[-1], positive, context)
        else:
            for part in node.args:
                yield from self.against(part, None, context)
