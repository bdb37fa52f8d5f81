"""`meterproof lemmas`: suggest lemmas with which a property can be proved for any size, for a person to judge."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import typer
from rich.markup import escape

from meterproof import __version__
from meterproof.check.jobs import Job
from meterproof.check.targets import jobs
from meterproof.cli.common import JSON, READING, SEED, output, print_json, saying
from meterproof.errors import InputError
from meterproof.finite.scope import parse_scope, resolve
from meterproof.suggest import Outcome, Suggestion, definition, suggest
from meterproof.suggest.source import types, words
from meterproof.traces import itf, text

EPILOG = """
[bold]Examples[/]

  meterproof lemmas examples/two_phase_commit.py -p consistent --from-scratch

  meterproof lemmas bc-ami@hardened -p IS-V1 --from-scratch

  meterproof lemmas bc-ami@hardened -p IS-P5 --from-scratch --scope Meter=2,Key=2 --literals 3 --timeout 120
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("lemmas", epilog=EPILOG)(lemmas)


def lemmas(
    target: str = typer.Argument(..., metavar="TARGET", help="protocol@variant, spec.toml or model.py"),
    property: str = typer.Option(..., "--property", "-p", help="The invariant or step property to be proved."),
    reading: str = READING,
    scope: str = typer.Option("", "--scope", help="Sizes over those of the property's plan, as in Replica=4,faulty=1."),
    literals: int = typer.Option(4, "--literals", help="Most literals of a suggested clause."),
    timeout: float = typer.Option(60.0, "--timeout", help="Seconds for the search and the proof."),
    from_scratch: bool = typer.Option(False, "--from-scratch", help="As if the property had no lemmas yet."),
    seed: int = SEED,
    json: bool = JSON,
) -> None:
    """Suggest lemmas for a property: found in a small scope, tried for any size, printed and written nowhere."""
    sizes = parse_scope(scope)
    job = _job(target, property, reading, sizes)
    system = job.system()
    claim = job.claim(system)
    if from_scratch:
        claim = replace(claim, lemmas=())
    planned = next((p.sizes for p in job.stance.plans if p.method == "explore"), {})
    whole = resolve(system, {**planned, **sizes})
    with saying(json) as say:
        found = suggest(
            system, claim, whole, literals=literals, timeout=timeout, seed=seed,
            say=lambda message: say(f"{job.name} {claim.id}: {message}"),
        )  # fmt: skip
    if json:
        print_json(document(job, found))
    else:
        _print(job, found)
    raise typer.Exit(130 if found.stopped == "interrupted" else 0 if found.proved else 1)


def _job(target: str, property: str, reading: str | None, sizes: dict[str, int]) -> Job:
    """The one job that is meant; InputError when a target has several."""
    found = jobs([target], reading=reading, properties=[property], scope=sizes)
    if len(found) > 1:
        raise InputError(f"{target} is several systems", allowed="one of " + ", ".join(j.name for j in found))
    return found[0]


def document(job: Job, found: Outcome) -> dict[str, Any]:
    """An outcome as JSON."""
    violation = found.violation
    return {
        "version": __version__,
        "target": job.target,
        "reading": job.reading,
        "property": found.claim.id,
        "scope": found.scope.as_dict(),
        "literals": found.literals,
        "seed": found.seed,
        "states": found.states,
        "exhausted": found.exhausted,
        "violation": None if violation is None else itf.document(violation, source=job.name, seed=found.seed),
        "before": None if found.before is None else found.before.verdict,
        "after": None if found.after is None else found.after.verdict,
        "proved": found.proved,
        "candidates": found.candidates,
        "counterexamples": found.counterexamples,
        "lemmas": [
            {
                "name": s.lemma.id,
                "status": s.status,
                "sentence": s.lemma.title,
                "formula": repr(s.lemma.formula),
                "source": _source(job, s),
            }
            for s in found.suggestions
        ],
        "imports": _imports(job, found.suggestions),
        "remaining": list(found.remaining),
        "stopped": found.stopped,
        "note": None if found.after is None else found.after.note,
        "seconds": round(found.seconds, 3),
    }


def _print(job: Job, found: Outcome) -> None:
    console = output()
    where = f"{job.name} {found.claim.id}"
    if found.violation is not None:
        steps = _count(len(found.violation.steps), "step")
        console.print(f"[red]✗[/] {where} is violated in {steps} with {found.scope}; no lemma can help:\n")
        print(text.render(found.violation, colour=console.is_terminal), end="")
        return
    if found.before is not None and found.before.verdict == "proved":
        count = len(found.claim.lemmas)
        own = f"with its {_count(count, 'lemma')}; --from-scratch looks for others" if count else "without lemmas"
        console.print(f"[green]✓[/] {where} is proved for any size {own}")
        return
    if found.suggestions:
        print("\n".join(_imports(job, found.suggestions)) + "\n")
    for s in found.suggestions:
        print(f"\n# {_status(s, found)}\n{_source(job, s)}")
    console.print("\n".join(_summary(where, found)))


def _summary(where: str, found: Outcome) -> Iterator[str]:
    number = len(found.suggestions)
    note = (found.after.note if found.after is not None else None) or ""
    if found.proved:
        yield f"[green]✓[/] {where} is proved for any size with {_count(number, 'lemma')}: {escape(note)}"
    else:
        yield f"[yellow]?[/] {where} is not proved with {_count(number, 'suggestion')}"
        for name in found.remaining:
            yield f"    could not be shown: {escape(name)}"
    if found.stopped:
        yield f"stopped: {escape(found.stopped)}"
    states = f"{'all' if found.exhausted else 'some'} {found.states:,} reachable states with {found.scope}"
    yield (
        f"{_count(found.candidates, 'candidate')} of at most {_count(found.literals, 'literal')}, "
        f"{_count(found.counterexamples, 'counterexample')} "
        f"to induction, {states}; {found.seconds:.1f} s, seed {found.seed}"
    )
    if number:
        yield "A person decides: nothing was written."


def _count(number: int, thing: str) -> str:
    """`1 lemma`, `2 lemmas`."""
    return f"{number} {thing}" + ("" if number == 1 else "s")


def _status(suggestion: Suggestion, found: Outcome) -> str:
    """What is known of one lemma, as a comment above it; the states and the scope stand in the summary."""
    if suggestion.status == "inductive":
        together = "the property and the other lemmas" if found.proved else "the others that say so"
        return f"inductive for any number, together with {together}"
    if suggestion.status == "true at scope":
        return f"true of all {found.states:,} reachable states of the scope; not shown for any number"
    return "true of a sample of reachable states; not shown for any number"


def _source(job: Job, suggestion: Suggestion) -> str:
    lemma = suggestion.lemma
    rules = job.system().rules
    return definition(lemma.id, lemma.title, lemma.formula, rules, of=job.machine.__name__)


def _imports(job: Job, suggestions: tuple[Suggestion, ...]) -> list[str]:
    """The import lines that the suggestions need, in a file beside the model."""
    formulas = [s.lemma.formula for s in suggestions]
    if not formulas:
        return []
    lines = [f"from meterproof.lang import {', '.join(words(*formulas))}"]
    if job.spec is None:
        return [*lines, f"# in {job.target}, behind the class {job.machine.__name__}"]
    own = {job.machine.__name__: job.machine.__module__}
    modules = [sys.modules[c.__module__] for c in reversed(job.machine.__mro__)]
    for name in types(*formulas):
        own[name] = next(m.__name__ for m in modules if hasattr(m, name))
    for module in sorted(set(own.values())):
        lines.append(f"from {module} import {', '.join(sorted(n for n, m in own.items() if m == module))}")
    return lines
