"""Small protocols that the tests of this folder prove and break, and a plain search to compare with."""

from meterproof.finite.interpret import Interpreter, violated
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import (
    Protocol,
    Sort,
    System,
    action,
    atleast,
    exists,
    forall,
    formula,
    implies,
    invariant,
    is_first,
    is_next,
    lemma,
    parameter,
    quiescent,
    require,
    rigid,
    step,
    trace,
    var,
)
from meterproof.lang.system import Property

Replica = Sort("Replica", "a validator")
Value = Sort("Value", "what is voted on")
Node = Sort("Node", "a node")
Height = Sort("Height", "a position in the log", ordered=True)


class Voting(Protocol):
    """One slot: a correct replica votes once, and decides what a quorum voted for; faulty votes are always there."""

    quorum = formula("n", "f", removed="1", doc="Votes that decide.")
    resilience = formula("f", doc="The least n that the design admits.")
    f = parameter(Replica, default="floor((n-1)/3)", resilience="resilience")
    faulty = rigid(Replica, at_most="f")
    vote = var(Replica, Value)
    decided = var(Replica, Value)

    @action
    def cast(s, r: Replica, v: Value):
        """{r} votes for {v}."""
        require(~s.faulty[r])
        require(forall(Value, lambda w: ~s.vote[r, w]))
        return s.set(vote={(r, v): True})

    @action
    def decide(s, r: Replica, v: Value):
        """{r} decides {v}."""
        require(~s.faulty[r] & ~s.decided[r, v])
        require(atleast(s.rules.quorum, Replica, lambda x: s.faulty[x] | s.vote[x, v]))
        return s.set(decided={(r, v): True})

    @lemma
    def votes_once(s):
        """A correct replica votes for one value."""
        return forall(
            Replica, Value, Value, lambda r, v, w: implies(~s.faulty[r] & s.vote[r, v] & s.vote[r, w], v == w)
        )

    @lemma
    def backed(s):
        """A decision has its quorum."""
        quorum = s.rules.quorum
        return forall(
            Value,
            lambda v: implies(
                exists(Replica, lambda r: s.decided[r, v]),
                atleast(quorum, Replica, lambda x: s.faulty[x] | s.vote[x, v]),
            ),
        )

    @invariant(lemmas=[votes_once, backed], witness=lambda s: exists(Replica, Value, lambda r, v: s.decided[r, v]))
    def agreement(s):
        """No two replicas decide different values."""
        return forall(
            Replica, Replica, Value, Value, lambda a, b, v, w: implies(s.decided[a, v] & s.decided[b, w], v == w)
        )


def voting(quorum: str, resilience: str = "3*f+1") -> System:
    """Voting with this quorum formula."""
    return trace(Voting, Voting.rule_schema().read({"quorum": quorum, "resilience": resilience}))


class Log(Protocol):
    """A log that is filled from its start, one height after the other."""

    filled = var(Height)

    @action
    def append(s, h: Height):
        """The next free height is filled."""
        require(~s.filled[h])
        require(is_first(h) | exists(Height, lambda g: is_next(g, h) & s.filled[g]))
        return s.set(filled={h: True})

    @invariant
    def no_gap(s):
        """Every height before a filled one is filled."""
        return forall(Height, Height, lambda g, h: implies(s.filled[h] & (g < h), s.filled[g]))


class Chores(Protocol):
    """Each node does its chore once; an attacker on the network can stop it before, or undo everything."""

    done = var(Node)
    stopped = var(Node)

    @action
    def work(s, n: Node):
        """{n} does its chore."""
        require(~s.done[n] & ~s.stopped[n])
        return s.set(done={n: True})

    @action(needs="NET")
    def stop(s, n: Node):
        """The attacker stops {n}."""
        require(~s.done[n] & ~s.stopped[n])
        return s.set(stopped={n: True})

    @action(needs="UNDO")
    def undo(s):
        """The attacker undoes all chores."""
        require(exists(Node, lambda n: s.done[n]))
        return s.set(done=lambda n: False)

    @step
    def kept(s, t):
        """What is done stays done."""
        return forall(Node, lambda n: implies(s.done[n], t.done[n]))

    @step(against="UNDO")
    def kept_for_ever(s, t):
        """What is done stays done, whatever the attacker does."""
        return forall(Node, lambda n: implies(s.done[n], t.done[n]))

    @quiescent
    def all_done(s):
        """In the end all is done."""
        return forall(Node, lambda n: s.done[n])

    @quiescent(against="NET")
    def all_done_under_attack(s):
        """In the end all is done, whatever the attacker stops."""
        return forall(Node, lambda n: s.done[n])


def shortest(system: System, claim: Property, sizes: dict[str, int], depth: int) -> int | None:
    """Length of the shortest run (up to `depth`) that decides the claim, by breadth-first search on the interpreter."""
    actions = system.enabled_for(claim.against)
    machines = [Interpreter(i) for i in instances(system, resolve(system, sizes))]
    layers = [({m.initial()}, m) for m in machines]
    if any(violated(m, claim, s) for states, m in layers for s in states):
        return 0
    seen = [set(states) for states, _ in layers]
    for length in range(1, depth + 1):
        for at, (states, m) in enumerate(layers):
            moves = [(s, t) for s in states for _, t in m.moves(s, actions)]
            if any(violated(m, claim, t, s) for s, t in moves):
                return length
            layers[at] = ({t for _, t in moves} - seen[at], m)
            seen[at] |= layers[at][0]
    return None
