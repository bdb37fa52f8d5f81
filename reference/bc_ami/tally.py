"""What went on among the replicas, counted as it is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sized
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Tally:
    """Messages and their bytes by kind, lies by name, refusals of them by rule, and recoveries.

    A message to k replicas counts k times. `lied` counts occasions, `refused` the replicas that refused something.
    """

    messages: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    lied: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    view_changes: int = 0
    carried: int = 0
    """Blocks that a later view took over from an earlier one."""
    caught_up: int = 0
    """Blocks that a replica learned from their certificates alone."""

    def sent(self, kind: str, data: Sized, receivers: int = 1) -> None:
        """A message goes to so many receivers."""
        self.messages[kind] += receivers
        self.bytes[kind] += receivers * len(data)

    def progress(self) -> dict[str, Any]:
        """What `restore` needs, as JSON has it."""
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in vars(self).items()}

    def restore(self, progress: Mapping[str, Any]) -> None:
        """Go on from there."""
        for name, value in progress.items():
            setattr(self, name, Counter(value) if isinstance(value, dict) else value)
