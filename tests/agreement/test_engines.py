"""All engines that apply to a property say the same of it: every property of every machine, in the study and beside it.

No test here looks at traces: what a solver, a walk or a schedule finds is re-run on the interpreter before it is shown,
and an engine whose trace can't be re-run raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from meterproof.check.jobs import Job
from meterproof.check.methods import Budget, carry_out
from meterproof.check.targets import jobs
from meterproof.claims import Plan, bmc, explore, induction, kinduction, schedule, walk
from meterproof.errors import ModelError
from meterproof.lang.system import System
from meterproof.verdict import Evidence, strongest

Sizes = dict[str, int]

SCOPES: dict[str, tuple[Sizes, ...]] = {
    "Metering": (
        {"Meter": 1, "Key": 1, "Epoch": 1, "Reading": 1, "Time": 2, "Height": 1},
        {"Meter": 1, "Key": 2, "Epoch": 2, "Reading": 1, "Time": 2, "Height": 2},
    ),
    "Endorsement": ({"Peer": 1, "Report": 1, "f": 0, "faulty": 0}, {"Peer": 4, "Report": 1, "faulty": 1}),
    "Ordering": ({"Replica": 1, "Block": 2, "f": 0, "faulty": 0}, {"Replica": 4, "Block": 2, "f": 1, "faulty": 1}),
    "Consensus": ({"Replica": 1, "View": 2, "Block": 2, "f": 0, "faulty": 0}, {"Replica": 2, "View": 2, "Block": 2}),
    "Progress": ({"Replica": 1, "View": 2, "Block": 2, "f": 0, "faulty": 0}, {"Replica": 4, "View": 1, "Block": 1}),
    "Execution": (
        {"Peer": 1, "Request": 1, "Key": 2, "f": 0, "faulty": 0},
        {"Peer": 4, "Request": 1, "Key": 2, "f": 1, "faulty": 1},
    ),
    "Submission": ({"Concentrator": 1, "Report": 1, "corrupted": 0}, {"Concentrator": 2, "Report": 2, "corrupted": 1}),
    "Secrecy": ({"Meter": 1, "Reading": 1, "Epoch": 1}, {"Meter": 1, "Reading": 1, "Epoch": 2}),
    "Pseudonyms": ({"Meter": 1, "Epoch": 1, "Name": 1}, {"Meter": 1, "Epoch": 2, "Name": 2}),
    "Acceptance": (
        {"Replica": 1, "Block": 2, "f": 0, "faulty": 0},
        {"Replica": 3, "Block": 2, "f": 0, "faulty": 1},
    ),
    "Burial": (
        {"Replica": 1, "Block": 2, "Height": 2, "f": 0, "faulty": 0},
        {"Replica": 3, "Block": 2, "Height": 2, "f": 0, "faulty": 1},
    ),
    "KeyRecords": (
        {"Meter": 1, "Epoch": 1, "Version": 2, "Key": 1},
        {"Meter": 1, "Epoch": 1, "Version": 2, "Key": 2},
    ),
    "Grid": (
        {"User": 1, "Meter": 1, "Key": 1, "Record": 1, "Chain": 1, "Node": 1, "Edition": 1, "Height": 1},
        {"User": 1, "Meter": 1, "Key": 1, "Record": 1, "Chain": 1, "Node": 1, "Edition": 1, "Height": 2},
    ),
    "AgreedBlock": ({"Replica": 1, "Block": 2}, {"Replica": 2, "Block": 2}),
    "Relocation": (
        {"Meter": 1, "Device": 2, "Move": 1, "Version": 1},
        {"Meter": 1, "Device": 2, "Move": 1, "Version": 2},
    ),
    "Custody": ({"Meter": 1, "Device": 1}, {"Meter": 1, "Device": 2}),
    "Queries": (
        {"Replica": 1, "Version": 2, "Query": 1, "f": 0, "faulty": 0},
        {"Replica": 4, "Version": 2, "Query": 1, "f": 1, "faulty": 1},
    ),
    "Migration": ({"Meter": 1, "Device": 2, "Move": 1}, {"Meter": 1, "Device": 2, "Move": 2}),
    "Assignment": (
        {"Meter": 1, "Device": 1, "Place": 1, "Credit": 1},
        {"Meter": 2, "Device": 1, "Place": 1, "Credit": 1},
    ),
    "Routing": (
        {"Demand": 1, "Device": 2, "Channel": 1, "Hop": 1, "Tick": 1, "slow": 1},
        {"Demand": 2, "Device": 2, "Channel": 1, "Hop": 1, "Tick": 1, "slow": 0},
    ),
    "Assembly": (
        {"Replica": 1, "Block": 2, "f": 0, "faulty": 0},
        {"Replica": 2, "Block": 2, "f": 0, "faulty": 0},
    ),
    "Attachment": (
        {"Replica": 1, "Block": 2, "f": 0, "faulty": 0},
        {"Replica": 3, "Block": 2, "f": 0, "faulty": 1},
    ),
    "Inclusion": ({"Replica": 1, "Record": 1, "Height": 2}, {"Replica": 2, "Record": 1, "Height": 1}),
    "BlockTimes": ({"Block": 1, "Height": 1, "Time": 1}, {"Block": 2, "Height": 2, "Time": 1}),
    "Contracts": (
        {"Replica": 1, "Edition": 2, "Height": 1, "Operation": 1, "f": 0, "faulty": 0},
        {"Replica": 1, "Edition": 2, "Height": 2, "Operation": 1, "f": 0, "faulty": 0},
    ),
    "Shards": (
        {"Replica": 1, "Count": 1, "Block": 2, "f": 0, "faulty": 0},
        {"Replica": 3, "Count": 2, "Block": 2, "f": 0, "faulty": 1},
    ),
    "Identity": (
        {"Person": 1, "Id": 1, "Key": 1, "Height": 1},
        {"Person": 1, "Id": 2, "Key": 1, "Height": 2},
    ),
    "Naming": ({"Chain": 1, "Person": 1, "Name": 1}, {"Chain": 2, "Person": 1, "Name": 2}),
    "Membership": (
        {"Seat": 1, "Node": 1, "Council": 1, "Height": 1, "Block": 2, "f": 0, "faulty": 0},
        {"Seat": 1, "Node": 2, "Council": 2, "Height": 1, "Block": 2, "f": 0, "faulty": 0},
    ),
    "Redaction": ({"Record": 1, "Field": 1, "Value": 1}, {"Record": 1, "Field": 2, "Value": 2}),
    "Services": ({"Record": 1, "Chain": 1}, {"Record": 1, "Chain": 2}),
    "Mining": (
        {"Extract": 1, "Person": 1, "Institution": 1, "Purpose": 1},
        {"Extract": 1, "Person": 2, "Institution": 1, "Purpose": 1},
    ),
    "Quotas": ({"Person": 1, "Slot": 1}, {"Person": 2, "Slot": 2}),
    "Violations": (
        {"Replica": 1, "Operation": 1, "Edition": 1, "f": 0, "faulty": 0},
        {"Replica": 4, "Operation": 1, "Edition": 1, "f": 1, "faulty": 1},
    ),
    "Denials": (
        {"Operation": 1, "Id": 1, "Clause": 1, "Chain": 1, "Height": 2},
        {"Operation": 1, "Id": 1, "Clause": 1, "Chain": 2, "Height": 2},
    ),
    "ActionCounter": (
        {"Chain": 1, "Operation": 1, "Height": 1, "Count": 2},
        {"Chain": 2, "Operation": 1, "Height": 1, "Count": 2},
    ),
    "Trading": (
        {"Trade": 1, "Quantity": 1, "Chain": 1, "Height": 1},
        {"Trade": 2, "Quantity": 1, "Chain": 1, "Height": 1},
    ),
    "Receipts": (
        {"Chain": 2, "Height": 1, "Entry": 1, "Roster": 2},
        {"Chain": 2, "Height": 1, "Entry": 1, "Roster": 3},
    ),
    "CreditRating": ({"Person": 1, "Fact": 1, "Replica": 1}, {"Person": 1, "Fact": 2, "Replica": 1}),
    "TwoPhaseCommit": ({"RM": 1}, {"RM": 3}),
    "Revocation": (
        {"User": 1, "Token": 1, "Service": 1, "Height": 2, "Count": 2},
        {"User": 1, "Token": 1, "Service": 1, "Height": 3, "Count": 3},
    ),
    "Tokens": (
        {"User": 1, "Service": 1, "Key": 1, "Algorithm": 1, "Token": 1, "Call": 1, "Route": 1, "Record": 1},
        {"User": 2, "Service": 1, "Key": 1, "Algorithm": 1, "Token": 1, "Call": 1, "Route": 1, "Record": 1},
    ),
    "Access": (
        {"User": 1, "Meter": 1, "Record": 1, "Route": 1, "Interface": 1, "Height": 2},
        {"User": 2, "Meter": 1, "Record": 1, "Route": 1, "Interface": 1, "Height": 2},
    ),
    "Register": ({"User": 1, "Meter": 1, "Height": 2}, {"User": 2, "Meter": 1, "Height": 3}),
    "Confidential": ({"User": 1, "Series": 1, "Epoch": 1}, {"User": 1, "Series": 1, "Epoch": 2}),
    "Erasure": ({"User": 1, "Custodian": 1}, {"User": 1, "Custodian": 2}),
    "Suppliers": ({"Supplier": 1, "Statement": 1, "Subledger": 1}, {"Supplier": 2, "Statement": 1, "Subledger": 1}),
    "SupplierTests": ({"Supplier": 1, "Product": 1, "Value": 2}, {"Supplier": 2, "Product": 1, "Value": 2}),
    "Demands": ({"Notice": 1}, {"Notice": 2}),
    "Administration": (
        {"Replica": 1, "Change": 1, "Epoch": 2, "f": 0, "faulty": 0},
        {"Replica": 4, "Change": 1, "Epoch": 2, "f": 1, "faulty": 1},
    ),
    "UserKeys": (
        {"User": 1, "Key": 1, "Replica": 1, "f": 0, "faulty": 0},
        {"User": 1, "Key": 1, "Replica": 4, "f": 1, "faulty": 1},
    ),
    "PublicRecords": ({"Person": 1, "Issuer": 1, "Content": 1}, {"Person": 2, "Issuer": 1, "Content": 1}),
    "Certificates": (
        {"Issuer": 1, "Certificate": 1, "File": 1, "Content": 1, "Digest": 1},
        {"Issuer": 1, "Certificate": 1, "File": 2, "Content": 1, "Digest": 1},
    ),
    "Custodians": ({"Custodian": 1, "File": 1, "f": 0, "faulty": 0}, {"Custodian": 4, "File": 1, "f": 1, "faulty": 1}),
    "Supersession": (
        {"Instrument": 1, "Certificate": 1, "Height": 2, "Time": 2},
        {"Instrument": 1, "Certificate": 2, "Height": 2, "Time": 1},
    ),
    "Classes": (
        {"Replica": 1, "Schema": 1, "Class": 2, "Record": 1, "f": 0, "faulty": 0},
        {"Replica": 4, "Schema": 1, "Class": 2, "Record": 1, "f": 1, "faulty": 1},
    ),
    "Documents": (
        {"Issuer": 1, "Parser": 1, "Text": 1, "Content": 1},
        {"Issuer": 1, "Parser": 2, "Text": 2, "Content": 1},
    ),
    "Links": ({"Verifier": 1, "Height": 1, "Block": 2}, {"Verifier": 1, "Height": 2, "Block": 2}),
}
"""For each machine scopes that are visited completely within seconds, the smaller first."""
BUDGET = Budget(seconds=60.0, seed=3)
SOON = 3.0
"""Seconds for a proof, which is not to be had of what fails."""
NEAR = 4
"""How far bounded checking looks where exploration has found nothing; it takes its time on the larger machines."""


@dataclass
class Question:
    """One property of one machine at one scope, asked of one engine after another."""

    job: Job
    scope: Sizes
    system: System = field(init=False)

    def __post_init__(self) -> None:
        self.system = self.job.system()

    def ask(self, plan: Plan) -> Evidence:
        seconds = SOON if plan.method == "induction" else BUDGET.seconds
        return carry_out(plan, self.system, self.job.claim(self.system), replace(BUDGET, seconds=seconds))

    @property
    def smaller(self) -> bool:
        """Whether this is the smaller of the machine's scopes; a proof for any size need be asked for once only."""
        return self.scope == SCOPES[self.job.machine.__name__][0]

    def __str__(self) -> str:
        sizes = ",".join(f"{name}={size}" for name, size in self.scope.items())
        return f"{self.job.name} {self.job.declared.id} {sizes}"


