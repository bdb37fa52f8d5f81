"""The bridge between the model `UserKeys` and a platform that registers users' keys.

User u is a person with an account for each key, Key k the k-th pair, Replica r the r-th member.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.metering_platform import council
from reference.metering_platform import user_keys_world as world_of
from reference.metering_platform.rules import Rules
from reference.metering_platform.user_keys_world import Event, UserKeysWorld, account_of, counts, ownership

Args = Mapping[str, int]


class UserKeysBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are r, u and k."""

    world: UserKeysWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy members. `rigid` has the model's table `faulty`.

        Raises InputError for a bad scope, and for another bound f than floor((n-1)/3) of n members.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Replica", "User", "Key")}
        members, users, keys = self._sizes.values()
        self.world = world_of.deploy(
            rules,
            seed,
            members=members,
            bound=scope.get("f", (members - 1) // 3),
            users=users,
            keys=keys,
            faulty=[r for r, is_faulty in enumerate(rigid.get("faulty", ())) if is_faulty],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment: all signatures verified anew."""
        world = self.world
        counted = [each for each in world.signed if counts(world, each)]
        true: dict[str, list[Index]] = {
            "has": [*world.has],
            "copied": [(k,) for k in world.copied],
            "vouched": [
                (each.member, each.user, each.key)
                for each in world.letters
                if council.is_by_member(
                    world.state, each.member, "vouch", ownership(world.wallets[each.user][each.key]), each.signature
                )
            ],
            "registered": [
                (u, k)
                for u, wallets in enumerate(world.wallets)
                for k, wallet in enumerate(wallets)
                if (account := world.state.accounts.get(account_of(u, k))) is not None
                and account.signing == wallet.signing.public
            ],
            "signed": [(each.user,) for each in counted if each.by_user],
            "forged": [(each.user,) for each in counted if not each.by_user],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "make_key": lambda a: Event("make_key", a["u"], a["k"]),
    "keep_key": lambda a: Event("keep_key", a["u"], a["k"]),
    "make_another": lambda a: Event("make_another", key=a["k"]),
    "vouch": lambda a: Event("vouch", a["u"], a["k"], a["r"]),
    "vouch_for_anything": lambda a: Event("vouch_for_anything", a["u"], a["k"], a["r"]),
    "register": lambda a: Event("register", a["u"], a["k"]),
    "register_at_will": lambda a: Event("register_at_will", a["u"], a["k"]),
    "sign": lambda a: Event("sign", a["u"], a["k"]),
    "sign_as": lambda a: Event("sign_as", a["u"], a["k"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "has": ("User", "Key"),
    "copied": ("Key",),
    "vouched": ("Replica", "User", "Key"),
    "registered": ("User", "Key"),
    "signed": ("User",),
    "forged": ("User",),
}
