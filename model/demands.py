"""How suppliers get the demands for equipment, and the company knows that they have them (Zhao et al. 2023, 5.3).

The company puts its demands on the chain and synchronises them with its suppliers, who plan their production by them
(ZD-R25); how, is not said (ZD-C22). As published a demand is broadcast to the supplier. Messages get lost, come twice
or out of order, and a supplier's system may stop after it has got a demand and before it has planned it. Hardened, the
demands to one supplier are numbered. It plans each in its turn and notes that in the same write to stable storage;
then it acknowledges, and again whenever the demand comes again. The company sends until it has the acknowledgement;
what it has issued, and what is acknowledged, is on the ledger.

One supplier is looked at, as what goes to others is a sequence of its own. Messages are not forged, as they are signed.
From some time on the network loses nothing, and systems stay up; the supplier can't know from when.
"""

from meterproof.lang import Protocol, action, choice, forall, implies, require, var
from model.vocabulary import CR, NET, Notice


class Demands(Protocol):
    """Any number of demands of one supplier."""

    demand_sync = choice(
        "broadcast", "sequenced", removed="broadcast", cites=["ZD-R25", "ZD-C22"],
        doc="How a demand gets to its supplier: it is sent once, and planned when it comes; or with a number, until "
        "the supplier has acknowledged that it is planned, each once and in its turn.",
    )  # fmt: skip

    issued = var(Notice, doc="the company has issued the demand")
    under_way = var(Notice, doc="a message with the demand is under way")
    arrived = var(Notice, doc="the supplier's system has the demand before it, in memory only")
    planned = var(Notice, doc="the demand is in the supplier's plan, in stable storage")
    twice = var(Notice, ghost=True, doc="the demand is in the plan twice")
    answered = var(Notice, doc="the supplier's acknowledgement is under way")
    confirmed = var(Notice, doc="the company takes it that the supplier has the demand")
    settled = var(doc="from here on no message is lost and no system stops")

    @action(cites="ZD-R25")
    def issue(s, n: Notice):
        """The company issues {n} and sends it to the supplier."""
        require(~s.issued[n] & forall(Notice, lambda m: implies(m < n, s.issued[m])))
        sent = {"issued": {n: True}, "under_way": {n: True}}
        return s.set(**sent, confirmed={n: True}) if s.rules.demand_sync == "broadcast" else s.set(**sent)

    @action(cites="ZD-R25")
    def receive(s, n: Notice):
        """{n} comes to the supplier's system."""
        require(s.under_way[n] & ~s.arrived[n])
        return s.set(arrived={n: True}, under_way={n: False})

    @action(cites="ZD-R25 ZD-C22")
    def plan(s, n: Notice):
        """The supplier plans for {n}."""
        require(s.arrived[n])
        if s.rules.demand_sync == "sequenced":
            require(is_next_to_plan(s, n), "ZD-C22", rule="demand_sync")
        answer = {"answered": {n: True}} if s.rules.demand_sync == "sequenced" else {}
        return s.set(planned={n: True}, arrived={n: False}, twice={n: s.twice[n] | s.planned[n]}, **answer)

    @action(cites="ZD-C22")
    def answer_again(s, n: Notice):
        """The supplier, which has planned for {n} before, acknowledges it again."""
        require(s.rules.demand_sync == "sequenced", "ZD-C22", rule="demand_sync")
        require(s.arrived[n] & s.planned[n])
        return s.set(arrived={n: False}, answered={n: True})

    @action(cites="ZD-C22")
    def confirm(s, n: Notice):
        """The company gets the acknowledgement of {n}."""
        require(s.answered[n] & ~s.confirmed[n])
        return s.set(confirmed={n: True})

    @action(cites="ZD-C22")
    def send_again(s, n: Notice):
        """The company sends {n} again, which is not acknowledged."""
        require(s.rules.demand_sync == "sequenced", "ZD-C22", rule="demand_sync")
        require(s.issued[n] & ~s.confirmed[n] & ~s.under_way[n])
        return s.set(under_way={n: True})

    @action(needs=NET, cites="ZD-C22")
    def lose(s, n: Notice):
        """The network loses {n} on its way."""
        require(s.under_way[n] & ~s.settled)
        return s.set(under_way={n: False})

    @action(needs=NET, cites="ZD-C22")
    def repeat(s, n: Notice):
        """The network brings {n} once more."""
        require(s.issued[n] & ~s.under_way[n])
        return s.set(under_way={n: True})

    @action(needs=NET, cites="ZD-C22")
    def lose_answer(s, n: Notice):
        """The network loses the acknowledgement of {n}."""
        require(s.answered[n] & ~s.settled)
        return s.set(answered={n: False})

    @action(needs=CR, cites="ZD-C22")
    def crash(s):
        """The supplier's system stops, and starts again with what is in stable storage."""
        require(~s.settled)
        return s.set(arrived={...: False})

    @action
    def settle(s):
        """The network and the supplier's system work from here on."""
        require(~s.settled)
        return s.set(settled=True)


def is_next_to_plan(s, n):
    """All demands before this one are planned, and it is not."""
    return ~s.planned[n] & forall(Notice, lambda m: implies(m < n, s.planned[m]))