def questions() -> Iterator[tuple[Job, Sizes]]:
    """Each property at one of its machine's scopes, under one variant or reading: all of them in turn, as the engines'
    work is much the same under each."""
    told: dict[tuple[str, str, str], list[Job]] = {}
    for job in [*jobs([]), *jobs(["examples/two_phase_commit.py"])]:
        told.setdefault((job.protocol, job.declared.id, job.machine.__name__), []).append(job)
    for turn, under in enumerate(told.values()):
        scopes = SCOPES[under[0].machine.__name__]
        yield under[turn % len(under)], scopes[turn % len(scopes)]


def test_every_machine_has_two_scopes_and_takes_part() -> None:
    """A new machine takes part, or this fails with a KeyError."""
    asked = {job.machine.__name__ for job, _ in questions()}
    assert asked == set(SCOPES) and all(len(scopes) >= 2 for scopes in SCOPES.values())


def others(truth: Evidence, kind: str, scope: Sizes, smaller: bool) -> dict[str, Callable[[], Plan]]:
    """The other ways to ask, at the scope at which `truth` was found by visiting every state."""
    length = len(truth.trace.steps) if truth.trace is not None else min(truth.depth or 0, NEAR)
    ways: dict[str, Callable[[], Plan]] = {
        "schedules": lambda: schedule(10, 15, **scope),
        "walks": lambda: walk(20_000, 100, **scope),
    }
    if kind == "leads_to":
        return {}
    ways["symmetry"] = lambda: explore(symmetry=["all"], **scope)
    if length <= NEAR + 4:
        ways["bounded checking"] = lambda: bmc(length, **scope)
    if kind in ("invariant", "step"):
        ways["k-induction"] = lambda: kinduction(1, **scope)
    if kind == "invariant":
        ways["an eager adversary"] = lambda: explore(eager=True, **scope)
    if smaller and truth.within_design and kind in ("invariant", "step"):
        ways["induction"] = induction
    return ways


