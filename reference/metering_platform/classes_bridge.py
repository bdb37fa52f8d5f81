"""The bridge between the model `Classes` and a platform whose schemas have classes that are really changed.

Replica r is the r-th member, with its administrator; Schema x the x-th schema; Class 0 is class I and Class 1 class II,
the strictest; Record d the d-th record. The way back reads the blocks, and verifies what members have signed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from meterproof.errors import InputError
from reference.bridge import Applied, Index, make_event, relation, size
from reference.metering_platform import classes_world as world_of
from reference.metering_platform import signatures, stage
from reference.metering_platform.classes_world import CLASSES, ClassesWorld, Event
from reference.metering_platform.rules import Rules

Args = Mapping[str, int]


class ClassesBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are r, x, k and d."""

    world: ClassesWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a fresh platform. `rigid` has the model's tables: `faulty`, `listed`, `original`, `strictest`,
        `lawful`, `schema`.

        Raises InputError for a bad scope: there are two classes, and the platform's bound on faulty members is
        floor((n-1)/3).
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Replica", "Schema", "Class", "Record")}
        members, schemas, classes, records = self._sizes.values()
        if classes != len(CLASSES) or rigid.get("strictest", [1])[0] != 1:
            raise InputError(f"there are no {classes} classes of records", allowed="Class=2, the second strictest")
        if scope.get("f", (members - 1) // 3) != (members - 1) // 3:
            raise InputError("the platform allows for floor((n-1)/3) faulty members", allowed=f"f={(members - 1) // 3}")
        original = rigid.get("original", [0] * schemas)
        listed = [original[x] if named else None for x, named in enumerate(rigid.get("listed", [0] * schemas))]
        lawful = rigid.get("lawful", [0] * schemas * classes)
        self._original = [1 if each is None else each for each in listed]
        self.world = world_of.deploy(
            rules,
            seed,
            members,
            faulty=[r for r, is_faulty in enumerate(rigid.get("faulty", [0] * members)) if is_faulty],
            listed=listed,
            lawful=[(x, k) for x in range(schemas) for k in range(classes) if lawful[x * classes + k]],
            types=rigid.get("schema", [0] * records),
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, dict[Index, int]]:
        """Every state variable of the model, computed from the bytes of this moment."""
        present, lowered = self._changes()
        world = self.world
        true: dict[str, list[Index]] = {
            "lowered": lowered,
            "approved": [about for about in world.consents if _is_signed(world, *about)],
            "stored": [(d,) for d in self._stored()],
            "disclosed": [(d,) for d, data in world_of.disclosed(world).items() if world_of.record_number(data) == d],
            "learnt": [(world_of.record_number(data),) for data in world.learnt.values()],
        }
        tables: dict[str, dict[Index, int]] = {
            name: dict(relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name]))) for name in true
        }
        return {**tables, "class_of": {(x,): k for x, k in enumerate(present)}}

    def _changes(self) -> tuple[list[int], list[Index]]:
        """The schemas' classes, and what was lowered on the way: by the blocks."""
        numbers, present = {name: x for x, name in enumerate(self.world.schemas)}, list(self._original)
        lowered = list[Index]()
        for _, each in stage.transactions(self.world.platform.state):
            if "class" in each:
                schema, to = each["class"]
            elif "enact" in each:
                schema, to = each["enact"][2]["schema"], each["enact"][2]["class"]
            else:
                continue
            x, k = numbers[schema], CLASSES.index(to)
            if k < present[x]:
                lowered.append((x, k))
            present[x] = k
        return present, lowered

    def _stored(self) -> list[int]:
        number = {name: d for d, name in self.world.records.items()}
        blocks = stage.transactions(self.world.platform.state)
        return [number[each["store"]["record"]["record"]] for _, each in blocks if "store" in each]


def _is_signed(world: ClassesWorld, member: int, schema: int, security: int) -> bool:
    public = world.platform.state.accounts[world_of.admin(member)].signing
    said = world_of.consent(world, schema, security)
    return signatures.verifies(public, "consent", said, world.consents[member, schema, security])


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "approve": lambda a: Event("approve", a["x"], a["k"], a["r"]),
    "approve_anything": lambda a: Event("approve_anything", a["x"], a["k"], a["r"]),
    "lower": lambda a: Event("lower", a["x"], a["k"]),
    "lower_at_will": lambda a: Event("lower_at_will", a["x"], a["k"]),
    "tighten": lambda a: Event("tighten", a["x"], a["k"]),
    "store": lambda a: Event("store", a["x"], record=a["d"]),
    "store_as_class_one": lambda a: Event("store_as_class_one", a["x"], record=a["d"]),
    "declassify": lambda a: Event("declassify", a["x"], record=a["d"]),
    "read": lambda a: Event("read", record=a["d"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "lowered": ("Schema", "Class"),
    "approved": ("Replica", "Schema", "Class"),
    "stored": ("Record",),
    "disclosed": ("Record",),
    "learnt": ("Record",),
}
