"""The machines `Access` and `Register` with real bytes: residents, their meters, and who asks for what was recorded.

A block of the model is all that the platform stores in one slot. What is agreed on in a slot about a meter is entered
at its end, by its owner and with the signature of whoever is to have it: an entry is of that moment. Residents ask
with a fresh token, so that no right that a token carries is old: what a stale one is worth is `Revocation`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from meterproof.errors import InputError
from reference.ledger.effects import Effects, Refused
from reference.metering_platform import households, signatures, stage
from reference.metering_platform.deploy import Founded
from reference.metering_platform.documents import Json
from reference.metering_platform.routes.residents import accepted
from reference.metering_platform.routing import Interface, Request, Response
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import Grant

SERVICE = "records"
SLOT = 100
"""Seconds of a slot."""


@dataclass(frozen=True)
class AccessWorld:
    """`second` says of each interface whether it is the library call, `theirs` of each route whether it reads a record,
    or withdraws it. `due` are the meters that change hands at the end of the slot, and who is to have them. `tokens`
    has residents' first tokens, with their times; `stored` the names of records.

    `unentitled`, `trespassed` and `parted` are history: who was answered without a right.
    """

    platform: Founded
    second: tuple[bool, ...]
    theirs: tuple[bool, ...]
    meter: tuple[int, ...]
    time: tuple[int, ...]
    tip: int = 0
    due: tuple[tuple[int, int], ...] = ()
    tokens: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    stored: Mapping[int, str] = field(default_factory=dict)
    unentitled: frozenset[tuple[int, int, int]] = frozenset()
    trespassed: frozenset[tuple[int, int]] = frozenset()
    parted: frozenset[tuple[int, int, int]] = frozenset()

    def owner(self, meter: int, time: int) -> str | None:
        """Who has had this meter at this second."""
        return self.platform.state.meters[meter_name(meter)].owner_at(time)

    def present(self, meter: int) -> str | None:
        """Who has it now."""
        return self.platform.state.meters[meter_name(meter)].owner

    def grants(self, meter: int) -> list[Grant]:
        """The grants of this meter that are in force."""
        found = self.platform.state.grants.values()
        return [each for each in found if each.resource == meter_name(meter) and each.until is None]


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a user, of another, a meter, a record, a route, an
    interface, and of the present slot and another."""

    action: str
    user: int = 0
    giver: int = 0
    meter: int = 0
    record: int = 0
    route: int = 0
    interface: int = 0
    slot: int = 0
    other: int = 0


Outcome = tuple[AccessWorld, Effects]


def name_of(user: int) -> str:
    return f"user-{user}"


def meter_name(number: int) -> str:
    return f"meter-{number}"


def start_of(slot: int) -> int:
    """The first second of a slot."""
    return stage.AT + SLOT * slot


def deploy(
    rules: Rules,
    seed: int,
    *,
    users: int,
    first: Sequence[int],
    second: Sequence[bool] = (),
    theirs: Sequence[bool] = (),
    meter: Sequence[int] = (),
    time: Sequence[int] = (),
) -> AccessWorld:
    """Residents, a meter for each entry of `first`, and records to be stored for each of `meter` and `time`.

    Raises InputError for routes that the platform does not have: grants are for reading, which is one of them.
    """
    routes, least = sum(theirs), 1 if theirs and rules.interfaces == "same-token" else 0
    if not least <= routes <= 1:
        raise InputError(f"{routes} routes are open to who has a meter", allowed="one, as grants are for reading")
    founded = _founded(rules, seed, users, tuple(first))
    return AccessWorld(founded, tuple(second), tuple(theirs), tuple(meter), tuple(time))


@cache
def _founded(rules: Rules, seed: int, users: int, first: tuple[int, ...]) -> Founded:
    founded = households.founded(rules, seed, map(name_of, range(users)))
    for number, owner in enumerate(first):
        founded = households.metered(founded, meter_name(number), name_of(owner))
    return founded


