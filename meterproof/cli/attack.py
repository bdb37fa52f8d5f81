"""`meterproof attack`: play exploits with real keys and bytes, and tell them; or a table of what they amount to."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import typer

from meterproof import __version__
from meterproof.check.jobs import jobs_of_spec
from meterproof.check.runner import Check, Options, run_job
from meterproof.check.targets import specs
from meterproof.cli.common import JSON, SEED, output, print_json, saying, study
from meterproof.errors import InputError
from meterproof.real import document, tables
from meterproof.real.attack import Attack, run_attack
from meterproof.real.exploit import Exploit, run_exploit
from meterproof.real.features import Feature, Result, Row, rows
from meterproof.real.story import story
from meterproof.study.finder import Study
from meterproof.study.specfile import Spec

EPILOG = """
[bold]Examples[/]

  meterproof attack                           (all, on all that they are meant for)

  meterproof attack replay

  meterproof attack majority bc-ami@hardened

  meterproof attack bc-ami                    (the table of the features that the paper claims)

  meterproof attack bc-ami --no-proofs --json

  meterproof attack edge-keys                 (what comes of each, as no table of claims is printed)
"""

Place = tuple[str, str | None]


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("attack", epilog=EPILOG)(attack)


def attacks(of: Study) -> dict[str, Attack | Exploit]:
    """The study's attacks by name: the `ATTACK` of every module of its attacks folder."""
    found = (getattr(module, "ATTACK", None) for module in _modules(of))
    return {each.name: each for each in found if isinstance(each, Attack | Exploit)}


def features(of: Study, protocol: str) -> list[Feature]:
    """The features that are claimed of a protocol: the `FEATURES` of all modules of the study's attacks folder."""
    every = (feature for module in _modules(of) for feature in getattr(module, "FEATURES", ()))
    return [feature for feature in every if feature.protocol == protocol]


def _modules(of: Study) -> Iterator[ModuleType]:
    for path in sorted((of.root / of.folders.attacks).glob("*.py")):
        if path.stem != "__init__":
            yield importlib.import_module(f"{of.folders.attacks}.{path.stem}")


def attack(
    name: str = typer.Argument(
        None, help="An attack, such as replay; or a target, for its table of features. Default: all attacks."
    ),
    target: str = typer.Argument(None, help="protocol or protocol@variant; default: all that the attack is meant for."),
    proofs: bool = typer.Option(
        True, "--proofs/--no-proofs", help="In the table: also check the guarantees that the attacks aim at."
    ),
    seed: int = SEED,
    json: bool = JSON,
) -> None:
    """Play exploits on the running reference and tell them in numbered sentences."""
    here = study()
    if name is not None and target is None and name not in attacks(here) and _is_target(here, name):
        raise typer.Exit(_table(here, name, seed, proofs, json))
    results = play_all(name, target, seed, json)
    if json:
        print_json({"version": __version__, "seed": seed, "attacks": [document.row(r) for r in results]})
    else:
        for result in results:
            output().print(story(result))
        output().print(f"{len(results)} attempts, {_said(results)} (seed {seed}).")
    raise typer.Exit(0 if all(r.as_expected for r in results) else 1)


def play_all(name: str | None, target: str | None, seed: int, quiet: bool) -> list[Result]:
    """Play the attempts of one attack or of all, on one target or on all. InputError for unknown names."""
    here = study()
    known = attacks(here)
    if name is not None and name not in known:
        raise InputError(f"there is no attack {name!r}", allowed=", ".join((*known, *here.protocols, *here.specs)))
    by_target = {f"{s.protocol}@{s.variant}": s for s in specs(here, target)}
    results: list[Result] = []
    with saying(quiet) as say:
        for exploit in [known[name]] if name is not None else known.values():
            for attempt in exploit.attempts:
                if attempt.target not in by_target:
                    continue
                say(f"attack {exploit.name} on {attempt.target}")
                spec = by_target[attempt.target]
                if isinstance(exploit, Attack):
                    results.append(run_attack(exploit, attempt, spec, seed))
                else:
                    results.append(run_exploit(exploit, attempt, spec, seed))
    if not results:
        meant = sorted({a.target for exploit in known.values() for a in exploit.attempts})
        raise InputError(f"no such attack is meant for {target!r}", allowed=", ".join(meant))
    return results


def _is_target(here: Study, name: str) -> bool:
    return name in here.protocols or name in here.specs or name.endswith(".toml")


def _table(here: Study, target: str, seed: int, proofs: bool, json: bool) -> int:
    """Print the table of a target's features; returns the exit code."""
    chosen = specs(here, target)
    claimed = features(here, chosen[0].protocol)
    results = play_all(None, target, seed, json)
    if not claimed:
        return _outcomes(results, seed, json)
    table = rows(claimed, _columns(chosen), results)
    checks = _checks(here, chosen, table, json) if proofs else {}
    fine = all(r.as_expected for r in results) and all(c.as_expected for c in checks.values())
    if json:
        told: dict[str, Any] = {"version": __version__, "seed": seed, "attacks": [document.row(r) for r in results]}
        print_json(told | {"features": [document.feature(row, checks) for row in table]})
    else:
        output().print(tables.features(table, checks))
        output().print(f"\n{len(results)} attempts, {_said(results)} (seed {seed}).")
    return 0 if fine else 1


def _outcomes(results: list[Result], seed: int, json: bool) -> int:
    """Print what came of each attempt, of a target of which no features are claimed; returns the exit code."""
    if json:
        print_json({"version": __version__, "seed": seed, "attacks": [document.row(r) for r in results]})
    else:
        output().print(tables.attempts(results))
        output().print(f"\n{len(results)} attempts, {_said(results)} (seed {seed}).")
    return 0 if all(r.as_expected for r in results) else 1


def _columns(chosen: Sequence[Spec]) -> list[Place]:
    return [(f"{s.protocol}@{s.variant}", reading) for s in chosen for reading in (s.readings or (None,))]


def _checks(
    here: Study, chosen: Sequence[Spec], table: Sequence[Row], quiet: bool
) -> dict[tuple[str, str | None, str], Check]:
    """The verdicts on all guarantees that the table's attacks aim at, by target, reading and property.

    Where one is claimed to be proved, only the proof is done: `meterproof check` does the rest.
    """
    wanted = {(cell.target, cell.reading, aim) for row in table for cell in row.cells for aim in cell.aims}
    found = {}
    with saying(quiet) as say:
        for job in (job for spec in chosen for job in jobs_of_spec(here, spec)):
            key = (job.target, job.reading, job.declared.id)
            if key in wanted:
                say(f"{job.name} {job.declared.id}")
                proved = any(plan.method == "induction" for plan in job.stance.plans)
                found[key] = run_job(job, Options(method="induction" if proved else None, controls=False))
    return found


def _said(results: Sequence[Result]) -> str:
    wrong = [r for r in results if not r.as_expected]
    return f"{len(wrong)} not as expected" if wrong else "all as expected"
