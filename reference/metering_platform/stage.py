"""What the worlds of several machines do alike: users' requests to `handle`, and the chain as any replica has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from reference.crypto import sealing
from reference.ledger.effects import Refused
from reference.metering_platform import confidential, envelopes, ledger
from reference.metering_platform.client import Client, Desk, content
from reference.metering_platform.deploy import Founded
from reference.metering_platform.documents import Json
from reference.metering_platform.routing import Denied, Interface, Response
from reference.metering_platform.state import PlatformState

AT = 1_700_000_000
"""When requests are made, in seconds, where nothing else is said."""


def ask(
    world: Founded, user: str, method: str, path: str, body: Json = None, at: int = AT, **query: str | int
) -> tuple[Founded, Any]:
    """What a user's program gets, who signs in first: the world afterwards, and the answer's JSON or a `Refused`."""
    desk, client = program(world, user, at)
    response = client.ask(method, path, at, body, **query)
    if response.status < 300:
        return replace(world, state=desk.state), content(response)
    return world, refused(response)


def program(world: Founded, user: str, at: int, interface: Interface = "http") -> tuple[Desk, Client]:
    """The platform and a user's program at this time, none of whose next proofs has been used."""
    desk = Desk(world.state)
    used = sum(each.startswith(f"{user}-{at}-") for each in world.state.used_proofs)
    return desk, Client(world.wallets[user], desk, interface, drawn=used)


def refused(response: Response) -> Refused:
    """What a response of 4xx says."""
    error = content(response)["error"]
    return Refused(error["rule"], error["reason"], tuple(error["cites"]))


def refusal(denied: Denied) -> Refused:
    """The same, of what was refused within the platform."""
    return Refused(denied.rule, denied.reason, denied.cites)


def transactions(state: PlatformState) -> Iterator[tuple[int, dict[str, Any]]]:
    """What is in the blocks, with their heights."""
    for height, final in enumerate(state.blocks):
        for leaf in final.block.leaves:
            yield height, _transaction(leaf)


@lru_cache(maxsize=4096)
def _transaction(leaf: bytes) -> dict[str, Any]:
    value: Any = ledger.transaction(leaf)
    return dict(value)


def opened_by_all(state: PlatformState, shown: dict[str, Any]) -> bytes | None:
    """The document of an open record as whoever has the private key to it reads it; None for other ciphertexts."""
    if shown["document"] is not None:
        return str(shown["document"]).encode()
    envelope = shown["record"]
    if envelope.get("key_id") != "platform":
        return None
    aad = envelopes.associated(envelope["record"], "I", envelope["epoch"])
    return sealing.open_(confidential.open_data_key(state), bytes.fromhex(envelope["ciphertext"]), aad)
