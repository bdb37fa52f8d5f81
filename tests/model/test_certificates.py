"""Certificates, files, classes and documents of the metering platform, beyond what a check says of them.

The rules are given here, so that each test says what it rests on.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meterproof.claims import Plan, explore
from meterproof.finite.interpret import Interpreter
from meterproof.lang import System, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.verdict import Evidence
from model.certificates import Certificates
from model.classes import Classes
from model.documents import Documents
from model.links import Links
from model.supersession import Supersession
from model.vocabulary import AUTHOR, EDITOR, NET, SERVICE
from properties.certificates import CORRECTED, ONE_CERTIFICATE, issuer_attribution, one_file_a_digest, parts_agree
from properties.classes import ONE_MEMBER, nothing_is_open_by_default
from properties.documents import TWO_PARSERS, one_table_one_text, read_as_meant
from properties.links import TWO_BLOCKS, edits_are_noticed_by_anybody
from tests.model.edge import steps_of
from tests.model.parties import world_of
from tests.model.shipped import asked

SHIPPED = {
    Certificates: {"class_three": "sha256", "issuer_signature": "on-chain", "certificate_parts": "one-record"},
    Classes: {"class_change": "governed", "quorum": "floor((n+f)/2)+1", "resilience": "3*f+1", "vote_once": True},
    Documents: {"json": "canonical"},
    Links: {"hash_links": True},
    Supersession: {"supersession": "chained"},
}


def system_of(machine: type, *claims: PropertyDecl, **changes: object) -> System:
    """The machine under its hardened rules, some of them changed."""
    return trace(machine, machine.rule_schema().read({**SHIPPED[machine], **changes}), claims)


def found(claim: PropertyDecl, plan: Plan, **changes: object) -> Evidence:
    """What the plan finds out about the claim."""
    assert claim.of is not None
    return asked(system_of(claim.of, claim, **changes), claim, plan)


def against(claim: PropertyDecl, *capabilities: str) -> PropertyDecl:
    """The claim against another adversary."""
    return replace(claim, against=frozenset(capabilities))


# ---- certificates


def test_md5_takes_an_author_and_an_author_is_enough() -> None:
    """ZD-C4: nobody else can make a second file to a digest, so the other capabilities do not help."""
    evidence = found(against(one_file_a_digest, AUTHOR), ONE_CERTIFICATE, class_three="md5")
    assert steps_of(evidence) == ["write_pair", "issue", "accept", "accept"]
    assert found(against(one_file_a_digest, NET, SERVICE), ONE_CERTIFICATE, class_three="md5").verdict == "exhausted"


def test_an_author_can_disown_what_it_has_signed() -> None:
    """A signature over an MD5 digest is one over the other file as well, which was never signed."""
    evidence = found(against(issuer_attribution, AUTHOR), ONE_CERTIFICATE, class_three="md5")
    assert steps_of(evidence) == ["write_pair", "issue", "accept"] and evidence.trace is not None
    signed, shown = evidence.trace.steps[1], evidence.trace.steps[2]
    assert signed.params[-1] != shown.params[-1]


@pytest.mark.parametrize(
    ("signature", "who", "moves"),
    [
        ("none", NET, ["write", "accept_replaced"]),
        ("none", SERVICE, ["write", "enter_unsigned", "accept"]),
        ("returned", SERVICE, ["write", "enter_unsigned", "accept"]),
        ("returned", NET, None),
        ("on-chain", SERVICE, None),
    ],
)
def test_each_signature_keeps_out_whom_it_is_made_for(signature: str, who: str, moves: list[str] | None) -> None:
    """ZD-C5: the platform's keeps out the network; only the issuer's keeps out the platform."""
    evidence = found(against(issuer_attribution, who), ONE_CERTIFICATE, issuer_signature=signature)
    assert (steps_of(evidence) if moves else evidence.verdict) == (moves or "exhausted")


def test_signed_parts_that_are_stored_apart_are_mixed_by_a_correction() -> None:
    """ZD-C15: signatures do not help, nobody attacks, and both parts are the issuer's."""
    evidence = found(against(parts_agree), CORRECTED, certificate_parts="separate")
    assert steps_of(evidence) == ["write", "write", "issue", "issue", "accept"]


# ---- supersession

LINE = {"Certificate": 3, "Instrument": 1, "Time": 3, "Height": 4}


