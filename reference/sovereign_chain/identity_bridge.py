"""The bridge between the model `Identity` and a registration centre that certifies, and a node that verifies.

Person p is the p-th legal person, Id d the d-th that the centre has drawn, Key k the k-th pair, Height h a block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.sovereign_chain import identity_world as world_of
from reference.sovereign_chain.identity import Credential, IdMessage
from reference.sovereign_chain.identity_world import CHAIN, Event, IdentityWorld
from reference.sovereign_chain.registration import Entry
from reference.sovereign_chain.rules import Rules

Args = Mapping[str, int]


class IdentityBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are p, q, d, k and h."""

    world: IdentityWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy persons, centre and node. `rigid` has the model's table `dishonest`. InputError for a bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("Person", "Id", "Key", "Height")}
        persons, identities, keys, _ = self._sizes.values()
        dishonest = [p for p, is_dishonest in enumerate(rigid.get("dishonest", [0] * persons)) if is_dishonest]
        self.world = world_of.deploy(
            rules, seed, persons=persons, identities=identities, keys=keys, dishonest=dishonest
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        heights = range(self._sizes["Height"])
        numbers = {identity: d for d, identity in enumerate(world.identities)}
        book = {numbers[identity]: entry for identity, entry in world.centre.book.items()}
        ends = [(d, entry.end.height) for d, entry in book.items() if entry.end is not None and _is_ended(world, entry)]
        taken = [(numbers[each.identity], h, each) for h in heights for each in world.node.messages(h)]
        true: dict[str, list[Index]] = {
            "made": [(p, k) for p, each in enumerate(world.holders) for k in each.keys],
            "issued": [(d,) for d, entry in book.items() if _is_listed(world, entry.credential)],
            "names": [(d, p) for d, entry in book.items() for p in _entered(world, entry)],
            "got": [(numbers[identity], p) for p, each in enumerate(world.holders) for identity in each.wallet],
            "certified": [(d, k) for d, entry in book.items() for k in _certified(world, entry.credential)],
            "withdrawn": [(d,) for d, _ in ends],
            "ended": [(d, h) for d, h in ends if h in heights],
            "closed": [(h,) for h in heights if h < len(world.node.blocks)],
            "taken": [(d, h) for d, h, message in taken if _is_sent(world, message)],
            "forged": [(d, h) for d, h, message in taken if _is_forged(world, message)],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _is_listed(world: IdentityWorld, credential: Credential) -> bool:
    """Whether nodes have the ID as it was issued, where that is certified in a block, too."""
    if world.node.listed.get(credential.identity) != credential:
        return False
    return world.rules.registration != "certified" or _recorded(world, credential.encode(CHAIN))


def _entered(world: IdentityWorld, entry: Entry) -> list[int]:
    """Whose the ID is by the register and, where there is one, by the commitment in the certificate."""
    certified, said = world.rules.registration == "certified", entry.credential.commitment
    return [
        p
        for p, each in enumerate(world.holders)
        if each.number == entry.person and (not certified or said == world.centre.commitment(each.number))
    ]


def _certified(world: IdentityWorld, credential: Credential) -> list[int]:
    if not credential.signed_by(CHAIN, world.node.centre):
        return []
    return [k for k, pair in enumerate(world.keys) if pair.public == credential.public]


def _is_ended(world: IdentityWorld, entry: Entry) -> bool:
    """Whether the centre has signed the end of the ID, which a block has where nodes are to know of it."""
    end = entry.end
    if end is None or end.identity != entry.credential.identity or not end.signed_by(CHAIN, world.node.centre):
        return False
    return world.rules.registration != "certified" or end.encode(CHAIN) in world.node.leaves_at(end.height)


def _is_sent(world: IdentityWorld, message: IdMessage) -> bool:
    """Whether it is what the rules take for sent under its ID."""
    credential = world.node.listed[message.identity]
    return world.rules.registration != "certified" or message.sent_under(CHAIN, credential)


def _is_forged(world: IdentityWorld, message: IdMessage) -> bool:
    return message.identity not in world.holders[world.senders[message.encode(CHAIN)]].wallet


def _recorded(world: IdentityWorld, leaf: bytes) -> bool:
    return any(leaf in world.node.leaves_at(height) for height in range(world.node.height + 1))


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "make_key": lambda a: Event("make_key", a["p"], key=a["k"]),
    "register": lambda a: Event("register", a["p"], identity=a["d"], key=a["k"]),
    "register_as": lambda a: Event("register_as", a["q"], a["p"], a["d"], a["k"]),
    "issue_at_will": lambda a: Event("issue_at_will", a["q"], a["p"], a["d"], a["k"]),
    "withdraw": lambda a: Event("withdraw", identity=a["d"], height=a["h"]),
    "close": lambda a: Event("close", height=a["h"]),
    "send": lambda a: Event("send", a["p"], identity=a["d"], height=a["h"]),
    "send_as": lambda a: Event("send_as", a["q"], identity=a["d"], key=a["k"], height=a["h"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "made": ("Person", "Key"),
    "issued": ("Id",),
    "names": ("Id", "Person"),
    "got": ("Id", "Person"),
    "certified": ("Id", "Key"),
    "withdrawn": ("Id",),
    "ended": ("Id", "Height"),
    "closed": ("Height",),
    "taken": ("Id", "Height"),
    "forged": ("Id", "Height"),
}
