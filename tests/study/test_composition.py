"""The theorem of grid is put together soundly: nothing is open, and the conditions of composing are met.

That what replicas sign counts for one chain, height, view and kind only is shown on bytes: of all statements that the
ledger has a form for, and of all that replicas sign in a short day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import combinations, product
from pathlib import Path

import cbor2
import pytest

from meterproof.check.jobs import Job, open_spec
from meterproof.compose.document import markdown
from meterproof.compose.links import Known, Links, find_links
from meterproof.compose.standing import Whole, wholes
from meterproof.compose.table import Assumption, Composition
from meterproof.errors import InputError
from meterproof.lang.tracing import trace
from meterproof.study.finder import enter
from model.key_records import KeyRecords
from model.key_status import KeyStatus
from properties import refinements
from properties.composition import COMPOSITION
from reference.crypto import signing
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.grid import day
from reference.ledger.chain import COMMIT, GENESIS, VOTE, Block, Committee, Proposal, Vote, announcement
from reference.ledger.view_change import PrePrepare, Report
from reference.sovereign_chain.receipts import ValidatorSet
from tests.reference.grid.days import plan

STUDY = enter(Path.cwd())
PAGE = Path("docs/composition.md")
START, END = "<!-- generated: meterproof compose grid --format markdown -->\n", "<!-- end -->\n"


@cache
def whole() -> Whole:
    [found] = wholes(STUDY, "grid")
    return found


@cache
def known() -> Known:
    return whole().known()


def links(table: Composition) -> Links:
    return find_links(table, known(), whole().shows)


# ---- the table


def test_nothing_is_open_and_every_circle_is_broken_by_induction_on_height() -> None:
    found = links(COMPOSITION)
    assert found.open == found.idle == found.refused == found.circles == ()
    assert found.order and {a for circle in found.by_height for a in circle.below} == {"IS-A4"}
    assert len(found.reached) >= 35


@pytest.mark.parametrize("entry", COMPOSITION.assumptions, ids=lambda each: each.id)
def test_each_entry_is_needed(entry: Assumption) -> None:
    rest = tuple(each for each in COMPOSITION.assumptions if each != entry)
    said = links(replace(COMPOSITION, assumptions=rest)).open
    assert said and all(each.startswith(f"{entry.id}, which ") for each in said)


def test_agreement_on_members_and_audits_at_its_own_height_would_go_round() -> None:
    level = tuple(replace(each, below=False) for each in COMPOSITION.assumptions)
    found = links(replace(COMPOSITION, assumptions=level))
    [circle] = found.circles
    assert circle.ids == ("GR-V2",) and found.order == ()


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("IS-V7", "IS-V7 is not claimed to hold in bc-ami@hardened"),
        ("WA-V6", "WA-V6 is of kind quiescent, which does not carry over"),
        ("ZK-P10", "ZK-P10 is claimed against too little: KeyRecords has moves for LOST"),
        ("XX-P1", "XX-P1 is in no hardened target of the whole"),
    ],
)
def test_what_is_no_guarantee_against_the_whole_adversary_is_refused(part: str, why: str) -> None:
    clauses = {**COMPOSITION.clauses, "GR-P1": (*COMPOSITION.clauses["GR-P1"], part)}
    assert why in links(replace(COMPOSITION, clauses=clauses)).refused


def test_a_clause_under_a_copied_key_needs_parts_that_stand_one() -> None:
    clauses = {**COMPOSITION.clauses, "GR-P4": (*COMPOSITION.clauses["GR-P4"], "GR-V1")}
    found = links(replace(COMPOSITION, clauses=clauses))
    assert found.refused == ("GR-V1 is claimed against too little: KeyRecords has moves for KEY",)


def test_only_what_is_put_together_is_looked_at() -> None:
    with pytest.raises(InputError, match="nothing is put together in bc-ami"):
        wholes(STUDY, "bc-ami")
    with pytest.raises(InputError, match="no clause 'GR-P7'"):
        whole().links("GR-P7")


def test_the_page_has_todays_tables() -> None:
    kept = PAGE.read_text(encoding="utf-8")
    assert kept.split(START)[1].split(END)[0].strip() == markdown(whole(), links(COMPOSITION)), (
        "put what `meterproof compose grid --format markdown` prints between the markers of docs/composition.md"
    )


# ---- the same rules, the same adversary


def test_the_parts_agree_on_every_rule_that_they_share() -> None:
    specs = [open_spec(STUDY, STUDY.specs[each]) for each in STUDY.specs if each.endswith("@hardened")]
    shared = 0
    for one, other in combinations(specs, 2):
        common = set(one.schema) & set(other.schema)
        shared += len(common)
        assert {r: one.base.plain()[r] for r in common} == {r: other.base.plain()[r] for r in common}
    assert shared > 10 and all("quorum" in spec.schema for spec in specs)


def refined() -> dict[str, list[Job]]:
    """The refinements of grid, by machine."""
    found: dict[str, list[Job]] = {}
    for case in refinements.CASES:
        job = whole().jobs[case.property.id]
        found.setdefault(job.machine.__name__, []).append(job)
    return found


@pytest.mark.parametrize("machine", list(refined()))
def test_a_refinement_stands_all_that_its_machine_has_moves_for(machine: str) -> None:
    """One of them does for all of the machine's capabilities at once: the ideal gets them, and no more."""
    jobs = refined()[machine]
    moves = {a.needs for a in jobs[0].system().actions if a.needs is not None}
    assert any(moves <= job.declared.against for job in jobs)


