"""The machine `Revocation` with real bytes: users who are blocked and unblocked, their tokens, services with copies.

The right is that of having an account: whoever runs the platform blocks and unblocks users, as the administration goes.
A user has a meter and asks for its reading. Tokens are issued by the last block that is complete, and services that
compare epochs answer by their own copies of the chain.

Time is in seconds. Tokens live as long as ever, and slots begin when those tokens that the model has for good are; what
is older than Delta is the model's choice in each slot, and Delta a number that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from reference.ledger.effects import Effects, Refused
from reference.metering_platform import governing, households, signatures, stage, tokens
from reference.metering_platform.deploy import Founded
from reference.metering_platform.documents import Json
from reference.metering_platform.households import ADMIN
from reference.metering_platform.replica import Replica
from reference.metering_platform.routing import Request
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import PlatformState

SERVICE = "records"
LIFE = tokens.LIFE


@dataclass(frozen=True)
class RevocationWorld:
    """`times` has the first second of each slot up to the present one, and `complete` the platform as it was at the end
    of each before. `delta` is how old a block may be in this slot, in seconds. `records` has each user's reading.

    `epoch` is the ACL epoch that the run begins with, and `answers` history: in which slot which service has answered
    on which token.
    """

    platform: Founded
    subject: tuple[int, ...]
    records: tuple[str, ...]
    services: tuple[Replica, ...]
    epoch: int
    times: tuple[int, ...] = (stage.AT,)
    complete: tuple[PlatformState, ...] = ()
    delta: int = 0
    tokens: Mapping[int, str] = field(default_factory=dict)
    answers: frozenset[tuple[int, int, int]] = frozenset()

    @property
    def tip(self) -> int:
        return len(self.complete)

    @property
    def now(self) -> int:
        return self.times[-1]

    @property
    def oldest(self) -> int:
        """The oldest complete block that is not more than Delta old: a block is made when its slot ends."""
        ages = [self.now - made for made in self.times[1:]]
        return next((block for block, age in enumerate(ages) if age <= self.delta), 0)

    @property
    def earliest(self) -> int:
        """The oldest block by which a token that has not expired can have been issued: in the slot after it."""
        return next((block for block, at in enumerate(self.times[1:]) if self.now < at + LIFE), 0)


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a user, a token, a service, the present slot, another
    block, a change for the user, and the oldest blocks that count for copies and for tokens."""

    action: str
    user: int = 0
    token: int = 0
    service: int = 0
    slot: int = 0
    other: int = 0
    change: int = 0
    oldest: int = 0
    earliest: int = 0


Outcome = tuple[RevocationWorld, Effects]


def name_of(user: int) -> str:
    return f"user-{user}"


def deploy(rules: Rules, seed: int, *, users: int, services: int, subject: Sequence[int]) -> RevocationWorld:
    """So many users, all of them blocked as yet, and services without a copy; a token to come for each subject."""
    founded, records = _founded(rules, seed, users)
    return RevocationWorld(founded, tuple(subject), records, (Replica(),) * services, founded.state.acl_epoch)


@cache
def _founded(rules: Rules, seed: int, users: int) -> tuple[Founded, tuple[str, ...]]:
    founded, records = households.founded(rules, seed, map(name_of, range(users))), list[str]()
    for number in range(users):
        founded = households.metered(founded, f"meter-{number}", name_of(number))
        founded, record = households.done(households.read(founded, f"meter-{number}", stage.AT))
        records.append(record)
        founded, _ = households.done(_governed(founded, "block-user", number, stage.AT))
    return founded, tuple(records)


def _governed(world: Founded, kind: str, user: int, at: int) -> tuple[Founded, Any]:
    """A change of a user's standing: proposed by the administrator, and approved where that is asked for."""
    body: Json = {"kind": kind, "change": {"user": name_of(user)}, "epoch": world.state.governance_epoch}
    world, said = stage.ask(world, ADMIN, "POST", "/proposals", body, at)
    if isinstance(said, Refused) or said["status"] == "done":
        return world, said
    proposal = world.state.proposals[said["proposal"]]
    said = governing.approval(proposal, world.state.rules.administration == "quorum")
    signed = signatures.sign(world.wallets[ADMIN].signing, "approval", said).hex()
    return stage.ask(world, ADMIN, "POST", f"/proposals/{proposal.proposal}/approvals", {"signature": signed}, at)


