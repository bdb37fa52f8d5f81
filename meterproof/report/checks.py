"""The report of a check: verdicts by guarantee and variant, every run that decides one, and all that was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from meterproof import __version__
from meterproof.check.runner import Check
from meterproof.report.glossary import Glossary
from meterproof.report.markup import Child, element, joined
from meterproof.report.page import Section, page
from meterproof.report.parts import HOLDS, LOOK, cell, counts, listing, name_cell, run, scope, see, sheet, verdict
from meterproof.traces.counterexample import render
from meterproof.verdict import Evidence, Verdict

Keys = Mapping[int, str]
"""The run of a check, by the check's identity."""


def check_page(
    checks: Sequence[Check],
    glossary: Glossary,
    *,
    seed: int,
    profile: str,
    root: Path | None = None,
    interrupted: bool = False,
    also: str = "",
    above: Sequence[Section] = (),
    below: Sequence[Section] = (),
) -> str:
    """The whole document. `root` is the folder that files are told from; `interrupted` says that rows may be missing.

    `also` is a sentence on what was done beside the verdicts, and `above` and `below` are the sections on that: right
    behind the verdicts, and at the end.

    It holds nothing of the moment it is made: the same check makes the same document.
    """
    keys = {id(c): f"run-{i}" for i, c in enumerate((c for c in checks if c.decisive.trace is not None), 1)}
    lead = element("p", " ".join(filter(None, (_lead(checks, interrupted), also))), class_="lead")
    facts = (("version", __version__), ("profile", profile), ("seed", str(seed)))
    protocols = list(dict.fromkeys(c.job.protocol for c in checks))
    verdicts = tuple(_table(p, [c for c in checks if c.job.protocol == p], keys) for p in protocols)
    sections = (
        Section("verdicts", "Verdicts", (*verdicts, *_notes(checks))),
        *above,
        Section("runs", "Runs", tuple(_run(c, keys[id(c)], glossary, root) for c in checks if id(c) in keys)),
        Section("inductions", "Inductions that fail", tuple(_inductions(checks))),
        Section("evidence", "What was done", tuple(_done(checks, glossary))),
        *below,
    )
    targets = list(dict.fromkeys(c.job.target for c in checks))
    subjects = targets if len(targets) == 1 else protocols
    title = f"Check of {', '.join(subjects) if 0 < len(subjects) < 4 else 'the study'}"
    return page(title, (lead, _counts(checks)), facts, sections, glossary)


def _lead(checks: Sequence[Check], interrupted: bool) -> str:
    wrong = sum(not c.as_expected for c in checks)
    stopped = "The check was interrupted; what was found until then follows. " if interrupted else ""
    number = f"{len(checks)} verdict{'' if len(checks) == 1 else 's'}"
    if wrong:
        return f"{stopped}{number}, {wrong} not as expected."
    claimed = any(c.job.stance.expected and c.evidence for c in checks)
    return f"{stopped}{number}, {'all as expected' if claimed else 'of which nothing was expected'}."


def _counts(checks: Sequence[Check]) -> Element:
    order: tuple[Verdict, ...] = (
        "proved", "inductive", "exhausted", "bounded", "tested", "violated", "not inductive", "unknown", "not run",
    )  # fmt: skip
    each = ((sum(c.decisive.verdict == v for c in checks), v, LOOK.get(v, HOLDS)[1]) for v in order)
    return counts((*each, (sum(not c.as_expected for c in checks), "not as expected", "bad")))


def _column(check: Check) -> str:
    return " ".join(filter(None, (check.job.variant, check.job.reading)))


def _table(protocol: str, checks: Sequence[Check], keys: Keys) -> Element:
    columns = list(dict.fromkeys(_column(c) for c in sorted(checks, key=lambda c: c.job.reading is None)))
    by_id: dict[str, dict[str, Check]] = {}
    for c in checks:
        by_id.setdefault(c.job.declared.id, {})[_column(c)] = c
    rows = (
        (
            name_cell(id, next(iter(row.values())).job.declared.title),
            *(cell(c, *(_cell(row[c], keys) if c in row else ())) for c in columns),
        )
        for id, row in by_id.items()
    )
    return sheet(("guarantee", *columns), rows, caption=protocol)


def _cell(check: Check, keys: Keys) -> Iterator[Child]:
    what = f"{check.job.declared.id} of {check.job.name}"
    wrapped: list[Child] = verdict(check.decisive)
    if not check.as_expected:
        wrapped.append(element("span", "! not as expected", class_="flag unexpected"))
    if any(e.vacuous for e in check.evidence):
        wrapped.append(element("small", "vacuous: its premise is never reached"))
    trace = check.decisive.trace
    if trace is not None:
        wrapped.append(see(keys[id(check)], trace, what))
    yield element("div", *wrapped)


