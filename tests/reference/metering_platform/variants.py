"""The rule values of metering-platform's readings and of its hardened variant, and platforms that run by them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from meterproof.check.jobs import open_spec
from meterproof.study.finder import find_study
from reference.crypto.signing import KeyPair
from reference.metering_platform.client import Client, Desk, content
from reference.metering_platform.deploy import FOUNDERS, Founded, deploy
from reference.metering_platform.documents import Json
from reference.metering_platform.routing import Interface, Response
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import MemberKind, PlatformState, Role
from reference.metering_platform.tables import Column, Table

Values = Mapping[str, object]

_STUDY = find_study(Path(__file__))


def _values(variant: str, reading: str | None = None) -> Values:
    return open_spec(_STUDY, _STUDY.specs[f"metering-platform@{variant}"]).rules(reading).plain()


LITERAL = _values("published", "literal")
CHARITABLE = _values("published", "charitable")
SHARED = _values("published", "shared")
HARDENED = _values("hardened")
VARIANTS: Mapping[str, Values] = {"literal": LITERAL, "charitable": CHARITABLE, "shared": SHARED, "hardened": HARDENED}

NOW = 1_700_000_000
MEMBERS: tuple[tuple[str, MemberKind], ...] = (*FOUNDERS, ("rival", "supplier"))
USERS: tuple[tuple[str, Role, str], ...] = (
    ("ann", "resident", ""),
    ("bob", "resident", ""),
    ("reader", "grid", "grid"),
    ("trader", "market", "grid"),
    ("keeper", "registrar", "grid"),
    ("tester", "institution", "laboratory"),
    ("officer", "regulator", "regulator"),
    ("maker-1", "supplier", "maker"),
    ("rival-1", "supplier", "rival"),
)
COLUMNS = (Column("energy", "decimal", "kWh"),)


def rules(variant: Values, **changes: object) -> Rules:
    """The variant's rules with some values changed."""
    return Rules.from_values({**variant, **changes})


class Town:
    """A platform with a user of each kind, and each one's program; the meter m-1 is ann's from NOW - 1000 on."""

    def __init__(self, variant: Values, interface: Interface = "http", seed: int = 1, **changes: object) -> None:
        self.rules = rules(variant, **changes)
        self.founded: Founded = deploy(self.rules, seed, MEMBERS, USERS)
        self.desk = Desk(self.founded.state)
        wallets = self.founded.wallets
        self.clients = {user: Client(wallet, self.desk, interface) for user, wallet in wallets.items()}
        self.at = NOW
        meter = {"meter": "m-1", "kind": "smart", "owner": "ann", "since": NOW - 1000}
        self.done("keeper", "POST", "/meters", meter)

    @property
    def state(self) -> PlatformState:
        return self.desk.state

    def key(self, member: str) -> KeyPair:
        return self.founded.members[member]

    def ask(self, user: str, method: str, path: str, body: Json = None, **query: str | int) -> Response:
        """A request of this user's program, with a token that was signed in for now."""
        self.clients[user].tokens.clear()
        return self.clients[user].ask(method, path, self.at, body, **query)

    def done(self, user: str, method: str, path: str, body: Json = None, **query: str | int) -> Any:
        """The answer to a request that is answered."""
        response = self.ask(user, method, path, body, **query)
        assert response.status in (200, 201), response
        return content(response)

    def refused(self, user: str, method: str, path: str, body: Json = None, **query: str | int) -> str:
        """The rule that refuses a request; the state is the one that there was."""
        before = self.state
        response = self.ask(user, method, path, body, **query)
        assert 400 <= response.status < 500, response
        assert self.state is before
        return str(content(response)["error"]["rule"])


def table(kind: str, time: int, *energies: str) -> Table:
    """A table of one column of energies."""
    return Table(kind, "made for a test", time, COLUMNS, tuple((each,) for each in energies))
