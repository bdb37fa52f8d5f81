"""An axiom narrows what the environment may have fixed: in finite checks, in proofs, and in the system's hash."""

import pytest

from meterproof.errors import InputError, ModelError
from meterproof.explore.explorer import explore
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import (
    Protocol,
    Sort,
    action,
    axiom,
    exists,
    forall,
    implies,
    invariant,
    require,
    rigid,
    trace,
    var,
)
from meterproof.lang.canonical import digest
from meterproof.prove import prove

Node = Sort("Node")


class Free(Protocol):
    """Any node that is trusted may speak."""

    trusted = rigid(Node)
    liar = rigid(Node)
    spoken = var(Node)

    @action
    def speak(s, n: Node):
        """{n} speaks."""
        require(s.trusted[n] & ~s.spoken[n])
        return s.set(spoken={n: True})

    @invariant(witness=lambda s: exists(Node, lambda n: s.spoken[n]))
    def no_liar_speaks(s):
        """No liar speaks."""
        return forall(Node, lambda n: ~(s.liar[n] & s.spoken[n]))


class Careful(Free):
    """Nobody trusts a liar."""

    @axiom
    def liars_are_not_trusted(s):
        return forall(Node, lambda n: implies(s.liar[n], ~s.trusted[n]))


def test_a_finite_check_tries_what_the_axioms_admit() -> None:
    """Of 4 kinds of nodes, one is ruled out: multisets of 2 nodes over 4 and over 3 kinds."""
    free, careful = trace(Free), trace(Careful)
    assert len(instances(free, resolve(free, {"Node": 2}))) == 10
    assert len(instances(careful, resolve(careful, {"Node": 2}))) == 6


def test_the_guarantee_needs_the_axiom_in_every_engine() -> None:
    for protocol, holds in ((Free, False), (Careful, True)):
        system = trace(protocol)
        claim = system.property("no_liar_speaks")
        found = [explore(w, system.actions, [claim]).traces[0] for w in instances(system, resolve(system, {"Node": 2}))]
        assert all(t is None for t in found) is holds
        assert (prove(system, claim).verdict == "proved") is holds


def test_an_axiom_is_part_of_the_meaning() -> None:
    assert digest(trace(Free)) != digest(trace(Careful))


def test_an_axiom_speaks_of_rigids_only() -> None:
    class Wrong(Free):
        @axiom
        def everybody_has_spoken(s):
            return forall(Node, lambda n: s.spoken[n])

    with pytest.raises(ModelError) as caught:
        trace(Wrong)
    assert "rigids only" in str(caught.value) and f"{__file__}:" in str(caught.value)


def test_axioms_that_admit_nothing_are_refused() -> None:
    class Impossible(Free):
        @axiom
        def nobody_and_somebody(s):
            return forall(Node, lambda n: s.liar[n]) & forall(Node, lambda n: ~s.liar[n])

    system = trace(Impossible)
    with pytest.raises(InputError, match="admit nothing"):
        instances(system, resolve(system, {"Node": 1}))
