"""bc-ami: Islam et al., *A Blockchain-Enabled Distributed Advanced Metering Infrastructure Secure Communication
(BC-AMI)*, Applied Sciences 12, 7274, 2022. DOI 10.3390/app12147274.

Three machines: `Metering` over an ideal agreed ledger, and two that show how far the ordering service provides that
ledger at one height: `Ordering`, one view as the text has it, with the leader's word; and `Consensus`, across views.
"""

from model.consensus import Consensus
from model.ordering import Ordering
from model.registration import Registration
from model.release import Release
from model.reporting import Reporting


class Metering(Registration, Reporting, Release):
    """Registration, reports, and release to the MDMS, over an ideal ledger, under a Dolev-Yao network."""


MACHINES = (Metering, Ordering, Consensus)
"""What a spec of bc-ami has rules for: together they declare its whole rule schema."""
