"""The state of the world of `Confidential`: a platform as it is and was, who has which keys, what is sealed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from reference.crypto.randomness import Randomness
from reference.crypto.sealing import SealingPair
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Refused
from reference.metering_platform import deploy as platform
from reference.metering_platform.deploy import Founded, Wallet
from reference.metering_platform.documents import Json
from reference.metering_platform.issuing import user_body
from reference.metering_platform.records import Record
from reference.metering_platform.routes.residents import READING
from reference.metering_platform.rules import Rules
from reference.metering_platform.stage import AT, ask, transactions
from reference.metering_platform.state import PlatformState
from reference.metering_platform.tables import Column, Table

WRITER = "clerk"
Datum = tuple[int, int, int]
"""Data, by the epochs of their key and of their writing and by their series."""


@dataclass(frozen=True)
class Given:
    """That a user's program has, or collects, the key of a series in an epoch.

    `sealed` is the shared key, sealed to him; where keys are wrapped there is nothing but what the data bear.
    """

    sealed: bytes = b""
    past: bool = False


@dataclass(frozen=True)
class ConfidentialWorld:
    """`before` has the platform as it stood at the end of each epoch that is over; `base` is the number of the first.
    `learnt` is what the adversary has read, `copied` whose private keys it has, and `service` that of the platform."""

    founded: Founded
    handed_out: tuple[SealingPair | None, ...]
    """The private keys of users that the platform has made, as an administrator has seen them."""
    theirs: frozenset[int]
    series: int
    epochs: int
    base: int
    before: tuple[PlatformState, ...] = ()
    given: Mapping[tuple[int, int, int], Given] = field(default_factory=dict)
    """By epoch, series and user."""
    sealed: Mapping[Datum, Record] = field(default_factory=dict)
    """As they were made, before the ledger had them."""
    copied: frozenset[int] = frozenset()
    service: bool = False
    learnt: frozenset[bytes] = frozenset()

    @property
    def state(self) -> PlatformState:
        return self.founded.state

    @property
    def epoch(self) -> int:
        """The epoch of the list in force."""
        return self.state.acl_epoch - self.base

    @property
    def users(self) -> int:
        return len(self.handed_out)


def deploy(
    rules: Rules,
    seed: int,
    *,
    users: int,
    series: int,
    epochs: int,
    theirs: Collection[int] = (),
    original: Collection[tuple[int, int]] = (),
) -> ConfidentialWorld:
    """Users and meters; `original` has who may read from the start, as pairs of a series and a user."""
    known = replace(rules, authorisation="decided", administration="one-admin")
    founded, handed_out = _founded(known, seed, users, series, frozenset(original))
    return ConfidentialWorld(founded, handed_out, frozenset(theirs), series, epochs, founded.state.acl_epoch)


@cache
def _founded(
    rules: Rules, seed: int, users: int, series: int, original: frozenset[tuple[int, int]]
) -> tuple[Founded, tuple[SealingPair | None, ...]]:
    founded = platform.deploy(rules, seed, users=((WRITER, "grid", "grid"), ("keeper", "registrar", "grid")))
    handed_out = list[SealingPair | None]()
    for user in range(users):
        founded, pair = _entered(founded, Wallet.draw(user_of(user), Randomness.from_seed(seed).child("user", user)))
        handed_out.append(pair)
    for number in range(series):
        founded, _ = _done(ask(founded, "keeper", "POST", "/meters", {"meter": meter_of(number), "kind": "smart"}))
    for number, user in sorted(original):
        founded, _ = _done(ask(founded, WRITER, "POST", "/grants", grant_of(number, user)))
    return founded, tuple(handed_out)


def _entered(founded: Founded, wallet: Wallet) -> tuple[Founded, SealingPair | None]:
    """A user enters; where the platform makes keys, they are the wallet's, and the administrator has seen them."""
    body = user_body(founded.state.rules, wallet, "resident", "", {"name": wallet.user, "address": "Main Street"})
    if founded.state.rules.user_keys == "admin-made":
        body = {name: value for name, value in body.items() if name not in ("signing", "sealing")}
    founded, answer = _done(ask(founded, "admin-grid", "POST", "/users", body))
    pair = None
    if answer["secrets"] is not None:
        public = founded.state.accounts[wallet.user].sealing
        pair = SealingPair("x25519-aead", bytes.fromhex(answer["secrets"]["sealing"]), public)
        wallet = replace(wallet, signing=KeyPair.of(int(answer["secrets"]["signing"], 16)), sealing=pair)
    return replace(founded, wallets={**founded.wallets, wallet.user: wallet}), pair


def _done(answered: tuple[Founded, Any]) -> tuple[Founded, Any]:
    assert not isinstance(answered[1], Refused), answered[1]
    return answered


def user_of(user: int) -> str:
    return f"resident-{user}"


def meter_of(series: int) -> str:
    return f"meter-{series}"


def lists(world: ConfidentialWorld) -> tuple[frozenset[tuple[int, int]], ...]:
    """Who may read which series, as pairs of series and user, in each epoch that has begun: by the blocks."""
    entries, epoch = {0: frozenset[tuple[int, int]]()}, 0
    names = {(meter_of(q), user_of(u)): (q, u) for q in range(world.series) for u in range(world.users)}
    of_grant = dict[str, tuple[int, int]]()
    for _, said in transactions(world.state):
        if "grant" in said:
            name, user, resource, _, number = said["grant"]
            of_grant[name] = names[resource, user]
            before, epoch = entries[epoch], max(0, number - world.base)
            entries[epoch] = before | {of_grant[name]}
        elif "revoke" in said:
            name, number = said["revoke"]
            before, epoch = entries[epoch], max(0, number - world.base)
            entries[epoch] = before - {of_grant[name]}
    return tuple(entries[each] for each in sorted(entries))


def document_of(datum: Datum) -> Table:
    """A reading that no other is like."""
    first, second, series = datum
    columns = (Column("energy", "decimal", "kWh"),)
    return Table(
        READING, meter_of(series), AT - 1000 + 30 * first + second, columns, ((f"{first}.{second}{series}1",),)
    )


def record_of(world: ConfidentialWorld, datum: Datum) -> Record | None:
    """The data as they are now: with all that the ledger has of them, or as they were made; None if they were not."""
    made = world.sealed.get(datum)
    return None if made is None else world.state.records.get(made.record, made)


def is_held(world: ConfidentialWorld, datum: Datum) -> bool:
    made = world.sealed.get(datum)
    return made is not None and made.record in world.state.records


def grant_of(series: int, user: int) -> dict[str, Json]:
    return {"user": user_of(user), "resource": meter_of(series), "past": False}
