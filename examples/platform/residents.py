"""Residents of one dwelling ask the platform for its readings over HTTP: as published, and hardened.

    python examples/platform/residents.py

A meter measures while Ann lives there, then Bob moves in. Each asks for all readings of the meter, with a token of
their own and a proof that they hold its key. The same requests are sent to the paper's platform, in its charitable
reading, and to the hardened one.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from meterproof.check.jobs import open_spec
from meterproof.study.finder import find_study
from reference.metering_platform.client import Client, content
from reference.metering_platform.deploy import FOUNDERS, deploy
from reference.metering_platform.documents import read
from reference.metering_platform.issuing import opened, record_body
from reference.metering_platform.routing import Response
from reference.metering_platform.rules import Rules
from reference.metering_platform.server import running
from reference.metering_platform.service import Service
from reference.metering_platform.tables import Column, Table
from reference.metering_platform.wire import over

NOW = 1_700_000_000
USERS = (
    ("ann", "resident", ""),
    ("bob", "resident", ""),
    ("keeper", "registrar", "grid"),
    ("reader", "grid", "grid"),
)


def reading(time: int, energy: str) -> Table:
    """A table of one row: so much energy, measured then."""
    return Table("meter-reading", "energy", time, (Column("energy", "decimal", "kWh"),), ((energy,),))


def told(user: Client, response: Response) -> str:
    """What somebody gets to see: the energies that he can open, or the reason why there is no answer."""
    answer = content(response)
    if response.status != 200:
        error = answer["error"]
        return f"{response.status}: {error['reason']} ({error['rule']}; {', '.join(error['cites'])})"
    seen = [opened(user.wallet, view) for view in answer["readings"]]
    tables = [Table.from_json(read(each)).rows[0][0] for each in seen if each is not None]
    return f"{response.status}: {', '.join(f'{each} kWh' for each in tables) or 'nothing that opens'}"


def day(variant: str, reading_of_the_paper: str | None) -> None:
    """Deploy a platform, let it run on a port of this machine, and ask it."""
    study = find_study(Path(__file__))
    rules = Rules.from_values(
        open_spec(study, study.specs[f"metering-platform@{variant}"]).rules(reading_of_the_paper).plain()
    )
    founded = deploy(rules, seed=1, founders=FOUNDERS, users=USERS)
    with running(Service(founded.state, clock=lambda: NOW)) as url, over(url) as send:
        clients = {user: Client(wallet, send) for user, wallet in founded.wallets.items()}
        meter = {"meter": "m-1", "kind": "smart", "owner": "ann", "since": NOW - 1000}
        clients["keeper"].ask("POST", "/meters", NOW, meter)
        for time, energy in ((NOW - 500, "1.5"), (NOW - 100, "2")):
            if time == NOW - 100:
                clients["keeper"].ask("POST", "/meters/m-1/transfers", NOW, {"to": "bob", "since": NOW - 300})
            body = record_body(rules, founded.members["grid"], "m-1", reading(time, energy))
            clients["reader"].ask("POST", "/records", NOW, body)
        for user in ("ann", "bob"):
            asked = clients[user].ask("GET", "/meters/m-1/readings", NOW)
            print(f"  {user} asks for the readings of m-1 and gets {told(clients[user], asked)}")


if __name__ == "__main__":
    for variant, kind in (("published", "charitable"), ("hardened", None)):
        print(f"metering-platform@{variant}{f' ({kind})' if kind else ''}")
        day(variant, kind)
