"""What one version allows and the other does not, as JSON that can be read back beside both systems.

A run is kept as its moves and taken again. What keeps the other version from following it is kept as it was told, with
the guard by its place; `labels` is all that it was told from and that no digest of a system covers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from meterproof.audit.cache import moves, retaken
from meterproof.compare.obstacle import Obstacle, changed_rules
from meterproof.compare.outcome import Behaviours, Novelty
from meterproof.lang.system import Guard, System

_PLAIN = (
    "answer", "scope", "base_scope", "worlds", "worlds_in_all", "pairs", "generated", "depth", "stopped", "seconds",
)  # fmt: skip
_NAMES = ("common", "only_base", "only_head")


def labels(system: System) -> tuple[object, ...]:
    """What obstacles are told with: guards as they are written, citations, rules, and why moves are absent."""
    actions = ((a.name, a.cites, a.rules, *(str(p.data) for p in a.params)) for a in system.actions)
    guards = ((repr(g.condition), g.cites, g.rules) for g in _guards(system))
    return (*actions, *guards, system.absent, tuple(system.rules.plain().items()))


def told(found: Behaviours, base: System) -> dict[str, Any]:
    """The behaviours as JSON; `base` is the version that does not allow them."""
    guards = {id(g): place for place, g in enumerate(_guards(base))}
    return {
        **{name: getattr(found, name) for name in (*_PLAIN, *_NAMES, "against")},
        "novelties": [
            {
                "action": n.action,
                "run": moves(n.trace),
                "obstacles": [_obstacle(o, guards) for o in n.obstacles],
            }
            for n in found.novelties
        ],
    }


def restored(whole: dict[str, Any], base: System, head: System) -> Behaviours:
    """The behaviours that `told` wrote of these two. Raises Mismatch where HEAD does not take a run of them."""
    guards = tuple(_guards(base))
    changed = {c[0]: c for c in changed_rules(head, base)}
    novelties = tuple(
        Novelty(
            n["action"], retaken(n["run"], head, None),
            tuple(
                Obstacle(
                    o["reason"], o["said"], o["action"], None if o["guard"] is None else guards[o["guard"]],
                    tuple(o["rules"]), tuple(o["cites"]), tuple(changed[rule] for rule in o["changed"]), o["known"],
                    tuple(o["variables"]),
                )
                for o in n["obstacles"]
            ),
        )
        for n in whole["novelties"]
    )  # fmt: skip
    names: dict[str, Any] = {name: tuple(whole[name]) for name in _NAMES}
    against = None if whole["against"] is None else tuple(whole["against"])
    return Behaviours(novelties=novelties, against=against, **names, **{name: whole[name] for name in _PLAIN})


def _guards(system: System) -> Iterator[Guard]:
    """All that may stop a move, or rule out a world, in order."""
    for action in system.actions:
        yield from action.guards
    yield from system.axioms


def _obstacle(found: Obstacle, guards: dict[int, int]) -> dict[str, Any]:
    return {
        "reason": found.reason,
        "said": found.said,
        "action": found.action,
        "guard": None if found.guard is None else guards[id(found.guard)],
        "rules": list(found.rules),
        "cites": list(found.cites),
        "changed": [rule for rule, _, _ in found.changed],
        "known": found.known,
        "variables": list(found.variables),
    }
