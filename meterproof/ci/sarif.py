"""Items as a SARIF 2.1.0 log: a result for each finding, and a rule for each guarantee.

Results are `fail` at level `error`, or `open` (at level `none`, as the standard has it) where a finding is undecided.
What passes has no result: GitHub shows every result as an alert, whatever its kind. Each result is shown at one
line, its run is a code flow, and an accepted one has a suppression. `guarantee/v1` among its partial fingerprints says
which guarantee it is of, and `run/v1` what was found; GitHub goes by `primaryLocationLineHash`, which holds the former,
so that an alert stays the same one while lines move.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from meterproof import __version__
from meterproof.ci.items import Item, Leg, Place, Verb

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
GUARANTEE, RUN = "guarantee/v1", "run/v1"
"""The fingerprints of a result: of its guarantee, and of what was found."""
MOST_RESULTS, MOST_LEGS, MOST_TAGS = 5_000, 1_000, 10
"""What GitHub shows of a run, of a code flow, and of a rule."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Since:
    """Findings held against a baseline: the state of each by its identity, and the results that are absent now."""

    states: Mapping[str, str]
    absent: tuple[Json, ...]


def automation(verb: Verb) -> str:
    """What GitHub calls a log's category: logs of one replace each other."""
    return f"meterproof-{verb}/"


def write(
    items: Sequence[Item], verb: Verb, home: Place, *, since: Since | None = None, interrupted: bool = False
) -> str:
    """The whole log. `home` is where a finding is shown that has no place of its own.

    With `since`, every result has a `baselineState`, and those that are absent now are there, too. Of more results than
    are shown anywhere, the first are written, and a notification tells how many were left out.
    """
    names = list(dict.fromkeys(i.rule for i in items))
    results = [_result(i, names.index(i.rule), home, since) for i in sorted(items, key=_rank) if i.found]
    results += list(since.absent) if since is not None else []
    run: Json = {
        "tool": {
            "driver": {
                "name": "meterproof",
                "version": __version__,
                "rules": [_rule(next(i for i in items if i.rule == name)) for name in names],
            }
        },
        "automationDetails": {"id": automation(verb)},
        "invocations": [_invocation(len(results), interrupted)],
        "results": results[:MOST_RESULTS],
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def _rank(item: Item) -> tuple[bool, bool]:
    """What fails the run first, and of that what is decided."""
    return item.accepted is not None, item.outcome != "failed"


def _invocation(results: int, interrupted: bool) -> Json:
    """Whether the verb came to its end, which says nothing of what it found."""
    if results <= MOST_RESULTS:
        return {"executionSuccessful": not interrupted}
    text = f"{results - MOST_RESULTS} of {results} results were left out"
    return {
        "executionSuccessful": not interrupted,
        "toolExecutionNotifications": [{"level": "warning", "message": _text(text)}],
    }


def _rule(item: Item) -> Json:
    title = item.title or item.guarantee
    cited = f"\n\nIt rests on {', '.join(item.cites)}." if item.cites else ""
    return {
        "id": item.rule,
        "name": item.guarantee,
        "shortDescription": _text(title),
        "help": _text(f"{item.guarantee}: {title}{cited}"),
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": list(dict.fromkeys(item.cites))[:MOST_TAGS]},
    }


def _result(item: Item, index: int, home: Place, since: Since | None) -> Json:
    decided = item.outcome == "failed"
    related = [leg for leg in item.related if leg.place is not None]
    result: Json = {
        "ruleId": item.rule,
        "ruleIndex": index,
        "kind": "fail" if decided else "open",
        "level": "error" if decided else "none",
        "message": _text(f"{item.name}: {item.guarantee} {item.title}: {item.told}"),
        "locations": [{"physicalLocation": _physical(item.place or home)}],
        "relatedLocations": [{"id": i, **_location(leg, home)} for i, leg in enumerate(related, 1)],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{item.identity[:16]}:1",
            GUARANTEE: item.identity,
            RUN: item.likeness,
        },
        "suppressions": _suppressions(item),
        "properties": {"target": item.target, "reading": item.reading, "verdict": item.verdict},
    }
    if item.run:
        result["codeFlows"] = [_flow(item.run, item.place or home)]
    if since is not None:
        result["baselineState"] = since.states[item.identity]
    return result


def _suppressions(item: Item) -> list[Json]:
    found = item.accepted
    if found is None:
        return []
    said = f"{found.reason} (until {found.expires})"
    return [
        {
            "kind": "external",
            "status": "accepted",
            "justification": said,
            "location": {"physicalLocation": _physical(found.place)},
        }
    ]


def _flow(run: Sequence[Leg], home: Place) -> Json:
    """The run as one thread; what has no line of its own is shown where the finding is."""
    return {"threadFlows": [{"locations": [_step(at, leg, home) for at, leg in enumerate(_shortened(run), 1)]}]}


def _shortened(run: Sequence[Leg]) -> Sequence[Leg]:
    left_out = len(run) - MOST_LEGS + 1
    if left_out <= 1:
        return run
    half = MOST_LEGS // 2
    return (*run[: half - 1], Leg(f"{left_out} steps are left out"), *run[half - 1 + left_out :])


def _step(at: int, leg: Leg, home: Place) -> Json:
    step: Json = {"location": _location(leg, home), "executionOrder": at, "importance": "essential"}
    return {**step, "state": {name: _text(value) for name, value in leg.values}} if leg.values else step


def _location(leg: Leg, home: Place) -> Json:
    return {"physicalLocation": _physical(leg.place or home), "message": _text(leg.text)}


def _physical(place: Place) -> Json:
    path = PurePath(place.file)
    uri = path.as_uri() if path.is_absolute() else quote(place.file)
    return {"artifactLocation": {"uri": uri}, "region": {"startLine": place.line}}


def _text(text: str) -> Json:
    """A message. Braces are doubled, as single ones would stand for arguments."""
    return {"text": text.replace("{", "{{").replace("}", "}}")}
