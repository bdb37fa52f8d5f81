"""Audits as items: one for each guarantee, and one for each target whose code does not load."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from meterproof.audit.outcome import Audit, Failure, GuaranteeChange, RuleChange
from meterproof.audit.text import newly
from meterproof.ci.items import Item, Leg, Outcome, Place, Tree, Turn
from meterproof.ci.legs import Locate, legs
from meterproof.traces import text


def items(audit: Audit, fail_on: Collection[str], tree: Tree) -> tuple[Item, ...]:
    """What became of each guarantee; `fail_on` are the changes that somebody does not want.

    An unwanted change is a failure, but `unknown`, which is undecided. What is neither unwanted nor `unknown` passes.
    """
    told = tuple(_item(g, fail_on, tree, _locate(audit, g, tree)) for g in audit.guarantees)
    told = (*told, *(_unread(f, fail_on) for f in audit.failures if not _told(audit, f)))
    if not audit.interrupted:
        return told
    return tuple(replace(i, message=f"{i.message} (the audit was interrupted)") if i.found else i for i in told)


def turns(audit: Audit) -> tuple[Turn, ...]:
    """What each machine newly allows and forbids, whether a guarantee speaks of it or not."""
    return tuple(
        Turn(
            f"{b.machine} of {b.target}{f' ({b.reading})' if b.reading else ''}",
            ", ".join(f"{name}={size}" for name, size in b.scope.items()),
            *(newly(found) + (f": {b.note}" if found is None and b.note else "") for found in (b.allowed, b.forbidden)),
        )
        for b in audit.behaviours
    )


def _told(audit: Audit, failure: Failure) -> bool:
    """Whether a guarantee says already that code does not load."""
    return any(failure.target in (g.base, g.head) and failure.property in (None, g.property) for g in audit.guarantees)


def _item(change: GuaranteeChange, fail_on: Collection[str], tree: Tree, locate: Locate) -> Item:
    outcome, marked = _outcome(change.change, fail_on)
    declared = None if change.file is None else tree.place(change.file, change.line)
    place, why = _blamed(change, tree, declared)
    message = f"{change.change}: {change.before or 'not stated'} -> {change.after or 'not stated'} ({change.why})"
    related = [Leg(str(r), _place(r, tree)) for r in change.rules if r.file is not None]
    related += [Leg("the guarantee", declared)] if declared is not None else []
    return Item(
        verb="audit",
        protocol=change.target.partition("@")[0] if "@" in change.target else change.machine,
        target=change.target,
        subject=change.head or change.base,
        reading=change.reading,
        guarantee=change.property,
        title=change.title,
        outcome=outcome,
        verdict=change.change,
        message="; ".join(filter(None, (message, why if outcome == "failed" else "", marked))),
        detail="\n".join(_detail(change)).rstrip(),
        seconds=sum(e.seconds for e in (*change.evidence_before, *change.evidence_after)),
        place=place if outcome == "failed" else declared,
        related=tuple(leg for leg in related if leg.place != place) if outcome == "failed" else (),
        run=() if change.trace is None else legs(change.trace, locate),
        cites=change.cites,
    )


def _outcome(change: str, fail_on: Collection[str]) -> tuple[Outcome, str]:
    if change in fail_on:
        return ("undecided" if change == "unknown" else "failed"), ""
    if change in ("unknown", "lost", "weakened"):
        return "skipped", "which this audit does not fail on"
    return "passed", ""


def _blamed(change: GuaranteeChange, tree: Tree, declared: Place | None) -> tuple[Place | None, str]:
    """The first rule that explains the change, else the first piece of the model that HEAD has, else the property."""
    for rule in change.rules:
        if rule.file is not None:
            return _place(rule, tree), f"shown at rule {rule}"
    for piece in sorted(change.model, key=lambda m: m.of != "head"):
        if piece.file is not None:
            side = "" if piece.of == "head" else ", as BASE has it"
            return tree.place(piece.file, piece.line), f"shown where the model changed{side}: {piece.what}"
    return declared, ""


def _place(rule: RuleChange, tree: Tree) -> Place | None:
    return None if rule.file is None else tree.place(rule.file, rule.line)


def _locate(audit: Audit, change: GuaranteeChange, tree: Tree) -> Locate:
    """Lines of the version that the run is of, where that is the one that a reader has: HEAD."""
    root = audit.roots[1].rstrip("/\\")

    def locate(file: str, line: int) -> Place | None:
        inside = change.trace_of == "head" and root and file.startswith((f"{root}/", f"{root}\\"))
        return tree.place(file[len(root) + 1 :], line) if inside else None

    return locate


def _detail(change: GuaranteeChange) -> Iterator[str]:
    yield f"{change.before or 'not stated'} -> {change.after or 'not stated'}: {change.why}"
    yield from (f"by {r}{f' [{chr(32).join(r.cites)}]' if r.cites else ''}" for r in change.rules)
    if change.because:
        yield f"({change.because})"
    yield from (f"in the model: {m}" for m in change.model)
    yield from change.notes
    if change.trace is not None:
        side = change.head if change.trace_of == "head" else change.base
        yield f"\nA run of {side}:\n\n{text.render(change.trace)}"


def _unread(failure: Failure, fail_on: Collection[str]) -> Item:
    outcome, marked = _outcome("unknown", fail_on)
    said = f"{failure.of.upper()} does not load {failure.target}: {failure.reason}"
    return Item(
        verb="audit",
        protocol=failure.target.partition("@")[0],
        target=failure.target,
        subject=failure.target,
        reading=None,
        guarantee=failure.property or "loads",
        title="its code loads",
        outcome=outcome,
        verdict="unknown",
        message="; ".join(filter(None, (said, marked))),
    )