@pytest.mark.parametrize(("job", "scope"), list(questions()), ids=lambda x: x.name if isinstance(x, Job) else "")
def test_engines_agree(job: Job, scope: Sizes) -> None:
    question = Question(job, scope)
    truth = question.ask(explore(**scope))
    assert truth.verdict in ("exhausted", "violated"), f"{question}: {truth.note}"
    kind = job.declared.kind
    for name, plan in others(truth, kind, scope, question.smaller).items():
        try:
            found = question.ask(plan())
        except ModelError as refusal:
            assert name == "an eager adversary", refusal
            continue
        message = f"{question}: exploration says {truth.verdict}, {name}: {found.verdict} ({found.note})"
        strongest((truth, found))  # raises where they contradict each other
        if truth.verdict == "exhausted" and truth.trace is None:
            assert found.verdict != "violated", message
        if found.verdict in ("proved", "inductive", "exhausted", "bounded") and found.trace is None:
            assert truth.verdict != "violated" or name == "induction", message
        if name in ("an eager adversary", "symmetry"):
            assert found.verdict == truth.verdict, message
            assert (found.states or 0) <= (truth.states or 0), message
        if name == "bounded checking" and truth.verdict == "violated" and truth.trace is not None:
            # The explorer stops at the first of a scope's worlds that has a violation, which need not be the shortest.
            assert found.trace is not None and len(found.trace.steps) <= len(truth.trace.steps), message
