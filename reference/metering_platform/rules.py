"""The rules of metering-platform as typed values: one point in the family that a spec file chooses from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from meterproof.lang.formula import Formula
from reference.ledger.application import Carried
from reference.ledger.chain import Counted, Finality, Rounds
from reference.rule_values import check_deployment, read_values

Authorisation = Literal["signature-only", "owner-or-grant", "decided"]
Ownership = Literal["present-owner", "intervals"]
Interfaces = Literal["second-unchecked", "same-token", "one-decision"]
TokenAlgorithm = Literal["from-header", "pinned", "shared-hmac"]
TokenAudience = Literal["none", "per-service"]
TokenBinding = Literal["bearer-anywhere", "bearer", "sender-constrained"]
TokenLife = Literal["for-ever", "expiring"]
Permissions = Literal["in-token", "epoch-compared"]
ClassOne = Literal["encrypted", "plain", "signed"]
ClassTwo = Literal["private-key", "shared-key", "wrapped"]
ClassThree = Literal["md5", "sha256"]
IssuerSignature = Literal["none", "returned", "on-chain"]
CertificateParts = Literal["separate", "one-record"]
Supersession = Literal["none", "latest-stored", "chained"]
ClassChange = Literal["at-will", "governed"]
Json = Literal["any", "canonical"]
Rotation = Literal["none", "on-change"]
PersonalData = Literal["on-chain", "hashed-off-chain", "salted-off-chain"]
SubLedgers = Literal["one-ledger", "mapped", "private-collections"]
SupplierTests = Literal["own-word", "instrument-signed"]
DemandSync = Literal["broadcast", "sequenced"]
UserKeys = Literal["admin-made", "user-made"]
Administration = Literal["one-admin", "examined", "quorum-unnumbered", "quorum"]

CONSENSUS = ("counted", "rounds", "carried", "certificates_checked")
"""Rules of the ledger that may be left out: nobody reports a certificate and no view is changed here."""

MODEL_ONLY = ("view_change", "hash_links", "membership")
"""Rules that are passed over.

`view_change`: no timers are kept here, and the platform's own nodes vote in one view. `hash_links`: blocks of the
ledger are linked by hashes under any rules, and `ledger.fault` checks them (ZD-P15). `membership`: the nodes that vote
stay those of the beginning, whoever is admitted or expelled as a member.
"""


@dataclass(frozen=True)
class Rules:
    """What the platform checks. n is the number of consortium members, f the faulty ones that the design allows for."""

    authorisation: Authorisation
    """What is decided besides the token's signature (ZD-R19, ZD-R21, ZD-R24, ZD-C12)."""
    ownership: Ownership
    """Whose the records of a meter are: the present owner's, or of whoever owned it at their time (ZD-R24, ZD-C13)."""
    interfaces: Interfaces
    """What the second interface, the library call, goes through (ZD-R14, ZD-C20)."""
    token_algorithm: TokenAlgorithm
    """Which algorithm verifies a token: that of its header, the issuer's, or HMAC under one secret (ZD-R20, ZD-C8)."""
    token_audience: TokenAudience
    """Whether a token is for one service (ZD-R19, ZD-C10)."""
    token_binding: TokenBinding
    """Where a token may travel, and whether its bearer shows a key (ZD-R22, ZD-C11)."""
    token_life: TokenLife
    """Whether a token ends (ZD-R5, ZD-R21, ZD-C10)."""
    permissions: Permissions
    """Where permissions stand: in the token, or on the chain, whose epoch it must have (ZD-R22, ZD-C10)."""
    class_one: ClassOne
    """How open data are stored (ZD-R4, ZD-C1)."""
    class_two: ClassTwo
    """What keeps selectively disclosed data secret (ZD-R5, ZD-C2, ZD-C3)."""
    class_three: ClassThree
    """The digest of a file that the chain has (ZD-R6, ZD-R17, ZD-C4)."""
    issuer_signature: IssuerSignature
    """Who signs what is stored, and where the signature is (ZD-R6, ZD-R18, ZD-C5)."""
    custodians: Formula
    """How many members keep a file (ZD-R6, ZD-C6)."""
    certificate_parts: CertificateParts
    """Whether a certificate's information and its file have one record (ZD-R3, ZD-R6, ZD-C15)."""
    supersession: Supersession
    """Which of several records about one thing is valid (ZD-R3, ZD-R11, ZD-C19)."""
    class_change: ClassChange
    """Who lowers the class of a record (ZD-R4, ZD-R5, ZD-C14, ZD-C15)."""
    json: Json
    """Which JSON is taken (ZD-R15, ZD-R16, ZD-C21)."""
    rotation: Rotation
    """Whether what is stored after a change of access has another key (ZD-R5, ZD-C2, ZD-C3)."""
    personal_data: PersonalData
    """Where a user's name and address are (ZD-R24, ZD-C24)."""
    sub_ledgers: SubLedgers
    """What parts one supplier's data from another's (ZD-R10, ZD-R25, ZD-C22)."""
    supplier_tests: SupplierTests
    """Whose word a supplier's tests are (ZD-R25, ZD-C22)."""
    demand_sync: DemandSync
    """How demands reach suppliers (ZD-R25, ZD-C22)."""
    user_keys: UserKeys
    """Who makes a user's key (ZD-R10, ZD-C16)."""
    administration: Administration
    """How many bring about a change of configuration (ZD-R10, ZD-C17, ZD-C18)."""
    quorum: Formula
    """Members whose votes an act of governance and a block need (ZD-C17, ZD-C18)."""
    vote_once: bool
    """A node votes for one block of a height only (ZD-C18)."""
    resilience: Formula | None = None
    """The least n for which the platform may be deployed; None if the paper asks for nothing (ZD-C18)."""
    counted: Counted = "positive-votes"
    """Whether any answer accepts a block, or only a positive one (ZD-C18)."""
    rounds: Rounds = "one"
    """Whether one round of votes makes a block final, or two (ZD-C18)."""
    carried: Carried = "none"
    """What binds the leader of a later view (ZD-C18)."""
    certificates_checked: bool = False
    """A reported certificate counts only with its quorum of votes (ZD-C18)."""

    @staticmethod
    def from_values(values: Mapping[str, object]) -> Rules:
        """The rules with these values, e.g. as a spec file gives them; formulas may be text.

        `resilience` and those of `CONSENSUS` may be left out or None, and those of `MODEL_ONLY` are passed over.
        Raises InputError for unknown or missing names and for foreign values.
        """
        return Rules(**read_values(Rules, values, ("resilience", *CONSENSUS), MODEL_ONLY))

    @property
    def finality(self) -> Finality:
        """Whom others believe that a block is final: the votes."""
        return "certificate"

    def needed_votes(self, n: int, f: int) -> int:
        """The votes that a block, and an act of governance by quorum, needs of n members."""
        return self.quorum.evaluate({"n": n, "f": f})

    def needed_custodians(self, n: int, f: int) -> int:
        """The members that keep a file, of n."""
        return self.custodians.evaluate({"n": n, "f": f})

    def check_deployment(self, n: int, f: int) -> None:
        """Raises InputError if these are fewer members than `resilience` asks for, or if f is not in 0..n."""
        check_deployment("members", n, f, self.resilience)
