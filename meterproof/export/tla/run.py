"""What makes a TLA+ module finite: a wrapper with the scope, and TLC's configuration for each interpretation of rigids.

The wrapper's `ConstInit` is for Apalache, which tries all interpretations at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from meterproof.export.names import Names
from meterproof.export.tla.module import Module, comment
from meterproof.export.tla.terms import RESERVED, spell
from meterproof.finite.instance import Instance
from meterproof.finite.scope import Scope
from meterproof.finite.worlds import instances
from meterproof.lang.system import Property, System, Variable
from meterproof.lang.types import BOOL, EnumType, Sort, Type


@dataclass(frozen=True)
class Run:
    """Properties to be checked at one scope, all against the same adversary."""

    properties: tuple[Property, ...]
    scope: Scope

    @property
    def against(self) -> tuple[str, ...]:
        """The adversary's capabilities, sorted."""
        return tuple(sorted(self.properties[0].against))


def render(system: System, runs: Sequence[Run]) -> dict[str, str]:
    """The module, and for every run a wrapper with its configurations, by file name.

    With a single run these are `MC_Name.tla` and `MC_Name.cfg`. Otherwise the wrapper's name goes on with the
    capabilities of its adversary, and with a number where two runs share them. Interpretations of rigids beyond the
    first have configurations of their own, `MC_Name_world2.cfg` and so on.
    """
    module = Module(system)
    files = {f"{module.name}.tla": module.text()}
    names = Names(module.names.taken)
    for run in runs:
        suffix = "" if len(runs) == 1 else "_" + ("_".join(run.against) or "honest")
        wrapper = _Wrapper(module, run, names.give(run, f"MC_{module.name}{suffix}"))
        files[f"{wrapper.name}.tla"] = wrapper.text()
        for number, world in enumerate(wrapper.worlds, 1):
            extra = "" if number == 1 else f"_world{number}"
            files[f"{wrapper.name}{extra}.cfg"] = wrapper.configuration(number, world)
    return files


