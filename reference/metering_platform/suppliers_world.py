"""The machine `Suppliers` with real bytes: suppliers' tests and the company's demands, asked for and read off replicas.

An even statement is a supplier's own test, an odd one a demand. A supplier's replica has the chain, and sub-ledgers
that are its own or were given to it. Whom the portal answers at all is the machine `Access`, and who maps data is
`Administration`: here the portal decides (`authorisation`), and one administrator maps.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused
from reference.metering_platform import deploy as platform
from reference.metering_platform import documents, signatures
from reference.metering_platform.deploy import Founded
from reference.metering_platform.documents import Json
from reference.metering_platform.issuing import own_test_body
from reference.metering_platform.routes.suppliers import measured
from reference.metering_platform.rules import Rules
from reference.metering_platform.stage import ask
from reference.metering_platform.state import MemberKind, PlatformState, Role

INSTRUMENT = "i-1"


@dataclass(frozen=True)
class Supply:
    """A platform with the company, a laboratory, suppliers with a user each, and an instrument that it knows."""

    founded: Founded
    instrument: KeyPair

    @property
    def state(self) -> PlatformState:
        return self.founded.state


@cache
def supply(rules: Rules, seed: int, suppliers: int) -> Supply:
    """So many suppliers; the users `company`, `tester` and, for each supplier, one of `user_of`."""
    founders: list[tuple[str, MemberKind]] = [("grid", "grid"), ("laboratory", "institution")]
    founders += [(name_of(each), "supplier") for each in range(suppliers)]
    users: list[tuple[str, Role, str]] = [("company", "grid", "grid"), ("tester", "institution", "laboratory")]
    users += [(user_of(each), "supplier", name_of(each)) for each in range(suppliers)]
    founded = platform.deploy(rules, seed, founders, users)
    instrument = KeyPair.generate(Randomness.from_seed(seed).child("instrument"))
    body: Json = {"instrument": INSTRUMENT, "signing": instrument.public.hex()}
    founded, answer = ask(founded, "tester", "POST", "/instruments", body)
    assert not isinstance(answer, Refused), answer
    return Supply(founded, instrument)


def name_of(supplier: int) -> str:
    """The member of this number."""
    return f"supplier-{supplier}"


def user_of(supplier: int) -> str:
    """Who asks for the supplier of this number."""
    return f"seller-{supplier}"


@dataclass(frozen=True)
class SuppliersWorld:
    """`of` has whose each statement is; `theirs` are the suppliers that make up the adversary, and `read` is what these
    have got of statements, in their own words."""

    supply: Supply
    of: tuple[int, ...]
    theirs: frozenset[int]
    suppliers: int
    sub_ledgers: int
    read: frozenset[str] = frozenset()

    @property
    def state(self) -> PlatformState:
        return self.supply.state


@dataclass(frozen=True)
class Event:
    """An action of the model by its name: on a supplier, another, a statement, a sub-ledger."""

    action: str
    supplier: int = 0
    other: int = 0
    statement: int = 0
    sub_ledger: int = 0


Outcome = tuple[SuppliersWorld, Effects]


def deploy(
    rules: Rules, seed: int, *, suppliers: int, sub_ledgers: int, of: Sequence[int], theirs: Collection[int] = ()
) -> SuppliersWorld:
    """A statement for each entry of `of`, which has its supplier; none is made yet."""
    known = replace(rules, authorisation="decided", administration="one-admin")
    return SuppliersWorld(supply(known, seed, suppliers), tuple(of), frozenset(theirs), suppliers, sub_ledgers)


def step(world: SuppliersWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not {event.supplier, event.other} <= set(range(world.suppliers)):
        return _refuse(world, "supplier", "there is no such supplier")
    if event.statement not in range(len(world.of)) or event.sub_ledger not in range(world.sub_ledgers):
        return _refuse(world, "statement", "there is no such statement or sub-ledger")
    return _STEPS[event.action](world, event)


def text_of(statement: int) -> str:
    """What the statement says, in a word that no other has."""
    return f"statement {statement}"


def sub_ledger_of(number: int) -> str:
    """The name of the sub-ledger of this number."""
    return f"sub-ledger-{number}"


def place_of(state: PlatformState, statement: int) -> str | None:
    """The sub-ledger for which the platform has taken the statement, empty for the ledger; None if it has not."""
    said = text_of(statement)
    tests = [each.sub_ledger for each in state.tests.values() if each.result == said]
    return next(iter([*tests, *(each.sub_ledger for each in state.demands if each.order == said)]), None)


def replica_of(state: PlatformState, supplier: int) -> tuple[bytes, ...]:
    """All that the supplier's node has: what is in the blocks, and on the sub-ledgers that it has."""
    chain = tuple(leaf for final in state.blocks for leaf in final.block.leaves)
    held = [entries for name, entries in state.sub_chains.items() if state.has_sub_ledger(name_of(supplier), name)]
    return chain + tuple(leaf for entries in held for leaf in entries)


