"""A trace on the reference: each step is played with real bytes, and what comes out is abstracted and compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State, Step, violated
from meterproof.lang.system import Property
from meterproof.real.bridge import Bridge
from meterproof.traces.trace import Trace


@dataclass(frozen=True)
class Refusal:
    """Which check of the reference stopped a step, and why."""

    rule: str
    reason: str
    cites: tuple[str, ...]


def refusal_among(effects: Iterable[Any]) -> Refusal | None:
    """The first refusal among a reference's effects: one that has a rule, a reason and its sources."""
    said = next((e for e in effects if hasattr(e, "reason") and hasattr(e, "rule")), None)
    return None if said is None else Refusal(said.rule, said.reason, tuple(said.cites))


@dataclass(frozen=True)
class PlayedStep:
    """One step as the reference took it. `differs` names variables of which bytes and model say different things."""

    step: Step
    refusal: Refusal | None
    differs: tuple[str, ...]
    effects: tuple[Any, ...]


@dataclass(frozen=True)
class Played:
    """A whole play. `state` is the end, abstracted from bytes; `shows` says whether the property is violated there."""

    instance: Instance
    steps: tuple[PlayedStep, ...]
    state: State
    shows: bool

    @property
    def first_refusal(self) -> PlayedStep | None:
        """The first step that the reference refused, if any."""
        return next((s for s in self.steps if s.refusal is not None), None)

    @property
    def faithful(self) -> bool:
        """Whether every step was taken and every abstraction agreed with the model."""
        return all(s.refusal is None and not s.differs for s in self.steps)


def abstract_state(bridge: Bridge, instance: Instance) -> State:
    """The reference's bytes as a state of the instance."""
    tables = bridge.abstract()
    return tuple(
        tuple(int(tables[v.name][index]) for index in instance.cells(v)) for v in instance.state_variables
    )  # fmt: skip


def play(bridge: Bridge, rules: Any, instance: Instance, schedule: Trace, claim: Property | None, seed: int) -> Played:
    """Play a schedule on freshly deployed parties; a refused step changes nothing and the adversary goes on.

    The schedule may come from another variant. After each step that both take, the abstraction of the bytes is
    compared with the state of `instance`, the model of what is deployed.
    """
    interpreter = Interpreter(instance)
    bridge.start(rules, instance.scope.as_dict(), instance.rigids, seed)
    model: State | None = interpreter.initial()
    before = real = abstract_state(bridge, instance)
    played = []
    names = {a.name: [str(p.data) for p in a.params] for a in schedule.instance.system.actions}
    for step in schedule.steps:
        applied = bridge.apply(step.action, dict(zip(names[step.action], step.params, strict=True)))
        before, real = real, abstract_state(bridge, instance)
        refusal = None
        allowed = _model_step(interpreter, step, model)
        if applied.accepted:
            model = allowed
        else:
            refusal = refusal_among(applied.effects)
        differs = _differences(instance, model, real)
        if not applied.accepted and model is not None and allowed is not None:
            differs = ("the model takes this step", *differs)
        played.append(PlayedStep(step, refusal, differs, applied.effects))
    shows = claim is not None and _shows(interpreter, claim, real, before)
    return Played(instance, tuple(played), real, shows)


def _model_step(interpreter: Interpreter, step: Step, state: State | None) -> State | None:
    """The model's next state, or None once the reference has taken a step that the model refuses."""
    known = {a.name for a in interpreter.instance.system.actions}
    if state is None or step.action not in known:
        return None
    action = interpreter.action(step.action)
    return interpreter.apply(action, step.params, state) if interpreter.enabled(action, step.params, state) else None


def _differences(instance: Instance, model: State | None, real: State) -> tuple[str, ...]:
    if model is None:
        return ("the model refuses this step",)
    return tuple(v.name for v, a, b in zip(instance.state_variables, model, real, strict=True) if a != b)


def _shows(interpreter: Interpreter, claim: Property, state: State, before: State) -> bool:
    return violated(interpreter, claim, state, before)
