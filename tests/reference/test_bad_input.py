"""Bad input is refused by a rule that has a name and a source: points, signatures, certificates, sizes, spellings."""

from __future__ import annotations

from dataclasses import replace

import cbor2
import pytest

from attacks import stage
from reference.bc_ami import contract, database, mdms, ordering
from reference.bc_ami.contract import Contract
from reference.bc_ami.effects import Skipped
from reference.bc_ami.messages import (
    REQUEST,
    SUBMISSION,
    Endorsement,
    Envelope,
    RegistrationRequest,
    RegistrationSubmission,
    Transaction,
    Usage,
)
from reference.bc_ami.metering_honest import finalise
from reference.bc_ami.world import CHAIN, World
from reference.crypto import encoding, sealing, signing
from reference.crypto.encoding import Domain, Malformed
from reference.crypto.randomness import Randomness
from reference.crypto.signing import ORDER, PUBLIC_BYTES, KeyPair
from reference.crypto.timing import Stopwatch, measuring
from reference.ledger.chain import COMMIT, VOTE, Certificate, Vote
from reference.ledger.effects import Effects, Refused, refused
from tests.reference import corpus
from tests.reference.variants import HARDENED, LITERAL, rules

FIELD = 2**256 - 2**32 - 977
"""The prime of secp256k1's coordinates."""
X25519 = 2**255 - 19
SMALL_ORDER = (
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    X25519 - 1,
    X25519,
    X25519 + 1,
)
"""u-coordinates of points of small order, canonical and not (D. J. Bernstein, cr.yp.to/ecdh.html)."""


def world() -> World:
    """A hardened day: SM1 has registered and reported."""
    return corpus.day("hardened")[0]


def transaction() -> Transaction:
    """The report of that day."""
    return Transaction.decode(CHAIN, world().transactions[0])


def endorse(changed: Transaction | bytes) -> Refused:
    """What a peer has against it."""
    data = changed if isinstance(changed, bytes) else changed.encode(CHAIN)
    answer = contract.endorse(world().contract, 0, world().peers[0], data)
    assert isinstance(answer, Refused)
    return answer


def submit(public: bytes) -> tuple[Refused, Contract, Contract]:
    """What the contract has against a public key that a meter submits with its own credential."""
    deployed = stage.deployed(rules(HARDENED), 1)
    pair, given = KeyPair.generate(Randomness.from_seed(9)), deployed.meters["SM1"].credentials
    genuine = _submission(deployed, public)
    shown = given.show("enrolment-signature", genuine.signed_part(CHAIN))
    message = replace(genuine, credential=shown).proven(CHAIN, pair).encode(CHAIN)
    after, effects = contract.step(deployed.contract, contract.KeySubmitted(message))
    refusal = refused(effects)
    assert refusal is not None
    return refusal, after, deployed.contract


def _submission(deployed: World, public: bytes) -> RegistrationSubmission:
    after, _ = stage.registered(deployed, 0)
    return replace(RegistrationSubmission.decode(CHAIN, after.sent(SUBMISSION)[0]), public=public)


