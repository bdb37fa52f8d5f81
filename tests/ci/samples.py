"""Items for tests: made by hand, and drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from meterproof.ci.items import Acceptance, Item, Leg, Place

BLAMED = Item(
    verb="check",
    protocol="ballot",
    target="ballot@lax",
    subject="ballot@lax (literal)",
    reading="literal",
    guarantee="BA-P1",
    title="one block is final at most",
    outcome="failed",
    verdict="violated",
    message="violated in 2 steps",
    detail="claimed: holds\n\n1. voter0 votes.",
    seconds=1.25,
    place=Place("spec/ballot.lax.toml", 9),
    related=(Leg("the guarantee", Place("properties/ballot.py", 18)),),
    run=(
        Leg("1. voter0 votes.", Place("model/ballot.py", 17), (("vote(voter0)", "true"),)),
        Leg("The state after step 1 violates BA-P1"),
    ),
    cites=("BA-R2",),
)
HOME = Place("pyproject.toml", 1)
WORD = Acceptance("BA-P1", "ballot@lax", None, "Next release.", date(2027, 3, 31), Place("spec/accepted.toml", 1))


def item(**other: Any) -> Item:
    """A violated guarantee, in some things otherwise."""
    return replace(BLAMED, **other)


TEXTS = st.text(max_size=12)
PLACES = st.builds(Place, st.sampled_from(["a.py", "spec/a b.toml", "/outside/c.toml"]), st.integers(1, 99))
ITEMS = st.builds(
    item,
    guarantee=st.sampled_from(["P1", "P2", "P3"]),
    target=st.sampled_from(["ballot@lax", "ballot@strict"]),
    reading=st.sampled_from([None, "literal"]),
    title=TEXTS,
    outcome=st.sampled_from(["passed", "failed", "undecided", "skipped"]),
    message=TEXTS,
    detail=TEXTS,
    place=st.none() | PLACES,
    related=st.lists(st.builds(Leg, TEXTS, st.none() | PLACES), max_size=2).map(tuple),
    run=st.lists(
        st.builds(Leg, TEXTS, st.none() | PLACES, st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple)), max_size=3
    ).map(tuple),
    cites=st.lists(TEXTS, max_size=2).map(tuple),
    accepted=st.none() | st.just(WORD),
)


def distinct(items: list[Item]) -> list[Item]:
    """One item for each guarantee, as a verb gives them."""
    return list({i.identity: i for i in items}.values())
