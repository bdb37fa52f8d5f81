"""The bridge between the model `Redaction` and records with real commitments, openings and signatures.

Record r is the r-th meter's record, Value v the v-th thing that a field can say. Secret fields of the model are those
that may be left out, others those that may not, in their order, so that there are two of the one kind and three of the
other at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.crypto import signing
from reference.sovereign_chain import redaction_world as world_of
from reference.sovereign_chain.records import FIELDS, OriginsRecord, ShownRecord, content_of, opened_fault
from reference.sovereign_chain.redaction_world import CHAIN, Event, RedactionWorld, value_of
from reference.sovereign_chain.rules import Rules

Args = Mapping[str, int]


class RedactionBridge:
    """Plays a model's trace on records, and says what their bytes amount to. Arguments of actions are r, x and v."""

    world: RedactionWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh meters and nodes. `rigid` has the model's tables: `reads`, `secret` and `crooked`.

        Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Record", "Field", "Value")}
        records, fields, values = self._sizes.values()
        reads = rigid.get("reads", [0] * (records * fields))
        self.world = world_of.deploy(
            rules,
            seed,
            secret=[bool(each) for each in rigid.get("secret", [0] * fields)],
            reads=[[reads[r * fields + x] for x in range(fields)] for r in range(records)],
            values=values,
            crooked=[r for r, is_crooked in enumerate(rigid.get("crooked", [0] * records)) if is_crooked],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        records = range(len(world.held))
        true: dict[str, list[Index]] = {
            "sent": [(r,) for r in records if _sent(world, r)],
            "shows": [(r, *shown) for r in records for shown in _shown(world, r)],
            "drafted": [(r,) for r in world.wire],
            "accepted": [(r,) for r, entry in world.blocks.items() if world.fault(r, entry) is None],
            "learnt": [
                (r, world.names.index(name)) for r, name, value in world.known if world.held[r].content[name] == value
            ],
            "told": [(r, x) for r in records for x in _told(world, r)],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _sent(world: RedactionWorld, record: int) -> bool:
    has = world.origins[record].record
    return has is not None and signing.verify(world.meters[has.meter], has.signed_part(CHAIN), has.signature)


def _told(world: RedactionWorld, record: int) -> list[int]:
    origin = world.origins[record]
    commitments = origin.record.commitments if origin.record is not None else ()
    opened = [each.field for each in origin.told if each.commitment(CHAIN) == commitments[FIELDS.index(each.field)]]
    return [world.names.index(name) for name in opened if name in world.names]


def _shown(world: RedactionWorld, record: int) -> Iterator[Index]:
    """Fields and values that the record's block shows, or is made to show before it is broadcast."""
    entry = world.wire.get(record, world.origins[record].entry())
    if world.rules.redaction == "origins-word":
        said = OriginsRecord.decode(CHAIN, entry)
        assert signing.verify(world.nodes[said.origin], said.signed_part(CHAIN), said.signature)
    elif opened_fault(CHAIN, ShownRecord.decode(CHAIN, entry), world.meters) is not None:
        return
    for name, value in content_of(CHAIN, world.rules, entry).items():
        if name in world.names:
            values = [value_of(name, number) for number in range(world.values)]
            yield world.names.index(name), values.index(value)


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "report": lambda a: Event("report", a["r"]),
    "desensitise": lambda a: Event("desensitise", a["r"]),
    "put": lambda a: Event("put", a["r"], a["x"], a["v"]),
    "draft": lambda a: Event("draft", a["r"]),
    "accept": lambda a: Event("accept", a["r"]),
    "read": lambda a: Event("read", a["r"], a["x"]),
    "guess": lambda a: Event("guess", a["r"], a["x"]),
    "tell": lambda a: Event("tell", a["r"], a["x"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "sent": ("Record",),
    "shows": ("Record", "Field", "Value"),
    "drafted": ("Record",),
    "accepted": ("Record",),
    "learnt": ("Record", "Field"),
    "told": ("Record", "Field"),
}
