"""The rules of edge-keys as typed values: one point in the family of protocols that a spec file chooses from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from meterproof.lang.formula import Formula
from reference.ledger.application import Carried
from reference.ledger.chain import Counted, Finality, Rounds
from reference.rule_values import check_deployment, read_values

Acceptance = Literal["votes", "first-solver"]
Evidence = Literal["devices-word", "votes-shown"]
PuzzleName = Literal[
    "none",
    "first-byte-below-4",
    "first-byte-at-most-4",
    "first-byte-below-8",
    "4-zero-bits",
    "8-zero-bits",
    "4-hex-zeros",
]
ForkChoice = Literal["none", "longest-chain"]
PreviousHash = Literal["merkle-root", "whole-header"]
Join = Literal["open", "device-authenticates", "enrolled"]
UpdateSigner = Literal["any-earlier-key", "latest-key", "both-keys"]
RecordLink = Literal["none", "chained"]
Activation = Literal["at-once", "delayed"]
Revocation = Literal["empty-key-signs", "empty-key", "sticky"]
Body = Literal["signature-only", "key-commitment"]
Pruning = Literal["expired-head", "checkpoint"]
KeyCustody = Literal["device", "meter"]
QueryAnswer = Literal["whole-block", "sealed"]
RequesterCheck = Literal["none", "cluster-member", "owner"]
MasterKeys = Literal["fetched", "public-only"]
QueryScope = Literal["local-tail", "read-quorum"]
Migration = Literal["delete-first", "install-first", "two-phase"]
Transfer = Literal["plain", "sealed"]
OnJoin = Literal["recluster", "incremental"]
StopRule = Literal["original-centre", "centroid-to-median", "successive-medians"]
FinalPosition = Literal["centroid", "median"]
EmptyCluster = Literal["kept", "reseeded"]
Reservation = Literal["none", "reserved"]
DelayBound = Literal["per-node", "path"]
OnChange = Literal["kept", "rerouted"]

BEYOND_ONE_VIEW = ("counted", "rounds", "carried", "certificates_checked")
"""Rules of audits and of the change of view, which may be left out: the devices of `acceptance`, which stay in one view
and one round and audit in every variant, have no use for them."""

MODEL_ONLY = ("view_change",)
"""Rules that are passed over: no timers are kept here, so that giving up a view is an event and not a rule."""


@dataclass(frozen=True)
class Rules:
    """What the parties check. n is the number of edge devices, f the faults that the design allows for."""

    acceptance: Acceptance
    """What makes a block part of the chain: confirmations (ZK-R20, R21, R26), or its puzzle's solution (ZK-R29)."""
    quorum: Formula
    """Devices whose confirmations accept a block (ZK-R20, ZK-R21, ZK-R26, ZK-C2)."""
    vote_once: bool
    """A device confirms one block of a height only (ZK-C2)."""
    confirmation_evidence: Evidence
    """What others believe: the proposing device's word, or the confirmations themselves (ZK-C1)."""
    puzzle: PuzzleName
    """The reading of the difficulty (ZK-R29, ZK-C32)."""
    fork_choice: ForkChoice
    """What a device does that hears of a longer branch where puzzles alone accept blocks (ZK-C3)."""
    previous_hash: PreviousHash
    """By what a block names its predecessor (ZK-R23, ZK-C31)."""
    join: Join
    """What a joining meter must show (ZK-R5, ZK-R28, ZK-C29)."""
    update_signer: UpdateSigner
    """Whose signature a new key needs (ZK-R32, ZK-C5, ZK-C8)."""
    record_link: RecordLink
    """Whether what is signed names meter, version, epoch and predecessor (ZK-C8)."""
    activation: Activation
    """When an update becomes active (ZK-C5)."""
    recovery_key: bool
    """A meter has a key of its own for vetoes and revocation (ZK-C5, ZK-C6)."""
    revocation: Revocation
    """What a revoked key leaves behind (ZK-R34, ZK-C6, ZK-C7)."""
    body: Body
    """What a block's body shows of the key that it is about (ZK-R24, ZK-C27)."""
    pruning: Pruning
    """What is forgotten at the head of the chain (ZK-R33, ZK-C30)."""
    key_custody: KeyCustody
    """Who has the private parts of a meter's keys (ZK-R4, ZK-R5, ZK-R7, ZK-C28)."""
    query_answer: QueryAnswer
    """What the holder of a block sends to whoever asks for a key (ZK-R31, ZK-C10)."""
    requester_check: RequesterCheck
    """What a request is checked for (ZK-R31, ZK-C10)."""
    key_replicas: Formula
    """How many devices hold a meter's key bundle (ZK-R24, ZK-R27, ZK-C11)."""
    master_keys: MasterKeys
    """Which keys the master station gets (ZK-R6, ZK-C28)."""
    query_scope: QueryScope
    """Whose chain answers a query (ZK-R30, ZK-C9)."""
    read_quorum: Formula
    """Devices that must answer a query (ZK-C9)."""
    migration: Migration
    """In which order a meter's keys leave one device and reach another (ZK-R20, ZK-C33)."""
    transfer: Transfer
    """How they travel (ZK-R20, ZK-C33)."""
    resilience: Formula | None = None
    """The least n for which the devices may be deployed (ZK-C1); None if the paper asks for nothing."""
    counted: Counted = "positive-votes"
    """Whether any answer confirms a block, or only one whose audit found it valid (ZK-C1)."""
    rounds: Rounds = "one"
    """Whether one round of votes makes a block final, or a second, of devices that saw a quorum in the first."""
    carried: Carried = "none"
    """What binds the leader of a later view: nothing, any certificate, or the latest of a quorum's (ZK-C1)."""
    certificates_checked: bool = False
    """A reported certificate counts only with its quorum of votes (ZK-C1)."""
    capacity_checked: bool = False
    """No device is assigned more meters than it can serve (ZK-R8, ZK-C12, ZK-C15)."""
    on_join: OnJoin = "recluster"
    """Whether a newcomer moves the others (ZK-R19, ZK-R22, ZK-C18)."""
    migration_budget: bool = False
    """A join moves no more than so many meters (ZK-C18)."""
    stop_rule: StopRule = "original-centre"
    """What the clustering compares to know that it is done (ZK-R18, ZK-C16)."""
    final_position: FinalPosition = "centroid"
    """Where a device is put at the end (ZK-R17, ZK-R18, ZK-C16)."""
    empty_cluster: EmptyCluster = "kept"
    """What becomes of a device without meters (ZK-C17)."""
    reservation: Reservation = "none"
    """Whether a route keeps its bandwidth (ZK-R40, ZK-C25)."""
    delay_bound: DelayBound = "per-node"
    """Whether the delay is bounded at each node or along the path (ZK-R40, ZK-C25)."""
    simple_paths: bool = False
    """A route visits no node twice (ZK-C25)."""
    hop_bound: bool = True
    """A route has no more than so many hops (ZK-R40)."""
    on_change: OnChange = "kept"
    """What becomes of routes when a link fails or a meter moves (ZK-R22, ZK-C25)."""

    @staticmethod
    def from_values(values: Mapping[str, object]) -> Rules:
        """The rules with these values, e.g. as a spec file gives them; formulas may be text.

        `resilience` and those of `BEYOND_ONE_VIEW` may be left out or None, and those of `MODEL_ONLY` are passed over.
        Raises InputError for unknown or missing names and for foreign values.
        """
        return Rules(**read_values(Rules, values, ("resilience", *BEYOND_ONE_VIEW), MODEL_ONLY))

    @property
    def finality(self) -> Finality:
        """Whom the shared ledger believes: under `devices-word` the device whose block it is."""
        return "leaders-word" if self.confirmation_evidence == "devices-word" else "certificate"

    def needed_votes(self, n: int, f: int) -> int:
        """The confirmations that a block needs of n devices of which at most f are taken to be faulty."""
        return self.quorum.evaluate({"n": n, "f": f})

    def needed_answers(self, n: int, f: int) -> int:
        """The devices that must answer a query, of n with at most f faulty ones."""
        return self.read_quorum.evaluate({"n": n, "f": f})

    def check_deployment(self, n: int, f: int) -> None:
        """Raises InputError if these are fewer devices than `resilience` asks for, or if f is not in 0..n."""
        check_deployment("devices", n, f, self.resilience)
