"""The readings of the difficulty: exact odds, and a search whose hashes follow the geometric law."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from fractions import Fraction
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.crypto.randomness import Randomness
from reference.edge_keys.block import Block
from reference.edge_keys.puzzle import NONCES, PRINTED, PUZZLES, Solution, double_sha256, solve
from reference.edge_keys.puzzle_figures import figures

CHAIN = "test-chain"
HEADER = Block.build(bytes(32), 7, (b"a signature",)).header
READINGS = [name for name in PUZZLES if name != "none"]


def test_the_papers_binary_number_is_four_and_not_eight() -> None:
    assert int(PRINTED, 2) == 4
    [difficulty, _, threshold] = figures()
    assert difficulty.verdict == "contradicted" and "= 4;" in difficulty.ours and "65536" in difficulty.ours
    assert threshold.verdict == "agrees" and "2*7-13 = 1" in threshold.ours


@pytest.mark.parametrize(
    ("name", "hashes"),
    [
        ("none", Fraction(1)),
        ("first-byte-below-4", Fraction(64)),
        ("first-byte-at-most-4", Fraction(256, 5)),
        ("first-byte-below-8", Fraction(32)),
        ("4-zero-bits", Fraction(16)),
        ("8-zero-bits", Fraction(256)),
        ("4-hex-zeros", Fraction(65536)),
    ],
)
def test_the_expected_hashes_of_each_reading_are_exact(name: str, hashes: Fraction) -> None:
    assert PUZZLES[name].expected_hashes == hashes


@given(digest=st.binary(min_size=32, max_size=32))
def test_an_inequality_of_numbers_says_what_the_reading_says_of_bytes(digest: bytes) -> None:
    bits, first = f"{int.from_bytes(digest, 'big'):0256b}", digest[0]
    said = {
        "none": True,
        "first-byte-below-4": first < 4,
        "first-byte-at-most-4": first <= 4,
        "first-byte-below-8": first < 8,
        "4-zero-bits": bits.startswith("0000"),
        "8-zero-bits": bits.startswith("00000000"),
        "4-hex-zeros": digest.hex().startswith("0000"),
    }
    assert {name: puzzle.holds(digest) for name, puzzle in PUZZLES.items()} == said


@pytest.mark.parametrize("name", READINGS)
def test_the_inequality_is_strict_at_its_target(name: str) -> None:
    puzzle = PUZZLES[name]
    assert puzzle.holds((puzzle.target - 1).to_bytes(32, "big"))
    assert not puzzle.holds(puzzle.target.to_bytes(32, "big"))


def test_the_hash_is_sha256_twice() -> None:
    """Bitcoin's hash of "hello", as its documentation gives it."""
    assert double_sha256(b"hello").hex() == "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50"
    assert double_sha256(b"hello") == hashlib.sha256(hashlib.sha256(b"hello").digest()).digest()


@pytest.mark.parametrize("name", ["first-byte-below-4", "4-zero-bits", "8-zero-bits", "none"])
def test_a_solution_is_the_first_nonce_from_the_start_that_solves_the_header(name: str) -> None:
    puzzle, start = PUZZLES[name], 12345
    found = solve(HEADER.template(CHAIN), start, puzzle)
    assert found is not None
    tried = [replace(HEADER, nonce=start + number).solves(CHAIN, puzzle) for number in range(found.hashes)]
    assert tried == [False] * (found.hashes - 1) + [True]
    assert found.nonce == start + found.hashes - 1


def test_a_search_goes_on_at_zero_and_stops_at_its_limit() -> None:
    found = solve(HEADER.template(CHAIN), NONCES - 1, PUZZLES["8-zero-bits"])
    assert found is not None and found.nonce == found.hashes - 2
    assert solve(HEADER.template(CHAIN), NONCES - 1, PUZZLES["8-zero-bits"], found.hashes - 1) is None
    assert solve(HEADER.template(CHAIN), NONCES - 1, PUZZLES["8-zero-bits"], found.hashes) == found


@pytest.mark.parametrize(
    ("name", "puzzles"),
    [("4-zero-bits", 3000), ("first-byte-below-8", 2000), ("first-byte-below-4", 1500), ("8-zero-bits", 500)],
)
def test_the_hashes_of_many_puzzles_follow_the_geometric_law(name: str, puzzles: int) -> None:
    """Mean 1/p within four standard errors, of which one is sqrt(1-p)/p/sqrt(n); likewise P(X > 1/p) = (1-p)^(1/p)."""
    puzzle, root = PUZZLES[name], Randomness.from_seed(2022)
    counts = [_solved(name, root, number).hashes for number in range(puzzles)]
    p = float(puzzle.chance)
    assert abs(fmean(counts) - 1 / p) < 4 * (1 - p) ** 0.5 / p / puzzles**0.5
    mean = int(puzzle.expected_hashes)
    tail = (1 - p) ** mean
    longer = sum(count > mean for count in counts) / puzzles
    assert abs(longer - tail) < 4 * (tail * (1 - tail) / puzzles) ** 0.5


def _solved(name: str, root: Randomness, number: int) -> Solution:
    header = replace(HEADER, timestamp=number)
    found = solve(header.template(CHAIN), root.child(name, number).integer(0, NONCES - 1), PUZZLES[name])
    assert found is not None
    return found
