"""A slip in the Python of a model is told like any other mistake: file, line, and what Python says."""

import pytest

from meterproof.errors import ModelError
from meterproof.lang import Enum, Protocol, Sort, action, forall, invariant, trace, var

Light = Sort("Light")
Colour = Enum("Colour", "red", "green")


def line_of(marker: str) -> int:
    """The line of this file that ends in a comment."""
    with open(__file__, encoding="utf-8") as source:
        return next(n for n, line in enumerate(source, 1) if line.rstrip().endswith(f"# {marker}"))


def test_a_name_that_python_does_not_know() -> None:
    class Lamp(Protocol):
        colour = var(Light, to=Colour, init=Colour.red)

        @action
        def switch(s, x: Light):
            return s.set(colour={x: Color.green})  # noqa: F821  # in an action

    with pytest.raises(ModelError) as caught:
        trace(Lamp)
    assert f"{__file__}:{line_of('in an action')}: Python says NameError" in str(caught.value)


def test_a_value_that_is_asked_for_what_it_has_not() -> None:
    class Lamp(Protocol):
        on = var(Light)

        @invariant
        def dark(s):
            return forall(Light, lambda x: s.on[x].off)  # in a lambda

    with pytest.raises(ModelError) as caught:
        trace(Lamp)
    assert f"{__file__}:{line_of('in a lambda')}: Python says AttributeError" in str(caught.value)
