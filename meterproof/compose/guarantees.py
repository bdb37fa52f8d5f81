"""What a job claims, as far as composing goes; above all what it assumes, read off what it cites."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from meterproof.check.jobs import Job
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.system import System

ASSUMPTION = re.compile(r"^[A-Z]+-A\d+$")
"""The ids of a register that are assumptions, such as IS-A1."""


@dataclass(frozen=True)
class Guarantee:
    """A claim on a hardened target, by the id of its property.

    `against` is what it is claimed against, `moves` the capabilities for which its machine has moves at all. `assumes`
    gives for each assumption the places that cite it. `holds` is whether it is claimed to.
    """

    id: str
    machine: str
    kind: str = "invariant"
    holds: bool = True
    against: frozenset[str] = frozenset()
    moves: frozenset[str] = frozenset()
    cites: tuple[str, ...] = ()
    assumes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    title: str = ""
    target: str = ""


def guarantee(job: Job) -> Guarantee:
    """The job's claim, with all that its property, its lemmas, and its machine's moves, axioms and rules cite."""
    system, declared = job.system(), job.declared
    assumes: dict[str, dict[str, None]] = defaultdict(dict)
    for id, place in (*_stated(declared), *_acted(system), *_ruled(job)):
        if ASSUMPTION.match(id):
            assumes[id].setdefault(place)
    return Guarantee(
        declared.id, job.machine.__name__, declared.kind, job.stance.expected == "holds", declared.against,
        frozenset(a.needs for a in system.actions if a.needs is not None), declared.cites,
        {id: tuple(places) for id, places in sorted(assumes.items())}, declared.title, job.target,
    )  # fmt: skip


def _stated(declared: PropertyDecl) -> Iterator[tuple[str, str]]:
    yield from ((id, f"{'lemma' if declared.kind == 'lemma' else 'property'} {declared.id}") for id in declared.cites)
    for lemma in declared.lemmas:
        yield from _stated(lemma)


def _acted(system: System) -> Iterator[tuple[str, str]]:
    for action in system.actions:
        yield from ((id, f"action {action.name}") for id in action.cites)
        for guard in action.guards:
            yield from ((id, f"action {action.name}") for id in guard.cites)
    for axiom in system.axioms:
        yield from ((id, f"axiom of {system.name}") for id in axiom.cites)


def _ruled(job: Job) -> Iterator[tuple[str, str]]:
    for name, rule in job.machine.rule_schema().items():
        yield from ((id, f"rule {name}") for id in rule.cites)
        if job.spec is not None:
            yield from ((id, f"rule {name}") for id in job.spec.cites(name))
