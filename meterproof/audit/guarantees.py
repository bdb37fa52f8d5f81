"""One guarantee of a pair: asked of both sides in the same way, and called by what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from meterproof.audit.asked import Asked, asked, crossed
from meterproof.audit.classify import Relation, Verdicted, classify, restated
from meterproof.audit.designs import admits, designs
from meterproof.audit.differences import meaning
from meterproof.audit.engines import Engines, Question
from meterproof.audit.extended import extended
from meterproof.audit.frontiers import Bordered, bordered
from meterproof.audit.outcome import GuaranteeChange, Name
from meterproof.audit.pairs import Pair
from meterproof.audit.reasons import Reasons, Shown
from meterproof.audit.renaming import renaming
from meterproof.audit.standing import ABSENT, SETTLED, Standing, standing
from meterproof.audit.statements import related
from meterproof.claims import Plan
from meterproof.verdict import Evidence

Found = tuple[Standing, tuple[Evidence, ...]]
"""How one side stands, and by what evidence."""

Plans = tuple[Plan, ...]

SAME = "the system and the statement are the same on both sides"


@dataclass(frozen=True)
class Guarantees:
    """How guarantees are compared. `everything`: also run what is the same on both sides; `frontiers`: compute them."""

    engines: Engines
    reasons: Reasons
    everything: bool = False
    frontiers: bool = True

    def compared(self, pair: Pair, property: str) -> GuaranteeChange:
        """What became of the guarantee of that id, which at least one side of the pair states."""
        base, head = asked(pair.base, property, pair.head), asked(pair.head, property, pair.base)
        blank = self._blank(pair, property, base, head)
        if base.question is None or head.question is None:
            before, after = self._alone(base), self._alone(head)
            row = _row(blank, classify(before[0], after[0]), before, after)
            return self.reasons.run(row, _lone(base, head, before, after), base.machine, head.machine)
        if meaning(base.question.system, base.question.claim) == meaning(head.question.system, head.question.claim):
            return self._untouched(blank, base, head)
        names = renaming(base.question.system, head.question.system)
        if names:
            told = "; ".join(f"{was} is called {now} now" for was, now in names.items())
            return self._untouched(replace(blank, notes=(*blank.notes, told)), base, head)
        if base.own and head.own:
            statements = related(base.question, head.question, self.engines)
            if statements.relation != "same":
                blank = replace(blank, notes=(*blank.notes, *statements.notes))
                return self._restated(pair, blank, base, head, statements.relation)
        return self._same_statement(pair, blank, base, head)

    def _blank(self, pair: Pair, property: str, base: Asked, head: Asked) -> GuaranteeChange:
        """What can be said of a guarantee before anything is asked."""
        of_base, of_head = ("" if s is None else s.name for s in (pair.base, pair.head))
        blank = GuaranteeChange(
            property, pair.reading, property, None, None, "unknown", "", base=of_base, head=of_head, target=pair.target
        )  # fmt: skip
        stated = head.own or base.own
        if stated is None:
            return blank
        claim = stated.claim
        file = self.reasons.place("base" if head.own is None else "head", claim.file)
        return replace(
            blank, title=claim.title, kind=claim.kind, machine=stated.machine, cites=claim.cites, file=file,
            line=claim.line, notes=_expectations(base, head),
        )  # fmt: skip

    def _alone(self, side: Asked) -> Found:
        """A side by its own plans."""
        return (side.known, ()) if side.question is None else self._found(side.question, side.plans)

    def _found(self, question: Question, plans: Plans, known: tuple[Evidence, ...] = ()) -> Found:
        evidence = self.engines.find(question, plans, known)
        return standing(evidence, question.claim.kind), evidence

    def _untouched(self, blank: GuaranteeChange, base: Asked, head: Asked) -> GuaranteeChange:
        """Both sides are one system: whatever holds of it, nothing changed."""
        if not self.everything or head.question is None:
            return replace(blank, before="not run", after="not run", change="kept", why=SAME, untouched=True)
        found = self._found(head.question, _union(base.plans, head.plans))
        return replace(_row(blank, ("kept", SAME), found, found), untouched=True)

    def _same_statement(self, pair: Pair, blank: GuaranteeChange, base: Asked, head: Asked) -> GuaranteeChange:
        """One statement, two systems."""
        assert base.question is not None and head.question is not None
        before, after = self._both(base.question, head.question, base.plans, head.plans)
        plans = _union(base.plans, head.plans)
        before, old = self._beyond("BASE", base.question, head.question, plans, before)
        after, new = self._beyond("HEAD", head.question, base.question, plans, after)
        blank = replace(blank, notes=(*blank.notes, *old, *new))
        borders = self._borders(base.question, head.question, plans, before[0], after[0])
        design = designs(base.question.system, head.question.system)
        called = classify(before[0], after[0], borders.order, design)
        if design != "same" and called[0] == "gained" and not _falls_within(head.question, before):
            called = "gained", "it was violated, though only at sizes that HEAD makes no claims for"
        if design != "same" and called[0] == "lost" and not _falls_within(base.question, after):
            called = "lost", "it held, and is violated at sizes that HEAD makes claims for and BASE did not"
        row = _row(blank, called, before, after)
        row = replace(row, frontier_before=borders.before, frontier_after=borders.after)
        shown = _shown(row, base.question, head.question, before, after) or borders.shown
        if borders.note:
            row = replace(row, notes=(*row.notes, borders.note))
        return self.reasons.explained(pair, row, shown, base.machine, head.machine, plans)

    def _restated(
        self, pair: Pair, blank: GuaranteeChange, base: Asked, head: Asked, relation: Relation
    ) -> GuaranteeChange:
        """Two statements: each is asked of both systems, if one implies the other."""
        assert base.question is not None and head.question is not None
        plans = _union(base.plans, head.plans)
        old_there = new_there = None
        if relation not in ("incomparable", "unknown"):  # else nothing would follow from the answers
            old_there, new_there = crossed(base.question, head.question), crossed(head.question, base.question)
        before, after = (self._fitting(q, plans) for q in (base.question, head.question))
        old_after, new_before = (self._fitting(q, plans) for q in (old_there, new_there))
        old, new = classify(before[0], old_after[0])[0], classify(new_before[0], after[0])[0]
        called = restated(old, new, before[0], after[0], relation)
        row = _row(blank, called, before, after)
        shown = _shown(row, base.question, head.question, before, after)
        if shown is None and row.change == "weakened" and old_there is not None:
            shown = _violation("head", old_there, old_after)
        if shown is None and row.change == "strengthened" and new_there is not None:
            shown = _violation("base", new_there, new_before)
        return self.reasons.explained(pair, row, shown, base.machine, head.machine, plans)

    def _both(self, base: Question, head: Question, old: Plans, new: Plans) -> tuple[Found, Found]:
        """By each side's own plans; then, unless a proof settles it for good, by each other's too."""
        before, after = self._found(base, old), self._found(head, new)
        proofs = [s.proved for s, _ in (before, after)]
        fallen = _falls_within(head, before) or _falls_within(base, after)
        if all(proofs) or (any(proofs) and fallen):
            return before, after
        return self._fitting(base, new, before[1]), self._fitting(head, old, after[1])

    def _beyond(
        self, side: str, mine: Question, other: Question, plans: Plans, found: Found
    ) -> tuple[Found, tuple[str, ...]]:
        """The same with the violations at sizes that only this side's design admits, and what was looked at there.

        Nothing is looked for where it is proved for every size, or violated anyway. That it holds there, too, is told
        and is no part of how it stands: those plans are nobody's claim.
        """
        if found[0].proved or found[0].state == "violated":
            return found, ()
        further = self.engines.find(mine, extended(plans, mine.system, other.system), found[1])[len(found[1]) :]
        notes = tuple(_further(side, e) for e in further)
        fallen = tuple(e for e in further if e.verdict == "violated")
        if not fallen:
            return found, notes
        evidence = (*found[1], *fallen)
        return (standing(evidence, mine.claim.kind), evidence), notes

    def _fitting(self, question: Question | None, plans: Plans, known: tuple[Evidence, ...] = ()) -> Found:
        """By plans that were not made for the side: those that are within its design."""
        if question is None:
            return ABSENT, ()
        return self._found(
            question, tuple(p for p in plans if p.method == "induction" or admits(question, p.sizes)), known
        )

    def _borders(self, base: Question, head: Question, plans: Plans, before: Standing, after: Standing) -> Bordered:
        decided = {before.state, after.state} <= {"holds", "violated"}
        if not self.frontiers or not decided or base.claim.kind == "reachable":
            return Bordered()
        return bordered(base, head, plans, self.engines)


def _further(side: str, e: Evidence) -> str:
    """That a plan was added, and what it says."""
    scope = ", ".join(f"{name}={size}" for name, size in e.scope.items())
    why = f", {e.note}" if e.note and e.trace is None else ""
    return f"only {side} admits {scope}, so {e.method} was added there: {e.verdict}{why}"


def _lone(base: Asked, head: Asked, before: Found, after: Found) -> Shown | None:
    """What can be shown of a guarantee that one side has nothing to ask of: the other's run, if it has one.

    That is a violation, or of what is to be reached the run that reaches it.
    """
    sides: tuple[tuple[Name, Asked, Found], ...] = (("base", base, before), ("head", head, after))
    for side, asked_, (_, evidence) in sides:
        ended = next((e for e in evidence if e.trace is not None), None)
        if asked_.question is not None and ended is not None:
            return Shown(side, asked_.question, ended, ended.trace, side)
    return None


def _union(one: Plans, other: Plans) -> Plans:
    return tuple(dict.fromkeys((*one, *other)))


def _falls_within(other: Question, found: Found) -> bool:
    """Whether a side is violated at a scope that the other side makes claims for, too."""
    return any(e.verdict == "violated" and admits(other, e.scope) for e in found[1])


def _row(blank: GuaranteeChange, called: Verdicted, before: Found, after: Found) -> GuaranteeChange:
    change, why = called
    return replace(
        blank, change=change, why=why, before=before[0].verdict, after=after[0].verdict, evidence_before=before[1],
        evidence_after=after[1],
    )  # fmt: skip


def _shown(row: GuaranteeChange, base: Question, head: Question, before: Found, after: Found) -> Shown | None:
    """The violation that the change rests on: HEAD's, or BASE's where only that has one.

    Where both sides are violated, and not alike, it is one of the side that is the worse, at a scope where the other
    holds; None where no scope tells them apart.
    """
    if row.before == row.after == "violated" and row.change in ("weakened", "strengthened"):
        if row.change == "weakened":
            return _violation("head", head, (after[0], _apart(after, before)))
        return _violation("base", base, (before[0], _apart(before, after)))
    if row.after == "violated":
        return _violation("head", head, _within(base, after), before)
    return _violation("base", base, _within(head, before), after) if row.before == "violated" else None


def _within(other: Question, found: Found) -> Found:
    """What was found at scopes that the other side makes claims for, too, if it is violated there, else all."""
    if not _falls_within(other, found):
        return found
    return found[0], tuple(e for e in found[1] if admits(other, e.scope))


def _apart(worse: Found, better: Found) -> tuple[Evidence, ...]:
    """The violations of one side at scopes where the other holds."""
    held = [e.scope for e in better[1] if e.verdict in SETTLED]
    return tuple(e for e in worse[1] if e.verdict == "violated" and e.scope in held)


def _violation(side: Name, question: Question, found: Found, other: Found | None = None) -> Shown | None:
    """The shortest violation of one side; of what is to be reached, the run by which the other side reaches it."""
    violated = [e for e in found[1] if e.verdict == "violated"]
    if not violated:
        return None
    least = min(violated, key=lambda e: len(e.trace.steps) if e.trace else 0)
    if least.trace is not None or other is None:
        return Shown(side, question, least, least.trace, side)
    reached = next((e.trace for e in other[1] if e.trace is not None), None)
    return Shown(side, question, least, reached, "base" if side == "head" else "head")


def _expectations(base: Asked, head: Asked) -> tuple[str, ...]:
    """What the sides themselves say otherwise of the guarantee."""
    if base.own is None or head.own is None:
        side, other = ("HEAD", "BASE") if base.own is None else ("BASE", "HEAD")
        return (f"only {side} states this; {other} was asked the same",) if base.question and head.question else ()
    was, now = (o.expected or "nothing in particular" for o in (base.own, head.own))
    return (f"expected before: {was}, now: {now}",) if was != now else ()
