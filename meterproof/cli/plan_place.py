"""`meterproof plan place`: edge devices among meters, every meter assigned within the capacity, with a bound."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import Any

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape

from meterproof import __version__
from meterproof.check.targets import specs
from meterproof.cli.common import JSON, READING, SEED, output, print_json, saying, study, write
from meterproof.errors import InputError
from meterproof.real.plan import Placed, Places, placer
from meterproof.real.sites import Frame, Sites, read_sites

EXACT = 1e-9
"""The part by which cost and bound may differ, by rounding, where the cost is called the least possible."""
EPILOG = """
[bold]Examples[/]

  meterproof plan place meters.csv --capacity 25             (as many devices as fit, and one in reserve)

  meterproof plan place meters.csv --devices 13 --capacity 25 -o placed/

  meterproof plan place meters.csv --devices 13 --capacity 25 --method paper --seed 3 --json
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("place", epilog=EPILOG)(place)


def place(
    meters: Path = typer.Argument(..., help="A CSV file: name and x_km,y_km or x_m,y_m or lat,lon (WGS84)."),
    devices: int = typer.Option(None, "--devices", help="How many; default: the least that fit, and one in reserve."),
    capacity: int = typer.Option(..., "--capacity", help="Meters that a device may own at most."),
    method: str = typer.Option(
        None, "--method", help="capacity, paper or kmeans; default: capacity, or paper where the rules check none."
    ),
    unit: str = typer.Option(None, "--unit", help="What x and y are in, where the header has no unit: km or m."),
    target: str = typer.Option("edge-keys@hardened", "--target", help="protocol@variant whose reference plans."),
    reading: str = READING,
    seed: int = SEED,
    out: Path = typer.Option(
        None, "-o", "--output", help="A folder for assignment.csv, devices.csv and a map; default: only the summary."
    ),
    json: bool = JSON,
) -> None:
    """Place edge devices among meters, and assign every meter within the devices' capacity."""
    planner, rules, name, chosen = planner_of(target, reading)
    sites = read_sites(meters, unit)
    begun = time.perf_counter()
    with saying(json) as say:
        placed = planner.place(
            rules, sites.km, devices, capacity, method=method, seed=seed,
            tell=lambda stage, done, total: say(_told(stage, done, total, time.perf_counter() - begun)),
        )  # fmt: skip
        document = _document(sites, placed, capacity) | {"seconds": round(time.perf_counter() - begun, 3)}
        document = {"target": name, "reading": chosen, "meters_file": str(meters)} | document
        if out is not None:
            say("writing")
            document["files"] = [str(file) for file in _store(out, sites, placed, document)]
    if json:
        print_json({"version": __version__, "seed": seed} | document)
    else:
        _show(output(), document, sites.frame)


def planner_of(target: str, reading: str | None) -> tuple[Places, Any, str, str | None]:
    """The planner of a target, its rules under the reading (default: its first), and the names of both."""
    spec, *more = specs(study(), target)
    if more:
        raise InputError(
            f"{target!r} is more than one variant",
            allowed=", ".join(f"{s.protocol}@{s.variant}" for s in (spec, *more)),
        )
    chosen = reading if reading is not None else next(iter(spec.readings), None)
    planner = placer(spec)
    return planner, planner.read_rules(spec.rules(chosen).plain()), f"{spec.protocol}@{spec.variant}", chosen


def _told(stage: str, done: int, total: int, seconds: float) -> str:
    return f"{stage} {done:,} of {total:,} meters, {seconds:.0f} s" if done else f"{stage}, {seconds:.0f} s"


def _document(sites: Sites, placed: Placed, capacity: int) -> dict[str, Any]:
    """What was found as JSON, in the file's own unit."""
    unit, per_km, decimals = sites.frame.length
    loads = np.bincount(placed.owner, minlength=len(placed.devices))
    ways = np.hypot(*(sites.km - placed.devices[placed.owner]).T) * per_km
    bound = None if placed.bound is None else placed.bound * per_km
    positions = sites.frame.back(placed.devices)
    first, second = sites.frame.columns
    gap = None if bound is None else _gap(float(ways.sum()), bound)
    return {
        "meters": len(sites.names),
        "devices": len(placed.devices),
        "capacity": capacity,
        "unit": unit,
        "plane": None
        if sites.frame.origin is None
        else {"lat": sites.frame.origin[0], "lon": sites.frame.origin[1], "short_by_at_most": sites.frame.short},
        "method": placed.method,
        "engine": placed.engine,
        "loads": {
            "min": int(loads.min()),
            "median": float(np.median(loads)),
            "max": int(loads.max()),
            "variance": float(np.var(loads, ddof=1)) if len(loads) > 1 else 0.0,
            "above_capacity": int((loads > capacity).sum()),
        },
        "distance": {
            "sum": round(float(ways.sum()), decimals),
            "median": round(float(np.median(ways)), decimals),
            "max": round(float(ways.max()), decimals),
        },
        "bound": None if bound is None else round(bound, decimals),
        "gap": gap,
        "certificate": _certificate(gap),
        "unchecked": list(placed.unchecked),
        "placed": [
            {"device": name, first: float(a), second: float(b), "load": int(load)}
            for name, (a, b), load in zip(_names(len(loads)), positions, loads, strict=True)
        ],
        "files": [],
    }


