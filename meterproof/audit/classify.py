"""What became of a guarantee, from how it stands before and after. Pure; exchanging the two gives the dual change."""

from __future__ import annotations

from typing import Literal

from meterproof.audit.outcome import Change
from meterproof.audit.standing import Standing

Order = Literal["same", "worse", "better", "mixed", "unknown"]
"""How HEAD compares with BASE in one respect: `mixed` is better here and worse there, `unknown` not decided."""

Verdicted = tuple[Change, str]
"""A change, and why it is called so."""


_ONE_WAY: tuple[Order, Order] = ("worse", "better")
_SAID = {
    "scopes": ("it is violated at scopes where it held", "it holds at scopes where it was violated"),
    "sizes": ("it is claimed for fewer sizes", "it is claimed for more sizes"),
    "adversaries": ("adversaries break it that did not before", "adversaries that broke it no longer do"),
}
_OPEN = {
    "sizes": "nothing is proved of the sizes that only one of them claims it for",
    "adversaries": "what breaks it could not be compared: not all of it is decided",
}


def inverse(order: Order) -> Order:
    """The order when BASE and HEAD are exchanged."""
    return {"worse": "better", "better": "worse"}.get(order, order)  # type: ignore[return-value]


def classify(before: Standing, after: Standing, frontier: Order | None = None, design: Order = "same") -> Verdicted:
    """What became of one and the same statement.

    `frontier` compares what breaks it, None where that was not computed; `design` the sizes that it is claimed for,
    which count where it is proved of them: finite scopes say nothing of sizes that one side alone makes claims for.
    Nothing is `kept` unless both sides are decided, and decided alike.
    """
    if "undecided" in (before.state, after.state):
        return "unknown", _undecided(before, after)
    if before.state == after.state == "absent":
        return "kept", "neither side has anything to ask this of"
    match before.state, after.state:
        case "holds", "violated":
            return "lost", "it held, and is violated"
        case "violated", "holds":
            return "gained", "it was violated, and holds"
        case "holds", "absent":
            return "lost", f"it held, and HEAD has nothing left to ask this of: {after.reason}"
        case "absent", "holds":
            return "gained", f"it holds, and BASE has nothing to ask this of: {before.reason}"
        case "violated", "absent":
            return "kept", f"it is guaranteed on neither side: BASE violates it, and of HEAD {after.reason}"
        case "absent", "violated":
            return "kept", f"it is guaranteed on neither side: HEAD violates it, and of BASE {before.reason}"
    return _alike(before, after, frontier, design)


def _undecided(before: Standing, after: Standing) -> str:
    said = [
        f"{name}: {standing.reason or standing.verdict}"
        for name, standing in (("BASE", before), ("HEAD", after))
        if standing.state == "undecided"
    ]
    if len(said) == 2 and before.reason == after.reason:
        return f"both: {before.reason}"
    return "; ".join(said)


def _alike(before: Standing, after: Standing, frontier: Order | None, design: Order) -> Verdicted:
    """Both hold, or both are violated: what else distinguishes them?"""
    orders: dict[str, Order] = {"scopes": covered(before, after)}
    if before.state == "holds":
        orders["sizes"] = design if design == "same" or (before.proved and after.proved) else "unknown"
    if frontier is not None:
        orders["adversaries"] = frontier
    worse, better = ([_SAID[of][i] for of, o in orders.items() if o == order] for i, order in enumerate(_ONE_WAY))
    if "mixed" in orders.values() or (worse and better):
        return "unknown", "better in one respect and worse in another"
    if worse or better:
        return "weakened" if worse else "strengthened", "; ".join((*worse, *better))
    if "unknown" in orders.values():
        return "unknown", _not_alike(before, after, [of for of, order in orders.items() if order == "unknown"])
    return "kept", "it holds on both sides" if before.state == "holds" else "it is violated on both sides"


def _not_alike(before: Standing, after: Standing, open_: list[str]) -> str:
    if before.state == "holds" and before.proved != after.proved:
        return f"proved for every size {'before' if before.proved else 'after'} only; elsewhere by finite scopes"
    if "scopes" in open_:
        return "scopes that were decided on one side were not on the other"
    return f"it {before.state if before.state == 'holds' else 'is violated'} on both sides, but {_OPEN[open_[0]]}"


def covered(before: Standing, after: Standing) -> Order:
    """Two standings of the same state, scope by scope; a proof covers all scopes that it is about."""
    if before.state == "holds":
        if before.proved and after.proved:
            return "same"
        same = before.proved == after.proved and set(before.at) == set(after.at)
        return "same" if same else "unknown"
    old, new = dict(before.at), dict(after.at)
    both = old.keys() & new.keys()
    falls, rises = (any(one[s] and not other[s] for s in both) for one, other in ((old, new), (new, old)))
    if falls or rises:
        return "mixed" if falls and rises else "worse" if falls else "better"
    return "same"


Relation = Literal["same", "weaker", "stronger", "incomparable", "unknown"]
"""What HEAD's statement is to BASE's: `weaker` is implied by it and does not imply it; adversaries are part of it."""


def restated(old: Change, new: Change, before: Standing, after: Standing, relation: Relation) -> Verdicted:
    """What became of a guarantee whose statement changed.

    `old` is what became of BASE's statement, asked of both sides, `new` of HEAD's; `before` is how BASE stands to its
    own statement, `after` HEAD to its own.
    """
    if relation in ("incomparable", "unknown"):
        return "unknown", f"the statement changed, and how the two relate is {relation}"
    if "unknown" in (old, new) or "absent" in (before.state, after.state):
        return "unknown", f"the statement changed ({_words(relation)}), and not all of it is decided"
    if (old, new) == ("lost", "lost"):
        return "lost", f"it held, and is violated; HEAD's statement is {_words(relation)}"
    if (old, new) == ("gained", "gained"):
        return "gained", f"it was violated, and holds; HEAD's statement is {_words(relation)}"
    if before.state == after.state == "holds":
        if relation == "weaker" and old in ("kept", "weakened", "lost") and new in ("kept", "weakened"):
            fallen = ", and what BASE stated is violated" if old == "lost" else ", though what BASE stated still holds"
            return "weakened", f"HEAD states less{fallen}"
        if relation == "stronger" and new in ("kept", "strengthened", "gained") and old in ("kept", "strengthened"):
            risen = ", which BASE violates" if new == "gained" else ", which BASE kept, too"
            return "strengthened", f"HEAD states more{risen}"
    if relation == "same" and old == new:
        return old, "the statement was written otherwise, and means the same"
    return "unknown", f"the statement changed ({_words(relation)}): what BASE stated is {old}, what HEAD states {new}"


def _words(relation: Relation) -> str:
    return {"same": "of the same meaning", "weaker": "weaker", "stronger": "stronger"}.get(relation, relation)
