"""The study's own spec files: they load against the model's rules, and what their notes claim of quorums is so."""

from __future__ import annotations

import importlib
from itertools import chain
from pathlib import Path

import pytest

from meterproof.lang.rules import RuleSchema
from meterproof.study.finder import locate
from meterproof.study.specfile import Spec, load_spec, read_head

STUDY = locate(Path(__file__))
REGISTER = STUDY.register()


def shipped(target: str) -> Spec:
    """The spec of a target, with the rules that its model's machines declare."""
    (file,) = STUDY.resolve(target)
    machines = importlib.import_module(read_head(file).model).MACHINES
    schema = RuleSchema(dict(chain.from_iterable(machine.rule_schema().items() for machine in machines)))
    return load_spec(file, schema, REGISTER)


@pytest.mark.parametrize("target", STUDY.specs)
def test_every_shipped_spec_is_valid(target: str) -> None:
    spec = shipped(target)
    assert f"{spec.protocol}@{spec.variant}" == target
    assert bool(spec.readings) == (spec.variant == "published")


def test_the_published_readings_differ_and_share_what_the_text_states() -> None:
    spec = shipped("bc-ami@published")
    assert spec.readings == ("literal", "charitable")
    literal, charitable = dict(spec.rules("literal").items()), dict(spec.rules("charitable").items())
    assert literal == dict(spec.rules().items())
    same = {name for name in literal if literal[name] == charitable[name]}
    unstated = {"epochs", "window", "receipts", "one_in_flight"}
    assert same - unstated == {"key_generation", "encryption", "quorum", "rounds", "concentrators", "identity"}
    assert unstated <= same


def test_hardening_changes_every_rule_of_the_literal_reading() -> None:
    literal, hardened = shipped("bc-ami@published").rules("literal"), shipped("bc-ami@hardened").rules()
    assert [name for name, value in literal.items() if value == dict(hardened.items())[name]] == []


def test_literal_values_are_the_neutral_ones_except_where_the_text_states_a_rule() -> None:
    literal = shipped("bc-ami@published").rules("literal")
    stated = {name for name, rule in literal.schema.items() if rule.removable and literal.remove(name) != literal}
    assert stated == {"quorum"}


def test_the_register_covers_every_family_of_ids() -> None:
    families = {(id[:2], id[3]) for id in REGISTER}
    shared = {(paper, kind) for paper in ("ZK", "ZD", "IS", "WA") for kind in "RBCP"}
    own = {(paper, kind) for paper in ("IS", "WA", "ZD", "ZK") for kind in "VA"}
    composed = {("GR", kind) for kind in "RPTVA"}
    assert families == shared | own | composed | {("IS", "L")}


def test_rules_rest_on_ids_that_are_not_put_off() -> None:
    """A rule value that is acted on cannot cite only what is out of scope or not yet modelled."""
    for spec in map(shipped, STUDY.specs):
        for rule in spec.schema:
            assert {REGISTER.get(id).status for id in spec.cites(rule)} & {"modelled", "reference only"}, rule


SIZES = [(n, (n - 1) // 3) for n in range(4, 200)]


def test_the_hardened_quorum_is_safe_and_live_at_every_size() -> None:
    """Two quorums share more than f of the n replicas (IS-C14), and n-f replicas make one."""
    quorum = shipped("bc-ami@hardened").rules().quorum
    for n, f in SIZES:
        q = quorum.evaluate({"n": n, "f": f})
        assert 2 * q - n > f and q <= n - f


def test_the_published_quorum_is_safe_only_at_three_f_plus_one() -> None:
    quorum = shipped("bc-ami@published").rules().quorum
    safe = [(n, f) for n, f in SIZES if 2 * quorum.evaluate({"n": n, "f": f}) - n > f]
    assert safe == [(n, f) for n, f in SIZES if n == 3 * f + 1]


def test_the_hardened_quorum_tolerates_what_the_errata_say() -> None:
    """IS-P17: f equivocators for n = 3f+1 and 3f+3, f+1 for n = 3f+2."""
    quorum = shipped("bc-ami@hardened").rules().quorum
    for n, f in SIZES:
        assert 2 * quorum.evaluate({"n": n, "f": f}) - n - 1 == (f + 1 if n == 3 * f + 2 else f)


def test_the_hardened_resilience_is_met_exactly_where_f_is_a_third() -> None:
    resilience = shipped("bc-ami@hardened").rules().resilience
    for n, f in SIZES:
        assert n >= resilience.evaluate({"n": n, "f": f})
        assert n < resilience.evaluate({"n": n, "f": f + 1})
