"""Where meters stand: a CSV file with a name and a position a row, as kilometres in a plane, and back again."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from meterproof.errors import InputError

Floats = NDArray[np.float64]
Unit = Literal["km", "m", "degrees"]

NAMES = ("name", "meter", "bus")
HEADERS: dict[tuple[str, str], Unit | None] = {
    ("x_km", "y_km"): "km",
    ("x_m", "y_m"): "m",
    ("lat", "lon"): "degrees",
    ("x", "y"): None,
}
"""The columns of positions, and the unit that they say; x and y say none."""
ALLOWED = "name and x_km,y_km or x_m,y_m or lat,lon, or x,y with --unit km or --unit m"
EQUATOR = 40_076.0
"""The Earth's circumference in km: no coordinate is larger."""
SEMI_MAJOR, FLATTENING = 6378.137, 1 / 298.257223563
"""Of the WGS84 ellipsoid: half its longer axis in km, and by what part the other is shorter."""
DISTORTION = 0.01
"""By what part a distance in the plane may be short of that on the Earth."""
ROWS = 100_000
"""Rows that are read at once."""


@dataclass(frozen=True)
class Frame:
    """The plane that positions are in, and the unit that the file has them in.

    For degrees, the plane touches the WGS84 ellipsoid at `origin` (latitude, longitude), and points go to it along its
    normal. `short` is by what part distances in the plane are short at most: those away from the origin at its edge.
    """

    unit: Unit
    origin: tuple[float, float] | None = None
    short: float = 0.0

    @property
    def columns(self) -> tuple[str, str]:
        """The headers of a position, as in the file."""
        return {"km": ("x_km", "y_km"), "m": ("x_m", "y_m"), "degrees": ("lat", "lon")}[self.unit]

    @property
    def length(self) -> tuple[str, float, int]:
        """The unit of distances, how many make a km, and how many decimals are a millimetre."""
        return ("km", 1.0, 6) if self.unit == "km" else ("m", 1000.0, 3)

    def back(self, points: Floats) -> Floats:
        """Points of the plane (K x 2, km) in the file's unit, K x 2."""
        if self.origin is None:
            return points * self.length[1]
        degrees = np.tile(np.array(self.origin), (len(points), 1))
        near = _project(np.array(self.origin) + 1e-4 * np.eye(2), self.origin) / 1e-4
        for _ in range(ITERATIONS):
            degrees += (points - _project(degrees, self.origin)) @ np.linalg.inv(near)
        return degrees


ITERATIONS = 30
"""Each takes away all but a few hundredths of what is left, so these are more than enough for the last digit."""


@dataclass(frozen=True, eq=False)
class Sites:
    """The meters of a file in its order: names, and positions in km, M x 2."""

    names: list[str]
    km: Floats
    frame: Frame


def read_sites(path: Path, unit: str | None = None) -> Sites:
    """The meters of a CSV file: a column `name` (or `meter`, `bus`) and two of positions; others are passed over.

    `unit` is what x and y are in: km or m. Raises InputError, with file and line, for a missing file, header or column,
    a value that is no number or out of range, an empty or repeated name, a file without meters, and degrees that lie
    too far apart for a plane.
    """
    if unit not in (None, "km", "m"):
        raise InputError(f"there is no unit {unit!r}", allowed="km, m")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            columns, found = _header(next(rows, []), path, unit)
            names, given = _columns(rows, columns, path)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", file=path, allowed="a CSV file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"is not text: {error.reason}", file=path, allowed="CSV in UTF-8") from error
    except csv.Error as error:
        raise InputError(f"is not CSV: {error}", file=path, line=rows.line_num) from error
    if not names:
        raise InputError("there are no meters in it", file=path, allowed="one row a meter after the header")
    if len(set(names)) < len(names) or "" in names:
        _refuse_names(path, columns)
    _check_range(given, found, path, columns)
    if found == "degrees":
        frame, km = _plane(given, path)
        return Sites(names, km, frame)
    frame = Frame(found)
    return Sites(names, given / frame.length[1], frame)


def _header(header: Sequence[str], path: Path, unit: str | None) -> tuple[tuple[int, int, int], Unit]:
    """Where name and position are, and in what unit."""
    titles = [title.strip() for title in header]
    said = ",".join(titles) or "nothing"
    name = next((n for n in NAMES if n in titles), None)
    pairs = [pair for pair in HEADERS if pair[0] in titles and pair[1] in titles]
    if name is None or not pairs:
        missing = "a column for the name" if name is None else "two columns for the position"
        raise InputError(f"the header has {said}: {missing} is missing", file=path, line=1, allowed=ALLOWED)
    if len(pairs) > 1 or any(titles.count(column) > 1 for column in (name, *pairs[0])):
        raise InputError(f"the header {said} has more than one position", file=path, line=1, allowed=ALLOWED)
    says = HEADERS[pairs[0]]
    if says is None and unit is None:
        raise InputError("the header does not say what unit x and y are in", file=path, line=1, allowed=ALLOWED)
    if says is not None and unit is not None and says != unit:
        raise InputError(f"the header says {says}, --unit says {unit}", file=path, line=1, allowed="one of them")
    found: Unit = says if says is not None else "km" if unit == "km" else "m"
    return (titles.index(name), titles.index(pairs[0][0]), titles.index(pairs[0][1])), found