def step(world: AccessWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if event.action in ("advance", "hand_over") and event.slot != world.tip:
        return _refuse(world, "slot", "this is not the present slot")
    return _STEPS[event.action](world, event)


def _advance(world: AccessWorld, event: Event) -> Outcome:
    """Time goes on. What is due is entered, and then the next slot begins."""
    if event.other != world.tip + 1:
        return _refuse(world, "slot", "this is not the next slot")
    after = _entered(world, world.due)
    if isinstance(after, Refused):
        return world, (after,)
    return replace(world, platform=after, tip=event.other, due=()), ()


def _hand_over(world: AccessWorld, event: Event) -> Outcome:
    """It is agreed on what the platform, asked at the end of the slot, would take."""
    due = (*world.due, (event.meter, event.user))
    tried = _entered(world, due)
    return (world, (tried,)) if isinstance(tried, Refused) else (replace(world, due=due), ())


def _entered(world: AccessWorld, due: Sequence[tuple[int, int]]) -> Founded | Refused:
    """The platform after owners have transferred these meters, at the end of the slot and from then on."""
    founded, since = world.platform, start_of(world.tip + 1)
    for meter, user in due:
        owner, heir = world.present(meter), founded.wallets[name_of(user)]
        assert owner is not None, "meters are registered with their owners"
        agreed = signatures.sign(heir.signing, "acceptance", accepted(meter_name(meter), heir.user, since))
        body: Json = {"to": heir.user, "since": since, "acceptance": agreed.hex()}
        founded, said = stage.ask(founded, owner, "POST", f"/meters/{meter_name(meter)}/transfers", body, since)
        if isinstance(said, Refused):
            return said
    return founded


def _log_in(world: AccessWorld, event: Event) -> Outcome:
    if event.user in world.tokens:
        return _refuse(world, "token", "the user has a token")
    at = start_of(world.tip)
    _, client = stage.program(world.platform, name_of(event.user), at)
    response = client.sign_in(SERVICE, at)
    if response.status != 200:
        return world, (stage.refused(response),)
    return replace(world, tokens={**world.tokens, event.user: (client.tokens[SERVICE], at)}), ()


def _grant(world: AccessWorld, event: Event) -> Outcome:
    """Whoever gives leave looks whether the meter is his own: in the literal reading the platform does not."""
    giver, user = name_of(event.giver), name_of(event.user)
    founded, own = stage.ask(world.platform, giver, "GET", "/meters", at=start_of(world.tip))
    if isinstance(own, Refused):
        return world, (own,)
    if meter_name(event.meter) not in own["meters"] or not world.theirs[event.route] or giver == user:
        return _refuse(world, "grant", "the meter is not the giver's, or there is nothing to give", "ZD-R5")
    if any((each.giver, each.user) == (giver, user) for each in world.grants(event.meter)):
        return _refuse(world, "grant", "there is such a grant", "ZD-R5")
    body: Json = {"user": user, "resource": meter_name(event.meter)}
    return _asked(world, founded, giver, "POST", "/grants", body)


def _withdraw(world: AccessWorld, event: Event) -> Outcome:
    giver, user = name_of(event.giver), name_of(event.user)
    found = [each.grant for each in world.grants(event.meter) if (each.giver, each.user) == (giver, user)]
    if not found or not world.theirs[event.route]:
        return _refuse(world, "grant", "there is no such grant", "ZD-R5")
    return _asked(world, world.platform, giver, "DELETE", f"/grants/{found[0]}")


def _store(world: AccessWorld, event: Event) -> Outcome:
    """The reader stores a reading of this slot, and one of each only; no two readings are of one second."""
    number = event.record
    if world.time[number] != world.tip or number in world.stored:
        return _refuse(world, "record", "the record is of another time, or stored")
    meter, at = meter_name(world.meter[number]), start_of(world.tip)
    after, record = households.read(world.platform, meter, at + number, at)
    if isinstance(record, Refused):
        return world, (record,)
    return replace(world, platform=after, stored={**world.stored, number: record}), ()


def _ask(world: AccessWorld, event: Event) -> Outcome:
    user, meter = name_of(event.user), world.meter[event.record]
    had = any(each.owner == user for each in world.platform.state.meters[meter_name(meter)].intervals)
    if not had and all(each.user != user for each in world.grants(meter)):
        return _refuse(world, "honest", "the user has nothing to do with the meter", "ZD-R24")
    return _pry(world, event)


def _pry(world: AccessWorld, event: Event) -> Outcome:
    """A resident asks; what other interfaces would have said is tried on the platform as it was before."""
    number, interfaces = event.record, ["call" if each else "http" for each in world.second]
    answers = {each: _requested(world, event, each) for each in sorted(set(interfaces))}  # type: ignore[arg-type]
    after, response = answers[interfaces[event.interface]]
    if not is_answered(response):
        return world, (stage.refused(response),)
    user, record = name_of(event.user), world.platform.state.records[world.stored[number]]
    meter = world.meter[number]
    holder, grants = world.owner(meter, record.time), world.grants(meter)
    by_holder = any((each.giver, each.user) == (holder, user) for each in grants)
    by_anybody = any(each.user == user for each in grants)
    asked = (event.user, event.route, number)
    entitled = world.theirs[event.route] and (holder == user or by_holder)
    stranger = holder != user and not by_anybody
    others = all(is_answered(each) for _, each in answers.values())
    return replace(
        world,
        platform=after,
        unentitled=world.unentitled | (set() if entitled else {asked}),
        trespassed=world.trespassed | ({(event.user, number)} if stranger else set()),
        parted=world.parted | (set() if others else {asked}),
    ), ()


def is_answered(response: Response) -> bool:
    """Whether the platform has let a resident through: to what was asked for, or to hear that it is done already."""
    return response.status in (200, 409)


def _requested(world: AccessWorld, event: Event, interface: Interface) -> tuple[Founded, Response]:
    """The resident's program asks through this interface: with a fresh token, if the resident has logged in."""
    founded, at, user = world.platform, start_of(world.tip), name_of(event.user)
    desk, client = stage.program(founded, user, at, interface)
    record = world.stored.get(event.record, f"no-record-{event.record}")
    reads = world.theirs[event.route]
    method, path = ("GET", f"/records/{record}") if reads else ("POST", f"/records/{record}/withdrawal")
    says = (("x-user", user),) if interface == "call" else ()
    request = Request(method, path, (), says, b"", at, interface)
    if event.user in world.tokens:
        client.sign_in(SERVICE, at)
        request = client.bearing(request, client.tokens[SERVICE])
    response = desk(request)
    return replace(founded, state=desk.state), response


def _asked(world: AccessWorld, founded: Founded, user: str, method: str, path: str, body: Json = None) -> Outcome:
    after, said = stage.ask(founded, user, method, path, body, start_of(world.tip))
    return (world, (said,)) if isinstance(said, Refused) else (replace(world, platform=after), ())


def _refuse(world: AccessWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[AccessWorld, Event], Outcome]] = {
    "advance": _advance,
    "hand_over": _hand_over,
    "log_in": _log_in,
    "grant": _grant,
    "withdraw": _withdraw,
    "store": _store,
    "ask": _ask,
    "pry": _pry,
}
