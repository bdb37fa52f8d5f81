"""What `check` and `audit` share for continuous integration: options, accepted findings, and the files for others."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from meterproof.cli.common import output, write
from meterproof.errors import InputError

if TYPE_CHECKING:
    from meterproof.ci.baseline import Baseline
    from meterproof.ci.items import Acceptance, Item, Tree, Turn, Verb

JUNIT = typer.Option(None, "--junit", metavar="FILE", help="Write JUnit XML there, too: one test for each guarantee.")
SARIF = typer.Option(None, "--sarif", metavar="FILE", help="Write findings there, too, as a SARIF log.")
BASELINE = typer.Option(
    None, "--baseline", metavar="FILE", help="An earlier SARIF log: --sarif then says which findings are new."
)
GITHUB = typer.Option(False, "--github", help="Tell findings to GitHub Actions: annotations and a step's summary.")

SUMMARY = "GITHUB_STEP_SUMMARY"
"""The variable that names the file of a step's summary."""


@dataclass(frozen=True)
class Desk:
    """Where findings are handed in. `open_desk` reads all that can be wrong before the work begins."""

    verb: Verb
    tree: Tree
    junit: Path | None
    sarif: Path | None
    github: bool
    baseline: Baseline | None = None
    acceptances: tuple[Acceptance, ...] = ()

    @property
    def wanted(self) -> bool:
        """Whether anybody asks for items."""
        return bool(self.junit or self.sarif or self.github or self.acceptances)

    def take(self, items: Sequence[Item]) -> Told:
        """The items, with what is accepted of them today."""
        from meterproof.ci.items import accept

        return Told(self, accept(items, self.acceptances, datetime.now(UTC).date()))


@dataclass(frozen=True)
class Told:
    """What a verb found, as it is handed in at a desk."""

    desk: Desk
    items: tuple[Item, ...]

    @property
    def excused(self) -> bool:
        """Whether there are findings, and all of them are accepted today."""
        return any(i.found for i in self.items) and not any(i.fails for i in self.items)

    def deliver(self, *, interrupted: bool = False, turns: Sequence[Turn] = ()) -> None:
        """Write the files, and tell GitHub; `turns` are what machines of an audit newly allow or forbid."""
        from meterproof.ci import github, junit, sarif

        if self.desk.junit is not None:
            write(self.desk.junit, junit.write(self.items))
        if self.desk.sarif is not None:
            since = None if self.desk.baseline is None else self.desk.baseline.since(self.items)
            home = self.desk.tree.place("pyproject.toml", 1)
            write(self.desk.sarif, sarif.write(self.items, self.desk.verb, home, since=since, interrupted=interrupted))
        if self.desk.github:
            for line in github.commands(self.items):
                print(line, file=sys.stderr)  # GitHub reads both streams; stdout may hold a document
            summary = os.environ.get(SUMMARY)
            if summary:
                _append(Path(summary), self.items, self.desk.verb, turns)

    def document(self) -> list[dict[str, Any]]:
        """What was accepted and applies to a finding, still or no longer, as JSON."""
        rows = []
        for item in self.items:
            found = item.accepted or item.overdue
            if found is not None:
                rows.append(
                    {
                        "property": item.guarantee,
                        "target": item.target,
                        "reading": item.reading,
                        "reason": found.reason,
                        "expires": found.expires.isoformat(),
                        "expired": item.accepted is None,
                        "file": found.place.file,
                        "line": found.place.line,
                    }
                )
        return rows

    def show(self) -> None:
        """The same for people, and what need not be accepted any more."""
        from meterproof.ci.items import unused

        console = output()
        for item in self.items:
            found = item.accepted or item.overdue
            if found is not None:
                style, said = (
                    ("yellow", "accepted until") if item.accepted else ("bold red", "no longer accepted: until")
                )
                console.print(
                    f"{item.name} {item.guarantee}: {said} {found.expires} ({found.place}): {found.reason}",
                    style=style, markup=False,
                )  # fmt: skip
        for each in unused(self.items, self.desk.acceptances):
            said = f"{each.target} {each.id} is accepted at {each.place}, but is no finding: the entry can go"
            console.print(said, style="dim", markup=False)


def open_desk(verb: Verb, junit: Path | None, sarif: Path | None, baseline: Path | None, github: bool) -> Desk:
    """The desk for a verb in the current folder. InputError for what could not be read or written in the end."""
    from meterproof.ci import accepted
    from meterproof.ci.baseline import read
    from meterproof.ci.items import Tree
    from meterproof.study.finder import locate

    for path in (junit, sarif):
        if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
            raise InputError("can't be written there", file=path, allowed="a file in a folder that there is")
    if baseline is not None and sarif is None:
        raise InputError("a baseline says what is new in a SARIF log", allowed="--baseline FILE with --sarif FILE")
    here = Path.cwd()
    try:
        study = locate(here)
    except InputError:
        study = None
    root = here if study is None else study.root
    tree = Tree(_top(root), root)
    acceptances = () if study is None else accepted.load(study, tree)
    return Desk(
        verb, tree, junit, sarif, github, None if baseline is None else read(baseline, verb), acceptances
    )  # fmt: skip


def _top(root: Path) -> Path:
    """The repository that a folder is in, or else the folder."""
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)


def _append(path: Path, items: Sequence[Item], verb: Verb, turns: Sequence[Turn]) -> None:
    """Add to the step's summary as much as fits beside what is there."""
    from meterproof.ci import github

    try:
        used = path.stat().st_size if path.exists() else 0
        with path.open("a", encoding="utf-8") as file:
            file.write(github.summary(items, verb, github.MOST_BYTES - used, turns))
    except OSError as error:
        raise InputError(
            f"cannot be written: {error.strerror or error}", file=path, allowed=f"the file that {SUMMARY} names"
        ) from error
