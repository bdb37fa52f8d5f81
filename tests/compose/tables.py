"""Small tables for tests: a theorem `T` with clauses, parts and assumptions named by letters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from meterproof.compose.guarantees import Guarantee
from meterproof.compose.links import Links, find_links
from meterproof.compose.table import Assumption, Composition


def claim(id: str, *assumes: str, **more: object) -> Guarantee:
    """A guarantee of a machine of its own, which assumes these."""
    return Guarantee(id, machine=f"M{id}", assumes={a: ("property",) for a in assumes}, **more)  # type: ignore[arg-type]


def theorem(*clauses: str) -> Guarantee:
    """The theorem, whose clauses are claimed of its machine."""
    return Guarantee("T", machine="Whole", cites=("T", *clauses))


def clause(id: str, against: Iterable[str] = ()) -> Guarantee:
    """A clause of the theorem."""
    return Guarantee(id, machine="Whole", against=frozenset(against))


def table(
    clauses: Mapping[str, tuple[str, ...]],
    claims: Iterable[Guarantee],
    *assumptions: Assumption,
    against: tuple[str, ...] = (),
) -> Composition:
    """A table in which no machine takes anything for granted that it does not cite."""
    grounds = {"Whole": ()} | {g.machine: () for g in claims}
    return Composition("T", "a whole", against, clauses, grounds, assumptions)


def found(composition: Composition, *claims: Guarantee) -> Links:
    """What is found of the table where these are the claims that there are."""
    known = {g.id: g for g in claims}
    return find_links(composition, known.get)
