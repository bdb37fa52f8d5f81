"""A command loads what it needs: the help no engine, a check only the engines that it asks."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

from meterproof.cli.contract import CONTRACTS
from meterproof.cli.lazy import Table
from meterproof.cli.lazy import load as load_from
from meterproof.cli.main import VERBS, load
from meterproof.cli.plan import PLANS

ROOT = Path(__file__).parents[2]
HEAVY = {"numpy", "numba", "z3", "hypothesis", "cryptography", "scipy", "sklearn", "networkx", "pydantic", "jwt"}
CHECK = ["check", str(ROOT / "examples" / "two_phase_commit.py"), "-p", "consistent"]


def loaded(folder: Path, *arguments: str) -> set[str]:
    """Which of the heavy libraries a command has loaded when it ends well."""
    script = (
        "import sys; from meterproof.cli import main; code = main(sys.argv[1:]); "
        "print(*sorted(sys.modules), file=sys.stderr); sys.exit(code)"
    )
    command = [sys.executable, "-c", script, *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=True
    )  # fmt: skip
    return HEAVY & set(done.stderr.split())


def test_the_help_loads_no_engine(tmp_path: Path) -> None:
    assert loaded(tmp_path, "--help") == set()


@pytest.mark.parametrize(
    ("method", "engines"),
    [
        ("explore", {"numpy", "numba"}),
        ("induction", {"z3"}),
        ("schedule", {"hypothesis"}),
    ],
)
def test_a_check_loads_the_engine_that_it_asks(method: str, engines: set[str], tmp_path: Path) -> None:
    found = loaded(tmp_path, *CHECK, "--method", method)
    assert engines <= found
    assert not found & ({"numba", "z3", "hypothesis", "cryptography"} - engines)


@pytest.mark.parametrize("verb", VERBS)
def test_the_list_of_verbs_says_what_the_verbs_say_of_themselves(verb: str) -> None:
    command = load(verb)
    assert command.name == verb
    assert inspect.cleandoc(command.help).splitlines()[0] == VERBS[verb][1]


@pytest.mark.parametrize(("table", "verb"), [(table, verb) for table in (PLANS, CONTRACTS) for verb in table])
def test_so_do_the_lists_of_groups(table: Table, verb: str) -> None:
    command = load_from(table, verb)
    assert command.name == verb
    assert inspect.cleandoc(command.help).splitlines()[0] == table[verb][1]


def test_every_module_with_a_verb_is_listed() -> None:
    folder = ROOT / "meterproof" / "cli"
    with_verb = {f.stem for f in folder.glob("*.py") if "def register(app: typer.Typer)" in f.read_text()}
    assert with_verb == {module for table in (VERBS, PLANS, CONTRACTS) for module, _ in table.values()}
