"""From each statement of a study's register to what came of it: rule values, model lines, properties, attacks, tests.

All is read off what the files themselves cite, so that "modelled" is not prose alone. A *dangling* id is cited
somewhere and is not in the register; a statement is *missing* that the register calls modelled and nothing cites.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TypeVar

from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import Plain
from meterproof.lang.system import System
from meterproof.study.finder import Study
from meterproof.study.mentions import Mentions
from meterproof.study.register import Entry, Register
from meterproof.study.specfile import Spec

T = TypeVar("T")


@dataclass(frozen=True)
class Subject:
    """One claim of a study: a property of a machine that was traced under a spec's rules."""

    spec: Spec
    system: System
    declared: PropertyDecl


@dataclass(frozen=True)
class Exhibit:
    """An attack, as far as statements go: its name, the property that it breaks, and what it cites."""

    name: str
    breaks: str
    cites: tuple[str, ...]


@dataclass(frozen=True)
class Texts:
    """The files of a study that name ids in running text, by their path from its root."""

    reference: Mapping[str, str]
    errata: Mapping[str, str]
    tests: Mapping[str, str]


@dataclass(frozen=True, order=True)
class RuleUse:
    """The value that a rule has in a variant, and its place in the spec file."""

    target: str
    rule: str
    value: Plain
    place: str


@dataclass(frozen=True)
class Statement:
    """One entry of the register, and all that came of it. Places and files are told from the study's root.

    `rules` are values that rest on it, `declared` rules whose declaration cites it, `acted` lines of actions and guards
    that cite it, and `model` these and the guards that stand for one of its rules. `properties` cite it, or a lemma of
    theirs does; `attacks` cite it or break one of these properties. `reference` files name it, `errata` have a row or
    an item on it, and `tests` name it or one of its properties.
    """

    entry: Entry
    rules: tuple[RuleUse, ...] = ()
    declared: tuple[str, ...] = ()
    acted: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    attacks: tuple[str, ...] = ()
    reference: tuple[str, ...] = ()
    errata: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()

    @property
    def is_acted_on(self) -> bool:
        """Whether an action, a guard, a rule or the value of a rule cites it."""
        return bool(self.rules or self.declared or self.acted)

    @property
    def is_missing(self) -> bool:
        """Whether it is called modelled, and nothing of spec, model and properties cites it."""
        return self.entry.status == "modelled" and not (self.is_acted_on or self.properties)


@dataclass(frozen=True, order=True)
class Dangling:
    """An id that is cited at a place, and that the register has not."""

    id: str
    place: str


@dataclass(frozen=True)
class Coverage:
    """All statements of a register in its order, and the ids that it lacks."""

    statements: tuple[Statement, ...]
    dangling: tuple[Dangling, ...]

    @property
    def missing(self) -> tuple[Statement, ...]:
        """The statements that are modelled by word only."""
        return tuple(s for s in self.statements if s.is_missing)


def read_texts(study: Study) -> Texts:
    """Reference, errata and tests of a study; what it has not is empty."""

    def under(folder: str, pattern: str) -> dict[str, str]:
        found = sorted((study.root / folder).rglob(pattern))
        return {f.relative_to(study.root).as_posix(): f.read_text(encoding="utf-8") for f in found}

    folders = study.folders
    return Texts(under(folders.reference, "*.py"), under(f"{folders.spec}/errata", "*.md"), under("tests", "*.py"))


def coverage(
    register: Register, subjects: Sequence[Subject], attacks: Sequence[Exhibit], texts: Texts, root: Path
) -> Coverage:
    """What came of each statement. `root` is the study's, from which places are told."""
    found = _Found(subjects, attacks, texts, Mentions(register), root)
    dangling = {Dangling(id, place) for id, place in found.everywhere() if id not in register.entries}
    return Coverage(tuple(found.statement(e) for e in register.entries.values()), tuple(sorted(dangling)))


