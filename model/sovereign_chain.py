"""sovereign-chain: Wang et al. 2019, power data of a market on several chains, under contracts that obey the law.

`Assembly` is one round of acceptance of a block by "most other" nodes, `Attachment` what is attached to it
afterwards, `Inclusion` which reports get into a block at all, and `BlockTimes` its clocks; the hardened nodes agree
as the replicas of bc-ami do, in `Consensus` and `Progress`. `Contracts` are versions of the rules, and `Shards` nodes
that are divided among chains. `Identity` and `Naming` are who takes part and under which names, `Membership` who
votes, `Redaction` what the original node leaves out of a record. `Services`, `Mining` and `Quotas` are where records
go. `Violations`, `Denials` and `ActionCounter` are what becomes of forbidden operations, `Trading` and `Receipts` a
trade across chains, `CreditRating` what it counts for. The machines share rules, so that a spec chooses each once;
that they compose into one protocol is not shown.
"""

from model.action_counter import ActionCounter
from model.assembly import Assembly, Attachment
from model.block_times import BlockTimes
from model.consensus import Consensus
from model.contracts import Contracts
from model.credit import CreditRating
from model.denials import Denials
from model.identity import Identity, Naming
from model.inclusion import Inclusion
from model.membership import Membership
from model.progress import Progress
from model.receipts import Receipts
from model.redaction import Redaction
from model.services import Mining, Quotas, Services
from model.shards import Shards
from model.trade import Trading
from model.violations import Violations

MACHINES = (
    Assembly, Attachment, Inclusion, BlockTimes, Consensus, Progress, Contracts, Shards, Identity, Naming, Membership,
    Redaction, Services, Mining, Quotas, Violations, Denials, ActionCounter, Trading, Receipts, CreditRating,
)  # fmt: skip
"""What a spec of sovereign-chain has rules for: together they declare its whole rule schema."""
