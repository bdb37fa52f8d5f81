"""The machine `UserKeys` with real bytes: users' key pairs, members who vouch for them, and an administrator.

A user has an account for each of his keys, so that all that are registered count as his. A member that has seen him
sign with a key vouches for it in a letter, and approves of its registration whenever that is proposed. The pairs are
drawn in advance; who has which is in the world. The corrupted members vouch for anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache

from reference.crypto.randomness import Randomness
from reference.ledger.effects import Effects, Refused
from reference.metering_platform import council, governing, signatures
from reference.metering_platform.council import OPERATOR, admin_of
from reference.metering_platform.deploy import Founded, Wallet
from reference.metering_platform.documents import Json
from reference.metering_platform.issuing import user_body
from reference.metering_platform.routes.residents import accepted
from reference.metering_platform.rules import Rules
from reference.metering_platform.stage import ask
from reference.metering_platform.state import PlatformState, Proposal

AT = 1_700_000_000


@dataclass(frozen=True)
class Letter:
    """A member's signature that a key is a user's."""

    member: int
    user: int
    key: int
    signature: bytes


@dataclass(frozen=True)
class Signed:
    """A statement that bears a signature as the user's. `by_user` is history: who really made it."""

    user: int
    key: int
    signature: bytes
    by_user: bool


@dataclass(frozen=True)
class UserKeysWorld:
    """`has` is which user has which private key, `copied` which of them a dishonest administrator has."""

    founded: Founded
    faulty: frozenset[int]
    members: int
    users: int
    wallets: tuple[tuple[Wallet, ...], ...]
    """By user and key, the same pair under the name of the account that it would be for."""
    has: frozenset[tuple[int, int]] = frozenset()
    copied: frozenset[int] = frozenset()
    letters: frozenset[Letter] = frozenset()
    signed: frozenset[Signed] = frozenset()

    @property
    def state(self) -> PlatformState:
        return self.founded.state

    @property
    def keys(self) -> int:
        return len(self.wallets[0])


@dataclass(frozen=True)
class Event:
    """An action of the model by its name: on a user, a key, a member."""

    action: str
    user: int = 0
    key: int = 0
    member: int = 0


Outcome = tuple[UserKeysWorld, Effects]


def deploy(
    rules: Rules, seed: int, *, members: int, bound: int, users: int, keys: int, faulty: Collection[int] = ()
) -> UserKeysWorld:
    """Members, and users who have no key yet. Raises InputError for another bound than floor((n-1)/3)."""
    founded = council.founded(rules, seed, members, bound)
    return UserKeysWorld(founded, frozenset(faulty), members, users, _wallets(seed, users, keys))


@cache
def _wallets(seed: int, users: int, keys: int) -> tuple[tuple[Wallet, ...], ...]:
    drawn = [Wallet.draw(f"key {k}", Randomness.from_seed(seed).child("key", k)) for k in range(keys)]
    return tuple(tuple(replace(each, user=account_of(u, k)) for k, each in enumerate(drawn)) for u in range(users))


