"""The bridge between the model `SupplierTests` and a platform that keeps suppliers' tests.

Supplier b is the b-th supplier, Product p the p-th product, Value v the result of that number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.metering_platform import signatures
from reference.metering_platform import supplier_tests_world as world_of
from reference.metering_platform.rules import Rules
from reference.metering_platform.supplier_tests_world import (
    Charge,
    Event,
    Finding,
    SupplierTestsWorld,
    product_of,
    result_of,
    statement_of,
)
from reference.metering_platform.suppliers_world import name_of

Args = Mapping[str, int]


class SupplierTestsBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are p, q, v and b."""

    world: SupplierTestsWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a platform. `rigid` has the model's tables `dishonest`, `maker` and `true`. InputError: bad scope."""
        self._sizes = {sort: size(scope, sort) for sort in ("Supplier", "Product", "Value")}
        suppliers, products, values = self._sizes.values()
        self.world = world_of.deploy(
            rules,
            seed,
            suppliers=suppliers,
            results=values,
            maker=rigid.get("maker", [0] * products),
            true=rigid.get("true", [0] * products),
            dishonest=[b for b, is_dishonest in enumerate(rigid.get("dishonest", ())) if is_dishonest],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment: all signatures verified anew."""
        world = self.world
        attested = [each for each in world.attested if _is_signed(world, each, world.supply.instrument.public)]
        posted, signed = list[Index](), list[Index]()
        for test in world.state.tests.values():
            at = _numbers(world, test.product, test.result)
            posted.append(at)
            if test.own is not None and _is_makers(world, *at, bytes.fromhex(test.own)):
                signed.append(at)
        found = [each for each in world.found if _is_signed(world, each, world.own_instrument.public)]
        true: dict[str, list[Index]] = {
            "attested": [(each.product, each.result) for each in attested],
            "posted": posted,
            "signed": signed,
            "sampled": [(each.product,) for each in found],
            "charged": [(each.finding.product,) for each in world.charges if _holds(world, each)],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _numbers(world: SupplierTestsWorld, product: str, result: str) -> tuple[int, int]:
    products = [product_of(number) for number in range(len(world.maker))]
    return products.index(product), [result_of(number) for number in range(world.results)].index(result)


def _is_signed(world: SupplierTestsWorld, finding: Finding, public: bytes) -> bool:
    said = statement_of(world, finding.product, finding.result)
    return signatures.verifies(public, "measured", said, finding.signature)


def _is_makers(world: SupplierTestsWorld, product: int, result: int, signature: bytes) -> bool:
    """Whether the maker has signed that this is its own test."""
    key = world.state.members[name_of(world.maker[product])].signing
    return signatures.verifies(key, "own-test", statement_of(world, product, result), signature)


def _holds(world: SupplierTestsWorld, charge: Charge) -> bool:
    """Whether the charge stands: the company has found something else, and what is signed, the maker has signed."""
    product, said = _numbers(world, product_of(charge.finding.product), charge.shown)
    needed = world.state.rules.supplier_tests == "instrument-signed"
    is_own = not needed or _is_makers(world, product, said, charge.supplier_signature)
    return is_own and said != charge.finding.result and _is_signed(world, charge.finding, world.own_instrument.public)


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "measure": lambda a: Event("measure", a["p"], a["v"]),
    "measure_another": lambda a: Event("measure_another", a["p"], a["v"], a["q"]),
    "post": lambda a: Event("post", a["p"], a["v"]),
    "post_at_will": lambda a: Event("post_at_will", a["p"], a["v"]),
    "post_for_another": lambda a: Event("post_for_another", a["p"], a["v"], supplier=a["b"]),
    "sample": lambda a: Event("sample", a["p"]),
    "charge": lambda a: Event("charge", a["p"], a["v"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "attested": ("Product", "Value"),
    "posted": ("Product", "Value"),
    "signed": ("Product", "Value"),
    "sampled": ("Product",),
    "charged": ("Product",),
}
