"""The ordering service as a synchronous network of replicas, some of which fail: one height from leaves to block.

Messages are delivered in the order of sending. When no message is under way and nobody has decided, all timers run out
and the next view begins. Nothing here decides anything: replicas and liars do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from reference.bc_ami import lies
from reference.bc_ami.faults import Conditions
from reference.bc_ami.lies import Letter, Spoilt, Told
from reference.bc_ami.tally import Tally
from reference.crypto.randomness import Randomness
from reference.ledger import consensus
from reference.ledger.chain import CERTIFICATE, COMMIT, VOTE, FinalBlock
from reference.ledger.consensus import Replica
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.ledger.view_change import PRE_PREPARE, VIEW_CHANGE, PrePrepare


class NoQuorum(Exception):
    """Too few replicas answer as they should for a block to become final. Nothing that was final is lost."""


def decide(
    replicas: tuple[Replica, ...],
    state: Spoilt,
    leaves: tuple[bytes, ...],
    conditions: Conditions,
    randomness: Randomness,
    ledger: Callable[[int], FinalBlock],
    height: int,
    tally: Tally,
) -> tuple[tuple[Replica, ...], FinalBlock | Refused]:
    """All replicas after this height, and its block; what went on is added to the tally.

    Refused, and the replicas as they were, if a correct leader finds the leaves invalid. `ledger` gives the final
    blocks below `height`, from which those that were away catch up. Raises NoQuorum when every member had its turn as
    the leader, and no block is final.
    """
    net = _Network(replicas, state, conditions, randomness, tally)
    net.catch_up(ledger, height)
    for turn in range(len(replicas)):
        if turn:
            net.time_out()
        if (refusal := net.lead(leaves)) is not None:
            return replicas, refusal
        if not turn:
            net.crash()
        if (final := net.final()) is not None:
            tally.carried += final.block.header.view < net.view
            return net.conclude(final), final
    present, needed = len(replicas) - len(conditions.faulty), replicas[0].committee.needed
    away = ", ".join(
        f"{len(group)} {what}"
        for group, what in (
            (conditions.silent | conditions.failing, "crashed or cut off"),
            (conditions.lying, "lying"),
        )
        if group
    )
    raise NoQuorum(
        f"no quorum at height {height}: {present} of {len(replicas)} replicas answer as they should, "
        f"{needed} are needed ({away or 'none is faulty'})"
    )


class _Network:
    def __init__(
        self,
        replicas: tuple[Replica, ...],
        state: Spoilt,
        conditions: Conditions,
        randomness: Randomness,
        tally: Tally,
    ) -> None:
        self._replicas, self._state, self._conditions = list(replicas), state, conditions
        self._randomness, self._tally = randomness, tally
        self._honest = [each.index for each in replicas if each.index not in conditions.silent | conditions.lying]
        self._present = [each.index for each in replicas if each.index not in conditions.silent]
        self._queue: deque[Letter] = deque()

    @property
    def view(self) -> int:
        """The view that those present are in."""
        return self._replicas[self._present[0]].view

    def catch_up(self, ledger: Callable[[int], FinalBlock], height: int) -> None:
        """Who has been away learns the blocks up to this height."""
        for place in self._present:
            while self._replicas[place].height < height:
                self._tally.caught_up += 1
                final = ledger(self._replicas[place].height)
                self._send([Letter(place, CERTIFICATE, final.evidence, final)])
                before = self._replicas[place].height
                self._step(place, consensus.Learn(final))
                if self._replicas[place].height == before:
                    raise AssertionError(f"replica {place} does not accept the final block of height {before}")

    def time_out(self) -> None:
        """Every timer runs out; reports go to the leader of the next view."""
        self._tally.view_changes += 1
        for place in self._present:
            effects = self._step(place, consensus.TimeOut())
            leader = self._leader_of(place)
            if place in self._conditions.lying:
                if place != leader:
                    self._tell(lies.report(self._replicas[place], leader, self._draw("report", place)))
                continue
            for report in _sent(effects, VIEW_CHANGE):
                if place == leader:
                    self._step(place, consensus.Gather(report))
                else:
                    self._emit(place, Letter(leader, VIEW_CHANGE, report))
        self._deliver()

    def lead(self, leaves: tuple[bytes, ...]) -> Refused | None:
        """The leader of the view proposes, if it is there, and all that follows is delivered.

        Returns what a correct leader has against the leaves.
        """
        leader = self._leader_of(self._present[0]) if self._present else -1
        if leader in self._conditions.lying:
            others = [each for each in self._present if each != leader]
            liar, draw = self._replicas[leader], self._draw("lead", leader)
            if others:
                self._tell(lies.lead(liar, self._state, leaves, others, draw))
        elif leader in self._honest:
            here = self._replicas[leader]
            effects = self._step(leader, consensus.Propose(leaves, self._state))
            may_propose = here.view == here.first or len(here.reports) >= here.committee.needed
            if may_propose and (refusal := refused(effects)) is not None:
                return refusal
            self._broadcast(leader, effects)
        self._deliver()
        return None

    def crash(self) -> None:
        """Who crashes at this height is gone, with all that it knew of it; the heights before are on its disk."""
        for place in self._conditions.failing:
            here = self._replicas[place]
            self._replicas[place] = here.at(here.height, here.first, here.previous)
        self._present = [each for each in self._present if each not in self._conditions.failing]
        self._honest = [each for each in self._honest if each not in self._conditions.failing]

    def final(self) -> FinalBlock | None:
        """The block that some correct replica has decided."""
        return next((final for each in self._honest if (final := self._replicas[each].decided) is not None), None)

    def conclude(self, final: FinalBlock) -> tuple[Replica, ...]:
        """Everybody who is there goes on to the next height, those who did not decide by the block's certificate."""
        for place in self._present:
            if self._replicas[place].decided is None:
                self._send([Letter(place, CERTIFICATE, final.evidence, final)])
            self._step(place, consensus.Learn(final))
        return tuple(self._replicas)

    def _leader_of(self, place: int) -> int:
        replica = self._replicas[place]
        return replica.committee.leader_of(replica.view)

    def _deliver(self) -> None:
        """Hand over messages, and those that they cause, until none is under way."""
        while self._queue:
            letter = self._queue.popleft()
            place = letter.recipient
            if place not in self._present:
                continue
            if place in self._conditions.lying:
                self._mislead(place, letter)
            elif letter.final is not None:
                self._step(place, consensus.Learn(letter.final))
            elif letter.kind == PRE_PREPARE:
                self._broadcast(place, self._step(place, consensus.Receive(letter.data, self._state)))
            elif letter.kind == VIEW_CHANGE:
                self._step(place, consensus.Gather(letter.data))
            else:
                self._broadcast(place, self._step(place, consensus.Hear(letter.kind, letter.data)))

    def _mislead(self, place: int, letter: Letter) -> None:
        """A liar answers a candidate with a lie, keeps reports for its own turn, and passes over the rest."""
        liar = self._replicas[place]
        if letter.kind == VIEW_CHANGE:
            self._replicas[place], _ = consensus.step(liar, consensus.Gather(letter.data))
        elif letter.kind == PRE_PREPARE:
            _, block, _ = PrePrepare.opened(liar.committee, letter.data)
            others = [each for each in self._present if each != place]
            self._tell(lies.vote(liar, block, others, self._draw("vote", place)))

    def _tell(self, told: Told) -> None:
        lie, letters = told
        self._tally.lied[lie] += 1
        self._send(letters)
        self._queue.extend(letters)

    def _broadcast(self, sender: int, effects: Effects) -> None:
        for kind in (PRE_PREPARE, VOTE, COMMIT):
            for data in _sent(effects, kind):
                for other in range(len(self._replicas)):
                    if other != sender:
                        self._emit(sender, Letter(other, kind, data))

    def _emit(self, sender: int, letter: Letter) -> None:
        """Send, unless the sender crashes before: after its first vote, if it does so at this height."""
        if sender in self._conditions.failing and letter.kind not in (PRE_PREPARE, VOTE):
            return
        self._send([letter])
        self._queue.append(letter)

    def _send(self, letters: Iterable[Letter]) -> None:
        for letter in letters:
            self._tally.sent(letter.kind, letter.data)

    def _step(self, place: int, event: consensus.Event) -> Effects:
        self._replicas[place], effects = consensus.step(self._replicas[place], event)
        if (refusal := refused(effects)) is not None:
            self._tally.refused[refusal.rule] += 1
        return effects

    def _draw(self, occasion: str, place: int) -> Randomness:
        replica = self._replicas[place]
        return self._randomness.child(occasion, place, replica.height, replica.view)


def _sent(effects: Effects, kind: str) -> list[bytes]:
    return [effect.data for effect in effects if isinstance(effect, Sent) and effect.kind == kind]
