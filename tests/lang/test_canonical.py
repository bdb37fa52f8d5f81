"""The canonical hash: blind to how a system is written, sensitive to everything that it means."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.lang import (
    Enum,
    Formula,
    IntRange,
    Protocol,
    Sort,
    action,
    atleast,
    exists,
    forall,
    invariant,
    leads_to,
    lemma,
    parameter,
    require,
    rigid,
    trace,
    var,
)
from meterproof.lang.canonical import digest
from tests.explore.machines import machine

Node = Sort("Node", "a node")
Phase = Enum("Phase", "idle", "busy")


def base() -> dict[str, Any]:
    """A small protocol's declarations by name; tests exchange one of them."""

    @action(needs="NET", cites="IS-R1")
    def go(s, a: Node, b: Node):
        """{a} overtakes {b}."""
        require((a != b) & s.ready[a], "IS-R2")
        require(exists(Node, lambda n: s.ready[n] & ~s.done[n]))
        return s.set(done={a: True, b: False}, level=s.level, ready=lambda n: s.ready[n] | (n == a))

    @lemma
    def helpful(s):
        return forall(Node, lambda n: s.ready[n] | s.done[n])

    @invariant(against=["NET", "BYZ"], lemmas=[helpful], witness=lambda s: exists(Node, lambda n: s.done[n]))
    def safe(s):
        """Nothing bad happens."""
        return forall(Node, Node, lambda a, b: (a == b) | ~s.done[a] | s.ready[b])

    return {
        "f": parameter(Node, default="floor((n-1)/3)"),
        "bad": rigid(Node, at_most="f"),
        "ready": var(Node, doc="it may go"),
        "done": var(Node, init=lambda s, n: s.bad[n]),
        "level": var(to=IntRange(0, 2), init=0),
        "phase": var(to=Phase, init=Phase.idle),
        "go": go,
        "safe": safe,
    }


def hashed(**changes: Any) -> str:
    """The hash of the small protocol, with some declarations exchanged (None: taken away)."""
    body = {name: value for name, value in (base() | changes).items() if value is not None}
    return digest(trace(type("Small", (Protocol,), body)))


def go_with(**parts: Any) -> Any:
    """The action `go`, with another guard, other updates or another capability."""
    guard = parts.get("guard", lambda s, a, b: (a != b) & s.ready[a])
    some = parts.get("some", lambda s: exists(Node, lambda n: s.ready[n] & ~s.done[n]))
    done = parts.get("done", lambda s, a, b: {a: True, b: False})
    ready = parts.get("ready", lambda s, a: lambda n: s.ready[n] | (n == a))

    def go(s, a: Node, b: Node):
        require(guard(s, a, b))
        require(some(s))
        return s.set(done=done(s, a, b), level=s.level, ready=ready(s, a))

    return action(needs=parts.get("needs", "NET"))(go)


def test_the_same_text_has_the_same_hash() -> None:
    assert hashed() == hashed() == hashed(go=go_with())
    assert len(hashed()) == 64


def test_names_of_parameters_and_bound_variables_order_of_conjuncts_sentences_and_lines_do_not_matter() -> None:
    @action(needs="NET", cites="IS-C99")
    def go(s, winner: Node, loser: Node):
        """Quite another sentence."""
        require(exists(Node, lambda somebody: ~s.done[somebody] & s.ready[somebody]), "IS-R77")
        require(s.ready[winner] & (loser != winner))
        return s.set(ready=lambda x: (winner == x) | s.ready[x], level=s.level, done={loser: False, winner: True})

    @lemma
    def helpful(s):
        """Another title."""
        return forall(Node, lambda y: s.done[y] | s.ready[y])

    @invariant(against=["BYZ", "NET"], lemmas=[helpful], witness=lambda s: exists(Node, lambda z: s.done[z]))
    def safe(s):
        return forall(Node, Node, lambda p, q: s.ready[q] | ~s.done[p] | (q == p))

    assert hashed(go=go, safe=safe) == hashed()


def test_the_order_of_declarations_and_their_docs_do_not_matter() -> None:
    body = base()
    turned = {name: body[name] for name in ["f", "bad", *reversed([n for n in body if n not in ("f", "bad")])]}
    turned["ready"] = var(Node, doc="other words")
    assert digest(trace(type("Small", (Protocol,), turned))) == hashed()


