"""The bridge between the model `Documents` and texts that are really parsed, signed and verified.

Parser 0 takes the first value of a key that comes twice, Parser 1 the last; Text x is the x-th text, Content t the t-th
table, Issuer i the i-th institution. The way back verifies signatures, and parses again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.metering_platform import documents_world as world_of
from reference.metering_platform.documents_world import DocumentsWorld, Event
from reference.metering_platform.rules import Rules

Args = Mapping[str, int]


class DocumentsBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are p, i, x and t."""

    world: DocumentsWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a fresh platform. `rigid` has the model's tables `reads`, `library`, `canonical`, `dishonest`.

        Raises InputError for a bad scope, and for parsers that read as no real ones do.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Parser", "Issuer", "Text", "Content")}
        parsers, issuers, texts, tables = self._sizes.values()
        canonical = rigid.get("canonical", list(range(tables)))
        reads = rigid.get("reads", [canonical.index(x) if x in canonical else 0 for x in range(texts)] * parsers)
        self.world = world_of.deploy(
            rules,
            seed,
            library=rigid.get("library", [0] * issuers),
            dishonest=[i for i, lies in enumerate(rigid.get("dishonest", [0] * issuers)) if lies],
            reads=[reads[p * texts : (p + 1) * texts] for p in range(parsers)],
            canonical=canonical,
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, issuers, texts = self.world, range(self._sizes["Issuer"]), range(self._sizes["Text"])
        true: dict[str, list[Index]] = {
            "offered": [(x,) for x in world.offered],
            "meant": [
                (i, t, x)
                for i, t, x in world.meant
                if world_of.verifies(world, i, x)
                and world_of.number_of(world_of.found_in(world, world.library[i], x)) == t
            ],
            "signed": [(i, x) for i in issuers for x in texts if world_of.verifies(world, i, x)],
            "taken": [
                about
                for about in world.taken
                if world_of.number_of(world_of.found_in(world, about[0], about[2])) == about[3]
            ],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "write": lambda a: Event("write", a["x"], a["i"], a["t"]),
    "offer": lambda a: Event("offer", a["x"]),
    "approve": lambda a: Event("approve", a["x"], a["i"], a["t"]),
    "sign_anything": lambda a: Event("sign_anything", a["x"], a["i"]),
    "take": lambda a: Event("take", a["x"], a["i"], a["t"], a["p"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "offered": ("Text",),
    "meant": ("Issuer", "Content", "Text"),
    "signed": ("Issuer", "Text"),
    "taken": ("Parser", "Issuer", "Text", "Content"),
}
