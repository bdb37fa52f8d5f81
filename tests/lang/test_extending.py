"""An action that extends one of a base hands on its guards and its update, and adds its own."""

import pytest

from meterproof.errors import ModelError
from meterproof.lang import Protocol, Sort, action, require, trace, var

Node = Sort("Node", "a node")


class Base(Protocol):
    ready = var(Node)

    @action
    def go(s, n: Node):
        """{n} gets ready."""
        require(~s.ready[n])
        return s.set(ready={n: True})


def test_the_base_comes_first_and_is_not_repeated() -> None:
    class Counted(Base):
        seen = var(Node)

        @action
        def go(s, n: Node):
            require(~s.seen[n])
            return s.set(Base.go(s, n), seen={n: True})

    (go,) = trace(Counted).actions
    (base,) = trace(Base).actions
    assert [u.variable for u in go.updates] == ["ready", "seen"]
    assert go.updates[0] == base.updates[0]
    assert [g.condition.uid for g in base.guards] == [g.condition.uid for g in go.guards[1:]]


def test_an_extension_by_guards_alone_is_the_bases_update() -> None:
    class Once(Base):
        over = var(init=False)

        @action
        def go(s, n: Node):
            require(~s.over)
            return Base.go(s, n)

    (go,) = trace(Once).actions
    assert go.updates == trace(Base).actions[0].updates


def test_two_bases_are_put_together() -> None:
    class Other(Protocol):
        told = var(Node)

        @action
        def go(s, n: Node):
            return s.set(told={n: True})

    class Both(Base, Other):
        @action
        def go(s, n: Node):
            return s.set(Base.go(s, n), Other.go(s, n))

    (go,) = trace(Both).actions
    assert [u.variable for u in go.updates] == ["ready", "told"]


def test_a_base_that_is_called_and_not_handed_on_is_lost_and_refused() -> None:
    class Lost(Base):
        seen = var(Node)

        @action
        def go(s, n: Node):
            Base.go(s, n)
            return s.set(seen={n: True})

    with pytest.raises(ModelError, match="a second time"):
        trace(Lost)


def test_an_extension_that_is_not_handed_back_is_refused() -> None:
    """The base's update is, and what was added to it would be lost."""

    class Dropped(Base):
        seen = var(Node)

        @action
        def go(s, n: Node):
            base = Base.go(s, n)
            s.set(base, seen={n: True})
            return base

    with pytest.raises(ModelError, match="a second time"):
        trace(Dropped)


def test_a_variable_is_not_set_twice() -> None:
    class Twice(Base):
        @action
        def go(s, n: Node):
            return s.set(Base.go(s, n), ready={n: False})

    with pytest.raises(ModelError, match="ready is set twice"):
        trace(Twice)
