"""`meterproof lemmas` prints lemmas that a person can paste, says what is known of them, and writes nothing."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from meterproof.cli import main

TWO_PHASE = ["lemmas", "examples/two_phase_commit.py", "-p", "consistent"]
LOCK = """
from meterproof.lang import Protocol, Sort, action, forall, implies, invariant, reachable, require, var

Client = Sort("Client")
SCOPE = {"Client": 2}


class Lock(Protocol):
    home = var(to=bool, init=True)
    held = var(Client)

    @action
    def take(s, c: Client):
        require(s.home)
        return s.set(home=False, held={c: True})

    @invariant
    def exclusive(s):
        return forall(Client, Client, lambda c, d: implies(s.held[c] & s.held[d], c == d))

    @invariant
    def free(s):
        return forall(Client, lambda c: ~s.held[c])

    @reachable
    def in_use(s):
        return ~s.home
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "lock.py"
    path.write_text(LOCK)
    return path


def document(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the verb prints with --json, held against its schema."""
    main([*arguments, "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = json.loads((files("meterproof") / "schemas" / "lemmas.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


def test_lemmas_that_prove_the_property_end_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TWO_PHASE, "--from-scratch"]) == 0
    printed = capsys.readouterr().out
    assert "@lemma(of=TwoPhaseCommit)\ndef " in printed
    assert "is proved for any size with 5 lemmas" in printed
    assert "all 288 reachable states with RM=3" in printed
    assert "nothing was written" in printed


def test_what_is_printed_can_be_pasted_and_then_the_check_proves_the_property(
    lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = document(["lemmas", str(lock), "-p", "exclusive"], capsys)
    assert found["proved"] and found["before"] == "not inductive"
    names = [x["name"] for x in found["lemmas"]]
    sources = "\n\n".join(x["source"] for x in found["lemmas"])
    again = f"@invariant(of=Lock, lemmas=[{', '.join(names)}])\ndef again(s):\n    return Lock.exclusive.function(s)\n"
    imports = "\n".join(line for line in found["imports"] if not line.startswith("#"))
    lock.write_text(f"{LOCK}\n{imports}\n\n{sources}\n\n{again}")
    assert main(["check", str(lock), "-p", "again", "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)["checks"]
    assert row["verdict"] == "proved"


def test_a_study_s_lemmas_come_with_imports(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(["lemmas", "bc-ami@hardened", "-p", "IS-P2", "--from-scratch"], capsys)
    assert found["proved"]
    assert any(line.startswith("from model.ordering import ") and "Ordering" in line for line in found["imports"])
    namespace: dict[str, Any] = {}
    exec("\n".join([*found["imports"], *(x["source"] for x in found["lemmas"])]), namespace)
    assert {x["name"] for x in found["lemmas"]} <= set(namespace)


def test_a_property_with_lemmas_that_prove_it_needs_no_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(TWO_PHASE) == 0
    assert "is proved for any size with its 5 lemmas" in capsys.readouterr().out


def test_a_false_property_is_told_with_its_run_and_ends_with_1(lock: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lemmas", str(lock), "-p", "free"]) == 1
    printed = capsys.readouterr().out
    assert "free is violated in 1 step " in printed and "held(client0): false -> true" in printed
    found = document(["lemmas", str(lock), "-p", "free"], capsys)
    assert found["violation"]["states"] and found["lemmas"] == []


def test_suggestions_that_do_not_prove_the_property_end_with_1_and_name_what_remains(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*TWO_PHASE, "--from-scratch", "--literals", "1"]) == 1
    printed = capsys.readouterr().out
    assert "could not be shown: consistent is preserved by follow_" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lemmas", "bc-ami@hardened", "-p", "IS-P99"], "IS-P4"),
        (["lemmas", "bc-ami@published", "-p", "IS-P4"], "literal"),
        (["lemmas", "bc-ami@hardened", "-p", "IS-V2"], "quiescent property"),
        (["lemmas", "examples/two_phase_commit.py", "-p", "all_commit"], "reachable property"),
        (["lemmas", "bc-ami@hardened", "-p", "IS-V1", "--scope", "Replicas=4"], "Replica"),
        (["lemmas", "bc-ami@hardened", "-p", "IS-V1", "--literals", "0"], "0 literals"),
        (["lemmas", "bc-ami@hardened", "-p", "IS-V1", "--timeout", "0"], "a time above 0"),
        (["lemmas", "no_such_model.py", "-p", "x"], "no_such_model.py"),
    ],
)
def test_wrong_input_ends_with_2_and_one_message(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err and "Traceback" not in printed.err
