"""No bytes crash a decoder, and what one accepts is the one spelling of what it says.

Genuine messages are changed bit by bit, in length, by splicing, and field by field with everything around the field
encoded rightly again; and there is plain rubbish. A decoder raises Malformed or gives a value whose encoding is the
very bytes. A party that is handed a changed message refuses it, or ends in the state that the genuine one leads to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attacks import stage
from reference.bc_ami import adversary, contract, credentials, mdms, meter, ordering
from reference.bc_ami.database import Bundle
from reference.bc_ami.effects import Recorded
from reference.bc_ami.messages import Endorsement
from reference.bc_ami.world import CHAIN
from reference.crypto import encoding, sealing, signing
from reference.crypto.encoding import Domain, Malformed
from reference.ledger.chain import ANNOUNCEMENT, COMMIT, VOTE, Certificate, Proposal, Vote
from reference.ledger.effects import Refused, refused
from reference.ledger.view_change import PrePrepare
from tests.reference import corpus
from tests.reference.variants import VARIANTS

GENUINE = corpus.one_of(corpus.genuine())
CHANGED = corpus.changed(GENUINE)
RUBBISH = st.binary(max_size=200)
ANY = CHANGED | RUBBISH
MANY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
DECODERS = corpus.decoders()


@pytest.mark.parametrize("name", DECODERS)
def test_every_decoder_reads_some_genuine_message(name: str) -> None:
    """Or the tests below would say nothing of it: give `corpus` a message for a decoder that is new."""
    assert any(_decoded(name, data) is not None for data in corpus.genuine())


@pytest.mark.parametrize("name", DECODERS)
def test_a_genuine_message_is_the_encoding_of_what_it_decodes_to(name: str) -> None:
    for data in corpus.genuine():
        value = _decoded(name, data)
        assert value is None or value.encode(CHAIN) == data


@pytest.mark.parametrize("name", DECODERS)
@MANY
@given(data=st.data())
def test_a_decoder_refuses_bytes_or_they_are_the_encoding_of_what_it_gives(name: str, data: st.DataObject) -> None:
    message = data.draw(nearly(name))
    value = _decoded(name, message)
    assert value is None or value.encode(CHAIN) == message


@cache
def nearly(name: str) -> st.SearchStrategy[bytes]:
    """Messages that the decoder reads, changed; or any other."""
    own = [message for message in corpus.genuine() if _decoded(name, message) is not None]
    return corpus.changed(corpus.one_of(own)) | ANY if own else ANY


@MANY
@given(data=ANY, kind=st.sampled_from([VOTE, COMMIT]))
def test_votes_of_either_round_are_read_in_one_spelling(data: bytes, kind: str) -> None:
    for decoder in (Vote.decode, Certificate.decode):
        try:
            value = decoder(CHAIN, data, kind)
        except Malformed:
            continue
        assert value.encode(CHAIN) == data


@MANY
@given(data=ANY)
def test_what_needs_more_than_bytes_to_be_read_does_not_crash_either(data: bytes) -> None:
    world, _ = corpus.day("hardened")
    committee, header = world.replicas[0].committee, world.database.ledger[0].block.header
    for read in (
        lambda: Proposal.opened(CHAIN, data, committee.members[0]),
        lambda: PrePrepare.opened(committee, data),
        lambda: committee.announced(header, data),
        lambda: encoding.decode(Domain(CHAIN, ANNOUNCEMENT), data),
        lambda: encoding.decimal_from(encoding.decode(Domain(CHAIN, "usage"), data)),
    ):
        try:
            read()
        except Malformed:
            continue
    assert isinstance(replace(committee, rounds="two").finalises(header, data), Refused)
    assert adversary.key_in_answer(CHAIN, data) is None or data in corpus.genuine()


@MANY
@given(data=ANY, public=st.binary(max_size=40))
def test_primitives_answer_rubbish_with_nothing(data: bytes, public: bytes) -> None:
    world, _ = corpus.day("hardened")
    given_ = world.meters["SM1"].credentials
    assert sealing.open_(world.mdms.pair, data, b"") is None
    assert not signing.verify(world.key(0).public, b"message", data)
    assert not signing.verify(public, b"message", bytes(64))
    assert signing.signature_fault(data[:64]) is not None or len(data) >= 64
    assert signing.pair_from_secret(data) is None or len(data) == 32
    assert credentials.unwrap("private-channel", given_.channel, public, data) is None
    for kind in ("private-channel", "enrolment-signature"):
        known = credentials.Enrolled(given_.enrolment.public, given_.channel)
        assert known.rejects(kind, b"statement", data) is not None


@MANY
@given(coefficient=st.integers(-(2**66), 2**66), exponent=st.integers(-40, 40))
def test_a_number_has_one_spelling(coefficient: int, exponent: int) -> None:
    try:
        value = encoding.decimal_from([coefficient, exponent])
    except Malformed:
        return
    assert value == Decimal(coefficient).scaleb(exponent) and encoding.decimal_fields(value) == [coefficient, exponent]


# What a party makes of a message: the state that it ends in, or None if it refuses.
Party = Callable[[bytes], object]


def _endorsed(data: bytes) -> object:
    world, _ = corpus.day("hardened")
    answer = contract.endorse(world.contract, 0, world.peers[0], data)
    return answer if isinstance(answer, Endorsement) else None


def _submitted(data: bytes) -> object:
    world = stage.deployed(corpus.day("hardened")[0].rules, corpus.SEED, ("SM1", "SM2"))
    after, effects = contract.step(world.contract, contract.KeySubmitted(data))
    return None if refused(effects) else after


def _received(data: bytes) -> object:
    replica = stage.deployed(corpus.day("hardened")[0].rules, corpus.SEED, ("SM1", "SM2")).replicas[1]
    after, effects = ordering.step(replica, ordering.Receive(data))
    return None if refused(effects) else after


def _decided(evidence: bytes) -> object:
    world, _ = corpus.day("hardened")
    replica = stage.deployed(world.rules, corpus.SEED, ("SM1", "SM2")).replicas[1]
    header = world.database.ledger[0].block.header
    after, effects = ordering.step(replica, ordering.Decide(header, evidence))
    return None if refused(effects) else after


def _recorded(data: bytes) -> object:
    """The MDMS before it has received anything; a bundle may change in what its rule has it pass over."""
    world, _ = corpus.day("hardened")
    fresh = replace(world.mdms, cursor=0, last=bytes(32), records=())
    after, effects = mdms.step(fresh, mdms.Released(data))
    return None if refused(effects) else (after, [each for each in effects if isinstance(each, Recorded)])


def _took(data: bytes) -> object:
    """A meter at the end of a private channel, which the contract's answer came by."""
    world, _ = corpus.day("charitable")
    after, effects = meter.step(replace(world.meters["SM1"], keys=()), meter.TakeKey(data))
    return None if refused(effects) else after


