"""The machine `SupplierTests` with real bytes: instruments that sign, suppliers that enter tests, a company that draws.

The instrument is honest, and signs what it finds of the piece that it is shown. The company tests pieces with one of
its own, by a plan of its own: what the platform has drawn, too, it enters there. One test of a product is looked at,
the first. Whether a supplier may enter tests in another's collection is the machine `Access`: here everybody with a
token may come, and what is asked of a test stops him or does not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused
from reference.metering_platform import signatures
from reference.metering_platform.documents import Json
from reference.metering_platform.issuing import own_test_body
from reference.metering_platform.routes.suppliers import measured
from reference.metering_platform.rules import Rules
from reference.metering_platform.stage import ask
from reference.metering_platform.state import PlatformState
from reference.metering_platform.suppliers_world import INSTRUMENT, Supply, name_of, supply, user_of


@dataclass(frozen=True)
class Finding:
    """What an instrument has signed of a product: its number, the result, the signature."""

    product: int
    result: int
    signature: bytes


@dataclass(frozen=True)
class Charge:
    """What a supplier is charged with: its test as the platform shows it, and what the company has found."""

    shown: str
    """The result in the supplier's test."""
    supplier_signature: bytes
    finding: Finding


@dataclass(frozen=True)
class SupplierTestsWorld:
    """`true` has what proper tests find. `attested` is what the suppliers' instrument has signed, and `found` what the
    company's own has."""

    supply: Supply
    dishonest: frozenset[int]
    maker: tuple[int, ...]
    true: tuple[int, ...]
    suppliers: int
    results: int
    own_instrument: KeyPair
    attested: frozenset[Finding] = frozenset()
    found: frozenset[Finding] = frozenset()
    charges: frozenset[Charge] = frozenset()

    @property
    def state(self) -> PlatformState:
        return self.supply.state


@dataclass(frozen=True)
class Event:
    """An action of the model by its name: on a product, a result, another product, a supplier."""

    action: str
    product: int = 0
    result: int = 0
    other: int = 0
    supplier: int = 0


Outcome = tuple[SupplierTestsWorld, Effects]


def deploy(
    rules: Rules,
    seed: int,
    *,
    suppliers: int,
    results: int,
    maker: Sequence[int],
    true: Sequence[int],
    dishonest: Collection[int] = (),
) -> SupplierTestsWorld:
    """A product for each entry of `maker`, none of which is tested yet."""
    known = supply(replace(rules, authorisation="signature-only"), seed, suppliers)
    own = KeyPair.generate(Randomness.from_seed(seed).child("the company's instrument"))
    return SupplierTestsWorld(known, frozenset(dishonest), tuple(maker), tuple(true), suppliers, results, own)


