"""The rules of bc-ami as typed values: one point in the family of protocols that a spec file chooses from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from meterproof.lang.formula import Formula
from reference.crypto.sealing import Encryption
from reference.ledger.application import Carried
from reference.ledger.chain import Counted, Finality, Rounds
from reference.rule_values import check_deployment, read_values

KeyGeneration = Literal["contract", "meter"]
Epochs = Literal["none", "increasing"]
Credential = Literal["hashed-identity", "private-channel", "enrolment-signature"]
SignatureScope = Literal["payload", "all-fields"]
Freshness = Literal["none", "increasing"]
Window = Literal["none", "block-time"]
ReleaseCheck = Literal["unverified", "authentic-database", "certified"]
Receipts = Literal["none", "unsigned", "signed"]
MdmsKeys = Literal["single", "per-epoch", "erased"]

BEYOND_ONE_VIEW = ("rounds", "carried", "certificates_checked")
"""Rules of the change of view, which may be left out: the replicas of `consensus` obey them, those of `ordering`, which
stay in one view and one round, have no use for them."""

MODEL_ONLY = ("sealed_with", "concentrators", "one_in_flight", "identity", "view_change")
"""Rules that are passed over, since the parties here have no use for them. In every variant reports are sealed to the
MDMS (encryption with a private key is undefined on elliptic curves, IS-C9); a meter has one concentrator and one
name, and sends its reports in order without waiting for the last to be on the ledger: honest leaders keep the order,
while one that omits a report and includes a later one of the same meter keeps the first off the ledger for good."""


@dataclass(frozen=True)
class Rules:
    """What the parties check. n is the number of replicas (and peers), f the faults that the design allows for."""

    key_generation: KeyGeneration
    """Who draws a signing key: the contract (IS-R6) or the meter (IS-C5)."""
    credential: Credential
    """What a registration must show: the bare HID (IS-C1), the private channel (IS-R8), or an enrolment signature."""
    one_active_key: bool
    """A new registration ends the meter's earlier keys (IS-C12)."""
    epochs: Epochs
    """Whether a registration must name a later epoch than all before it of its meter, and a transaction its key's."""
    signature_scope: SignatureScope
    """What the meter's signature covers: only the sealed usage, or every field of the transaction (IS-C7)."""
    freshness: Freshness
    """Whether a meter's times must increase strictly on the ledger (IS-R20, IS-C7)."""
    window: Window
    """Whether a report's time must be within a window around the time of its block (IS-C7)."""
    release_check: ReleaseCheck
    """What the MDMS checks before it decrypts a block's data (IS-C10)."""
    receipts: Receipts
    """Whether the MDMS sends receipts for what it has recorded, and signs them (IS-C23, IS-C33)."""
    encryption: Encryption
    """How usage data is sealed to the MDMS."""
    mdms_keys: MdmsKeys
    """Whether the MDMS decrypts with one key for ever, or with one an epoch that it keeps or erases (IS-C11)."""
    endorsements: Formula
    """Distinct peers whose endorsement a transaction needs (IS-C22)."""
    quorum: Formula
    """Replicas whose votes finalise a block (IS-R15, IS-C14)."""
    vote_once: bool
    """A replica answers one candidate of a height and view only (IS-C17)."""
    counted: Counted
    """Whether any response counts, or only positive votes for the same block (IS-C16)."""
    finality: Finality
    """What others believe: the leader's word, or the votes themselves (IS-C18)."""
    resilience: Formula | None = None
    """The least n for which the replicas may be deployed (IS-C19); None if the paper asks for nothing."""
    rounds: Rounds = "one"
    """Whether one round of votes makes a block final, or a second, of replicas that saw a quorum in the first."""
    carried: Carried = "none"
    """What binds the leader of a later view: nothing, any certificate, or the latest of a quorum's (IS-C17)."""
    certificates_checked: bool = False
    """A reported certificate counts only with its quorum of votes (IS-C18)."""

    @staticmethod
    def from_values(values: Mapping[str, object]) -> Rules:
        """The rules with these values, e.g. as a spec file gives them; formulas may be text.

        `resilience` and those of `BEYOND_ONE_VIEW` may be left out or None, and those of `MODEL_ONLY` are passed over.
        Raises InputError for unknown or missing names and for foreign values.
        """
        return Rules(**read_values(Rules, values, optional=("resilience", *BEYOND_ONE_VIEW), passed_over=MODEL_ONLY))

    def needed_votes(self, n: int, f: int) -> int:
        """The quorum for n replicas of which at most f are taken to be faulty."""
        return self.quorum.evaluate({"n": n, "f": f})

    def needed_endorsements(self, n: int, f: int) -> int:
        """The endorsements that n peers, at most f of them faulty, must give."""
        return self.endorsements.evaluate({"n": n, "f": f})

    def check_deployment(self, n: int, f: int) -> None:
        """Raises InputError if these are fewer replicas than `resilience` asks for, or if f is not in 0..n."""
        check_deployment("replicas", n, f, self.resilience)
