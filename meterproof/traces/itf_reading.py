"""Traces from ITF files: the file says which moves were made, the interpreter says where they lead.

A `loop` is the state that the run goes on from after its last one; the two must be the same state.
A file that is malformed, or speaks of another system, is an InputError that says what is wrong and what
was allowed. A well-formed trace that the model does not take, or that leads to another state than the
file says, is a Mismatch.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meterproof.errors import InputError
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State, Step
from meterproof.finite.scope import Scope, resolve
from meterproof.lang.system import Property, System
from meterproof.traces.itf_values import action_variable, table_from_itf, value_from_itf
from meterproof.traces.trace import Mismatch, Trace, rerun

_CALL = re.compile(r"(\w+)\((.*)\)")


@dataclass(frozen=True)
class Header:
    """What a file says about itself; enough to find the system that it is a trace of."""

    source: str | None
    property: str | None
    scope: dict[str, int]
    seed: int | None
    ir_hash: str | None


def read(path: Path, system: System) -> Trace:
    """The trace in a file, re-run on `system`. Raises InputError and Mismatch as this module says."""
    return parse(_contents(path), system, file=path)


def read_header(path: Path) -> Header:
    """What a file says about itself; InputError when it is no ITF trace of ours."""
    return parse_header(_contents(path), file=path)


def parse(text: str, system: System, *, file: str | Path | None = None) -> Trace:
    """As `read`, from the file's contents; `file` is the name for messages."""
    try:
        whole = _whole(text)
        header = _header(whole)
        instance = _instance(whole, system, resolve(system, header.scope))
        states = [_state(instance, state, at) for at, state in enumerate(whole["states"])]
        steps = [_step(instance, state, at) for at, state in enumerate(whole["states"]) if at > 0]
        claim = None if header.property is None else _claim(system, header.property)
    except InputError as error:
        if error.file is not None or file is None:
            raise
        raise InputError(error.message, file=file, line=error.line, allowed=error.allowed) from None
    trace = rerun(instance, steps, claim, whole["loop"])
    _compare(trace, states)
    return trace


def parse_header(text: str, *, file: str | Path | None = None) -> Header:
    """As `read_header`, from the file's contents."""
    try:
        return _header(_whole(text))
    except InputError as error:
        raise InputError(error.message, file=file, line=error.line, allowed=error.allowed) from None


def _contents(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path, allowed="an .itf.json file") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"is no text: byte {error.start} is not UTF-8", file=path, allowed="an .itf.json file"
        ) from None


def _whole(text: str) -> dict[str, Any]:
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"not JSON: {error.msg} at column {error.colno}", line=error.lineno, allowed="an ITF trace"
        ) from None
    except RecursionError:
        raise InputError("the JSON is nested too deeply", allowed="an ITF trace") from None
    if not isinstance(whole, dict):
        raise InputError(f"the file holds a {type(whole).__name__}", allowed="a JSON object with vars and states")
    for name in ("vars", "params"):
        listed = whole.setdefault(name, []) if name == "params" else _field(whole, name, list, "the trace")
        if not isinstance(listed, list) or not all(isinstance(n, str) for n in listed):
            raise InputError(f"{name} is no list of names", allowed='["phase", ...]')
    states = _field(whole, "states", list, "the trace")
    if not states or not all(isinstance(s, dict) for s in states):
        raise InputError("states is no list of states", allowed="one JSON object or more")
    loop = whole.setdefault("loop", None)
    if loop is not None and (type(loop) is not int or not 0 <= loop < len(states)):
        raise InputError(f"loop is {loop!r}", allowed=f"the number of a state, 0 to {len(states) - 1}")
    return whole


def _field(record: dict[str, Any], name: str, kind: type, where: str) -> Any:
    if name not in record:
        raise InputError(f"{where} has no {name}", allowed=f"a {kind.__name__} called {name}")
    if not isinstance(record[name], kind):
        raise InputError(f"{name} of {where} is a {type(record[name]).__name__}", allowed=f"a {kind.__name__}")
    return record[name]


