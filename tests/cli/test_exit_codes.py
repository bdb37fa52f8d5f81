"""The command's exit codes: 0 all as expected, 1 something is not, 2 the input is wrong; never a traceback."""

from pathlib import Path

import pytest

from meterproof.cli import main

PROTOCOL = """
from meterproof.lang import IntRange, Protocol, Sort, action, forall, invariant, require, var

Light = Sort("Light")


class Lamp(Protocol):
    on = var(Light)

    @action
    def switch(s, x: Light):
        require(~s.on[x])
        return s.set(on={x: True})

    @invariant
    def dark(s):
        return forall(Light, lambda x: ~s.on[x])
"""


@pytest.fixture
def lamp(tmp_path: Path) -> Path:
    path = tmp_path / "lamp.py"
    path.write_text(PROTOCOL)
    return path


def test_a_check_that_comes_out_as_expected_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "bc-ami@hardened", "--property", "IS-P6"]) == 0
    assert "all as expected" in capsys.readouterr().out


def test_a_claim_that_does_not_hold_at_another_scope_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    """Two corruptions at n = 4 break agreement, which is claimed for one."""
    code = main(["check", "bc-ami@hardened", "-p", "IS-V1", "--method", "explore", "--scope", "Replica=4,faulty=2"])
    assert code == 1
    assert "! unexpected" in capsys.readouterr().out


def test_a_trace_that_goes_through_ends_with_0_and_one_that_is_stopped_with_1(tmp_path: Path) -> None:
    stored = str(tmp_path / "replay.itf.json")
    literal = ["bc-ami@published", "-p", "IS-P4", "--reading", "literal"]
    assert main(["trace", *literal, "--format", "itf", "-o", stored]) == 0
    assert main(["replay", stored]) == 0
    assert main(["replay", stored, "--real"]) == 0
    assert main(["replay", stored, "--on", "bc-ami@hardened"]) == 1
    assert main(["replay", stored, "--on", "bc-ami@hardened", "--real"]) == 1


def test_a_trace_of_a_machine_that_the_reference_does_not_play_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = str(tmp_path / "full.itf.json")
    literal = ["edge-keys@published", "-p", "ZK-P12", "--reading", "literal"]
    assert main(["trace", *literal, "--format", "itf", "-o", stored]) == 0
    assert main(["replay", stored, "--real"]) == 2
    assert "reference.edge_keys does not play the machine Assignment" in capsys.readouterr().err.replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "nope"], "bc-ami@hardened"),
        (["check", "bc-ami", "--property", "IS-P99"], "IS-P4"),
        (["check", "bc-ami", "--reading", "sceptical"], "literal"),
        (["check", "bc-ami", "--scope", "Replica=four"], "NAME=NUMBER"),
        (["check", "bc-ami", "--scope", "Replicas=4"], "Replica"),
        (["check", "bc-ami@hardened", "-p", "IS-V1", "--scope", "Replica=3,f=1"], "Replica=4 or more"),
        (["check", "bc-ami@hardened", "-p", "IS-V1", "--scope", "Meter=2"], "bc-ami@hardened IS-V1: the scope of"),
        (["check", "bc-ami", "--method", "prayer"], "induction"),
        (["check", "bc-ami", "--profile", "slow"], "thorough"),
        (["check", "bc-ami", "--solver", "oracle"], "z3, cvc5, both"),
        (["check", "bc-ami", "--seeds", "0"], "--seeds"),
        (["check", "bc-ami", "--memory", "0"], "more than 0"),
        (["check", "no_such_model.py", "--scope", "X=1"], "no_such_model.py"),
        (["trace", "bc-ami@published", "-p", "IS-P4", "--format", "svg"], "mermaid"),
        (["attack", "bribery"], "majority"),
        (["run", "--readings", "no_such_file.csv"], "no_such_file.csv"),
        (["run", "bc-ami", "--readings", "x.csv"], "bc-ami@hardened"),
        (["replay", "no_such_trace.itf.json"], "no_such_trace.itf.json"),
        (["fly"], "fly"),
        (["check", "--wings"], "--wings"),
    ],
)
def test_wrong_input_ends_with_2_and_one_message(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err
    assert "Traceback" not in printed.err


def test_a_model_file_outside_a_study_is_explored_and_its_violation_shown(
    lamp: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", str(lamp), "-p", "dark", "--scope", "Light=2"]) == 0
    assert "on(light0): false -> true" in capsys.readouterr().out


def test_a_model_file_needs_a_scope(lamp: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(lamp)]) == 2
    assert "--scope Light=3" in capsys.readouterr().err


def test_a_mistake_in_a_model_file_names_file_and_line(lamp: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lamp.write_text(PROTOCOL.replace("require(~s.on[x])", "require(s.onn[x])"))
    line = PROTOCOL[: PROTOCOL.index("require(~")].count("\n") + 1
    assert main(["check", str(lamp), "--scope", "Light=2"]) == 2
    message = capsys.readouterr().err.replace("\n", "")
    assert f"lamp.py:{line}" in message
    assert "did you mean 'on'?" in message


def test_a_python_error_in_a_model_file_names_file_and_line(lamp: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lamp.write_text(PROTOCOL.replace("on = var(Light)", "on = var(Lihgt)"))
    line = PROTOCOL[: PROTOCOL.index("on = var")].count("\n") + 1
    assert main(["check", str(lamp), "--scope", "Light=2"]) == 2
    assert f"lamp.py:{line}" in capsys.readouterr().err.replace("\n", "")


def test_a_python_if_on_a_symbol_is_told_even_in_a_model_without_properties(
    lamp: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = PROTOCOL[: PROTOCOL.index("    @invariant")]
    lamp.write_text(text.replace("require(~s.on[x])", "if s.on[x]: pass"))
    line = text[: text.index("require(~")].count("\n") + 1
    assert main(["check", str(lamp), "--scope", "Light=2"]) == 2
    message = capsys.readouterr().err.replace("\n", "")
    assert f"lamp.py:{line}" in message and "implies" in message
    lamp.write_text(text)
    assert main(["check", str(lamp), "--scope", "Light=2"]) == 2
    assert "no property is declared" in capsys.readouterr().err


def test_a_property_beside_the_class_is_checked_too(lamp: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inside = PROTOCOL[PROTOCOL.index("    @invariant") :]
    beside = (
        inside.replace("    @invariant", "@invariant(of=Lamp)")
        .replace("\n    ", "\n")
        .replace("\nreturn", "\n    return")
    )
    lamp.write_text(PROTOCOL.replace(inside, "") + beside)
    assert main(["check", str(lamp), "--scope", "Light=2"]) == 0
    assert "violated in 1 step" in capsys.readouterr().out


def test_a_model_file_hides_no_library(tmp_path: Path) -> None:
    import json

    path = tmp_path / "json.py"
    path.write_text(PROTOCOL)
    assert main(["check", str(path), "--scope", "Light=2"]) == 0
    import json as again

    assert again is json
