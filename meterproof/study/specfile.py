"""A spec file: one protocol in one variant, told as values of its rules, each with the ids that it rests on.

The rules' names and allowed values come from the protocol's own declarations (`meterproof.lang.rules`); a spec file
chooses among them. A *reading* is another choice for some rules, where the paper's text leaves it open. A protocol that
is put together from others names them as its `parts`, and has their rules as they have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from meterproof.errors import InputError, nearest
from meterproof.lang.rules import RuleSchema, RuleValues
from meterproof.study import shape, toml
from meterproof.study.problems import placed, refuse
from meterproof.study.register import Register
from meterproof.study.toml import Document, KeyPath, Position

_TARGET = r"^[a-z][a-z0-9-]*@[a-z][a-z0-9-]*$"
_SLUG = r"^[a-z][a-z0-9-]*$"
_MODULE = r"^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Choice(_Table):
    """What the base says of one rule."""

    value: Any = Field(description="the rule's value")
    cites: list[str] = Field(min_length=1, description="a list of at least one id of the register")
    note: str = Field(min_length=1, description="a text: why the rule has this value")


class Override(_Table):
    """What a reading says instead."""

    value: Any = Field(description="the rule's value under this reading")
    reason: str = Field(min_length=1, description="a text: why the paper may be read so")


class Reading(_Table):
    """One way to complete what the paper leaves unsaid."""

    reason: str = Field(min_length=1, description="a text: the principle of this reading")
    rules: dict[str, Override] = Field(default={}, description="a table with value and reason for each rule")


class Head(_Table):
    """A spec file as it is written, before its rules are held against the protocol's declarations.

    `model`, `properties` and `reference` name modules of the study.
    """

    protocol: str = Field(pattern=_SLUG, description="a name of small letters, digits and hyphens")
    variant: str = Field(pattern=_SLUG, description="a name of small letters, digits and hyphens")
    title: str = Field(min_length=1, description="a text: the protocol in a few words")
    source: str = Field(min_length=1, description="a text: the paper, or where the rules come from")
    model: str = Field(pattern=_MODULE, description="the name of a module, such as 'model.metering'")
    properties: str = Field(pattern=_MODULE, description="the name of a module, such as 'properties.metering'")
    reference: str | None = Field(
        default=None, pattern=_MODULE, description="the name of a module, such as 'reference.metering'"
    )
    parts: list[Annotated[str, Field(pattern=_TARGET)]] = Field(
        default=[], description="targets such as 'metering@hardened', whose rules hold where this file says nothing"
    )
    rules: dict[str, Choice] = Field(description="a table with value, cites and note for each rule")
    readings: dict[str, Reading] = Field(default={}, description="a table with reason and rules for each reading")


@dataclass(frozen=True)
class Taken:
    """What a part says of a rule; `part` is its number in the file's list of parts."""

    choice: Choice
    part: int


@dataclass(frozen=True)
class Spec:
    """A valid spec file. Rule values without a reading are the base's."""

    file: Path
    head: Head
    schema: RuleSchema
    base: RuleValues
    overlays: Mapping[str, RuleValues]
    places: Document
    taken: Mapping[str, Taken] = field(default_factory=dict)
    """The rules that the file takes from its parts, by name."""

    @property
    def protocol(self) -> str:
        """The protocol's name, such as `bc-ami`."""
        return self.head.protocol

    @property
    def variant(self) -> str:
        """Which telling of the protocol this is, such as `published`."""
        return self.head.variant

    @property
    def readings(self) -> tuple[str, ...]:
        """The readings' names in the order of the file; empty when nothing is left open."""
        return tuple(self.overlays)

    def rules(self, reading: str | None = None) -> RuleValues:
        """The rule values, under a reading if one is named; InputError for an unknown reading."""
        if reading is None:
            return self.base
        return self.overlays[self._reading(reading)]

    def cites(self, rule: str) -> tuple[str, ...]:
        """The ids that the rule's base value rests on."""
        return tuple(self._choice(rule).cites)

    def note(self, rule: str, reading: str | None = None) -> str:
        """Why the rule has its value, under the reading if it changes the rule."""
        override = self._override(rule, reading)
        return self._choice(rule).note if override is None else override.reason

    def position(self, rule: str, reading: str | None = None) -> Position:
        """Where the rule's value stands in the file, under the reading if it changes the rule; or the part it is of."""
        name = self.schema.rule(rule).name
        if name in self.taken and self._override(rule, reading) is None:
            return self.places.position(("parts", self.taken[name].part))
        inside: KeyPath = () if self._override(rule, reading) is None else ("readings", reading or "")
        return self.places.position((*inside, "rules", name, "value"))

    def _choice(self, rule: str) -> Choice:
        name = self.schema.rule(rule).name
        return self.taken[name].choice if name in self.taken else self.head.rules[name]

    def _override(self, rule: str, reading: str | None) -> Override | None:
        if reading is None:
            return None
        return self.head.readings[self._reading(reading)].rules.get(rule)

    def _reading(self, name: str) -> str:
        """The reading's name, if there is such a reading."""
        if name not in self.overlays:
            raise self.places.error(
                ("readings",),
                f"{self.protocol}@{self.variant} has no reading {name!r}{nearest(name, self.overlays)}",
                ", ".join(self.overlays) or "no reading: nothing is left open",
            )
        return name


