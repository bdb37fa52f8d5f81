"""A proof of a guarantee that no run puts to the test is no guarantee: it is asked for a run to the witness, too."""

from dataclasses import replace

from meterproof.audit.cache import Cache
from meterproof.audit.engines import Engines, Question, question
from meterproof.audit.standing import standing
from meterproof.check.methods import Budget
from meterproof.check.runner import Options
from meterproof.claims import explore, induction, thorough
from meterproof.lang.tracing import trace
from tests.audit.test_renaming import Before

ENGINES = Engines(Options(budget=Budget(20.0, 0)), Cache(None), lambda _: None)
PLANS = (induction(), explore(Voter=2))


def honest(*without: str) -> Question:
    """Whether what is counted is cast, asked of the machine without some of its moves."""
    system = trace(Before)
    left = replace(system, actions=tuple(a for a in system.actions if a.name not in without))
    return question("ballot", left, left.properties[0])


def test_a_proof_comes_with_a_run_to_the_witness() -> None:
    found = ENGINES.find(honest(), PLANS)
    assert [(e.verdict, e.vacuous) for e in found] == [("proved", False)]
    assert found[0].witness is not None and [s.action for s in found[0].witness.steps] == ["vote", "count"]
    assert standing(found, "invariant").state == "holds"


def test_a_proof_without_such_a_run_decides_nothing() -> None:
    found = ENGINES.find(honest("count"), PLANS)
    assert [(e.verdict, e.vacuous) for e in found] == [("proved", True)]
    stands = standing(found, "invariant")
    assert stands.state == "undecided" and "vacuous" in stands.reason


def test_a_proof_stands_as_it_is_where_no_scope_is_explored() -> None:
    for plans in ((induction(),), (induction(), thorough(explore(Voter=2)))):
        found = ENGINES.find(honest("count"), plans)
        assert [(e.verdict, e.vacuous) for e in found] == [("proved", False)]
