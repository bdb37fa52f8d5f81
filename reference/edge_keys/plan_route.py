"""The route planner of edge-keys, as `meterproof plan route` asks for it.

No rule of a variant changes it: the paper's own scheme is `--scheme greedy --delay-bound per-node`.
"""

from reference.routing.answer import recheck, route, schemes

__all__ = ["recheck", "route", "schemes"]
