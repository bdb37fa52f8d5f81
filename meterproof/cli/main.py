"""Entry point: parse, run a verb, and end with one of the exit codes of docs/design.md."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Sequence
from typing import Any

import typer
from rich.markup import escape
from typer.exceptions import TyperException

from meterproof import __version__
from meterproof.cli import lazy
from meterproof.cli.common import errors
from meterproof.errors import InputError

VERBS = {
    "list": ("list_", "List what there is: targets, properties and what is expected of them, attacks."),
    "check": ("check", "Check guarantees and compare the verdicts with what is expected."),
    "compose": (
        "compose",
        "Check that the parts of a whole fit together: nothing assumed that nobody gives, no circle at one height.",
    ),
    "lemmas": (
        "lemmas",
        "Suggest lemmas for a property: found in a small scope, tried for any size, printed and written nowhere.",
    ),
    "rules": (
        "rules",
        "Take each rule away, or weaken it, and say which guarantees fall and which rules buy nothing.",
    ),
    "trace": ("trace", "Find and show a trace; of several variants or readings, the first that has one."),
    "replay": ("replay", "Re-run a stored trace, or verify a folder of evidence. Exit 1 where that fails."),
    "attack": ("attack", "Play exploits on the running reference and tell them in numbered sentences."),
    "run": ("run", "Register the meters of a file, report, endorse, order, release and decrypt all its readings."),
    "costs": (
        "costs",
        "Count bits on the wire and in store from real bytes, time operations here, and show what the paper prints.",
    ),
    "figures": (
        "figures",
        "Hold every figure that a paper prints against ours: agrees, contradicted, or not reproducible, and why.",
    ),
    "export": (
        "export",
        "Write a target in the notation of another tool: TLA+, Promela, SMT-LIB, ITF; or as a Markdown book.",
    ),
    "plan": ("plan", "Plan a network of edge devices: place them, route their traffic, size their queues."),
    "audit": (
        "audit",
        "Compare two versions: which guarantees were lost or won, by which rules, with a trace for each.",
    ),
    "new": (
        "new",
        "Make a study of your own: a small protocol in two variants, with properties and controls, that runs.",
    ),
    "contract": ("contract", "Check, compare and ask contracts: rules of law on who may do what with which data."),
    "bench": ("bench", "Time the engines on the study's benchmarks, in this process and on this machine."),
}
"""The verbs in the order of the help: the module of this package that has each, and the verb's first line again, so
that the help needs none of the modules and a verb only its own."""


YOUNG = 100_000
"""Objects that are made between two looks for garbage, in place of Python's 700."""


def load(verb: str) -> Any:
    """The command of a verb, from its module."""
    return lazy.load(VERBS, verb)


class Verbs(lazy.Lazy):
    """All verbs by name and first line."""

    table = VERBS


app = typer.Typer(
    name="meterproof",
    cls=Verbs,
    help="Check metering protocols: explore, schedule, prove, execute with real cryptography, and attack.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"meterproof {__version__}")
        raise typer.Exit()


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and stop."
    ),
) -> None:
    """Check metering protocols: explore, schedule, prove, execute with real cryptography, and attack."""


def _hurry() -> None:
    """Spend less on garbage in a process of our own: to load an engine makes many objects, which last to the end.

    They are looked through less often, and not once more when Python ends: a quarter of the time of a small check.
    """
    gc.set_threshold(YOUNG)
    atexit.register(gc.freeze)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (default: the process's own); returns the exit code."""
    if arguments is None:
        _hurry()
    try:
        code = app(args=None if arguments is None else list(arguments), standalone_mode=False)
    except (InputError, TyperException) as error:
        if str(error):  # a group without a verb has shown its help and has nothing to say
            errors().print(f"[bold red]error:[/] {escape(str(error))}", soft_wrap=True, highlight=False)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        errors().print("interrupted")
        return 130
    return int(code or 0)