CHANGES: dict[str, Callable[[], dict[str, Any]]] = {
    "a guard is weaker": lambda: {"go": go_with(guard=lambda s, a, b: a != b)},
    "a guard is negated": lambda: {"go": go_with(guard=lambda s, a, b: (a != b) & ~s.ready[a])},
    "a guard speaks of the other parameter": lambda: {"go": go_with(guard=lambda s, a, b: (a != b) & s.ready[b])},
    "exists becomes forall": lambda: {"go": go_with(some=lambda s: forall(Node, lambda n: s.ready[n] & ~s.done[n]))},
    "a quantifier becomes a threshold": lambda: {"go": go_with(some=lambda s: atleast(1, Node, lambda n: s.ready[n]))},
    "the updated cells are exchanged": lambda: {"go": go_with(done=lambda s, a, b: {a: False, b: True})},
    "one cell is not updated": lambda: {"go": go_with(done=lambda s, a, b: {a: True})},
    "a pointwise update says something else": lambda: {"go": go_with(ready=lambda s, a: lambda n: n == a)},
    "the action needs another capability": lambda: {"go": go_with(needs="BYZ")},
    "the action needs no capability": lambda: {"go": go_with(needs=None)},
    "an action is missing": lambda: {"go": None},
    "another initial value": lambda: {"phase": var(to=Phase, init=Phase.busy)},
    "an initial value is computed otherwise": lambda: {"done": var(Node, init=lambda s, n: ~s.bad[n])},
    "a variable has another range": lambda: {"level": var(to=IntRange(0, 3), init=0)},
    "a variable becomes a ghost": lambda: {"phase": var(to=Phase, init=Phase.idle, ghost=True)},
    "a variable becomes rigid": lambda: {"phase": rigid(to=Phase)},
    "a rigid set loses its bound": lambda: {"bad": rigid(Node)},
    "a parameter has another default": lambda: {"f": parameter(Node, default="floor((n-1)/2)")},
    "a property is missing": lambda: {"safe": None},
    "another enum": lambda: {"phase": var(to=(e := Enum("Phase", "idle", "busy", "gone")), init=e.idle)},
    "the enum's values in another order": lambda: {"phase": var(to=(e := Enum("Phase", "busy", "idle")), init=e.idle)},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_the_meaning_changes_the_hash(change: Callable[[], dict[str, Any]]) -> None:
    assert hashed(**change()) != hashed()


def test_all_these_changes_have_hashes_of_their_own() -> None:
    assert len({hashed(**change()) for change in CHANGES.values()}) == len(CHANGES)


def claim(**parts: Any) -> str:
    """The hash of a protocol with one promise, parts of which a test exchanges."""

    def soon(s):
        return s.asked

    given_ = {"then": lambda s: s.answered, "fair": (), "against": (), "witness": None} | parts
    body = {"asked": var(), "answered": var(), "soon": leads_to(**given_)(soon)}
    return digest(trace(type("Promise", (Protocol,), body)))


def test_every_part_of_a_property_counts_and_none_is_taken_for_another() -> None:
    hashes = [
        claim(),
        claim(id="later"),
        claim(then=lambda s: ~s.answered),
        claim(witness=lambda s: s.answered),
        claim(then=lambda s: ~s.asked, witness=lambda s: s.answered),
        claim(then=lambda s: s.answered, witness=lambda s: ~s.asked),
        claim(fair=("NET",)),
        claim(against=("NET",)),
        claim(against=("NET",), fair=("BYZ",)),
        claim(against=("BYZ",), fair=("NET",)),
        claim(against=("BYZ", "NET")),
        claim(fair=("BYZ", "NET")),
    ]
    assert len(set(hashes)) == len(hashes)


def test_a_threshold_counts_by_its_formula() -> None:
    def quorum(text: str) -> Any:
        return go_with(some=lambda s: atleast(Formula.parse(text), Node, lambda n: s.ready[n]))

    assert hashed(go=quorum("2f+1")) == hashed(go=quorum("2 * f + 1"))
    assert hashed(go=quorum("2f+1")) != hashed(go=quorum("f+1"))


def test_a_formula_written_outside_a_binder_means_the_same_inside_it() -> None:
    def go(name: str) -> Any:
        def some(s: Any) -> Any:
            if name == "n":
                return exists(Node, lambda n: s.ready[n])
            return exists(Node, lambda other: s.ready[other])

        def guard(s: Any, a: Any, b: Any) -> Any:
            outside = some(s)
            return (a != b) & forall(Node, lambda n: s.done[n] | outside)

        def ready(s: Any, a: Any) -> Any:
            outside = some(s)
            return lambda n: outside & s.done[n]

        return go_with(guard=guard, ready=ready)

    assert hashed(go=go("n")) == hashed(go=go("other")) != hashed()


def test_the_order_of_a_pointwise_updates_arguments_matters() -> None:
    def turning(turned: bool) -> str:
        @action
        def turn(s):
            return s.set(above=lambda a, b: s.above[b, a] if turned else s.above[a, b])

        return hashed(above=var(Node, Node), turn=turn)

    assert turning(True) != turning(False)


def test_what_a_quantifier_ranges_over_matters() -> None:
    def over(domain: Any) -> str:
        @invariant
        def safe(s):
            return exists(domain, lambda x: s.phase == Phase.idle)

        return hashed(safe=safe)

    assert len({over(Node), over(Phase), over(Sort("Token"))}) == 3


def test_which_binder_a_variable_belongs_to_matters() -> None:
    def claims(first: bool) -> Any:
        @invariant
        def safe(s):
            return forall(Node, lambda a: exists(Node, lambda b: s.ready[a if first else b]))

        return safe

    assert hashed(safe=claims(True)) != hashed(safe=claims(False))


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_hash_is_the_same_in_every_process(seed: str) -> None:
    program = (
        "from examples.two_phase_commit import TwoPhaseCommit\n"
        "from meterproof.lang import trace\n"
        "from meterproof.lang.canonical import digest\n"
        "from tests.explore.machines import machine\n"
        "print(digest(trace(TwoPhaseCommit)), digest(machine(5).system))"
    )
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == [digest(trace(TwoPhaseCommit)), digest(machine(5).system)]
