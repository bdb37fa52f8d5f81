"""The bridge between the model `Queries` and devices that confirm, answer and are asked, with real signatures.

Replica r is the r-th device, version v the v-th record, query q the question with this number. Who had signed for a
record when it became final is in its certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.edge_keys import queries_world as world_of
from reference.edge_keys.latest import SHOWN
from reference.edge_keys.queries_world import QueriesWorld
from reference.edge_keys.rules import Rules

Args = Mapping[str, int]


class QueriesBridge:
    """Plays a model's trace on devices, and says what their bytes amount to. Arguments are q, r and v."""

    world: QueriesWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh devices.

        `rigid` has the model's table `faulty`, 0 or 1 for each device. `scope` may give the bound `f`, by default
        floor((n-1)/3). Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Replica", "Version", "Query")}
        n = self._sizes["Replica"]
        self.world = world_of.deploy(
            rules,
            n,
            scope.get("f", (n - 1) // 3),
            self._sizes["Version"],
            self._sizes["Query"],
            seed,
            [device for device, is_faulty in enumerate(rigid.get("faulty", [0] * n)) if is_faulty],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action or argument that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        versions, questions = range(self._sizes["Version"]), range(self._sizes["Query"])
        asked = [(q, question) for q in questions if (question := world.asked(q)) is not None]
        true: dict[str, list[Index]] = {
            "issued": [(v,) for v in versions if world.issued(v) is not None],
            "confirmed": [(each.device, v) for v in versions for each in world.confirmations(v)],
            "final": [(v,) for v, _ in world.certificates],
            "signed": [(each.device, v) for v, certificate in world.certificates for each in certificate],
            "asked": [(q,) for q, _ in asked],
            "due": [(q, v) for q, final in world.due for v in final],
            "shown": [
                (q, r, v)
                for q, question in asked
                for r, shown in world.reader.versions(question, world.sent(SHOWN)).items()
                for v in shown
            ],
            "taken": list(world.taken),
        }
        sizes = {name: [self._sizes[sort] for sort in _DOMAINS[name]] for name in true}
        return {name: relation(sizes[name], set(cells)) for name, cells in true.items()}


_MAKERS: Mapping[str, Callable[[Args], world_of.Event]] = {
    "issue": lambda a: world_of.Issue(a["v"]),
    "confirm": lambda a: world_of.Confirm(a["r"], a["v"]),
    "sign": lambda a: world_of.Sign(a["r"], a["v"]),
    "finalise": lambda a: world_of.Finalise(a["v"]),
    "ask": lambda a: world_of.Ask(a["q"]),
    "answer": lambda a: world_of.Answer(a["q"], a["r"], a["v"]),
    "answer_anything": lambda a: world_of.AnswerAnything(a["q"], a["r"], a["v"]),
    "take": lambda a: world_of.Take(a["q"], a["v"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "issued": ("Version",),
    "confirmed": ("Replica", "Version"),
    "final": ("Version",),
    "signed": ("Replica", "Version"),
    "asked": ("Query",),
    "due": ("Query", "Version"),
    "shown": ("Query", "Replica", "Version"),
    "taken": ("Query", "Version"),
}
