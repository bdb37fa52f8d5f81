"""One machine as a chapter: what there is, what can happen, what must hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from meterproof.claims import Stance
from meterproof.export.book.formulas import BREAKS, NUMBERS, domains, set_of, signature, update, writer
from meterproof.export.layout import wrapped
from meterproof.export.parts import lemmas
from meterproof.lang.canonical import digest
from meterproof.lang.expr import Expr
from meterproof.lang.rewrite import conjuncts
from meterproof.lang.system import Action, Guard, Property, System, Variable

WIDTH = 100
KINDS = {
    "invariant": "in every reachable state",
    "lemma": "in every reachable state; it claims nothing by itself, proofs use it",
    "step": "of every step, from a state to the next one (′)",
    "quiescent": "whenever only the adversary can still move",
    "leads_to": "whenever the first formula holds, the second holds later",
    "reachable": "in some reachable state",
}
"""When a property's formula holds."""


@dataclass(frozen=True)
class Links:
    """How a chapter points elsewhere: `place` names a line of the study; `cite` links ids and notes where they are."""

    place: Callable[[str, int], str]
    cite: Callable[[Iterable[str], str, str], str]


@dataclass(frozen=True)
class Chapter:
    """A machine, and what is claimed of its properties by id."""

    system: System
    stances: Mapping[str, Stance]
    links: Links

    def lines(self) -> Iterator[str]:
        """The chapter, line by line."""
        s = self.system
        yield f'## <a id="{self.anchor()}"></a>{s.name}'
        yield ""
        yield from wrapped(s.doc, (" ",), 0, WIDTH).splitlines()
        yield ""
        yield f"IR: `{digest(s)[:16]}`"
        yield from self._kinds()
        yield from self._design()
        yield from self._variables("Fixed before a run", [v for v in s.variables if v.rigid])
        yield from self._axioms()
        yield from self._variables("State", [v for v in s.variables if not v.rigid])
        yield from section("Actions")
        for action in s.actions:
            yield from self._action(action)
        if s.absent:
            yield from self._absent()
        stated = (*s.properties, *lemmas(s.properties))
        for title, of_lemmas in (("Properties", False), ("Lemmas", True)):
            found = [p for p in stated if (p.kind == "lemma") == of_lemmas]
            if found:
                yield from section(title)
            for p in found:
                yield from self._property(p)

    def anchor(self, name: str = "") -> str:
        """The anchor of something in this chapter."""
        return "-".join(filter(None, (self.system.name, name))).lower().replace(" ", "-")

    def _kinds(self) -> Iterator[str]:
        if self.system.sorts:
            yield from section("Sorts")
            for sort in self.system.sorts:
                yield f"- **{sort.name}**{', totally ordered' if sort.ordered else ''}: {sort.doc or 'a set'}"
        if self.system.enums:
            yield from section("Values")
            for enum in self.system.enums:
                yield f"- **{enum.name}** = {{{', '.join(enum.values)}}}"

    def _design(self) -> Iterator[str]:
        if self.system.design:
            yield from section("Design")
        for d in self.system.design:
            yield f"- **{d.name}**, by default `{NUMBERS.text(d.default)}`, where n = |{d.over.name}|"
            if d.resilience is not None:
                yield f"- only n ≥ `{NUMBERS.text(d.resilience)}` is admitted"

    def _variables(self, title: str, variables: list[Variable]) -> Iterator[str]:
        if not variables:
            return
        yield from section(title)
        write = writer(self.system)
        for v in variables:
            yield f"- `{v.name} : {signature(v.domain, v.to)}`{' (ghost)' if v.ghost else ''}  "
            said = [v.doc] if v.doc else []
            if v.at_most is not None:
                said.append(f"at most {v.at_most} members")
            if v.init is not None:
                names = write.bind(v.index)
                at = [(names[i.uid], i.type) for i in v.index]
                initially = write.text(v.init, names)
                read = any(i.uid in names for i in _parts(v.init))
                said.append(f"initially `{initially}`" + (f" at {domains(at)}" if read else ""))
            yield f"  {'; '.join(said)}"

    def _axioms(self) -> Iterator[str]:
        if self.system.axioms:
            yield ""
            yield "Assumed of these:"
            yield ""
        for axiom in self.system.axioms:
            yield from self._bullet(axiom, axiom.condition, {}, "")

    def _action(self, action: Action) -> Iterator[str]:
        write = writer(self.system)
        names = write.bind(action.params)
        over = ", ".join(f"{names[p.uid]} : {set_of(p.type)}" for p in action.params)
        yield from self._head(f"{action.name}({over})" if over else action.name, action.name)
        sentence = action.sentence.format_map({str(p.data): f"*{names[p.uid]}*" for p in action.params})
        yield from wrapped(sentence, (" ",), 0, WIDTH).splitlines()
        yield ""
        said = [] if action.needs is None else [f"the adversary's, with **{action.needs}**"]
        said += [self._cited(action.cites, action.name)] if action.cites else []
        said += [f"rules {', '.join(f'`{r}`' for r in action.rules)}"] if action.rules else []
        yield " · ".join([*said, self.links.place(action.file, action.line)])
        yield ""
        if action.guards:
            yield "When"
            yield ""
        for guard in action.guards:
            for part in conjuncts(guard.condition):
                yield from self._bullet(guard, part, names, action.name)
        if action.guards:
            yield ""
        yield "Then"
        yield ""
        for u in action.updates:
            for text in update(write, u, names):
                yield from self._formula(text)
        if not action.updates:
            yield "- nothing changes"

    def _bullet(self, guard: Guard, part: Expr, names: Mapping[int, str], where: str) -> Iterator[str]:
        notes = [self._cited(guard.cites, where)] if guard.cites else []
        notes += [f"rule `{rule}`" for rule in guard.rules]
        yield from self._formula(writer(self.system).text(part, names), " · ".join(notes))

    def _formula(self, text: str, note: str = "") -> Iterator[str]:
        """A bullet with a formula; one that is too long for a line stands in a block of its own."""
        if len(text) <= WIDTH - 20:
            yield f"- `{text}`{f' — {note}' if note else ''}"
            return
        yield f"- {note}" if note else "-"
        yield "  ```text"
        yield from (f"  {line}" for line in wrapped(text, BREAKS, 4, WIDTH - 4).splitlines())
        yield "  ```"

    def _absent(self) -> Iterator[str]:
        yield from section("Ruled out")
        yield "Actions that other rule values would allow:"
        yield ""
        for name, reason in self.system.absent:
            yield f"- `{name}`: {self._relative(reason)}"

    def _relative(self, reason: str) -> str:
        head, _, rest = reason.partition("require at ")
        file, _, after = rest.partition(":")
        line, _, tail = after.partition(" ")
        return f"{head}the guard at {self.links.place(file, int(line))} {tail}" if line.isdecimal() else reason

    def _property(self, p: Property) -> Iterator[str]:
        yield from self._head(p.id, p.id)
        yield from wrapped(p.title, (" ",), 0, WIDTH).splitlines()
        yield ""
        said = [f"{p.kind.replace('_', '-')}: {KINDS[p.kind]}"]
        if p.kind != "lemma":
            said.append(f"against {', '.join(f'**{c}**' for c in sorted(p.against)) or 'no adversary'}")
        if p.fair:
            said.append(f"with {' '.join(f'`{f}`' for f in p.fair)} weakly fair")
        said += [self._cited(p.cites, p.id)] if p.cites else []
        yield " · ".join([*said, self.links.place(p.file, p.line)])
        yield ""
        if p.id in self.stances:
            yield f"Expected: {expected(self.stances[p.id])}"
            yield ""
        write = writer(self.system)
        yield from block(write.text(p.formula))
        if p.then is not None:
            yield from ("", "leads to", "")
            yield from block(write.text(p.then))
        if p.witness is not None:
            yield from ("", "Witness, to be reached by some run so that nothing passes vacuously:", "")
            yield from block(write.text(p.witness))
        if p.lemmas:
            links = ", ".join(f"[{x.id}](#{self.anchor(x.id)})" for x in p.lemmas)
            yield from ("", *wrapped(f"Lemmas: {links}.", (", ",), 0, WIDTH).splitlines())

    def _head(self, title: str, name: str) -> Iterator[str]:
        yield ""
        yield f'#### <a id="{self.anchor(name)}"></a>`{title}`'
        yield ""

    def _cited(self, cites: Iterable[str], name: str) -> str:
        shown = f"{self.system.name}.{name}" if name else self.system.name
        return self.links.cite(cites, shown, self.anchor(name))


def section(title: str) -> Iterator[str]:
    """The heading of a section of a chapter."""
    yield from ("", f"### {title}", "")


def block(text: str) -> Iterator[str]:
    """A formula in a block of its own."""
    yield "```text"
    yield from wrapped(text, BREAKS, 4, WIDTH).splitlines()
    yield "```"


def expected(stance: Stance) -> str:
    """What is claimed of a property, in words."""
    if stance.expected is None:
        said = "open"
    else:
        said = f"it holds, at least *{stance.least}*" if stance.expected == "holds" else "it is *violated*"
    return f"{said} ({stance.note})" if stance.note else said


def _parts(node: Expr) -> Iterator[Expr]:
    yield node
    for a in node.args:
        yield from _parts(a)
