"""Ghosts tell states apart for proofs only: without them there are fewer states, and the runs are the same."""

from __future__ import annotations

from meterproof.finite.ghosts import without_ghosts
from meterproof.lang import Protocol, Sort, action, exists, invariant, require, trace, var

Node = Sort("Node")


class Logged(Protocol):
    """Nodes act; history says who did, and who was first."""

    done = var(Node)
    log = var(Node, ghost=True)
    summary = var(ghost=True)
    unused = var(ghost=True)

    @action
    def act(s, a: Node):  # type: ignore[no-untyped-def]
        """{a} acts."""
        require(~s.done[a])
        return s.set(done={a: True}, log={a: True}, summary=exists(Node, lambda b: s.log[b]), unused=True)

    @invariant
    def real(s):  # type: ignore[no-untyped-def]
        return ~exists(Node, lambda a: s.done[a])

    @invariant
    def recorded(s):  # type: ignore[no-untyped-def]
        return ~s.summary


def names(*ids: str) -> list[str]:
    system = trace(Logged)
    return [v.name for v in without_ghosts(system, [system.property(i) for i in ids]).variables]


def test_ghosts_that_nothing_asks_about_go_with_their_updates() -> None:
    system = trace(Logged)
    smaller = without_ghosts(system, [system.property("real")])
    assert [v.name for v in smaller.variables] == ["done"]
    assert [u.variable for u in smaller.actions[0].updates] == ["done"]
    assert [p.id for p in smaller.properties] == ["real"]


def test_a_ghost_that_is_asked_about_stays_and_so_does_what_feeds_it() -> None:
    assert names("recorded") == ["done", "log", "summary"]
    assert names("real", "recorded") == ["done", "log", "summary"]


def test_a_system_without_ghosts_is_left_as_it_is() -> None:
    system = trace(Logged)
    smaller = without_ghosts(system, [system.property("real")])
    assert without_ghosts(smaller, [smaller.property("real")]) is smaller
