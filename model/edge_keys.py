"""edge-keys: Zhai et al., distributed management of smart meters' keys by a blockchain and K-means (in Chinese).

Edge computing devices, placed by clustering the meters, keep the meters' keys and are the nodes of a chain of key
records. `Acceptance` is one round of confirmations of one record, as the text has it in three ways, and `Burial` what
becomes of a record under others. The hardened devices agree as the replicas of bc-ami do, in `Consensus` and
`Progress`. `KeyRecords` is the life of a meter's key over an ideal agreed chain; `Custody` is about who can read
which private key, `Queries` about answers that are out of date, `Migration` about a meter that changes its device,
`Assignment` about what devices have room for, and `Routing` about paths between them. The machines share rules, so
that a spec chooses each once; that they compose into one protocol is not shown.
"""

from model.acceptance import Acceptance
from model.assignment import Assignment
from model.burial import Burial
from model.consensus import Consensus
from model.custody import Custody
from model.key_records import KeyRecords
from model.migration import Migration
from model.progress import Progress
from model.queries import Queries
from model.routing import Routing

MACHINES = (Acceptance, Burial, Consensus, Progress, KeyRecords, Custody, Queries, Migration, Assignment, Routing)
"""What a spec of edge-keys has rules for: together they declare its whole rule schema."""
