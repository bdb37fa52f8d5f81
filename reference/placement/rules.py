"""What the text of the clustering loop leaves open, as rules whose values the variants set (R17, R18, C16, C17)."""

from __future__ import annotations

from dataclasses import dataclass, fields

from meterproof.errors import InputError, nearest

VALUES = {
    "stop_rule": ("original-centre", "centroid-to-median", "successive-medians"),
    "final_position": ("centroid", "median"),
    "empty_cluster": ("kept", "reseeded"),
    "centre": ("geometric-median", "medoid", "centroid"),
}


@dataclass(frozen=True)
class LoopRules:
    """One reading of steps 1 to 5. Raises InputError for a value that a rule does not have.

    `stop_rule`: what step 5 holds the new central point against: the random centre of step 1 ("original-centre", as
    printed), the mean of the same cluster, or the central point of the round before. `final_position`: step 5 says
    the centroid, step 4 the median. `empty_cluster`: a device without meters stays where it is, or moves to the meter
    that is farthest from its own device. `centre`: what the graph's central point is; "centroid" is plain K-means.
    """

    stop_rule: str = "successive-medians"
    final_position: str = "median"
    empty_cluster: str = "reseeded"
    centre: str = "geometric-median"

    def __post_init__(self) -> None:
        for field in fields(self):
            value, known = getattr(self, field.name), VALUES[field.name]
            if value not in known:
                raise InputError(f"{field.name} = {value!r}{nearest(str(value), known)}", allowed=", ".join(known))


LITERAL = LoopRules("original-centre", "centroid", "kept")
CHARITABLE = LoopRules("centroid-to-median", "median", "reseeded")
HARDENED = LoopRules("successive-medians", "median", "reseeded")