def step(world: SupplierTestsWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    products = range(len(world.maker))
    if event.product not in products or event.other not in products:
        return _refuse(world, "product", "there is no such product")
    if event.supplier not in range(world.suppliers) or event.result not in range(world.results):
        return _refuse(world, "supplier", "there is no such supplier or result")
    return _STEPS[event.action](world, event)


def product_of(number: int) -> str:
    return f"product-{number}"


def result_of(number: int) -> str:
    return f"result {number}"


def statement_of(world: SupplierTestsWorld, product: int, result: int) -> Json:
    """What is signed of this result."""
    return measured(name_of(world.maker[product]), product_of(product), result_of(result))


def shown(world: SupplierTestsWorld, product: int) -> dict[str, Any] | None:
    """The product's test, as the platform shows it to the company; None if there is none."""
    _, answer = ask(world.supply.founded, "company", "GET", f"/suppliers/{name_of(world.maker[product])}/tests")
    assert not isinstance(answer, Refused), answer
    return next((each for each in answer["tests"] if each["product"] == product_of(product)), None)


def _measure(world: SupplierTestsWorld, event: Event) -> Outcome:
    return _attested(world, event, event.product)


def _measure_another(world: SupplierTestsWorld, event: Event) -> Outcome:
    if world.maker[event.product] not in world.dishonest:
        return _refuse(world, "corruption", "the maker is honest", "ZD-C22")
    return _attested(world, event, event.other)


def _attested(world: SupplierTestsWorld, event: Event, piece: int) -> Outcome:
    """The instrument signs what it finds of the piece, as the product's that it is told."""
    if world.true[piece] != event.result:
        return _refuse(world, "instrument", "the instrument finds another result", "ZD-C22")
    signed = signatures.sign(
        world.supply.instrument, "measured", statement_of(world, event.product, event.result)
    )  # fmt: skip
    finding = Finding(event.product, event.result, signed)
    if finding in world.attested:
        return _refuse(world, "instrument", "the instrument has signed this")
    return replace(world, attested=world.attested | {finding}), ()


def _post(world: SupplierTestsWorld, event: Event) -> Outcome:
    is_attested = any((each.product, each.result) == (event.product, event.result) for each in world.attested)
    if not is_attested or world.true[event.product] != event.result:
        return _refuse(world, "corruption", "that is not what the product's test has shown", "ZD-R25")
    return _posted(world, event, world.maker[event.product])


def _post_at_will(world: SupplierTestsWorld, event: Event) -> Outcome:
    if world.maker[event.product] not in world.dishonest:
        return _refuse(world, "corruption", "the maker is honest", "ZD-C22")
    return _posted(world, event, world.maker[event.product])


def _post_for_another(world: SupplierTestsWorld, event: Event) -> Outcome:
    if event.supplier not in world.dishonest or world.maker[event.product] == event.supplier:
        return _refuse(world, "corruption", "the supplier is honest, or the maker", "ZD-C22")
    return _posted(world, event, event.supplier)


def _posted(world: SupplierTestsWorld, event: Event, by: int) -> Outcome:
    """A supplier enters the result, with the instrument's signature if there is one, and its own."""
    if any(each.product == product_of(event.product) for each in world.state.tests.values()):
        return _refuse(world, "product", "the product has its test")
    maker, product, result = name_of(world.maker[event.product]), product_of(event.product), result_of(event.result)
    body: Json = {"product": product, "result": result}
    if world.state.rules.supplier_tests == "instrument-signed":
        have = [each for each in world.attested if (each.product, each.result) == (event.product, event.result)]
        attestation = have[0].signature if have else bytes(64)
        own = world.supply.founded.members[name_of(by)]
        body = own_test_body(maker, own, product, result, INSTRUMENT, attestation)
    return _asked(world, user_of(by), f"/suppliers/{maker}/tests", body)


def _sample(world: SupplierTestsWorld, event: Event) -> Outcome:
    test, result = shown(world, event.product), world.true[event.product]
    if test is None or any(each.product == event.product for each in world.found):
        return _refuse(world, "product", "there is no test of the product, or the company has tested it", "ZD-C22")
    if test["drawn"]:
        path = f"/suppliers/{name_of(world.maker[event.product])}/tests/{test['test']}/sample"
        world, effects = _asked(world, "company", path, {"result": result_of(result)})
        if effects:
            return world, effects
    signed = signatures.sign(world.own_instrument, "measured", statement_of(world, event.product, result))
    return replace(world, found=world.found | {Finding(event.product, result, signed)}), ()


def _charge(world: SupplierTestsWorld, event: Event) -> Outcome:
    test = shown(world, event.product)
    found = next((each for each in world.found if each.product == event.product), None)
    if test is None or found is None or test["result"] != result_of(event.result):
        return _refuse(world, "product", "there is no such test of the product, or none of the company's")
    if found.result == event.result:
        return _refuse(world, "supplier_tests", "the company has found the same", "ZD-C22")
    charge = Charge(test["result"], bytes.fromhex(test["supplier_signature"] or ""), found)
    if charge in world.charges:
        return _refuse(world, "product", "the maker is charged already")
    return replace(world, charges=world.charges | {charge}), ()


def _asked(world: SupplierTestsWorld, user: str, path: str, body: Json) -> Outcome:
    founded, answer = ask(world.supply.founded, user, "POST", path, body)
    if isinstance(answer, Refused):
        return world, (answer,)
    return replace(world, supply=replace(world.supply, founded=founded)), ()


def _refuse(world: SupplierTestsWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[SupplierTestsWorld, Event], Outcome]] = {
    "measure": _measure,
    "measure_another": _measure_another,
    "post": _post,
    "post_at_will": _post_at_will,
    "post_for_another": _post_for_another,
    "sample": _sample,
    "charge": _charge,
}
