"""Every statement of a paper that is checked has its place: a rule, a machine, a property, the reference, the errata.

What the register says of a statement is held against who cites it, so that "modelled" is not prose alone. Papers whose
protocols have no spec yet are left out.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from meterproof.check.jobs import Job, jobs_of_spec, open_spec
from meterproof.lang.declare import PropertyDecl
from meterproof.study.finder import locate
from meterproof.study.register import Entry
from meterproof.study.specfile import Spec

STUDY = locate(Path(__file__))
REGISTER = STUDY.register()
SPECS: tuple[Spec, ...] = tuple(open_spec(STUDY, file) for file in STUDY.specs.values())
ID = re.compile(r"\b[A-Z]{2}-[RBCPVLA]\d+(?:\.\d+)?\b")
ERRATUM = re.compile(r"^\| (?P<row>[A-Z]{2}-\S+) \||^- \*\*(?P<item>[^*]+)\*\*", re.MULTILINE)
ERRATA = {file: file.read_text(encoding="utf-8") for file in sorted((STUDY.root / "spec" / "errata").glob("*.md"))}


@lru_cache
def jobs() -> tuple[Job, ...]:
    """All that the study claims."""
    return tuple(job for spec in SPECS for job in jobs_of_spec(STUDY, spec))


@lru_cache
def papers() -> frozenset[str]:
    """The papers that have a spec: the first letters of the ids that its rules cite."""
    return frozenset(id[:2] for spec in SPECS for rule in spec.schema for id in spec.cites(rule))


def entries(kinds: str) -> list[Entry]:
    """The register's entries of these kinds, of the papers that have a spec."""
    return [REGISTER.get(id) for id in REGISTER if id[:2] in papers() and id[3] in kinds]


@lru_cache
def acted_on() -> frozenset[str]:
    """Ids that an action, a guard or a rule of a machine cites, or the rule's value in a spec."""
    machines = {(job.machine, job.rules): job.system() for job in jobs()}
    found: set[str] = set()
    for system in machines.values():
        for action in system.actions:
            found |= {*action.cites, *(id for guard in action.guards for id in guard.cites)}
    return frozenset(found | set(decided()) | {id for spec in SPECS for r in spec.schema.values() for id in r.cites})


@lru_cache
def decided() -> frozenset[str]:
    """Ids on which the value of a rule rests; a reading that changes the value answers to the same ids."""
    return frozenset(id for spec in SPECS for rule in spec.schema for id in spec.cites(rule))


@lru_cache
def stated() -> frozenset[str]:
    """Ids that a property, or a lemma of one, cites."""

    def cited(declared: PropertyDecl) -> Iterator[str]:
        yield from declared.cites
        for lemma in declared.lemmas:
            yield from cited(lemma)

    return frozenset(id for job in jobs() for id in cited(job.declared))


@lru_cache
def in_the_reference() -> frozenset[str]:
    """Ids that the reference names; after one in full, `R6` is short for an id of the same paper."""
    found: set[str] = set()
    packages = {Path(str(importlib.import_module(s.head.reference).__file__)).parent for s in SPECS if s.head.reference}
    for file in (f for package in packages for f in package.parent.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        found |= set(ID.findall(text))
        for match in re.finditer(r"\b([A-Z]{2})-[A-Z]\d+((?:(?:,| and| to) [RCP]\d+)+)", text):
            found |= {f"{match[1]}-{short}" for short in re.findall(r"[RCP]\d+", match[2])}
    return frozenset(found)


@lru_cache
def recorded() -> frozenset[str]:
    """Ids that have a row or an item of their own in the errata."""
    heads = (match["row"] or match["item"] for text in ERRATA.values() for match in ERRATUM.finditer(text))
    return frozenset(id for head in heads for id in ID.findall(head))


def missing(found: Iterable[Entry], *places: Iterable[str]) -> list[str]:
    everywhere = {id for place in places for id in place}
    return [entry.id for entry in found if entry.id not in everywhere]


def test_there_is_something_to_hold_to_account() -> None:
    assert papers() == {"IS", "WA", "ZD", "ZK"}
    assert [len(entries(kind)) for kind in "RCP"] == [113, 123, 68]


def test_every_finding_decides_a_rule_or_a_reading_or_is_a_recorded_erratum() -> None:
    assert missing(entries("C"), decided(), recorded()) == []


def test_every_rule_of_the_paper_is_acted_on_or_says_why_not() -> None:
    bare = [e for e in entries("R") if e.id not in acted_on()]
    assert [e.id for e in bare if e.status not in ("reference only", "out of scope") or e.why is None] == []


def test_every_rule_of_the_paper_that_is_modelled_is_in_the_reference_too() -> None:
    assert missing((e for e in entries("R") if e.status == "modelled"), in_the_reference()) == []


def test_what_is_modelled_is_cited_by_a_machine_or_a_property() -> None:
    told = (e for e in entries("RCPV") if e.status == "modelled")
    assert missing(told, acted_on(), stated()) == []


def test_what_is_reference_only_is_named_there_and_by_no_property() -> None:
    told = [e for e in entries("RC") if e.status == "reference only"]
    unnamed = [e for e in told if e.id not in in_the_reference()]
    assert [e.id for e in unnamed if e.why is None] == []
    assert [e.id for e in told if e.id in stated()] == []


def test_what_is_out_of_scope_is_acted_on_by_nothing() -> None:
    assert [e.id for e in entries("RCPV") if e.status == "out of scope" and e.id in acted_on() | stated()] == []


def test_every_property_that_is_modelled_is_claimed_of_some_variant_and_every_claim_is_in_the_register() -> None:
    claimed = {job.declared.id for job in jobs()}
    assert missing((e for e in entries("PV") if e.status == "modelled"), claimed) == []
    assert claimed <= set(REGISTER)
    assert [id for id in sorted(claimed) if REGISTER.get(id).status != "modelled"] == []


@pytest.mark.parametrize("file", ERRATA, ids=lambda f: f.stem)
def test_errata_name_only_what_the_register_has(file: Path) -> None:
    assert sorted(set(ID.findall(ERRATA[file])) - set(REGISTER)) == []
