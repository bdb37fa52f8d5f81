"""Spec files: what a valid one means, and that every mistake is told with file, line and what is allowed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from meterproof.errors import InputError
from meterproof.lang.formula import Formula
from meterproof.study.problems import InputErrors
from meterproof.study.specfile import Spec, load_spec, read_head
from tests.study.samples import SCHEMA, SPEC, line_of, register, write


@pytest.fixture
def spec(tmp_path: Path) -> Spec:
    return load_spec(write(tmp_path, SPEC), SCHEMA, register(tmp_path))


def test_the_base_gives_every_rule_a_typed_value(spec: Spec) -> None:
    rules = spec.rules()
    assert (rules.vote_once, rules.finality, rules.quorum) == (False, "leaders-word", Formula.parse("2*f+1"))


def test_a_reading_overlays_the_base(spec: Spec) -> None:
    assert spec.readings == ("literal", "charitable")
    assert spec.rules("literal") == spec.rules()
    assert spec.rules("charitable") == spec.rules().replace(vote_once=True, finality="certificate")


def test_rules_keep_their_ids_reasons_and_places(spec: Spec) -> None:
    assert spec.cites("finality") == ("TP-R1", "TP-R2")
    assert spec.note("quorum") == spec.note("quorum", "charitable") == "Stated."
    assert spec.note("vote_once") == spec.note("vote_once", "literal") == "Not stated."
    assert spec.note("vote_once", "charitable") == "Its name is PBFT."
    assert spec.position("vote_once").line == line_of(SPEC, "[rules.vote_once]") + 1
    assert spec.position("vote_once", "literal") == spec.position("vote_once")
    assert spec.position("vote_once", "charitable").line == line_of(SPEC, "[readings.charitable.rules.vote_once]") + 1


def test_the_head_can_be_read_before_the_model_is_known(tmp_path: Path, spec: Spec) -> None:
    head = read_head(write(tmp_path, SPEC))
    assert (head.protocol, head.variant, head.model, head.reference) == ("toy", "published", "model.toy", None)
    assert head == spec.head


def test_a_spec_without_readings_leaves_nothing_open(tmp_path: Path) -> None:
    alone = load_spec(write(tmp_path, SPEC[: SPEC.index("[readings")]), SCHEMA, register(tmp_path))
    assert alone.readings == ()
    with pytest.raises(InputError) as caught:
        alone.rules("literal")
    assert caught.value.allowed == "no reading: nothing is left open"


def test_an_unknown_reading_is_refused_with_those_there_are(spec: Spec) -> None:
    for ask in (spec.rules, lambda reading: spec.note("quorum", reading)):
        with pytest.raises(InputError) as caught:
            ask("charitible")
        assert caught.value.message == "toy@published has no reading 'charitible'; did you mean 'charitable'?"
        assert caught.value.file == str(spec.file)
        assert caught.value.line == line_of(SPEC, "[readings.literal]")
        assert caught.value.allowed == "literal, charitable"


def test_an_unknown_rule_is_refused_with_those_there_are(spec: Spec) -> None:
    with pytest.raises(InputError) as caught:
        spec.cites("quorums")
    assert caught.value.message == "there is no rule 'quorums'; did you mean 'quorum'?"
    assert caught.value.allowed == "vote_once, finality, quorum"


def test_a_spec_cannot_be_changed(spec: Spec) -> None:
    with pytest.raises(FrozenInstanceError):
        spec.base = spec.rules("charitable")  # type: ignore[misc]


SLUG = "a name of small letters, digits and hyphens"
HEAD_KEYS = "protocol, variant, title, source, model, properties, reference, parts, rules, readings"


@pytest.mark.parametrize(
    ("good", "bad", "message", "allowed"),
    [
        ('protocol = "toy"', "protocol = 3", "protocol cannot be 3", SLUG),
        ('protocol = "toy"', 'protocol = "Toy!"', "protocol cannot be 'Toy!'", SLUG),
        ('protocol = "toy"', 'protocol = "play"', "protocol is 'play' in a file called toy.published.toml", "'toy'"),
        ('model = "model.toy"', 'model = "model/toy.py"', "model cannot be 'model/toy.py'",
         "the name of a module, such as 'model.metering'"),
        ('title = "A toy protocol"', 'titel = "A toy protocol"', "unknown key titel; did you mean 'title'?", HEAD_KEYS),
        ("value = false\n", "valeu = false\n", "unknown key rules.vote_once.valeu; did you mean 'value'?",
         "value, cites, note"),
        ('note = "Stated."', 'note = ""', "rules.quorum.note cannot be ''", "a text: why the rule has this value"),
        ('cites = ["TP-R1"]\nnote = "Stated."', 'cites = "TP-R1"\nnote = "Stated."',
         "rules.quorum.cites cannot be 'TP-R1'", "a list of at least one id of the register"),
        ('    "TP-R2",\n', "    2,\n", "rules.finality.cites.1 cannot be 2",
         "a list of at least one id of the register"),
        ('    "TP-R2",\n', '    "TP-R22",\n', "there is no id 'TP-R22'; did you mean 'TP-R2' or 'TP-R1'?",
         "the ids of register.toml"),
        ('value = "2f+1"', 'value = "2f+k"', "rule 'quorum': formula '2f+k', column 4: the name 'k' is not known here",
         "whole numbers, n, f, + - *, a//b, floor(a/b), ceil(a/b), min, max, parentheses"),
        ('value = "leaders-word"', 'value = "majority"', "rule 'finality' cannot be 'majority'",
         "one of 'leaders-word', 'certificate'"),
        ("value = false", 'value = "no"', "rule 'vote_once' cannot be 'no'", "true or false"),
        ("[rules.quorum]", "[rules.quorums]", "there is no rule 'quorums'; did you mean 'quorum'?",
         "vote_once, finality, quorum"),
        ("[readings.charitable.rules.vote_once]", "[readings.charitable.rules.vote_one]",
         "there is no rule 'vote_one'; did you mean 'vote_once'?", "vote_once, finality, quorum"),
        ('value = "certificate"', 'value = "certified"', "rule 'finality' cannot be 'certified'",
         "one of 'leaders-word', 'certificate'"),
        ('reason = "Votes are broadcast."', 'note = "Votes are broadcast."',
         "unknown key readings.charitable.rules.finality.note", "value, reason"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_line_and_what_is_allowed(
    good: str, bad: str, message: str, allowed: str, tmp_path: Path
) -> None:
    """Each mistake is made on its own; a renamed key is also a missing one, so the problem is looked up among all."""
    assert SPEC.count(good) == 1
    text = SPEC.replace(good, bad)
    file = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        load_spec(file, SCHEMA, register(tmp_path))
    problems = caught.value.problems if isinstance(caught.value, InputErrors) else (caught.value,)
    line = line_of(text, bad.splitlines()[0].strip())
    assert (message, str(file), line, allowed) in {(p.message, p.file, p.line, p.allowed) for p in problems}
    assert f"{file}:{line}: {message} (allowed: {allowed})" in str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("lost", "message", "near", "allowed"),
    [
        ('source = "Nobody, 2024"\n', "source is missing", "protocol = ",
         "a text: the paper, or where the rules come from"),
        ('value = "2f+1"\n', "rules.quorum.value is missing", "[rules.quorum]", "the rule's value"),
        ('note = "Stated."\n', "rules.quorum.note is missing", "[rules.quorum]", "a text: why the rule has this value"),
        ('reason = "Its name is PBFT."\n', "readings.charitable.rules.vote_once.reason is missing",
         "[readings.charitable.rules.vote_once]", "a text: why the paper may be read so"),
        ('[rules.quorum]\nvalue = "2f+1"\ncites = ["TP-R1"]\nnote = "Stated."\n', "rule 'quorum' has no value",
         "[rules.vote_once]", 'a whole-number formula in n and f such as "n+f+1"'),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_at_its_table(lost: str, message: str, near: str, allowed: str, tmp_path: Path) -> None:
    text = SPEC.replace(lost, "")
    file = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        load_spec(file, SCHEMA, register(tmp_path))
    error = caught.value
    assert (error.message, error.file, error.line, error.allowed) == (message, str(file), line_of(text, near), allowed)


def test_all_mistakes_of_a_file_are_told_together_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = SPEC.replace("value = false", "value = 0").replace('"2f+1"', '"2f+k"').replace('"TP-R2"', '"TP-X"')
    with pytest.raises(InputErrors) as caught:
        load_spec(write(tmp_path, text), SCHEMA, register(tmp_path))
    lines = [problem.line for problem in caught.value.problems]
    assert lines == [line_of(text, "value = 0"), line_of(text, '"TP-X"'), line_of(text, '"2f+k"')]
    assert caught.value.line == lines[0]
    assert len(str(caught.value).splitlines()) == 3


def test_a_spec_elsewhere_may_have_any_file_name(tmp_path: Path) -> None:
    assert load_spec(write(tmp_path, SPEC, "mine.toml"), SCHEMA, register(tmp_path)).variant == "published"
