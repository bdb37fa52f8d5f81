"""The machine `Confidential` with real bytes: readings that are sealed, a ledger that takes them, and who opens them.

A series is a meter's readings, and who may read it has a grant. A reading is sealed by the part of the platform that
the writer's node runs, which stands where it stood in the epoch that it has heard of last; the ledger takes what it has
made, or not. A user has a key once his program has got it: the shared one, or what is wrapped to him in the data of a
series and epoch, those that are still to come among them. The adversary opens what its users' programs have keys for.

Whom the portal answers at all is the machine `Access`, and who enters users is `Administration`: here the portal
decides (`authorisation`), and one administrator enters them. The encryption service is part of the platform.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from reference.ledger.effects import Effects, Refused
from reference.metering_platform import confidential, envelopes, ledger, storing
from reference.metering_platform.confidential_reading import AAD, opened, shared_key_of
from reference.metering_platform.confidential_state import (
    WRITER,
    ConfidentialWorld,
    Datum,
    Given,
    document_of,
    grant_of,
    is_held,
    lists,
    meter_of,
    user_of,
)
from reference.metering_platform.documents import Json
from reference.metering_platform.issuing import record_body
from reference.metering_platform.routing import Denied
from reference.metering_platform.stage import ask, refusal


@dataclass(frozen=True)
class Event:
    """An action of the model by its name: on a user, a series, two epochs in the order of the model's parameters."""

    action: str
    user: int = 0
    series: int = 0
    first: int = 0
    second: int = 0


Outcome = tuple[ConfidentialWorld, Effects]


