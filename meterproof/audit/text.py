"""An audit for people: a table that is read at a glance, then every loss with its rules and its run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from meterproof.audit.outcome import CHANGES, Audit, BehaviourChange, Change, GuaranteeChange, RuleChange
from meterproof.compare.outcome import Behaviours, Transplant
from meterproof.frontier import Frontier, brief
from meterproof.traces.text import styled, wrapped

_LOOK: dict[Change, tuple[str, str]] = {
    "lost": ("✗", "bold red"), "weakened": ("✗", "red"), "unknown": ("?", "yellow"), "gained": ("✓", "bold green"),
    "strengthened": ("✓", "green"), "kept": ("=", "dim"),
}  # fmt: skip
_INDENT = "  "


def show(console: Console, audit: Audit, files: Mapping[int, str]) -> None:
    """Print the report; `files` names the stored trace of a guarantee by its position in the audit."""
    width = min(console.width, 110)
    console.print(Text(f"{audit.base} -> {audit.head}", style="bold"))
    console.print(counts(audit))
    if audit.changes:
        console.print(table(audit))
    for line in (
        *_reasons(audit.changes, width),
        *_rules(audit.rules, width),
        *_behaviours(audit.behaviours, width),
        *_kept(audit.guarantees, width),
        *_neither(audit.guarantees, files, width),
    ):
        console.print(line, soft_wrap=True)
    for failure in audit.failures:
        what = f"{failure.target} {failure.property}" if failure.property else failure.target
        console.print(Text(f"{failure.of.upper()} does not load {what}: {failure.reason}", style="yellow"))
    by_id = {id(g): files.get(i) for i, g in enumerate(audit.guarantees)}
    for change in audit.changes:
        if change.change in ("lost", "weakened"):
            console.print(detail(change, by_id[id(change)], width))


def counts(audit: Audit) -> Text:
    """`1 lost, 2 gained, 14 kept (9 of them the same system)`."""
    told = Text()
    for change in CHANGES:
        number = sum(g.change == change for g in audit.guarantees)
        if number:
            told.append(", " if told else "").append(f"{number} {change}", style=_LOOK[change][1])
    untouched = sum(g.untouched for g in audit.guarantees)
    if untouched:
        told.append(f" ({untouched} of them untouched: the same system on both sides)", style="dim")
    if audit.empty:
        told.append(told and "; ").append("nothing changed")
    return told


def table(audit: Audit) -> Table:
    """What is not kept, the most serious first."""
    changes = audit.changes
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    bordered = any(g.frontier_before or g.frontier_after for g in changes)
    many = len({_subject(g, audit) for g in audit.guarantees}) > 1
    for column in ("change", "guarantee", *(["of"] if many else []), "before", "after"):
        shown.add_column(column, ratio=2 if column == "guarantee" else None)
    for column in (["what breaks it"] if bordered else []) + ["by"]:
        shown.add_column(column, ratio=2)
    for g in changes:
        mark, style = _LOOK[g.change]
        name = Text(g.property, style="bold").append(f" {g.title.split(':')[0]}", style="not bold")
        of = [Text(_subject(g, audit), style="dim")] if many else []
        row = [Text(f"{mark} {g.change}", style=style), name, *of, _verdict(g.before), _verdict(g.after)]
        shown.add_row(*row, *([Text(_borders(g))] if bordered else []), Text(_by(g)))
    return shown


def _subject(change: GuaranteeChange, audit: Audit) -> str:
    """What a guarantee is of, as far as that distinguishes it: its reading, and its target where there are several."""
    several = len({g.target for g in audit.guarantees}) > 1
    return " ".join(filter(None, (change.target if several else None, change.reading)))


def detail(change: GuaranteeChange, file: str | None, width: int) -> RenderableType:
    """One loss: what became of it, the rules that explain it, what breaks it now, and the run."""
    mark, style = _LOOK[change.change]
    where = f" ({change.reading})" if change.reading else ""
    head = Text(f"\n{mark} {change.change}: ", style=style).append(f"{change.property} {change.title}{where}", "bold")
    lines = [f"{change.before or 'not stated'} -> {change.after or 'not stated'}: {change.why}."]
    lines += [f"by {r}{_cited(r.cites)}{_place(r.file, r.line)}" for r in change.rules]
    if change.because:
        lines.append(f"({change.because})")
    lines += [f"in the model: {m.what}{_cited(m.cites)}{_place(m.file, m.line)}" for m in change.model]
    if change.frontier_before is not None or change.frontier_after is not None:
        lines.append(f"what breaks it: {_borders(change)}")
    lines += change.notes
    if change.transplant is not None:
        lines.append(carried(change.transplant, "HEAD" if change.trace_of == "base" else "BASE"))
    parts: list[RenderableType] = [head, Text("\n".join(wrapped(line, width, _INDENT, _INDENT * 2) for line in lines))]
    if change.trace is not None:
        side = change.head if change.trace_of == "head" else change.base
        said = f"\n{_INDENT}A run of {side}{f', in {file}' if file else ''}:\n"
        run = (Text(_INDENT * 2) + line if line else line for line in styled(change.trace, width - 4).split("\n"))
        parts += [Text(said, style="dim"), Text("\n").join(run)]
    return Group(*parts)


def carried(found: Transplant, other: str) -> str:
    """What the other side makes of the run."""
    if found.stopped is not None and found.stopped.obstacle.reason == "world":
        return f"{other} has no such world: {found.stopped.obstacle}"
    if found.stopped is not None:
        return f"{other} stops it at step {found.stopped.at + 1}: {found.stopped.obstacle}"
    if found.differs is not None:
        return f"{other} takes it, and differs from step {found.differs.at + 1} on: {found.differs.obstacle}"
    return f"{other} takes it to its end"


def _behaviours(changes: Sequence[BehaviourChange], width: int) -> Iterator[Text]:
    """What each machine newly allows and forbids, with the number of steps of the shortest run that shows it."""
    for b in changes:
        scope = ", ".join(f"{name}={size}" for name, size in b.scope.items())
        of = f"{b.machine}{f' ({b.reading})' if b.reading else ''} at {scope}"
        told = f"newly possible: {newly(b.allowed)}; no longer possible: {newly(b.forbidden)}"
        yield Text(wrapped(f"{of}: {told}", width, "", _INDENT), style="dim")


def newly(found: Behaviours | None) -> str:
    """What one version allows and the other does not, as in `accept (step 4)`; `nothing` where that was shown."""
    if found is None:
        return "not asked"
    known = [f"{n.action or 'its beginning'} (step {len(n.trace.steps)})" for n in found.novelties]
    open_ = [f"undecided, {found.stopped}"] if found.stopped else []
    return ", ".join((*known, *open_)) or "nothing"


def _verdict(verdict: str | None) -> Text:
    style = "red" if verdict == "violated" else "yellow" if verdict in ("unknown", "not inductive") else ""
    return Text(verdict or "not stated", style=style)


def _borders(change: GuaranteeChange) -> str:
    """What breaks it before and after, or once where it is the same."""
    before, after = (_border(f) for f in (change.frontier_before, change.frontier_after))
    return before if before == after else f"{before} -> {after}"


def _border(frontier: Frontier | None) -> str:
    return "not computed" if frontier is None else brief(frontier)


def _by(change: GuaranteeChange) -> str:
    """What explains it, in few words."""
    if change.rules:
        return str(change.rules[0]) if len(change.rules) == 1 else ", ".join(r.rule for r in change.rules)
    return (
        change.model[0].what + (f" (and {len(change.model) - 1} more)" if change.model[1:] else "")
        if change.model
        else ""
    )


def _reasons(changes: Sequence[GuaranteeChange], width: int) -> Iterator[Text]:
    """Why nothing is known where nothing is."""
    for g in changes:
        if g.change == "unknown":
            where = f" ({g.reading})" if g.reading else ""
            yield Text(wrapped(f"? {g.property}{where}: {g.why}", width, _INDENT, _INDENT * 3), style="yellow")


def _rules(rules: Sequence[RuleChange], width: int) -> Iterator[Text]:
    """All rules that differ, with the reading where they do so in one only."""
    if rules:
        told = "; ".join(f"{r}{f' ({r.reading})' if r.reading else ''}" for r in rules)
        number = f"{len(rules)} rule{'' if len(rules) == 1 else 's'} changed"
        yield Text(wrapped(f"{number}: {told}", width, "", _INDENT), style="dim")


def _kept(guarantees: Sequence[GuaranteeChange], width: int) -> Iterator[Text]:
    """What was checked on both sides and is the same."""
    kept = [f"{g.property}{f' ({g.reading})' if g.reading else ''}" for g in guarantees if _rechecked(g, "holds")]
    fails = [f"{g.property}{f' ({g.reading})' if g.reading else ''}" for g in guarantees if _rechecked(g, "violated")]
    if kept:
        yield Text(wrapped(f"kept: {', '.join(kept)}", width, "", _INDENT), style="dim")
    if fails:
        yield Text(wrapped(f"violated before and after: {', '.join(fails)}", width, "", _INDENT), style="dim")


def _rechecked(g: GuaranteeChange, how: str) -> bool:
    both = g.before is not None and g.after is not None
    return g.change == "kept" and not g.untouched and both and (g.after == "violated") == (how == "violated")


def _neither(guarantees: Sequence[GuaranteeChange], files: Mapping[int, str], width: int) -> Iterator[Text]:
    """What one side violates and of the other can't be asked, with the reason and where the run lies."""
    for at, g in enumerate(guarantees):
        if g.change == "kept" and (g.before is None) != (g.after is None):
            where = f" ({g.reading})" if g.reading else ""
            run = f"; its run is in {files[at]}" if at in files else ""
            yield Text(wrapped(f"kept: {g.property}{where}: {g.why}{run}", width, "", _INDENT), style="dim")


def _cited(cites: Sequence[str]) -> str:
    return f" [{' '.join(cites)}]" if cites else ""


def _place(file: str | None, line: int | None) -> str:
    return "" if file is None else f" ({file})" if line is None else f" ({file}:{line})"
