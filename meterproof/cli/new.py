"""`meterproof new`: a study of one's own, which runs from the first minute."""

from __future__ import annotations

from pathlib import Path

import typer

from meterproof import __version__
from meterproof.cli.common import JSON, output, print_json, write
from meterproof.errors import InputError
from meterproof.study.template import render

EPILOG = """
[bold]Examples[/]

  meterproof new my-protocol

  meterproof new my-protocol -o .       (in this folder, if it is empty)
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("new", epilog=EPILOG)(new)


def new(
    name: str = typer.Argument(..., help="What the protocol is called: small letters, digits and hyphens."),
    out: Path = typer.Option(None, "-o", "--output", metavar="FOLDER", help="Where; default: a folder of that name."),
    json: bool = JSON,
) -> None:
    """Make a study of your own: a small protocol in two variants, with properties and controls, that runs."""
    files = render(name)
    folder = Path(name) if out is None else out
    if folder.exists() and (not folder.is_dir() or any(each.name != ".git" for each in folder.iterdir())):
        raise InputError("is not empty", file=folder, allowed="a new folder")
    for path, text in files.items():
        _make((folder / path).parent)
        write(folder / path, text)
    if json:
        document = {"version": __version__, "seed": None, "name": name, "folder": str(folder), "files": list(files)}
        print_json(document)
        return
    console = output()
    for path in files:
        console.print(f"{folder / path}", markup=False)
    enter = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
    console.print(f"\nTry it: {enter}meterproof check", style="bold", markup=False)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot be made: {error.strerror or error}", file=folder, allowed="a folder that you may write to"
        ) from error
