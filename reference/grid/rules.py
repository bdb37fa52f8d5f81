"""The rules of composing as typed values: what one part of the grid goes by when it relies on another.

Each part by itself is hardened, by its own spec; these say how they hang together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from reference.bc_ami import rules as bc_ami
from reference.bc_ami.rules import Freshness, ReleaseCheck, Window
from reference.edge_keys import rules as edge_keys
from reference.metering_platform import rules as metering_platform
from reference.rule_values import read_values
from reference.sovereign_chain import rules as sovereign_chain

KeyCheck = Literal["as-enrolled", "latest-heard", "recent"]
LawCheck = Literal["own-copy", "latest-heard", "recent"]
JudgedAt = Literal["inclusion", "release"]
TenancyCheck = Literal["token", "as-known", "covered"]
BoundTo = Literal["content", "chain"]
BundleMove = Literal["as-exported", "versioned"]


@dataclass(frozen=True)
class Rules:
    """One point in the family of compositions."""

    key_check: KeyCheck
    """By what a service chain knows a meter's keys: any that it was ever told of, those of its last checkpoint of the
    key chain, or those of one that is not older than Delta."""
    law_check: LawCheck
    """By what the platform knows the law and its denials: its first copy, its last checkpoint of the contract chain, or
    one that is not older than Delta."""
    judged_at: JudgedAt
    """By which edition an answer is judged: the one in force when the reading was included, or when it is released."""
    tenancy_check: TenancyCheck
    """Whose a reading is: of whoever had the meter when the token was made, of its tenant by the register as far as the
    node knows it, or the same for times up to the node's checkpoint only."""
    bound_to: BoundTo
    """What a meter's signature is for: a report on any service chain, or on one."""
    bundle_move: BundleMove
    """Whether a move is ended on a receipt for the bundle as it was exported, or for that of the key in force."""
    release_check: ReleaseCheck = "certified"
    """What the platform verifies of a block that is handed to it (IS-C10)."""
    freshness: Freshness = "increasing"
    """Whether a meter's reports count in the order of their times only (IS-C7)."""
    window: Window = "block-time"
    """Whether a report's time must be near the time of its block (IS-C7)."""

    @staticmethod
    def from_values(values: Mapping[str, object]) -> Rules:
        """The rules with these values, e.g. as a spec file gives them; those of the parts are passed over.

        `release_check`, `freshness` and `window` are bc-ami's, and hardened where they are left out. Raises InputError
        for unknown or missing names and for foreign values.
        """
        of_parts = {name for part in _PARTS for name in (*(each.name for each in fields(part)), *_MODEL_ONLY)}
        return Rules(**read_values(Rules, values, _OF_BC_AMI, of_parts - _OWN))


_OF_BC_AMI = ("release_check", "freshness", "window")
_OWN = frozenset(each.name for each in fields(Rules))
_PARTS = (bc_ami.Rules, edge_keys.Rules, sovereign_chain.Rules, metering_platform.Rules)
_MODEL_ONLY = (
    *bc_ami.MODEL_ONLY, *edge_keys.MODEL_ONLY, *sovereign_chain.MODEL_ONLY, *metering_platform.MODEL_ONLY
)  # fmt: skip

HARDENED = Rules(
    key_check="recent",
    law_check="recent",
    judged_at="release",
    tenancy_check="covered",
    bound_to="chain",
    bundle_move="versioned",
)
"""Every check in place."""
