"""The report of an audit: what became of each guarantee, by which rules, and the runs that show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

from meterproof import __version__
from meterproof.audit.outcome import CHANGES, Audit, BehaviourChange, Change, GuaranteeChange, RuleChange, said
from meterproof.audit.text import carried
from meterproof.compare.outcome import Behaviours, Novelty
from meterproof.frontier import Frontier, brief
from meterproof.lang.rules import RuleValues
from meterproof.report.explorer import explorer
from meterproof.report.glossary import Glossary, Note, rule_key, with_values
from meterproof.report.markup import Child, element, joined
from meterproof.report.page import Section, page
from meterproof.report.parts import HOLDS, cell, counts, folded, listing, name_cell, run, scope, see, sheet
from meterproof.report.parts import LOOK as VERDICTS
from meterproof.traces.trace import Trace
from meterproof.verdict import Verdict

LOOK: dict[Change, tuple[str, str]] = {
    "lost": ("✗", "bad"), "weakened": ("✗", "bad"), "unknown": ("?", "open"), "gained": ("✓", "good"),
    "strengthened": ("✓", "good"), "kept": ("=", "quiet"),
}  # fmt: skip
"""Mark and class of a change."""

Keys = Mapping[int, str]
"""Where a change or a novelty is told, by its identity."""


def audit_page(audit: Audit, glossary: Glossary) -> str:
    """The whole document. Files of both sides are told from the folder of their study, wherever it lay."""
    known = _known(audit, glossary)
    keys = {id(g): f"change-{i}" for i, g in enumerate(audit.changes, 1)}
    novelties = [n for b in audit.behaviours for side in (b.allowed, b.forbidden) if side for n in side.novelties]
    keys |= {id(n): f"run-{i}" for i, n in enumerate(novelties, 1)}
    lead = element("p", element("b", audit.base), " → ", element("b", audit.head), class_="lead")
    numbers = counts((sum(g.change == c for g in audit.guarantees), c, LOOK[c][1]) for c in CHANGES)
    sections = (
        Section("guarantees", "What became of the guarantees", tuple(_guarantees(audit, keys))),
        Section("details", "Each change", tuple(_detail(g, keys[id(g)], known, audit) for g in audit.changes)),
        Section("changed-rules", "Rules that changed", tuple(_rules(audit.rules, known))),
        Section("behaviours", "What is newly possible, and no longer", tuple(_behaviours(audit, keys, known))),
        Section("failures", "What does not load", tuple(_failures(audit))),
    )
    stopped = element("p", "The audit was interrupted; what was found until then follows.")
    above = (lead, stopped if audit.interrupted else None, numbers)
    return page("Audit of a change", above, tuple(_facts(audit)), sections, known)


def _facts(audit: Audit) -> Iterator[tuple[str, str]]:
    for name, revision in zip(("base", "head"), audit.revisions, strict=True):
        if revision is not None:
            yield f"revision of {name}", revision[:12]
    yield from (("profile", audit.profile), ("seed", str(audit.seed)), ("version", __version__))


def _known(audit: Audit, glossary: Glossary) -> Glossary:
    """The glossary, the rules that changed, and those of the systems that runs are told of, with their values there."""
    changed: dict[str, Note] = {}
    for r in dict.fromkeys((*audit.rules, *(r for g in audit.guarantees for r in g.rules))):
        key = rule_key(_protocol(r.target), r.rule)
        begun = changed.get(key, Note(key, f"{r.rule}, a rule of {_protocol(r.target)}", (("Says", r.doc),), r.cites))
        where = f" ({r.reading})" if r.reading else ""
        turn = (f"Changed{where}", f"{said(r.before)} → {said(r.after)}{_place(r)}")
        changed[key] = replace(begun, paragraphs=(*begun.paragraphs, turn))
    glossary = Glossary({**changed, **glossary.notes})
    sides: dict[str, dict[str, RuleValues]] = {}
    for g in audit.guarantees:
        if g.trace is not None:
            sides.setdefault(_protocol(_side(g)), {})[_side(g)] = g.trace.instance.system.rules
    for protocol, values in sides.items():
        glossary = with_values(glossary, protocol, values.items())
    return glossary


def _root(audit: Audit, trace: Trace) -> Path | None:
    """The folder that the run's files lay in while they were read, of the two sides."""
    files = [Path(action.file) for action in trace.instance.system.actions]
    return next((Path(r) for r in audit.roots if r and all(file.is_relative_to(r) for file in files)), None)


