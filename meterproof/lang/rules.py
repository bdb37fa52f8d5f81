"""The rules of a protocol as typed values: what a spec file may choose, and what is left when a rule is taken away.

A concern of a protocol declares its rules as class attributes, and reads their values while it is traced:

    class Ordering:
        vote_once = flag(removed=False, doc="A replica votes for one block a height and view.", cites=("IS-C17",))
        quorum = formula("n", "f", removed="1", doc="Votes that make a certificate.", cites=("IS-R15", "IS-C14"))

These declarations are the only list of what a rule may be: spec files, error messages, mutation controls and the audit
all read it from here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from meterproof.errors import InputError, ModelError, nearest
from meterproof.lang.formula import Formula
from meterproof.lang.location import at_model_line, unknown_name

RuleValue = bool | int | str | Formula
"""What a rule can be; numbers and texts mean what the rule's kind says."""
Plain = bool | int | str
"""A value as a spec file or JSON has it."""
FEW = 8
"""Most values of a number that are listed one by one."""


@dataclass(frozen=True)
class Rule(ABC):
    """One decision that a protocol's text makes, or leaves open.

    `removed` is the value that stands for the rule's absence; None says that the protocol cannot be without it.
    `name` is the class attribute's name.
    """

    kind: str
    allowed: str
    doc: str
    cites: tuple[str, ...]
    removed: RuleValue | None = None
    name: str = ""

    def __set_name__(self, owner: type, name: str) -> None:
        if not self.name:  # a second name for the same rule is refused by RuleSchema, with a plain message
            object.__setattr__(self, "name", name)

    @property
    def removable(self) -> bool:
        """Whether the rule can be taken away."""
        return self.removed is not None

    def parse(self, raw: object) -> RuleValue:
        """The typed value of what a spec file says; raises InputError with what is allowed."""
        value = self._accept(raw)
        if value is None:
            raise self._error(f"rule {self.name!r} cannot be {_shown(raw)}")
        return value

    @abstractmethod
    def _accept(self, raw: object) -> RuleValue | None:
        """The typed value of `raw`, or None where it is none of the rule's."""

    def seen(self, value: RuleValue) -> RuleValue:
        """The value as a model sees it."""
        return value

    @property
    def every(self) -> tuple[RuleValue, ...]:
        """All values that the rule can have; empty where they are too many to list."""
        return ()

    def read_text(self, text: str) -> RuleValue:
        """The typed value of a text, as `write_text` makes it; raises as `parse` does."""
        return self.parse(text)

    def _error(self, message: str) -> InputError:
        return InputError(message, allowed=self.allowed)


@dataclass(frozen=True)
class _Flag(Rule):
    def _accept(self, raw: object) -> RuleValue | None:
        return raw if isinstance(raw, bool) else None

    @property
    def every(self) -> tuple[RuleValue, ...]:
        return (False, True)

    def read_text(self, text: str) -> RuleValue:
        return self.parse({"true": True, "false": False}.get(text, text))


@dataclass(frozen=True)
class _Choice(Rule):
    values: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[RuleValue, ...]:
        return self.values

    def _accept(self, raw: object) -> RuleValue | None:
        return raw if isinstance(raw, str) and raw in self.values else None

    def seen(self, value: RuleValue) -> RuleValue:
        return _Alternative(value, self.name, self.values)


class _Alternative(str):
    """A choice, as a model sees it: to compare it with a text that the rule can never be is a mistake, not False."""

    __slots__ = ("_rule", "_values")
    _rule: str
    _values: tuple[str, ...]

    def __new__(cls, value: object, rule: str, values: tuple[str, ...]) -> _Alternative:
        made = super().__new__(cls, value)
        made._rule, made._values = rule, values
        return made

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str) and str(other) not in self._values:
            raise unknown_name(f"value of rule {self._rule}", other, self._values)
        return str(self) == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


@dataclass(frozen=True)
class _Number(Rule):
    low: int = 0
    high: int = 0

    def _accept(self, raw: object) -> RuleValue | None:
        whole = isinstance(raw, int) and not isinstance(raw, bool)
        return raw if whole and isinstance(raw, int) and self.low <= raw <= self.high else None

    @property
    def every(self) -> tuple[RuleValue, ...]:
        few = self.high - self.low < FEW
        return tuple(range(self.low, self.high + 1)) if few else ()

    def read_text(self, text: str) -> RuleValue:
        return self.parse(int(text) if text.removeprefix("-").isdecimal() else text)


@dataclass(frozen=True)
class _FormulaRule(Rule):
    names: tuple[str, ...] = ()

    def _accept(self, raw: object) -> RuleValue | None:
        if isinstance(raw, Formula):
            return raw if set(raw.names) <= set(self.names) else None
        if isinstance(raw, bool) or not isinstance(raw, int | str):
            return None
        try:
            return Formula.parse(str(raw), self.names)
        except InputError as error:
            raise InputError(f"rule {self.name!r}: {error.message}", allowed=error.allowed) from error


def flag(*, doc: str, cites: Iterable[str] = (), removed: bool | None = None) -> Rule:
    """A rule that is followed or not."""
    return _checked(_Flag("flag", "true or false", doc, tuple(cites), removed))


def choice(*values: str, doc: str, cites: Iterable[str] = (), removed: str | None = None) -> Rule:
    """A rule that is one of a few named alternatives."""
    if len(set(values)) < 2 or len(set(values)) < len(values):
        raise at_model_line(f"a choice needs at least two different values, not {list(values)}")
    allowed = f"one of {', '.join(map(repr, values))}"
    return _checked(_Choice("choice", allowed, doc, tuple(cites), removed, values=values))


