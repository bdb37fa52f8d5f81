"""Attacks and runs that a whole check shows are items, too, so that nothing that fails it is green elsewhere."""

from meterproof.ci.of_exhibits import items

ATTACK = {
    "attack": "replay", "title": "an old report is sent again", "target": "bc-ami@published", "reading": "literal",
    "outcome": "succeeds", "expected": "succeeds", "as_expected": True, "cites": ["IS-C7"],
}  # fmt: skip
RUN = {
    "target": "bc-ami@hardened", "readings": "data/a.csv", "rows": 6, "accepted": 4, "delivered": 4, "stopped": None,
}  # fmt: skip


def test_what_goes_as_expected_passes_and_what_does_not_fails() -> None:
    attacks = [ATTACK, {**ATTACK, "outcome": "fails", "as_expected": False}]
    found = items(attacks, [(RUN, True), ({**RUN, "delivered": 3, "stopped": "no quorum"}, False)])
    assert [i.outcome for i in found] == ["passed", "failed", "passed", "failed"]
    assert [i.rule for i in found[1:3]] == ["bc-ami/attack-replay", "bc-ami/run-data/a.csv"]
    assert found[1].message == "fails, not as expected (succeeds)" and found[1].subject == "bc-ami@published (literal)"
    assert found[3].message == "6 rows, 4 accepted, 3 delivered; no quorum"
