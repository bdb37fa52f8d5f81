"""Where members gained could disable a move or hide a violation, eagerness is refused with place and reason."""

from __future__ import annotations

import pytest

from meterproof.errors import ModelError
from meterproof.finite.eager import eager
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import (
    Protocol,
    System,
    action,
    adding,
    exists,
    forall,
    invariant,
    quiescent,
    reachable,
    require,
    rigid,
    trace,
    var,
)
from tests.finite.claiming import ADVERSARY, Base, Node


def _refusal(system: System, id: str = "safe") -> ModelError:
    with pytest.raises(ModelError) as raised:
        eager(system, system.property(id))
    return raised.value


def test_a_guard_that_a_claim_makes_false_is_named_with_its_line() -> None:
    class Hurt(Base):
        @action
        def finish(s, a: Node):  # type: ignore[no-untyped-def]
            require(s.seen[a])
            require(~exists(Node, lambda b: s.claimed[b]))
            return s.set(done={a: True})

        @invariant(against=ADVERSARY)
        def safe(s):  # type: ignore[no-untyped-def]
            return forall(Node, lambda a: ~s.done[a])

    system = trace(Hurt)
    error = _refusal(system)
    assert error.message == "a guard of finish could be made false by more members: claimed[b]"
    assert error.line == system.actions[1].guards[1].line and error.file == __file__


def test_it_must_rule_out_every_way_of_claiming() -> None:
    class Twice(Base):
        worse = rigid(Node)

        @action(needs=ADVERSARY)
        def shout(s, a: Node):  # type: ignore[no-untyped-def]
            require(s.worse[a] & ~s.claimed[a])
            return s.set(claimed={a: True})

        @action
        def see(s, a: Node):  # type: ignore[no-untyped-def]
            require(~s.bad[a] & ~s.claimed[a])
            return s.set(seen={a: True})

        @invariant(against=ADVERSARY)
        def safe(s):  # type: ignore[no-untyped-def]
            return forall(Node, lambda a: ~s.seen[a])

    assert "a guard of see" in _refusal(trace(Twice)).message


def test_a_property_that_claims_make_true_is_named() -> None:
    class Hidden(Base):
        @invariant(against=ADVERSARY)
        def safe(s):  # type: ignore[no-untyped-def]
            return exists(Node, lambda a: s.claimed[a])

    assert _refusal(trace(Hidden)).message == "safe could be hidden by more members: claimed[a]"


def test_an_update_that_depends_on_claims_or_takes_them_away_is_refused() -> None:
    class Copied(Base):
        @action
        def copy(s, a: Node):  # type: ignore[no-untyped-def]
            return s.set(done={a: s.claimed[a]})

        @action
        def clear(s, a: Node):  # type: ignore[no-untyped-def]
            return s.set(claimed={a: False})

        @invariant(against=ADVERSARY)
        def safe(s):  # type: ignore[no-untyped-def]
            return forall(Node, lambda a: ~s.done[a])

    assert _refusal(trace(Copied)).message == "what copy does to done could be changed by more members: claimed[a]"

    class Cleared(Base):
        clear = Copied.__dict__["clear"]
        safe = Copied.__dict__["safe"]

    assert "clear may take members from claimed" in _refusal(trace(Cleared)).message


def test_what_the_adversary_leaves_undone_matters_to_quiet_states() -> None:
    class Quiet(Base):
        @quiescent(against=ADVERSARY)
        def safe(s):  # type: ignore[no-untyped-def]
            return forall(Node, lambda a: s.done[a])

    assert "quiescent property" in _refusal(trace(Quiet)).message


def test_without_an_action_that_can_always_be_taken_there_is_nothing_to_do_at_the_start() -> None:
    class Waiting(Protocol):
        bad = rigid(Node)
        seen = var(Node)
        claimed = var(Node)

        @action(needs=ADVERSARY)
        def claim(s, a: Node):  # type: ignore[no-untyped-def]
            require(s.bad[a] & s.seen[a])
            return s.set(claimed={a: True})

        @reachable(against=ADVERSARY)
        def goal(s):  # type: ignore[no-untyped-def]
            return exists(Node, lambda a: s.claimed[a])

    assert "no action of the adversary of goal can always be taken" in _refusal(trace(Waiting), "goal").message


def test_moves_that_exclude_each_other_can_not_all_be_taken_at_the_start() -> None:
    """By the form of its guards each of the two is only `not yet done`; the run to the start is what tells."""

    class Either(Base):
        other = var(Node)

        @action(needs=ADVERSARY)
        def differ(s, a: Node):  # type: ignore[no-untyped-def]
            require(s.bad[a] & ~s.claimed[a] & ~s.other[a])
            return s.set(other={a: True}, claimed=adding(lambda b: b == a))

        @invariant(against=ADVERSARY)
        def safe(s):  # type: ignore[no-untyped-def]
            return ~exists(Node, lambda a: s.other[a])

    system = trace(Either)
    quick = eager(system, system.property("safe"))
    world = next(w for w in instances(system, resolve(system, {"Node": 1})) if w.rigids["bad"] == (1,))
    with pytest.raises(ModelError, match="claim, differ can't all be taken at the start"):
        quick.prefix(world)