def number(low: int, high: int, *, doc: str, cites: Iterable[str] = (), removed: int | None = None) -> Rule:
    """A rule that is a whole number, both bounds included."""
    if low > high:
        raise at_model_line(f"a number from {low} to {high} can have no value: the lower bound comes first")
    return _checked(
        _Number("number", f"a whole number from {low} to {high}", doc, tuple(cites), removed, low=low, high=high)
    )


def formula(*names: str, doc: str, cites: Iterable[str] = (), removed: str | None = None) -> Rule:
    """A rule that is a whole number worked out from the named quantities (meterproof.lang.formula)."""
    among = f" in {' and '.join(names)}" if names else ""
    neutral = None if removed is None else Formula.parse(removed, names)
    allowed = f'a whole-number formula{among} such as "{"+".join((*names, "1"))}"'
    return _checked(_FormulaRule("formula", allowed, doc, tuple(cites), neutral, names=names))


def _checked(rule: Rule) -> Rule:
    """The rule, once its neutral value is one of its own values."""
    if rule.removed is not None and rule._accept(rule.removed) is None:
        raise at_model_line(f"a {rule.kind} cannot be {_shown(rule.removed)} when it is removed", rule.allowed)
    return rule


def plain(value: RuleValue) -> Plain:
    """The value as a spec file or JSON has it."""
    return value.text if isinstance(value, Formula) else value


def write_text(value: Plain) -> str:
    """A value as the names of targets and traces have it: no quotes, truth values in small letters."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(raw: object) -> str:
    """A value as a spec file would write it."""
    return str(raw).lower() if isinstance(raw, bool) else repr(str(raw)) if isinstance(raw, Formula) else repr(raw)


def _named(rule: Rule, name: str) -> Rule:
    """The rule under its name; one that was declared outside a class has none yet."""
    if rule.name not in ("", name):
        raise ModelError(f"the rule {rule.name!r} is also called {name!r}", allowed="one name for one declaration")
    return replace(rule, name=name)


class RuleSchema(Mapping[str, Rule]):
    """The rules of one protocol by name, in the order of their declaration. Immutable and hashable."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        """Raises ModelError when one rule has two names, or a name would hide a part of RuleValues."""
        for name in rules:
            if not name.isidentifier() or name.startswith("_") or name in dir(RuleValues) or name in _FIELDS:
                raise ModelError(f"a rule cannot be called {name!r}", allowed="a plain name that is not taken")
        self._rules = {name: _named(rule, name) for name, rule in rules.items()}

    def __getitem__(self, name: str) -> Rule:
        return self._rules[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def __hash__(self) -> int:
        return hash(tuple(self._rules.values()))

    def __repr__(self) -> str:
        return f"RuleSchema({', '.join(self._rules)})"

    def rule(self, name: str) -> Rule:
        """The rule of that name; an unknown one is an InputError with the nearest names."""
        if name not in self._rules:
            raise InputError(
                f"there is no rule {name!r}{nearest(name, self._rules)}",
                allowed=", ".join(self._rules) or "no rules at all",
            )
        return self._rules[name]

    def missing(self, names: Iterable[str]) -> tuple[str, ...]:
        """The rules that `names` leaves out, in order of declaration."""
        given = set(names)
        return tuple(name for name in self._rules if name not in given)

    def read(self, raw: Mapping[str, object]) -> RuleValues:
        """Typed values for all the rules; an unknown or missing name or a wrong value is an InputError."""
        for name in raw:
            self.rule(name)
        if lacking := self.missing(raw):
            raise InputError(
                f"no value for {', '.join(f'rule {name!r}' for name in lacking)}",
                allowed="; ".join(f"{name}: {self._rules[name].allowed}" for name in lacking),
            )
        return RuleValues(self, tuple(rule.parse(raw[name]) for name, rule in self._rules.items()))


@dataclass(frozen=True, repr=False)
class RuleValues:
    """One choice for every rule of a schema, read as attributes (`values.vote_once`). Hashable.

    Made by `RuleSchema.read`, which is what checks the values.
    """

    schema: RuleSchema
    chosen: tuple[RuleValue, ...]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in _FIELDS:  # copying and unpickling ask before the fields are there
            raise AttributeError(name)
        values = dict(self.items())
        if name not in values:
            raise AttributeError(f"the protocol has no rule {name!r}{nearest(name, values)}")
        return values[name]

    def items(self) -> tuple[tuple[str, RuleValue], ...]:
        """Name and value of every rule, in order of declaration."""
        return tuple(zip(self.schema, self.chosen, strict=True))

    def plain(self) -> dict[str, Plain]:
        """The values as a spec file or JSON has them; reading these gives the same values."""
        return {name: plain(value) for name, value in self.items()}

    def replace(self, **changes: object) -> RuleValues:
        """The same choice with some rules changed; raises as `RuleSchema.read` does."""
        return self.schema.read({**dict(self.items()), **changes})

    def remove(self, name: str) -> RuleValues:
        """The choice without one rule: its neutral value instead. InputError if the rule cannot be taken away."""
        neutral = self.schema.rule(name).removed
        if neutral is None:
            removable = ", ".join(rule.name for rule in self.schema.values() if rule.removable)
            raise InputError(f"the rule {name!r} cannot be taken away", allowed=removable or "no rule")
        return self.replace(**{name: neutral})

    def __repr__(self) -> str:
        return f"RuleValues({', '.join(f'{name}={_shown(value)}' for name, value in self.items())})"


_FIELDS = tuple(each.name for each in fields(RuleValues))
