"""The way of a report through the data concentrators (Islam et al. 2022, sections 4.1 and 4.2.3).

A concentrator is the only relay that the text gives a meter, so that a corrupted one keeps from the ledger whatever it
likes (IS-C23). Hardened, a meter hands its report to more concentrators than can be corrupted, or to all that it can
reach if these are fewer; that several relay the same report does no harm, since the ledger takes it once (IS-R20).

What is promised is that a report is included at last, not by when. The network has settled: what is handed over and
relayed arrives. Signed receipts, by which a meter would find out who drops its reports, are not modelled.
"""

from meterproof.lang import Protocol, action, atleast, formula, parameter, require, rigid, var
from model.vocabulary import EDGE, Concentrator, Report


class Submission(Protocol):
    """Reports of one meter, and the concentrators around it, of which some are corrupted."""

    concentrators = formula(
        "n", "f", removed="1", cites=["IS-R13", "IS-C23"],
        doc="To how many concentrators a meter hands a report; of n, f may be corrupted.",
    )  # fmt: skip

    f = parameter(Concentrator, default="n-1", doc="design bound on corrupted concentrators")
    corrupted = rigid(Concentrator, at_most="f", doc="the concentrator is corrupted")
    reachable = rigid(Concentrator, doc="what the meter sends to the concentrator arrives")

    made = var(Report, doc="the meter has made the report, which is valid")
    handed = var(Report, Concentrator, doc="the concentrator has got the report from the meter")
    relayed = var(Report, doc="some concentrator has passed the report on to the contract and its peers")
    included = var(Report, doc="the report is on the ledger")

    @action(cites="IS-R11")
    def make(s, r: Report):
        """The meter makes the report {r}."""
        require(~s.made[r])
        return s.set(made={r: True})

    @action(cites="IS-R1 IS-R13 IS-C23")
    def hand_over(s, r: Report, d: Concentrator):
        """The meter hands {r} to {d}."""
        require(s.made[r] & s.reachable[d] & ~s.handed[r, d])
        enough = atleast(s.rules.concentrators, Concentrator, lambda e: s.handed[r, e])
        require(~enough, "IS-R13 IS-C23", rule="concentrators")
        return s.set(handed={(r, d): True})

    @action(cites="IS-R13 IS-R14")
    def relay(s, r: Report, d: Concentrator):
        """The correct {d} passes {r} on to the contract and collects endorsements."""
        require(~s.corrupted[d] & s.handed[r, d] & ~s.relayed[r])
        return s.set(relayed={r: True})

    @action(needs=EDGE, cites="IS-C23")
    def relay_at_will(s, r: Report, d: Concentrator):
        """The corrupted {d} passes {r} on, as it need not."""
        require(s.corrupted[d] & s.handed[r, d] & ~s.relayed[r])
        return s.set(relayed={r: True})

    @action(cites="IS-R15")
    def include(s, r: Report):
        """The ordering service puts the relayed {r} into the ledger."""
        require(s.relayed[r] & ~s.included[r])
        return s.set(included={r: True})