class _Found:
    """Who cites what, by kind: for each id its places, each once and in order."""

    def __init__(
        self, subjects: Sequence[Subject], attacks: Sequence[Exhibit], texts: Texts, words: Mentions, root: Path
    ) -> None:
        systems = {(s.spec.file, s.system.name, s.system.rules): s for s in subjects}.values()
        specs = {s.spec.file: s.spec for s in subjects}.values()
        self._uses = _gathered(_uses(specs, root))
        self._declared = _gathered((id, rule.name) for s in specs for rule in s.schema.values() for id in rule.cites)
        self._acted = _gathered(pair for s in systems for pair in _acted(s.system, root))
        self._guards = _gathered(pair for s in systems for pair in _guards(s, root))
        self._properties = _gathered((id, s.declared.id) for s in subjects for id in _stated(s.declared))
        self._attacks = _gathered((id, a.name) for a in attacks for id in a.cites)
        self._breaks = _gathered((a.breaks, a.name) for a in attacks)
        self._reference = _gathered((id, f) for f, text in texts.reference.items() for id in words.within(text))
        self._headed = _gathered((id, f) for f, text in texts.errata.items() for id in words.heading(text))
        self._errata = _gathered((id, f) for f, text in texts.errata.items() for id in words.within(text))
        self._tests = _gathered((id, f) for f, text in texts.tests.items() for id in words.within(text))

    def statement(self, entry: Entry) -> Statement:
        """All that came of one entry."""
        id, uses = entry.id, _of(self._uses, entry.id)
        properties = _of(self._properties, id)
        rules = (f"{use.target} {use.rule}" for use in uses)
        return Statement(
            entry,
            rules=uses,
            declared=_of(self._declared, id),
            acted=_of(self._acted, id),
            model=_merged(_of(self._acted, id), *(_of(self._guards, rule) for rule in rules)),
            properties=properties,
            attacks=_merged(_of(self._attacks, id), *(_of(self._breaks, p) for p in properties)),
            reference=_of(self._reference, id),
            errata=_of(self._headed, id),
            tests=_merged(_of(self._tests, id), *(_of(self._tests, p) for p in properties)),
        )

    def everywhere(self) -> Iterator[tuple[str, str]]:
        """Every id that is cited, with each place; but for tests, which may well try an id that is none."""
        for index in (self._acted, self._reference, self._errata):
            for id, places in index.items():
                yield from ((id, place) for place in places)
        for what, index in (("rule", self._declared), ("property", self._properties), ("attack", self._attacks)):
            for id, names in index.items():
                yield from ((id, f"{what} {name}") for name in names)
        for id, uses in self._uses.items():
            yield from ((id, use.place) for use in uses)


def _gathered(pairs: Iterable[tuple[str, T]]) -> dict[str, dict[T, None]]:
    found: dict[str, dict[T, None]] = defaultdict(dict)
    for id, place in pairs:
        found[id].setdefault(place)
    return dict(found)


def _of(index: Mapping[str, Mapping[T, None]], id: str) -> tuple[T, ...]:
    return tuple(index.get(id, ()))


def _merged(*parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for part in parts for each in part))


def _uses(specs: Iterable[Spec], root: Path) -> Iterator[tuple[str, RuleUse]]:
    """Ids on which the value of a rule rests; a reading that changes the value answers to the same ids."""
    for spec in specs:
        values = spec.base.plain()
        for rule in spec.schema:
            use = RuleUse(
                f"{spec.protocol}@{spec.variant}", rule, values[rule],
                _place(root, str(spec.file), spec.position(rule).line),
            )  # fmt: skip
            yield from ((id, use) for id in spec.cites(rule))


def _acted(system: System, root: Path) -> Iterator[tuple[str, str]]:
    for action in system.actions:
        yield from ((id, _place(root, action.file, action.line)) for id in action.cites)
        for guard in action.guards:
            yield from ((id, _place(root, guard.file, guard.line)) for id in guard.cites)


def _guards(subject: Subject, root: Path) -> Iterator[tuple[str, str]]:
    """Guards by the rule, after its target, that they stand for."""
    target = f"{subject.spec.protocol}@{subject.spec.variant}"
    for action in subject.system.actions:
        for guard in action.guards:
            yield from ((f"{target} {rule}", _place(root, guard.file, guard.line)) for rule in guard.rules)


def _stated(declared: PropertyDecl) -> Iterator[str]:
    """What a property cites, or a lemma of it."""
    yield from declared.cites
    for lemma in declared.lemmas:
        yield from _stated(lemma)


def _place(root: Path, file: str, line: int) -> str:
    path = PurePath(file)
    return f"{(path.relative_to(root) if path.is_relative_to(root) else path).as_posix()}:{line}"
