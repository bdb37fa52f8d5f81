"""Who asks for a meter's bundle, and what the device that keeps it hands out (Zhai et al., 2 and 2.2.1; ZK-R6, ZK-R31).

A request comes through a device, for a meter that has signed it or for the device itself. As published the answer is
all of the block's information, in clear, so that the device that asked reads it on its way. Hardened, the request has
to be signed by the bundle's own meter, and the answer is sealed to the certified key of whoever has signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reference.crypto import encoding, sealing, signing
from reference.crypto.encoding import HASH, SIGNATURE, Domain, Malformed, UpTo
from reference.crypto.randomness import Randomness
from reference.crypto.sealing import SealingPair
from reference.crypto.signing import KeyPair
from reference.edge_keys.bundles import SCHEME, SEALED, SECRET, Bundle
from reference.edge_keys.rules import QueryAnswer, Rules
from reference.ledger.effects import Refused

QUERY, ANSWER, FETCHED = "bundle-query", "bundle-answer", "fetched-key"
NOBODY = b""
"""The requester where a device asks for itself."""


@dataclass(frozen=True)
class Certified:
    """The public keys of a meter that all know: the one that it signs with, and the one that is sealed to."""

    signing: bytes
    sealing: bytes


@dataclass(frozen=True)
class BundleQuery:
    """`requester` wants the bundle of `meter`, through the device `via`. Whoever asks has signed it."""

    meter: bytes
    requester: bytes
    via: int
    signature: bytes = b""

    def signed(self, chain: str, pair: KeyPair) -> BundleQuery:
        return replace(self, signature=signing.sign(pair, self.signed_part(chain)))

    def signed_part(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, "signed-" + QUERY), [self.meter, self.requester, self.via])

    def asked_by(self, chain: str, known: Mapping[bytes, Certified]) -> bool:
        """Whether the meter that it names as requester has signed it."""
        keys = known.get(self.requester)
        return keys is not None and signing.verify(keys.signing, self.signed_part(chain), self.signature)

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, QUERY), [self.meter, self.requester, self.via, self.signature])

    @staticmethod
    def decode(chain: str, data: bytes) -> BundleQuery:
        return BundleQuery(*encoding.decode_fields(Domain(chain, QUERY), data, HASH, HASH, int, SIGNATURE))


@dataclass(frozen=True)
class BundleAnswer:
    """The bundle for a query: in clear, or sealed to its requester."""

    query: bytes
    content: bytes

    def opened(self, chain: str, rule: QueryAnswer, pair: SealingPair | None) -> Bundle | None:
        """The bundle, for whoever has the requester's sealing `pair`, or for everybody; None for all else."""
        content: bytes | None = self.content
        if rule == "sealed":
            content = None if pair is None else sealing.open_(pair, self.content, self.query)
        try:
            return Bundle.decode(chain, content) if content is not None else None
        except Malformed:
            return None

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, ANSWER), [self.query, self.content])

    @staticmethod
    def decode(chain: str, data: bytes) -> BundleAnswer:
        return BundleAnswer(*encoding.decode_fields(Domain(chain, ANSWER), data, UpTo(512), SEALED))


@dataclass(frozen=True)
class FetchedKey:
    """A meter's private key on its way to the master station, through a device (ZK-R6, ZK-C28)."""

    meter: bytes
    via: int
    secret: bytes

    def encode(self, chain: str) -> bytes:
        return encoding.encode(Domain(chain, FETCHED), [self.meter, self.via, self.secret])

    @staticmethod
    def decode(chain: str, data: bytes) -> FetchedKey:
        return FetchedKey(*encoding.decode_fields(Domain(chain, FETCHED), data, HASH, int, SECRET))


def answer(
    rules: Rules,
    chain: str,
    data: bytes,
    kept: Mapping[bytes, bytes],
    known: Mapping[bytes, Certified],
    clusters: Mapping[bytes, int],
    randomness: Randomness,
) -> BundleAnswer | Refused:
    """What a correct device that has the bundles `kept` answers, or why it does not.

    `known` are the certified keys of all meters, `clusters` the device of the cluster that each is in.
    """
    try:
        query = BundleQuery.decode(chain, data)
    except Malformed as malformed:
        return Refused("encoding", str(malformed), ("ZK-R31",))
    bundle = kept.get(query.meter)
    if bundle is None:
        return Refused("storage", "the device does not keep this bundle", ("ZK-R31",))
    if (refusal := _refuses(rules, query, chain, known, clusters)) is not None:
        return refusal
    if rules.query_answer == "whole-block":
        return BundleAnswer(data, bundle)
    recipient = known.get(query.requester or query.meter)
    if recipient is None:
        return Refused("query_answer", "whoever asks has no certified key", ("ZK-C10",))
    return BundleAnswer(data, sealing.seal(SCHEME, recipient.sealing, bundle, data, randomness))


def _refuses(
    rules: Rules, query: BundleQuery, chain: str, known: Mapping[bytes, Certified], clusters: Mapping[bytes, int]
) -> Refused | None:
    """Why the request is not valid, by the rule `requester_check`. What its own meter has signed always is."""
    by_owner = query.requester == query.meter and query.asked_by(chain, known)
    match rules.requester_check:
        case "owner" if not by_owner:
            return Refused("requester_check", "the bundle's own meter has not signed the request", ("ZK-C10",))
        case "cluster-member" if not by_owner and clusters.get(query.meter) != query.via:
            return Refused("requester_check", "the meter is in the cluster of another device", ("ZK-R5", "ZK-C10"))
        case _:
            return None
