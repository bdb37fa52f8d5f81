"""A platform at its beginning: its members, their nodes, one administrator each, and the keys that they keep.

The users' side of it is `Wallet`: what a user has and the platform does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reference.crypto import sealing
from reference.crypto.randomness import Randomness
from reference.crypto.sealing import SealingPair
from reference.crypto.signing import KeyPair
from reference.ledger.chain import Committee
from reference.metering_platform import passwords
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import Account, Member, MemberKind, PlatformState, Role, Secrets

CHAIN = "metering-platform"
FOUNDERS: tuple[tuple[str, MemberKind], ...] = (
    ("grid", "grid"),
    ("laboratory", "institution"),
    ("regulator", "regulator"),
    ("maker", "supplier"),
)
"""The members of the example: one of each kind, so that one of four nodes may be faulty."""
PASSWORD_COST = 1 << 4
"""scrypt's N in the example, whose passwords are drawn at random."""


@dataclass(frozen=True)
class Wallet:
    """What a user keeps: a password, a key to sign with, a key to open what is sealed to him."""

    user: str
    password: str = field(repr=False)
    signing: KeyPair = field(repr=False)
    sealing: SealingPair = field(repr=False)

    @staticmethod
    def draw(user: str, randomness: Randomness) -> Wallet:
        pair = KeyPair.generate(randomness.child("signing"))
        opening = sealing.key_pair("x25519-aead", randomness.child("sealing"))
        return Wallet(user, randomness.child("password").take(12).hex(), pair, opening)

    def account(self, role: Role, member: str, epoch: int = 0, cost: int = PASSWORD_COST) -> Account:
        """The account that the platform has of this user."""
        salt = Randomness(self.user.encode()).child("salt").take(passwords.SALT_BYTES)
        known = passwords.verifier(self.password, salt, cost)
        return Account(self.user, role, member, known, self.signing.public, self.sealing.public, epoch)


@dataclass(frozen=True)
class Founded:
    """A new platform and what its founders keep: each member's key, and the wallets of users by name."""

    state: PlatformState
    members: Mapping[str, KeyPair]
    wallets: Mapping[str, Wallet]


def deploy(
    rules: Rules,
    seed: int,
    founders: Sequence[tuple[str, MemberKind]] = FOUNDERS,
    users: Sequence[tuple[str, Role, str]] = (),
) -> Founded:
    """A platform of these members, each with a node and an administrator named `admin-<member>`.

    `users` are accounts that there are from the beginning: user, role and member. Raises InputError for fewer members
    than `resilience` asks for.
    """
    count = len(founders)
    bound = (count - 1) // 3
    rules.check_deployment(count, bound)
    stream = Randomness.from_seed(seed)
    nodes = tuple(KeyPair.generate(stream.child("node", name)) for name, _ in founders)
    keys = {name: KeyPair.generate(stream.child("member", name)) for name, _ in founders}
    everybody: list[tuple[str, Role, str]] = [(f"admin-{name}", "admin", name) for name, _ in founders]
    everybody.extend(users)
    wallets = {user: Wallet.draw(user, stream.child("user", user)) for user, _, _ in everybody}
    secrets = Secrets(
        stream.child("platform"),
        nodes,
        stream.child("service secret").take(32),
        stream.child("open data"),
        KeyPair.generate(stream.child("signature server")),
    )
    needed = rules.needed_votes(count, bound)
    publics = tuple(pair.public for pair in nodes)
    committee = Committee(CHAIN, publics, 0, needed, rules.counted, "certificate", rules.rounds)
    members = {name: Member(name, kind, keys[name].public, index) for index, (name, kind) in enumerate(founders)}
    accounts = {user: wallets[user].account(role, member) for user, role, member in everybody}
    state = PlatformState(rules, committee, secrets, PASSWORD_COST, members=members, accounts=accounts)
    return Founded(state, keys, wallets)
