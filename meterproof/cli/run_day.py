"""`meterproof run` where the reference plays days: many parties, slot by slot, under monitors, to totals that agree."""

from __future__ import annotations

import hashlib
import json as json_
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from meterproof import __version__
from meterproof.cli.common import errors, study
from meterproof.cli.run_progress import Bar
from meterproof.errors import InputError
from meterproof.readings import District, district
from meterproof.readings.synthetic import SLOTS
from meterproof.real.bridge import reference_of
from meterproof.real.day import Asked, Happened, Plays, Summary, player_of
from meterproof.real.day_store import DayStore
from meterproof.real.sites import read_sites
from meterproof.study.specfile import Spec

STORE_FORMAT = "1"
SITES = "mv_oberrhein_loadpoints.csv"
"""The coordinates that a day takes where none are given; see data/NOTICE.md."""
SHORT_SLOTS, SHORT_METERS = 12, 6
"""The size of the day that a check of the whole study plays."""
SHORT_FAULTS = "crash=1,lie=1,cut=1,device=1"

Row = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """How a day is laid out: where meters stand, validators, the specification of faults, the seed."""

    sites: Path
    unit: str | None = None
    replicas: int = 4
    faults: str | None = None
    seed: int = 0


def shipped_sites() -> Path:
    """The coordinates that ship with the study."""
    return study().root / "data" / "sites" / SITES


def given(
    readings: Path | None, rejects: Path | None, days: int | None, meters: int | None, seed: int
) -> District:  # fmt: skip
    """The readings that the options ask for."""
    if readings is None:
        raise InputError("no readings", allowed="--readings FILE")
    slots = None if days is None else days * SLOTS
    return district(readings, rejects, slots=slots, meters=meters, seed=seed)


def execute(
    spec: Spec, reading: str | None, data: District, setting: Setting, folder: Path | None, quiet: bool
) -> dict[str, Any]:
    """One day as the JSON document of docs/grid-run.md, without version and seed.

    Raises InputError for settings that do not go together, and for a store that belongs to another day.
    """
    reference = reference_of(spec)
    player = player_of(reference)
    chosen = reading if reading is not None else next(iter(spec.readings), None)
    values = spec.rules(chosen).plain()
    places = _placed(data, setting)
    asked = Asked(places, _rows(data), len(data.rows), data.start, setting.seed, setting.replicas, setting.faults)
    plan = player.plan(reference.read_rules(values), asked)
    facts = player.about(plan)
    about = {
        "format": STORE_FORMAT,
        "version": __version__,
        "target": f"{spec.protocol}@{spec.variant}",
        "rules": json_.dumps(values, sort_keys=True, default=str),
        "readings": f"{data.source.digest}, {len(data.rows)} slots of {len(data.meters)} meters",
        "sites": _digest(setting.sites),
        "seed": str(setting.seed),
        "replicas": str(setting.replicas),
        "faults": json_.dumps(facts["faults"], sort_keys=True),
    }
    with nullcontext() if folder is None else closing(DayStore.open(folder, about)) as store:
        played = _play(player, plan, store, len(data.rows), quiet)
    summary = played.summary
    totals = {
        meter: {where: format(kwh, "f") for where, kwh in found.items()} for meter, found in summary.totals.items()
    }
    return {
        "target": f"{spec.protocol}@{spec.variant}",
        "reading": chosen,
        "readings": data.source.name,
        "sites": setting.sites.name,
        "rows": data.intake.rows,
        "accepted": data.intake.accepted,
        "rejected": data.intake.rows - data.intake.accepted,
        "reasons": {reason.value: count for reason, count in data.intake.rejected.items()},
        "rejects_file": None if data.source.rejects is None else str(data.source.rejects),
        "left_out": {"meters": data.left_out[0], "readings": data.left_out[1]},
        "start": data.start.isoformat(),
        "slots": len(data.rows),
        "available_slots": data.available,
        "meters": len(data.meters),
        "synthetic": list(data.made),
        "played": data.readings,
        "plan": dict(facts),
        "faults": setting.faults,
        "happened": _counted(played.rows),
        "totals": totals,
        "agrees": dict(summary.agrees),
        "monitors": dict(summary.monitors),
        "why": dict(summary.why),
        "refused": _refused(played.rows),
        "chains": dict(summary.chains),
        "journal": hashlib.sha256(json_.dumps(played.rows, ensure_ascii=False).encode()).hexdigest(),
        "events": played.rows,
        "stopped": played.stopped,
        "store": None if folder is None else str(folder),
        "resumed_from": played.begun_at,
        "seconds": round(played.seconds, 3),
    }


