"""What the model finds wrong with the published rules happens in bytes, and hardened parties refuse it by the rule.

Runs are found and played as those of `attacks` are: on the published variant as it is, on the hardened one by a run
that is there without the rule.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from meterproof.check.targets import specs
from meterproof.cli.common import study
from meterproof.lang.declare import PropertyDecl
from meterproof.lang.rules import RuleValues
from meterproof.real.attack import Attack, Attempt, Sizes, fixed, run_attack
from properties.block_times import nothing_is_of_the_future, one_increasing_time
from properties.credit import disputes_are_settled, only_final_records_count, scores_depend_on_records_only
from properties.inclusion import no_duplicates, nothing_is_kept_out
from properties.shards import agreement_in_every_chain

RECORDS, BLOCKS = fixed(Replica=2, Record=1, Height=2), fixed(Block=2, Height=2, Time=2)
FACTS = fixed(Person=1, Fact=2, Replica=2)


def _chains(rules: RuleValues) -> Mapping[str, int]:
    """One of four nodes is faulty: alone in a chain, or, where two blocks are accepted anyway, beside another."""
    return {"Replica": 4, "Count": 1 if rules.plain()["vote_once"] else 2, "Block": 2, "faulty": 1}


AT_WILL = frozenset({"include_at_will", "receive_unaware", "make_at_will", "sign", "report_falsely", "hear"})
FOUND: dict[PropertyDecl, tuple[Sizes, str | None]] = {
    no_duplicates: (RECORDS, "record_id"),
    nothing_is_kept_out: (RECORDS, None),
    one_increasing_time: (BLOCKS, "block_time"),
    nothing_is_of_the_future: (BLOCKS, "block_time"),
    agreement_in_every_chain: (_chains, "shards"),
    scores_depend_on_records_only: (FACTS, "credit_inputs"),
    only_final_records_count: (FACTS, "credit_inputs"),
    disputes_are_settled: (FACTS, None),
}
"""Where, and the rule that stops it. Nothing is refused where somebody waits for what never comes: others go on."""


def _play(claim: PropertyDecl, attempt: Attempt) -> bool:
    attack = Attack("a run", "a run of the model", claim, AT_WILL, (attempt,), ())
    [spec] = specs(study(), attempt.target)
    return run_attack(attack, attempt, spec, 1).as_expected


@pytest.mark.parametrize("claim", FOUND, ids=lambda each: each.id)
def test_a_run_that_breaks_a_guarantee_as_published_is_played_with_real_keys(claim: PropertyDecl) -> None:
    sizes, _ = FOUND[claim]
    assert _play(claim, Attempt("sovereign-chain@published", "literal", "succeeds", sizes))


@pytest.mark.parametrize("claim", [claim for claim, (_, rule) in FOUND.items() if rule], ids=lambda each: each.id)
def test_hardened_parties_stop_it_by_the_rule(claim: PropertyDecl) -> None:
    sizes, rule = FOUND[claim]
    assert _play(claim, Attempt("sovereign-chain@hardened", None, "fails", sizes, found_without=rule))