@given(
    begins=st.tuples(*[st.integers(0, 2)] * 3),
    ends=st.tuples(*[st.integers(0, 2)] * 3),
    withdrawn=st.sampled_from([None, 0, 1, 2]),
    stored=st.integers(1, 3),
)
def test_the_answer_is_what_a_clerk_finds_in_the_file(
    begins: tuple[int, ...], ends: tuple[int, ...], withdrawn: int | None, stored: int
) -> None:
    """A clerk goes through the line from its end: the first certificate that had begun is the answer, if it is good."""
    system = system_of(Supersession)
    model = Interpreter(world_of(system, LINE, about=(0, 0, 0), begins=begins, ends=ends))
    moves = [("store", (0, 0)), ("supersede", (0, 1, 1)), ("supersede", (1, 2, 2))][:stored]
    if withdrawn is not None and withdrawn < stored:
        moves.append(("withdraw", (withdrawn, len(moves))))
    actions, state = {a.name: a for a in system.actions}, model.initial()
    for name, params in moves:
        assert model.blocked_by(actions[name], params, state) is None
        state = model.apply(actions[name], params, state)

    def clerk(height: int, time: int) -> list[int]:
        gone = {params[0] for name, params in moves[: height + 1] if name == "withdraw"}
        for c in reversed(range(min(height + 1, stored))):
            if begins[c] <= time:
                return [c] if time <= ends[c] and c not in gone else []
        return []

    for height, time in product(range(len(moves)), range(3)):
        given_out = [c for c in range(3) if model.blocked_by(actions["answer"], (0, height, time, c), state) is None]
        assert given_out == clerk(height, time)


def test_the_chain_refuses_a_second_line_and_a_second_successor() -> None:
    system = system_of(Supersession)
    model = Interpreter(world_of(system, LINE, about=(0, 0, 0), ends=(2, 2, 2)))
    actions, state = {a.name: a for a in system.actions}, model.initial()
    for name, params in (("store", (0, 0)), ("supersede", (0, 1, 1))):
        state = model.apply(actions[name], params, state)
    for name, params in (("store", (2, 2)), ("supersede", (0, 2, 2))):
        blocked = model.blocked_by(actions[name], params, state)
        assert blocked is not None and actions[name].guards[blocked].rules == ("supersession",)
    assert model.blocked_by(actions["supersede"], (1, 2, 2), state) is None


# ---- documents


def test_two_texts_of_one_table_are_a_false_alarm() -> None:
    """ZD-C21, first half: nobody attacks, and what says the same has another digest."""
    assert steps_of(found(against(one_table_one_text), TWO_PARSERS, json="any")) == ["write", "write"]


def test_parsers_that_differ_read_two_tables_in_one_signed_text() -> None:
    """ZD-C21, second half."""
    evidence = found(against(read_as_meant), TWO_PARSERS, json="any")
    assert steps_of(evidence) == ["write", "take"] and evidence.trace is not None
    rigids = dict(evidence.trace.instance.rigids)
    assert len(set(rigids["reads"])) == 2


# ---- classes and links


def test_data_of_no_listed_type_are_open_to_all_by_one_step() -> None:
    """ZD-C14: what residents' meters have measured."""
    evidence = found(against(nothing_is_open_by_default), ONE_MEMBER, class_change="at-will")
    assert steps_of(evidence) == ["store_as_class_one"]


def test_an_edit_deceives_who_gets_the_tip_from_the_editor() -> None:
    evidence = found(against(edits_are_noticed_by_anybody, EDITOR), TWO_BLOCKS)
    assert steps_of(evidence) == ["append", "edit", "learn", "check_tip"]
    assert found(against(edits_are_noticed_by_anybody), TWO_BLOCKS).verdict == "exhausted"


def test_a_class_in_between_is_lowered_step_by_step_by_quorums_only() -> None:
    """The classes are I, III, II in this order: four members, one of them faulty, open II to III and no further."""
    system = system_of(Classes)
    scope = {"Replica": 4, "Schema": 1, "Class": 3, "Record": 1, "faulty": 1}
    world = world_of(system, scope, faulty=(1, 0, 0, 0), strictest=(2,), lawful=(0, 1, 0))
    model, actions = Interpreter(world), {a.name: a for a in system.actions}
    state = model.initial()
    for name, params in [("approve_anything", (0, 0, 0)), *((("approve"), (r, 0, 1)) for r in (1, 2, 3))]:
        assert model.blocked_by(actions[name], params, state) is None
        state = model.apply(actions[name], params, state)
    assert model.blocked_by(actions["approve"], (1, 0, 0), state) is not None
    assert model.blocked_by(actions["lower"], (0, 0), state) is not None
    assert model.blocked_by(actions["lower"], (0, 1), state) is None


def test_more_blocks_make_no_difference() -> None:
    plan = explore(Verifier=1, Height=3, Block=3)
    assert found(against(edits_are_noticed_by_anybody), plan).verdict == "exhausted"
