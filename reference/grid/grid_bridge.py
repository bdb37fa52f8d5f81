"""The bridge between the model `Grid` and chains, meters, nodes and residents with real bytes.

User u is the u-th resident, Chain c the c-th service chain, Node n the n-th node of the platform, Height h a slot and
the blocks of it, and Record r a reading of the r-th kWh. The way back decodes what is on the wire and in blocks, and
opens what is sealed to the platform.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

from reference.bc_ami.messages import Envelope, Transaction
from reference.bc_ami.rules import SignatureScope
from reference.bridge import Applied, Index, make_event, relation, size
from reference.grid import grid_world as world_of
from reference.grid.grid_answers import ACCESS, is_denied
from reference.grid.grid_state import About, GridWorld, Wired, draft_of, meter_name, record_with, user_name
from reference.grid.grid_world import Event
from reference.grid.rules import Rules
from reference.metering_platform import tokens
from reference.metering_platform.routing import Denied

Args = Mapping[str, int]
Tables = dict[str, dict[Index, int]]
SORTS = ("User", "Meter", "Key", "Record", "Chain", "Node", "Edition", "Height")


class GridBridge:
    """Plays a trace of `Grid`, and says what the bytes amount to.

    Arguments of actions are u, m, j, k, r, c, n, v, b, t and h.
    """

    world: GridWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a fresh grid. `rigid` has the model's tables `first`, `meter`, `time`, `service`, `original`,
        `permits` and `oldest`. Raises InputError for a bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in SORTS}
        records, editions = self._sizes["Record"], self._sizes["Edition"]

        def table(name: str, length: int, default: int = 0) -> Sequence[int]:
            return rigid.get(name, [default] * length)

        allowed = table("permits", editions * records, 1)
        about = zip(*(table(name, records) for name in ("meter", "time", "service")), strict=True)
        self.world = world_of.deploy(
            rules,
            seed,
            users=self._sizes["User"],
            first=table("first", self._sizes["Meter"]),
            records=[About(*each) for each in about],
            chains=self._sizes["Chain"],
            nodes=self._sizes["Node"],
            permits=[[bool(allowed[v * records + r]) for r in range(records)] for v in range(editions)],
            original=table("original", 1)[0],
            oldest=table("oldest", self._sizes["Height"]),
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> Tables:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        true: dict[str, set[Index]] = {
            **_of_keys(world, self._sizes["Key"]),
            **_of_chains(world, self._sizes["Key"]),
            **_of_residents(world, self._sizes["User"]),
        }
        relations: Tables = {
            name: dict(relation([self._sizes[sort] for sort in sorts], true[name])) for name, sorts in _DOMAINS.items()
        }
        return {**_tenancies(world, self._sizes), **_law(world, self._sizes["Height"]), **_seen(world), **relations}


def _of_keys(world: GridWorld, keys: int) -> dict[str, set[Index]]:
    label = {world.pair(k).public: k for k in range(keys)}
    meters = {each.hid: m for m, each in enumerate(world.meters)}
    return {
        "made": {(m, label[public]) for m, each in enumerate(world.meters) for public in each.party.made},
        "known": {(label[pair.public],) for pair in world.known},
        "valid": {(meters[hid], label[key.public]) for hid, key in world.keys.draft.valid},
        "key_by": {
            (meters[hid], label[key.public], h)
            for h, app in enumerate(world.keys.apps[1:])
            for hid, key in app.valid
        },
    }  # fmt: skip


def _of_chains(world: GridWorld, keys: int) -> dict[str, set[Index]]:
    """What is on the wire and in blocks, with the keys under which it verifies."""
    publics, scope = [world.pair(k).public for k in range(keys)], world.deployed.parts.bc_ami.signature_scope

    def under(each: Wired) -> Iterator[tuple[int, int]]:
        for k, public in enumerate(publics):
            if _verifies(each, scope, public):
                yield world.record_of(each), k

    counted = {(r, c, h, k) for c, h, each in _counted(world) for r, k in under(each)}
    return {
        "emitted": {(r,) for made in world.made for each in made for r, _ in under(each)},
        "signed": {pair for each in world.wire for pair in under(each)},
        "keys_fetched": {(c,) for c, each in enumerate(world.services) if each.keys.covers >= 0},
        "final": {(r, c, h) for r, c, h, _ in counted},
        "under": {(r, c, k) for r, c, _, k in counted},
    }


def _counted(world: GridWorld) -> Iterator[tuple[int, int, Wired]]:
    """All reports in blocks of service chains, with chain and slot; those of the present slot too."""
    for c, each in enumerate(world.services):
        blocks = [*((sealed.slot, sealed.final.block.leaves) for sealed in each.sealed), (world.slot, each.leaves)]
        domain = each.opened.contract.chain
        for slot, leaves in blocks:
            for leaf in leaves:
                yield c, slot, Wired(domain, Envelope.decode(domain, leaf).transaction)


@lru_cache(maxsize=1 << 12)
def _verifies(each: Wired, scope: SignatureScope, public: bytes) -> bool:
    return Transaction.decode(each.domain, each.data).verifies(each.domain, scope, public)


def _of_residents(world: GridWorld, users: int) -> dict[str, set[Index]]:
    laws = [*world.law.apps[1:], world.law.draft]
    return {
        "denied": {(u, h) for h, law in enumerate(laws) for u in range(users) if is_denied(world, law, u)},
        "law_fetched": {(n,) for n, each in enumerate(world.nodes) if each.law.covers >= 0},
        "taken": {
            (n, record_with(row.kwh))
            for n, each in enumerate(world.nodes)
            for rows in each.platform.rows.values()
            for row in rows
        },
        "admitted": {(u, m) for u, m in world.tokens if _has_token(world, u, m)},
        "shown": {(u, record_with(row.kwh)) for u, row in world.shown},
    }


def _has_token(world: GridWorld, user: int, meter: int) -> bool:
    """Whether the token was good when it was issued and names the user; and his meter, where tokens say that."""
    token, at = world.tokens[user, meter]
    try:
        claims = tokens.verify(world.issuer, token, ACCESS, at)
    except Denied:
        return False
    owns = world.issuer.rules.permissions != "in-token" or meter_name(meter) in claims["owns"]
    return bool(claims["sub"] == user_name(user)) and owns


def _tenancies(world: GridWorld, sizes: Mapping[str, int]) -> Tables:
    """Who has which meter, now, next and at every height; beyond the present one nothing has changed."""
    number = {user_name(u): u for u in range(sizes["User"])}
    register = {m: world.law.draft.tenancies[meter_name(m)] for m in range(sizes["Meter"])}
    tenant: dict[Index, int] = {(m,): number[each.owner or ""] for m, each in register.items()}
    times = {h: world.plan.time(h if h <= world.slot else 0) for h in range(sizes["Height"])}
    had: dict[Index, int] = {
        (m, h): number[register[m].owner_at(time) or ""] for m, (h, time) in product(register, times.items())
    }
    heir: dict[Index, int] = {(m,): u for m, u in world.due}
    return {"tip": {(): world.slot}, "tenant": tenant, "heir": {**tenant, **heir}, "had": had}


def _law(world: GridWorld, heights: int) -> Tables:
    chain = world.law.draft
    held: dict[Index, int] = {(h,): draft_of(chain.edition(h if h <= world.slot else 0)) for h in range(heights)}
    return {"law": held}


def _seen(world: GridWorld) -> Tables:
    """The last block that each checkpoint covers; the first one where there is none."""
    keys: dict[Index, int] = {(c,): max(each.keys.covers, 0) for c, each in enumerate(world.services)}
    law: dict[Index, int] = {(n,): max(each.law.covers, 0) for n, each in enumerate(world.nodes)}
    return {"keys_seen": keys, "law_seen": law}


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "advance": lambda a: Event("advance", slot=a["t"], other=a["h"], edition=a["v"]),
    "hand_over": lambda a: Event("hand_over", a["u"], meter=a["m"], slot=a["t"]),
    **{
        name: lambda a, name=name: Event(name, meter=a["m"], key=a["k"])  # type: ignore[misc]
        for name in ("make", "install", "revoke", "copy_key")
    },
    "take_over": lambda a: Event("take_over", meter=a["m"], copied=a["j"], key=a["k"]),
    "generate_key": lambda a: Event("generate_key", key=a["k"]),
    "emit": lambda a: Event("emit", meter=a["m"], key=a["k"], record=a["r"], slot=a["t"]),
    "forge": lambda a: Event("forge", record=a["r"], key=a["k"]),
    "fetch_keys": lambda a: Event("fetch_keys", chain=a["c"], other=a["b"]),
    "include": lambda a: Event(
        "include", meter=a["m"], key=a["k"], record=a["r"], chain=a["c"], slot=a["h"]
    ),
    "deny": lambda a: Event("deny", a["u"], slot=a["t"]),
    "pardon": lambda a: Event("pardon", a["u"], slot=a["t"]),
    "fetch_law": lambda a: Event("fetch_law", node=a["n"], other=a["b"]),
    "take": lambda a: Event("take", node=a["n"], record=a["r"], chain=a["c"], other=a["h"]),
    "inject": lambda a: Event("inject", node=a["n"], record=a["r"]),
    "substitute": lambda a: Event("substitute", node=a["n"], record=a["r"]),
    "log_in": lambda a: Event("log_in", a["u"], meter=a["m"]),
    "show": lambda a: Event("show", a["u"], node=a["n"], record=a["r"], meter=a["m"]),
}  # fmt: skip
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "made": ("Meter", "Key"),
    "known": ("Key",),
    "valid": ("Meter", "Key"),
    "key_by": ("Meter", "Key", "Height"),
    "emitted": ("Record",),
    "signed": ("Record", "Key"),
    "keys_fetched": ("Chain",),
    "final": ("Record", "Chain", "Height"),
    "under": ("Record", "Chain", "Key"),
    "denied": ("User", "Height"),
    "law_fetched": ("Node",),
    "taken": ("Node", "Record"),
    "admitted": ("User", "Meter"),
    "shown": ("User", "Record"),
}
