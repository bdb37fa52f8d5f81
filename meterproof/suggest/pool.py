"""Where candidates come from: clauses that no known reachable state refutes and that a given state refutes.

Rows are taken from a few states at first. A candidate is then held against all of every sample, and the states that
refute it give more rows, until what is proposed is true of all samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State
from meterproof.suggest.clause import Clause, Rows, Table
from meterproof.suggest.evaluate import evaluate
from meterproof.suggest.sample import Sample, of_states
from meterproof.suggest.vocabulary import Template

FIRST = 200
"""States of each sample whose rows are taken at first."""
REFUTERS = 64
"""Most refuted candidates whose states are taken in at once."""


class Pool:
    """The candidates over some templates. `proposed` are all that were ever told, in order."""

    def __init__(self, templates: Sequence[Template], samples: Sequence[Sample], literals: int) -> None:
        self.samples = list(samples)
        self.literals = literals
        self.proposed: dict[int, Clause] = {}
        self._templates = templates
        self._first = [_part(s, np.linspace(0, s.size - 1, min(FIRST, s.size)).astype(np.int64)) for s in samples]
        self._tables: dict[int, Table] = {}

    def learn(self, instance: Instance, state: State) -> None:
        """Take in one more reachable state."""
        self._take_in(of_states(instance, [state]))

    def excluding(self, instance: Instance, state: State, barred: Iterable[int]) -> Iterator[list[Clause]]:
        """Candidates that are false in a state and true of all samples, best first, in ever longer batches.

        A batch has the candidates of one number of literals, over templates with at most one sort twice; wider
        templates are looked at only when there are none. `barred` are uids of formulas that are not wanted.
        """
        unwanted, bad, rows = set(barred), of_states(instance, [state]), dict[int, Rows]()
        any_found = False
        for group in _by_width(self._templates):
            if any_found:
                return
            for size in range(1, self.literals + 1):
                found: dict[int, Clause] = {}
                for i in group:
                    table = self._table(i)
                    if i not in rows:
                        rows[i] = table.of(bad)
                    found.update(self._true(table, rows[i], size, unwanted))
                unwanted.update(found)
                self.proposed.update(found)
                if found:
                    any_found = True
                    yield sorted(found.values(), key=lambda c: c.rank)

    def _true(self, table: Table, bad: Rows, size: int, unwanted: set[int]) -> dict[int, Clause]:
        """The candidates of one template that no sample refutes."""
        while True:
            found = {c.formula.uid: c for c in table.excluding(bad, size) if c.formula.uid not in unwanted}
            refuting = [s for c in found.values() for s in [self._refuting(c)] if s is not None]
            if not refuting:
                return found
            for sample in refuting[:REFUTERS]:
                table.add(sample)

    def _refuting(self, c: Clause) -> Sample | None:
        """A state of a sample in which the candidate is false, as a sample of its own."""
        for sample in self.samples:
            holds = evaluate(c.body, sample, c.variables)
            false = np.flatnonzero(~holds.reshape(sample.size, -1).all(axis=1))
            if len(false):
                return _part(sample, false[:1])
        return None

    def _table(self, i: int) -> Table:
        if i not in self._tables:
            self._tables[i] = Table(self._templates[i])
            for sample in self._first:
                self._tables[i].add(sample)
        return self._tables[i]

    def _take_in(self, sample: Sample) -> None:
        self._first.append(sample)
        self.samples.append(sample)
        for table in self._tables.values():
            table.add(sample)


def _part(sample: Sample, rows: np.typing.NDArray[np.int64]) -> Sample:
    return Sample(sample.instance, {n: t[rows] for n, t in sample.tables.items()}, len(rows), False)


def _by_width(templates: Sequence[Template]) -> list[list[int]]:
    """Positions of templates, grouped: those with at most one sort twice, then the wider ones."""
    least = min(len(t.variables) for t in templates)
    narrow = [i for i, t in enumerate(templates) if len(t.variables) <= least + 1]
    wide = [i for i, t in enumerate(templates) if len(t.variables) > least + 1]
    return [g for g in (narrow, wide) if g]
