"""The private-chain race: Nakamoto's printed digits, Rosenfeld's exact law, and that real races follow the second."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.edge_keys.block import broken_link
from reference.edge_keys.puzzle import PUZZLES
from reference.edge_keys.race import NAKAMOTO_LEAST, NAKAMOTO_TABLE, Race, Rate, catch_up, nakamoto
from reference.edge_keys.race_trials import run, run_many, toss
from reference.ledger.chain import GENESIS

SURE = 0.9999
"""Of the intervals: a sound implementation falls out of one in ten thousand."""
SHARES = st.fractions(Fraction(1, 50), Fraction(12, 25), max_denominator=50)


def public(height: int) -> tuple[bytes, ...]:
    return (b"public %d" % height,)


def private(height: int) -> tuple[bytes, ...]:
    return (b"private %d" % height,)


@pytest.mark.parametrize(("place", "printed"), NAKAMOTO_TABLE.items())
def test_nakamotos_probabilities_come_out_to_all_printed_digits(place: tuple[float, int], printed: str) -> None:
    assert f"{nakamoto(*place):.7f}" == printed


@pytest.mark.parametrize(("share", "least"), NAKAMOTO_LEAST.items())
def test_nakamotos_least_confirmations_are_the_least(share: float, least: int) -> None:
    assert nakamoto(share, least) < 0.001 <= nakamoto(share, least - 1)


def test_tiny_probabilities_keep_their_digits() -> None:
    """One minus a sum would give nothing, or less, below 1e-16; two and three sums more decay at the same rate."""
    tiny = [nakamoto(0.1, confirmations) for confirmations in (60, 80, 100)]
    assert 0 < tiny[2] < 1e-55
    assert tiny[1] / tiny[0] == pytest.approx(tiny[2] / tiny[1], rel=1e-3)


def test_by_hand() -> None:
    """With z = 1 the attacker loses if it has none and does not make up for one: p (1 - q/p) = p - q."""
    for share in (Fraction(1, 10), Fraction(3, 10), Fraction(4, 13)):
        assert catch_up(Race(share, 1)) == 2 * share
        assert catch_up(Race(share, 0)) == 1
        assert catch_up(Race(share, 0, lead=1)) == share / (1 - share)
    assert catch_up(Race(Fraction(1, 10), 6)) == Fraction(59141216, 10**11)


@pytest.mark.parametrize("share", [Fraction(1, 2), Fraction(7, 13), Fraction(9, 10), Fraction(1)])
@pytest.mark.parametrize("confirmations", [1, 6, 50])
def test_half_of_the_hash_power_is_certain_to_win(share: Fraction, confirmations: int) -> None:
    assert catch_up(Race(share, confirmations, lead=1)) == 1
    assert nakamoto(float(share), confirmations) == 1


@given(share=SHARES, confirmations=st.integers(1, 12))
def test_more_hash_power_or_fewer_confirmations_win_more_often(share: Fraction, confirmations: int) -> None:
    here = catch_up(Race(share, confirmations))
    assert 0 < catch_up(Race(share, confirmations + 1)) < here < catch_up(Race(share + Fraction(1, 100), confirmations))
    assert catch_up(Race(share, confirmations, lead=1)) < here


@given(share=SHARES, confirmations=st.integers(1, 8), surrender=st.integers(10, 30))
def test_what_giving_up_costs_is_bounded(share: Fraction, confirmations: int, surrender: int) -> None:
    """From so far behind, less than (q/p)^surrender was left to be won."""
    lost = catch_up(Race(share, confirmations)) - catch_up(Race(share, confirmations, surrender=surrender))
    assert 0 < lost < (share / (1 - share)) ** surrender


def test_the_law_is_the_gamblers_ruin_summed_step_by_step() -> None:
    """A second telling: probabilities of all pairs of chain lengths, forward, block by block."""
    race = Race(Fraction(3, 10), 3, lead=1, surrender=6)
    open_, won = {(0, 0): Fraction(1)}, Fraction(0)
    for _ in range(400):
        after: dict[tuple[int, int], Fraction] = {}
        for (honest, attacker), weight in open_.items():
            for next_, chance in (((honest + 1, attacker), 1 - race.share), ((honest, attacker + 1), race.share)):
                if next_[0] >= 3 and next_[1] - next_[0] >= 1:
                    won += weight * chance
                elif next_[0] < 3 or next_[0] - next_[1] < 6:
                    after[next_] = after.get(next_, Fraction(0)) + weight * chance
        open_ = {place: Fraction(float(weight)) for place, weight in after.items()}
    assert float(won) == pytest.approx(float(catch_up(race)), rel=1e-9)


@pytest.mark.parametrize("share", [Fraction(1, 10), Fraction(4, 13), Fraction(7, 13)])
@pytest.mark.parametrize("confirmations", [1, 6])
def test_races_with_coins_follow_the_exact_law(share: Fraction, confirmations: int) -> None:
    race = Race(share, confirmations, surrender=40)
    rate = toss(race, 100_000, seed=1)
    assert Rate.of(rate.won, rate.trials, SURE).holds(catch_up(race))


def test_enough_coins_tell_the_exact_law_from_nakamotos_approximation() -> None:
    for share, confirmations in ((Fraction(3, 10), 6), (Fraction(4, 13), 1)):
        race = Race(share, confirmations, surrender=40)
        rate = toss(race, 100_000, seed=2)
        found = Rate.of(rate.won, rate.trials, SURE)
        assert found.holds(catch_up(race)) and not found.holds(nakamoto(float(share), confirmations))


@pytest.mark.parametrize(("share", "confirmations", "surrender"), [(Fraction(3, 10), 2, 6), (Fraction(7, 13), 3, 20)])
def test_races_with_real_hashes_follow_it_too(share: Fraction, confirmations: int, surrender: int) -> None:
    race = Race(share, confirmations, lead=1, surrender=surrender)
    rate, hashes = run_many(race, PUZZLES["4-zero-bits"], "whole-header", "race", (public, private), 600, seed=3)
    assert Rate.of(rate.won, rate.trials, SURE).holds(catch_up(race))
    assert hashes > rate.trials


def test_both_chains_of_a_race_are_chains_and_the_longer_one_wins() -> None:
    puzzle, root, outcomes = PUZZLES["first-byte-below-8"], Randomness.from_seed(4), set[bool]()
    race = Race(Fraction(4, 13), 3, lead=1, surrender=8)
    for number in range(20):
        raced = run(race, puzzle, "whole-header", "race", (public, private), root.child(number))
        assert broken_link("race", raced.public, "whole-header", puzzle, GENESIS) is None
        assert broken_link("race", raced.private, "whole-header", puzzle, GENESIS) is None
        assert raced.won == (len(raced.private) > len(raced.public))
        assert len(raced.public) >= 3 and raced.public[:1] != raced.private[:1]
        outcomes.add(raced.won)
        assert raced == run(race, puzzle, "whole-header", "race", (public, private), root.child(number))
    assert outcomes == {True, False}


def test_wilsons_interval_is_the_textbooks() -> None:
    """E. B. Wilson, JASA 22, 1927: 0 of 10 at 95 % give up to 0.2775, 5 of 10 give 0.2366 to 0.7634."""
    none, half = Rate.of(0, 10, 0.95), Rate.of(5, 10, 0.95)
    assert (none.low, round(none.high, 4)) == (0, 0.2775)
    assert (round(half.low, 4), round(half.high, 4)) == (0.2366, 0.7634)


def test_what_is_no_race_is_refused() -> None:
    with pytest.raises(InputError, match="share"):
        Race(Fraction(3, 2), 6)
    with pytest.raises(InputError, match="surrender"):
        Race(Fraction(1, 3), 6, surrender=6)
    with pytest.raises(InputError, match="never end"):
        toss(Race(Fraction(1, 3), 6), 10, 1)
    same = run, Race(Fraction(1, 3), 1, surrender=2), PUZZLES["none"]
    with pytest.raises(InputError, match="same block"):
        same[0](same[1], same[2], "whole-header", "race", (public, public), Randomness.from_seed(1))
    with pytest.raises(InputError, match="trials"):
        Rate.of(0, 0)
