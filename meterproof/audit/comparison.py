"""A whole audit: all that both sides state, side by side."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from meterproof.audit.behaviours import behaviour_changes
from meterproof.audit.described import Subject, Unread
from meterproof.audit.differences import all_rules
from meterproof.audit.engines import Engines
from meterproof.audit.guarantees import Guarantees
from meterproof.audit.outcome import Audit, BehaviourChange, Failure, GuaranteeChange, Name
from meterproof.audit.pairs import Pair, pairs
from meterproof.audit.reasons import Opened, Reasons
from meterproof.errors import InputError, nearest


@dataclass(frozen=True)
class Wanted:
    """What is compared: these properties (none: all), also what is the same if `everything`; whether frontiers and
    behaviours are computed."""

    properties: tuple[str, ...] = ()
    everything: bool = False
    frontiers: bool = True
    behaviours: bool = True

    def admits(self, property: str) -> bool:
        """Whether a property is wanted."""
        return not self.properties or property in self.properties


def audit(names: tuple[str, str], base: Opened, head: Opened, engines: Engines, wanted: Wanted) -> Audit:
    """BASE and HEAD compared. An interruption keeps what was found until then, and says so.

    InputError where neither side loads, or states a property that is wanted.
    """
    begun = time.monotonic()
    both = pairs(base.described.subjects, head.described.subjects)
    if not both:
        raise InputError("there is nothing to compare", allowed="a study with spec files")
    failures = tuple(_failures(base.described.subjects, "base")) + tuple(_failures(head.described.subjects, "head"))
    known = list(dict.fromkeys(p for pair in both for p in (*_stated(pair), *_others(pair))))
    if not known and failures:
        raise InputError("neither side loads: " + "; ".join(f"{f.of.upper()} {f.target}: {f.reason}" for f in failures))
    for property in wanted.properties:
        if property not in known:
            raise InputError(f"neither side states {property!r}{nearest(property, known)}", allowed=", ".join(known))
    compared = Guarantees(engines, Reasons(base, head, engines), wanted.everything, wanted.frontiers)
    found: list[GuaranteeChange] = []
    behaviours: list[BehaviourChange] = []
    interrupted = False
    try:
        for pair in both:
            for property in _stated(pair):
                if wanted.admits(property):
                    found.append(compared.compared(pair, property))
            if wanted.behaviours:
                behaviours += behaviour_changes(pair, _machines(pair, wanted), engines)
    except KeyboardInterrupt:
        interrupted = True
    options = engines.options
    return Audit(
        *names, all_rules(both), tuple(found), failures, tuple(behaviours), options.profile, options.budget.seed,
        interrupted, seconds=time.monotonic() - begun,
    )  # fmt: skip


def _stated(pair: Pair) -> list[str]:
    """The ids of a pair's guarantees: HEAD's in its order, then those that only BASE states."""
    ids = (g.id for s in (pair.head, pair.base) if s is not None for g in s.guarantees)
    return list(dict.fromkeys(ids))


def _others(pair: Pair) -> list[str]:
    """The ids of those that were not read, since nobody asked for their machines."""
    return [id for s in (pair.head, pair.base) if s is not None for id, _ in s.others]


def _machines(pair: Pair, wanted: Wanted) -> tuple[str, ...]:
    """The machines that guarantees which are wanted are about."""
    stated = (g for s in (pair.head, pair.base) if s is not None for g in s.guarantees)
    return tuple(dict.fromkeys(g.machine for g in stated if wanted.admits(g.id)))


def _failures(subjects: Sequence[Subject], of: Name) -> Iterator[Failure]:
    for subject in subjects:
        if subject.failure is not None:
            yield Failure(of, subject.name, subject.failure)
        for guarantee in subject.guarantees:
            if isinstance(guarantee, Unread):
                yield Failure(of, subject.name, guarantee.reason, guarantee.id)
