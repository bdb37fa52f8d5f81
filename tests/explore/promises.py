"""Small protocols whose leads-to properties have answers that textbooks give."""

from __future__ import annotations

from meterproof.lang import (
    Enum,
    IntRange,
    Protocol,
    Sort,
    action,
    exists,
    forall,
    is_first,
    is_next,
    leads_to,
    require,
    rigid,
    var,
)

Process = Sort("Process", "a process")
Section = Enum("Section", "elsewhere", "asked", "waiting", "critical")


class Critical(Protocol):
    """What the two ways to mutual exclusion below have in common; `me` stands for any of the processes."""

    me = rigid(to=Process)
    at = var(Process, to=Section, init=Section.elsewhere)


class Semaphore(Critical):
    """A process may enter whenever no other is inside."""

    @action
    def ask(s, p: Process):
        require(s.at[p] == Section.elsewhere)
        return s.set(at={p: Section.waiting})

    @action
    def enter(s, p: Process):
        require(s.at[p] == Section.waiting)
        require(forall(Process, lambda q: s.at[q] != Section.critical))
        return s.set(at={p: Section.critical})

    @action
    def leave(s, p: Process):
        require(s.at[p] == Section.critical)
        return s.set(at={p: Section.elsewhere})

    @leads_to(then=lambda s: exists(Process, lambda p: s.at[p] == Section.critical), fair="enter leave")
    def somebody_enters(s):
        return exists(Process, lambda p: s.at[p] == Section.waiting)

    @leads_to(then=lambda s: s.at[s.me] == Section.critical, fair="enter leave")
    def i_enter(s):
        return s.at[s.me] == Section.waiting

    @leads_to(then=lambda s: ~exists(Process, lambda p: s.at[p] == Section.waiting), fair="enter leave")
    def nobody_waits_in_the_end(s):
        return exists(Process, lambda p: s.at[p] == Section.waiting)

    @leads_to(then=lambda s: s.at[s.me] == Section.critical, fair="leave")
    def i_enter_unfairly(s):
        return s.at[s.me] == Section.waiting


class Peterson(Critical):
    """G. L. Peterson, *Myths About the Mutual Exclusion Problem*, 1981; for two processes."""

    turn = var(to=Process, init=lambda s: s.me)

    @action
    def ask(s, p: Process):
        require(s.at[p] == Section.elsewhere)
        return s.set(at={p: Section.asked})

    @action
    def give_way(s, p: Process, q: Process):
        require(p != q)
        require(s.at[p] == Section.asked)
        return s.set(at={p: Section.waiting}, turn=q)

    @action
    def enter(s, p: Process):
        require(s.at[p] == Section.waiting)
        require((s.turn == p) | forall(Process, lambda q: (q == p) | (s.at[q] == Section.elsewhere)))
        return s.set(at={p: Section.critical})

    @action
    def leave(s, p: Process):
        require(s.at[p] == Section.critical)
        return s.set(at={p: Section.elsewhere})

    @leads_to(then=lambda s: s.at[s.me] == Section.critical, fair="give_way enter leave")
    def i_enter(s):
        return s.at[s.me] == Section.asked

    @leads_to(then=lambda s: s.at[s.me] == Section.critical, fair="give_way enter")
    def i_enter_though_nobody_leaves(s):
        return s.at[s.me] == Section.asked


Seat = Sort("Seat", "a place in a ring", ordered=True)


def beside(a, b):
    """b sits to the left of a; to the left of the last sits the first."""
    return is_next(a, b) | (is_first(b) & forall(Seat, lambda c: ~(a < c)))


class Ring(Protocol):
    """A token goes round."""

    me = rigid(to=Seat)
    token = var(to=Seat, init=lambda s: s.me)

    @action
    def hand_on(s, a: Seat, b: Seat):
        require(beside(a, b))
        require(s.token == a)
        return s.set(token=b)

    @leads_to(then=lambda s: s.token == s.me, fair="hand_on")
    def it_comes_back(s):
        return s.token != s.me

    @leads_to(then=lambda s: s.token == s.me, fair="hand_on(_,_)")
    def it_comes_back_if_somebody_hands_it_on(s):
        return s.token != s.me

    @leads_to(then=lambda s: s.token == s.me)
    def it_comes_back_by_itself(s):
        return s.token != s.me


