"""Times come as a median with an interval that assumes no distribution; what a command prints follows its schema."""

from __future__ import annotations

import json
import random
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.cli import main
from meterproof.errors import InputError
from meterproof.real.costs import WARM_UP, Operation, measure
from meterproof.real.interval import median_interval


@pytest.mark.parametrize(
    ("count", "rank", "coverage"),
    [(6, 1, 0.96875), (10, 2, 0.978515625), (20, 6, 0.9586105346679688), (100, 40, 0.9648)],
)
def test_the_ranks_are_those_of_the_tables(count: int, rank: int, coverage: float) -> None:
    """Ranks and confidence of the 95 % interval for a median, as tables of the sign test have them."""
    found = median_interval([float(x) for x in range(1, count + 1)])
    assert (found.rank, found.low, found.high) == (rank, rank, count + 1 - rank)
    assert found.coverage == pytest.approx(coverage, abs=5e-5) and found.coverage >= 0.95


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_samples_are_refused(count: int) -> None:
    with pytest.raises(InputError, match=f"{count} samples"):
        median_interval([1.0] * count)


@given(st.lists(st.floats(0, 1e9), min_size=6, max_size=80), st.integers(0, 1000))
def test_the_interval_encloses_the_samples_median_whatever_their_order(samples: list[float], seed: int) -> None:
    found = median_interval(samples)
    shuffled = list(samples)
    random.Random(seed).shuffle(shuffled)
    assert found.low <= found.median <= found.high
    assert median_interval(shuffled) == found


def test_the_interval_covers_a_skewed_distributions_median_as_often_as_it_says() -> None:
    """4,000 samples of 30 from an exponential distribution, whose median is ln 2."""
    draw = random.Random(7)
    intervals = [median_interval([draw.expovariate(1.0) for _ in range(30)]) for _ in range(4000)]
    covered = sum(i.low <= 0.6931471805599453 <= i.high for i in intervals) / len(intervals)
    assert covered == pytest.approx(intervals[0].coverage, abs=0.012)


def test_each_repetition_is_prepared_by_itself_and_warming_up_is_not_counted() -> None:
    prepared, done = [], []

    def prepare(number: int) -> Any:
        prepared.append(number)
        return lambda: done.append(number)

    found = measure(Operation("x", "", prepare), 8)
    assert prepared == done == list(range(-WARM_UP, 8)) and found.count == 8


def document(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the command prints with --json, held against its schema."""
    assert main(["costs", *arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = json.loads((files("meterproof") / "schemas" / "costs.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


def test_bits_without_times(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["bc-ami", "--no-times", "--reports", "2", "--seed", "5"], capsys)
    assert [(row["target"], row["reading"], row["times"]) for row in found["costs"]] == [
        ("bc-ami@published", "literal", []),
        ("bc-ami@published", "charitable", []),
        ("bc-ami@hardened", None, []),
    ]
    for row in found["costs"]:
        for message in row["messages"]:
            assert message["bits"] == sum(part["bits"] for part in message["parts"])
            assert message["total_bits"] == message["bits"] * message["sent"]
        later = sum(m["total_bits"] for m in row["messages"] if m["phase"] != "registration")
        assert row["bits_per_report"] == later / 2
        sizes = [(each["replicas"], each["formulas"]["audit round"]) for each in row["decisions"]]
        assert sizes == [(4, 15), (7, 48), (10, 99), (13, 168)]
        for each in row["decisions"]:
            counted = sum(count for kind, count in each["sent"].items() if kind not in each["beside"])
            hardened = row["target"] == "bc-ami@hardened"
            of = (
                each["formulas"]["three-phase PBFT"] + each["replicas"] - 1
                if hardened
                else each["formulas"]["audit round"]
            )
            assert each["total"] == counted == of
        assert row["printed"]["total_bits"] == row["printed"]["printed_bits"] == 1346


def test_times_with_their_interval(capsys: pytest.CaptureFixture[str]) -> None:
    [row] = document(["bc-ami@hardened", "--repetitions", "10"], capsys)["costs"]
    assert {t["operation"] for t in row["times"]} >= {"sign", "verify", "seal", "open", "hash", "HID"}
    for t in row["times"]:
        assert t["low_us"] <= t["median_us"] <= t["high_us"] and t["repetitions"] == 10
        assert t["interval"] == "order statistics 2 and 9 of 10" and t["coverage"] >= 0.95


def test_the_papers_figures_stand_apart_from_those_of_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["costs", "bc-ami@published", "--reading", "literal", "--repetitions", "6"]) == 0
    here, paper = capsys.readouterr().out.split("as the paper prints it, on other hardware")
    assert "20.59" not in here and "20.59" in paper
    assert "five" in paper.lower() and "1346 bits = 168.25 bytes" in paper


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bc-ami", "--reports", "0"], "--reports 1 or more"),
        (["bc-ami", "--reading", "generous"], "charitable, literal"),
        (["bc-ami@hardened", "--repetitions", "5"], "more repetitions"),
        (["bc-ami@hardened", "--replicas", "0"], "replicas"),
        (["nothing"], "no target"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["costs", *arguments]) == 2
    assert message in capsys.readouterr().err
