"""Values of a finite instance as ITF expressions, both ways.

| value | ITF |
| --- | --- |
| individual, enum value | string: `"replica2"`, `"committed"` |
| boolean | JSON boolean |
| integer | `{"#bigint": "3"}` (plain JSON numbers, of older tools, are read too) |
| relation | `{"#set": [...]}` of individuals, or of `{"#tup": [...]}` when it has several arguments |
| function | `{"#map": [[key, value], ...]}`, total |
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from meterproof.errors import InputError
from meterproof.finite.instance import Instance, Table
from meterproof.lang.system import System, Variable
from meterproof.lang.types import BOOL, IntRange, Type

_LISTED = 12
"""An error message lists up to so many individuals that would have been right."""
INIT = "init"
"""The `action` of the first state; a step's has brackets, so an action called init is another."""


def action_variable(system: System) -> str:
    """The name of the variable that holds the move: `action`, with underscores while the model has one of that name."""
    name = "action"
    while any(v.name == name for v in system.variables):
        name += "_"
    return name


def value_to_itf(instance: Instance, type_: Type, value: int) -> Any:
    """One value as an ITF expression."""
    if type_ == BOOL:
        return bool(value)
    return {"#bigint": str(value)} if isinstance(type_, IntRange) else instance.element(type_, value)


def table_to_itf(instance: Instance, variable: Variable, table: Table) -> Any:
    """All values of one variable as an ITF expression."""
    if not variable.domain:
        return value_to_itf(instance, variable.to, table[0])
    keys = [_key_to_itf(instance, variable, cell) for cell in instance.cells(variable)]
    if variable.to == BOOL:
        return {"#set": [key for key, value in zip(keys, table, strict=True) if value]}
    return {"#map": [[key, value_to_itf(instance, variable.to, v)] for key, v in zip(keys, table, strict=True)]}


def _key_to_itf(instance: Instance, variable: Variable, cell: tuple[int, ...]) -> Any:
    names = [value_to_itf(instance, s, i) for s, i in zip(variable.domain, cell, strict=True)]
    return names[0] if len(names) == 1 else {"#tup": names}


def value_from_itf(instance: Instance, type_: Type, found: Any, where: str) -> int:
    """The value that an ITF expression stands for; InputError, naming `where`, when it is none of the type's."""
    if type_ == BOOL:
        if isinstance(found, bool):
            return int(found)
        raise InputError(f"{where} is {_short(found)}", allowed="true or false")
    if isinstance(type_, IntRange):
        value = _integer(found)
        if value is None or value not in instance.values(type_):
            raise InputError(f"{where} is {_short(found)}", allowed=f'{{"#bigint": "..."}} in {type_.name}')
        return value
    names = {instance.element(type_, v): v for v in instance.values(type_)}
    if not isinstance(found, str) or found not in names:
        listed = ", ".join([*names][:_LISTED]) + (", ..." if len(names) > _LISTED else "")
        raise InputError(f"{where} is {_short(found)}, which is no {type_.name} of this scope", allowed=listed)
    return names[found]


def table_from_itf(instance: Instance, variable: Variable, found: Any, where: str) -> Table:
    """The table that an ITF expression stands for; InputError for a wrong value or a function that is not total."""
    if not variable.domain:
        return (value_from_itf(instance, variable.to, found, where),)
    if variable.to == BOOL:
        members = _items(found, "#set", where)
        true = {_key_from_itf(instance, variable, m, f"{where}, element {i + 1},") for i, m in enumerate(members)}
        return tuple(int(cell in true) for cell in instance.cells(variable))
    values: dict[tuple[int, ...], int] = {}
    for at, pair in enumerate(_items(found, "#map", where)):
        place = f"{where}, entry {at + 1},"
        if not isinstance(pair, list) or len(pair) != 2:
            raise InputError(f"{place} is {_short(pair)}", allowed="[key, value]")
        key = _key_from_itf(instance, variable, pair[0], place)
        if key in values:
            raise InputError(f"{place} gives {_short(pair[0])} a second value", allowed="one value for each key")
        values[key] = value_from_itf(instance, variable.to, pair[1], place)
    for cell in instance.cells(variable):
        if cell not in values:
            lacking = _short(_key_to_itf(instance, variable, cell))
            raise InputError(f"{where} has no value for {lacking}", allowed="a value for each key")
    return tuple(values[cell] for cell in instance.cells(variable))


def _key_from_itf(instance: Instance, variable: Variable, found: Any, where: str) -> tuple[int, ...]:
    parts: Iterable[Any] = [found] if len(variable.domain) == 1 else _items(found, "#tup", where)
    given = list(parts)
    if len(given) != len(variable.domain):
        raise InputError(f"{where} has {len(given)} parts", allowed=f"{len(variable.domain)} parts")
    return tuple(value_from_itf(instance, s, g, where) for s, g in zip(variable.domain, given, strict=True))


def _items(found: Any, tag: str, where: str) -> list[Any]:
    items = found.get(tag) if isinstance(found, dict) else None
    if not isinstance(items, list):
        raise InputError(f"{where} is {_short(found)}", allowed=f'{{"{tag}": [...]}}')
    return items


def _integer(found: Any) -> int | None:
    digits = found.get("#bigint") if isinstance(found, dict) else None
    if isinstance(digits, str) and digits.removeprefix("-").isdecimal() and digits.isascii():
        return int(digits)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _short(found: Any) -> str:
    shown = repr(found)
    return shown if len(shown) <= 60 else shown[:57] + "..."
