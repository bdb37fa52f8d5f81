"""Evidence folders at the command line: `check --evidence FOLDER` writes one, `replay FOLDER` verifies it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer

from meterproof import __version__
from meterproof.check.runner import Check, Options
from meterproof.check.targets import find
from meterproof.cli.common import errors, output, print_json, saying, write
from meterproof.errors import InputError
from meterproof.evidence import manifest
from meterproof.evidence.bundle import bundle
from meterproof.evidence.findings import Finding, Verification
from meterproof.evidence.verify import Asked, verify
from meterproof.lang.system import System
from meterproof.study.finder import discover
from meterproof.verdict import Solver


def free(folder: Path) -> None:
    """InputError, before anything is checked, where the folder is there and not empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("is not empty", file=folder, allowed="a new folder for the evidence")


def keep(folder: Path, checks: Sequence[Check], options: Options, *, interrupted: bool) -> None:
    """Write a folder, the manifest last, and say on stderr by which SHA-256 it can be known again."""
    root = discover(Path.cwd()).root if any(c.job.spec is not None for c in checks) else Path.cwd()
    made = bundle(checks, options, root, interrupted=interrupted)
    for name, text in made.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"cannot be made: {error.strerror or error}", file=path.parent, allowed="a folder that you may write to"
            ) from error
        write(path, text)
    digest = manifest.sha256(made[manifest.NAME].encode())
    errors().print(
        f"{len(made)} files are in {folder}; verify them with: meterproof replay {folder}\n"
        f"SHA-256 of {manifest.NAME}: {digest}",
        soft_wrap=True, markup=False,
    )  # fmt: skip


def replay_folder(
    folder: Path, *, solver: Solver, timeout: float | None, search: bool, seed: int, json: bool
) -> None:  # fmt: skip
    """Verify a folder and tell what came of it. Exit 0 when all is verified, 1 when not, 130 when interrupted."""
    with saying(json) as say:
        found = verify(folder, Asked(solver, timeout, search, _model_here, say, say))
    if json:
        print_json(
            {
                "version": __version__,
                "seed": seed,
                "folder": str(folder),
                "manifest": found.manifest,
                "made_with": found.made_with,
                "here": manifest.versions(),
                "verified": found.verified,
                "interrupted": found.interrupted,
                "findings": [asdict(f) for f in found.findings],
            }
        )
    else:
        _tell(folder, found)
    raise typer.Exit(130 if found.interrupted else 0 if found.verified else 1)


def _model_here(source: str, property: str) -> System:
    """The study's own system; InputError where this folder is in no study, or in one without it."""
    return find(source, property).system()


def _tell(folder: Path, found: Verification) -> None:
    console = output()
    console.print(f"{folder}: SHA-256 of {manifest.NAME} is {found.manifest}", markup=False)
    here = manifest.versions()
    other = [f"{name} {told} (here {here.get(name, 'none')})" for name, told in found.made_with.items()
             if here.get(name) != told]  # fmt: skip
    if other:
        console.print(f"made with {', '.join(other)}", markup=False)
    counts = Counter(f.what for f in found.having("verified"))
    for what, number in counts.items():
        console.print(f"  {number:>5} {_SAID[what]}", markup=False)
    for reason, some in _by_reason(found.having("skipped")).items():
        console.print(f"  - not verified, {len(some)} of {some[0].what}: {reason}", style="dim", markup=False)
    for finding in (*found.having("undecided"), *found.having("failed")):
        console.print(f"  ✗ {finding.file}: {finding.what}: {finding.reason}", style="red", markup=False)
    if found.interrupted:
        console.print("interrupted: not everything was looked at", style="yellow")
    elif found.verified:
        console.print("All that is claimed is verified." if counts else "Nothing is claimed.", style="bold green")
    else:
        console.print("Not all is verified.", style="bold red")


def _by_reason(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.reason or "", []).append(finding)
    return found


_SAID = {
    "file": "files have their SHA-256",
    "system": "systems have their hash",
    "model": "systems are those of the models here",
    "trace": "traces go through on their systems",
    "witness": "witnesses go through on their systems",
    "obligation": "obligations are shown again",
    "search": "searches come to the same end",
    "row": "verdicts follow from their plans",
}
