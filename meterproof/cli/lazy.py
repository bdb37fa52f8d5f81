"""Groups of verbs whose help needs none of their modules: a verb's module is loaded when the verb is called."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup

Table = Mapping[str, tuple[str, str]]
"""Verbs in the order of the help: the module of this package that has each, and the verb's first line again."""


def load(table: Table, verb: str) -> Any:
    """The command of a verb, from its module's `register(app)`."""
    alone = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
    importlib.import_module(f"meterproof.cli.{table[verb][0]}").register(alone)
    return typer.main.get_command(alone)


class Lazy(TyperGroup):
    """All verbs of a table by name and first line; the one that is called is loaded. Subclasses give the table."""

    table: ClassVar[Table]

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {verb: TyperCommand(verb, help=line) for verb, (_, line) in self.table.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The verb that the arguments begin with, loaded."""
        verb, _, rest = super().resolve_command(ctx, args)
        return verb, None if verb is None else load(self.table, verb), rest
