"""From a target on the command line to jobs: one property under one variant and reading."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from meterproof.claims import Case, Plan, Stance, bmc, explore, induction, kinduction, schedule, walk
from meterproof.errors import InputError
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.location import MISTAKES, as_model_error
from meterproof.lang.rules import Plain, Rule, RuleSchema, RuleValues, write_text
from meterproof.lang.system import Property, System
from meterproof.lang.tracing import Protocol, trace
from meterproof.study.finder import Study
from meterproof.study.specfile import Spec, load_spec, read_head
from meterproof.verdict import Method

DEPTH = 10
"""Steps of bounded model checking on a model file, as of k-induction."""


@dataclass(frozen=True)
class Job:
    """One row of a check: a property of a machine under rule values, and what is claimed of it.

    `changed` are the rules whose values are not those of the spec, with their values.
    """

    target: str
    protocol: str
    variant: str
    reading: str | None
    machine: type[Protocol]
    declared: PropertyDecl
    stance: Stance
    rules: RuleValues | None
    spec: Spec | None = None
    changed: tuple[tuple[str, Plain], ...] = ()

    def system(self, rules: RuleValues | None = None) -> System:
        """The machine traced under the job's rules, or under others, with this property only."""
        own = self.machine.declared(PropertyDecl).values()
        extra = [] if any(d.id == self.declared.id for d in own) else [self.declared]
        return trace(self.machine, rules if rules is not None else self.rules, extra)

    def claim(self, system: System) -> Property:
        """This job's property in a traced system."""
        return system.property(self.declared.id)

    def under(self, changes: Mapping[str, Plain]) -> Job:
        """The same job with some rules changed. InputError where it has no rules, or not such ones."""
        if self.rules is None:
            raise InputError(f"{self.name} has no rules that could be changed", allowed="a protocol of a study")
        changed = {**dict(self.changed), **changes}
        return replace(self, rules=self.rules.replace(**changes), changed=tuple(changed.items()))

    @property
    def name(self) -> str:
        """How the job's subject is written: `bc-ami@published (literal)`, then ` with quorum = 2*f+1` if changed."""
        name = f"{self.target} ({self.reading})" if self.reading else self.target
        changes = " and ".join(f"{rule} = {write_text(value)}" for rule, value in self.changed)
        return f"{name} with {changes}" if changes else name


def rule_schema(module: ModuleType) -> RuleSchema:
    """The rules that all machines of a model module declare together."""
    rules: dict[str, Rule] = {}
    for machine in module.MACHINES:
        rules.update(machine.rule_schema())
    return RuleSchema(rules)


def open_spec(study: Study, path: Path) -> Spec:
    """A spec file, held against the rules of the model that it names and the study's register."""
    return load_spec(path, rule_schema(importlib.import_module(read_head(path).model)), study.register())


def jobs_of_spec(study: Study, spec: Spec, reading: str | None = None) -> list[Job]:
    """All claims on a spec, reading by reading in the order of the properties file."""
    cases: Sequence[Case] = importlib.import_module(spec.head.properties).CASES
    register = study.register()
    target = f"{spec.protocol}@{spec.variant}"
    readings: Iterable[str | None] = spec.readings or (None,)
    if reading is not None and reading in spec.readings:
        readings = (reading,)
    found = []
    for case in cases:
        if case.property.of is None:
            raise InputError(
                f"property {case.property.id} says no machine", file=case.property.file, line=case.property.line
            )
        for each in readings:
            stance = case.stance(spec.variant, each)
            if stance is not None:
                register.check(case.property.cites, file=case.property.file, line=case.property.line)
                of, rules = case.property.of, spec.rules(each)
                job = Job(target, spec.protocol, spec.variant, each, of, case.property, stance, rules, spec)
                found.append(job)
    return found


def jobs_of_model(path: Path, scope: Mapping[str, int], method: Method | None = None) -> list[Job]:
    """All properties that a model file outside a study declares, to be tried by `method` or, without, see `_plans`.

    The scope is the command's, or else the file's own `SCOPE`. Raises InputError when there is neither.
    """
    module = load_module(path)
    sizes = dict(scope) or dict(getattr(module, "SCOPE", {}))
    machines = [
        v
        for v in vars(module).values()
        if isinstance(v, type) and issubclass(v, Protocol) and v.__module__ == module.__name__
    ]
    if not machines:
        raise InputError(
            "no protocol is defined here", file=path, allowed="a class derived from meterproof.lang.Protocol"
        )
    if not sizes:
        sorts = ", ".join(f"{s.name}=3" for s in trace(machines[0]).sorts)
        raise InputError(
            "a model outside a study needs a scope", file=path, allowed=f"--scope {sorts}, or SCOPE = {{...}}"
        )
    beside = [v for v in vars(module).values() if isinstance(v, PropertyDecl)]
    found = []
    for machine in machines:
        trace(machine)  # a mistake in an action is told even where no property asks for it
        for declared in (*machine.declared(PropertyDecl).values(), *(d for d in beside if d.of is machine)):
            if declared.kind == "lemma":
                continue
            plans = _plans(declared.kind, sizes, method)
            stance = Stance(None, "not run", plans)
            job = Job(str(path), machine.__name__, "model", None, machine, declared.under(machine), stance, None)
            found.append(job)
    if not found:
        raise InputError(
            "no property is declared here", file=path, allowed="@invariant, @reachable, ... in the protocol"
        )
    return found


def _plans(kind: str, sizes: Mapping[str, Any], method: Method | None) -> tuple[Plan, ...]:
    """How a property of a model file is tried: by the method asked for; else exhaustively, invariants by proof too."""
    by_method: dict[Method, Plan] = {
        "explore": explore(**sizes),
        "walk": walk(**sizes),
        "schedule": schedule(**sizes),
        "bmc": bmc(DEPTH, **sizes),
        "kinduction": kinduction(**sizes),
        "induction": induction(),
    }
    usual: tuple[Method, ...] = ("induction", "explore") if kind == "invariant" else ("explore",)
    return tuple(by_method[m] for m in (usual if method is None else (method,)))


def load_module(path: Path) -> ModuleType:
    """Import a model file by path; its mistakes come out as InputErrors, a Python error with its line."""
    name = f"model_file_{path.stem}"  # of its own, so that a model called json.py hides no library
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.exists():
        raise InputError("no such model file", file=path, allowed="a Python file that defines a Protocol")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise InputError(f"Python says SyntaxError: {error.msg}", file=path, line=error.lineno) from error
    except (ImportError, *MISTAKES) as error:
        raise as_model_error(error) from error
    return module
