"""Enums as models write them: `Phase = Enum("Phase", "working", "prepared")`, used as `Phase.working`."""

from __future__ import annotations

from meterproof.lang.expr import Expr, constant
from meterproof.lang.location import unknown_name
from meterproof.lang.types import EnumType


class Enum(EnumType):
    """A closed set of named values, each an attribute that is the value's expression."""

    def __getattr__(self, value: str) -> Expr:
        if value.startswith("__"):
            raise AttributeError(value)
        if value not in self.values:
            raise unknown_name(f"value of enum {self.name}", value, self.values)
        return constant(self.values.index(value), self)
