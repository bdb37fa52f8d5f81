"""`meterproof run`: readings through the reference, with real keys, blocks and certificates, under monitors.

A reference runs them in bulk, or plays days of them (`run_day`).
"""

from __future__ import annotations

import json as json_
from collections.abc import Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import typer

from meterproof import __version__
from meterproof.check.jobs import jobs_of_spec
from meterproof.check.targets import specs
from meterproof.cli import reports
from meterproof.cli.common import JSON, READING, SEED, errors, output, print_json, study
from meterproof.cli.run_progress import Bar
from meterproof.cli.run_report import agrees, show
from meterproof.errors import InputError
from meterproof.readings import Size, Source, from_file, resampled
from meterproof.real.bridge import reference_of
from meterproof.real.day import plays_a_day
from meterproof.study.specfile import Spec

STORE_FORMAT = "1"
HARDENED = "hardened"
BLOCK = 64
"""Transactions in a block at most, where nobody says how many."""
EPILOG = """
[bold]Examples[/]

  meterproof run --readings readings.csv    (bc-ami@hardened)

  meterproof run bc-ami@published --readings readings.csv --json

  meterproof run --readings readings.csv --rejects bad.csv --replicas 7

  meterproof run --synthetic 1000x48 --store day    (again after an interruption: it goes on)

  meterproof run --synthetic 20x48 --block 16 --faults crash=2,lie=3,cut=1 --seed 7

  meterproof run grid --readings readings.csv --days 7 --faults crash=2,lie=1,device=1 --report days.html
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("run", epilog=EPILOG)(run)


@dataclass(frozen=True)
class Setting:
    """How a run is deployed: validators, transactions in a block at most, the specification of faults, the seed."""

    replicas: int = 4
    block: int = BLOCK
    faults: str | None = None
    seed: int = 0

    @property
    def bound(self) -> int:
        """f: how many replicas the design lets fail at once."""
        return (self.replicas - 1) // 3


def run(
    target: str = typer.Argument("bc-ami@hardened", help="protocol@variant or a spec file"),
    readings: Path = typer.Option(
        None, "--readings", help="A half-hourly CSV of one of the two Low Carbon London layouts."
    ),
    synthetic: str = typer.Option(
        None,
        "--synthetic",
        metavar="METERSxHALFHOURS",
        help="Meters that do not exist, such as 1000x48: each value is resampled, by seed, from the real ones of the "
        "same half hour of a day in --readings, or in the samples that ship.",
    ),
    reading: str = READING,
    rejects: Path = typer.Option(
        None, "--rejects", help="Where refused rows go; default: READINGS.rejects.csv beside the file."
    ),
    replicas: int = typer.Option(4, "--replicas", min=1, help="Validators of the ordering service."),
    block: int = typer.Option(BLOCK, "--block", min=1, help="Transactions in a block at most."),
    store: Path = typer.Option(
        None,
        "--store",
        help="A folder that keeps the ledger and all progress, block by block. The same command goes on from there, "
        "after Ctrl-C or kill -9 too, and ends as if nothing had been.",
    ),
    faults: str = typer.Option(
        None,
        "--faults",
        help="Replicas that fail on the way: numbers of episodes, crash=2,lie=1,cut=1, laid out by seed with at most f "
        "at once (or as many as at-once=N says: above f the run is expected to stop), or a TOML file. Leaders fail "
        "too: it needs rules with a change of view, such as those of bc-ami@hardened.",
    ),
    days: int = typer.Option(None, "--days", min=1, help="Of a target that plays days: how many; default: all."),
    meters: int = typer.Option(
        None, "--meters", min=1, help="Of a day: how many meters. Those that the file has not are resampled from it."
    ),
    sites: Path = typer.Option(
        None,
        "--sites",
        metavar="CSV",
        help="Of a day: where meters stand, as for `plan place`; default: one that ships.",
    ),
    unit: str = typer.Option(None, "--unit", help="What x and y of --sites are in, where it does not say: km or m."),
    timeline: Path = typer.Option(None, "--timeline", metavar="FILE.svg", help="Of a day: draw what happened there."),
    report: Path = reports.REPORT,
    seed: int = SEED,
    json: bool = JSON,
) -> None:
    """Register the meters of a file, report, endorse, order, release and decrypt all its readings."""
    spec = _spec(target)
    of_a_day = {"--days": days, "--meters": meters, "--sites": sites, "--unit": unit, "--timeline": timeline,
                "--report": report}  # fmt: skip
    if plays_a_day(reference_of(spec)):
        _refuse(spec, "plays days", {"--synthetic": synthetic, "--block": None if block == BLOCK else block})
        reports.writable(report)
        reports.writable(timeline)
        from meterproof.cli import run_day, run_day_report  # what a run in bulk has no need of

        data = run_day.given(readings, rejects, days, meters, seed)
        layout = run_day.Setting(sites or run_day.shipped_sites(), unit, replicas, faults, seed)
        day = {"version": __version__, "seed": seed} | run_day.execute(spec, reading, data, layout, store, json)
        run_day_report.deliver(day, json=json, timeline=timeline, report=report)
        raise typer.Exit(0 if run_day.agrees(day) else 1)
    _refuse(spec, "plays no days", of_a_day)
    source = _source(readings, synthetic, rejects, seed)
    result = execute(spec, reading, source, Setting(replicas, block, faults, seed), store, json)
    if json:
        print_json({"version": __version__, "seed": seed} | result)
    else:
        show(result, output())
    raise typer.Exit(0 if agrees(result) else 1)


def _spec(target: str) -> Spec:
    """The spec of a target; of a protocol that plays days in several variants, its hardened one."""
    spec, *more = specs(study(), target)
    if not more:
        return spec
    for each in (spec, *more):
        if each.variant == HARDENED and plays_a_day(reference_of(each)):
            return each
    raise InputError(
        f"{target!r} is more than one variant",
        allowed=", ".join(f"{s.protocol}@{s.variant}" for s in (spec, *more)),
    )


def _refuse(spec: Spec, does: str, options: Mapping[str, object]) -> None:
    """InputError for the options that were given, which say nothing to a target that does this."""
    if foreign := [name for name, value in options.items() if value is not None]:
        raise InputError(f"{spec.protocol}@{spec.variant} {does}", allowed=f"the command without {', '.join(foreign)}")


def execute(
    spec: Spec, reading: str | None, source: Source, setting: Setting, folder: Path | None, quiet: bool
) -> dict[str, Any]:
    """One run as the JSON document of docs/design.md, without version and seed.

    Raises InputError for settings that do not go together, and for a store that belongs to another run.
    """
    reference = reference_of(spec)
    if not runs(reference):
        raise InputError(f"{reference.__name__} runs no readings", file=spec.file, allowed="one with a Pipeline")
    chosen = reading if reading is not None else next(iter(spec.readings), None)
    values = spec.rules(chosen).plain()
    report = source.report
    expected = {j.declared.id: j.stance.expected for j in jobs_of_spec(study(), spec, chosen)}
    plan = None
    if setting.faults is not None:
        heights = -(-report.accepted // setting.block)
        plan = reference.plan_faults(setting.faults, setting.replicas, setting.bound, heights, setting.seed)
    about = {
        "format": STORE_FORMAT,
        "version": __version__,
        "target": f"{spec.protocol}@{spec.variant}",
        "rules": json_.dumps(values, sort_keys=True, default=str),
        "readings": source.digest,
        "seed": str(setting.seed),
        "replicas": str(setting.replicas),
        "block": str(setting.block),
        "faults": repr(plan),
    }
    stopped = None
    with nullcontext() if folder is None else closing(reference.open_store(folder, about)) as store:
        pipeline = reference.Pipeline(
            reference.read_rules(values),
            list(report.totals),
            setting.replicas,
            setting.bound,
            setting.seed,
            block_size=setting.block,
            store=store,
            plan=plan,
        )
        done = pipeline.done
        try:
            with Bar(report.accepted, done, quiet) as watched:
                pipeline.submit(watched(islice(source.readings(), done, None)))
                summary = pipeline.finish()
        except reference.NoQuorum as stop:
            stopped, summary = str(stop), pipeline.summary()
        except KeyboardInterrupt:
            if folder is not None:
                errors().print(
                    f"{pipeline.kept} of {report.accepted} readings are kept in {folder}; run again to go on"
                )
            raise
    return {
        "target": f"{spec.protocol}@{spec.variant}",
        "reading": chosen,
        "readings": source.name,
        "synthetic": None
        if source.synthetic is None
        else {"meters": source.synthetic.meters, "half_hours": source.synthetic.half_hours},
        "rows": report.rows,
        "accepted": report.accepted,
        "rejected": report.rows - report.accepted,
        "reasons": {reason.value: count for reason, count in report.rejected.items()},
        "rejects_file": None if source.rejects is None else str(source.rejects),
        "gaps": report.gaps,
        "missing_half_hours": report.missing,
        "delivered": summary.recorded,
        "refused": dict(summary.refused),
        "meters": report.meters,
        "totals": {
            m: {"file": format(kwh, "f"), "mdms": format(_like(summary.totals.get(m, Decimal(0)), kwh), "f")}
            for m, kwh in report.totals.items()
        },
        "monitors": dict(summary.monitors),
        "expected": {id: expected.get(id) for id in summary.monitors},
        "blocks": summary.blocks,
        "ledger": summary.ledger,
        "wire_bytes": dict(summary.wire_bytes),
        "ordering": _ordering(summary.ordering),
        "faults": None if setting.faults is None else _faults(setting, plan, summary),
        "stopped": stopped,
        "store": None if folder is None else str(folder),
        "resumed_from": done,
        "seconds": round(summary.seconds, 3),
        "reports_per_second": round(summary.submitted / summary.seconds, 1) if summary.seconds else None,
        "cryptography": _cryptography(summary),
    }


def _like(total: Decimal, model: Decimal) -> Decimal:
    """The total with the digits of `model` where both are the same number."""
    return model if total == model else total


def _ordering(tally: Any) -> dict[str, Any] | None:
    """Messages and bytes between replicas; None where the reference does not count them."""
    if not tally.messages:
        return None
    return {
        "messages": {kind: {"messages": count, "bytes": tally.bytes[kind]} for kind, count in tally.messages.items()}
    }


def _faults(setting: Setting, plan: Any, summary: Any) -> dict[str, Any]:
    tally = summary.ordering
    return {
        "plan": setting.faults,
        "replicas": setting.replicas,
        "bound": setting.bound,
        "at_once": plan.most_at_once,
        "begun": dict(summary.faults),
        "lies": dict(tally.lied),
        "refused": dict(tally.refused),
        "view_changes": tally.view_changes,
        "carried": tally.carried,
        "caught_up": tally.caught_up,
    }


def _cryptography(summary: Any) -> dict[str, Any]:
    watch = summary.cryptography
    share = watch.total / summary.seconds if summary.submitted else None
    return {
        "seconds": round(watch.total, 3),
        "share": None if share is None else round(share, 4),
        "overhead": None if share is None else round(1 - share, 4),
        "operations": {
            name: {"calls": watch.calls[name], "seconds": round(seconds, 3)} for name, seconds in watch.seconds.items()
        },
    }


def runs(reference: ModuleType) -> bool:
    """Whether a reference carries out readings in bulk."""
    return hasattr(reference, "Pipeline")


def samples() -> list[Path]:
    """The files of readings that ship with the study."""
    return [f for f in sorted((study().root / "data").glob("*.csv")) if ".rejects" not in f.name]


def _source(readings: Path | None, synthetic: str | None, rejects: Path | None, seed: int) -> Source:
    if synthetic is not None:
        if rejects is not None:
            raise InputError("no row is refused of what is synthetic", allowed="--rejects without --synthetic")
        return resampled([readings] if readings is not None else samples(), Size.parse(synthetic), seed)
    if readings is None:
        raise InputError("no readings", allowed="--readings FILE or --synthetic METERSxHALFHOURS")
    return from_file(readings, rejects)
