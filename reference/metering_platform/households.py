"""A grid company whose staff enters meters and stores their readings, in the worlds where residents ask for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reference.ledger.effects import Refused
from reference.metering_platform import deploy as platform
from reference.metering_platform import issuing, stage
from reference.metering_platform.deploy import Founded
from reference.metering_platform.documents import Json
from reference.metering_platform.routes.residents import READING
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import MemberKind, Role
from reference.metering_platform.tables import Column, Table

ADMIN, READER = "admin-grid", "reader"
_MEMBERS: tuple[tuple[str, MemberKind], ...] = (("grid", "grid"),)
_STAFF: tuple[tuple[str, Role, str], ...] = ((READER, "grid", "grid"), ("keeper", "registrar", "grid"))


def founded(rules: Rules, seed: int, residents: Iterable[str]) -> Founded:
    """A platform of one member, with its staff and these residents."""
    people: list[tuple[str, Role, str]] = [(resident, "resident", "") for resident in residents]
    return platform.deploy(rules, seed, _MEMBERS, [*people, *_STAFF])


def metered(world: Founded, meter: str, owner: str) -> Founded:
    """With a meter that is this resident's from the beginning."""
    body: Json = {"meter": meter, "kind": "smart", "owner": owner, "since": stage.AT}
    return done(stage.ask(world, "keeper", "POST", "/meters", body))[0]


def read(world: Founded, meter: str, time: int, at: int = stage.AT) -> tuple[Founded, Any]:
    """The platform with a reading of the meter at this time, and its name; or a `Refused`."""
    table = Table(READING, "a reading", time, (Column("energy", "decimal", "kWh"),), (("1.5",),))
    body = issuing.record_body(world.state.rules, world.members["grid"], meter, table)
    after, said = stage.ask(world, READER, "POST", "/records", body, at)
    return after, said if isinstance(said, Refused) else said["record"]


def done(answered: tuple[Founded, Any]) -> tuple[Founded, Any]:
    """What was answered; fails where it was refused, which is not for a beginning."""
    assert not isinstance(answered[1], Refused), answered[1]
    return answered
