"""Bulk random walks of the packed model, for scopes that are too large or too deep to visit whole.

Layout: `net` (which moves a move can enable or disable) <- `place` (the enabled moves, and what is drawn next) <-
`kernel` (the compiled walk, the same for every model) <- `world` (one world and the walk in it), `shorten` (a long run
cut down to what matters) <- `walker` (walks over all worlds of a scope) <- `search` (one property at one scope, as
evidence).
"""

from meterproof.walk.search import walk
from meterproof.walk.walker import Coverage, Interrupted, Progress, Walks, walks

__all__ = ["Coverage", "Interrupted", "Progress", "Walks", "walk", "walks"]
