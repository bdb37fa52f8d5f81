"""The private-chain race, run: with coins, for many trials, and with real blocks and real hashes, for fewer.

Both stop where `Race` does; what they are held against is `race.catch_up` with the same surrender.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.edge_keys.block import Block
from reference.edge_keys.puzzle import NONCES, Puzzle, Search
from reference.edge_keys.race import Race, Rate
from reference.edge_keys.rules import PreviousHash
from reference.ledger.chain import GENESIS

Bodies = Callable[[int], tuple[bytes, ...]]
"""The body of a party's block, by height from the block at which the chains part."""


def toss(race: Race, trials: int, seed: int) -> Rate:
    """The race with one biased coin a block, all trials side by side. Raises InputError without a surrender."""
    surrender = _surrender(race)
    coins = np.random.default_rng(seed)
    z, won = race.confirmations, 0
    public = np.zeros(trials, dtype=np.int64)
    private = np.zeros(trials, dtype=np.int64)
    while public.size:
        confirmed = public >= z
        ahead = private - public >= race.lead
        won += int(np.count_nonzero(confirmed & ahead))
        open_ = ~(confirmed & (ahead | (public - private >= surrender)))
        public, private = public[open_], private[open_]
        attackers = coins.random(public.size) < float(race.share)
        private += attackers
        public += ~attackers
    return Rate.of(won, trials)


@dataclass(frozen=True)
class Raced:
    """Both chains at the end of a race, from the block that they part at, and the hashes of both parties together."""

    public: tuple[Block, ...]
    private: tuple[Block, ...]
    won: bool
    hashes: int


@dataclass
class _Miner:
    """A party at work on the block after its chain; the chain only grows."""

    chain_id: str
    rule: PreviousHash
    puzzle: Puzzle
    bodies: Bodies
    nonces: Random
    chain: list[Block]

    def begin(self) -> None:
        """Set out for the next block, from a nonce drawn at random."""
        height = len(self.chain)
        previous = self.chain[-1].header.name(self.chain_id, self.rule) if self.chain else GENESIS
        self.candidate = Block.build(previous, height, self.bodies(height))
        start = self.nonces.randrange(NONCES)
        self.search = Search(self.candidate.header.template(self.chain_id), start, self.puzzle)

    def attempt(self) -> None:
        """Hash once, and go on to the next block if that was the solution."""
        if (nonce := self.search.attempt()) is not None:
            self.chain.append(self.candidate.with_nonce(nonce))
            self.begin()


def run(
    race: Race,
    puzzle: Puzzle,
    rule: PreviousHash,
    chain_id: str,
    bodies: tuple[Bodies, Bodies],
    randomness: Randomness,
) -> Raced:
    """One race with real hashing: each hash is the attacker's with its share, the honest devices' otherwise.

    `bodies` are those of the public chain and of the private one. Raises InputError without a surrender, and if both
    begin with the same, so that nothing would be rewritten.
    """
    surrender = _surrender(race)
    if bodies[0](0) == bodies[1](0):
        raise InputError("both chains begin with the same block", allowed="a private chain with another first body")
    turns = Random(randomness.child("turns").take(32))
    honest, attacker = (
        _Miner(chain_id, rule, puzzle, each, Random(randomness.child("nonces", number).take(32)), [])
        for number, each in enumerate(bodies)
    )
    honest.begin()
    attacker.begin()
    share, hashes = float(race.share), 0
    while True:
        public, private = len(honest.chain), len(attacker.chain)
        if public >= race.confirmations:
            if private - public >= race.lead:
                return Raced(tuple(honest.chain), tuple(attacker.chain), True, hashes)
            if public - private >= surrender:
                return Raced(tuple(honest.chain), tuple(attacker.chain), False, hashes)
        (attacker if turns.random() < share else honest).attempt()
        hashes += 1


def run_many(
    race: Race,
    puzzle: Puzzle,
    rule: PreviousHash,
    chain_id: str,
    bodies: tuple[Bodies, Bodies],
    trials: int,
    seed: int,
) -> tuple[Rate, int]:
    """So many races with real hashing: how often the attacker won, and all hashes. Other races draw other numbers."""
    root = Randomness.from_seed(seed).child(str(race), puzzle.name)
    races = [run(race, puzzle, rule, chain_id, bodies, root.child("race", number)) for number in range(trials)]
    return Rate.of(sum(each.won for each in races), trials), sum(each.hashes for each in races)


def _surrender(race: Race) -> int:
    if race.surrender is None:
        raise InputError("a race that is never given up may never end", allowed="a surrender")
    return race.surrender