def read_head(path: str | Path) -> Head:
    """Read a spec file's shape alone: enough to find the model whose rules it chooses."""
    return shape.read(Head, toml.load(path))


def load_spec(path: str | Path, schema: RuleSchema, register: Register) -> Spec:
    """Read a spec file and hold it against the protocol's rules and the register.

    Mistakes are InputErrors with file, line and what is allowed; all that can be told at once are (study.problems).
    """
    document = toml.load(path)
    head = shape.read(Head, document)
    taken = _taken(head, document, schema)
    refuse(_problems(head, document, schema, register, taken))
    said = {name: each.choice for name, each in taken.items()} | head.rules
    base = schema.read({name: choice.value for name, choice in said.items()})
    overlays = {
        name: base.replace(**{rule: override.value for rule, override in reading.rules.items()})
        for name, reading in head.readings.items()
    }
    return Spec(document.file, head, schema, base, overlays, document, taken)


def _taken(head: Head, document: Document, schema: RuleSchema) -> dict[str, Taken]:
    """The rules that a part speaks of and the file doesn't; an InputError where two parts contradict each other."""
    taken: dict[str, Taken] = {}
    for i, target in enumerate(head.parts):
        file = document.file.with_name(f"{target.replace('@', '.')}.toml")
        if not file.is_file():
            raise document.error(("parts", i), f"there is no {file.name} beside it", "targets with a spec file here")
        for name, choice in read_head(file).rules.items():
            if name in head.rules or name not in schema:
                continue
            other = taken.setdefault(name, Taken(choice, i))
            if other.choice.value != choice.value:
                raise document.error(
                    ("parts", i),
                    f"rule {name!r} is {choice.value!r} in {target} and {other.choice.value!r} in "
                    f"{head.parts[other.part]}",
                    f"one value: a table [rules.{name}] here says which",
                )
    return taken


def _problems(
    head: Head, document: Document, schema: RuleSchema, register: Register, taken: Mapping[str, Taken]
) -> list[InputError]:
    """What is wrong with a file of the right shape."""
    found = _misnamed(head, document)
    chosen: list[tuple[KeyPath, str, object]] = []
    chosen += [(("rules", name), name, each.value) for name, each in head.rules.items()]
    for reading, overlay in head.readings.items():
        chosen += [(("readings", reading, "rules", name), name, each.value) for name, each in overlay.rules.items()]
    for path, name, value in chosen:
        with placed(document, path if name not in schema else (*path, "value"), found):
            schema.rule(name).parse(value)
    for name in schema.missing([*head.rules, *taken]):
        found.append(document.error(("rules",), f"rule {name!r} has no value", schema[name].allowed))
    for name, choice in head.rules.items():
        for i, id in enumerate(choice.cites):
            with placed(document, ("rules", name, "cites", i), found):
                register.get(id)
    return found


def _misnamed(head: Head, document: Document) -> list[InputError]:
    """Where a file called `<protocol>.<variant>.toml` is not about them: its target's name would be a lie."""
    said = {"protocol": head.protocol, "variant": head.variant}
    names = document.file.name.split(".")[:-1]
    if len(names) != len(said):
        return []
    return [
        document.error((key,), f"{key} is {value!r} in a file called {document.file.name}", repr(name))
        for (key, value), name in zip(said.items(), names, strict=True)
        if value != name
    ]