class _Wrapper:
    def __init__(self, module: Module, run: Run, name: str) -> None:
        self.module, self.run, self.name = module, run, name
        self.system = module.system
        self.worlds = instances(self.system, run.scope)
        self.names = Names(module.names.taken | RESERVED | {name}, spell)
        self.rigids = [v for v in self.system.variables if v.rigid]
        self.free = [s for s in self.system.sorts if not s.ordered]
        first = self.worlds[0]
        for sort in self.free:
            self.names.give(("set", sort), f"{sort.name}_set")
            for i in first.values(sort):
                self.names.give((sort, i), first.element(sort, i))
        for number in range(1, len(self.worlds) + 1):
            for v in self.rigids:
                self.names.give((v.name, number), f"{v.name}_world{number}")

    def text(self) -> str:
        """The wrapper module."""
        head = f" MODULE {self.name} "
        worlds = (line for n, w in enumerate(self.worlds, 1) for line in self._world(n, w))
        sections = (self._heading(), self._elements(), worlds, self._symmetry(), self._const_init())
        body = "\n\n".join("\n".join(lines) for lines in map(list, sections) if lines)
        return f"{head:-^80}\n{body}\n{'':=^80}\n"

    def _heading(self) -> Iterator[str]:
        claims = ", ".join(p.id for p in self.run.properties)
        yield comment(f"{self.system.name} at {self.run.scope}, for {claims}, against {self._adversary()}.")
        yield f"EXTENDS {self.module.name}, TLC"

    def _adversary(self) -> str:
        return _braced(f'"{c}"' for c in self.run.against)

    def _elements(self) -> Iterator[str]:
        """The individuals: model values of TLC."""
        if not self.free:
            return
        yield "CONSTANTS"
        entries = []
        for sort in self.free:
            for i in self.worlds[0].values(sort):
                typed = self.module.names["uninterpreted", sort]
                entries.append(f"    \\* @type: {typed};\n    {self.names[sort, i]}")
        yield ",\n".join(entries)
        yield ""
        for sort in self.free:
            yield f"{self.names['set', sort]} == {_braced(self._elements_of(sort))}"

    def _elements_of(self, sort: Sort) -> list[str]:
        return [self.names[sort, i] for i in self.worlds[0].values(sort)]

    def _world(self, number: int, world: Instance) -> Iterator[str]:
        for v in self.rigids:
            yield f"{self.names[v.name, number]} == {self._table(world, v)}"

    def _table(self, world: Instance, v: Variable) -> str:
        """An interpretation of a rigid, as a function."""
        table = world.rigids[v.name]
        if not v.domain:
            return self._value(world, v.to, table[0])
        index = [f"x{i}" for i in range(len(v.domain))]
        over = ", ".join(f"{x} \\in {self._set(s)}" for x, s in zip(index, v.domain, strict=True))
        if v.to == BOOL:
            members = [self._tuple(world, v, c) for c, x in zip(world.cells(v), table, strict=True) if x]
            at = index[0] if len(index) == 1 else f"<<{', '.join(index)}>>"
            return f"[{over} |-> {at} \\in {_braced(members)}]"
        cases = []
        for cell, value in zip(world.cells(v), table, strict=True):
            test = [f"{x} = {self._value(world, s, i)}" for x, s, i in zip(index, v.domain, cell, strict=True)]
            cases.append(f"{_ALL.join(test)} -> {self._value(world, v.to, value)}")
        return f"[{over} |-> CASE {' [] '.join(cases)}]"

    def _tuple(self, world: Instance, v: Variable, index: tuple[int, ...]) -> str:
        parts = [self._value(world, s, i) for s, i in zip(v.domain, index, strict=True)]
        return parts[0] if len(parts) == 1 else f"<<{', '.join(parts)}>>"

    def _set(self, sort: Sort) -> str:
        return self.module.names["type", sort] if sort.ordered else self.names["set", sort]

    def _value(self, world: Instance, type_: Type, value: int) -> str:
        if type_ == BOOL:
            return "TRUE" if value else "FALSE"
        if isinstance(type_, EnumType):
            return f'"{type_.values[value]}"'
        return self.names[type_, value] if isinstance(type_, Sort) and not type_.ordered else str(value)

    def _symmetric(self) -> list[Sort]:
        """Sorts whose individuals are interchangeable: unordered, more than one, and no rigid tells them apart.

        None where a property is about all that follows (leads_to): TLC's reduction is unsound for those.
        """
        if any(p.kind == "leads_to" for p in self.run.properties):
            return []
        fixed = {s for v in self.rigids for s in (*v.domain, v.to)}
        return [s for s in self.free if s not in fixed and self.run.scope[s.name] > 1]

    def _symmetry(self) -> Iterator[str]:
        if sorts := self._symmetric():
            sets = " \\cup ".join(f"Permutations({self.names['set', s]})" for s in sorts)
            yield comment("Models cannot name individuals, so those that no constant tells apart are interchangeable.")
            yield f"Symmetry == {sets}"

    def _const_init(self) -> Iterator[str]:
        """Every interpretation of the constants that the scope admits, for Apalache."""
        said = []
        for sort in self.system.sorts:
            if sort.ordered:
                said.append(f"{self.module.names['size', sort]} = {self.run.scope[sort.name]}")
                continue
            typed = self.module.names["uninterpreted", sort]
            values = self._elements_of(sort)
            said.extend(f'{x} = "{x}_OF_{typed}"' for x in values)
            individuals = _braced(f'"{x}_OF_{typed}"' for x in values)
            said.append(f"{self.module.names['type', sort]} = {individuals}")
        for d in self.system.design:
            said.append(f"{self.module.names['design', d.name]} = {self.run.scope[d.name]}")
        said.append(f"Adversary = {self._adversary()}")
        for v in self.rigids:
            name = self.module.names["variable", v.name]
            said.append(f"{name} \\in {self.module.tla.functions(v)}")
            if v.at_most is not None:
                members = f"{{x \\in {self.module.names['type', v.domain[0]]} : {name}[x]}}"
                said.append(f"Cardinality({members}) = {self.run.scope[v.name]}")
        if self.module.assumed():
            said.append("Assumptions")
        yield comment("For Apalache: --cinit=ConstInit, with --length and one --inv at a time.")
        yield from self.module.define("ConstInit", said)

    def configuration(self, number: int, world: Instance) -> str:
        """TLC's configuration for one interpretation of the rigids."""
        lines = []
        if len(self.worlds) > 1:
            lines.append(
                f"\\* interpretation {number} of {len(self.worlds)} of the constants that are fixed before a run"
            )
        lines += ["SPECIFICATION Spec", "CONSTANTS", *(f"    {each}" for each in self._substitutions(number, world))]
        invariants = [p for p in self.run.properties if p.kind in ("invariant", "lemma", "quiescent")]
        temporal = [p for p in self.run.properties if p.kind in ("step", "leads_to")]
        names = self.module.names
        lines += ["INVARIANTS", "    TypeOK", *(f"    {names['property', p.id]}" for p in invariants)]
        if temporal:
            lines += ["PROPERTIES", *(f"    {names['property', p.id]}" for p in temporal)]
        negated = [names["property", p.id] for p in self.run.properties if p.kind == "reachable"]
        negated += [names["witness", p.id] for p in self.run.properties if p.witness is not None]
        for name in negated:
            lines.append(f"\\* INVARIANT {name}  \\* to be violated by a state that is to be reachable")
        if self._symmetric():
            lines.append("SYMMETRY Symmetry")
        return "\n".join([*lines, "CHECK_DEADLOCK FALSE"]) + "\n"

    def _substitutions(self, number: int, world: Instance) -> Iterator[str]:
        names = self.module.names
        for sort in self.system.sorts:
            if sort.ordered:
                yield f"{names['size', sort]} = {self.run.scope[sort.name]}"
                continue
            yield from (f"{x} = {x}" for x in self._elements_of(sort))
            yield f"{names['type', sort]} <- {self.names['set', sort]}"
        for d in self.system.design:
            yield f"{names['design', d.name]} = {self.run.scope[d.name]}"
        for v in self.rigids:
            yield f"{names['variable', v.name]} <- {self.names[v.name, number]}"
        yield f"Adversary = {self._adversary()}"


_ALL = " /\\ "


def _braced(members: Iterable[str]) -> str:
    return f"{{{', '.join(members)}}}"
