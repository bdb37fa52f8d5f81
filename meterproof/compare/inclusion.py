"""Inclusion of view sequences in one world: HEAD's runs, each followed by all that BASE may be doing meanwhile.

This is the subset construction, made only where HEAD leads: a `Crowd` numbers sets of BASE's states that have shown the
same views, closed under steps that are not seen. A pair of a state of HEAD and the number of a set stands for all runs
of HEAD to that state that BASE has matched by that set. A seen step of HEAD without a state of BASE to match it is a
novelty; what lies behind it is not searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from meterproof.compare.packed import Machine, Packed, Successor, View
from meterproof.finite.interpret import Step

CHUNK = 1 << 12
"""Pairs that are expanded at once."""

Member = tuple[int, Packed]
"""A state of BASE: its machine (one for each interpretation of what only BASE fixes), and its words."""


class Crowd:
    """Numbered sets of states of some machines that look the same and have the same past."""

    def __init__(self, machines: Sequence[Machine], hidden: bool, check: Callable[[], None]) -> None:
        self._machines, self._hidden, self._check = machines, hidden, check
        self._sets: list[frozenset[Member]] = []
        self._views: list[View] = []
        self._numbers: dict[frozenset[Member], int] = {}
        self._known: dict[Member, list[Successor]] = {}

    def begin(self, view: View) -> int | None:
        """The set of all initial states that look so, and of what they reach unseen; None where it is empty."""
        first = {(i, m.initial) for i, m in enumerate(self._machines) if m.view(m.initial) == view}
        if not first:
            return None
        self._close([(view, first)])
        return self._number(view, first)

    def view(self, number: int) -> View:
        """What the states of a set look like."""
        return self._views[number]

    def members(self, number: int) -> list[Member]:
        """The states of a set, in an order that does not depend on the run."""
        return sorted(self._sets[number])

    def following(self, asked: Sequence[tuple[int, set[View]]]) -> list[dict[View, int]]:
        """For each set, and each view asked for, the set that follows with one step to that view; none is left out."""
        successors = self._successors(m for number, _ in asked for m in self._sets[number])
        groups: list[dict[View, set[Member]]] = []
        for number, views in asked:
            group: dict[View, set[Member]] = {}
            for member in self._sets[number]:
                for _, state, view in successors[member]:
                    if view in views:
                        group.setdefault(view, set()).add((member[0], state))
            groups.append(group)
        self._close([pair for group in groups for pair in group.items()])
        return [{view: self._number(view, states) for view, states in group.items()} for group in groups]

    def _number(self, view: View, states: set[Member]) -> int:
        fixed = frozenset(states)
        number = self._numbers.setdefault(fixed, len(self._sets))
        if number == len(self._sets):
            self._sets.append(fixed)
            self._views.append(view)
        return number

    def _close(self, groups: Sequence[tuple[View, set[Member]]]) -> None:
        """Add to each set what its members reach by steps that are not seen."""
        fringe = [(view, states, set(states)) for view, states in groups] if self._hidden else []
        while fringe:
            successors = self._successors(m for _, _, new in fringe for m in new)
            grown = []
            for view, states, new in fringe:
                more = {(m[0], state) for m in new for _, state, seen in successors[m] if seen == view} - states
                if more:
                    states |= more
                    grown.append((view, states, more))
            fringe = grown

    def _successors(self, members: Iterable[Member]) -> dict[Member, list[Successor]]:
        """Those of each member; they are remembered where sets may share members."""
        known = self._known if self._hidden else {}
        lacking: dict[int, list[Packed]] = {}
        for i, state in dict.fromkeys(m for m in members if m not in known):
            lacking.setdefault(i, []).append(state)
        for i, states in lacking.items():
            for state, after in zip(states, self._machines[i].successors(states, self._check), strict=True):
                known[i, state] = after
        return known


class Inclusion:
    """The search in one world. What it has found can be read at any time, also after an exception of `check`.

    `found` has for each action the pair and the move of the shortest run that is not matched; `covered` says how many
    steps every run may have that was looked at. Where no state of BASE looks like HEAD's first, `begins` is False and
    there are no pairs.
    """

    def __init__(self, head: Machine, crowd: Crowd) -> None:
        self.head, self.crowd = head, crowd
        self.found: dict[str, tuple[int, int]] = {}
        self.covered = self.generated = self.expanded = 0
        self._pairs: list[tuple[Packed, int]] = []
        self._parents: list[tuple[int, int]] = []
        self._seen: set[tuple[Packed, int]] = set()
        first = crowd.begin(head.view(head.initial))
        self.begins = first is not None
        if first is not None:
            self._add(head.initial, first, -1, -1)

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return len(self._pairs)

    def run(self, check: Callable[[], None]) -> None:
        """Search to the end; `check` is called now and then, and may raise."""
        while self.expanded < len(self._pairs):
            level = len(self._pairs)
            while self.expanded < level:
                check()
                self._expand(self.expanded, min(self.expanded + CHUNK, level), check)
            self.covered += 1

    def steps(self, pair: int, move: int) -> list[Step]:
        """The run to a pair, and the move after it."""
        moves = [move]
        while self._parents[pair][0] >= 0:
            pair, move = self._parents[pair]
            moves.append(move)
        return [self.head.steps[m] for m in reversed(moves)]

    def at(self, pair: int) -> tuple[Packed, int]:
        """HEAD's state of a pair, and the number of BASE's set."""
        return self._pairs[pair]

    def _add(self, state: Packed, number: int, parent: int, move: int) -> None:
        pair = (state, number)
        if pair not in self._seen:
            self._seen.add(pair)
            self._pairs.append(pair)
            self._parents.append((parent, move))

    def _expand(self, first: int, last: int, check: Callable[[], None]) -> None:
        pairs = list(islice(self._pairs, first, last))
        after = list(self.head.successors([state for state, _ in pairs], check))
        views = [self.crowd.view(number) for _, number in pairs]
        asked = [
            (number, {seen for _, _, seen in successors if seen != view})
            for (_, number), view, successors in zip(pairs, views, after, strict=True)
        ]
        following = self.crowd.following(asked)
        for at, ((_, number), view, successors, matched) in enumerate(zip(pairs, views, after, following, strict=True)):
            self.generated += len(successors)
            for move, state, seen in successors:
                then = number if seen == view else matched.get(seen)
                if then is None:
                    self.found.setdefault(self.head.steps[move].action, (first + at, move))
                else:
                    self._add(state, then, first + at, move)
        self.expanded = last
