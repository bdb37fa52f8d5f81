"""One edge device: what an honest one refuses, and that no bytes crash it or its decoders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reference.crypto.encoding import Malformed
from reference.edge_keys import acceptance
from reference.edge_keys import acceptance_world as world_of
from reference.edge_keys.acceptance import (
    Adopt,
    Announce,
    Confirm,
    Decide,
    Device,
    Learn,
    Propose,
    Receive,
    Solve,
    step,
)
from reference.edge_keys.acceptance_world import CHAIN, METER, AcceptanceWorld
from reference.edge_keys.block import Block, Entry, Header, KeyInformation
from reference.edge_keys.broadcasts import Proposal, Solution
from reference.ledger.chain import Certificate, Vote, by_voter
from reference.ledger.effects import Refused, Sent, refused
from tests.reference import corpus
from tests.reference.edge_keys.variants import CHARITABLE, HARDENED, LITERAL, SOLVER, rules

MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
DECODERS: dict[str, Any] = {each.__name__: each for each in (Header, Block, Entry, KeyInformation, Proposal, Solution)}


def deployed(values: Any = CHARITABLE, **changes: object) -> AcceptanceWorld:
    """Four correct devices; block 0 is of device 0 and block 1 of device 1, and both are proposed."""
    world = world_of.deploy(rules(values, **changes), 4, 1, 7, proposers=(0, 1))
    for event in (world_of.Propose(0, 0), world_of.Propose(1, 1)):
        world, effects = world_of.step(world, event)
        assert refused(effects) is None
    return world


def said(outcome: acceptance.Outcome, before: Device) -> str:
    """The rule that refuses; the device must be as before."""
    after, effects = outcome
    refusal = refused(effects)
    assert isinstance(refusal, Refused) and after == before
    return refusal.rule


def proposal(world: AcceptanceWorld, block: int) -> bytes:
    sent = world.proposal(block)
    assert sent is not None
    return sent.data


def solution(world: AcceptanceWorld, block: int) -> bytes:
    return Solution(0, world.blocks[block].encode(CHAIN)).encode(CHAIN)


def root(world: AcceptanceWorld, block: int) -> bytes:
    return world.blocks[block].header.root


def heard(world: AcceptanceWorld, device: int, *blocks: int) -> Device:
    """The device with these blocks proposed and solved."""
    state = world.devices[device]
    for block in blocks:
        state, _ = step(state, Receive(proposal(world, block)))
        state, effects = step(state, Learn(solution(world, block)))
        assert refused(effects) is None
    return state


def certificate(world: AcceptanceWorld, block: int, voters: range, cast_for: int | None = None) -> bytes:
    ballot = world.ballot(block if cast_for is None else cast_for)
    votes = (Vote.make(CHAIN, each, ballot, True, world.devices[each].pair) for each in voters)
    return Certificate(by_voter(votes)).encode(CHAIN)


def test_a_proposal_counts_only_with_the_signature_of_the_blocks_device() -> None:
    world = deployed()
    device = world.devices[2]
    good = Proposal.decode(CHAIN, proposal(world, 0))
    for forged in (
        replace(good, signature=bytes(64)),
        replace(good, device=1),
        replace(good, device=9),
        Proposal.make(CHAIN, 0, 1, world.proposed[0], world.devices[1].pair),
    ):
        assert said(step(device, Receive(forged.encode(CHAIN))), device) == "proposal"
    late = Proposal.make(CHAIN, 1, 0, world.proposed[0], world.devices[0].pair)
    assert said(step(device, Receive(late.encode(CHAIN))), device) == "place"


def test_a_device_puts_forward_its_own_block_and_one_only() -> None:
    world = deployed()
    assert said(step(world.devices[0], Propose(0, world.proposed[1])), world.devices[0]) == "proposal"
    assert said(step(world.devices[0], Propose(0, world.proposed[0])), world.devices[0]) == "proposal"


def test_an_open_puzzle_is_not_confirmed_and_a_wrong_nonce_not_learnt() -> None:
    world = deployed()
    device, _ = step(world.devices[2], Receive(proposal(world, 0)))
    assert said(step(device, Confirm(0, root(world, 0))), device) == "puzzle"
    assert said(step(device, Confirm(0, root(world, 1))), device) == "proposal"
    wrong = world.blocks[0].with_nonce(world.blocks[0].header.nonce + 1)
    assert said(step(device, Learn(Solution(0, wrong.encode(CHAIN)).encode(CHAIN))), device) == "puzzle"
    other = replace(world.blocks[0], header=replace(world.blocks[0].header, timestamp=9))
    assert said(step(device, Learn(Solution(0, other.encode(CHAIN)).encode(CHAIN))), device) == "proposal"


def test_one_block_of_a_height_is_confirmed_where_the_rule_says_so() -> None:
    once, twice = deployed(), deployed(vote_once=False)
    for world, rule in ((once, "vote_once"), (twice, None)):
        device, effects = step(heard(world, 2, 0, 1), Confirm(0, root(world, 0)))
        assert [type(effect) for effect in effects] == [Sent]
        assert said(step(device, Confirm(0, root(world, 0))), device) == "vote"
        refusal = refused(step(device, Confirm(0, root(world, 1)))[1])
        assert (refusal and refusal.rule) == rule


def test_whoever_solves_a_block_confirms_it_at_once_or_appends_it() -> None:
    world = deployed()
    solver, effects = step(world.devices[0], Solve(0, root(world, 0), 0))
    assert [effect.kind for effect in effects if isinstance(effect, Sent)] == ["solution", "vote"]
    assert said(step(solver, Solve(0, root(world, 0), 0)), solver) == "competition"
    first = deployed(SOLVER)
    solver, _ = step(first.devices[0], Solve(0, root(first, 0), 0))
    assert solver.blocks == (first.blocks[0],)
    solver, _ = step(solver, Receive(proposal(first, 1)))
    assert said(step(solver, Solve(0, root(first, 1), 0)), solver) == "competition"


def test_nobody_solves_puzzles_where_there_are_none() -> None:
    world = deployed(HARDENED)
    assert said(step(world.devices[0], Solve(0, root(world, 0), 0)), world.devices[0]) == "puzzle"


def test_a_block_is_appended_on_a_quorum_of_confirmations_and_one_only() -> None:
    world = deployed()
    device = world.devices[3]
    for evidence in (certificate(world, 0, range(2)), certificate(world, 0, range(3), cast_for=1)):
        assert said(step(device, Decide(0, world.blocks[0], evidence)), device) == "quorum"
    after, effects = step(device, Decide(0, world.blocks[0], certificate(world, 0, range(3))))
    assert refused(effects) is None and after.blocks == (world.blocks[0],)
    assert said(step(after, Decide(0, world.blocks[1], certificate(world, 1, range(3)))), after) == "decision"
    assert said(step(after, Decide(1, world.blocks[1], certificate(world, 1, range(3)))), after) == "place"


def test_a_devices_word_is_believed_where_that_is_the_rule_and_only_the_blocks_own() -> None:
    world = deployed(LITERAL)
    votes = tuple(
        Vote.make(CHAIN, each, world.ballot(0), True, world.devices[each].pair).encode(CHAIN) for each in (2, 1)
    )
    assert said(step(world.devices[1], Announce(0, world.blocks[0], votes)), world.devices[1]) == "proposal"
    assert said(step(world.devices[0], Announce(0, world.blocks[0], votes[:1])), world.devices[0]) == "quorum"
    _, [announcement] = step(world.devices[0], Announce(0, world.blocks[0], votes))
    assert isinstance(announcement, Sent)
    device = world.devices[3]
    after, _ = step(device, Decide(0, world.blocks[0], announcement.data))
    assert after.blocks == (world.blocks[0],)
    assert said(step(device, Decide(0, world.blocks[1], announcement.data)), device) == "confirmation_evidence"
    shown = deployed()
    other = shown.devices[3]
    assert said(step(other, Decide(0, shown.blocks[0], announcement.data)), other) == "confirmation_evidence"


def test_a_longer_branch_is_gone_over_to_only_where_puzzles_decide_and_a_rule_says_so() -> None:
    world = deployed(SOLVER, fork_choice="longest-chain")
    device, _ = step(world.devices[3], Decide(0, world.blocks[0]))
    name = world.blocks[1].header.name(CHAIN, "merkle-root")
    found = (world.blocks[0].with_nonce(nonce) for nonce in range(2000))
    second = next(
        each
        for each in (replace(block, header=replace(block.header, previous=name)) for block in found)
        if each.header.solves(CHAIN, device.puzzle)
    )
    branch = (world.blocks[1], second)
    assert said(step(device, Adopt(0, branch[:1])), device) == "fork_choice"
    assert said(step(device, Adopt(0, (branch[1], branch[0]))), device) == "previous_hash"
    assert said(step(device, Adopt(5, branch)), device) == "place"
    after, _ = step(device, Adopt(0, branch))
    assert after.blocks == branch
    kept = replace(device, rules=rules(SOLVER))
    assert said(step(kept, Adopt(0, branch)), kept) == "fork_choice"
    voting = replace(device, rules=rules(CHARITABLE))
    assert said(step(voting, Adopt(0, branch)), voting) == "acceptance"


def genuine() -> tuple[bytes, ...]:
    """Bytes of every kind, each once."""
    world = deployed()
    block = world.blocks[0]
    information = KeyInformation(METER, 1, world.devices[0].pair.public)
    return (
        *(proposal(world, number) for number in (0, 1)),
        *(solution(world, number) for number in (0, 1)),
        *(each.encode(CHAIN) for each in (block, block.header, information)),
        *block.body,
        certificate(world, 0, range(3)),
    )


GENUINE = genuine()
CHANGED = corpus.changed(corpus.one_of(GENUINE))
ANY = CHANGED | st.binary(max_size=200)


def decoded(name: str, data: bytes) -> Any:
    """What the decoder makes of the bytes; None if it refuses them."""
    try:
        return DECODERS[name].decode(CHAIN, data)
    except Malformed:
        return None


@pytest.mark.parametrize("name", DECODERS)
def test_every_decoder_reads_some_genuine_message_as_what_it_encodes(name: str) -> None:
    read = [data for data in GENUINE if decoded(name, data) is not None]
    assert read and all(decoded(name, data).encode(CHAIN) == data for data in read)


@pytest.mark.parametrize("name", DECODERS)
@MANY
@given(data=st.data())
def test_a_decoder_refuses_bytes_or_they_are_the_encoding_of_what_it_gives(name: str, data: st.DataObject) -> None:
    own = [message for message in GENUINE if decoded(name, message) is not None]
    message = data.draw(corpus.changed(corpus.one_of(own)) | ANY)
    value = decoded(name, message)
    assert value is None or value.encode(CHAIN) == message


@pytest.mark.parametrize("name", DECODERS)
def test_every_cut_of_every_message_is_refused(name: str) -> None:
    for message in GENUINE:
        assert not any(decoded(name, message[:length]) for length in range(len(message)))


WORLD = deployed()
PARTIES: dict[str, tuple[Device, Callable[[bytes], acceptance.Event], bytes]] = {
    "a proposal": (WORLD.devices[2], Receive, proposal(WORLD, 0)),
    "a solution": (step(WORLD.devices[2], Receive(proposal(WORLD, 0)))[0], Learn, solution(WORLD, 0)),
    "a certificate": (WORLD.devices[2], lambda data: Decide(0, WORLD.blocks[0], data), certificate(WORLD, 0, range(3))),
}


@pytest.mark.parametrize("party", PARTIES)
@MANY
@given(data=st.data())
def test_a_device_refuses_a_changed_message_or_takes_it_as_the_genuine_one(party: str, data: st.DataObject) -> None:
    device, event, message = PARTIES[party]
    expected, effects = step(device, event(message))
    assert refused(effects) is None
    after, effects = step(device, event(data.draw(corpus.changed(corpus.one_of([message])) | ANY)))
    assert (after == device and refused(effects) is not None) or after == expected or _another(after, device)


def _another(after: Device, before: Device) -> bool:
    """It has heard of the other genuine candidate, or of another nonce that solves the puzzle as well."""
    new = [block for place, block in after.candidates.items() if place not in before.candidates]
    solved = [block for place, block in after.solved.items() if place not in before.solved]
    return new == [WORLD.proposed[1]] or [block.body for block in solved] == [WORLD.blocks[0].body]