def _evidence(world_of: str) -> bytes:
    return corpus.day(world_of)[0].database.ledger[0].evidence


def _of_kind(variant: str, kind: str) -> list[bytes]:
    prefix = encoding.encode(Domain(CHAIN, kind), [])[:-1]
    return [data for data in corpus.day(variant)[1] if data.startswith(prefix)]


def _proposal() -> bytes:
    world, _ = corpus.day("hardened")
    return Proposal.make(CHAIN, world.database.ledger[0].block, world.replicas[0].pair).encode(CHAIN)


PARTIES: dict[str, tuple[Party, Callable[[], bytes]]] = {
    "a peer, a transaction": (_endorsed, lambda: _of_kind("hardened", "transaction")[0]),
    "the contract, a registration": (_submitted, lambda: _of_kind("hardened", "registration-submission")[0]),
    "a replica, a proposal": (_received, _proposal),
    "a replica, a certificate": (_decided, lambda: _evidence("hardened")),
    "the MDMS, a bundle": (_recorded, lambda: corpus.bundle("hardened")),
    "a meter, its new key": (_took, lambda: _of_kind("charitable", "registration-response")[0]),
}


@pytest.mark.parametrize("party", PARTIES)
def test_the_genuine_message_is_accepted(party: str) -> None:
    """Or that changed ones are refused would say nothing."""
    accept, message = PARTIES[party]
    assert accept(message()) is not None


@pytest.mark.parametrize("party", PARTIES)
@MANY
@given(data=st.data())
def test_a_changed_message_is_refused_or_has_the_genuine_ones_effect(party: str, data: st.DataObject) -> None:
    accept, message = PARTIES[party]
    outcome = accept(data.draw(hostile(party)))
    assert outcome is None or outcome == accept(message())


@cache
def hostile(party: str) -> st.SearchStrategy[bytes]:
    """The party's genuine message, changed; or any other, changed or not; or rubbish."""
    return corpus.changed(corpus.one_of([PARTIES[party][1]()])) | ANY


@MANY
@given(data=corpus.changed(corpus.one_of(_of_kind("hardened", "transaction"))))
def test_no_changed_transaction_is_endorsed_at_all(data: bytes) -> None:
    assert _endorsed(data) is None


def test_every_single_bit_of_a_transaction_matters() -> None:
    [genuine] = _of_kind("hardened", "transaction")
    for place in range(len(genuine)):
        for bit in range(8):
            changed = genuine[:place] + bytes([genuine[place] ^ 1 << bit]) + genuine[place + 1 :]
            assert _endorsed(changed) is None


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_cut_of_every_message_is_refused_by_every_decoder(variant: str) -> None:
    for data in (*corpus.day(variant)[1], Bundle.decode(CHAIN, corpus.bundle(variant)).header):
        for length in range(len(data)):
            assert not any(_decoded(name, data[:length]) for name in DECODERS)


def _decoded(name: str, data: bytes) -> object | None:
    """What the decoder makes of the bytes; None if it refuses them."""
    try:
        return DECODERS[name].decode(CHAIN, data)
    except Malformed:
        return None
