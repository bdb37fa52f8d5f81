"""How a protocol's typed rules are read from a spec's plain values: what a rule may be follows from its type."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, get_args, get_type_hints

from meterproof.errors import InputError
from meterproof.lang.formula import Formula


def read_values(
    rules: type, values: Mapping[str, object], optional: Collection[str] = (), passed_over: Collection[str] = ()
) -> dict[str, Any]:
    """The arguments for this dataclass of rules, of which each is a Literal, a bool, or a Formula in n and f.

    Formulas may be text. Those of `optional` may be missing or None, and then are not among the arguments; those of
    `passed_over` are left out. Raises InputError for unknown or missing names and for foreign values.
    """
    names = [each.name for each in fields(rules)]
    if unknown := sorted(set(values) - {*names, *passed_over}):
        raise InputError(f"unknown rule {', '.join(unknown)}", allowed=", ".join(names))
    if missing := [name for name in names if name not in values and name not in optional]:
        raise InputError(f"no value for the rule {', '.join(missing)}", allowed="a value for every rule")
    types = get_type_hints(rules)
    return {
        name: _value(name, types[name], values[name])
        for name in names
        if not (name in optional and values.get(name) is None)
    }


def _value(name: str, expected: Any, value: object) -> object:
    if expected is bool:
        if isinstance(value, bool):
            return value
        raise InputError(f"the rule {name} cannot be {value!r}", allowed="true, false")
    if Formula in (expected, *get_args(expected)):
        if isinstance(value, Formula):
            return value
        if isinstance(value, str):
            return Formula.parse(value, ("n", "f"))
        raise InputError(f"the rule {name} cannot be {value!r}", allowed="a formula in n and f")
    if value not in get_args(expected):
        raise InputError(f"the rule {name} cannot be {value!r}", allowed=", ".join(get_args(expected)))
    return value


def check_deployment(what: str, n: int, f: int, resilience: Formula | None) -> None:
    """Raises InputError if f is not in 0..n, or if n of `what` are fewer than `resilience`, if there is one."""
    if n < 1 or not 0 <= f <= n:
        raise InputError(f"{n} {what} with a bound of {f} faulty ones", allowed="n >= 1 and 0 <= f <= n")
    if resilience is not None and n < (least := resilience.evaluate({"n": n, "f": f})):
        raise InputError(f"{n} {what} cannot stand {f} faulty ones", allowed=f"n >= {resilience} = {least}")
