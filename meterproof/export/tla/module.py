"""A system as a TLA+ module, with types annotated as Apalache reads them.

Sorts are constant sets, an ordered sort is 0 .. k-1, and rigids are constants. `Adversary` is the set of capabilities
that the adversary has, so that one module serves every property.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap

from meterproof.export.layout import WIDTH, wrapped
from meterproof.export.notation import JUNCTION, PREFIX, Writer
from meterproof.export.numbers import Numbers
from meterproof.export.parts import lemmas, thresholds
from meterproof.export.tla.naming import name_all
from meterproof.export.tla.terms import BREAKS, Tla
from meterproof.finite.fairness import fair_actions
from meterproof.lang.expr import Expr
from meterproof.lang.system import Action, Property, System, Update


class Module:
    """The text of one module; `names` are those that the wrapper needs too."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.names = name_all(system)
        self.name = self.names["module"]
        self.tla = Tla(self.names, frozenset(v.name for v in system.variables if v.rigid))
        self.writer = Writer(self.tla, self.names.taken)
        self.quiet = any(p.kind == "quiescent" for p in system.properties)
        over = {s: f"Cardinality({self.names['type', s]})" for s in system.sorts}
        design = {d.name: self.names["design", d.name] for d in system.design}
        self.numbers = {s: Numbers({"n": n, **design}) for s, n in over.items()}

    def text(self) -> str:
        """The whole module."""
        head = f" MODULE {self.name} "
        sections = (
            self._heading(), ["EXTENDS Integers, FiniteSets"], self._constants(), self._sets(), self._assumptions(),
            self._variables(), self._initially(), *map(self._action, self.system.actions), self._next(), self._quiet(),
            *map(self._property, lemmas(self.system.properties)), *map(self._property, self.system.properties),
        )  # fmt: skip
        body = "\n\n".join("\n".join(lines) for lines in map(list, sections) if lines)
        return f"{head:-^80}\n{body}\n{'':=^80}\n"

    def _heading(self) -> Iterator[str]:
        yield comment(f"{self.system.name}: {self.system.doc}")
        for name, value in self.system.rules.plain().items():
            yield comment(f"rule {name} = {str(value).lower() if isinstance(value, bool) else value}")
        for name, _ in self.system.absent:
            yield comment(f"no action {name}: these rules exclude it")

    def _constants(self) -> Iterator[str]:
        said: list[tuple[str, str, str]] = []
        for sort in self.system.sorts:
            if sort.ordered:
                said.append((f"how many: {sort.doc}", "Int", self.names["size", sort]))
            else:
                said.append((sort.doc, f"Set({self.names['uninterpreted', sort]})", self.names["type", sort]))
        for d in self.system.design:
            said.append((f"design parameter, by default {d.default}", "Int", self.names["design", d.name]))
        for v in self.system.variables:
            if v.rigid:
                said.append((v.doc, self.tla.annotation(v), self.names["variable", v.name]))
        said.append(("the capabilities that the adversary has", "Set(Str)", "Adversary"))
        yield from _declarations("CONSTANTS", said)

    def _sets(self) -> Iterator[str]:
        for sort in self.system.sorts:
            if sort.ordered:
                yield f"{self.names['type', sort]} == 0 .. {self.names['size', sort]} - 1"
        for enum in self.system.enums:
            values = ", ".join(f'"{value}"' for value in enum.values)
            yield f"{self.names['type', enum]} == {{{values}}}"
        text = "".join(self.numbers[sort].text(formula) for formula, sort in thresholds(self.system))
        text += "".join(self.numbers[d.over].text(d.resilience) for d in self.system.design if d.resilience is not None)
        if "Min(" in text:
            yield "Min(a, b) == IF a <= b THEN a ELSE b"
        if "Max(" in text:
            yield "Max(a, b) == IF a >= b THEN a ELSE b"
        for formula, sort in thresholds(self.system):
            yield f"{self.names['threshold', formula, sort]} == {self.numbers[sort].text(formula)}"

    def _assumptions(self) -> Iterator[str]:
        if said := self.assumed():
            yield from self.define("Assumptions", said)
            yield ""
            yield "ASSUME Assumptions"

    def assumed(self) -> list[str]:
        """What is taken for granted of the constants."""
        said = []
        for v in self.system.variables:
            if v.rigid:
                said.append(f"{self.names['variable', v.name]} \\in {self.tla.functions(v)}")
        for d in self.system.design:
            if d.resilience is not None:
                n = f"Cardinality({self.names['type', d.over]})"
                said.append(f"{n} >= {self.numbers[d.over].text(d.resilience)}")
        said.extend(self.writer.text(g.condition, above=JUNCTION) for g in self.system.axioms)
        return said

    def _variables(self) -> Iterator[str]:
        state = [v for v in self.system.variables if not v.rigid]
        said = [
            (f"{v.doc}{' (ghost)' if v.ghost else ''}", self.tla.annotation(v), self.names["variable", v.name])
            for v in state
        ]
        yield from _declarations("VARIABLES", said)
        yield ""
        yield wrapped(f"vars == <<{', '.join(name for _, _, name in said)}>>", (", ",), 10)
        yield ""
        yield from self.define(
            "TypeOK", [f"{self.names['variable', v.name]} \\in {self.tla.functions(v)}" for v in state]
        )

    def _initially(self) -> Iterator[str]:
        said = []
        for v in self.system.variables:
            if v.init is not None:
                said.append(f"{self.names['variable', v.name]} = {self._function(v.index, v.init, {})}")
        yield from self.define("Init", said)

    def _function(self, index: Sequence[Expr], body: Expr, names: Mapping[int, str]) -> str:
        """`[r \\in Replica |-> body]`, or just the body where there is no index."""
        inner = self.writer.bind(index, names)
        text = self.writer.text(body, inner)
        if not index:
            return text if " " not in text else f"({text})"
        over = ", ".join(f"{inner[i.uid]} \\in {self.tla.set(i.type)}" for i in index)
        return f"[{over} |-> {text}]"

    def _action(self, action: Action) -> Iterator[str]:
        names = self.writer.bind(action.params)
        head = self.call("action", action)
        guards = list(self._guards(action, names))
        updates = [self._update(u, names) for u in action.updates]
        changed = {u.variable for u in action.updates}
        same = [self.names["variable", v.name] for v in self.system.variables if not v.rigid and v.name not in changed]
        if same:
            updates.append(f"UNCHANGED <<{', '.join(same)}>>")
        sentence = action.sentence.format_map({str(p.data): names[p.uid] for p in action.params})
        yield comment(f"{sentence}{_cited(action.cites)}")
        if action.needs is not None:
            guards.insert(0, f'"{action.needs}" \\in Adversary')
        elif self.quiet:
            enabled = self.call("enabled", action)
            yield from self.define(enabled, guards or ["TRUE"])
            yield ""
            guards = [enabled]
        yield from self.define(head, [*guards, *updates])

    def call(self, kind: str, action: Action) -> str:
        """An action's operator, with its parameters."""
        names = self.writer.bind(action.params)
        arguments = ", ".join(names[p.uid] for p in action.params)
        name = self.names[kind, action.name]
        return f"{name}({arguments})" if arguments else name

    def some(self, kind: str, action: Action) -> str:
        """The action, for some parameters."""
        names = self.writer.bind(action.params)
        over = ", ".join(f"{names[p.uid]} \\in {self.tla.set(p.type)}" for p in action.params)
        return f"\\E {over} : {self.call(kind, action)}" if over else self.call(kind, action)

    def _guards(self, action: Action, names: Mapping[int, str]) -> Iterator[str]:
        for guard in action.guards:
            parts = guard.condition.args if guard.condition.op == "and" else (guard.condition,)
            for part in parts:
                text = self.writer.text(part, names, JUNCTION)
                yield text + (f"  \\* {' '.join(guard.cites)}" if guard.cites and part is parts[-1] else "")

    def _update(self, update: Update, names: Mapping[int, str]) -> str:
        name = self.names["variable", update.variable]
        if update.each is not None:
            return f"{name}' = {self._function(update.index, update.each, names)}"
        cells = []
        for index, value in update.cells:
            if not index:
                return f"{name}' = {self.writer.text(value, names, PREFIX)}"
            at = ", ".join(self.writer.text(i, names) for i in index)
            cells.append(f"![{at}] = {self.writer.text(value, names)}")
        return f"{name}' = [{name} EXCEPT {', '.join(cells)}]"

    def _next(self) -> Iterator[str]:
        yield "Next =="
        yield from (f"    \\/ {self.some('action', a)}" for a in self.system.actions)
        if not self.system.actions:
            yield "    FALSE /\\ UNCHANGED vars"
        yield ""
        yield "Spec == Init /\\ [][Next]_vars"

    def _quiet(self) -> Iterator[str]:
        if not self.quiet:
            return
        yield comment("Only the adversary can still move.")
        honest = [a for a in self.system.actions if a.needs is None]
        yield from self.define("Quiet", [f"~({self.some('enabled', a)})" for a in honest] or ["TRUE"])

    def _property(self, p: Property) -> Iterator[str]:
        yield comment(f"{p.kind.replace('_', ' ')} {p.id}: {p.title}{_cited(p.cites)}")
        name, text = self.names["property", p.id], self.writer.text(p.formula)
        if p.kind == "step":
            text = f"[][{text}]_vars"
        elif p.kind == "quiescent":
            text = f"Quiet => ({text})"
        elif p.kind == "leads_to":
            text = self._leads_to(text, p)
        elif p.kind == "reachable":
            yield comment("Negated: whoever finds it violated has reached it.")
            text = f"~({text})"
        yield from _operator(name, text)
        if p.witness is not None:
            reached = f"({self.writer.text(p.witness)})"
            yield ""
            yield comment(f"The witness of {p.id}, negated: whoever finds this violated has reached it.")
            premise = "Quiet /\\ " if p.kind == "quiescent" else ""
            yield from _operator(self.names["witness", p.id], f"~({premise}{reached})" if premise else f"~{reached}")

    def _leads_to(self, premise: str, p: Property) -> str:
        assert p.then is not None
        fair = [self._fair(action, counted) for action, counted in fair_actions(self.system, p)]
        claim = f"({premise}) ~> ({self.writer.text(p.then)})"
        assumed = " /\\ ".join(fair)
        return f"({assumed}) => ({claim})" if fair else claim

    def _fair(self, action: Action, counted: tuple[bool, ...]) -> str:
        """Weak fairness for each value of the counted parameters by itself, of the others together."""
        names = self.writer.bind(action.params)
        over = [f"{names[p.uid]} \\in {self.tla.set(p.type)}" for p in action.params]
        each = ", ".join(o for o, c in zip(over, counted, strict=True) if c)
        some = ", ".join(o for o, c in zip(over, counted, strict=True) if not c)
        taken = f"\\E {some} : {self.call('action', action)}" if some else self.call("action", action)
        return f"(\\A {each} : WF_vars({taken}))" if each else f"WF_vars({taken})"

    def define(self, head: str, conjuncts: Iterable[str]) -> Iterator[str]:
        """An operator whose body is a list of conjuncts."""
        yield f"{head} =="
        for each in conjuncts:
            text = wrapped(each, BREAKS, 10, WIDTH - 7)
            yield f"    /\\ {text}"


def _operator(head: str, body: str) -> Iterator[str]:
    yield f"{head} =="
    yield wrapped(f"    {body}", BREAKS, 8)


def comment(text: str, indent: int = 0) -> str:
    """A comment of as many lines as it takes."""
    mark = " " * indent + "\\* "
    return "\n".join(mark + line for line in wrap(" ".join(text.split()), WIDTH - len(mark)))


def _declarations(word: str, said: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Documented and typed declarations, with commas between them."""
    yield word
    entries = [[comment(doc, 4), f"    \\* @type: {type_};", f"    {name}"] for doc, type_, name in said]
    for entry in entries[:-1]:
        entry[-1] += ","
    yield from (line for entry in entries for line in entry if line)


def _cited(cites: Iterable[str]) -> str:
    said = " ".join(cites)
    return f" [{said}]" if said else ""
