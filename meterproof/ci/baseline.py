"""Findings held against those of an earlier log: which are new, unchanged, updated, or absent now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meterproof.ci.items import Item, Verb
from meterproof.ci.sarif import GUARANTEE, RUN, Json, Since, automation
from meterproof.errors import InputError

_ALLOWED = "a log that --sarif of the same verb wrote"


@dataclass(frozen=True)
class Baseline:
    """The results of an earlier log by the identity of their guarantees."""

    results: Mapping[str, Json]

    def since(self, items: Sequence[Item]) -> Since:
        """The state of every finding.

        A result of the log is absent where its guarantee was asked and is no finding any more. Where it was not asked,
        nothing is known of it, and nothing is said.
        """
        states = {i.identity: self._state(i) for i in items if i.found}
        fine = {i.identity for i in items if i.outcome == "passed"}
        absent = tuple(_absent(result) for identity, result in self.results.items() if identity in fine)
        return Since(states, absent)

    def _state(self, item: Item) -> str:
        known = self.results.get(item.identity)
        if known is None:
            return "new"
        return "unchanged" if known["partialFingerprints"].get(RUN) == item.likeness else "updated"


def _absent(result: Json) -> Json:
    """A result of the log as one that is no longer found; its rule is found by its name alone."""
    return {**{k: v for k, v in result.items() if k != "ruleIndex"}, "baselineState": "absent"}


def read(path: Path, verb: Verb) -> Baseline:
    """The baseline that a file holds: a SARIF log of this verb. InputError for anything else."""
    try:
        log = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", file=path, allowed=_ALLOWED) from error
    except ValueError as error:
        raise InputError(f"is not JSON: {error}", file=path, allowed=_ALLOWED) from error
    try:
        results = [r for run in log["runs"] if _ours(run, verb) for r in run["results"]]
        own = any(_ours(run, verb) for run in log["runs"])
        known = {r["partialFingerprints"][GUARANTEE]: r for r in results if r.get("baselineState") != "absent"}
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError("is not such a log as meterproof writes", file=path, allowed=_ALLOWED) from error
    if not own:
        raise InputError(f"is not a log of meterproof {verb}", file=path, allowed=_ALLOWED)
    return Baseline(known)


def _ours(run: Any, verb: Verb) -> bool:
    return bool(
        run["tool"]["driver"]["name"] == "meterproof" and run.get("automationDetails", {}).get("id") == automation(verb)
    )
