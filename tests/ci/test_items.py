"""A finding is accepted for as long as was said, and no longer; its identity outlives everything but its name."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.ci.items import Acceptance, Item, Place, Tree, accept, unused
from tests.ci.samples import ITEMS, WORD, item

DAYS = st.dates(date(2027, 1, 1), date(2027, 12, 31))
ACCEPTANCES = st.builds(
    Acceptance,
    st.sampled_from(["P1", "P2"]),
    st.sampled_from(["ballot@lax", "ballot@strict"]),
    st.sampled_from([None, "literal"]),
    st.just("because"),
    DAYS,
    st.just(WORD.place),
)


def subject(drawn: Item) -> Item:
    """The item with the subject that a check gives it, and not accepted yet."""
    name = f"{drawn.target} ({drawn.reading})" if drawn.reading else drawn.target
    return item(
        guarantee=drawn.guarantee, target=drawn.target, reading=drawn.reading, subject=name, outcome=drawn.outcome
    )


@settings(max_examples=50)
@given(ITEMS.map(subject), st.lists(ACCEPTANCES, max_size=4), DAYS)
def test_a_finding_is_accepted_exactly_while_some_acceptance_of_it_lasts(
    found: Item, acceptances: list[Acceptance], today: date
) -> None:
    [told] = accept([found], acceptances, today)
    fitting = [
        a
        for a in acceptances
        if a.id == found.guarantee and a.target == found.target and a.reading in (None, found.reading)
    ]
    lasts = any(today <= a.expires for a in fitting)
    assert (told.accepted is not None) == (found.found and lasts)
    assert (told.overdue is not None) == (found.found and bool(fitting) and not lasts)
    assert told.fails == (found.found and not lasts)
    assert told.outcome == found.outcome


def test_the_last_day_counts_and_the_day_after_does_not() -> None:
    [last] = accept([item()], [WORD], WORD.expires)
    [after] = accept([item()], [WORD], WORD.expires + timedelta(days=1))
    assert not last.fails and "accepted until 2027-03-31: Next release." in last.told
    assert after.fails and "which is over" in after.told


def test_an_error_of_the_workbench_cannot_be_accepted() -> None:
    [told] = accept([item(ours=True, outcome="undecided")], [WORD], WORD.expires)
    assert told.fails and told.accepted is None


def test_an_acceptance_of_what_is_no_finding_can_go_but_not_where_nothing_was_asked() -> None:
    assert unused([item(outcome="passed")], [WORD]) == (WORD,)
    assert unused([item(outcome="passed", guarantee="BA-P2")], [WORD]) == ()
    assert unused([item(outcome="skipped")], [WORD]) == ()
    assert unused([item(outcome="passed"), item(subject="ballot@lax (charitable)")], [WORD]) == ()


def test_identity_is_of_the_guarantee_and_likeness_of_what_was_found() -> None:
    moved = item(place=Place("spec/ballot.lax.toml", 99), title="in other words", message="otherwise")
    assert (moved.identity, moved.likeness) == (item().identity, item().likeness)
    others = [item(guarantee="BA-P2"), item(target="ballot@strict"), item(reading=None), item(verb="audit")]
    assert len({i.identity for i in (item(), *others)}) == 5
    assert item(run=()).likeness != item().likeness
    assert item(verdict="unknown", outcome="undecided").likeness != item().likeness


def test_places_are_told_from_the_repository_and_outside_of_it_in_full(tmp_path) -> None:  # type: ignore[no-untyped-def]
    tree = Tree(tmp_path, tmp_path / "study")
    assert str(tree.place("model/a.py", 3)) == "study/model/a.py:3"
    assert tree.place(tmp_path / "b.toml", None) == Place("b.toml", 1)
    assert tree.place(tmp_path.parent / "c.toml", 2).file == (tmp_path.parent / "c.toml").resolve().as_posix()