Fork = Enum("Fork", "lying", "left", "right")
"""Who has the fork between a seat and the next: nobody, the seat that it lies left of, or the next."""


class Philosophers(Protocol):
    """E. W. Dijkstra's dining philosophers: the fork of seat a lies between a and the seat to its left."""

    me = rigid(to=Seat)
    fork = var(Seat, to=Fork, init=Fork.lying)
    eating = var(Seat)

    @action
    def take_left(s, a: Seat):
        """{a} takes the fork to its left first."""
        require(s.fork[a] == Fork.lying)
        return s.set(fork={a: Fork.left})

    @action
    def take_right(s, a: Seat, b: Seat):
        """{b} takes the fork to its right, {a}'s, and eats."""
        require(beside(a, b))
        require(s.fork[b] == Fork.left)
        require(s.fork[a] == Fork.lying)
        return s.set(fork={a: Fork.right}, eating={b: True})

    @action
    def finish(s, a: Seat, b: Seat):
        """{b} lays down both forks."""
        require(a != b)
        require(beside(a, b))
        require(s.eating[b])
        return s.set(fork={a: Fork.lying, b: Fork.lying}, eating={b: False})

    @leads_to(then=lambda s: exists(Seat, lambda a: s.eating[a]), fair="take_left take_right finish")
    def somebody_eats(s):
        return exists(Seat, lambda a: s.fork[a] == Fork.left)


class Polite(Philosophers):
    """The same, but the last may take a fork only while another is left for the others."""

    @action
    def take_left(s, a: Seat):
        require(s.fork[a] == Fork.lying)
        require(exists(Seat, lambda b: (a != b) & (s.fork[b] == Fork.lying)))
        return s.set(fork={a: Fork.left})


Packet = Sort("Packet", "a message")


class Channel(Protocol):
    """The sender repeats a packet until it arrives; the network may lose what is on its way, a few times or always."""

    on_its_way = var(Packet)
    arrived = var(Packet)
    lost = var(to=IntRange(0, 2), init=0)

    @action
    def send(s, m: Packet):
        """The sender sends {m}, perhaps again."""
        require(~s.arrived[m])
        return s.set(on_its_way={m: True})

    @action(needs="NET")
    def lose(s, m: Packet):
        """The network loses {m}."""
        require(s.on_its_way[m])
        return s.set(on_its_way={m: False})

    @action(needs="BUDGET")
    def lose_sometimes(s, m: Packet):
        """The network loses {m}, which it may do twice in all."""
        require(s.on_its_way[m])
        require(s.lost < 2)
        return s.set(on_its_way={m: False}, lost=s.lost + 1)

    @action
    def deliver(s, m: Packet):
        """{m} arrives."""
        require(s.on_its_way[m])
        return s.set(arrived={m: True})

    @leads_to(then=lambda s: forall(Packet, lambda m: s.arrived[m]), fair="send deliver")
    def reliable(s):
        """All packets arrive."""
        return forall(Packet, lambda m: ~s.arrived[m])

    @leads_to(then=lambda s: forall(Packet, lambda m: s.arrived[m]), fair="send deliver", against="NET")
    def lossy(s):
        """All packets arrive though the network may lose them for ever."""
        return forall(Packet, lambda m: ~s.arrived[m])

    @leads_to(then=lambda s: forall(Packet, lambda m: s.arrived[m]), fair="send deliver", against="BUDGET")
    def lossy_for_a_while(s):
        """All packets arrive though the network may lose a few."""
        return forall(Packet, lambda m: ~s.arrived[m])

    @leads_to(then=lambda s: forall(Packet, lambda m: s.arrived[m]), fair="send(_) deliver", against="BUDGET")
    def some_packet_is_sent(s):
        """All packets arrive if only some packet is sent again and again."""
        return forall(Packet, lambda m: ~s.arrived[m])


Customer = Sort("Customer", "a customer")


class Counter(Protocol):
    """A clerk serves one customer after another; everybody queues up again."""

    me = rigid(to=Customer)
    served = var(Customer)

    @action
    def serve(s, c: Customer):
        require(~s.served[c])
        return s.set(served=lambda d: d == c)

    @leads_to(then=lambda s: s.served[s.me], fair="serve")
    def each_in_turn(s):
        return ~s.served[s.me]

    @leads_to(then=lambda s: s.served[s.me], fair="serve(_)")
    def somebody(s):
        return ~s.served[s.me]
