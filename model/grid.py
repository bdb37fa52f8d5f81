"""grid: the four hardened protocols as one system, with one guarantee from the meter to the resident (GR-T1).

The papers describe parts of one thing. Meters enrol and report as in bc-ami, their keys are on a chain of edge devices
as in edge-keys, reports count on service chains under contracts as in sovereign-chain, and residents are answered by a
platform as in metering-platform. One validator set makes the blocks of all chains.

`Grid` is over ideals of these parts: `Tenancies` of the platform's register, `KeyStatus` of the key chain, agreed
blocks of the service chains, each with a prefix for each reader. What each part guarantees, what it assumes, and which
part owes it that, is a table of its own (`properties.composition`); that a part's machine gives its ideal is a
*refinement* (`properties.refinements`). `Relocation` is what becomes of a bundle whose key is updated while it moves.
"""

from meterproof.lang import action, ite
from model.access import Register, Tenancies
from model.agreed_block import AgreedBlock
from model.answers import Answers
from model.consensus import Consensus
from model.counting import keys_at_the_end
from model.key_records import KeyRecords
from model.relocation import Relocation
from model.vocabulary import Edition, Height


class Grid(Answers):
    """From a meter's reading to its resident's screen, over chains that know each other by checkpoints."""

    @action(cites="GR-R1 GR-A2 WA-A22 ZD-A3 WA-C12")
    def advance(s, t: Height, h: Height, v: Edition):
        """All chains complete block {t} and begin {h}, with which edition {v} of the contracts is in force."""
        return s.set(
            Tenancies.advance(s, t, h),
            key_by=keys_at_the_end(s, t),
            law=lambda i: ite(i == h, v, s.law[i]),
            denied=lambda u, i: ite(i == h, s.denied[u, t], s.denied[u, i]),
            shown={(..., ...): False},
        )


MACHINES = (Grid, Relocation, AgreedBlock, Consensus, KeyRecords, Register)
"""What a spec of grid has rules for: together they declare its whole rule schema."""
