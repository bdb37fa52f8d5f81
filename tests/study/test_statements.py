"""Every statement of a paper that is checked has its place: a rule, a machine, a property, the reference, the errata.

What the register says of a statement is held against who cites it, so that "modelled" is not prose alone. Papers whose
protocols have no spec yet are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from meterproof.check.jobs import Job, jobs_of_spec, open_spec
from meterproof.cli.coverage import of_study
from meterproof.study.coverage import Coverage, Statement
from meterproof.study.finder import locate
from meterproof.study.specfile import Spec

STUDY = locate(Path(__file__))
REGISTER = STUDY.register()
SPECS: tuple[Spec, ...] = tuple(open_spec(STUDY, file) for file in STUDY.specs.values())


@lru_cache
def jobs() -> tuple[Job, ...]:
    """All that the study claims."""
    return tuple(job for spec in SPECS for job in jobs_of_spec(STUDY, spec))


@lru_cache
def covered() -> Coverage:
    """All statements, with what came of them."""
    return of_study(STUDY, jobs())


@lru_cache
def papers() -> frozenset[str]:
    """The papers that have a spec: the first letters of the ids that its rules cite."""
    return frozenset(id[:2] for spec in SPECS for rule in spec.schema for id in spec.cites(rule))


def statements(kinds: str) -> list[Statement]:
    """The statements of these kinds, of the papers that have a spec."""
    return [s for s in covered().statements if s.entry.id[:2] in papers() and s.entry.id[3] in kinds]


def ids(found: Iterable[Statement]) -> list[str]:
    return [s.entry.id for s in found]


def test_there_is_something_to_hold_to_account() -> None:
    assert papers() == {"GR", "IS", "WA", "ZD", "ZK"}
    assert [len(statements(kind)) for kind in "RCP"] == [120, 123, 78]


def test_no_statement_is_missing_and_no_id_dangles() -> None:
    assert ids(covered().missing) == []
    assert covered().dangling == ()


def test_every_finding_decides_a_rule_or_a_reading_or_is_a_recorded_erratum() -> None:
    assert ids(s for s in statements("C") if not (s.rules or s.errata)) == []


def test_every_rule_of_the_paper_is_acted_on_or_says_why_not() -> None:
    bare = (s for s in statements("R") if not s.is_acted_on)
    assert ids(s for s in bare if s.entry.status not in ("reference only", "out of scope") or s.entry.why is None) == []


def test_every_rule_of_the_paper_that_is_modelled_is_in_the_reference_too() -> None:
    assert ids(s for s in statements("R") if s.entry.status == "modelled" and not s.reference) == []


def test_what_is_reference_only_is_named_there_and_by_no_property() -> None:
    told = [s for s in statements("RC") if s.entry.status == "reference only"]
    assert ids(s for s in told if not s.reference and s.entry.why is None) == []
    assert ids(s for s in told if s.properties) == []


def test_what_is_out_of_scope_is_acted_on_by_nothing() -> None:
    outside = (s for s in statements("RCPV") if s.entry.status == "out of scope")
    assert ids(s for s in outside if s.is_acted_on or s.properties) == []


def test_every_property_that_is_modelled_is_claimed_of_some_variant_and_every_claim_is_in_the_register() -> None:
    claimed = {job.declared.id for job in jobs()}
    assert ids(s for s in statements("PV") if s.entry.status == "modelled" and s.entry.id not in claimed) == []
    assert claimed <= set(REGISTER)
    assert [id for id in sorted(claimed) if REGISTER.get(id).status != "modelled"] == []