def _side(change: GuaranteeChange) -> str:
    """The version that the change's run is one of."""
    return change.base if change.trace_of == "base" else change.head


def _protocol(name: str) -> str:
    return name.split("@")[0]


def _of(change: GuaranteeChange | BehaviourChange) -> str:
    return f"{change.target} ({change.reading})" if change.reading else change.target


def _verdict(verdict: Verdict | None) -> Element:
    if verdict is None:
        return element("span", "not stated", class_="quiet")
    mark, look = VERDICTS.get(verdict, HOLDS)
    return element("span", f"{mark} {verdict}", class_=f"short {look}")


def _change(change: Change) -> Element:
    mark, look = LOOK[change]
    return element("span", f"{mark} {change}", class_=f"verdict short {look}")


def _guarantees(audit: Audit, keys: Keys) -> Iterator[Element]:
    """What is not kept, the most serious first; then what is."""
    if audit.changes:
        head = ("guarantee", "change", "before", "after", "what breaks it", "by")
        yield sheet(head, (_row(g, keys[id(g)]) for g in audit.changes))
    else:
        yield element("p", "Nothing changed." if audit.empty else "No guarantee changed.")
    kept = [g for g in audit.guarantees if g.change == "kept"]
    if kept:
        untouched = sum(g.untouched for g in kept)
        same = f" ({untouched} of them the same system on both sides)" if untouched else ""
        rows = (
            (
                name_cell(g.property, g.title),
                cell("of", _of(g)),
                cell("before", _verdict(g.before)),
                cell("after", _verdict(g.after)),
                cell("why", "the same system" if g.untouched else g.why),
            )
            for g in kept
        )
        yield listing(f"{len(kept)} kept{same}", sheet(("guarantee", "of", "before", "after", "why"), rows))


def _row(change: GuaranteeChange, key: str) -> tuple[Element, ...]:
    link = element("a", "see why", href=f"#{key}", class_="see", aria_label=f"See why: {change.property}")
    by = [f"{r.rule}: {said(r.before)} → {said(r.after)}" for r in change.rules] or [m.what for m in change.model]
    return (
        name_cell(change.property, change.title, element("small", f" {_of(change)}")),
        cell("change", element("div", _change(change.change), link)),
        cell("before", _verdict(change.before)),
        cell("after", _verdict(change.after)),
        cell("breaks it", element("div", *_borders(change))),
        cell("by", element("div", *(element("div", each) for each in by))),
    )


def _borders(change: GuaranteeChange) -> list[Child]:
    """What breaks it before and after, or once where it is the same."""
    before, after = (_border(f) for f in (change.frontier_before, change.frontier_after))
    told = [("", before)] if before == after else [("before: ", before), ("after: ", after)]
    return [element("div", element("span", when, class_="how") if when else None, what) for when, what in told]


def _border(frontier: Frontier | None) -> str:
    return "not computed" if frontier is None else brief(frontier)