def step(world: ConfidentialWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if event.user not in range(world.users) or event.series not in range(world.series):
        return _refuse(world, "user", "there is no such user or series")
    if not {event.first, event.second} <= set(range(world.epochs)):
        return _refuse(world, "epoch", "there is no such epoch")
    return _STEPS[event.action](world, event)


def _is_listed(world: ConfidentialWorld, epoch: int, series: int, user: int) -> bool:
    known = lists(world)
    return epoch < len(known) and (series, user) in known[epoch]


def _permit(world: ConfidentialWorld, event: Event) -> Outcome:
    if _is_listed(world, world.epoch, event.series, event.user):
        return _refuse(world, "list", "the user may read the series")
    after, effects = _relisted(world, event, "POST", "/grants", grant_of(event.series, event.user))
    if effects or world.state.rules.rotation == "on-change" or world.state.rules.class_two != "wrapped":
        return after, effects
    more = {
        datum: confidential.wrapped(after.state, record, [user_of(event.user)])
        for datum, record in world.sealed.items()
        if datum[2] == event.series
    }
    return replace(after, sealed={**after.sealed, **more}), ()


def _withdraw(world: ConfidentialWorld, event: Event) -> Outcome:
    grants = [
        each.grant
        for each in world.state.grants.values()
        if (each.user, each.resource, each.until) == (user_of(event.user), meter_of(event.series), None)
    ]
    return _relisted(world, event, "DELETE", f"/grants/{grants[0] if grants else 'g'}", None)


def _relisted(world: ConfidentialWorld, event: Event, method: str, path: str, body: Json) -> Outcome:
    """The next epoch begins."""
    if (event.first, event.second) != (world.epoch, world.epoch + 1):
        return _refuse(world, "epoch", "these are not the epoch in force and the next")
    before = world.state
    founded, answer = ask(world.founded, WRITER, method, path, body)
    if isinstance(answer, Refused):
        return world, (answer,)
    return replace(world, founded=founded, before=(*world.before, before)), ()


def _give(world: ConfidentialWorld, event: Event) -> Outcome:
    """The user fetches the shared key, or begins to collect what is wrapped to him."""
    epoch, at = event.first, (event.first, event.series, event.user)
    given, rule = Given(), world.state.rules.class_two
    if rule != "wrapped":
        if rule == "shared-key" and epoch != world.epoch:
            return _refuse(world, "epoch", "the key that is handed out is that of today", "ZD-R5")
        _, answer = ask(world.founded, user_of(event.user), "GET", "/keys/class-two")
        if isinstance(answer, Refused):
            return world, (answer,)
        if rule == "private-key":
            return _refuse(world, "class_two", "the key that readers are given is a public one", "ZD-C2")
        given = _to(world, event.user, bytes.fromhex(answer["key"]))
    if at in world.given or not _may_ask(world, epoch, event):
        return _refuse(world, "list", "the user is not on the list of the epoch, or has the key")
    return _got(world, at, given)


def _may_ask(world: ConfidentialWorld, epoch: int, event: Event) -> bool:
    """Whether the user asks for the series' key, and not for one that he has anyway.

    For the shared key the platform looks at nothing but whether he may read anything.
    """
    is_listed = _is_listed(world, epoch, event.series, event.user)
    if world.state.rules.class_two == "wrapped":
        return is_listed
    return is_listed or not any(user == event.user for _, user in lists(world)[epoch])


def _give_past(world: ConfidentialWorld, event: Event) -> Outcome:
    """The writer hands an earlier key over: the shared one, or what is wrapped of data that there are or will be."""
    past, at = event.first, (event.first, event.series, event.user)
    rule, user = world.state.rules.class_two, user_of(event.user)
    if rule == "private-key":
        return _refuse(world, "class_two", "the key that readers are given is a public one", "ZD-C2")
    if event.second != world.epoch or not past < world.epoch or (at in world.given and world.given[at].past):
        return _refuse(world, "epoch", "this is no earlier epoch, or handed over already")
    may_read = _is_listed(world, world.epoch, event.series, event.user)
    if rule == "shared-key" and may_read:
        return _got(world, at, replace(_to(world, event.user, shared_key_of(world, past)), past=True))
    founded, sealed = world.founded, dict(world.sealed)
    for datum, made in world.sealed.items():
        if (datum[0], datum[2]) == (past, event.series):
            sealed[datum] = confidential.wrapped(world.state, made, [user])
            if is_held(world, datum):
                path = f"/records/{made.record}/wraps"
                founded, answer = ask(founded, WRITER, "POST", path, {"user": user})
                if isinstance(answer, Refused):
                    return world, (answer,)
                may_read |= world.state.rules.rotation == "on-change"
    if not may_read:
        return _refuse(world, "list", "the user may not read the series now", "ZD-C3")
    return _got(replace(world, founded=founded, sealed=sealed), at, Given(past=True))


def _to(world: ConfidentialWorld, user: int, key: bytes) -> Given:
    """The shared key on its way to the user, and as his program keeps it."""
    sealing, randomness = world.founded.wallets[user_of(user)].sealing, world.state.randomness("given", user, key.hex())
    return Given(envelopes.wrap(sealing.public, key, AAD, randomness))


def _got(world: ConfidentialWorld, at: tuple[int, int, int], given: Given) -> Outcome:
    return replace(world, given={**world.given, at: given}), ()


def _seal(world: ConfidentialWorld, event: Event) -> Outcome:
    """A part of the platform that stands where it stood in the first epoch seals the reading, while the second is."""
    first, second, series = datum = (event.first, event.second, event.series)
    if second != world.epoch or first > second or datum in world.sealed:
        return _refuse(world, "epoch", "this is not the epoch in force, the key is of none, or the data are made")
    if world.state.rules.rotation == "none" and first != second:
        return _refuse(world, "rotation", "there is one key at all times", "ZD-C3")
    there = replace(world.founded, state=(*world.before, world.state)[first])
    body = record_body(there.state.rules, there.members["grid"], meter_of(series), document_of(datum))
    after, answer = ask(there, WRITER, "POST", "/records", body)
    if isinstance(answer, Refused):
        return world, (answer,)
    record = after.state.records[answer["record"]]
    past = [user_of(at[2]) for at, given in world.given.items() if given.past and at[:2] == (first, series)]
    if world.state.rules.class_two == "wrapped":
        record = confidential.wrapped(after.state, record, past)
    return replace(world, sealed={**world.sealed, datum: record}), ()


def _enter(world: ConfidentialWorld, event: Event) -> Outcome:
    """The ledger takes what was sealed, or does not."""
    datum = (event.first, event.second, event.series)
    if datum not in world.sealed or is_held(world, datum):
        return _refuse(world, "record", "there are no such data, or the ledger has them")
    record = world.sealed[datum]
    try:
        after = ledger.append(storing.entered(world.state, record), {"store": storing.on_chain(record)})
    except Denied as denied:
        return world, (refusal(denied),)
    return replace(world, founded=replace(world.founded, state=after)), ()


def _answer(world: ConfidentialWorld, event: Event) -> Outcome:
    """The portal is asked; what it answers with is opened, if it is not open."""
    datum = (event.first, event.second, event.series)
    if event.user not in world.theirs or not is_held(world, datum):
        return _refuse(world, "record", "the user does not belong to the adversary, or there are no such data")
    path = f"/records/{world.sealed[datum].record}"
    _, view = ask(world.founded, user_of(event.user), "GET", path)
    if isinstance(view, Refused):
        return world, (view,)
    said = view["document"]
    return _read(world, datum, opened(world, datum) if said is None else said.encode())


def _read_replica(world: ConfidentialWorld, event: Event) -> Outcome:
    datum = (event.first, event.second, event.series)
    if not is_held(world, datum):
        return _refuse(world, "record", "the ledger has no such data")
    return _read(world, datum, opened(world, datum))


def _tap(world: ConfidentialWorld, event: Event) -> Outcome:
    datum = (event.first, event.second, event.series)
    if datum not in world.sealed:
        return _refuse(world, "record", "there are no such data")
    return _read(world, datum, opened(world, datum))


def _read(world: ConfidentialWorld, datum: Datum, data: bytes | None) -> Outcome:
    if data is None:
        return _refuse(world, "class_two", "no key that the adversary has opens the data", "ZD-C2")
    if data in world.learnt:
        return _refuse(world, "record", "the adversary has read the data")
    return replace(world, learnt=world.learnt | {data}), ()


def _keep_private_key(world: ConfidentialWorld, event: Event) -> Outcome:
    pair = world.handed_out[event.user]
    if pair is None:
        return _refuse(world, "user_keys", "the platform has not made the user's keys", "ZD-C16")
    if event.user in world.copied:
        return _refuse(world, "user", "the adversary has the key")
    return replace(world, copied=world.copied | {event.user}), ()


def _keep_service_key(world: ConfidentialWorld, event: Event) -> Outcome:
    """Where each record has a key, no key is kept: what they are drawn from is the service's, which is trusted."""
    if world.state.rules.class_two == "wrapped":
        return _refuse(world, "class_two", "each record has a key of its own", "ZD-C2")
    return replace(world, service=True), ()


def _refuse(world: ConfidentialWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[ConfidentialWorld, Event], Outcome]] = {
    "permit": _permit,
    "withdraw": _withdraw,
    "give": _give,
    "give_past": _give_past,
    "seal": _seal,
    "enter": _enter,
    "answer": _answer,
    "read_replica": _read_replica,
    "tap": _tap,
    "keep_private_key": _keep_private_key,
    "keep_service_key": _keep_service_key,
}
