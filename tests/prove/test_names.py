"""No name that a model may choose is a name of the prover's own: else an axiom would bind the model's state."""

import pytest

from meterproof.errors import ModelError
from meterproof.explore.explorer import explore
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import Formula, Protocol, Sort, action, atleast, forall, implies, invariant, require, trace, var
from meterproof.prove import prove

Height = Sort("Height", ordered=True)
Node = Sort("Node")
MAJORITY = Formula.parse("floor(n/2)+1")


class Clash(Protocol):
    """Variables called as the prover might call its order and its quorums."""

    before_Height = var(Height, Height)
    member1_Node = var(Node, Node)
    Quorum1_Node = var(Node)

    @action
    def put(s, a: Height, b: Height):
        """{a} is put before {b}."""
        require(~s.before_Height[a, b])
        return s.set(before_Height={(a, b): True})

    @action
    def join(s, a: Node, b: Node):
        """{a} and {b} are joined."""
        require(~s.member1_Node[a, b])
        return s.set(member1_Node={(a, b): True}, Quorum1_Node={a: True})

    @invariant
    def irreflexive(s):
        """Nothing is put before itself, says an axiom of order, but no action."""
        return forall(Height, Height, lambda a, b: implies(s.before_Height[a, b] & (a == b), a < b))

    @invariant
    def few(s):
        """No majority is joined, says nobody."""
        return forall(Node, lambda a: ~atleast(MAJORITY, Node, lambda b: s.member1_Node[a, b]))


@pytest.mark.parametrize("id", ["irreflexive", "few"])
def test_what_is_violated_is_not_proved(id: str) -> None:
    system = trace(Clash)
    claim = system.property(id)
    [world] = instances(system, resolve(system, {"Height": 2, "Node": 1}))
    assert explore(world, system.actions, [claim]).traces[0] is not None
    assert prove(system, claim).verdict == "not inductive"


def test_two_sorts_of_one_name_are_refused() -> None:
    other = Sort("Node", ordered=True)

    class Twins(Protocol):
        a = var(Node)
        b = var(other)

    with pytest.raises(ModelError, match="two different types are called Node"):
        trace(Twins)
