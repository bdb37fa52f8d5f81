"""The frontier of a guarantee: the antichain of weakest adversaries that break it, computed, not declared.

Layout: `strength` (capabilities and numbers of corruptions, ordered) <- `words` <- `outcome` (what came of it)
<- `search` (which strengths to ask about) <- `proof` and `question` (engines asked about one) <- `compute` (the whole);
`document` (as JSON and as text).
"""

from meterproof.frontier.compute import Interrupted, frontier, frontier_of
from meterproof.frontier.document import bounds, brief, document, render
from meterproof.frontier.outcome import Bounds, Broken, Frontier, Kept, Undecided, weakened
from meterproof.frontier.strength import Strength

__all__ = [
    "Bounds", "Broken", "Frontier", "Interrupted", "Kept", "Strength", "Undecided", "bounds", "brief", "document",
    "frontier", "frontier_of", "render", "weakened",
]  # fmt: skip
