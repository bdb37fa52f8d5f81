"""`meterproof contract`: rules that regulators write, checked, compared and asked; a group, one module a verb."""

from __future__ import annotations

import typer

from meterproof.cli.lazy import Lazy

CONTRACTS = {
    "check": (
        "contract_check",
        "Find conflicts, unreachable and redundant rules, dead clauses and gaps, with requests.",
    ),
    "compare": ("contract_compare", "Tell which requests a new version newly allows, denies or escalates."),
    "decide": ("contract_decide", "Decide one request, and say why each other rule does not."),
}
"""The verbs of the group in the order of the help, as `VERBS` of the whole command."""


class Contracts(Lazy):
    """The verbs on contracts by name."""

    table = CONTRACTS


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.info.name = "contract"
    app.callback(cls=Contracts, no_args_is_help=True)(contract)


def contract() -> None:
    """Check, compare and ask contracts: rules of law on who may do what with which data."""
