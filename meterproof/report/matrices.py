"""The report of `meterproof rules`: necessity matrices, the runs of all falls, findings, and what the proofs use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from meterproof import __version__
from meterproof.necessity.change import Change
from meterproof.necessity.findings import MEANING, WRONG, Finding, fallen, left_out
from meterproof.necessity.matrix import Matrix
from meterproof.necessity.trial import Outcome, Trial
from meterproof.report.glossary import Glossary, rule_key
from meterproof.report.markup import Child, element, joined
from meterproof.report.page import Section, page
from meterproof.report.parts import cell, counts, listing, name_cell, run, scope, sheet

LOOK: dict[Outcome, tuple[str, str, str]] = {
    "falls": ("✗", "bad", "falls, in so many steps (∞: in a run that never ends)"),
    "stands": ("✓", "good", "stands at all scopes searched"),
    "vacuous": ("○", "open", "stands, but its premise never arises"),
    "same": ("=", "quiet", "the machine stays the same"),
    "unknown": ("?", "open", "not decided"),
    "refused": ("-", "quiet", "the model has no such protocol"),
}
"""Mark, class and meaning of an outcome."""

Keys = Mapping[int, str]
"""The run of a trial, by the trial's identity."""


def rules_page(
    matrices: Sequence[Matrix],
    findings: Sequence[Sequence[Finding]],
    glossary: Glossary,
    *,
    seed: int,
    profile: str,
    root: Path | None = None,
) -> str:
    """The whole document; `findings` are those of each matrix, `root` the folder that files are told from."""
    falls = [t for m in matrices for t in (*fallen(m.trials), *fallen(m.pairs)) if t.decisive.trace is not None]
    keys = {id(t): f"run-{i}" for i, t in enumerate(falls, 1)}
    numbers = counts(
        (
            _number(sum(len(m.guarantees) for m in matrices), "guarantee"),
            _number(sum(len(m.trials) + len(m.pairs) for m in matrices), "trial"),
            _number(len(falls), "fall", "bad"),
            _number(sum(len(f) for f in findings), "finding", "open"),
        )
    )
    lead = element("p", "Each rule taken away or weakened in turn, and what then no longer holds.", class_="lead")
    sections = [
        *(Section(f"matrix-{i}", m.subject.name, tuple(_matrix(m, keys))) for i, m in enumerate(matrices, 1)),
        *(
            Section(f"findings-{i}", f"Findings on {m.subject.name}", tuple(_findings(m, f, glossary)))
            for i, (m, f) in enumerate(zip(matrices, findings, strict=True), 1)
        ),
        Section("runs", "Runs", tuple(_run(t, keys[id(t)], glossary, root) for t in falls)),
        Section("proofs", "What the proofs use", tuple(_proofs(matrices, glossary))),
    ]
    facts = (("version", __version__), ("profile", profile), ("seed", str(seed)))
    subject = matrices[0].subject.target if matrices else "nothing"
    return page(f"What the rules of {subject} buy", (lead, numbers), facts, sections, glossary)


def _number(number: int, thing: str, look: str = "") -> tuple[int, str, str]:
    return number, thing if number == 1 else f"{thing}s", look


def _matrix(matrix: Matrix, keys: Keys) -> Iterator[Element]:
    """One table a machine, then the meaning of the marks, and what was left out."""
    for machine in dict.fromkeys(t.job.machine.__name__ for t in matrix.trials):
        trials = {(t.id, t.changes): t for t in matrix.trials if t.job.machine.__name__ == machine}
        columns = list(dict.fromkeys(changes for _, changes in trials))
        head: list[Child] = ["guarantee", *(element("div", _said(c), class_="turned") for c in columns)]
        rows = (
            (
                name_cell(g.job.declared.id, g.job.declared.title),
                *(_cell(trials.get((g.job.declared.id, c)), keys) for c in columns),
            )
            for g in matrix.guarantees
            if g.job.machine.__name__ == machine
        )
        yield sheet(head, rows, caption=machine, kind="matrix")
    marks = {t.outcome for t in matrix.trials}
    items = (
        element("li", element("span", mark, class_=f"verdict {look}"), f" {meaning}")
        for outcome, (mark, look, meaning) in LOOK.items()
        if outcome in marks
    )
    yield element("ul", *items, class_="legend")
    yield from (element("p", line, class_="how") for line in left_out(matrix))


def _said(changes: Sequence[Change]) -> str:
    return " and ".join(map(str, changes))


def _cell(trial: Trial | None, keys: Keys) -> Element:
    if trial is None:
        return element("td")
    mark, look, _ = LOOK[trial.outcome]
    said = _said(trial.changes)
    told = f"{mark} {_length(trial)}".strip() + ("*" if trial.restated else "")
    words = f"{trial.id} {said}: {trial.outcome}"
    if id(trial) in keys:
        shown = element("a", told, href=f"#{keys[id(trial)]}", class_=f"verdict {look}", aria_label=f"{words}, see run")
    else:
        shown = element("span", told, class_=look, role="img", aria_label=words)
    return element("td", shown, class_=trial.outcome, title=words)


def _length(trial: Trial) -> str:
    trace = trial.decisive.trace
    if trial.outcome != "falls" or trace is None:
        return ""
    return "∞" if trace.loop is not None else str(len(trace.steps))


def _run(trial: Trial, key: str, glossary: Glossary, root: Path | None) -> Element:
    trace, job = trial.decisive.trace, trial.job
    assert trace is not None
    head = (
        element("span", "✗ falls", class_="verdict bad"), f" {_said(trial.changes)}: ", element("b", trial.id),
        f" {job.declared.title} ", element("small", f"{job.target} ({job.reading})" if job.reading else job.target),
    )  # fmt: skip
    about = f"{trial.decisive.method}, {scope(trial.decisive.scope)}"
    notes = (element("p", line, class_="how") for line in (about, *trial.notes))
    return run(trace, key, head, glossary, *notes, protocol=job.protocol, root=root)


def _findings(matrix: Matrix, found: Sequence[Finding], glossary: Glossary) -> Iterator[Element]:
    for kind in dict.fromkeys(f.kind for f in found):
        yield element("h3", element("span", f"! {kind}", class_="bad") if kind in WRONG else kind)
        yield element("p", MEANING[kind], class_="how")
        items = (
            element("li", *_rules(matrix, f.rules, glossary), ": " if f.rules else None, f.sentence)
            for f in found
            if f.kind == kind
        )
        yield element("ul", *items)
    if not found:
        yield element("p", "None.")


def _rules(matrix: Matrix, rules: Sequence[str], glossary: Glossary) -> list[Child]:
    return joined(glossary.citation(rule_key(matrix.subject.protocol, rule), rule) for rule in rules)


def _proofs(matrices: Sequence[Matrix], glossary: Glossary) -> Iterator[Element]:
    """What the proofs of the unchanged protocol rest on, from their unsatisfiable cores."""
    for matrix in matrices:
        cores = [(g, g.core) for g in matrix.guarantees if g.core is not None]
        rows = [
            (
                name_cell(g.job.declared.id, g.job.declared.title),
                cell("rules", *(_rules(matrix, core.rules, glossary) or ["none"])),
                cell("assumptions", "; ".join(g.decisive.axioms) or "none"),
            )
            for g, core in cores
        ]
        if rows:
            yield listing(
                f"{matrix.subject.name}: {len(rows)} proved for every size",
                sheet(("guarantee", "rules", "assumptions"), rows),
            )
