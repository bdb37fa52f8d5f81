"""What a certified release still refuses when more than f replicas are corrupted: a quorum certifies, the MDMS checks.

The votes here are real and enough, since the tests sign them with the replicas' keys. Only what a quorum cannot make
true is wrong: a meter's signature, a registration, the block before, the time inside the seal.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from reference.bc_ami import contract, mdms, metering, ordering
from reference.bc_ami.database import Bundle, Item
from reference.bc_ami.effects import Skipped
from reference.bc_ami.messages import Envelope, Transaction, Usage
from reference.bc_ami.metering_events import RegisterSubmitted, SubmitRegistration
from reference.bc_ami.world import CHAIN, World
from reference.crypto import merkle, sealing, signing
from reference.crypto.signing import KeyPair
from reference.ledger.chain import GENESIS, Block, Certificate, Vote
from reference.ledger.effects import Effects, refused
from tests.reference.variants import HARDENED, rules

USAGE = Usage(Decimal("0.25"), 1)


@pytest.fixture(scope="module")
def world() -> World:
    """Two meters, of which SM1 has registered key 0."""
    deployed = metering.deploy(rules(HARDENED), ["SM1", "SM2"], 4, 1, seed=1)
    for event in (SubmitRegistration("SM1", 0), RegisterSubmitted("SM1", 0)):
        deployed, effects = metering.step(deployed, event)
        assert not refused(effects)
    return deployed


def report(world: World, pair: KeyPair | None = None) -> Transaction:
    """A report of SM1, signed with its own key or with another."""
    state = world.meters["SM1"]
    return world.recipient.report(state.hid, pair or state.keys[0], USAGE, world.randomness)


def released(world: World, transaction: Transaction, previous: bytes = GENESIS, public: bytes | None = None) -> Effects:
    """What the MDMS says of a block with this transaction that three replicas have certified, whatever is in it."""
    leaf = Envelope(transaction.encode(CHAIN), ()).encode(CHAIN)
    tree = contract.registry(world.contract)
    block = Block.build(0, 0, previous, (leaf,), tree.root)
    votes = [Vote.make(CHAIN, i, block.header, True, world.replicas[i].pair) for i in range(3)]
    key = public or world.key(0).public
    item = Item(leaf, merkle.Tree.of([leaf]).prove(0), key, 0, len(tree.levels[0]), tree.prove(0))
    bundle = Bundle(block.header.encode(CHAIN), Certificate(tuple(votes)).encode(CHAIN), (item,))
    _, effects = mdms.step(world.mdms, mdms.Released(bundle.encode(CHAIN)))
    return effects


def reason(effects: Effects) -> str:
    refusal = refused(effects)
    assert refusal is not None
    return refusal.reason


def test_a_true_block_is_taken(world: World) -> None:
    assert refused(released(world, report(world))) is None


def test_a_report_that_the_meter_has_not_signed_is_refused(world: World) -> None:
    unsigned = replace(report(world), signature=bytes(64))
    assert reason(released(world, unsigned)) == "the meter's signature is not valid"


def test_a_report_under_a_key_that_is_not_registered_for_the_meter_is_refused(world: World) -> None:
    stranger = world.key(7)
    effects = released(world, report(world, stranger), public=stranger.public)
    assert reason(effects) == "the key was not registered for this meter"


def test_another_meters_registered_key_does_not_do(world: World) -> None:
    other = replace(report(world), hid=world.meters["SM2"].hid)
    assert reason(released(world, other)) == "the key was not registered for this meter"


def test_a_block_that_does_not_follow_the_last_one_received_is_refused(world: World) -> None:
    effects = released(world, report(world), previous=b"another chain".ljust(32))
    assert reason(effects) == "the block does not follow the last one received"


def test_a_time_inside_the_seal_that_is_not_the_one_outside_is_noticed(world: World) -> None:
    """A meter, or its stolen key, signs this; the header is bound, so only the comparison shows it (IS-C7)."""
    pair, scope = world.meters["SM1"].keys[0], world.rules.signature_scope
    draft = replace(report(world), time=USAGE.time + 1)
    inside = USAGE.encode(CHAIN)
    encryption, public = world.rules.encryption, world.recipient.public
    sealed = sealing.seal(encryption, public, inside, draft.aad(CHAIN, scope), world.randomness.child("inside"))
    unsigned = replace(draft, sealed=sealed)
    signed = replace(unsigned, signature=signing.sign(pair, unsigned.signed_part(CHAIN, scope)))
    assert released(world, signed) == (Skipped("inner and outer time differ"),)


def test_replicas_do_not_vote_for_a_block_on_other_registrations(world: World) -> None:
    """The registry's root decides whose keys the MDMS believes: a leader must not choose it."""
    block = Block.build(0, 0, GENESIS, (), merkle.root([contract.registry_leaf(CHAIN, b"hid", 0, b"key")]))
    _, effects = ordering.step(world.replicas[0], ordering.Propose(block, world.contract))
    assert reason(effects) == "the block builds on other registrations"
