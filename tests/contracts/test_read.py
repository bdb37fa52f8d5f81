"""A contract file that is wrong is refused with file, line, rule and clause; the same in other words is the same."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.contracts import Contract, digest, load, parse
from meterproof.contracts.canonical import canonical
from meterproof.contracts.conditions import Amounts, Dates, Hours, Weekdays, Words
from meterproof.errors import InputError
from meterproof.study.problems import InputErrors

FILE = Path("small.toml")
HEAD = """\
contract = "small"
version = 3
activation_height = 70
authority = "Office"
policy = "most-specific"
otherwise = "deny"
legal_time = "+05:30"

[laws]
ACT = "The Act"

[vocabulary.who]
ann = "a person"
bob = "another"
[vocabulary.service]
one = "a service"
[vocabulary.action]
read = "see"
[vocabulary.data]
datum = "anything"
[vocabulary.jurisdiction]
here = "the realm"
[vocabulary.unit]
Wh = "energy"
"""
RULE = """
[[rule]]
id = "nights"
law = "ACT s. 3"
who = ["bob", "ann"]
service = "one"
amount = { unit = "Wh", from = 1_000, below = 2_000 }
hours = { from = 22:00:00, before = 06:00:00 }
weekdays = ["sat", "sun"]
dates = { from = 2031-01-01, before = 2032-01-01 }
decision = "escalate"
note = "Why."
"""
OTHER = """
[[rule]]
id = "ann"
law = "ACT s. 4"
who = "ann"
amount = "none"
overrides = "nights"
decision = "allow"
"""
TEXT = HEAD + RULE + OTHER


def read(text: str) -> Contract:
    """The contract of a text."""
    return parse(text.encode(), FILE)


def test_a_file_says_what_it_says() -> None:
    contract = read(TEXT)
    assert (contract.label, contract.activation_height, contract.offset) == ("small@3", 70, 330)
    nights, ann = contract.rules
    assert nights.clauses == (
        Words("who", frozenset({"ann", "bob"})),
        Words("service", frozenset({"one"})),
        Amounts("Wh", 1000, 2000),
        Hours(22 * 60, 6 * 60),
        Weekdays(frozenset({5, 6})),
        Dates(22280, 22645),
    )
    assert (nights.decision, nights.law, nights.note) == ("escalate", "ACT s. 3", "Why.")
    assert ann.clauses == (Words("who", frozenset({"ann"})), Amounts(None)) and ann.overrides == ("nights",)
    lines = TEXT.splitlines()
    assert lines[nights.lines["hours"] - 1].startswith("hours") and lines[ann.lines[""] - 1] == 'id = "ann"'


MISTAKES = [
    ('contract = "small"', 'contract = "Small"', 1, "contract cannot be 'Small'"),
    ("version = 3", "version = 0", 2, "version cannot be 0"),
    ("version = 3", "version = true", 2, "version cannot be true"),
    ("version = 3\n", "", 1, "version is missing"),
    ('policy = "most-specific"', 'policy = "most-specifik"', 5, "did you mean 'most-specific'"),
    ('otherwise = "deny"', 'otherwise = "allow"', 6, "otherwise cannot be 'allow' (allowed: deny, escalate)"),
    ('legal_time = "+05:30"', 'legal_time = "Europe/Berlin"', 7, "legal_time cannot be 'Europe/Berlin'"),
    ('authority = "Office"', 'authoritie = "Office"', 4, "unknown key 'authoritie'; did you mean 'authority'"),
    ('ACT = "The Act"', 'ACT = ""', 10, "laws: ACT cannot be ''"),
    ('bob = "another"', 'Bob = "another"', 14, "vocabulary of who: a word cannot be 'Bob'"),
    ('Wh = "energy"', 'none = "energy"', 24, "vocabulary of unit: a word cannot be 'none'"),
    ("[vocabulary.data]\ndatum", "[vocabulary.date]\ndatum", 19, "vocabulary: unknown key 'date'; did you mean 'data'"),
    ('[vocabulary.data]\ndatum = "anything"', "[vocabulary.data]", 19, "vocabulary: data has no words"),
    ('id = "nights"', 'id = "Nights"', 27, "rule number 1: id cannot be 'Nights'"),
    ('id = "nights"\n', "", 26, "rule number 1: id is missing"),
    ('law = "ACT s. 3"', 'law = "AKT s. 3"', 28, "rule nights: law: [laws] has no 'AKT'"),
    ('law = "ACT s. 3"', 'law = "ACT"', 28, "rule nights: law: 'ACT' names no provision"),
    (
        'who = ["bob", "ann"]',
        'who = ["bob", "anna"]',
        29,
        "rule nights, clause who: 'anna' is no word of the vocabulary",
    ),
    ('who = ["bob", "ann"]', 'who = ["bob", "bob"]', 29, "rule nights, clause who: 'bob' is named twice"),
    ('who = ["bob", "ann"]', "who = []", 29, "rule nights, clause who: who names nothing"),
    ('who = ["bob", "ann"]', "whom = []", 29, "rule nights: unknown key 'whom'; did you mean 'who'"),
    ('service = "one"', "service = 1", 30, "rule nights, clause service: 1 is no word"),
    ('unit = "Wh", from = 1_000', 'unit = "kWh", from = 1_000', 31, "rule nights, clause amount: 'kWh' is no unit"),
    ("from = 1_000", "from = 1.5", 31, "rule nights, clause amount: from cannot be 1.5"),
    ("from = 1_000", "from = 2_000", 31, "rule nights, clause amount: no amount is from 2000 on and below 2000"),
    ("below = 2_000", "to = 2_000", 31, "rule nights, clause amount: unknown key 'to'"),
    ('amount = "none"', 'amount = "any"', 42, "rule ann, clause amount: amount cannot be 'any'"),
    ("before = 06:00:00", "before = 06:00:30", 32, "rule nights, clause hours: before cannot be 06:00:30"),
    ("before = 06:00:00", "before = 22:00:00", 32, "rule nights, clause hours: from and before are the same time"),
    (", before = 06:00:00", "", 32, "rule nights, clause hours: before is missing"),
    ('"sat", "sun"', '"sat", "son"', 33, "rule nights, clause weekdays: 'son' is no weekday; did you mean 'sun'"),
    ("2032-01-01", "2031-01-01", 34, "rule nights, clause dates: no day is from the one on and before the other"),
    ("2032-01-01", "2032-01-01T00:00:00", 34, "rule nights, clause dates: before cannot be 2032-01-01 00:00:00"),
    ("dates = { from = 2031-01-01, before = 2032-01-01 }", "dates = {}", 34, "clause dates: dates has neither"),
    ('decision = "escalate"', 'decision = "escalat"', 35, "rule nights: decision cannot be 'escalat'; did you mean"),
    ('decision = "allow"\n', "", 38, "rule ann: decision is missing"),
    ('overrides = "nights"', 'overrides = "night"', 43, "rule ann, overrides: 'night' is no other rule; did you mean"),
    ('overrides = "nights"', 'overrides = "ann"', 43, "rule ann, overrides: 'ann' is no other rule"),
    ('id = "ann"', 'id = "nights"', 39, "rule nights: there is a rule nights on line 26 already"),
    ('"most-specific"', '"deny-overrides"', 43, "overrides means something under the policy most-specific only"),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), MISTAKES)
def test_a_mistake_is_told_with_line_rule_and_clause(old: str, new: str, line: int, message: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(InputError) as caught:
        read(TEXT.replace(old, new))
    told = str(caught.value).splitlines()
    assert any(each.startswith(f"small.toml:{line}: ") and message in each for each in told), told


def test_all_mistakes_of_the_rules_are_told_at_once() -> None:
    text = TEXT.replace('"sat"', '"sam"').replace("1_000", "-1").replace('who = "ann"', 'who = "eve"')
    with pytest.raises(InputErrors) as caught:
        read(text)
    assert [each.line for each in caught.value.problems] == [31, 33, 41]


def test_a_circle_of_overrides_is_refused() -> None:
    text = HEAD + RULE.replace("note", 'overrides = "ann"\nnote') + OTHER
    with pytest.raises(InputError, match=r"small.toml:36: rule nights, overrides: (nights, ann|ann, nights) give way"):
        read(text)
    general = OTHER.replace('"ann"\nlaw', '"general"\nlaw').replace('overrides = "nights"', 'overrides = "ann"')
    with pytest.raises(InputError, match="in a circle"):
        read(
            HEAD
            + OTHER.replace('overrides = "nights"\n', 'service = "one"\n')
            + general.replace('amount = "none"\n', "")
        )


def test_what_is_no_file_of_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "nothing.toml")
    with pytest.raises(InputError, match="is not UTF-8"):
        parse(b"contract = '\xff'", FILE)
    with pytest.raises(InputError, match=r"small.toml:1: is not TOML"):
        read("contract")
    with pytest.raises(InputError, match="rule is no list of rules"):
        read("rule = 3\n" + HEAD)


GOLDEN = "be0778f310a6f0c3cfb05827a7e3773cece72195a31246e321d8c32099a94f44"


def test_the_hash_of_a_contract_is_the_same_everywhere() -> None:
    assert digest(read(TEXT)) == GOLDEN
    assert canonical(read(HEAD)) == (
        b'{"activation_height":70,"authority":"Office","contract":"small","format":"meterproof-contract-1",'
        b'"laws":{"ACT":"The Act"},"offset":330,"otherwise":"deny","policy":"most-specific","rules":[],"version":3,'
        b'"vocabulary":{"action":{"read":"see"},"data":{"datum":"anything"},"jurisdiction":{"here":"the realm"},'
        b'"service":{"one":"a service"},"unit":{"Wh":"energy"},"who":{"ann":"a person","bob":"another"}}}'
    )


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_comments_notes_and_orders_do_not_change_it(random: Random) -> None:
    def shuffled(table: str) -> str:
        first, *rest = table.strip().splitlines()
        random.shuffle(rest)
        return "\n".join([first, *rest, "# a comment", ""])

    rules = [shuffled(RULE), shuffled(OTHER)]
    random.shuffle(rules)
    text = HEAD.replace("[laws]", 'about = "Anything."\n[laws]') + "".join(rules)
    text = text.replace('"bob", "ann"', '"ann", "bob"').replace("Why.", "Because.").replace("1_000", "1000")
    assert digest(read(text)) == GOLDEN


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version = 3", "version = 4"),
        ("activation_height = 70", "activation_height = 71"),
        ('"Office"', '"Bureau"'),
        ('otherwise = "deny"', 'otherwise = "escalate"'),
        ("+05:30", "-05:30"),
        ("The Act", "An Act"),
        ("a person", "a legal person"),
        ("ACT s. 3", "ACT s. 3a"),
        ('decision = "escalate"', 'decision = "deny"'),
        ('overrides = "nights"\n', ""),
        ('["bob", "ann"]', '"bob"'),
        ("below = 2_000", "below = 2_001"),
        ("22:00:00", "22:01:00"),
        ('"sat", ', ""),
        (", before = 2032-01-01", ""),
        ('amount = "none"\n', ""),
    ],
)
def test_whatever_could_change_a_decision_or_its_law_changes_it(old: str, new: str) -> None:
    assert TEXT.count(old) == 1
    assert digest(read(TEXT.replace(old, new))) != GOLDEN


def test_the_order_of_rules_is_part_of_it_only_where_it_is_law() -> None:
    other = OTHER.replace('overrides = "nights"\n', "")
    for policy, same in (("most-specific", True), ("deny-overrides", True), ("first-applicable", False)):
        head = re.sub("most-specific", policy, HEAD)
        assert (digest(read(head + RULE + other)) == digest(read(head + other + RULE))) == same
