"""The rules of sovereign-chain as typed values: one point in the family of protocols that a spec file chooses from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from meterproof.lang.formula import Formula
from reference.ledger.application import Carried
from reference.ledger.chain import Counted, Finality, Rounds
from reference.rule_values import check_deployment, read_values

Evidence = Literal["origins-word", "votes-shown"]
Attached = Literal["after-acceptance", "before-vote"]
ScriptSource = Literal["center-at-will", "center-deterministic", "registry"]
Hashed = Literal["header", "header-and-record", "all-parts"]
RecordId = Literal["none", "meter-sequence"]
BlockTime = Literal["three-clocks", "one-increasing"]
Registration = Literal["id-only", "registrar-checked", "certified"]
IdentityNames = Literal["one-id", "per-chain-pseudonym"]
Membership = Literal["at-will", "old-quorum", "epochs"]
Redaction = Literal["origins-word", "unsalted-commitments", "field-commitments", "meter-opens"]
LabelCheck = Literal["none", "schema", "meter-signed"]
ViolationEvidence = Literal["report-only", "re-evaluated"]
JudgedBy = Literal["current-edition", "signed-edition"]
Proposer = Literal["first-receiver", "any-in-turn"]
Appeal = Literal["none", "quorum"]
Denied = Literal["for-ever", "this-request", "scoped"]
Gate = Literal["data-access", "access-and-writes"]
DenialReach = Literal["own-chain", "broadcast", "checkpoint"]
Counter = Literal["written-by-origin", "derived"]
CounterScope = Literal["all-chains", "own-chain"]
TradeOrder = Literal["parallel", "gated"]
ChainReceipts = Literal["none", "record-only", "any-set", "certified"]
TradeLocks = Literal["none", "per-chain", "held", "timeout"]
Shards = Literal["per-chain", "checkpointed"]
ContractChange = Literal["center", "quorum", "quorum-activation"]
MiningGrant = Literal["none", "granted"]
CreditInputs = Literal["unspecified", "all-reports", "in-order", "final-records"]

BEYOND_ONE_ROUND = ("counted", "rounds", "carried", "certificates_checked")
"""Rules of audits and of the change of view, which may be left out: the nodes of `assembly` stay in one round."""

MODEL_ONLY = ("view_change",)
"""Rules that are passed over.

