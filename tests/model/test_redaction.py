"""Desensitisation by one node: it can change what it is to leave out, unless the meter has signed every field.

Commitments make the original node truthful. They do not make it discreet.
"""

from __future__ import annotations

import pytest

from meterproof.claims import explore, induction
from meterproof.lang import exists, reachable
from model.redaction import Redaction
from model.vocabulary import ORIG, Field, Record, Value
from properties.redaction import (
    TWO_FIELDS,
    desensitisation_soundness,
    no_record_is_made_up,
    redacted_fields_are_secret,
    secrets_survive_the_origin,
)
from tests.model.edge import asked, steps_of
from tests.model.parties import (
    CHARITABLE,
    HARDENED,
    LITERAL,
    found,
    stopped,
    system_of,
    world_of,
)

# ---- what a dishonest original node can do


@reachable(of=Redaction, against=ORIG)
def another_value_is_accepted(s):  # type: ignore[no-untyped-def]
    """A block is accepted that shows another value than the one that the meter sent."""
    return exists(
        Record, Field, Value,
        lambda r, x, v: s.sent[r] & s.accepted[r] & s.shows[r, x, v] & (v != s.reads[r, x]) & ~s.secret[x],
    )  # fmt: skip


@pytest.mark.parametrize(("of", "possible"), [(LITERAL, True), (CHARITABLE, True), (HARDENED, False)])
def test_it_changes_the_energy_while_it_leaves_out_the_name(of: str, possible: bool) -> None:
    """WA-C3."""
    evidence = asked(system_of(another_value_is_accepted, of), another_value_is_accepted, TWO_FIELDS)
    assert (evidence.trace is not None) == possible
    if evidence.trace is not None:
        assert {step.action for step in evidence.trace.steps} == {"report", "put", "draft", "accept"}


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_it_needs_no_meter(of: str) -> None:
    assert steps_of(found(no_record_is_made_up, TWO_FIELDS, of)) == ["draft", "accept"]


ENERGY, NAME = 0, 1


def stopped_at(redaction: str, *moves: tuple[str, tuple[int, ...]]) -> tuple[int, tuple[str, ...]] | None:
    """Where the moves are stopped: of a record that reads 0 throughout, whose second field is secret."""
    system = system_of(desensitisation_soundness, redaction=redaction)
    world = world_of(system, {"Record": 1, "Field": 2, "Value": 2}, secret=(0, 1), crooked=(1,))
    return stopped(world, ("report", (0,)), *moves, ("draft", (0,)), ("accept", (0,)))


@pytest.mark.parametrize("redaction", ["unsalted-commitments", "field-commitments", "meter-opens"])
def test_the_others_check_openings_and_the_whitelist(redaction: str) -> None:
    refused = ("redaction",)
    assert stopped_at(redaction, ("put", (0, ENERGY, 0))) is None
    assert stopped_at(redaction, ("put", (0, ENERGY, 1))) == (1, refused)
    assert stopped_at(redaction) == (2, refused)
    opened = stopped_at(redaction, ("put", (0, ENERGY, 0)), ("put", (0, NAME, 0)))
    assert opened == ((2, refused) if redaction == "meter-opens" else None)


# ---- what gets out

VALUES = ("origins-word", "unsalted-commitments", "field-commitments", "meter-opens")


@pytest.mark.parametrize("redaction", VALUES)
def test_what_each_value_of_the_rule_gives(redaction: str) -> None:
    """Truth takes commitments, secrecy towards the other nodes salts, and towards the original one the meter's."""
    verdicts = [
        found(claim, TWO_FIELDS, redaction=redaction).verdict == "exhausted"
        for claim in (desensitisation_soundness, redacted_fields_are_secret, secrets_survive_the_origin)
    ]
    assert verdicts == {
        "origins-word": [False, True, False],
        "unsalted-commitments": [True, False, False],
        "field-commitments": [True, True, False],
        "meter-opens": [True, True, True],
    }[redaction]  # fmt: skip


def test_what_the_meter_keeps_the_original_node_cannot_tell() -> None:
    """For any number of records and fields; the hardened variant sends it everything, as the paper does."""
    evidence = found(secrets_survive_the_origin, induction(), redaction="meter-opens")
    assert evidence.verdict == "proved" and not evidence.vacuous


def test_one_record_gives_nothing_away_of_another() -> None:
    assert found(redacted_fields_are_secret, explore(Record=2, Field=1, Value=2)).verdict == "exhausted"
