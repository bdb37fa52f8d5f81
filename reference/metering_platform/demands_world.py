"""The machine `Demands` with real bytes: the company, the platform, a network, and one supplier's own system.

A demand is stored on the platform, and what the platform then shows of it goes to the supplier with the company's
signature. The supplier's system takes what is signed; what it plans is in stable storage, and the rest in memory. Its
acknowledgement is a request to the platform.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from reference.ledger.effects import Effects, Refused
from reference.metering_platform import deploy as platform
from reference.metering_platform import documents, signatures
from reference.metering_platform.deploy import Founded
from reference.metering_platform.documents import Json
from reference.metering_platform.rules import DemandSync, Rules
from reference.metering_platform.stage import ask
from reference.metering_platform.state import PlatformState

SUPPLIER = "maker"
DEMANDS = f"/suppliers/{SUPPLIER}/demands"


@dataclass(frozen=True)
class System:
    """The supplier's own: what it has in memory, by order, and its plan, the orders as they were planned."""

    rule: DemandSync
    company: bytes
    """The public key of the company."""
    memory: Mapping[str, bytes] = field(default_factory=dict)
    plan: tuple[str, ...] = ()

    def received(self, message: bytes) -> System | Refused:
        """The system with the demand before it, if the company has signed that."""
        if (notice := read(message, self.company)) is None:
            return Refused("signature", "the company has not signed this")
        return replace(self, memory={**self.memory, notice["order"]: message})

    def planned(self, order: str) -> System | Refused:
        """The system that has planned for a demand, in its turn where demands have numbers: one write."""
        notice = self.notice(order)
        if notice is None:
            return Refused("message", "the demand has not come")
        if self.rule == "sequenced" and notice["sequence"] != len(self.plan) + 1:
            return Refused("demand_sync", f"the next demand to plan for is number {len(self.plan) + 1}", ("ZD-C22",))
        return replace(self.without(order), plan=(*self.plan, order))

    def notice(self, order: str) -> Any:
        """The demand that is in memory; None if there is none."""
        message = self.memory.get(order)
        return None if message is None else read(message, self.company)

    def without(self, order: str) -> System:
        """The system that has dealt with what was in memory of the demand."""
        return replace(self, memory={name: message for name, message in self.memory.items() if name != order})


def read(message: bytes, company: bytes) -> Any:
    """The demand in a message, as the platform has shown it; None unless the company has signed it."""
    said: Any = documents.read(message)
    is_signed = signatures.verifies(company, "notice", said["notice"], bytes.fromhex(said["signature"]))
    return said["notice"] if is_signed else None


@dataclass(frozen=True)
class DemandsWorld:
    """`sent` has all messages that there ever were, by order, and `under_way` those on their way; `answers` are the
    acknowledgements on theirs."""

    founded: Founded
    notices: int
    system: System
    sent: Mapping[str, bytes] = field(default_factory=dict)
    under_way: Mapping[str, bytes] = field(default_factory=dict)
    answers: frozenset[bytes] = frozenset()
    settled: bool = False

    @property
    def state(self) -> PlatformState:
        return self.founded.state


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the demand of a number."""

    action: str
    notice: int = 0


Outcome = tuple[DemandsWorld, Effects]


def deploy(rules: Rules, seed: int, *, notices: int) -> DemandsWorld:
    """A platform with a company and a supplier; so many demands there may be."""
    founded = _founded(replace(rules, authorisation="decided"), seed)
    return DemandsWorld(founded, notices, System(rules.demand_sync, founded.members["grid"].public))


@cache
def _founded(rules: Rules, seed: int) -> Founded:
    users = (("company", "grid", "grid"), ("planner", "supplier", SUPPLIER))
    return platform.deploy(rules, seed, users=users)  # type: ignore[arg-type]


def step(world: DemandsWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if event.notice not in range(world.notices):
        return _refuse(world, "message", "there is no such demand")
    return _STEPS[event.action](world, order_of(event.notice))


def order_of(notice: int) -> str:
    """What the demand of this number asks for."""
    return f"{100 * (notice + 1)} meters"


def acknowledgement(sequence: int) -> bytes:
    """What the supplier's system sends when it has planned for the demand of this number, or had."""
    return documents.canonical({"sequence": sequence})


def is_confirmed(state: PlatformState, order: str) -> bool:
    """Whether the company takes it that the supplier has the demand: it was stored, or is acknowledged."""
    demand = next((each for each in state.demands if each.order == order), None)
    if demand is None:
        return False
    return state.rules.demand_sync == "broadcast" or demand.sequence in state.acknowledged.get(SUPPLIER, ())


def _issue(world: DemandsWorld, order: str) -> Outcome:
    if order != order_of(len(world.state.demands)):
        return _refuse(world, "message", "this is not the next demand")
    founded, answer = ask(world.founded, "company", "POST", DEMANDS, {"order": order})
    if isinstance(answer, Refused):
        return world, (answer,)
    return _sent(replace(world, founded=founded), order)


