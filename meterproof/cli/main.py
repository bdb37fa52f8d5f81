"""Entry point: parse, run a verb, and end with one of the exit codes of docs/design.md."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.markup import escape
from typer.exceptions import TyperException

from meterproof import __version__
from meterproof.cli import attack, bench, check, export, lemmas, list_, replay, run, trace
from meterproof.cli.common import errors
from meterproof.errors import InputError

app = typer.Typer(
    name="meterproof",
    help="Check metering protocols: explore, schedule, prove, execute with real cryptography, and attack.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for verb in (list_, check, lemmas, trace, replay, attack, run, export, bench):
    verb.register(app)


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (default: the process's own); returns the exit code."""
    try:
        code = app(args=None if arguments is None else list(arguments), standalone_mode=False)
    except (InputError, TyperException) as error:
        errors().print(f"[bold red]error:[/] {escape(str(error))}", soft_wrap=True, highlight=False)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        errors().print("interrupted")
        return 130
    return int(code or 0)
