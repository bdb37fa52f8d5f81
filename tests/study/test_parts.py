"""A spec that names parts has their rules as they have them, and says itself only what none of them does."""

from __future__ import annotations

from pathlib import Path

import pytest

from meterproof.errors import InputError
from meterproof.study.specfile import Spec, load_spec
from tests.study.samples import SCHEMA, SPEC, line_of, register, write

HEAD = """protocol = "whole"
variant = "hardened"
title = "Put together"
source = "its parts"
parts = [
    "one@hardened",
    "two@hardened",
]
model = "model.toy"
properties = "properties.toy"
"""
OWN = """[rules.finality]
value = "certificate"
cites = ["TP-R1"]
note = "Decided here."
"""
RULES = SPEC[SPEC.index("[rules") : SPEC.index("[readings")]


def part(tmp_path: Path, name: str, rules: str = RULES) -> None:
    head = HEAD.replace('"whole"', f'"{name}"')
    write(tmp_path, head[: head.index("parts = [")] + head[head.index("model =") :] + rules, f"{name}.hardened.toml")


def whole(tmp_path: Path, own: str = OWN) -> Spec:
    return load_spec(write(tmp_path, HEAD + own, "whole.hardened.toml"), SCHEMA, register(tmp_path))


def test_rules_come_from_the_parts_with_their_ids_and_reasons(tmp_path: Path) -> None:
    part(tmp_path, "one")
    part(tmp_path, "two")
    spec = whole(tmp_path)
    assert (spec.rules().vote_once, spec.rules().finality) == (False, "certificate")
    assert spec.note("quorum") == "Stated." and spec.note("finality") == "Decided here."
    assert spec.position("quorum").line == line_of(HEAD, '"one@hardened"')
    assert spec.position("finality").line == line_of(HEAD + OWN, "[rules.finality]") + 1


def test_parts_that_contradict_each_other_are_refused_until_the_file_decides(tmp_path: Path) -> None:
    part(tmp_path, "one")
    part(tmp_path, "two", RULES.replace('value = "2f+1"', 'value = "n"'))
    with pytest.raises(InputError, match="'quorum' is 'n' in two@hardened and '2f\\+1' in one@hardened") as caught:
        whole(tmp_path)
    assert caught.value.line == line_of(HEAD, '"two@hardened"')
    decided = OWN + '[rules.quorum]\nvalue = "n"\ncites = ["TP-R1"]\nnote = "All of them."\n'
    assert str(whole(tmp_path, decided).rules().quorum) == "n"


def test_a_part_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    part(tmp_path, "one")
    with pytest.raises(InputError, match=r"no two\.hardened\.toml") as caught:
        whole(tmp_path)
    assert caught.value.line == line_of(HEAD, '"two@hardened"')


def test_a_rule_that_no_part_has_is_missing_as_ever(tmp_path: Path) -> None:
    few = RULES[: RULES.index("[rules.quorum]")]
    part(tmp_path, "one", few)
    part(tmp_path, "two", few)
    with pytest.raises(InputError, match="'quorum' has no value"):
        whole(tmp_path)
