"""The rule values of bc-ami's readings and of its hardened variant, as the tests of the reference use them."""

from __future__ import annotations

from collections.abc import Mapping

from reference.bc_ami.rules import Rules

LITERAL: Mapping[str, object] = {
    "key_generation": "contract",
    "credential": "hashed-identity",
    "one_active_key": False,
    "fresh_key": False,
    "signature_scope": "payload",
    "freshness": "none",
    "release_check": "unverified",
    "encryption": "ecies-secp256k1",
    "endorsements": "1",
    "quorum": "2*f+1",
    "resilience": "1",
    "vote_once": False,
    "counted": "responses",
    "finality": "leaders-word",
}
CHARITABLE: Mapping[str, object] = {
    **LITERAL,
    "credential": "private-channel",
    "signature_scope": "all-fields",
    "freshness": "increasing",
    "release_check": "authentic-database",
    "endorsements": "f+1",
    "vote_once": True,
    "counted": "positive-votes",
    "finality": "certificate",
}
HARDENED: Mapping[str, object] = {
    "key_generation": "meter",
    "credential": "enrolment-signature",
    "one_active_key": True,
    "fresh_key": True,
    "signature_scope": "all-fields",
    "freshness": "increasing",
    "release_check": "certified",
    "encryption": "x25519-aead",
    "endorsements": "f+1",
    "quorum": "floor((n+f)/2)+1",
    "resilience": "3*f+1",
    "vote_once": True,
    "counted": "positive-votes",
    "finality": "certificate",
}
VARIANTS: Mapping[str, Mapping[str, object]] = {"literal": LITERAL, "charitable": CHARITABLE, "hardened": HARDENED}


def rules(variant: Mapping[str, object], **changes: object) -> Rules:
    """The variant's rules with some values changed."""
    return Rules.from_values({**variant, **changes})
