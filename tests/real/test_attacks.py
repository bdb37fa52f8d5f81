"""The exploits come out as they must, each alone too, and each hardened failure is a real refusal."""

import subprocess
import sys
from pathlib import Path

import pytest

from meterproof.cli.attack import play_all
from meterproof.real.attack import AttackResult

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def results() -> list[AttackResult]:
    return play_all(None, None, 0, True)


def test_all_attempts_come_out_as_expected(results: list[AttackResult]) -> None:
    assert len(results) >= 7
    assert [r.attack.name for r in results if not r.as_expected] == []


def test_where_an_attack_succeeds_model_and_bytes_agree_after_every_step(results: list[AttackResult]) -> None:
    succeeded = [r for r in results if r.outcome == "succeeds"]
    assert {r.attack.name for r in succeeded} == {"replay", "impersonation", "majority"}
    assert all(r.played.faithful and r.possible for r in succeeded)


def test_where_an_attack_fails_the_rule_that_stops_it_is_named(results: list[AttackResult]) -> None:
    stopped = {r.attack.name: r.played.first_refusal for r in results if r.outcome == "fails"}
    named = {name: step.refusal.rule for name, step in stopped.items() if step is not None and step.refusal is not None}
    assert named == {"replay": "freshness", "impersonation": "credential", "majority": "corruption"}


def test_the_model_knows_no_way_either_where_an_attack_fails(results: list[AttackResult]) -> None:
    assert all(not r.possible and r.searched > 0 for r in results if r.outcome == "fails")


def test_corruptions_of_the_majority_attack_are_the_quorums_tolerance(results: list[AttackResult]) -> None:
    """t* = 2q-n-1 = 1 at n = 4 and q = 3."""
    corrupted = [r.played.instance.scope["faulty"] for r in results if r.attack.name == "majority"]
    assert corrupted == [2, 2, 1]


@pytest.mark.parametrize("seed", [1, 20130101])
def test_other_keys_change_nothing(seed: int) -> None:
    assert all(r.as_expected for r in play_all("replay", None, seed, True))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["replay", "impersonation", "majority"])
def test_each_attack_runs_alone(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"attacks.{name}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "It succeeds" in done.stdout and "It fails" in done.stdout