def _columns(rows: Iterator[list[str]], columns: tuple[int, int, int], path: Path) -> tuple[list[str], Floats]:
    name, *position = columns
    names: list[str] = []
    parts: list[Floats] = [np.empty((0, 2))]
    while block := [row for row in islice(rows, ROWS) if row]:
        try:
            names += [row[name].strip() for row in block]
            part = np.array([[row[c] for row in block] for c in position], dtype=object).astype(np.float64).T
        except (ValueError, IndexError):
            part = np.full((1, 2), np.nan)
        if not np.isfinite(part).all():
            _refuse_numbers(path, columns)
        parts.append(part)
    return names, np.concatenate(parts)


def _numbered(path: Path) -> Iterable[tuple[int, list[str]]]:
    """The rows after the header with the lines that they end in: read again to say where something is wrong."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, strict=True)
        next(rows)
        for row in rows:
            if row:
                yield rows.line_num, row


def _refuse_numbers(path: Path, columns: tuple[int, int, int]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        titles = [title.strip() for title in next(csv.reader(file))]
    for line, row in _numbered(path):
        if len(row) <= max(columns):
            raise InputError(
                f"the row has {len(row)} values", file=path, line=line, allowed=f"{len(titles)}: {','.join(titles)}"
            )
        for column in columns[1:]:
            if not _finite(row[column]):
                raise InputError(
                    f"{titles[column]} is {row[column]!r}", file=path, line=line, allowed="a number, such as 1.25"
                )


def _finite(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _refuse_names(path: Path, columns: tuple[int, int, int]) -> None:
    seen: dict[str, int] = {}
    for line, row in _numbered(path):
        name = row[columns[0]].strip()
        if not name:
            raise InputError("the meter has no name", file=path, line=line, allowed="a name that no other meter has")
        if name in seen:
            raise InputError(
                f"the name {name!r} is that of line {seen[name]} too", file=path, line=line, allowed="unique names"
            )
        seen[name] = line


def _check_range(given: Floats, unit: Unit, path: Path, columns: tuple[int, int, int]) -> None:
    most = {"km": (EQUATOR, EQUATOR), "m": (EQUATOR * 1000, EQUATOR * 1000), "degrees": (90.0, 180.0)}[unit]
    outside = np.abs(given) > most
    if not outside.any():
        return
    row = int(np.flatnonzero(outside.any(axis=1))[0])
    which = int(np.flatnonzero(outside[row])[0])
    line = next(line for number, (line, _) in enumerate(_numbered(path)) if number == row)
    raise InputError(
        f"{given[row, which]:g} is out of range", file=path, line=line,
        allowed=f"{-most[which]:.0f} to {most[which]:.0f} {unit}",
    )  # fmt: skip


def _plane(degrees: Floats, path: Path) -> tuple[Frame, Floats]:
    """The plane through the middle of these latitudes and longitudes, and the points in it."""
    first = degrees[0, 1]
    east = (degrees[:, 1] - first + 180.0) % 360.0 - 180.0
    middle = (first + (east.min() + east.max()) / 2 + 180.0) % 360.0 - 180.0
    origin = (float((degrees[:, 0].min() + degrees[:, 0].max()) / 2), float(middle))
    km = _project(degrees, origin)
    away = float(np.hypot(*km.T).max())
    smallest = SEMI_MAJOR * (1 - FLATTENING) ** 2  # radius of curvature of the meridian at the equator
    short = 1 - math.sqrt(max(0.0, 1 - (away / smallest) ** 2))
    apart = float(max(np.ptp(degrees[:, 0]), np.ptp(east)))
    if short > DISTORTION or apart > 60:
        raise InputError(
            f"the meters lie {apart:.1f} degrees apart, too far for one plane", file=path,
            allowed=f"up to {2 * smallest * math.sqrt(1 - (1 - DISTORTION) ** 2):.0f} km",
        )  # fmt: skip
    return Frame("degrees", origin, short), km


def _project(degrees: Floats, origin: tuple[float, float]) -> Floats:
    """East and north of the origin in the plane that touches the ellipsoid there, km."""
    at = _earth(degrees) - _earth(np.array([origin]))
    lat, lon = math.radians(origin[0]), math.radians(origin[1])
    east = np.array([-math.sin(lon), math.cos(lon), 0.0])
    north = np.array([-math.sin(lat) * math.cos(lon), -math.sin(lat) * math.sin(lon), math.cos(lat)])
    projected: Floats = at @ np.column_stack([east, north])
    return projected


def _earth(degrees: Floats) -> Floats:
    """Points of the ellipsoid with the Earth's centre as origin, km."""
    lat, lon = np.radians(degrees).T
    eccentricity = FLATTENING * (2 - FLATTENING)
    normal = SEMI_MAJOR / np.sqrt(1 - eccentricity * np.sin(lat) ** 2)
    return np.column_stack(
        [
            normal * np.cos(lat) * np.cos(lon),
            normal * np.cos(lat) * np.sin(lon),
            normal * (1 - eccentricity) * np.sin(lat),
        ]
    )
