"""What happens in a day on the grid: one definition for the journal, the picture and the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal[
    "placed", "routed", "enrolled", "reported", "included", "refused",
    "key-update-asked", "key-update-in-force", "key-revoked", "key-stolen",
    "move-begun", "migrated", "move-aborted", "joined", "left", "moved-in", "moved-out",
    "trade-proposed", "trade-checked", "trade-settled", "trade-rejected",
    "rule-registered", "rule-in-force", "denied", "denial-ended",
    "replica-crashed", "replica-lied", "replica-cut", "replica-back", "view-change",
    "device-died", "device-cut", "device-back", "device-replaced", "reader-behind", "reader-back",
    "block-forged", "shown", "shown-refused", "monitor",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
"""In the order in which a reader of the day wants them."""


@dataclass(frozen=True)
class Happened:
    """One event. `subject` is who or what it is about, by name; `detail` is JSON-able and its names are of the kind.

    reported, included: once a slot for each service chain, with `count`. shown: a resident, with `meter` and `count`;
    shown-refused the same with `reason` and `rule`. refused: who sent it, with `what`, `reason` and `rule`.
    trade-checked: `result` is passed or failed. replica-crashed, replica-cut, replica-lied, denied: `until`; each lie
    that a liar then tells is of a chain, with `lie` and `count`. rule-registered: `version` and `activation`.
    monitor: `verdict` is held or violated, and then there is `why`.
    """

    slot: int
    kind: Kind
    subject: str
    detail: Mapping[str, str | int] = field(default_factory=dict)
