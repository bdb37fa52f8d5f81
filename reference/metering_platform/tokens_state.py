"""The parties of `Tokens`: a platform with readings and who may read them, tokens by what they say, and an adversary.

The services are those that give a reading away: that of records, and that of residents' own data. Rights do not change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from meterproof.errors import InputError
from reference.metering_platform import households, stage
from reference.metering_platform.deploy import Founded
from reference.metering_platform.documents import Json
from reference.metering_platform.households import READER
from reference.metering_platform.routing import Request
from reference.metering_platform.rules import Rules

OWNER = "owner"
SERVICES = ("records", "residents")
Algorithm = Literal["none", "HS256", "RS256"]


@dataclass(frozen=True)
class Token:
    """All that a token of the model says: numbers of users, of a service and of a key, and an algorithm."""

    subject: int
    bound: int
    audience: int
    algorithm: Algorithm
    key: int


@dataclass(frozen=True)
class TokensWorld:
    """`pair` says of each key whether it is the issuer's pair, or the secret that services share. `calls` has each
    call's record. `browsers` has tokens that were issued, `got` those that the adversary has, `known` what it knows of
    shared secrets, `wire` what was sent: by token, service and call.

    `answers` and `repeated` are history: what services have answered, and which calls more than once.
    """

    platform: Founded
    tokens: tuple[Token, ...]
    pair: tuple[bool, ...]
    calls: tuple[int, ...]
    records: tuple[str, ...]
    compromised: frozenset[int]
    crooked: frozenset[int]
    at: int = stage.AT + 100
    browsers: Mapping[int, str] = field(default_factory=dict)
    got: Mapping[int, str] = field(default_factory=dict)
    known: Mapping[int, bytes] = field(default_factory=dict)
    wire: Mapping[tuple[int, int, int], Request] = field(default_factory=dict)
    answers: frozenset[tuple[int, int, int]] = frozenset()
    repeated: frozenset[tuple[int, int]] = frozenset()


def name_of(user: int) -> str:
    return f"user-{user}"


def deploy(
    rules: Rules,
    seed: int,
    *,
    may: Sequence[Sequence[bool]],
    said: Sequence[Token],
    pair: Sequence[bool],
    calls: Sequence[int],
    compromised: Collection[int],
    crooked: Collection[int],
) -> TokensWorld:
    """A platform with a record for each entry of a row of `may`, whose rows are by user; `calls` are for records.

    Raises InputError for two key pairs or two shared secrets: the platform has one of each.
    """
    if len({*pair}) < len(pair):
        raise InputError("two keys are of one kind", allowed="a key pair and a shared secret, as the platform has")
    readable = tuple(tuple(bool(each) for each in row) for row in may)
    founded, records = _founded(rules, seed, readable)
    return TokensWorld(
        founded, tuple(said), tuple(pair), tuple(calls), records, frozenset(compromised), frozenset(crooked)
    )


@cache
def _founded(rules: Rules, seed: int, may: tuple[tuple[bool, ...], ...]) -> tuple[Founded, tuple[str, ...]]:
    founded, records = households.founded(rules, seed, [*map(name_of, range(len(may))), OWNER]), list[str]()
    for number in range(len(may[0])):
        founded = households.metered(founded, f"meter-{number}", OWNER)
        founded, record = households.done(households.read(founded, f"meter-{number}", stage.AT))
        records.append(record)
        for user, row in enumerate(may):
            if row[number]:
                given: Json = {"user": name_of(user), "resource": record}
                founded, _ = households.done(stage.ask(founded, READER, "POST", "/grants", given))
    return founded, tuple(records)
