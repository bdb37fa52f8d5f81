"""A variable that has another name, in the machine and in what is claimed of it, changes nothing."""

from dataclasses import replace

from meterproof.audit.differences import meaning
from meterproof.audit.renaming import renamed, renaming
from meterproof.lang import Protocol, Sort, action, exists, forall, implies, invariant, require, var
from meterproof.lang.system import System
from meterproof.lang.tracing import trace

Voter = Sort("Voter")


class Before(Protocol):
    """A vote that is counted once."""

    voted = var(Voter)
    counted = var(Voter)

    @action
    def vote(s, v: Voter):
        require(~s.voted[v])
        return s.set(voted={v: True})

    @action
    def count(s, v: Voter):
        require(s.voted[v] & ~s.counted[v])
        return s.set(counted=lambda w: s.counted[w] | (v == w))

    @invariant(witness=lambda s: exists(Voter, lambda v: s.counted[v]))
    def honest(s):
        return forall(Voter, lambda v: implies(s.counted[v], s.voted[v]))


class After(Protocol):
    """The same under other names, of which one was the other's."""

    cast = var(Voter)
    tallied = var(Voter)

    @action
    def vote(s, v: Voter):
        require(~s.cast[v])
        return s.set(cast={v: True})

    @action
    def count(s, v: Voter):
        require(s.cast[v] & ~s.tallied[v])
        return s.set(tallied=lambda w: s.tallied[w] | (v == w))

    @invariant(witness=lambda s: exists(Voter, lambda v: s.tallied[v]))
    def honest(s):
        return forall(Voter, lambda v: implies(s.tallied[v], s.cast[v]))


class Other(Protocol):
    """Other names, and a guard less."""

    cast = var(Voter)
    tallied = var(Voter)

    @action
    def vote(s, v: Voter):
        require(~s.cast[v])
        return s.set(cast={v: True})

    @action
    def count(s, v: Voter):
        require(~s.tallied[v])
        return s.set(tallied=lambda w: s.tallied[w] | (v == w))

    @invariant(witness=lambda s: exists(Voter, lambda v: s.tallied[v]))
    def honest(s):
        return forall(Voter, lambda v: implies(s.tallied[v], s.cast[v]))


def of(machine: type[Protocol]) -> System:
    """The machine under one name, which is no variable's."""
    return replace(trace(machine), name="Ballot")


def test_the_renaming_is_found_that_makes_two_machines_one() -> None:
    assert renaming(of(Before), of(After)) == {"voted": "cast", "counted": "tallied"}
    assert renaming(of(After), of(Before)) == {"cast": "voted", "tallied": "counted"}


def test_what_differs_in_more_than_names_is_no_renaming() -> None:
    assert renaming(of(Before), of(Other)) == {}
    assert renaming(of(Other), of(Before)) == {}


def test_what_has_the_same_names_needs_none() -> None:
    assert renaming(of(Before), of(Before)) == {}


def test_a_renaming_there_and_back_is_no_change() -> None:
    there = renamed(of(Before), {"voted": "cast"})
    assert {v.name for v in there.variables} == {"cast", "counted"}
    back = renamed(there, {"cast": "voted"})
    assert meaning(back, back.properties[0]) == meaning(of(Before), of(Before).properties[0])
    assert meaning(there, there.properties[0]) != meaning(of(Before), of(Before).properties[0])
