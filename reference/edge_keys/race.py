"""The private-chain race as a law: who has a share of the hash power rewrites what has so many confirmations (ZK-C4).

The attacker works in secret on a chain that leaves the public one just before a block. When the public chain has z
blocks from there on, whoever waited for them takes the block for good; the attacker goes on until it draws level, and
shows its chain. Each next block is the attacker's with its share q of the hash power, independently of all before.

Then the attacker's blocks, when the public chain has z, are negative binomial, and the rest is a gambler's ruin
(M. Rosenfeld, *Analysis of hashrate-based double spending*, 2012, arXiv:1402.2009): `catch_up`, an exact fraction, is
what a real race must agree with. S. Nakamoto, *Bitcoin: a peer-to-peer electronic cash system*, 2008, section 11, takes
the attacker's blocks for Poisson instead, with the mean z q/p: `nakamoto`, which is another number, though near it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb, exp, fsum, lgamma, log
from statistics import NormalDist

from meterproof.errors import InputError


@dataclass(frozen=True)
class Race:
    """The attacker's `share` of the hash power and the `confirmations` z that it must make up for.

    It must be `lead` blocks ahead at the end: 0 to draw level, as both papers count, since they give the attacker one
    block in advance; 1 where devices leave their chain only for a longer one. Once the public chain is ahead by
    `surrender` blocks and has z, the attacker gives up; None if it never does. Raises InputError for what is no race.
    """

    share: Fraction
    confirmations: int
    lead: int = 0
    surrender: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise InputError(f"a share of {self.share} of the hash power", allowed="0 to 1")
        if self.confirmations < 0 or self.lead < 0:
            raise InputError("a race over fewer than no blocks", allowed="confirmations and lead of 0 or more")
        if self.surrender is not None and self.surrender <= self.confirmations:
            raise InputError(f"a surrender at {self.surrender} blocks", allowed=f"more than {self.confirmations}")


def catch_up(race: Race) -> Fraction:
    """The probability that the attacker wins, exactly (Rosenfeld, section 4; with a surrender, by the gambler's ruin).

    It is 1 minus, for each number of blocks that the attacker may have at z, the probability of these and of not making
    up for the rest.
    """
    q, z = race.share, race.confirmations
    p = 1 - q
    if q == 1:
        return Fraction(1)
    needed = z + race.lead
    lost = Fraction(0)
    for found in range(needed):
        at_z = comb(z + found - 1, found) * p**z * q**found if z else Fraction(found == 0)
        lost += at_z * (1 - _makes_up(q, needed - found, race))
    return 1 - lost


def _makes_up(q: Fraction, behind: int, race: Race) -> Fraction:
    """The probability to win from so many blocks behind the goal: one up with q or down with 1-q, until the end."""
    p = 1 - q
    ratio = q / p
    if race.surrender is None:
        return Fraction(1) if q >= p else ratio**behind
    barrier = race.surrender + race.lead
    if q == p:
        return Fraction(barrier - behind, barrier)
    return (ratio**behind - ratio**barrier) / (1 - ratio**barrier)


def nakamoto(share: float, confirmations: int) -> float:
    """Nakamoto's approximation to `catch_up`, as a sum of positive terms: no digits cancel, however small it is.

    P(X > z) + sum over k <= z of P(X = k) (q/p)^(z-k), with X Poisson of mean z q/p; 1 from a share of a half on.
    """
    q, z = share, confirmations
    p = 1 - q
    if q >= p or z == 0:
        return 1.0
    if q == 0:
        return 0.0
    mean, ratio = z * q / p, log(q / p)
    level = fsum(exp(_log_poisson(mean, k) + (z - k) * ratio) for k in range(z + 1))
    # beyond z > mean, terms fall faster than a geometric series of this ratio: 60 more digits than a float has
    ahead = fsum(exp(_log_poisson(mean, k)) for k in range(z + 1, z + 2 + int(140 / -log(mean / (z + 1)))))
    return level + ahead


def _log_poisson(mean: float, k: int) -> float:
    return k * log(mean) - mean - lgamma(k + 1)


NAKAMOTO_TABLE: Mapping[tuple[float, int], str] = {
    (0.1, 0): "1.0000000",
    (0.1, 1): "0.2045873",
    (0.1, 2): "0.0509779",
    (0.1, 3): "0.0131722",
    (0.1, 4): "0.0034552",
    (0.1, 5): "0.0009137",
    (0.1, 6): "0.0002428",
    (0.1, 7): "0.0000647",
    (0.1, 8): "0.0000173",
    (0.1, 9): "0.0000046",
    (0.1, 10): "0.0000012",
    (0.3, 0): "1.0000000",
    (0.3, 5): "0.1773523",
    (0.3, 10): "0.0416605",
    (0.3, 15): "0.0101008",
    (0.3, 20): "0.0024804",
    (0.3, 25): "0.0006132",
    (0.3, 30): "0.0001522",
    (0.3, 35): "0.0000379",
    (0.3, 40): "0.0000095",
    (0.3, 45): "0.0000024",
    (0.3, 50): "0.0000006",
}
"""The probabilities that Nakamoto prints, by q and z."""

NAKAMOTO_LEAST: Mapping[float, int] = {0.10: 5, 0.15: 8, 0.20: 11, 0.25: 15, 0.30: 24, 0.35: 41, 0.40: 89, 0.45: 340}
"""The least z, as Nakamoto prints it, with which the attacker's probability is below 0.1 %."""


@dataclass(frozen=True)
class Rate:
    """How often the attacker won, with Wilson's interval for the probability (JASA 22, 1927)."""

    won: int
    trials: int
    low: float
    high: float
    confidence: float

    @staticmethod
    def of(won: int, trials: int, confidence: float = 0.99) -> Rate:
        """Raises InputError for no trials."""
        if trials < 1:
            raise InputError(f"{trials} trials tell nothing", allowed="one or more")
        score = NormalDist().inv_cdf((1 + confidence) / 2)
        share, spread = won / trials, score**2 / trials
        centre = (share + spread / 2) / (1 + spread)
        half = (spread * share * (1 - share) + spread**2 / 4) ** 0.5 / (1 + spread)
        return Rate(won, trials, max(0.0, centre - half), min(1.0, centre + half), confidence)

    @property
    def share(self) -> float:
        """Won of all trials."""
        return self.won / self.trials

    def holds(self, probability: Fraction | float) -> bool:
        """Whether the interval has this probability in it."""
        return self.low <= probability <= self.high