@dataclass(frozen=True)
class _Played:
    """A day that has come to its end, or was `stopped`; `begun_at` is the slot that this process began with."""

    rows: list[Row]
    summary: Summary
    begun_at: int
    stopped: str | None
    seconds: float


def _play(player: Plays, plan: Any, store: DayStore | None, slots: int, quiet: bool) -> _Played:
    """Every slot that is left, each made lasting before the next."""
    begun_at, before = (0, 0.0) if store is None else (store.slots, store.seconds)
    kept = None if store is None else store.state
    state = player.begin(plan) if kept is None else player.thaw(plan, kept)
    rows = [] if store is None else [dict(row) for row in store.happened()]
    verdicts = {row["subject"]: row["detail"].get("verdict") for row in rows if row["kind"] == "monitor"}
    since = time.perf_counter()

    def left() -> Iterator[int]:
        slot = begun_at
        while not player.finished(plan, state):
            yield slot
            slot += 1

    stopped = None
    try:
        with Bar(slots, begun_at, quiet, "slots") as watched:
            for _ in watched(left()):
                state, happened = player.advance(plan, state)
                found = [_row(each) for each in happened if _is_news(each, verdicts)]
                rows += found
                if store is not None:
                    store.append(found, player.freeze(state), before + time.perf_counter() - since)
    except player.Stopped as stop:
        stopped = str(stop)
    except KeyboardInterrupt:
        if store is not None:
            errors().print(f"{store.slots} of {slots} slots are kept in {store.file.parent}; run again to go on")
        raise
    return _Played(rows, player.summary(plan, state), begun_at, stopped, before + time.perf_counter() - since)


def _is_news(happened: Happened, verdicts: dict[str, Any]) -> bool:
    """Whether it is to be told: all but what a monitor has said before. Remembers what monitors say."""
    if happened.kind != "monitor":
        return True
    verdict = happened.detail.get("verdict")
    known = verdicts.get(happened.subject)
    verdicts[happened.subject] = verdict
    return known != verdict


def _row(happened: Happened) -> Row:
    return {
        "slot": happened.slot,
        "kind": happened.kind,
        "subject": happened.subject,
        "detail": dict(sorted(happened.detail.items())),
    }


def _counted(rows: Sequence[Row]) -> dict[str, int]:
    """How often each kind of thing happened; where one row tells of several, all of them."""
    counted: Counter[str] = Counter()
    for row in rows:
        counted[row["kind"]] += row["detail"].get("count", 1)
    return dict(sorted(counted.items()))


def _refused(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What was refused, by whose rule and for what reason, the most frequent first."""
    found: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        if row["kind"] in ("refused", "shown-refused"):
            detail = row["detail"]
            what = str(detail.get("what", "a reading to a resident"))
            found[what, str(detail.get("reason", "")), str(detail.get("rule", ""))] += detail.get("count", 1)
    return [
        {"what": what, "reason": reason, "rule": rule, "count": count}
        for (what, reason, rule), count in sorted(found.items(), key=lambda each: (-each[1], each[0]))
    ]


def _placed(data: District, setting: Setting) -> list[tuple[str, float, float]]:
    """Each meter at a site of its own, drawn by seed."""
    sites = read_sites(setting.sites, setting.unit)
    if len(sites.names) < len(data.meters):
        raise InputError(f"{len(data.meters)} meters, and {len(sites.names)} sites for them", file=setting.sites,
                         allowed="as many sites as meters: another --sites FILE, or fewer --meters")  # fmt: skip
    order = random.Random(f"meterproof sites {setting.seed}").sample(range(len(sites.names)), len(data.meters))
    return [(m, *map(float, sites.km[place])) for m, place in zip(data.meters, order, strict=True)]  # type: ignore[misc]


def _rows(data: District) -> list[tuple[str, int, Decimal]]:
    return [(meter, slot, kwh) for slot, row in enumerate(data.rows) for meter, kwh in row.items()]


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def agrees(result: Mapping[str, Any]) -> bool:
    """It came to its end, every meter's totals agree, and no monitor was violated."""
    held = all(verdict == "held" for verdict in result["monitors"].values())
    return result["stopped"] is None and held and all(result["agrees"].values())


def short_day(spec: Spec, readings: Path, seed: int, quiet: bool) -> dict[str, Any]:
    """A few slots of a few meters with faults: for the check of a whole study."""
    otherwise = study().home(Path.cwd()) / ".meterproof" / f"{readings.stem}.rejects.csv"
    data = district(readings, None, slots=SHORT_SLOTS, meters=SHORT_METERS, seed=seed, otherwise=otherwise)
    return execute(spec, None, data, Setting(shipped_sites(), None, 4, SHORT_FAULTS, seed), None, quiet)
