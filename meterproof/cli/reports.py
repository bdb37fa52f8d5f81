"""What verbs that write an HTML report share: the option, an early refusal, and the glossary of what they speak of."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from meterproof.errors import InputError

if TYPE_CHECKING:
    from meterproof.report.glossary import Glossary
    from meterproof.report.page import Section
    from meterproof.study.specfile import Spec

REPORT = typer.Option(None, "--report", metavar="FILE.html", help="Write a report there, too: one HTML file.")


def writable(path: Path | None) -> None:
    """InputError now, and not after the work, where a report can't be written."""
    if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise InputError("a report can't be written there", file=path, allowed="a file in a folder that there is")


def root() -> Path:
    """The folder that a report tells files from: the study's; where there is none, the current one."""
    from meterproof.study.finder import discover

    try:
        return discover(Path.cwd()).root
    except InputError:
        return Path.cwd()


def glossary(specs: Iterable[Spec | None]) -> Glossary:
    """What citations open: the rules of the specs, and the study's register if there is a spec among them."""
    from meterproof.report.glossary import glossary_of
    from meterproof.study.finder import discover

    found = list({spec.file: spec for spec in specs if spec is not None}.values())
    return glossary_of(discover(Path.cwd()).register() if found else None, found, root())


def glossary_here() -> Glossary:
    """The ids of the study that the current folder is in, if it is in one, without loading any of its code."""
    from meterproof.report.glossary import glossary_of
    from meterproof.study.finder import discover

    try:
        study = discover(Path.cwd())
    except InputError:
        return glossary_of(None)
    return glossary_of(study.register())


def traceability(glossary: Glossary) -> Section:
    """What came of each statement of the study's texts, as `list --coverage` tells it."""
    from meterproof.check.targets import jobs
    from meterproof.cli.common import study
    from meterproof.cli.coverage import of_study
    from meterproof.report import traceability

    return traceability.traceability(of_study(study(), jobs([])), glossary)