def _send_again(world: DemandsWorld, order: str) -> Outcome:
    if world.state.rules.demand_sync == "broadcast":
        return _refuse(world, "demand_sync", "a demand is sent once", "ZD-C22")
    if order in world.under_way:
        return _refuse(world, "message", "the demand is under way")
    return _sent(world, order)


def _sent(world: DemandsWorld, order: str) -> Outcome:
    """The demand goes to the supplier, as the platform shows it: as long as it does."""
    _, answer = ask(world.founded, "company", "GET", DEMANDS)
    if isinstance(answer, Refused):
        return world, (answer,)
    notice: Json = next((each for each in answer["demands"] if each["order"] == order), None)
    if notice is None:
        return _refuse(world, "demand_sync", "the platform has no such demand that is not acknowledged", "ZD-C22")
    signature = signatures.sign(world.founded.members["grid"], "notice", notice).hex()
    message = documents.canonical({"notice": notice, "signature": signature})
    sent = {**world.sent, order: message}
    return replace(world, sent=sent, under_way={**world.under_way, order: message}), ()


def _receive(world: DemandsWorld, order: str) -> Outcome:
    message = world.under_way.get(order)
    if message is None or order in world.system.memory:
        return _refuse(world, "message", "it is not under way, or has come")
    return _with(_lost(world, order), world.system.received(message))


def _plan(world: DemandsWorld, order: str) -> Outcome:
    notice = world.system.notice(order)
    after, effects = _with(world, world.system.planned(order))
    return (world, effects) if effects else (_answered(after, notice), ())


def _answer_again(world: DemandsWorld, order: str) -> Outcome:
    notice = world.system.notice(order)
    if world.state.rules.demand_sync == "broadcast":
        return _refuse(world, "demand_sync", "nothing is acknowledged", "ZD-C22")
    if notice is None or order not in world.system.plan:
        return _refuse(world, "message", "the demand has not come, or is not planned for")
    return _answered(replace(world, system=world.system.without(order)), notice), ()


def _answered(world: DemandsWorld, notice: Any) -> DemandsWorld:
    if world.state.rules.demand_sync == "broadcast":
        return world
    return replace(world, answers=world.answers | {acknowledgement(notice["sequence"])})


def _confirm(world: DemandsWorld, order: str) -> Outcome:
    answer = _answer_to(world, order)
    if answer not in world.answers or is_confirmed(world.state, order):
        return _refuse(world, "message", "there is no acknowledgement under way, or was one")
    said: Any = documents.read(answer)
    founded, shown = ask(world.founded, "planner", "POST", f"/suppliers/{SUPPLIER}/acknowledgements", said)
    return (world, (shown,)) if isinstance(shown, Refused) else (replace(world, founded=founded), ())


def _answer_to(world: DemandsWorld, order: str) -> bytes:
    """The acknowledgement of a demand; of one that was not stored, there is none on its way."""
    return acknowledgement(next((each.sequence for each in world.state.demands if each.order == order), 0))


def _lose(world: DemandsWorld, order: str) -> Outcome:
    if world.settled or order not in world.under_way:
        return _refuse(world, "network", "nothing is lost from here on, or is not under way")
    return _lost(world, order), ()


def _lost(world: DemandsWorld, order: str) -> DemandsWorld:
    return replace(world, under_way={name: each for name, each in world.under_way.items() if name != order})


def _repeat(world: DemandsWorld, order: str) -> Outcome:
    if order not in world.sent or order in world.under_way:
        return _refuse(world, "network", "there is no such message, or it is under way")
    return replace(world, under_way={**world.under_way, order: world.sent[order]}), ()


def _lose_answer(world: DemandsWorld, order: str) -> Outcome:
    answer = _answer_to(world, order)
    if world.settled or answer not in world.answers:
        return _refuse(world, "network", "nothing is lost from here on, or is not under way")
    return replace(world, answers=world.answers - {answer}), ()


def _crash(world: DemandsWorld, order: str) -> Outcome:
    if world.settled:
        return _refuse(world, "network", "the system stays up from here on")
    return replace(world, system=replace(world.system, memory={})), ()


def _settle(world: DemandsWorld, order: str) -> Outcome:
    return _refuse(world, "network", "it has settled") if world.settled else (replace(world, settled=True), ())


def _with(world: DemandsWorld, system: System | Refused) -> Outcome:
    return (world, (system,)) if isinstance(system, Refused) else (replace(world, system=system), ())


def _refuse(world: DemandsWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[DemandsWorld, str], Outcome]] = {
    "issue": _issue,
    "receive": _receive,
    "plan": _plan,
    "answer_again": _answer_again,
    "confirm": _confirm,
    "send_again": _send_again,
    "lose": _lose,
    "repeat": _repeat,
    "lose_answer": _lose_answer,
    "crash": _crash,
    "settle": _settle,
}
