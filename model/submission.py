"""The way of a report through the data concentrators (Islam et al. 2022, sections 4.1 and 4.2.3).

A concentrator is the only relay that the text gives a meter, so that a corrupted one keeps from the ledger whatever it
likes (IS-C23). Hardened, a meter hands its report to more concentrators than can be corrupted, or to all that it can
reach if these are fewer; that several relay the same report does no harm, since the ledger takes it once (IS-R20).

A ledger that takes only later times of a meter refuses an earlier report for ever once a later one is on it
(`freshness`), so that a concentrator which passes on the later one alone, or a mere reordering, loses a reading.
Hardened, a meter therefore hands over no report before the last is on the ledger (`one_in_flight`).

What is promised is that a report is included at last, not by when. The network has settled: what is handed over and
relayed arrives. That a report is on the ledger its meter is taken to know at once; a signed receipt tells it later,
when the MDMS has recorded it. Receipts are not modelled here, nor is the window: a report that waits for longer than
it allows would have to be dated anew.
"""

from meterproof.lang import Protocol, action, atleast, exists, flag, formula, parameter, require, rigid, var
from model.reporting import Reporting
from model.vocabulary import EDGE, Concentrator, Report


class Submission(Protocol):
    """Reports of one meter, and the concentrators around it, of which some are corrupted."""

    concentrators = formula(
        "n", "f", removed="1", cites=["IS-R13", "IS-C23"],
        doc="To how many concentrators a meter hands a report; of n, f may be corrupted.",
    )  # fmt: skip
    freshness = Reporting.freshness
    one_in_flight = flag(
        removed=False, cites=["IS-C23", "IS-C7"],
        doc="A meter hands over its next report only when the last is on the ledger.",
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
        """The meter makes the report {r}, later than all that it has made."""
        require(~exists(Report, lambda q: s.made[q] & (q >= r)))
        return s.set(made={r: True})

    @action(cites="IS-R1 IS-R13 IS-C23")
    def hand_over(s, r: Report, d: Concentrator):
        """The meter hands {r} to {d}."""
        require(s.made[r] & s.reachable[d] & ~s.handed[r, d])
        enough = atleast(s.rules.concentrators, Concentrator, lambda e: s.handed[r, e])
        require(~enough, "IS-R13 IS-C23", rule="concentrators")
        if s.rules.one_in_flight:
            waiting = exists(Report, lambda q: (q < r) & s.made[q] & ~s.included[q])
            require(~waiting, "IS-C23 IS-C7", rule="one_in_flight")
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

    @action(cites="IS-R15 IS-C7")
    def include(s, r: Report):
        """The ordering service puts the relayed {r} into the ledger."""
        require(s.relayed[r] & ~s.included[r])
        if s.rules.freshness == "increasing":
            later = exists(Report, lambda q: s.included[q] & (q > r))
            require(~later, "IS-R20 IS-C7", rule="freshness")
        return s.set(included={r: True})