def test_what_the_adversary_does_in_a_machine_he_does_in_its_ideal() -> None:
    """A move for a capability is one of the ideal for the same, or none at all; never one that is honest there."""
    job = whole().jobs["GR-V5"]
    ideal = {a.name: a.needs for a in trace(KeyStatus).actions}
    calls = {
        (action.name, call.partition("(")[0]): action.needs
        for action in job.system().actions
        for call in refinements.CALLS.get(action.name, ())
        if action.needs is not None and call != "nothing"
    }
    assert job.machine is KeyRecords
    assert {name: needs for (name, _), needs in calls.items()} == {"generate_key": "NET", "copy_key": "KEY"}
    assert all(ideal[call] == needs for (_, call), needs in calls.items())


# ---- signatures, on bytes

CHAINS = ("grid/keys", "grid/contracts", "grid/billing")
BLOCKS = [Block.build(h, v, GENESIS, (bytes([i]),), GENESIS) for h, v, i in product(range(2), range(2), range(2))]


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, bytes]]:
    """All that is signed from now on, each with the public key."""
    found: list[tuple[bytes, bytes]] = []
    real = signing.sign

    def noted(pair: KeyPair, message: bytes) -> bytes:
        found.append((pair.public, message))
        return real(pair, message)

    monkeypatch.setattr(signing, "sign", noted)
    return found


def sign_all(name: str, pair: KeyPair) -> Iterator[tuple[object, ...]]:
    """Sign all that a replica may sign of these blocks in the domain of this name; what each signature means."""
    for block in BLOCKS:
        header = block.header
        meant = (name, header.height, header.digest(name))
        Proposal.make(name, block, pair)
        yield (*meant, header.view, "proposal")
        announcement(name, header, pair)
        yield (*meant, header.view, "announcement")
        for view in range(header.view, 3):
            PrePrepare.make(name, view, block, (), pair)
            yield (*meant, view, "pre-prepare")
            for kind, positive in product((VOTE, COMMIT), (True, False)):
                Vote.make(name, 0, header, positive, pair, view=view, kind=kind)
                yield (*meant, view, kind, positive)
    for voter, height, view in product(range(2), range(2), range(3)):
        Report(voter, height, view, None).signed(name, pair)
        yield (name, voter, height, view, "report")


def test_no_two_statements_of_replicas_have_the_same_bytes(signed: list[tuple[bytes, bytes]]) -> None:
    """Whatever differs in chain, epoch, height, view, kind or block differs in its bytes."""
    pair = KeyPair.generate(Randomness.from_seed(1))
    epochs = [ValidatorSet(chain, epoch, (), 1).committee.chain for chain in CHAINS for epoch in range(2)]
    meant = [meaning for name in (*CHAINS, *epochs) for meaning in sign_all(name, pair)]
    assert len(signed) == len(meant) == len(set(meant)) > 500
    assert len({message for _, message in signed}) == len(meant)


def test_a_vote_counts_for_what_it_names_and_nothing_else() -> None:
    pair = KeyPair.generate(Randomness.from_seed(1))

    def committee(chain: str) -> Committee:
        return Committee(chain, (pair.public,), 0, 1, "positive-votes", "certificate", "two")

    header = BLOCKS[0].header
    digest = header.digest(CHAINS[0])
    vote = Vote.make(CHAINS[0], 0, header, True, pair, kind=COMMIT)
    asked = (COMMIT, header.height, header.view, digest)
    assert committee(CHAINS[0]).rejects(vote, asked) is None
    for other in (
        (VOTE, header.height, header.view, digest),
        (COMMIT, header.height + 1, header.view, digest),
        (COMMIT, header.height, header.view + 1, digest),
        (COMMIT, header.height, header.view, BLOCKS[1].header.digest(CHAINS[0])),
    ):
        assert committee(CHAINS[0]).rejects(vote, other) is not None, "it says what it is for"
        kind, height, view, block = other
        relabelled = replace(vote, kind=kind, height=height, view=view, digest=block)
        assert committee(CHAINS[0]).rejects(relabelled, other) is not None, "and has signed that"
    for chain in (*CHAINS[1:], ValidatorSet(CHAINS[0], 0, (), 1).committee.chain):
        assert committee(chain).rejects(vote, asked) is not None


# ---- a short day


def test_one_set_of_replicas_makes_all_chains() -> None:
    state = day.begin(plan(slots=1))
    chains = [state.keys, state.law, *state.services.values()]
    publics = {pair.public for pair in state.deployed.replicas}
    assert len({each.committee.chain for each in chains}) == len(chains) >= 4
    assert all(set(each.committee.members) == publics for each in chains)
    assert len({each.committee.needed for each in chains}) == 1


def test_whatever_replicas_sign_in_a_day_names_its_chain_height_and_view(signed: list[tuple[bytes, bytes]]) -> None:
    short = plan(slots=2)
    state = day.begin(short)
    while not day.finished(short, state):
        state, _ = day.advance(short, state)
    publics = {pair.public for pair in state.deployed.replicas}
    chains = {each.committee.chain for each in (state.keys, state.law, *state.services.values())}
    told = [cbor2.loads(message) for public, message in signed if public in publics]
    assert {chain for chain, _, _ in told} >= chains
    assert {kind for _, kind, _ in told} == {"signed-pre-prepare", "signed-vote", "signed-commit"}
    assert {body[0] for _, _, body in told} == {0, 1} and all(isinstance(body[1], int) for _, _, body in told)
