"""A platform with a store that does one change after another and says so: a process for tests to kill.

python -m tests.reference.metering_platform.diary FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

from reference.metering_platform import ledger
from reference.metering_platform.client import Client
from reference.metering_platform.service import Log, Service
from reference.metering_platform.store import Store
from tests.reference.metering_platform.day import CAROL, reading
from tests.reference.metering_platform.variants import HARDENED, NOW, Town

FOUNDED = "hardened, 1"


def town() -> Town:
    """The platform at its beginning, with HMAC tokens: it is not about them, and to draw RSA keys takes a second."""
    return Town(HARDENED, token_algorithm="shared-hmac")


def kept(here: Town, log: Log, since: int = 0) -> Service:
    """The platform as a service that keeps its changes in this log, with everybody's program asking it."""
    service = Service(here.state, log, clock=lambda: NOW, since=since)
    here.clients["carol"] = Client(CAROL, service.answer)
    for client in here.clients.values():
        client.send = service.answer
    return service


def write(here: Town, number: int) -> str:
    """One change more: the name of the record."""
    return str(here.done("reader", "POST", "/records", reading(here, NOW - 1000 + number, "1.5"))["record"])


if __name__ == "__main__":
    here = town()
    with Store(Path(sys.argv[1]), FOUNDED) as store:
        service = kept(here, store)
        for number in range(100_000):
            record = write(here, number)
            print(record, ledger.tip(service.state).hex(), flush=True)