def _detail(change: GuaranteeChange, key: str, glossary: Glossary, audit: Audit) -> Element:
    """Why, by what, what breaks it, and the run with what the other version makes of it."""
    head = (
        _change(change.change),
        " ",
        element("b", change.property),
        f" {change.title} ",
        element("small", _of(change)),
    )
    lines: list[Child] = [
        element("p", f"{change.before or 'not stated'} → {change.after or 'not stated'}: {change.why}."),
        *(element("p", "by ", *_rule(r, glossary), class_="sources") for r in change.rules),
        element("p", change.because) if change.because else None,
        *(element("p", f"in the model: {m} ", *glossary.citations(m.cites), class_="sources") for m in change.model),
        *(element("p", note, class_="how") for note in change.notes),
    ]
    if change.cites:
        lines.append(element("p", element("span", "rests on ", *glossary.citations(change.cites)), class_="sources"))
    if change.transplant is not None:
        other = "HEAD" if change.trace_of == "base" else "BASE"
        lines.append(element("p", f"The same run on the other version: {carried(change.transplant, other)}."))
    if change.trace is not None:
        side = _side(change)
        lines.append(element("p", f"A run of {side}, {scope(change.trace.instance.scope.as_dict())}:", class_="how"))
        lines.append(explorer(
            change.trace, f"{key}-run", glossary, protocol=_protocol(side), root=_root(audit, change.trace)
        ))  # fmt: skip
    return folded(head, element("div", *lines), key=key)


def _rule(change: RuleChange, glossary: Glossary) -> list[Child]:
    name = glossary.citation(rule_key(_protocol(change.target), change.rule), change.rule)
    turn = (": ", element("del", said(change.before)), " → ", element("mark", said(change.after)))
    cites = glossary.citations(change.cites)
    return [element("span", name, *turn, f" {_place(change)} ", *cites)]


def _place(change: RuleChange) -> str:
    line = "" if change.line is None else f":{change.line}"
    return "" if change.file is None else f" ({change.file}{line})"


def _rules(rules: Sequence[RuleChange], glossary: Glossary) -> Iterator[Element]:
    rows = (
        (
            element("th", *_rule(r, glossary), scope="row"),
            cell("of", " ".join(filter(None, (r.target, r.reading)))),
            cell("says", r.doc),
        )
        for r in rules
    )
    if rules:
        yield sheet(("rule", "of", "what it says"), rows)


def _behaviours(audit: Audit, keys: Keys, glossary: Glossary) -> Iterator[Element]:
    changes = audit.behaviours
    rows = (
        (
            name_cell(b.machine, "", element("small", f" {_of(b)}")),
            cell("scope", scope(b.scope)),
            cell("newly", *_newly(b.allowed, b.note, keys)),
            cell("no longer", *_newly(b.forbidden, b.note, keys)),
        )
        for b in changes
    )
    if changes:
        yield sheet(("machine", "scope", "newly possible", "no longer possible"), rows)
    for b in changes:
        for side, what in ((b.allowed, "newly possible"), (b.forbidden, "no longer possible")):
            for n in () if side is None else side.novelties:
                head = (
                    f"{what} in {b.machine}: ",
                    element("b", n.action or "its beginning"),
                    " ",
                    element("small", _of(b)),
                )
                why = (element("p", str(o), " ", *glossary.citations(o.cites), class_="how") for o in n.obstacles)
                root = _root(audit, n.trace)
                yield run(n.trace, keys[id(n)], head, glossary, *why, protocol=_protocol(b.target), root=root)


def _newly(found: Behaviours | None, note: str | None, keys: Keys) -> list[Child]:
    if found is None:
        return [f"not asked{f': {note}' if note else ''}"]
    told: list[Child] = [_novelty(n, keys) for n in found.novelties]
    if found.stopped:
        told.append(f"undecided: {found.stopped}")
    return [element("div", *joined(told or ["nothing"], ", "))]


def _novelty(novelty: Novelty, keys: Keys) -> Element:
    action = novelty.action or "its beginning"
    return element("span", action, " ", see(keys[id(novelty)], novelty.trace, action))


def _failures(audit: Audit) -> Iterator[Element]:
    items = [
        element("li", f"{f.of.upper()}: {' '.join(filter(None, (f.target, f.property)))}: {f.reason}")
        for f in audit.failures
    ]
    if items:
        yield element("ul", *items)