def step(world: UserKeysWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if event.user not in range(world.users) or event.key not in range(world.keys):
        return _refuse(world, "key", "there is no such user or key")
    if event.member not in range(world.members):
        return _refuse(world, "member", "there is no such member")
    return _STEPS[event.action](world, event)


def account_of(user: int, key: int) -> str:
    return f"user-{user}-{key}"


def ownership(wallet: Wallet) -> Json:
    """What a user signs to show that the keys of this wallet are his, and a member that they are."""
    return governing.possession(wallet.user, wallet.signing.public, wallet.sealing.public)


def acceptance(user: int, key: int) -> Json:
    """What is signed as the user's: that he takes over a meter."""
    return accepted("m-1", account_of(user, key), AT)


def counts(world: UserKeysWorld, signed: Signed) -> bool:
    """Whether the signature verifies under the key that the platform has of the account."""
    account = world.state.accounts.get(account_of(signed.user, signed.key))
    said = acceptance(signed.user, signed.key)
    return account is not None and signatures.verifies(account.signing, "acceptance", said, signed.signature)


def _make_key(world: UserKeysWorld, event: Event) -> Outcome:
    if _is_made(world, event.key):
        return _refuse(world, "key", "the key is drawn already")
    return replace(world, has=world.has | {(event.user, event.key)}), ()


def _make_another(world: UserKeysWorld, event: Event) -> Outcome:
    if _is_made(world, event.key):
        return _refuse(world, "key", "the key is drawn already")
    return replace(world, copied=world.copied | {event.key}), ()


def _keep_key(world: UserKeysWorld, event: Event) -> Outcome:
    if world.state.rules.user_keys == "user-made":
        return _refuse(world, "user_keys", "the administrator has never had the user's private key", "ZD-C16")
    if (event.user, event.key) not in world.has or event.key in world.copied:
        return _refuse(world, "key", "the key is not made for the user, or kept already")
    return replace(world, copied=world.copied | {event.key}), ()


def _is_made(world: UserKeysWorld, key: int) -> bool:
    return key in world.copied or any(each == key for _, each in world.has)


def _vouch(world: UserKeysWorld, event: Event) -> Outcome:
    """The member has the user sign, and looks whether the key verifies it."""
    wallet = world.wallets[event.user][event.key]
    shown = signatures.sign(wallet.signing, "possession", ownership(wallet)) if _has(world, event) else bytes(64)
    if event.member in world.faulty:
        return _refuse(world, "corruption", "the member is corrupted")
    if not signatures.verifies(wallet.signing.public, "possession", ownership(wallet), shown):
        return _refuse(world, "user_keys", "the user has not shown that the key is his", "ZD-C16")
    return _vouched(world, event)


def _vouch_for_anything(world: UserKeysWorld, event: Event) -> Outcome:
    if event.member not in world.faulty:
        return _refuse(world, "corruption", "the member is correct", "ZD-C16")
    return _vouched(world, event)


def _vouched(world: UserKeysWorld, event: Event) -> Outcome:
    if council.is_central(world.state.rules):
        return _refuse(world, "administration", "members are not asked", "ZD-C16")
    pair = world.founded.wallets[admin_of(event.member)].signing
    said = ownership(world.wallets[event.user][event.key])
    letter = Letter(event.member, event.user, event.key, signatures.sign(pair, "vouch", said))
    if letter in world.letters:
        return _refuse(world, "member", "the member has vouched already")
    return replace(world, letters=world.letters | {letter}), ()


def _register(world: UserKeysWorld, event: Event) -> Outcome:
    """An honest administrator enters what he has made for the user, or the user shows; members, what they vouch for."""
    rules = world.state.rules
    if rules.user_keys == "admin-made" and council.is_central(rules) and not _has(world, event):
        return _refuse(world, "user_keys", "the user has no such key", "ZD-C16")
    about = [each.member for each in world.letters if (each.user, each.key) == (event.user, event.key)]
    return _registered(world, event, sorted(about), shown=_has(world, event))


def _register_at_will(world: UserKeysWorld, event: Event) -> Outcome:
    if event.key not in world.copied:
        return _refuse(world, "key", "the administrator has no such key", "ZD-C16")
    return _registered(world, event, [], shown=True)


def _registered(world: UserKeysWorld, event: Event, members: list[int], *, shown: bool) -> Outcome:
    """The key is shown by whoever has it, where that is asked; the members approve."""
    wallet, rules = world.wallets[event.user][event.key], world.state.rules
    name: Json = {"name": f"Person {event.user}", "address": "Main Street"}
    body = user_body(rules, wallet, "resident", "", name)
    if rules.user_keys == "user-made" and not shown:
        body["possession"] = bytes(64).hex()
    founded, answer = ask(world.founded, OPERATOR, "POST", "/users", body)
    if isinstance(answer, Refused):
        return world, (answer,)
    if answer["proposal"] is not None:
        proposal: Proposal = founded.state.proposals[answer["proposal"]]
        signed = [(member, council.signature_for(founded, member, proposal)) for member in members]
        founded, refusal = council.approved(founded, proposal.proposal, signed)
        if refusal is not None:
            return world, (refusal,)
    return replace(world, founded=founded), ()


def _sign(world: UserKeysWorld, event: Event) -> Outcome:
    if not _has(world, event) or any(each.user == event.user and each.by_user for each in world.signed):
        return _refuse(world, "key", "the user has no such key, or has signed already")
    return _signed(world, event, by_user=True)


def _sign_as(world: UserKeysWorld, event: Event) -> Outcome:
    if event.key not in world.copied:
        return _refuse(world, "key", "the administrator has no such key", "ZD-C16")
    return _signed(world, event, by_user=False)


def _signed(world: UserKeysWorld, event: Event, *, by_user: bool) -> Outcome:
    pair = world.wallets[event.user][event.key].signing
    signature = signatures.sign(pair, "acceptance", acceptance(event.user, event.key))
    statement = Signed(event.user, event.key, signature, by_user)
    if not counts(world, statement):
        return _refuse(world, "user_keys", "the key is not registered as the user's", "ZD-C16")
    return replace(world, signed=world.signed | {statement}), ()


def _has(world: UserKeysWorld, event: Event) -> bool:
    return (event.user, event.key) in world.has


def _refuse(world: UserKeysWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[UserKeysWorld, Event], Outcome]] = {
    "make_key": _make_key,
    "keep_key": _keep_key,
    "make_another": _make_another,
    "vouch": _vouch,
    "vouch_for_anything": _vouch_for_anything,
    "register": _register,
    "register_at_will": _register_at_will,
    "sign": _sign,
    "sign_as": _sign_as,
}
