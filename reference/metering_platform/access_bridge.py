"""The bridges between the models `Access` and `Register` and a platform that really decides who is answered.

User u is the u-th resident, Meter m the m-th meter, Record r its reading at Height r's slot, Interface i HTTP or the
library call, and Route a reading a record or withdrawing it. What owners have when is what the platform looks up, and
entries of the register are read from its blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

from reference.bridge import Applied, Index, make_event, relation, size
from reference.metering_platform import access_world as world_of
from reference.metering_platform import stage, tokens
from reference.metering_platform.access_world import AccessWorld, Event, meter_name, name_of, start_of
from reference.metering_platform.routing import Denied
from reference.metering_platform.rules import Rules

Args = Mapping[str, int]
Tables = dict[str, dict[Index, int]]


class RegisterBridge:
    """Plays a trace of `Register`, and says what the bytes amount to. Arguments of actions are m, u, t and h."""

    world: AccessWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a platform. `rigid` has the model's table `first`. Raises InputError for a bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("User", "Meter", "Height")}
        first = rigid.get("first", [0] * self._sizes["Meter"])
        self.world = world_of.deploy(rules, seed, users=self._sizes["User"], first=first)

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_OF_REGISTER, action, args))
        return Applied.of(effects)

    def abstract(self) -> Tables:
        """Every state variable of the model, computed from the bytes of this moment."""
        users, meters, heights = (self._sizes[sort] for sort in ("User", "Meter", "Height"))
        entries = _entries(self.world, users)
        before = {
            (m, h): [t for _, meter, t in entries if meter == m and t < h] if h <= self.world.tip else []
            for m, h in product(range(meters), range(heights))
        }
        true = {(u, m, t) for u, m, t in entries if t < heights}
        return {
            **_tenancies(self.world, users, meters, heights),
            "entered": dict(relation((users, meters, heights), true)),
            "moved": {index: int(bool(found)) for index, found in before.items()},
            "last": {index: max(found, default=0) for index, found in before.items()},
        }


class AccessBridge:
    """Plays a trace of `Access`, and says what the bytes amount to. Arguments are u, v, m, r, a, i, t and h."""

    world: AccessWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a platform. `rigid` has the model's tables `first`, `meter`, `time`, `second` and `theirs`.

        Raises InputError for a bad scope, and for more routes than one that are open to who has a meter.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("User", "Meter", "Record", "Route", "Interface", "Height")}

        def table(name: str, sort: str) -> Sequence[int]:
            return rigid.get(name, [0] * self._sizes[sort])

        self.world = world_of.deploy(
            rules,
            seed,
            users=self._sizes["User"],
            first=table("first", "Meter"),
            second=[bool(each) for each in table("second", "Interface")],
            theirs=[bool(each) for each in table("theirs", "Route")],
            meter=table("meter", "Record"),
            time=table("time", "Record"),
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_OF_ACCESS, action, args))
        return Applied.of(effects)

    def abstract(self) -> Tables:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, users, meters = self.world, self._sizes["User"], self._sizes["Meter"]
        numbers = {name_of(u): u for u in range(users)}
        reading = [a for a, is_theirs in enumerate(world.theirs) if is_theirs]
        true: dict[str, set[Index]] = {
            "granted": {
                (numbers[each.giver], numbers[each.user], a, m)
                for m in range(meters) for each in world.grants(m) for a in reading
            },
            "logged_in": {(u,) for u in range(users) if _has_token(world, u)},
            "stored": {(r,) for r, record in world.stored.items() if record in world.platform.state.records},
            "unentitled": set(world.unentitled),
            "trespassed": set(world.trespassed),
            "parted": set(world.parted),
        }  # fmt: skip
        tables = {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], true[name]) for name in true}
        return {**_tenancies(world, users, meters, self._sizes["Height"]), **{n: dict(t) for n, t in tables.items()}}


def _tenancies(world: AccessWorld, users: int, meters: int, heights: int) -> Tables:
    """Who has which meter, now, next and at every height; beyond the present one nothing has changed."""
    numbers: Mapping[Any, int] = {name_of(u): u for u in range(users)}
    tenant: dict[Index, int] = {(m,): numbers[world.present(m)] for m in range(meters)}
    heir: dict[Index, int] = {(m,): u for m, u in world.due}
    times = {(m, h): start_of(h if h <= world.tip else 0) for m, h in product(range(meters), range(heights))}
    had: dict[Index, int] = {(m, h): numbers[world.owner(m, time)] for (m, h), time in times.items()}
    return {"tip": {(): world.tip}, "tenant": tenant, "heir": {**tenant, **heir}, "had": had}


def _entries(world: AccessWorld, users: int) -> list[tuple[int, int, int]]:
    """Who has an entry for which meter in which slot: as the blocks have it, and what is due in the present one."""
    numbers = {name_of(u): u for u in range(users)}
    meters = {meter_name(m): m for m in range(len(world.platform.state.meters))}
    found = [(u, m, world.tip) for m, u in world.due]
    for _, transaction in stage.transactions(world.platform.state):
        if "transfer" in transaction:
            said, last = transaction["transfer"], transaction["transfer"]["intervals"][-1]
            slot = (last["since"] - start_of(0)) // world_of.SLOT - 1
            found.append((numbers[last["owner"]], meters[said["meter"]], slot))
    return found


def _has_token(world: AccessWorld, user: int) -> bool:
    """Whether the resident has a token that was good when it was issued, and names him."""
    if user not in world.tokens:
        return False
    token, at = world.tokens[user]
    try:
        claims = tokens.verify(world.platform.state, token, world_of.SERVICE, at)
    except Denied:
        return False
    return bool(claims["sub"] == name_of(user))


_OF_REGISTER: Mapping[str, Callable[[Args], Event]] = {
    "advance": lambda a: Event("advance", slot=a["t"], other=a["h"]),
    "hand_over": lambda a: Event("hand_over", a["u"], meter=a["m"], slot=a["t"]),
}
_OF_ACCESS: Mapping[str, Callable[[Args], Event]] = {
    **_OF_REGISTER,
    "log_in": lambda a: Event("log_in", a["u"]),
    "grant": lambda a: Event("grant", a["u"], a["v"], a["m"], route=a["a"]),
    "withdraw": lambda a: Event("withdraw", a["u"], a["v"], a["m"], route=a["a"]),
    "store": lambda a: Event("store", record=a["r"]),
    "ask": lambda a: Event("ask", a["u"], record=a["r"], route=a["a"], interface=a["i"]),
    "pry": lambda a: Event("pry", a["u"], record=a["r"], route=a["a"], interface=a["i"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "granted": ("User", "User", "Route", "Meter"),
    "logged_in": ("User",),
    "stored": ("Record",),
    "unentitled": ("User", "Route", "Record"),
    "trespassed": ("User", "Record"),
    "parted": ("User", "Route", "Record"),
}
