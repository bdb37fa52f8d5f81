"""The bridge between the model `Violations` and validators that really verify, and evaluate real contracts.

Replica r is the r-th validator, Operation o the o-th of the user's operations, and Edition v the v-th of the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.crypto import signing
from reference.ledger.chain import Header
from reference.sovereign_chain import violations_world as world_of
from reference.sovereign_chain.operations import Operation
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.violations import APPEAL, OBSERVED, REPORT, Statement, acquittal, blame
from reference.sovereign_chain.violations_world import ACTIONS, CHAIN, Event, ViolationsWorld

Args = Mapping[str, int]


class ViolationsBridge:
    """Plays a model's trace on validators, and says what their bytes amount to. Arguments of actions are r, o and v."""

    world: ViolationsWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh validators, operations and editions.

        `rigid` has the model's tables: `faulty`, `first` (a validator for each operation), `breaks` (operation by
        operation, 0 or 1 for each edition) and `unjust`. `scope` may give the bound `f`, by default floor((n-1)/3).
        Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Replica", "Operation", "Edition")}
        n, operations, editions = self._sizes.values()
        breaks = rigid.get("breaks", [1] * (operations * editions))
        self.world = world_of.deploy(
            rules,
            n,
            scope.get("f", (n - 1) // 3),
            seed,
            first=rigid.get("first", [0] * operations),
            breaks=[[bool(breaks[o * editions + v]) for v in range(editions)] for o in range(operations)],
            unjust=[o for o, is_unjust in enumerate(rigid.get("unjust", [0] * operations)) if is_unjust],
            faulty=[r for r, is_faulty in enumerate(rigid.get("faulty", [0] * n)) if is_faulty],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        operations = range(self._sizes["Operation"])
        true: dict[str, list[Index]] = {
            "active": [(v,) for v in range(world.active)],
            "signed": [(o, v) for o in operations for v in _signed(world, o)],
            "seen": [(r, o) for o in operations for r in _said(world, OBSERVED, o)],
            "reported": [(o,) for o in operations if _said(world, REPORT, o)],
            "backed": [(r, o) for o in operations for r in _voted(world, o, blame)],
            "recorded": [(o,) for o in operations if world.is_recorded(o)],
            "appealed": [(o,) for o in operations if _appealed(world, o)],
            "granted": [(r, o) for o in operations for r in _voted(world, o, acquittal)],
            "overturned": [(o,) for o in operations if world.identity(o) in world.overturned],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _signed(world: ViolationsWorld, number: int) -> list[int]:
    """The edition that the user has signed the operation by, in a list; none if he has not signed it."""
    data = world.signed(number)
    if not data:
        return []
    operation = Operation.decode(CHAIN, data)
    if not signing.verify(world.user.public, operation.signed_part(CHAIN), operation.signature):
        return []
    return [v for v, each in enumerate(world.editions) if each.version == operation.edition]


def _said(world: ViolationsWorld, kind: str, number: int) -> list[int]:
    said = [Statement.decode(CHAIN, kind, data) for data in world.statements(kind, number)]
    return [each.who for each in said if each.signed_by(CHAIN, world.validators[each.who].pair.public)]


def _voted(world: ViolationsWorld, number: int, ballot: Callable[[bytes], Header]) -> list[int]:
    return [
        vote.voter
        for vote in world.votes(ballot(world.identity(number)))
        if signing.verify(world.committee.members[vote.voter], vote.signed_part(CHAIN), vote.signature)
    ]


def _appealed(world: ViolationsWorld, number: int) -> bool:
    said = [Statement.decode(CHAIN, APPEAL, data) for data in world.statements(APPEAL, number)]
    return any(each.signed_by(CHAIN, world.user.public) for each in said)


def _of_validator(action: str) -> Callable[[Args], Event]:
    return lambda a: Event(action, a["r"], a["o"])


_OF_NOBODY = ("change", "sign", "record", "lodge", "overturn")
_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    **{action: _of_validator(action) for action in ACTIONS if action not in _OF_NOBODY},
    "change": lambda a: Event("change", edition=a["v"]),
    "sign": lambda a: Event("sign", operation=a["o"], edition=a["v"]),
    "record": lambda a: Event("record", operation=a["o"]),
    "lodge": lambda a: Event("lodge", operation=a["o"]),
    "overturn": lambda a: Event("overturn", operation=a["o"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "active": ("Edition",),
    "signed": ("Operation", "Edition"),
    "seen": ("Replica", "Operation"),
    "reported": ("Operation",),
    "backed": ("Replica", "Operation"),
    "recorded": ("Operation",),
    "appealed": ("Operation",),
    "granted": ("Replica", "Operation"),
    "overturned": ("Operation",),
}