def _gap(cost: float, bound: float) -> float | None:
    """How far the cost may be above the least possible, as a part of the bound; None where the bound says nothing."""
    if cost - bound <= EXACT * cost:
        return 0.0
    return (cost - bound) / bound if bound > 0 else None


def _certificate(gap: float | None) -> str:
    if gap is None:
        return "none"
    return "optimal" if gap == 0.0 else "bounded"


def _names(devices: int) -> list[str]:
    width = len(str(devices))
    return [f"D{number:0{width}d}" for number in range(1, devices + 1)]


def _store(folder: Path, sites: Sites, placed: Placed, document: dict[str, Any]) -> list[Path]:
    """The three files, each whole or not at all."""
    from meterproof.cli.placement_map import draw

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot be made: {error.strerror or error}", file=folder, allowed="a folder that you may write to"
        ) from error
    loads = document["loads"]
    title = (
        f"{document['meters']:,} meters, {document['devices']:,} devices: "
        f"loads {loads['min']} to {loads['max']}, capacity {document['capacity']}"
    )
    return [
        write(folder / "assignment.csv", _assignment(sites, placed)),
        write(folder / "devices.csv", _devices(document["placed"], sites.frame)),
        draw(folder, sites.km, placed.devices, placed.owner, document["capacity"], title, _remark(document)),
    ]


def _remark(document: dict[str, Any]) -> str:
    ways, unit = document["distance"], document["unit"]
    total = ways["sum"] if unit == "km" else ways["sum"] / 1000
    middle = f"{ways['median']:,.{3 if unit == 'km' else 0}f} {unit}"
    said = f"method {document['method']}; distance {total:,.1f} km in all, median {middle}"
    above = document["loads"]["above_capacity"]
    return f"{said}; {above} devices above capacity" if above else said


def _assignment(sites: Sites, placed: Placed) -> str:
    unit, per_km, decimals = sites.frame.length
    names = _names(len(placed.devices))
    ways = np.hypot(*(sites.km - placed.devices[placed.owner]).T) * per_km
    return _csv(
        ("meter", "device", f"distance_{unit}"),
        (
            (meter, names[device], f"{way:.{decimals}f}")
            for meter, device, way in zip(sites.names, placed.owner.tolist(), ways.tolist(), strict=True)
        ),
    )


def _devices(rows: list[dict[str, Any]], frame: Frame) -> str:
    first, second = frame.columns
    decimals = 9 if frame.unit == "degrees" else frame.length[2]
    return _csv(
        ("device", first, second, "load"),
        ((r["device"], f"{r[first]:.{decimals}f}", f"{r[second]:.{decimals}f}", r["load"]) for r in rows),
    )


def _csv(header: tuple[str, ...], rows: Any) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _show(console: Console, document: dict[str, Any], frame: Frame) -> None:
    loads, ways, unit = document["loads"], document["distance"], document["unit"]
    name = document["target"] + (f" ({document['reading']})" if document["reading"] else "")
    console.print(
        f"{document['meters']:,} meters, {document['devices']:,} devices of capacity {document['capacity']} "
        f"({escape(name)})", style="bold",
    )  # fmt: skip
    console.print(f"  method       {document['method']}: {document['engine']}")
    if frame.origin is not None:
        lat, lon = frame.origin
        console.print(
            f"  plane        of WGS84 at {lat:.5f}, {lon:.5f}; distances are short by {frame.short:.0e} or less"
        )
    console.print(
        f"  loads        {loads['min']} to {loads['max']}, median {loads['median']:g}, variance {loads['variance']:.2f}"
    )
    console.print(
        f"  distance     {ways['sum']:,.3f} {unit} in all, "
        f"median {ways['median']:,.3f} {unit}, longest {ways['max']:,.3f} {unit}"
    )
    console.print(f"  certificate  {_assurance(document)}")
    if loads["above_capacity"]:
        console.print(
            f"  [bold red]above the capacity: {loads['above_capacity']} of {document['devices']:,} devices[/]"
        )
    for each in document["unchecked"]:
        console.print(f"  not checked: {each}", style="dim")
    for file in document["files"]:
        console.print(file, markup=False)


def _assurance(document: dict[str, Any]) -> str:
    """What the certificate says, in a sentence."""
    unit, gap = document["unit"], document["gap"]
    if gap is None:
        return "none: the method keeps no capacity"
    if gap == 0.0:
        return "at these devices no assignment within the capacity is shorter (dual prices over all pairs)"
    return (
        f"at these devices no assignment within the capacity is shorter than {document['bound']:,.3f} {unit}; "
        f"this one is at most {100 * gap:.2g} % above (dual prices over all pairs)"
    )
