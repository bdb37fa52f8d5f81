"""What tracing makes of a protocol: guards and where they come from, updates, absent actions, and inheritance."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from meterproof.errors import InputError
from meterproof.lang import (
    Enum,
    IntRange,
    Protocol,
    Sort,
    System,
    action,
    adding,
    atleast,
    choice,
    count,
    exists,
    flag,
    forall,
    formula,
    implies,
    invariant,
    ite,
    lemma,
    parameter,
    reachable,
    require,
    rigid,
    step,
    trace,
    var,
)

Node = Sort("Node", "a voter")
Value = Sort("Value")
Unused = Sort("Unused")
Phase = Enum("Phase", "idle", "busy")


class Voting(Protocol):
    """Nodes vote for values.

    This paragraph is not part of the summary.
    """

    once = flag(doc="A node votes once.", cites=["IS-C17"])
    finality = choice("leader", "certificate", doc="Who decides.")
    quorum = formula("n", "f", doc="Votes that decide.")

    f = parameter(Node, default="floor((n-1)/3)")
    faulty = rigid(Node, at_most="f", doc="it is corrupted")
    leader = rigid(to=Node)
    phase = var(to=Phase, init=Phase.idle)
    vote = var(Node, Value)
    decided = var(Value, doc="it is decided")
    led = var(Node, init=lambda s, n: n == s.leader)

    @action(cites="IS-R1 IS-R2")
    def cast(s, n: Node, v: Value):
        """{n} votes
        for {v}.

        More about voting.
        """
        require(~s.faulty[n], "IS-R3 IS-R4")
        if s.rules.once:
            require(~exists(Value, lambda w: s.vote[n, w]), ["IS-C17"], rule="once")
        return s.set(vote={(n, v): True}, phase=Phase.busy)

    @action(needs="BYZ")
    def announce(s, v: Value):
        require(s.rules.finality == "leader", rule="finality")
        require(s.faulty[s.leader])
        return s.set(decided={v: True})

    @action
    def decide(s, v: Value):
        """{v} is decided."""
        require(s.rules.finality == "certificate")
        require(atleast(s.rules.quorum, Node, lambda n: s.vote[n, v]), rule=("finality", "quorum"))
        return s.set(decided=lambda w: s.decided[w] | (w == v))

    @lemma
    def voted(s):
        """Decided values have votes."""
        return forall(Value, lambda v: implies(s.decided[v], exists(Node, lambda n: s.vote[n, v])))

    @invariant(
        id="V1",
        cites="IS-P5",
        against="BYZ NET",
        lemmas=[voted],
        witness=lambda s: exists(Value, lambda v: s.decided[v]),
    )
    def agreement(s):
        """One value
        is decided."""
        return forall(Value, Value, lambda v, w: implies(s.decided[v] & s.decided[w], v == w))

    @step
    def decisions_stay(s, t):
        return forall(Value, lambda v: implies(s.decided[v], t.decided[v]))


def voting(**changes: object) -> System:
    rules = {"once": True, "finality": "certificate", "quorum": "2*f+1"} | changes
    return trace(Voting, Voting.rule_schema().read(rules))


def test_a_guard_knows_its_formula_its_sources_its_rules_and_its_line() -> None:
    first, second = voting().actions[0].guards
    assert repr(first.condition) == "~faulty[n]"
    assert (first.cites, first.rules) == (("IS-R3", "IS-R4"), ())
    assert repr(second.condition) == "~exists(w: Value: vote[n, w])"
    assert (second.cites, second.rules) == (("IS-C17",), ("once",))
    lines, start = inspect.getsourcelines(Voting)
    assert lines[first.line - start].strip().startswith("require(~s.faulty[n]")
    assert first.file == inspect.getsourcefile(Voting)


def test_an_action_knows_its_parameters_its_sentence_and_what_it_cites() -> None:
    cast = voting().actions[0]
    assert [(p.data, p.type) for p in cast.params] == [("n", Node), ("v", Value)]
    assert cast.sentence == "{n} votes for {v}."
    assert (cast.needs, cast.cites) == (None, ("IS-R1", "IS-R2"))


def test_an_action_without_a_docstring_still_has_a_sentence() -> None:
    announce = voting(finality="leader").actions[1]
    assert (announce.name, announce.needs, announce.sentence) == ("announce", "BYZ", "announce of {v}")


def test_an_action_depends_on_the_rules_that_it_reads_and_on_those_that_its_guards_stand_for() -> None:
    by_name = {a.name: a.rules for a in voting().actions}
    assert by_name == {"cast": ("once",), "decide": ("finality", "quorum")}
    assert {a.name: a.rules for a in voting(once=False).actions}["cast"] == ("once",)


def test_a_guard_stands_for_a_rule_that_was_not_read() -> None:
    class Strict(Voting):
        @action
        def cast(s, n: Node, v: Value):
            require(~s.vote[n, v], rule="once")
            return s.set(vote={(n, v): True})

    rules = Strict.rule_schema().read({"once": True, "finality": "leader", "quorum": "1"})
    assert trace(Strict, rules).actions[0].rules == ("once",)


def test_a_rule_switches_a_guard_on_and_off() -> None:
    assert len(voting(once=True).actions[0].guards) == 2
    assert len(voting(once=False).actions[0].guards) == 1


def test_rule_values_decide_which_actions_there_are_and_the_system_says_why_others_are_absent() -> None:
    certified, led = voting(), voting(finality="leader")
    assert [a.name for a in certified.actions] == ["cast", "decide"]
    assert [a.name for a in led.actions] == ["cast", "announce"]
    [(name, reason)] = certified.absent
    lines, start = inspect.getsourcelines(Voting)
    line = start + next(i for i, text in enumerate(lines) if 'require(s.rules.finality == "leader"' in text)
    assert name == "announce"
    assert reason == f"require at {Path(__file__).name}:{line} is false under these rules"


def test_a_guard_that_is_true_outright_leaves_nothing_behind() -> None:
    [guard] = voting(finality="leader").actions[1].guards
    assert repr(guard.condition) == "faulty[leader]"


def test_updates_are_cells_or_pointwise() -> None:
    cast, decide = voting().actions
    assert [(u.variable, [(repr(i), repr(v)) for i, v in u.cells], u.each) for u in cast.updates] == [
        ("vote", [("(n, v)", "True")], None),
        ("phase", [("()", "Phase.busy")], None),
    ]
    [update] = decide.updates
    assert (update.cells, repr(update.index), repr(update.each)) == ((), "(w,)", "(decided[w] | (w == v))")


class Rows(Protocol):
    """Each way to change more than one cell."""

    vote = var(Node, Value)
    phase = var(Node, to=Phase, init=Phase.idle)

    @action
    def join(s, n: Node, v: Value):
        return s.set(vote=adding(lambda m, w: (m == n) & (w != v)), phase={...: Phase.busy})

    @action
    def fill(s, v: Value):
        return s.set(vote={(..., v): True})

    @action
    def clear(s, n: Node):
        return s.set(vote={(n, ...): False})


def test_a_row_of_cells_and_members_of_a_relation_are_pointwise_updates() -> None:
    join, fill, clear = trace(Rows).actions
    assert [repr(u.each) for u in join.updates] == ["(vote[m, w] | ((m == n) & ~(w == v)))", "Phase.busy"]
    assert [repr(u.each) for u in fill.updates] == ["(vote[node0, value1] | (value1 == v))"]
    assert [repr(u.each) for u in clear.updates] == ["(vote[node0, value1] & ~(node0 == n))"]
    assert all(u.cells == () for a in (join, fill, clear) for u in a.updates)


def test_initial_values_are_constants_or_formulas_over_the_index_and_the_rigids() -> None:
    variables = {v.name: v for v in voting().variables}
    assert {name: repr(v.init) for name, v in variables.items()} == {
        "faulty": "None", "leader": "None", "phase": "Phase.idle", "vote": "False", "decided": "False",
        "led": "(node0 == leader)",
    }  # fmt: skip
    assert variables["faulty"].at_most == "f" and variables["decided"].doc == "it is decided"


def test_a_property_has_its_kind_its_title_and_its_adversary() -> None:
    agreement = voting().property("V1")
    assert (agreement.kind, agreement.title) == ("invariant", "One value is decided.")
    assert agreement.against == frozenset({"BYZ", "NET"})
    assert [x.id for x in agreement.lemmas] == ["voted"]
    assert repr(agreement.witness) == "exists(v: Value: decided[v])"


def test_a_step_property_reads_the_states_before_and_after() -> None:
    assert repr(voting().property("decisions_stay").formula) == "forall(v: Value: (~decided[v] | decided'[v]))"
    assert voting().property("decisions_stay").title == "decisions stay"


def test_properties_may_come_from_elsewhere() -> None:
    @reachable(id="extra")
    def some_run(s):
        return exists(Value, lambda v: s.decided[v])

    rules = Voting.rule_schema().read({"once": True, "finality": "leader", "quorum": "1"})
    assert trace(Voting, rules, [some_run]).properties[-1].id == "extra"


def test_a_system_lists_the_sorts_and_enums_that_it_mentions() -> None:
    system = voting()
    assert system.sorts == (Node, Value)
    assert system.enums == (Phase,)
    assert system.doc == "Nodes vote for values."
    assert [(d.name, d.over, str(d.default)) for d in system.design] == [("f", Node, "floor((n-1)/3)")]


def test_a_sort_that_only_a_formula_mentions_belongs_to_the_system() -> None:
    class Crowd(Protocol):
        alarm = var()

        @action
        def shout(s):
            require(count(Unused, lambda u: ~s.alarm) > 1)
            return s.set(alarm=True)

    assert trace(Crowd).sorts == (Unused,)


def test_an_adversarys_action_is_there_only_for_who_has_its_capability() -> None:
    led = voting(finality="leader")
    assert [a.name for a in led.enabled_for(frozenset())] == ["cast"]
    assert [a.name for a in led.enabled_for(frozenset({"BYZ"}))] == ["cast", "announce"]


def test_a_rule_without_a_value_is_asked_for() -> None:
    with pytest.raises(InputError, match="no value for rule 'once'"):
        trace(Voting)


def test_tracing_twice_gives_the_same_system() -> None:
    assert voting() == voting()
    assert voting() != voting(once=False)


def test_formulas_read_as_they_were_written_whatever_was_traced_before() -> None:
    class Ring(Protocol):
        head = rigid(to=Node)
        tail = rigid(to=Node)

        @invariant
        def one_way(s):
            return s.head == s.tail

        @invariant
        def other_way(s):
            return s.tail == s.head

    assert [repr(p.formula) for p in trace(Ring).properties] == ["(head == tail)", "(tail == head)"]


def test_numbers_that_may_leave_a_range_keep_their_own_type() -> None:
    class Counter(Protocol):
        level = var(to=IntRange(0, 3), init=0)

        @action
        def rise(s):
            return s.set(level=ite(s.level < 3, s.level + 1, s.level))

    [[(_, value)]] = [u.cells for u in trace(Counter).actions[0].updates]
    assert (repr(value), value.type.name) == ("ite((level < 3), (level + 1), level)", "number")
