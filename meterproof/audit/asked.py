"""A guarantee on one side of a pair: what can be asked there, though the side itself may not state it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from meterproof.audit.described import Stated, Subject, Unread
from meterproof.audit.engines import Question, question
from meterproof.audit.graft import grafted, lacking
from meterproof.audit.standing import ABSENT, Standing, unread
from meterproof.claims import Plan


@dataclass(frozen=True)
class Asked:
    """The question to one side, or how the side stands without one (`known`).

    `own` is the guarantee as the side states it, `machine` a guarantee of the same machine (`own` where there is one),
    `plans` how the side tries it, or how the other does where this one does not state it.
    """

    question: Question | None = None
    known: Standing = ABSENT
    own: Stated | None = None
    machine: Stated | None = None
    plans: tuple[Plan, ...] = ()


def asked(subject: Subject | None, property: str, other: Subject | None) -> Asked:
    """What can be asked of a subject about a property that it, or the other side's subject, states."""
    if subject is None:
        return Asked(known=_lacks(f"it has no target {'of this name' if other is None else other.name}"))
    if subject.failure is not None:
        return Asked(known=unread(f"its code does not load: {subject.failure}"))
    own = subject.guarantee(property)
    if isinstance(own, Unread):
        return Asked(known=unread(f"its code does not load: {own.reason}"))
    if own is not None:
        return Asked(question(subject.name, own.system, own.claim), own=own, machine=own, plans=own.plans)
    theirs = None if other is None else other.guarantee(property)
    if not isinstance(theirs, Stated):
        return Asked(known=_lacks("it does not state this"))
    return _borrowed(subject, theirs)


def _borrowed(subject: Subject, theirs: Stated) -> Asked:
    """The other side's statement, asked of this side's machine of the same name."""
    same = [g for g in subject.guarantees if g.machine == theirs.machine]
    machine = next((g for g in same if isinstance(g, Stated)), None)
    if machine is None:
        broken = next((g for g in same if isinstance(g, Unread)), None)
        if broken is not None:
            return Asked(known=unread(f"its code does not load: {broken.reason}"))
        there = theirs.machine in subject.machines
        said = f"it states nothing of its machine {theirs.machine}" if there else f"it has no machine {theirs.machine}"
        return Asked(known=_lacks(said))
    missing = lacking(theirs.claim, machine.system)
    if missing is not None:
        return Asked(known=_lacks(f"it does not state this, and {missing}"), machine=machine)
    claim = grafted(theirs.claim, machine.system)
    return Asked(question(subject.name, machine.system, claim), machine=machine, plans=theirs.plans)


def _lacks(reason: str) -> Standing:
    return replace(ABSENT, reason=reason)


def crossed(claim_of: Question, system_of: Question) -> Question | None:
    """One side's statement as a question to the other side's system, or None where that lacks what it speaks of."""
    if lacking(claim_of.claim, system_of.system) is not None:
        return None
    return question(system_of.name, system_of.system, grafted(claim_of.claim, system_of.system))
