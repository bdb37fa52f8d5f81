"""A frontier as JSON, by `meterproof/schemas/frontier.json`, and as text; its bounds can be read back from the JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from meterproof.frontier.outcome import Bounds, Broken, Frontier, Kept, Undecided
from meterproof.frontier.strength import Strength
from meterproof.frontier.words import Words
from meterproof.traces.text import brief as sentences
from meterproof.verdict import Evidence


def document(frontier: Frontier) -> dict[str, Any]:
    """The whole frontier as JSON; runs as one sentence a step."""
    words = frontier.words
    return {
        "text": brief(frontier),
        "exact": frontier.exact,
        "breaks": [_broken(b, words) for b in frontier.breaks],
        "holds": [_kept(k, words) for k in frontier.holds],
        "undecided": [_undecided(u, words) for u in frontier.undecided],
        "everybody": _strength(frontier.everybody, words),
        "scopes": [dict(sizes) for sizes in frontier.scopes],
        "questions": frontier.questions,
        "seed": frontier.seed,
        "seconds": frontier.seconds,
    }


def bounds(found: Mapping[str, Any]) -> Bounds:
    """The bounds of a frontier from its document."""
    breaks, holds = (tuple(_read(each) for each in found[side]) for side in ("breaks", "holds"))
    return Bounds(breaks, holds, _read(found["everybody"]))


def brief(frontier: Frontier) -> str:
    """One line: what breaks the guarantee, as in `{two faulty replicas}, {NET, one corrupted concentrator}`.

    `nothing` where no adversary there is breaks it. What is not known to be the least is said to be so `or less`.
    Numbers of corruptions are followed by that of all individuals, where not all scopes have the same.
    """
    told = [
        frontier.words.say(b.strength) + _among(b, frontier) + ("" if b.least else " or less") for b in frontier.breaks
    ]
    open_ = [_interval(u, frontier.words) for u in frontier.undecided]
    known = ", ".join(told) or ("nothing known" if open_ else "nothing")
    return known + (f"; undecided: {', '.join(open_)}" if open_ else "")


def _among(broken: Broken, frontier: Frontier) -> str:
    """` with Replica=4`, where a number of corruptions means another share of all in another scope."""
    sorts = dict.fromkeys(s for name, s in frontier.words.sorts if name in broken.strength.numbers)
    unlike = [s for s in sorts if len({dict(sizes)[s] for sizes in frontier.scopes}) > 1]
    scope = broken.trace.instance.scope
    return f" with {', '.join(f'{s}={scope[s]}' for s in unlike)}" if unlike else ""


def render(frontier: Frontier) -> str:
    """All of it, a line for each strength or interval: what it does, and what shows it."""
    return "\n".join(_lines(frontier)) + "\n"


def _lines(frontier: Frontier) -> Iterator[str]:
    words = frontier.words
    for b in frontier.breaks:
        steps = len(b.trace.steps)
        shown = f"{steps} step{'' if steps == 1 else 's'} at {b.trace.instance.scope} ({b.evidence.method})"
        yield f"broken by {words.say(b.strength)}{'' if b.least else ' or less'}: {shown}"
    for k in frontier.holds:
        everybody = ", all there is" if k.strength == frontier.everybody else ""
        yield f"holds against {words.say(k.strength)}{everybody}: {_shown(k, words)}"
    for u in frontier.undecided:
        yield f"undecided {_interval(u, words)}: {u.why}"


def _shown(kept: Kept, words: Words) -> str:
    """`proved; exhausted at Replica=4 and at Replica=5`: the verdicts that show it, with the scopes where they do."""
    sets = dict(words.sorts)
    by_verdict: dict[str, dict[str, None]] = {}
    for e in kept.evidence:
        scope = ", ".join(f"{n}={v}" for n, v in e.scope.items() if n not in sets)
        by_verdict.setdefault(e.verdict, {})[scope and f"at {scope}"] = None
    told = (f"{verdict} {' and '.join(at)}".strip() for verdict, at in by_verdict.items())
    return "; ".join(told) or "there is no such world"


def _interval(open_: Undecided, words: Words) -> str:
    least, most = words.say(open_.least), words.say(open_.most)
    return least if least == most else f"{least} to {most}"


def _strength(strength: Strength, words: Words) -> dict[str, Any]:
    return {
        "capabilities": sorted(strength.capabilities),
        "corruptions": strength.numbers,
        "text": words.say(strength),
    }


def _read(found: Mapping[str, Any]) -> Strength:
    return Strength.of(found["capabilities"], found["corruptions"])


def _broken(broken: Broken, words: Words) -> dict[str, Any]:
    return {
        **_strength(broken.strength, words),
        "least": broken.least,
        "method": broken.evidence.method,
        "scope": broken.trace.instance.scope.as_dict(),
        "steps": sentences(broken.trace),
        "loop": broken.trace.loop,
    }


def _kept(kept: Kept, words: Words) -> dict[str, Any]:
    return {
        **_strength(kept.strength, words),
        "verdict": kept.verdict,
        "evidence": [_evidence(e) for e in kept.evidence],
    }


def _evidence(e: Evidence) -> dict[str, Any]:
    return {"method": e.method, "verdict": e.verdict, "scope": e.scope, "states": e.states, "depth": e.depth}


def _undecided(open_: Undecided, words: Words) -> dict[str, Any]:
    return {"least": _strength(open_.least, words), "most": _strength(open_.most, words), "why": open_.why}