def _off_the_curve() -> bytes:
    """A coordinate to which the curve has no point: x^3 + 7 is no square."""
    x = next(x for x in range(2, 100) if pow(x**3 + 7, (FIELD - 1) // 2, FIELD) != 1)
    return b"\x02" + x.to_bytes(32, "big")


def _beyond_the_field() -> bytes:
    """A point of the curve whose coordinate is written with the prime added: a second spelling."""
    x = next(x for x in range(1, 100) if pow(x**3 + 7, (FIELD - 1) // 2, FIELD) == 1)
    return b"\x02" + (FIELD + x).to_bytes(32, "big")


POINTS = {
    "nothing": b"",
    "infinity, one byte": b"\x00",
    "infinity, padded": bytes(PUBLIC_BYTES),
    "off the curve": _off_the_curve(),
    "beyond the field": _beyond_the_field(),
    "all ones": b"\x02" + b"\xff" * 32,
    "an unknown form": b"\x05" + b"\x01" * 32,
    "cut off": KeyPair.of(1).public[:-1],
}


@pytest.mark.parametrize("point", POINTS)
def test_what_is_no_point_of_the_curve_is_not_registered(point: str) -> None:
    refusal, after, before = submit(POINTS[point])
    assert (refusal.rule, refusal.cites) == ("key form", ("IS-C6",)) and after == before
    assert signing.public_key(POINTS[point]) is None and not signing.verify(POINTS[point], b"m", bytes(64))


def test_the_uncompressed_form_of_a_point_is_a_second_spelling_and_too_long() -> None:
    x, y = 0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798, 7
    refusal, after, before = submit(b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big"))
    assert refusal.rule == "encoding" and after == before


def _with(r: int | None = None, s: int | None = None) -> bytes:
    signature = transaction().signature
    return (signature[:32] if r is None else r.to_bytes(32, "big")) + (
        signature[32:] if s is None else s.to_bytes(32, "big")
    )


SIGNATURES = {
    "high s": lambda: _with(s=ORDER - int.from_bytes(transaction().signature[32:], "big")),
    "r is zero": lambda: _with(r=0),
    "s is zero": lambda: _with(s=0),
    "r is the order": lambda: _with(r=ORDER),
    "s is the order": lambda: _with(s=ORDER),
    "all ones": lambda: b"\xff" * 64,
    "cut off": lambda: transaction().signature[:-1],
    "empty": lambda: b"",
}


@pytest.mark.parametrize("kind", SIGNATURES)
def test_what_is_no_signature_is_refused_by_its_form(kind: str) -> None:
    refusal = endorse(replace(transaction(), signature=SIGNATURES[kind]()))
    assert (refusal.rule, refusal.cites) == ("signature form", ("IS-R13", "IS-C8"))


def test_a_signature_of_good_form_by_somebody_else_is_refused_as_such() -> None:
    other = signing.sign(KeyPair.of(5), b"anything")
    assert endorse(replace(transaction(), signature=other)).rule == "signature"


@pytest.mark.parametrize(
    ("field", "most"), [("hid", 32), ("key", 32), ("sealed", 256), ("signature", 64)], ids=lambda each: str(each)
)
def test_an_oversized_field_is_refused_before_anything_is_done_with_it(field: str, most: int) -> None:
    for length in (most + 1, 1 << 20):
        refusal = endorse(replace(transaction(), **{field: bytes(length)}))
        assert refusal.rule == "encoding" and f"at most {most} bytes" in refusal.reason


def test_an_oversized_time_is_refused() -> None:
    body = [*vars(transaction()).values()]
    body[[*vars(transaction())].index("time")] = 2**64
    refusal = endorse(cbor2.dumps([CHAIN, "transaction", body], canonical=True))
    assert refusal.rule == "encoding" and "tag" in refusal.reason  # a bignum, as CBOR has it


def test_a_message_beyond_the_largest_is_not_looked_into() -> None:
    with pytest.raises(Malformed, match="longer than"):
        encoding.decode(Domain(CHAIN, "transaction"), bytes(encoding.LARGEST + 1))


def _spelled(body: bytes) -> bytes:
    return b"\x83" + cbor2.dumps(CHAIN) + cbor2.dumps(REQUEST) + body


SPELLINGS = {
    "duplicate keys": _spelled(b"\xa2\x61a\x01\x61a\x02"),
    "an indefinite length": _spelled(b"\x9f\x40\x40\xff"),
    "a length longer than it needs": _spelled(b"\x82\x58\x01h\x40"),
    "trailing bytes": RegistrationRequest(b"h").encode(CHAIN) + b"\x00",
    "cut off": RegistrationRequest(b"h").encode(CHAIN)[:-1],
    "a tag": _spelled(b"\x82\xc2\x41\x01\x40"),
    "a length beyond the message": _spelled(b"\x82\x5b" + b"\xff" * 8),
    "an array beyond the message": _spelled(b"\x9b" + b"\xff" * 8),
    "nesting without end": _spelled(b"\x81" * 5000 + b"\x01"),
    "text for bytes": _spelled(b"\x82\x61h\x40"),
    "a field too many": _spelled(b"\x83\x41h\x40\x40"),
    "a field too few": _spelled(b"\x81\x41h"),
    "another kind": Usage(stage.READING, 1).encode(CHAIN),
    "another chain": RegistrationRequest(b"h").encode("elsewhere"),
    "nothing": b"",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_is_not_the_canonical_spelling_is_refused_by_the_encoding(spelling: str) -> None:
    deployed = stage.deployed(rules(LITERAL), 1)
    event = contract.KeyRequested(SPELLINGS[spelling], Randomness.from_seed(1))
    after, effects = contract.step(deployed.contract, event)
    refusal = refused(effects)
    assert refusal is not None and refusal.rule == "encoding" and refusal.cites and after == deployed.contract


def test_endorsements_beyond_the_peers_cost_nobody_a_verification() -> None:
    """Whoever fills an envelope with ten thousand endorsements must not keep every replica busy for seconds."""
    peers, data = world().contract.peers, world().transactions[0]
    genuine = tuple(
        Endorsement(i, signing.sign(pair, Endorsement.signed_part(CHAIN, data))) for i, pair in enumerate(world().peers)
    )
    crowd = tuple(Endorsement(i % 7, bytes(64)) for i in range(10_000))
    with measuring(Stopwatch()) as watch:
        assert Envelope(data, genuine + crowd).endorsing_peers(CHAIN, peers) == len(peers)
        assert Envelope(data, crowd).endorsing_peers(CHAIN, peers) == 0
    assert watch.calls == {"verify": 2 * len(peers)}


def evidence(votes: tuple[Vote, ...]) -> bytes:
    return Certificate(votes).encode(CHAIN)


def decide(shown: bytes) -> Refused | None:
    """What a replica at the first height has against this evidence for the day's block."""
    replica = stage.deployed(rules(HARDENED), corpus.SEED, ("SM1", "SM2")).replicas[1]
    header = world().database.ledger[0].block.header
    return refused(ordering.step(replica, ordering.Decide(header, shown))[1])


def genuine_votes() -> tuple[Vote, ...]:
    return Certificate.decode(CHAIN, world().database.ledger[0].evidence, VOTE).votes


def test_the_days_own_certificate_is_taken() -> None:
    assert decide(evidence(genuine_votes())) is None


CERTIFICATES = {
    "a vote too few": (lambda: evidence(genuine_votes()[:-1]), "quorum"),
    "no votes": (lambda: evidence(()), "quorum"),
    "a vote twice": (lambda: evidence((*genuine_votes()[:-1], genuine_votes()[0])), "quorum"),
    "votes out of order": (lambda: evidence(genuine_votes()[::-1]), "canonical"),
    "a vote of nobody's": (lambda: evidence((*genuine_votes()[:-1], replace(genuine_votes()[0], voter=9))), "quorum"),
    "a vote in another's name": (
        lambda: evidence((*genuine_votes()[:-1], replace(genuine_votes()[0], voter=3))), "quorum",
    ),
    "a negative vote": (
        lambda: evidence((*genuine_votes()[:-1], replace(genuine_votes()[-1], positive=False))), "counted",
    ),
    "votes of the other round": (
        lambda: evidence(tuple(replace(vote, kind=COMMIT) for vote in genuine_votes())), "finality",
    ),
    "cut off": (lambda: evidence(genuine_votes())[:-1], "finality"),
    "nothing": (lambda: b"", "finality"),
}  # fmt: skip


@pytest.mark.parametrize("certificate", CERTIFICATES)
def test_a_certificate_that_is_none_is_refused_by_the_rule_that_it_breaks(certificate: str) -> None:
    shown, rule = CERTIFICATES[certificate]
    refusal = decide(shown())
    assert refusal is not None and refusal.rule == rule and refusal.cites


@pytest.mark.parametrize("number", range(len(SMALL_ORDER)))
@pytest.mark.parametrize("top", [0, 1 << 255], ids=["", "top bit set"])
def test_a_point_of_small_order_seals_nothing_though_anybody_knows_its_shared_secret(number: int, top: int) -> None:
    """The shared secret would be zero for every key: whoever sends such a point could have sealed for anybody."""
    pair = world().mdms.pair
    point = (SMALL_ORDER[number] | top).to_bytes(32, "little")
    key, nonce = sealing._derive("x25519-aead", bytes(32), point, pair.public)
    sealed = point + sealing.ChaCha20Poly1305(key).encrypt(nonce, b"99 kWh", b"")
    assert sealing.open_(pair, sealed, b"") is None
    with pytest.raises(ValueError):
        sealing.seal("x25519-aead", point, b"0.25 kWh", b"", Randomness.from_seed(1))


def test_a_point_of_the_twist_opens_nothing() -> None:
    """Half of all coordinates belong to the twist, on which the function is defined too; the seal then does not fit."""
    pair, draw = world().mdms.pair, Randomness.from_seed(4)
    for number in range(64):
        assert sealing.open_(pair, draw.child(number).take(96), b"") is None


@pytest.mark.parametrize("length", [0, 1, 31, 32, 47, 48])
def test_a_seal_that_is_cut_off_opens_nothing(length: int) -> None:
    assert sealing.open_(world().mdms.pair, transaction().sealed[:length], b"") is None


def test_a_meters_own_rubbish_is_passed_over_by_the_mdms_and_said() -> None:
    """A registered meter may sign what nobody can open: the block's other reports must not suffer from it."""
    effects = _released(b"\x00" * 48)
    assert [type(each) for each in effects] == [Skipped] and "not sealed to the MDMS" in effects[0].reason  # type: ignore[union-attr]


def _released(sealed: bytes) -> Effects:
    """The MDMS's effects on a certified block with SM1's report of these sealed bytes, which SM1 itself signed."""
    deployed, _ = stage.registered(stage.deployed(rules(HARDENED), 1), 0)
    deployed, _ = stage.reported(deployed, 0, 1)
    pair, report = deployed.meters["SM1"].keys[0], Transaction.decode(CHAIN, deployed.transactions[0])
    changed = replace(report, sealed=sealed)
    signature = signing.sign(pair, changed.signed_part(CHAIN, "all-fields"))
    data = replace(changed, signature=signature).encode(CHAIN)
    answers = [contract.endorse(deployed.contract, i, peer, data) for i, peer in enumerate(deployed.peers)]
    given = tuple(each for each in answers if isinstance(each, Endorsement))
    after, effects = finalise(deployed, 0, Envelope(data, given).encode(CHAIN))
    assert not refused(effects)
    _, sent = database.step(after.database, database.Transfer(0, after.contract))
    return mdms.step(after.mdms, mdms.Released(sent[0].data))[1]  # type: ignore[union-attr]