def step(world: RevocationWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if event.action != "fetch" and event.slot != world.tip:
        return _refuse(world, "slot", "this is not the present slot")
    return _STEPS[event.action](world, event)


def _advance(world: RevocationWorld, event: Event) -> Outcome:
    slot = world.tip
    if event.other != slot + 1:
        return _refuse(world, "slot", "this is not the next slot")
    if not (world.oldest <= event.oldest <= slot and world.earliest <= event.earliest <= slot):
        return _refuse(world, "time", "what is too old does not become young again")
    times = (*world.times, _next_time(world.times, event.earliest))
    delta = times[-1] - times[event.oldest + 1]
    return replace(world, times=times, complete=(*world.complete, world.platform.state), delta=delta), ()


def _next_time(times: Sequence[int], earliest: int) -> int:
    """When the next slot begins, so that tokens issued in the slot after block `earliest` are good, and none before."""
    least = max(times[-1] + 1, times[earliest] + LIFE if earliest > 0 else 0)
    if earliest + 1 == len(times):
        return least + LIFE // 2
    return (least + times[earliest + 1] + LIFE) // 2


def changes(world: RevocationWorld) -> list[tuple[int, int]]:
    """The changes of users' standing on the chain, after those that the run begins with: heights, and users' numbers.

    Each is an ACL epoch of its own.
    """
    numbers = {name_of(number): number for number in range(len(world.records))}
    found = [
        (height, numbers[transaction["enact"][2]["user"]])
        for height, transaction in stage.transactions(world.platform.state)
        if "enact" in transaction
    ]
    return found[len(numbers) :]


def _admit(world: RevocationWorld, event: Event) -> Outcome:
    return _changed(world, event, "unblock-user")


def _revoke(world: RevocationWorld, event: Event) -> Outcome:
    return _changed(world, event, "block-user")


def _changed(world: RevocationWorld, event: Event, kind: str) -> Outcome:
    if event.change != sum(user == event.user for _, user in changes(world)) + 1:
        return _refuse(world, "change", "this is not the user's next change")
    after, said = _governed(world.platform, kind, event.user, world.now)
    return (world, (said,)) if isinstance(said, Refused) else (replace(world, platform=after), ())


def _mint(world: RevocationWorld, event: Event) -> Outcome:
    """The user signs in where the platform is known as it was at the end of the last slot."""
    if event.other != world.tip - 1 or event.token in world.tokens or world.subject[event.token] != event.user:
        return _refuse(world, "token", "the block is not the last one, or the token there or another user's")
    issuer = replace(world.platform, state=world.complete[event.other])
    _, client = stage.program(issuer, name_of(event.user), world.now)
    response = client.sign_in(SERVICE, world.now)
    if response.status != 200:
        return world, (stage.refused(response),)
    return replace(world, tokens={**world.tokens, event.token: client.tokens[SERVICE]}), ()


def _fetch(world: RevocationWorld, event: Event) -> Outcome:
    if not 0 <= event.other < world.tip:
        return _refuse(world, "block", "the block is not complete")
    fetched = world.services[event.service].fetched(world.complete[event.other], world.times[event.other + 1])
    if isinstance(fetched, Refused):
        return world, (fetched,)
    services = (*world.services[: event.service], fetched, *world.services[event.service + 1 :])
    return replace(world, services=services), ()


def _answer(world: RevocationWorld, event: Event) -> Outcome:
    token, user = world.tokens.get(event.token), world.subject[event.token]
    if token is None:
        return _refuse(world, "token", "the user has no such token")
    _, client = stage.program(world.platform, name_of(user), world.now)
    request = client.bearing(Request("GET", f"/records/{world.records[user]}", at=world.now), token)
    response = world.services[event.service].answer(request, world.platform.state, world.delta)
    if response.status != 200:
        return world, (stage.refused(response),)
    return replace(world, answers=world.answers | {(world.tip, event.service, event.token)}), ()


def _refuse(world: RevocationWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[RevocationWorld, Event], Outcome]] = {
    "advance": _advance,
    "admit": _admit,
    "revoke": _revoke,
    "mint": _mint,
    "fetch": _fetch,
    "answer": _answer,
}
