"""Endorsement of reports by peers of which some may be faulty (Islam et al. 2022, section 4.2.3; IS-R14, IS-C22).

`Metering` endorses in one step: some correct peer executes the contract on the transaction. This machine shows what
policy makes it so. A peer executes the contract on a report as the ledger then stands, and signs; a key may be
registered before and replaced after. Whoever collects the signatures can't make them up, only leave them out.
"""

from meterproof.lang import Protocol, action, atleast, parameter, require, rigid, var
from model.reporting import Reporting
from model.vocabulary import BYZ, Peer, Report
from model.voting import Voting


class Endorsement(Protocol):
    """Any number of reports on the wire, each shown to any peers."""

    endorsements = Reporting.endorsements
    resilience = Voting.resilience

    f = parameter(Peer, default="floor((n-1)/3)", resilience="resilience", doc="design bound on faulty peers")
    faulty = rigid(Peer, at_most="f", doc="the peer is corrupted")

    good = var(Report, doc="the contract finds the report's meter registered and its signature good, as things stand")
    endorsed = var(Peer, Report, doc="the peer has signed the report")
    checked = var(Peer, Report, ghost=True, doc="the peer has executed the contract on the report and found it good")
    accepted = var(Report, doc="the report is in the ledger")

    @action(cites="IS-R9 IS-R13")
    def register_key(s, x: Report):
        """The key that {x} is signed with is registered."""
        require(~s.good[x])
        return s.set(good={x: True})

    @action(cites="IS-R9 IS-C12")
    def replace_key(s, x: Report):
        """The key that {x} is signed with is replaced."""
        require(s.good[x])
        return s.set(good={x: False})

    @action(cites="IS-R13 IS-R14")
    def endorse(s, p: Peer, x: Report):
        """{p} executes the contract on {x}, finds it good and signs it."""
        require(~s.faulty[p] & s.good[x] & ~s.endorsed[p, x], "IS-R13")
        return s.set(endorsed={(p, x): True}, checked={(p, x): True})

    @action(needs=BYZ, cites="IS-C22")
    def endorse_anything(s, p: Peer, x: Report):
        """The faulty {p} signs {x}, whatever the contract says."""
        require(s.faulty[p] & ~s.endorsed[p, x])
        return s.set(endorsed={(p, x): True})

    @action(cites="IS-R14 IS-R15 IS-C22")
    def accept(s, x: Report):
        """Replicas find enough endorsements on {x} and put it into the ledger."""
        require(~s.accepted[x])
        require(atleast(s.rules.endorsements, Peer, lambda p: s.endorsed[p, x]), "IS-R14", rule="endorsements")
        return s.set(accepted={x: True})
