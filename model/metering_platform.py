"""metering-platform: Zhao et al. 2023, metering data of three classes served from a consortium chain.

`Register` is whose an asset is and was, `Access` what is decided of a request, `Tokens` who is believed to ask, and
`Revocation` how long a right that has ended goes on. `Confidential` is what of class II anybody can derive, `Erasure`
what is personal. `PublicRecords` are of class I, `Certificates` files of class III and what vouches for them, which
`Custodians` keep; `Supersession` is which of them is in force, `Classes` who changes a class, `Documents` what bytes
mean, `Links` what hashes show. `Suppliers`, `SupplierTests` and `Demands` are the suppliers' business;
`Administration`, `UserKeys` and `Membership` who runs the platform. The paper has no consensus; the hardened nodes
agree as the replicas of bc-ami do, in `Consensus` and `Progress`. The machines share rules, so that a spec chooses each
once; that they compose into one protocol is not shown.
"""

from model.access import Access, Register
from model.administration import Administration, UserKeys
from model.certificates import Certificates, PublicRecords
from model.classes import Classes
from model.confidential import Confidential
from model.consensus import Consensus
from model.custodians import Custodians
from model.demands import Demands
from model.documents import Documents
from model.erasure import Erasure
from model.links import Links
from model.membership import Membership
from model.progress import Progress
from model.revocation import Revocation
from model.supersession import Supersession
from model.suppliers import Suppliers, SupplierTests
from model.tokens import Tokens

MACHINES = (
    Register, Access, Tokens, Revocation, Confidential, Erasure, PublicRecords, Certificates, Custodians, Supersession,
    Classes, Documents, Links, Suppliers, SupplierTests, Demands, Administration, UserKeys, Membership, Consensus,
    Progress,
)  # fmt: skip
"""What a spec of metering-platform has rules for: together they declare its whole rule schema."""
