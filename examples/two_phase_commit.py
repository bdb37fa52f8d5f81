"""Two-phase commit, after J. Gray and L. Lamport, *Consensus on Transaction Commit*, ACM TODS 31(1), 2006.

A transaction manager (tm) asks resource managers whether they are prepared, and commits only when all
are. Model, properties and expected counts stand in this one file; `docs/tutorial.md` builds a
smaller one from nothing.

    meterproof check examples/two_phase_commit.py --scope RM=5
"""

from meterproof.lang import (
    Enum,
    Protocol,
    Sort,
    action,
    exists,
    forall,
    implies,
    invariant,
    lemma,
    reachable,
    require,
    var,
)

RM = Sort("RM", "a resource manager")
Phase = Enum("Phase", "working", "prepared", "committed", "aborted")
Decision = Enum("Decision", "undecided", "commit", "abort")


class TwoPhaseCommit(Protocol):
    """Two-phase commit with messages that, once sent, may be read at any time and more than once."""

    phase = var(RM, to=Phase, init=Phase.working, doc="what the manager has done")
    decision = var(to=Decision, init=Decision.undecided, doc="what the transaction manager has announced")
    said = var(RM, doc="the manager's message that it is prepared")
    heard = var(RM, doc="the transaction manager has read that message")

    @action
    def prepare(s, rm: RM):
        """{rm} says that it is prepared."""
        require(s.phase[rm] == Phase.working)
        return s.set(phase={rm: Phase.prepared}, said={rm: True})

    @action
    def choose_to_abort(s, rm: RM):
        """{rm} aborts by itself, before it has promised anything."""
        require(s.phase[rm] == Phase.working)
        return s.set(phase={rm: Phase.aborted})

    @action
    def hear(s, rm: RM):
        """The transaction manager hears that {rm} is prepared."""
        require(s.decision == Decision.undecided)
        require(s.said[rm])
        return s.set(heard={rm: True})

    @action
    def commit(s):
        """The transaction manager has heard from all, and announces commit."""
        require(s.decision == Decision.undecided)
        require(forall(RM, lambda rm: s.heard[rm]))
        return s.set(decision=Decision.commit)

    @action
    def abort(s):
        """The transaction manager announces abort."""
        require(s.decision == Decision.undecided)
        return s.set(decision=Decision.abort)

    @action
    def follow_commit(s, rm: RM):
        """{rm} reads the announcement and commits."""
        require(s.decision == Decision.commit)
        return s.set(phase={rm: Phase.committed})

    @action
    def follow_abort(s, rm: RM):
        """{rm} reads the announcement and aborts."""
        require(s.decision == Decision.abort)
        return s.set(phase={rm: Phase.aborted})

    @reachable
    def all_commit(s):
        """Some run commits everywhere."""
        return forall(RM, lambda rm: s.phase[rm] == Phase.committed)

    @lemma
    def heard_means_said(s):
        """What was heard was said."""
        return forall(RM, lambda rm: implies(s.heard[rm], s.said[rm]))

    @lemma
    def commit_means_all_heard(s):
        """Commit is announced only when every manager was heard."""
        return forall(RM, lambda rm: implies(s.decision == Decision.commit, s.heard[rm]))

    @lemma
    def promise_binds(s):
        """A manager that said it is prepared does not abort, unless abort is announced."""
        return forall(RM, lambda rm: implies(s.said[rm] & (s.phase[rm] == Phase.aborted), s.decision == Decision.abort))

    @lemma
    def committed_means_announced(s):
        """A manager commits only after the announcement."""
        return forall(RM, lambda rm: implies(s.phase[rm] == Phase.committed, s.decision == Decision.commit))

    @lemma
    def promise_ends_work(s):
        """A manager that said it is prepared is no longer working, so it cannot abort by itself."""
        return forall(RM, lambda rm: implies(s.said[rm], s.phase[rm] != Phase.working))

    @invariant(
        witness=lambda s: exists(RM, lambda rm: s.phase[rm] == Phase.committed),
        lemmas=[heard_means_said, commit_means_all_heard, promise_binds, committed_means_announced, promise_ends_work],
    )
    def consistent(s):
        """No manager has committed while another has aborted."""
        return ~exists(RM, RM, lambda a, b: (s.phase[a] == Phase.committed) & (s.phase[b] == Phase.aborted))


SCOPE = {"RM": 3}
"""The scope where the command names none."""

COUNTS = {3: (288, 1_146), 5: (8_832, 58_146), 7: (296_448, 2_744_706)}
"""Distinct states, and generated ones with the initial state counted in, by number of managers; tests hold the
explorer to them."""
