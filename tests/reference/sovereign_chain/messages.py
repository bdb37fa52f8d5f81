"""A message of each kind that is sent of editions, extracts, records on their way, and events, all well formed."""

from __future__ import annotations

from reference.crypto.signing import KeyPair
from reference.sovereign_chain.mining import Extract, Measured, Permission, Release, Request
from reference.sovereign_chain.quotas import Change
from reference.sovereign_chain.registry import Act, Delivery, Judgement, Registration
from reference.sovereign_chain.services import Indexed
from reference.sovereign_chain.signed import Signed


def editions_and_services(chain_id: str, pair: KeyPair) -> tuple[bytes, ...]:
    """Their bytes, under the signature of this key."""
    one, word = bytes(32), "load research"
    messages: tuple[Signed, ...] = (
        *(Act(one), Delivery(b"a file"), Judgement(0, one, 3, one, "deny")),
        *(Measured(one, 3, 4_200), Permission(one, word, 0, True), Request(one, word, 1, (one,))),
        *(Extract(b"a request", 4_200), Release(b"a request", one)),
        *(Indexed(3, b"a record", -1), Change(one, 7, 0)),
    )
    signed = (each.signed(chain_id, pair).encode(chain_id) for each in messages)
    return Registration(b"a file", b"votes").encode(chain_id), *signed
