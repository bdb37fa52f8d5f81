"""The bridge between the model `Suppliers` and a platform on which suppliers read what they can.

Supplier b is the b-th supplier, Subledger k the sub-ledger of that number, Statement x a test or a demand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.metering_platform import suppliers_world as world_of
from reference.metering_platform.rules import Rules
from reference.metering_platform.suppliers_world import Event, SuppliersWorld, name_of, sub_ledger_of, text_of

Args = Mapping[str, int]


class SuppliersBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are a, b, x and k."""

    world: SuppliersWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a platform. `rigid` has the model's tables `theirs` and `of`. Raises InputError for a bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("Supplier", "Statement", "Subledger")}
        suppliers, statements, sub_ledgers = self._sizes.values()
        self.world = world_of.deploy(
            rules,
            seed,
            suppliers=suppliers,
            sub_ledgers=sub_ledgers,
            of=rigid.get("of", [0] * statements),
            theirs=[a for a, is_theirs in enumerate(rigid.get("theirs", ())) if is_theirs],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        state, read = self.world.state, self.world.read
        suppliers, statements, sub_ledgers = map(range, self._sizes.values())
        names = {k: sub_ledger_of(k) for k in sub_ledgers}
        true: dict[str, list[Index]] = {
            "used": [(k,) for k, name in names.items() if name in state.sub_ledger_members],
            "mapped": [(b, k) for b in suppliers for k in names if state.sub_ledgers.get(name_of(b)) == names[k]],
            "member": [(k, a) for a in suppliers for k in names if state.has_sub_ledger(name_of(a), names[k])],
            "consented": [
                (b, a) for b in suppliers for a in suppliers if name_of(a) in state.consents.get(name_of(b), ())
            ],
            "posted": [(x,) for x in statements if world_of.place_of(state, x) is not None],
            "placed": [
                (x, k) for x in statements for k in names if world_of.is_in(state.sub_chains.get(names[k], ()), x)
            ],
            "learnt": [(x,) for x in statements if text_of(x) in read],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "set_up": lambda a: Event("set_up", a["b"], sub_ledger=a["k"]),
    "post": lambda a: Event("post", statement=a["x"]),
    "post_to": lambda a: Event("post_to", statement=a["x"], sub_ledger=a["k"]),
    "consent": lambda a: Event("consent", a["b"], a["a"]),
    "admit": lambda a: Event("admit", a["a"], sub_ledger=a["k"]),
    "remap": lambda a: Event("remap", a["b"], sub_ledger=a["k"]),
    "read": lambda a: Event("read", a["a"], statement=a["x"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "used": ("Subledger",),
    "mapped": ("Supplier", "Subledger"),
    "member": ("Subledger", "Supplier"),
    "consented": ("Supplier", "Supplier"),
    "posted": ("Statement",),
    "placed": ("Statement", "Subledger"),
    "learnt": ("Statement",),
}
