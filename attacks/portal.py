"""What exploits of the metering platform begin with: the platform on a socket, and users who have done honest things.

Every request goes over real HTTP, but where an exploit takes the second interface. The clock stands still at `NOW`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from meterproof.real.exploit import Deed
from reference.ledger.effects import Refused
from reference.metering_platform.client import Client, Send, content
from reference.metering_platform.deploy import FOUNDERS, Founded, deploy
from reference.metering_platform.documents import Json
from reference.metering_platform.issuing import record_body
from reference.metering_platform.routing import Response
from reference.metering_platform.rules import Rules
from reference.metering_platform.server import running
from reference.metering_platform.service import Service
from reference.metering_platform.state import MemberKind, Role
from reference.metering_platform.tables import Column, Table
from reference.metering_platform.wire import over

NOW = 1_700_000_000
METER = "m-1"
MEMBERS: tuple[tuple[str, MemberKind], ...] = (*FOUNDERS, ("rival", "supplier"))
USERS: tuple[tuple[str, Role, str], ...] = (
    ("ann", "resident", ""),
    ("bob", "resident", ""),
    ("clerk", "grid", "grid"),
    ("trader", "market", "grid"),
    ("keeper", "registrar", "grid"),
    ("tester", "institution", "laboratory"),
    ("maker-1", "supplier", "maker"),
    ("rival-1", "supplier", "rival"),
)
"""Users, their roles and members. Each member has an administrator besides, such as admin-grid."""


@dataclass(frozen=True)
class Portal:
    """The platform while it runs, and everybody's program."""

    service: Service
    founded: Founded
    send: Send
    clients: Mapping[str, Client]

    @property
    def rules(self) -> Rules:
        return self.service.state.rules

    def ask(self, user: str, method: str, path: str, body: Json = None, **query: str | int) -> Response:
        """What the platform answers this user, who has signed in for it."""
        self.clients[user].tokens.clear()
        return self.clients[user].ask(method, path, NOW, body, **query)

    def done(self, user: str, method: str, path: str, body: Json = None, **query: str | int) -> Any:
        """The same for an honest request, which must be answered."""
        response = self.ask(user, method, path, body, **query)
        if response.status not in (200, 201):
            raise AssertionError(f"an honest request is refused: {response.body!r}")
        return content(response)

    def meter(self) -> Deed:
        """The registrar has entered ann's meter."""
        self.done("keeper", "POST", "/meters", {"meter": METER, "kind": "smart", "owner": "ann", "since": NOW - 1000})
        return Deed("The registrar enters the meter m-1, which is ann's.", None, ("ZD-R24",))

    def reading(self, energy: str, time: int) -> tuple[str, Deed]:
        """The grid company has stored a reading of the meter: its record, and the deed."""
        body = reading_body(self, table("meter-reading", energy, time))
        record = self.done("clerk", "POST", "/records", body)["record"]
        said = f"The grid company stores a reading of m-1: {energy} kWh."
        return str(record), Deed(said, None, ("ZD-R3", "ZD-R5"))

    def handed_over(self, to: str, since: int) -> Deed:
        """The registrar has entered that the meter has changed hands."""
        self.done("keeper", "POST", f"/meters/{METER}/transfers", {"to": to, "since": since})
        return Deed(f"The registrar enters that m-1 has become {to}'s.", None, ("ZD-R24", "ZD-C13"))


@contextmanager
def opened(rules: Rules, seed: int) -> Iterator[Portal]:
    """A platform by these rules on a port of this machine, while the context lasts."""
    founded = deploy(rules, seed, MEMBERS, USERS)
    service = Service(founded.state, clock=lambda: NOW)
    with running(service) as url, over(url) as send:
        clients = {user: Client(wallet, send) for user, wallet in founded.wallets.items()}
        yield Portal(service, founded, send, clients)


def table(kind: str, energy: str, time: int) -> Table:
    """A table of one energy."""
    return Table(kind, "", time, (Column("energy", "decimal", "kWh"),), ((energy,),))


def reading_body(portal: Portal, reading: Table) -> dict[str, Json]:
    """What the grid company posts to store this reading of the meter."""
    return record_body(portal.rules, portal.founded.members["grid"], METER, reading)


def refused(*responses: Response) -> tuple[Refused, ...]:
    """The refusals among these answers."""
    errors = [content(response)["error"] for response in responses if response.status >= 400]
    return tuple(Refused(each["rule"], each["reason"], tuple(each["cites"])) for each in errors)
