"""Bits are counted from the bytes that really go over the wire, and every one of them is accounted for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from model.traffic import audit_round, three_phases, total
from reference.bc_ami.audit import AUDIT_RESPONSE
from reference.bc_ami.costs import KWH, METER, START, Reading, costs
from reference.bc_ami.messages import REQUEST, RESPONSE, SUBMISSION, TRANSACTION
from reference.bc_ami.pipeline import Pipeline
from reference.bc_ami.published_costs import PRINTED
from reference.ledger.chain import ANNOUNCEMENT, CERTIFICATE, COMMIT, PROPOSAL, VOTE
from reference.ledger.view_change import PRE_PREPARE
from tests.reference.variants import VARIANTS, rules


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("replicas", "reports"), [(4, 1), (4, 5), (7, 2)])
def test_messages_sum_up_to_what_the_pipeline_counts_on_the_wire(variant: str, replicas: int, reports: int) -> None:
    chosen, bound = rules(VARIANTS[variant]), (replicas - 1) // 3
    found = costs(chosen, replicas=replicas, bound=bound, reports=reports, seed=3)
    run = Pipeline(chosen, [METER], replicas, bound, 3, block_size=reports)
    run.submit(Reading(METER, START + timedelta(minutes=30 * slot), KWH) for slot in range(reports))
    summary = run.finish()
    counted = dict(summary.wire_bytes) | dict(summary.ordering.bytes)
    assert {m.kind: m.total for m in found.messages} == {k: 8 * b for k, b in counted.items()}
    between = {m.kind: m.sent for m in found.messages if m.phase == "block"}
    assert between == summary.ordering.messages
    assert between[VOTE] == (replicas * (replicas - 1) if variant == "hardened" else (replicas - 1) ** 2)


@pytest.mark.parametrize(
    ("variant", "kinds"),
    [
        ("literal", {REQUEST, RESPONSE, PROPOSAL, VOTE, AUDIT_RESPONSE, ANNOUNCEMENT}),
        ("charitable", {REQUEST, RESPONSE, PROPOSAL, VOTE, AUDIT_RESPONSE, CERTIFICATE}),
        ("hardened", {SUBMISSION, PRE_PREPARE, VOTE, COMMIT}),
    ],
)
def test_each_variant_has_its_own_messages(variant: str, kinds: set[str]) -> None:
    found = {message.kind for message in costs(rules(VARIANTS[variant])).messages}
    assert found == kinds | {TRANSACTION, "envelope", "release-bundle"}


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_transaction_is_longer_than_the_papers_whole_count(variant: str) -> None:
    """IS-C27: the formula has 576 bits of it, and 770 that no transaction carries."""
    [transaction] = [m for m in costs(rules(VARIANTS[variant])).messages if m.kind == TRANSACTION]
    parts = {part.name: part.bits for part in transaction.parts}
    assert (parts["signature"], parts["hashed identity"]) == (512, 256)
    assert {part.name for part in transaction.parts if part.counted} == {"signature", "time"}
    assert transaction.bits > PRINTED.printed_bits and all(bits >= 0 for bits in parts.values())


def test_the_papers_formula_sums_up_to_what_it_prints() -> None:
    assert PRINTED.total == PRINTED.printed_bits == 1346
    assert PRINTED.total / 8 == 168.25
    assert len(PRINTED.rivals) == len(PRINTED.rivals_milliseconds) == 4 and len(PRINTED.rivals_bits) == 5


def test_a_public_key_takes_264_bits_and_not_257() -> None:
    kept = {part.name: part.bits for part in costs(rules(VARIANTS["literal"])).store}
    assert kept["signing key, public"] == kept["MDMS's public key"] == 264
    assert kept["signing key, private"] == 256


def test_more_reports_in_a_block_share_what_the_block_costs() -> None:
    one, many = (costs(rules(VARIANTS["hardened"]), reports=count) for count in (1, 8))
    shares = [sum(m.total for m in each.messages if m.phase == "block") / each.reports for each in (one, many)]
    assert shares[1] < shares[0]


@pytest.mark.parametrize(("variant", "more"), [("literal", 0), ("charitable", 0), ("hardened", 1)])
def test_the_messages_of_a_decision_stand_beside_the_formulas(variant: str, more: int) -> None:
    """The published round sends what its formula has. The hardened leader's own prepare vote is sent besides PBFT's."""
    for each in costs(rules(VARIANTS[variant])).decisions:
        formulas, n = dict(each.formulas), each.replicas
        assert formulas == {"audit round": total(audit_round(n)), "three-phase PBFT": total(three_phases(n))}
        assert each.total == formulas["three-phase PBFT" if more else "audit round"] + more * (n - 1)
        assert set(each.sent) - each.beside == (
            {PRE_PREPARE, VOTE, COMMIT} if more else {PROPOSAL, VOTE, AUDIT_RESPONSE}
        )


def test_operations_can_be_repeated_on_inputs_of_their_own() -> None:
    operations = {each.name: each for each in costs(rules(VARIANTS["hardened"])).operations}
    for operation in operations.values():
        operation.prepare(0)()
    sealed = [operations["seal"].prepare(number)() for number in (1, 2, 1)]
    assert sealed[0] == sealed[2] != sealed[1]
    assert operations["verify"].prepare(4)() is True and operations["verify, new key"].prepare(4)() is True
    assert operations["open"].prepare(4)() is not None
