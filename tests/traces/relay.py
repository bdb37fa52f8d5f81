"""A small protocol with everything that a trace can hold: rigids, an adversary, functions, numbers, an order."""

from meterproof.finite.scope import Scope, resolve
from meterproof.lang import (
    Enum,
    IntRange,
    Protocol,
    Sort,
    System,
    action,
    exists,
    forall,
    invariant,
    parameter,
    quiescent,
    reachable,
    require,
    rigid,
    step,
    trace,
    var,
)

Replica = Sort("Replica", "a validator")
Block = Sort("Block", "a candidate block")
Time = Sort("Time", "a moment", ordered=True)
Mood = Enum("Mood", "calm", "alert")


class Relay(Protocol):
    """A leader sends one block to everybody; a faulty one sends what it likes."""

    f = parameter(Replica, default="floor((n-1)/3)")
    faulty = rigid(Replica, at_most="f")
    leader = rigid(to=Replica)
    heeds = var(Replica, to=Replica, init=lambda s, r: s.leader)
    sent = var(Replica, Block)
    mood = var(to=Mood, init=Mood.calm)
    ticks = var(to=IntRange(-1, 1), init=-1)
    stamped = var(Block, Time)
    quorate = var()

    @action(cites="R1 R2")
    def propose(s, b: Block):
        """The leader sends {b} to everybody; {nobody} is no parameter."""
        require(~s.faulty[s.leader])
        require(~exists(Replica, Block, lambda r, c: s.sent[r, c]))
        return s.set(sent=lambda r, c: s.sent[r, c] | (c == b))

    @action(needs="BYZ", cites="R3")
    def equivocate(s, r: Replica, b: Block):
        """The faulty leader sends {b} to {r}; #{b} is its number."""
        require(s.faulty[s.leader])
        return s.set(sent={(r, b): True})

    @action
    def follow(s, r: Replica, q: Replica):
        """{r} heeds {q} from now on."""
        require(r != q)
        require(s.mood == Mood.calm)
        return s.set(heeds={r: q}, mood=Mood.alert)

    @action
    def stamp(s, b: Block, t: Time):
        require(forall(Time, lambda u: ~s.stamped[b, u]))
        return s.set(stamped={(b, t): True})

    @action
    def tick(s):
        """Time passes."""
        require(s.ticks < 1)
        return s.set(ticks=1, quorate=s.mood == Mood.calm)

    @invariant(against="BYZ")
    def one_block(s):
        """No two replicas are sent different blocks."""
        return forall(Replica, Replica, Block, Block, lambda r, q, b, c: ~(s.sent[r, b] & s.sent[q, c]) | (b == c))

    @step
    def calm_stays(s, t):
        """Nobody is alarmed."""
        return (s.mood == t.mood) | (t.mood == Mood.calm)

    @quiescent
    def all_stamped(s):
        """When nothing is left to do, each block has a stamp at the last moment."""
        return forall(Block, lambda b: exists(Time, lambda t: s.stamped[b, t] & forall(Time, lambda u: ~(t < u))))

    @reachable
    def time_is_up(s):
        """Time runs out."""
        return s.ticks == 1


def relay() -> System:
    """The system; equal calls give equal systems."""
    return trace(Relay)


def small(system: System, faulty: int = 1) -> Scope:
    """Three replicas, two blocks, two moments."""
    return resolve(system, {"Replica": 3, "Block": 2, "Time": 2, "faulty": faulty})
