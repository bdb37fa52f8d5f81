"""The queue planner of edge-keys, as `meterproof plan queue` asks for it. No rule of a variant changes it."""

from reference.queueing.answer import answer, curves
from reference.queueing.told import table

__all__ = ["answer", "curves", "table"]