def _header(whole: dict[str, Any]) -> Header:
    meta = _field(whole, "#meta", dict, "the trace")
    scope = _field(meta, "scope", dict, "#meta")
    if not all(isinstance(n, int) and not isinstance(n, bool) for n in scope.values()):
        raise InputError(f"scope of #meta is {scope}", allowed='sizes, as in {"Replica": 4}')
    texts = {
        n: None if meta.get(n) is None else _field(meta, n, str, "#meta") for n in ("source", "property", "ir-hash")
    }
    seed = None if meta.get("seed") is None else _field(meta, "seed", int, "#meta")
    return Header(texts["source"], texts["property"], scope, seed, texts["ir-hash"])


def _instance(whole: dict[str, Any], system: System, scope: Scope) -> Instance:
    """The world that the file speaks of: its rigids stand in the first state."""
    rigids = [v for v in system.variables if v.rigid]
    _same_names(whole["params"], [v.name for v in rigids], "params")
    bare = Instance(system, scope, ())
    _same_names(whole["vars"], [*(v.name for v in bare.state_variables), action_variable(system)], "vars")
    tables = []
    for v in rigids:
        table = table_from_itf(bare, v, _value(whole["states"][0], v.name, 0), f"{v.name} of state 0")
        if v.at_most is not None and sum(table) != scope[v.name]:
            raise InputError(
                f"{v.name} of state 0 has {sum(table)} members", allowed=f"{scope[v.name]}, as the scope says"
            )
        tables.append((v.name, table))
    return Instance(system, scope, tuple(tables))


def _same_names(found: list[str], wanted: list[str], where: str) -> None:
    for name in found:
        if name not in wanted:
            raise InputError(f"{where} has {name!r}, which the system has not", allowed=", ".join(wanted) or "none")
    for name in wanted:
        if name not in found:
            raise InputError(f"{where} lacks {name!r}", allowed=", ".join(wanted))


def _value(state: dict[str, Any], name: str, at: int) -> Any:
    if name not in state:
        raise InputError(f"state {at} has no value for {name}", allowed="a value for each variable")
    return state[name]


def _state(instance: Instance, state: dict[str, Any], at: int) -> State:
    return tuple(
        table_from_itf(instance, v, _value(state, v.name, at), f"{v.name} of state {at}")
        for v in instance.state_variables
    )


def _step(instance: Instance, state: dict[str, Any], at: int) -> Step:
    name = action_variable(instance.system)
    told = _value(state, name, at)
    match = _CALL.fullmatch(told) if isinstance(told, str) else None
    if match is None:
        raise InputError(f"{name} of state {at} is {told!r}", allowed="a move, as in hear(rm1)")
    action = next((a for a in instance.system.actions if a.name == match[1]), None)
    if action is None:
        absent = dict(instance.system.absent).get(match[1])
        why = "" if absent is None else f": {absent}"
        known = ", ".join(a.name for a in instance.system.actions)
        raise InputError(f"{name} of state {at}: the system has no action {match[1]!r}{why}", allowed=known)
    given = [g.strip() for g in match[2].split(",")] if match[2].strip() else []
    if len(given) != len(action.params):
        kinds = ", ".join(p.type.name for p in action.params)
        raise InputError(f"{name} of state {at}: {told} has {len(given)} parameters", allowed=f"{action.name}({kinds})")
    where = f"{name} of state {at}: a parameter of {action.name}"
    return Step(
        action.name,
        tuple(value_from_itf(instance, p.type, g, where) for p, g in zip(action.params, given, strict=True)),
    )


def _claim(system: System, id: str) -> Property:
    known = {p.id: p for top in system.properties for p in (*top.lemmas, top)}
    known |= {w.id: w for p in system.properties if p.witness is not None for w in [p.as_witness()]}
    if id not in known:
        raise InputError(f"the system has no property {id!r}", allowed=", ".join(known) or "none")
    return known[id]


def _compare(trace: Trace, told: list[State]) -> None:
    """The states that the file tells are the ones that the model takes."""
    instance = trace.instance
    for at, (state, found) in enumerate(zip(trace.states, told, strict=True)):
        for variable, ours, theirs in zip(instance.state_variables, state, found, strict=True):
            for cell, mine, their in zip(instance.cells(variable), ours, theirs, strict=True):
                if mine != their:
                    names = ", ".join(instance.element(s, i) for s, i in zip(variable.domain, cell, strict=True))
                    place = f"{variable.name}({names})" if names else variable.name
                    was, should = instance.element(variable.to, their), instance.element(variable.to, mine)
                    message = f"state {at}: {place} is {was} in the file and {should} in the model"
                    raise Mismatch(message, max(at - 1, 0))
