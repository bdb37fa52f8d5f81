"""Checks as items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from meterproof.check.matrix import words
from meterproof.check.runner import Check, ControlResult
from meterproof.ci.blame import blamed
from meterproof.ci.items import Item, Leg, Outcome, Tree
from meterproof.ci.legs import legs
from meterproof.traces import text
from meterproof.traces.counterexample import render
from meterproof.verdict import Evidence

_SETTLED = ("proved", "inductive", "exhausted")
_OPEN = ("unknown", "not inductive", "not run")


def item(check: Check, tree: Tree) -> Item:
    """What came of a check, located in `tree`."""
    job, e = check.job, check.decisive
    outcome, said = verdict(check)
    where = blamed(check, tree)
    declared = tree.place(job.declared.file, job.declared.line)
    message = "; ".join(filter(None, (said, where.why if outcome == "failed" else "")))
    return Item(
        verb="check",
        protocol=job.protocol,
        target=job.target,
        subject=f"{job.target} ({job.reading})" if job.reading else job.target,
        reading=job.reading,
        guarantee=job.declared.id,
        title=job.declared.title,
        outcome=outcome,
        verdict=e.verdict,
        message=message,
        detail="\n".join(_detail(check)).rstrip(),
        seconds=sum(x.seconds for x in (*check.evidence, *(c.evidence for c in check.controls))),
        place=where.place if outcome == "failed" else declared,
        related=() if where.place == declared or outcome != "failed" else (Leg("the guarantee", declared),),
        run=() if e.trace is None else legs(e.trace, tree.place),
        cites=tuple(job.declared.cites),
        ours=check.contradiction is not None,
    )


def verdict(check: Check) -> tuple[Outcome, str]:
    """What a check comes to as a test, and why, in one line.

    It fails where it is decided and not as claimed, where the guarantee holds vacuously, and where a weakened rule goes
    unnoticed; it is undecided where the claim is not shown. Where nothing is claimed, it never fails.
    """
    job, e = check.job, check.decisive
    if check.contradiction is not None:
        return "undecided", check.contradiction
    if check.interrupted and not (check.as_expected and e.verdict == "violated"):
        return "undecided", f"interrupted; {words(e)} until then"
    if not check.evidence:
        return "skipped", job.stance.note or "no plan of this profile or method tries it"
    if check.as_expected:
        return _as_claimed(check)
    if any(x.vacuous for x in check.evidence):
        return "failed", "vacuous: its premise is never reached"
    if e.verdict == "violated":
        return "failed", f"{_found(e)}, though it is claimed to hold"
    if job.stance.expected == "violated":
        if e.verdict in _SETTLED:
            return "failed", f"{_found(e)}, though it is claimed to be violated"
        return "undecided", f"{_found(e)}: no violation is found, though one is claimed"
    unnoticed = [c for c in check.controls if not c.caught]
    if unnoticed and all(c.evidence.verdict in _OPEN for c in unnoticed):
        return "undecided", f"{_found(e)}, but no violation is found {_list(unnoticed)}: that is undecided"
    if unnoticed:
        return "failed", f"{_found(e)}, but so it does {_list(unnoticed)}: the check does not notice"
    return "undecided", f"{_found(e)}, where at least {job.stance.least!r} is claimed"


def _as_claimed(check: Check) -> tuple[Outcome, str]:
    e = check.decisive
    if check.job.stance.expected is not None:
        return "passed", f"{_found(e)}, as claimed"
    if e.verdict == "violated" or e.verdict in _OPEN:
        return "skipped", f"nothing is claimed; {_found(e)}"
    return "passed", f"nothing is claimed; {_found(e)}"


def _found(e: Evidence) -> str:
    """The verdict with its method and scope: `violated in 4 steps (explore, Voter=3, Block=2)`."""
    how = ", ".join((e.method, *(f"{n}={v}" for n, v in e.scope.items()))) if e.method != "none" else ""
    return f"{words(e)} ({how})" if how else words(e)


def _list(controls: Iterable[ControlResult]) -> str:
    return " and ".join(str(c.control) for c in controls)


def _detail(check: Check) -> Iterator[str]:
    stance = check.job.stance
    if stance.expected is not None:
        least = f", shown by {stance.least!r} at least" if stance.expected == "holds" else ""
        yield f"claimed: {stance.expected}{least}"
    if check.note:
        yield check.note
    for e in check.evidence:
        yield f"{_found(e)}{f'; {e.note}' if e.note and e.note != check.note else ''}"
    for c in check.controls:
        yield f"control {c.control}: {'caught' if c.caught else f'not caught, {_found(c.evidence)}'}"
    if check.decisive.counterexample is not None:
        yield "\n" + render(check.decisive.counterexample)
    if check.decisive.trace is not None:
        yield "\n" + text.render(check.decisive.trace)
