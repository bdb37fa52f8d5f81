"""The bridge between the model `Revocation` and services that really answer from copies of the chain.

User u is the u-th resident, Token x what the x-th sign-in gives, Service v the v-th machine that serves records, and
Height h a slot and all blocks that are made in it. Rights are users' accounts as the platform had them at each height,
their epochs are counted in its blocks, and a token's are its claims.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import jwt

from reference.bridge import Applied, Index, make_event, size
from reference.metering_platform import revocation_world as world_of
from reference.metering_platform.revocation_world import Event, RevocationWorld, name_of
from reference.metering_platform.rules import Rules

Args = Mapping[str, int]


class RevocationBridge:
    """Plays a trace, and says what the bytes amount to. Arguments of actions are u, x, v, t, h, b, o, e and c."""

    world: RevocationWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a platform. `rigid` has the model's table `subject`. Raises InputError for a bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("User", "Token", "Service", "Height", "Count")}
        subject = rigid.get("subject", [0] * self._sizes["Token"])
        users, services = self._sizes["User"], self._sizes["Service"]
        self.world = world_of.deploy(rules, seed, users=users, services=services, subject=subject)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, dict[Index, int]]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        users, numbers, services, heights, _ = (range(each) for each in self._sizes.values())
        states = (*world.complete, world.platform.state)
        changes = world_of.changes(world)
        reached = {(u, h): states[h] if h <= world.tip else None for u, h in product(users, heights)}
        return {
            "tip": {(): world.tip},
            "oldest": {(): world.oldest},
            "earliest": {(): world.earliest},
            "right": {
                (u, h): int(state is not None and state.accounts[name_of(u)].valid) for (u, h), state in reached.items()
            },
            "epoch": {
                (u, h): 0 if state is None else sum(user == u and at < state.height for at, user in changes)
                for (u, h), state in reached.items()
            },
            "minted": {(x,): int(x in world.tokens) for x in numbers},
            "basis": {(x,): _basis(world, x) for x in numbers},
            "stamp": {(x,): _stamp(world, x, changes) for x in numbers},
            "fetched": {(v,): int(world.services[v].state is not None) for v in services},
            "copy": {(v,): _copy(world, v) for v in services},
            "answered": {(v, x): int((world.tip, v, x) in world.answers) for v, x in product(services, numbers)},
        }


def _copy(world: RevocationWorld, service: int) -> int:
    """The last block that the service has: the one that was made when its copy was."""
    copy = world.services[service]
    return 0 if copy.state is None else world.times.index(copy.made) - 1


def _claims(world: RevocationWorld, token: int) -> dict[str, int]:
    claims: dict[str, int] = jwt.decode(world.tokens[token], options={"verify_signature": False})
    return claims


def _basis(world: RevocationWorld, token: int) -> int:
    """The last block that was complete when the token was issued, as it says."""
    return world.times.index(_claims(world, token)["iat"]) - 1 if token in world.tokens else 0


def _stamp(world: RevocationWorld, token: int, changes: Sequence[tuple[int, int]]) -> int:
    """How many changes its user had by the ACL epoch that the token has."""
    if token not in world.tokens:
        return 0
    count = _claims(world, token)["epoch"] - world.epoch
    return sum(user == world.subject[token] for _, user in changes[:count])


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "advance": lambda a: Event("advance", slot=a["t"], other=a["h"], oldest=a["o"], earliest=a["e"]),
    "admit": lambda a: Event("admit", a["u"], slot=a["t"], change=a["c"]),
    "revoke": lambda a: Event("revoke", a["u"], slot=a["t"], change=a["c"]),
    "mint": lambda a: Event("mint", a["u"], a["x"], slot=a["t"], other=a["b"]),
    "fetch": lambda a: Event("fetch", service=a["v"], other=a["h"]),
    "answer": lambda a: Event("answer", token=a["x"], service=a["v"], slot=a["t"]),
}
