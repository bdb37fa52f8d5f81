"""The ordering service as its clients see it: leaves go in, a final block comes out, or the reason why there is none.

Which machine stands behind it follows from the rule `rounds`: the paper's single round in one view, or PBFT's two with
a change of view.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from meterproof.errors import InputError
from reference.bc_ami import network, ordering
from reference.bc_ami.contract import Contract
from reference.bc_ami.faults import FaultPlan
from reference.bc_ami.rules import Rules
from reference.bc_ami.tally import Tally
from reference.crypto.randomness import Randomness
from reference.ledger import consensus
from reference.ledger.chain import GENESIS, Committee, FinalBlock
from reference.ledger.effects import Refused

Ledger = Callable[[int], FinalBlock]
"""The final block of a height, from wherever blocks are kept."""


class SingleRound:
    """The leader collects one round of votes (`ordering`). All replicas are correct: a leader's crash would end it."""

    def __init__(self, replicas: Sequence[ordering.Replica]) -> None:
        self._replicas = tuple(replicas)
        self.tally = Tally()

    @property
    def committee(self) -> Committee:
        """What clients of the chain need to know to check that a block is final."""
        return self._replicas[0].committee

    def order(self, leaves: tuple[bytes, ...], state: Contract) -> FinalBlock | Refused:
        """The next block over these leaves; `state` is every replica's copy of the world state."""
        self._replicas, final, _ = ordering.order(self._replicas, state, leaves, self.tally)
        return final

    def progress(self) -> dict[str, Any]:
        """What `restore` needs at the end of a height, besides the ledger."""
        return {"heights": [each.height for each in self._replicas], "tally": self.tally.progress()}

    def restore(self, progress: Mapping[str, Any], ledger: Ledger) -> None:
        """Go on from there."""
        for_each = zip(self._replicas, progress["heights"], strict=True)
        self._replicas = tuple(
            replace(each, height=height, previous=_place(height, ledger, each.committee.chain)[1])
            for each, height in for_each
        )
        self.tally.restore(progress["tally"])


class TwoRounds:
    """PBFT's prepare, commit and change of view (`consensus`), while replicas fail as the plan says."""

    def __init__(
        self, replicas: Sequence[ordering.Replica], plan: FaultPlan, randomness: Randomness, ledger: Ledger
    ) -> None:
        self.committee = replace(replicas[0].committee, rounds="two")
        self._replicas = tuple(
            consensus.Replica(each.index, each.pair, each.rules, self.committee) for each in replicas
        )
        self._plan, self._randomness, self._ledger = plan, randomness, ledger
        self._height = 0
        self.tally = Tally()

    def order(self, leaves: tuple[bytes, ...], state: Contract) -> FinalBlock | Refused:
        """As with a single round; but a lying leader may leave out leaves. Raises NoQuorum if too many fail."""
        self._replicas, final = network.decide(
            self._replicas,
            state,
            leaves,
            self._plan.at(self._height),
            self._randomness,
            self._ledger,
            self._height,
            self.tally,
        )
        self._height += isinstance(final, FinalBlock)
        return final

    def progress(self) -> dict[str, Any]:
        """What `restore` needs at the end of a height, besides the ledger."""
        heights = [each.height for each in self._replicas]
        return {"height": self._height, "heights": heights, "tally": self.tally.progress()}

    def restore(self, progress: Mapping[str, Any], ledger: Ledger) -> None:
        """Go on from there."""
        self._height, chain_id = progress["height"], self.committee.chain
        self._replicas = tuple(
            each.at(height, *_place(height, ledger, chain_id))
            for each, height in zip(self._replicas, progress["heights"], strict=True)
        )
        self.tally.restore(progress["tally"])


Service = SingleRound | TwoRounds


def start(
    rules: Rules, replicas: Sequence[ordering.Replica], plan: FaultPlan, randomness: Randomness, ledger: Ledger
) -> Service:
    """The service of these replicas. Raises InputError for faults under rules that have no change of view."""
    if rules.rounds == "two":
        return TwoRounds(replicas, plan, randomness, ledger)
    if plan.episodes:
        raise InputError(
            "faults cannot be played where there is no change of view: a crashed leader ends such a chain (IS-C17)",
            allowed='a protocol whose rule rounds is "two", such as bc-ami@hardened',
        )
    return SingleRound(replicas)


def _place(height: int, ledger: Ledger, chain_id: str) -> tuple[int, bytes]:
    """The view in which a height begins, and the digest of the block before it."""
    if height == 0:
        return 0, GENESIS
    header = ledger(height - 1).block.header
    return header.view, header.digest(chain_id)