def is_in(leaves: Collection[bytes], statement: int) -> bool:
    """Whether the statement can be read there."""
    return any(documents.canonical(text_of(statement)) in leaf for leaf in leaves)


def _post(world: SuppliersWorld, event: Event) -> Outcome:
    return _posted(world, event, "")


def _post_to(world: SuppliersWorld, event: Event) -> Outcome:
    return _posted(world, event, sub_ledger_of(event.sub_ledger))


def _posted(world: SuppliersWorld, event: Event, place: str) -> Outcome:
    """The statement is made, and the platform puts it where the model says that it goes."""
    if place_of(world.state, event.statement) is not None:
        return _refuse(world, "statement", "the statement is made already")
    of, said = world.of[event.statement], text_of(event.statement)
    if event.statement % 2:
        after, effects = _asked(world, "company", "POST", f"/suppliers/{name_of(of)}/demands", {"order": said})
    else:
        found: tuple[str, str, str] = (name_of(of), f"product-{event.statement}", said)
        attested = signatures.sign(world.supply.instrument, "measured", measured(*found))
        body = own_test_body(found[0], world.supply.founded.members[found[0]], *found[1:], INSTRUMENT, attested)
        after, effects = _asked(world, user_of(of), "POST", f"/suppliers/{name_of(of)}/tests", body)
    if after is world or place_of(after.state, event.statement) == place:
        return after, effects
    return _refuse(world, "sub_ledgers", "statements of this supplier go elsewhere", "ZD-R10", "ZD-R25")


def _consent(world: SuppliersWorld, event: Event) -> Outcome:
    name, to = name_of(event.supplier), name_of(event.other)
    if name == to or to in world.state.consents.get(name, ()):
        return _refuse(world, "consent", "it may see them already")
    return _asked(world, user_of(event.supplier), "POST", f"/suppliers/{name}/consents", {"to": to})


def _set_up(world: SuppliersWorld, event: Event) -> Outcome:
    is_used = sub_ledger_of(event.sub_ledger) in world.state.sub_ledger_members
    if is_used or name_of(event.supplier) in world.state.sub_ledgers:
        return _refuse(world, "sub_ledgers", "an honest administrator sets up one for each supplier", "ZD-R10")
    return _configured(world, event, "map-sub-ledger")


def _remap(world: SuppliersWorld, event: Event) -> Outcome:
    name = sub_ledger_of(event.sub_ledger)
    if world.state.sub_ledgers.get(name_of(event.supplier)) == name:
        return _refuse(world, "sub_ledgers", "the supplier's statements go there already")
    return _used(world, event, "map-sub-ledger")


def _admit(world: SuppliersWorld, event: Event) -> Outcome:
    if world.state.has_sub_ledger(name_of(event.supplier), sub_ledger_of(event.sub_ledger)):
        return _refuse(world, "sub_ledgers", "the supplier has the sub-ledger already")
    return _used(world, event, "share-sub-ledger")


def _used(world: SuppliersWorld, event: Event, kind: str) -> Outcome:
    if sub_ledger_of(event.sub_ledger) not in world.state.sub_ledger_members:
        return _refuse(world, "sub_ledgers", "there is no such sub-ledger yet", "ZD-R10")
    return _configured(world, event, kind)


def _configured(world: SuppliersWorld, event: Event, kind: str) -> Outcome:
    change: Json = {"supplier": name_of(event.supplier), "sub_ledger": sub_ledger_of(event.sub_ledger)}
    return _asked(world, "admin-grid", "POST", "/proposals", {"kind": kind, "change": change, "epoch": 0})


def _read(world: SuppliersWorld, event: Event) -> Outcome:
    """A supplier looks at all that its node has, and asks the portal."""
    reader, said = event.supplier, text_of(event.statement)
    if reader not in world.theirs:
        return _refuse(world, "corruption", "the supplier does not belong to the adversary")
    if said in world.read:
        return _refuse(world, "statement", "the statement is read already")
    if is_in(replica_of(world.state, reader), event.statement):
        return replace(world, read=world.read | {said}), ()
    of, what = name_of(world.of[event.statement]), "demands" if event.statement % 2 else "tests"
    _, answer = ask(world.supply.founded, user_of(reader), "GET", f"/suppliers/{of}/{what}")
    if isinstance(answer, Refused):
        return world, (answer,)
    if said not in [each["order" if event.statement % 2 else "result"] for each in answer[what]]:
        return _refuse(world, "sub_ledgers", "it is on nothing that the supplier has", "ZD-C22")
    return replace(world, read=world.read | {said}), ()


def _asked(world: SuppliersWorld, user: str, method: str, path: str, body: Json) -> Outcome:
    founded, answer = ask(world.supply.founded, user, method, path, body)
    if isinstance(answer, Refused):
        return world, (answer,)
    return replace(world, supply=replace(world.supply, founded=founded)), ()


def _refuse(world: SuppliersWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[SuppliersWorld, Event], Outcome]] = {
    "set_up": _set_up,
    "post": _post,
    "post_to": _post_to,
    "consent": _consent,
    "admit": _admit,
    "remap": _remap,
    "read": _read,
}
