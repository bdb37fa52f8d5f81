"""The machine `Supersession` with real bytes: one institution's certificates of instruments, and who asks for them.

Each is an open record of its own about its instrument, stored, superseded, withdrawn and asked for by requests. Times
of the model are far apart: a certificate begins a little before the first time at which it is valid, and ends a little
after the last, or at once if it has ended before it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from meterproof.errors import InputError
from reference.ledger.effects import Effects, Refused
from reference.metering_platform import deploy as platform
from reference.metering_platform import issuing, stage
from reference.metering_platform.deploy import Founded
from reference.metering_platform.rules import Rules
from reference.metering_platform.tables import Table

MEMBER, USER = "laboratory", "tester"
SCHEMA = "type-test-certificate"
APART = 100
"""Seconds between two times of the model."""


@dataclass(frozen=True)
class SupersessionWorld:
    """`records` has the record of each certificate that is stored; `answers` is history: what was asked, of which
    instrument, up to which height and at which time, and the record that was answered."""

    platform: Founded
    about: tuple[int, ...]
    begins: tuple[int, ...]
    ends: tuple[int, ...]
    records: Mapping[int, str]
    answers: frozenset[tuple[int, int, int, str]] = frozenset()

    @property
    def height(self) -> int:
        """The first height that the chain does not have."""
        return self.platform.state.height


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of two certificates, an instrument, a height and a time."""

    action: str
    certificate: int = 0
    before: int = 0
    instrument: int = 0
    height: int = 0
    time: int = 0


Outcome = tuple[SupersessionWorld, Effects]


def deploy(
    rules: Rules, seed: int, about: Sequence[int], begins: Sequence[int], ends: Sequence[int]
) -> SupersessionWorld:
    """One institution, and a certificate to be stored for each entry.

    Raises InputError for tables of unequal length.
    """
    if not len(about) == len(begins) == len(ends):
        raise InputError("a certificate has an instrument, a beginning and an end", allowed="tables of one length")
    founded = platform.deploy(rules, seed, [(MEMBER, "institution")], [(USER, "institution", MEMBER)])
    return SupersessionWorld(founded, tuple(about), tuple(begins), tuple(ends), {})


def time_of(number: int) -> int:
    """A time of the model in seconds."""
    return stage.AT + APART * number


def step(world: SupersessionWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    certificates = range(len(world.about))
    if event.certificate not in certificates or event.before not in certificates:
        return _refuse(world, "certificate", "there is no such certificate")
    if event.action != "answer" and event.height != world.height:
        return _refuse(world, "height", "the block is not the next one", "ZD-R1")
    return _STEPS[event.action](world, event)


def _store(world: SupersessionWorld, event: Event) -> Outcome:
    return _stored(world, event.certificate, None)


def _supersede(world: SupersessionWorld, event: Event) -> Outcome:
    before = world.records.get(event.before)
    if before is None or world.about[event.before] != world.about[event.certificate]:
        return _refuse(world, "certificate", "it is not stored, or about another instrument", "ZD-R3")
    return _stored(world, event.certificate, before)


def _stored(world: SupersessionWorld, number: int, before: str | None) -> Outcome:
    if number in world.records:
        return _refuse(world, "certificate", "it is stored already", "ZD-R3")
    begins, ends = time_of(world.begins[number]), time_of(world.ends[number])
    table = Table(SCHEMA, f"certificate {number}", stage.AT, (), ())
    body = issuing.record_body(
        world.platform.state.rules, world.platform.members[MEMBER], _subject(world.about[number]), table,
        valid_from=begins - 2, valid_until=ends + 1 if ends >= begins else begins - 1, supersedes=before,
    )  # fmt: skip
    after, said = stage.ask(world.platform, USER, "POST", "/records", body)
    if isinstance(said, Refused):
        return world, (said,)
    return replace(world, platform=after, records={**world.records, number: said["record"]}), ()


def _withdraw(world: SupersessionWorld, event: Event) -> Outcome:
    record = world.records.get(event.certificate)
    if record is None:
        return _refuse(world, "certificate", "it is not stored", "ZD-C19")
    after, said = stage.ask(world.platform, USER, "POST", f"/records/{record}/withdrawal")
    return (world, (said,)) if isinstance(said, Refused) else (replace(world, platform=after), ())


def _answer(world: SupersessionWorld, event: Event) -> Outcome:
    """Somebody without an account asks. Where no rule says which is in force, the platform answers with the first that
    it finds, and whoever runs it may have any order of records."""
    asked = (event.instrument, event.height, event.time)
    expected = world.records.get(event.certificate)
    if not event.height < world.height or expected is None:
        return _refuse(world, "height", "the chain does not have the block, or the certificate", "ZD-C19")
    founded = world.platform
    if founded.state.rules.supersession == "none":
        records = founded.state.records
        ordered = {expected: records[expected], **{name: each for name, each in records.items() if name != expected}}
        founded = replace(founded, state=replace(founded.state, records=ordered))
    _, said = stage.ask(
        founded, USER, "GET", "/public/current",
        schema=SCHEMA, subject=_subject(event.instrument), on=time_of(event.time), height=event.height + 1,
    )  # fmt: skip
    if isinstance(said, Refused):
        return world, (said,)
    given: Any = said["record"]["record"]
    if given != expected:
        return _refuse(world, "supersession", "the platform answers with another certificate", "ZD-C19")
    if (*asked, given) in world.answers:
        return _refuse(world, "answer", "this was asked and answered")
    return replace(world, answers=world.answers | {(*asked, given)}), ()


def _subject(instrument: int) -> str:
    return f"instrument-{instrument}"


def _refuse(world: SupersessionWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[SupersessionWorld, Event], Outcome]] = {
    "store": _store,
    "supersede": _supersede,
    "withdraw": _withdraw,
    "answer": _answer,
}
