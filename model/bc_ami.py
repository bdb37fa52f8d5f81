"""bc-ami: Islam et al., *A Blockchain-Enabled Distributed Advanced Metering Infrastructure Secure Communication
(BC-AMI)*, Applied Sciences 12, 7274, 2022. DOI 10.3390/app12147274.

`Metering` is over an ideal agreed ledger. Two machines show how far the ordering service provides that ledger at one
height: `Ordering`, one view as the text has it, with the leader's word; and `Consensus`, across views, which `Progress`
continues where the network settles. The others are about one concern each and need little of a ledger: `Endorsement` of
reports and `Execution` of the contract by peers, `Submission` through the concentrators, `Secrecy` of usage data, and
`Pseudonyms`, the names on the ledger. The machines share rules, so that a spec chooses each once; that they compose
into one protocol is not shown.
"""

from model.consensus import Consensus
from model.endorsement import Endorsement
from model.execution import Execution
from model.ordering import Ordering
from model.progress import Progress
from model.pseudonyms import Pseudonyms
from model.registration import Registration
from model.release import Release
from model.reporting import Reporting
from model.secrecy import Secrecy
from model.submission import Submission


class Metering(Registration, Reporting, Release):
    """Registration, reports, and release to the MDMS, over an ideal ledger, under a Dolev-Yao network."""


MACHINES = (Metering, Ordering, Consensus, Progress, Endorsement, Execution, Submission, Secrecy, Pseudonyms)
"""What a spec of bc-ami has rules for: together they declare its whole rule schema."""
