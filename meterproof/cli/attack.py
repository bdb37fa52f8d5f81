"""`meterproof attack`: play exploits with real keys and bytes, and tell them."""

from __future__ import annotations

import importlib
from typing import Any

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from meterproof import __version__
from meterproof.check.targets import specs
from meterproof.cli.common import JSON, SEED, output, print_json, saying, study
from meterproof.errors import InputError
from meterproof.real.attack import Attack, AttackResult, run_attack
from meterproof.real.play import PlayedStep
from meterproof.real.story import story
from meterproof.study.finder import Study
from meterproof.traces.sentences import action_of, parameters, sentence

EPILOG = """
[bold]Examples[/]

  meterproof attack                           (all, on all that they are meant for)

  meterproof attack replay

  meterproof attack majority bc-ami@hardened
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("attack", epilog=EPILOG)(attack)


def attacks(of: Study) -> dict[str, Attack]:
    """The study's attacks by name: the `ATTACK` of every module of its attacks folder."""
    found: dict[str, Attack] = {}
    for path in sorted((of.root / of.folders.attacks).glob("*.py")):
        module = importlib.import_module(f"{of.folders.attacks}.{path.stem}") if path.stem != "__init__" else None
        exploit = getattr(module, "ATTACK", None)
        if isinstance(exploit, Attack):
            found[exploit.name] = exploit
    return found


def attack(
    name: str = typer.Argument(None, help="replay, impersonation, majority; default: all."),
    target: str = typer.Argument(None, help="protocol or protocol@variant; default: all that the attack is meant for."),
    seed: int = SEED,
    json: bool = JSON,
) -> None:
    """Play exploits on the running reference and tell them in numbered sentences."""
    results = play_all(name, target, seed, json)
    if json:
        print_json({"version": __version__, "seed": seed, "attacks": [row(r) for r in results]})
    else:
        console = output()
        for result in results:
            console.print(story(result))
        wrong = [r for r in results if not r.as_expected]
        said = f"{len(wrong)} not as expected" if wrong else "all as expected"
        console.print(f"{len(results)} attempts, {said} (seed {seed}).")
    raise typer.Exit(0 if all(r.as_expected for r in results) else 1)


def play_all(name: str | None, target: str | None, seed: int, quiet: bool) -> list[AttackResult]:
    """Play the attempts of one attack or of all, on one target or on all. InputError for unknown names."""
    here = study()
    known = attacks(here)
    if name is not None and name not in known:
        raise InputError(f"there is no attack {name!r}", allowed=", ".join(known))
    by_target = {f"{s.protocol}@{s.variant}": s for s in specs(here, target)}
    results = []
    with saying(quiet) as say:
        for exploit in [known[name]] if name is not None else known.values():
            for attempt in exploit.attempts:
                if attempt.target in by_target:
                    say(f"attack {exploit.name} on {attempt.target}")
                    results.append(run_attack(exploit, attempt, by_target[attempt.target], seed))
    if not results:
        meant = sorted({a.target for exploit in known.values() for a in exploit.attempts})
        raise InputError(f"no such attack is meant for {target!r}", allowed=", ".join(meant))
    return results


def table(results: list[AttackResult]) -> Table:
    """Attempts in one line each."""
    title = "attacks, played with real keys and bytes"
    shown = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("attack", "on", "outcome", "what happened"):
        shown.add_column(column)
    for r in results:
        where = r.attempt.target + (f" ({r.attempt.reading})" if r.attempt.reading else "")
        corrupted = r.played.instance.scope.as_dict().get("faulty")
        where += f", {corrupted} faulty" if corrupted is not None else ""
        told = Text("✗ succeeds", style="red") if r.outcome == "succeeds" else Text("✓ fails", style="green")
        told += Text("" if r.as_expected else "  ! unexpected", style="bold red")
        shown.add_row(Text(r.attack.name, style="bold"), where, told, _what(r))
    return shown


def _what(result: AttackResult) -> str:
    refused = [s for s in result.played.steps if s.refusal is not None]
    if not refused:
        return f"all {len(result.played.steps)} steps taken; {result.attack.claim.id} is broken"
    stopped = refused[-1 if result.attempt.found_with else 0]  # with fewer corruptions the last step says what lacks
    assert stopped.refusal is not None
    return f"step {result.played.steps.index(stopped) + 1} refused: {stopped.refusal.reason} ({stopped.refusal.rule})"


def row(result: AttackResult) -> dict[str, Any]:
    """An attempt as JSON."""
    refused = result.played.first_refusal
    return {
        "attack": result.attack.name,
        "title": result.attack.title,
        "property": result.attack.claim.id,
        "target": result.attempt.target,
        "reading": result.attempt.reading,
        "scope": result.played.instance.scope.as_dict(),
        "expected": result.attempt.expected,
        "outcome": result.outcome,
        "as_expected": result.as_expected,
        "steps": [_step(result, s) for s in result.played.steps],
        "refused_by": None if refused is None or refused.refusal is None else refused.refusal.rule,
        "model_states": result.searched,
        "cites": list(result.attack.cites),
    }


def _step(result: AttackResult, played: PlayedStep) -> dict[str, Any]:
    instance, refusal = result.trace.instance, played.refusal
    action = action_of(instance, played.step)
    return {
        "action": action.name,
        "params": parameters(instance, played.step),
        "sentence": sentence(instance, played.step),
        "needs": action.needs,
        "cites": list(action.cites),
        "refused": None
        if refusal is None
        else {"rule": refusal.rule, "reason": refusal.reason, "cites": list(refusal.cites)},
    }
