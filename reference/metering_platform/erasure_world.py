"""The machine `Erasure` with real bytes: people whom the platform enters, custodians' disks, and who reads replicas.

A custodian takes what the person himself is shown of his data, with the salt, and checks it against what the chain has.
The platform's own copy, from which custodians get theirs, goes with the demand. Whose approval it takes to enter
somebody is the machine `Administration`: here one administrator does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

from reference.crypto.randomness import Randomness
from reference.ledger.effects import Effects, Refused
from reference.metering_platform import deploy as platform
from reference.metering_platform import documents
from reference.metering_platform.deploy import Founded, Wallet
from reference.metering_platform.documents import Json
from reference.metering_platform.issuing import user_body
from reference.metering_platform.routes.governance import commitment
from reference.metering_platform.rules import Rules
from reference.metering_platform.stage import ask, transactions
from reference.metering_platform.state import PlatformState

GIVEN = ("Ann", "Bob", "Carol", "Dan", "Erin", "Frank")
STREETS = ("Main Street", "Station Road", "Mill Lane")
HOUSES = 4
"""Who lives where: so few are names and addresses that all of them can be tried."""


@dataclass(frozen=True)
class Copy:
    """What a custodian keeps of a person."""

    data: bytes
    """Canonical JSON."""
    salt: bytes


@dataclass(frozen=True)
class ErasureWorld:
    """`disks` has, by custodian, what it keeps of whom; `learnt` are the data that the adversary has. `asked` is
    history: who has demanded to be forgotten where nothing can be."""

    founded: Founded
    persons: int
    disks: tuple[Mapping[str, Copy], ...]
    learnt: frozenset[bytes] = frozenset()
    asked: frozenset[str] = frozenset()

    @property
    def state(self) -> PlatformState:
        return self.founded.state


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on a person and a custodian."""

    action: str
    person: int = 0
    custodian: int = 0


Outcome = tuple[ErasureWorld, Effects]


def deploy(rules: Rules, seed: int, *, persons: int, custodians: int) -> ErasureWorld:
    """A platform that knows none of these persons, and custodians that have nothing."""
    founded = _founded(replace(rules, administration="one-admin"), seed, persons)
    return ErasureWorld(founded, persons, tuple({} for _ in range(custodians)))


@cache
def _founded(rules: Rules, seed: int, persons: int) -> Founded:
    founded, stream = platform.deploy(rules, seed), Randomness.from_seed(seed).child("persons")
    wallets = {user_of(u): Wallet.draw(user_of(u), stream.child(u)) for u in range(persons)}
    return replace(founded, wallets={**founded.wallets, **wallets})


def step(world: ErasureWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if event.person not in range(world.persons) or event.custodian not in range(len(world.disks)):
        return _refuse(world, "person", "there is no such person or custodian")
    return _STEPS[event.action](world, event)


def user_of(person: int) -> str:
    return f"resident-{person}"


def data_of(person: int) -> dict[str, Json]:
    """What is personal of the person of this number."""
    return {"name": GIVEN[person % len(GIVEN)], "address": f"{STREETS[0]} {1 + person // len(GIVEN)}"}


def candidates() -> Iterator[dict[str, Json]]:
    """All that there can be of anybody."""
    for name, street, house in product(GIVEN, STREETS, range(1, HOUSES + 1)):
        yield {"name": name, "address": f"{street} {house}"}


def on_chain(state: PlatformState, user: str) -> Any:
    """What the blocks have about the user: the data, or what was committed to; None if there is nothing."""
    entries = [said["enact"] for _, said in transactions(state) if "enact" in said]
    return next((change["personal"] for _, kind, change, *_ in entries if change.get("user") == user), None)


def is_true_copy(state: PlatformState, user: str, copy: Copy) -> bool:
    """Whether it is this that the chain has a commitment to."""
    return bool(commitment(copy.salt, documents.read(copy.data)) == on_chain(state, user))


def has_demanded(world: ErasureWorld, user: str) -> bool:
    """Whether the chain has the user's demand, or he has made it in vain."""
    return user in world.asked or any(said.get("erased") == user for _, said in transactions(world.state))


def _enter(world: ErasureWorld, event: Event) -> Outcome:
    wallet = world.founded.wallets[user_of(event.person)]
    body = user_body(world.state.rules, wallet, "resident", "", data_of(event.person))
    founded, answer = ask(world.founded, "admin-grid", "POST", "/users", body)
    return (world, (answer,)) if isinstance(answer, Refused) else (replace(world, founded=founded), ())


def _keep(world: ErasureWorld, event: Event) -> Outcome:
    user = user_of(event.person)
    if user in world.disks[event.custodian]:
        return _refuse(world, "custodian", "the custodian has the data")
    _, shown = ask(world.founded, user, "GET", f"/users/{user}/personal")
    if isinstance(shown, Refused):
        return world, (shown,)
    if shown["personal"] is None:
        return _refuse(world, "personal_data", "the platform has forgotten the person", "ZD-C24")
    copy = Copy(documents.canonical(shown["personal"]), bytes.fromhex(shown["salt"]))
    if not is_true_copy(world.state, user, copy):
        return _refuse(world, "personal_data", "the chain has no commitment to these data", "ZD-C24")
    return _stored(world, event.custodian, {**world.disks[event.custodian], user: copy}), ()


def _demand(world: ErasureWorld, event: Event) -> Outcome:
    """A demand is made even where it can't be met."""
    user = user_of(event.person)
    if has_demanded(world, user):
        return _refuse(world, "person", "the person has demanded it")
    founded, answer = ask(world.founded, user, "DELETE", f"/users/{user}/personal")
    if not isinstance(answer, Refused):
        return replace(world, founded=founded), ()
    if answer.rule == "personal_data" and world.state.rules.personal_data == "on-chain":
        return replace(world, asked=world.asked | {user}), ()
    return world, (answer,)


def _delete(world: ErasureWorld, event: Event) -> Outcome:
    user, disk = user_of(event.person), world.disks[event.custodian]
    if user not in disk or not has_demanded(world, user):
        return _refuse(world, "custodian", "the custodian has nothing of the person, or nobody has demanded it")
    rest = {name: copy for name, copy in disk.items() if name != user}
    return _stored(world, event.custodian, rest), ()


def _read_replica(world: ErasureWorld, event: Event) -> Outcome:
    """The adversary looks into the blocks, and tries all that it can be."""
    entry = on_chain(world.state, user_of(event.person))
    if entry is None:
        return _refuse(world, "person", "the chain has nothing of the person")
    found = entry if isinstance(entry, dict) else next((x for x in candidates() if commitment(b"", x) == entry), None)
    if found is None:
        return _refuse(world, "personal_data", "nothing matches what the chain has, without its salt", "ZD-C24")
    data = documents.canonical(found)
    if data in world.learnt:
        return _refuse(world, "person", "the adversary has the data")
    return replace(world, learnt=world.learnt | {data}), ()


def _leak(world: ErasureWorld, event: Event) -> Outcome:
    return replace(world, learnt=world.learnt | {copy.data for copy in world.disks[event.custodian].values()}), ()


def _stored(world: ErasureWorld, custodian: int, disk: Mapping[str, Copy]) -> ErasureWorld:
    return replace(world, disks=(*world.disks[:custodian], disk, *world.disks[custodian + 1 :]))


def _refuse(world: ErasureWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[ErasureWorld, Event], Outcome]] = {
    "enter": _enter,
    "keep": _keep,
    "demand": _demand,
    "delete": _delete,
    "read_replica": _read_replica,
    "leak": _leak,
}
