"""An audit from two versions: both sides' code is opened and read at the same time, then compared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from meterproof.audit.comparison import Wanted, audit
from meterproof.audit.described import Described, Subject
from meterproof.audit.engines import Engines
from meterproof.audit.outcome import Audit
from meterproof.audit.pairs import narrowed
from meterproof.audit.process import SideProcess, Unreadable, side_process
from meterproof.audit.reasons import Opened
from meterproof.audit.sides import Version, opened
from meterproof.errors import InputError

Read = Described | InputError | Unreadable
"""What came of reading a side."""


def compare(
    base: Version, head: Version, start: Path, engines: Engines, wanted: Wanted, reading: str | None = None
) -> Audit:
    """Compare two versions as they are meant in the folder `start`, all readings or the one given.

    InputError for a target or reading that is not there, and where neither side's code loads.
    """
    with ExitStack() as stack:
        folders = [stack.enter_context(opened(v, start)) for v in (base, head)]
        processes = [stack.enter_context(side_process(folder)) for folder in folders]
        read = _read(processes, (base, head), reading, wanted)
        sides = _described(read, base, head)
        if reading is not None and not any(s.reading == reading or s.failure for d in sides for s in d.subjects):
            known = ", ".join(sorted({s.reading for d in sides for s in d.subjects if s.reading}))
            raise InputError(f"neither side has a reading {reading!r}", allowed=known or "none of them has readings")
        old, new = (Opened(d, p) for d, p in zip(sides, processes, strict=True))
        found = audit((base.name, head.name), old, new, engines, wanted)
    return replace(found, revisions=(base.commit, head.commit), roots=(sides[0].root, sides[1].root))


def _read(
    processes: Sequence[SideProcess], versions: Sequence[Version], reading: str | None, wanted: Wanted
) -> list[Read]:
    """What came of reading both sides, of which only the machines are traced that a wanted property is about.

    One side need not state a property that the other asks it for, so both are first asked for names.
    """
    with ThreadPoolExecutor(2) as both:
        if not wanted.properties:
            return list(both.map(_reader(reading, None), processes, versions))
        named = list(both.map(_reader(reading, ()), processes, versions))
        subjects = [s for n in named if isinstance(n, Described) for s in n.subjects]
        machines = {machine for s in subjects for id, machine in s.others if wanted.admits(id)}
        traced = _reader(reading, machines)
        return list(
            both.map(lambda n, p, v: traced(p, v) if isinstance(n, Described) else n, named, processes, versions)
        )


def _reader(reading: str | None, machines: Collection[str] | None) -> Callable[[SideProcess, Version], Read]:
    def read(process: SideProcess, version: Version) -> Read:
        try:
            found = process.describe(version.target, reading or version.reading, machines)
            return replace(found, subjects=narrowed(found.subjects, version.reading, version.name))
        except (InputError, Unreadable) as error:
            return error

    return read


def _described(read: list[Read], base: Version, head: Version) -> list[Described]:
    """What both sides say. A side that can't be read has every subject of the other, with the reason why not.

    Where both are one target at two revisions, one side may be without it. InputError for any other that is missing.
    """
    good = [r for r in read if isinstance(r, Described)]
    same = base.target == head.target and (base.commit is not None or head.commit is not None)
    for each in read:
        if isinstance(each, InputError) and not (same and good):
            raise each
    if not good:
        raise InputError("neither side loads: " + "; ".join(dict.fromkeys(str(r) for r in read)))
    return [r if isinstance(r, Described) else _without(r, good[0]) for r in read]


def _without(reason: InputError | Unreadable, other: Described) -> Described:
    if isinstance(reason, InputError):
        return Described("", ())
    names = dict.fromkeys(s.target for s in other.subjects)
    return Described("", tuple(Subject(name, None, failure=str(reason)) for name in names))