`view_change`: no timers are kept here, so that giving up a view is an event and not a rule.
"""


@dataclass(frozen=True)
class Rules:
    """What the parties check. n is the number of nodes of a chain, f the faults that the design allows for."""

    quorum: Formula
    """Nodes, the origin among them, whose acceptance a block needs (WA-R9, WA-C1)."""
    vote_once: bool
    """A node accepts one block of a height only (WA-C1)."""
    acceptance_evidence: Evidence
    """Whom others believe that a block is accepted: its origin, or the votes (WA-R9, WA-C1)."""
    attached: Attached
    """When script and timestamp come to a block (WA-R10, WA-C2)."""
    script_source: ScriptSource
    """What a script is (WA-R10, WA-R13, WA-C12)."""
    hashed: Hashed
    """What a block's hash covers (WA-R20, WA-R21, WA-C6, WA-C19).

    "header": the header alone, whose Merkle root nobody compares with the data; "header-and-record": the root is that
    of service type and data, and the size is that of the block, and both are checked; "all-parts": as before, and the
    hash is over all six parts.
    """
    record_id: RecordId
    """How nodes tell that a record is on the chain already (WA-R7, WA-C5)."""
    block_time: BlockTime
    """How the times of a block relate (WA-R20, WA-C11)."""
    registration: Registration
    """What an ID takes: an application, one by the person, or a key with a recorded end, too (WA-R3, WA-C17)."""
    identity_names: IdentityNames
    """By what chains name a user (WA-R17, WA-C4)."""
    membership: Membership
    """What brings a validator set into force: a centre's word, the old set, or both sets (WA-R14, WA-R19, WA-C24)."""
    redaction: Redaction
    """What a desensitised record is checked against (WA-R8, WA-C3)."""
    label_check: LabelCheck
    """What a record's service type is checked against (WA-R6, WA-R11, WA-C16)."""
    violation_evidence: ViolationEvidence
    """What a record of a violation rests on (WA-R12, WA-C8)."""
    judged_by: JudgedBy
    """Which edition of the contracts says whether an operation is a violation (WA-R13, WA-C8, WA-C12)."""
    proposer: Proposer
    """Who proposes a record: its first receiver, or any node in its turn (WA-R7, WA-C5)."""
    appeal: Appeal
    """What ends a denial before its time (WA-C9)."""
    denial: Denied
    """What a violation denies its user (WA-R12, WA-C9)."""
    gate: Gate
    """What a denial is looked up for (WA-R12, WA-C26)."""
    denial_reach: DenialReach
    """On which chains a denial has effect (WA-R12, WA-R16, WA-C13)."""
    counter: Counter
    """Who says how many violations there are: the origin, or the blocks (WA-R20, WA-C10)."""
    counter_scope: CounterScope
    """Of which violations it is the number: those on any chain, or on its own (WA-R20, WA-C10)."""
    trade_order: TradeOrder
    """Whether a trade's chains wait for each other (WA-R15, WA-R17, WA-C13)."""
    chain_receipts: ChainReceipts
    """What shows a chain that another has something (WA-R16, WA-C15)."""
    trade_locks: TradeLocks
    """Whether a quantity is locked for one trade at a time (WA-C13)."""
    shards: Shards
    """Whose signatures make a chain's block count on the others: its own nodes', or all nodes' (WA-R16, WA-C14)."""
    credit_inputs: CreditInputs
    """What credit scores are computed from (WA-R15, WA-R23, WA-C23)."""
    contract_change: ContractChange
    """How an edition of the contracts comes into force (WA-R10, WA-R13, WA-C12).

    "center": a centre sends it to the nodes; "quorum": a quorum approves it and the chain registers it, for whoever has
    read of it; "quorum-activation": the same, for what is included from a later height on.
    """
    mining_grant: MiningGrant
    """What lets an extract go to a third party: its wish, or grant, floor and log entry (WA-R22, WA-C21)."""
    rate_limit: bool
    """Each person has a slot of its own in a block (WA-R18, WA-C25)."""
    resilience: Formula | None = None
    """The least n for which the nodes may be deployed (WA-C1); None if the paper asks for nothing."""
    counted: Counted = "positive-votes"
    """Whether any answer accepts a block, or only one whose audit found it valid (WA-R9)."""
    rounds: Rounds = "one"
    """Whether one round of votes makes a block final, or a second, of nodes that saw a quorum in the first (WA-C1)."""
    carried: Carried = "none"
    """What binds the leader of a later view: nothing, any certificate, or the latest of a quorum's (WA-C1)."""
    certificates_checked: bool = False
    """A reported certificate counts only with its quorum of votes (WA-C1)."""

    @staticmethod
    def from_values(values: Mapping[str, object]) -> Rules:
        """The rules with these values, e.g. as a spec file gives them; formulas may be text.

        `resilience` and those of `BEYOND_ONE_ROUND` may be left out or None, and those of `MODEL_ONLY` are passed over.
        Raises InputError for unknown or missing names and for foreign values.
        """
        return Rules(**read_values(Rules, values, ("resilience", *BEYOND_ONE_ROUND), MODEL_ONLY))

    @property
    def finality(self) -> Finality:
        """Whom the shared ledger believes: under `origins-word` the node whose block it is."""
        return "leaders-word" if self.acceptance_evidence == "origins-word" else "certificate"

    def needed_votes(self, n: int, f: int) -> int:
        """The nodes that must accept a block, of n nodes of which at most f are taken to be faulty."""
        return self.quorum.evaluate({"n": n, "f": f})

    def check_deployment(self, n: int, f: int) -> None:
        """Raises InputError if these are fewer nodes than `resilience` asks for, or if f is not in 0..n."""
        check_deployment("nodes", n, f, self.resilience)