def _notes(checks: Sequence[Check]) -> Iterator[Element]:
    """What the reader must know beside the marks."""
    rows = [
        (
            name_cell(c.job.declared.id, ""),
            cell("of", c.job.name),
            cell("note", c.contradiction or c.job.stance.note or c.decisive.note or ""),
        )
        for c in checks
        if c.contradiction or c.job.stance.note or (c.decisive.note and c.decisive.verdict in LOOK)
    ]
    if rows:
        number = f"{len(rows)} note{'' if len(rows) == 1 else 's'}"
        yield listing(f"{number} on these verdicts", sheet(("guarantee", "of", "note"), rows))


def _run(check: Check, key: str, glossary: Glossary, root: Path | None) -> Element:
    job, trace, e = check.job, check.decisive.trace, check.decisive
    assert trace is not None
    mark, look = LOOK.get(e.verdict, HOLDS)
    said = "violated" if e.verdict == "violated" else "reached" if job.declared.kind == "reachable" else e.verdict
    head = (
        element("span", f"{mark} {said}", class_=f"verdict {look}"), " ", element("b", job.declared.id),
        f" {job.declared.title} ", element("small", job.name),
    )  # fmt: skip
    return run(trace, key, head, glossary, *_about(check, glossary), protocol=job.protocol, root=root)


def _about(check: Check, glossary: Glossary) -> Iterator[Element]:
    declared = check.job.declared
    told: list[Child] = [f"{check.decisive.method}, {scope(check.decisive.scope)}"]
    if declared.against:
        told.append(f"against an adversary with {', '.join(sorted(declared.against))}")
    if declared.cites:
        told.append(element("span", "rests on ", *glossary.citations(declared.cites)))
    yield element("p", *joined(told, "; "), class_="how")
    if check.job.stance.note:
        yield element("p", check.job.stance.note, class_="how")


def _inductions(checks: Sequence[Check]) -> Iterator[Element]:
    """States from which a step leads out of what was to be shown; none of them need be reached by a run."""
    for c in checks:
        for e in c.evidence:
            if e.counterexample is not None:
                head = f"{c.job.declared.id} of {c.job.name}"
                yield listing(head, element("pre", render(e.counterexample), tabindex=0))


def _done(checks: Sequence[Check], glossary: Glossary) -> Iterator[Element]:
    rows = [row for c in checks for e in c.evidence for row in [_evidence(c, e)]]
    if rows:
        head = ("guarantee", "of", "verdict", "searched", "seed", "notes")
        yield listing(f"Every method that was run ({len(rows)})", sheet(head, rows))
    controls = [
        (
            name_cell(c.job.declared.id, ""),
            cell("of", c.job.name),
            cell("change", str(result.control)),
            cell("found", *verdict(result.evidence)),
            cell("caught", "yes" if result.caught else element("span", "! not caught", class_="flag unexpected")),
        )
        for c in checks
        for result in c.controls
    ]
    if controls:
        caught = sum(r.caught for c in checks for r in c.controls)
        said = f"Mutation controls: {caught} of {len(controls)} weakened rules made their check fail"
        yield listing(said, sheet(("guarantee", "of", "change", "found", "caught"), controls))
    cores = [_core(c, glossary) for c in checks if c.decisive.core is not None]
    if cores:
        columns = ("guarantee", "of", "rules", "lemmas", "assumptions")
        yield listing(f"What the proofs for every size rest on ({len(cores)})", sheet(columns, cores))


def _evidence(check: Check, e: Evidence) -> tuple[Element, ...]:
    amount = [
        f"{e.states:,} {'orbits' if e.symmetry else 'states'}" if e.states is not None else None,
        f"{e.generated:,} transitions" if e.generated is not None else None,
        f"depth {e.depth}" if e.depth is not None else None,
        f"{e.schedules:,} schedules" if e.schedules is not None else None,
        f"up to exchanges in {', '.join(e.symmetry)}" if e.symmetry else None,
    ]
    notes = [
        "vacuous: its premise is never reached" if e.vacuous else None,
        None if e.within_design else "more corruptions than the design admits",
        e.note,
    ]
    return (
        name_cell(check.job.declared.id, ""),
        cell("of", check.job.name),
        cell("verdict", *[element("div", *verdict(e))]),
        cell("searched", "; ".join(filter(None, amount))),
        cell("seed", "" if e.seed is None else str(e.seed)),
        cell("notes", "; ".join(filter(None, notes))),
    )


def _core(check: Check, glossary: Glossary) -> tuple[Element, ...]:
    core = check.decisive.core
    assert core is not None
    links = (glossary.citation(f"{check.job.protocol} {rule}", rule) for rule in core.rules)
    return (
        name_cell(check.job.declared.id, ""),
        cell("of", check.job.name),
        cell("rules", *(joined(links, " ") or ["none"])),
        cell("lemmas", ", ".join(core.lemmas) or "none"),
        cell("assumptions", "; ".join(check.decisive.axioms) or "none"),
    )
