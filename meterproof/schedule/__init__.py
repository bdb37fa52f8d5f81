"""Schedules by Hypothesis: adversarial orders of moves, shrunk to the shortest that shows a fault.

Layout: `moves` (what can be done in a state) <- `strategy` (drawing runs; for users' own tests too)
<- `minimise` (1-minimal runs) <- `search` (one property at one scope, as evidence).
"""

from meterproof.schedule.search import schedule
from meterproof.schedule.strategy import schedules

__all__ = ["schedule", "schedules"]
