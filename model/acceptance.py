"""How the chain of edge devices accepts a key record (Zhai et al., sections 2 and 2.2.1).

The devices are the chain's replicas (ZK-R9). One slot is modelled, one version of one meter's key, and the records that
compete for it, each the block that it makes (ZK-R29). Whichever device a request reaches may propose one, and two do
where a meter asks twice, or where its key has been copied. The text gives three rules by which a record is accepted:
the confirmations of half of the devices or more (ZK-R20, ZK-R21), those of all (ZK-R26), and whoever solves the block's
puzzle first, who asks nobody else (ZK-R29). A correct device proposes one record, and one that finds a solution takes
its own side: it confirms the record, or has it as final.

What is broadcast is a member of a relation that only grows, and a device acts on it at any time, or never. So a
partition needs no move of its own: it is the runs in which nobody acts on what the other side has sent. A silent device
is a faulty one that does nothing. Proposals, confirmations and announcements are signed: nobody else's can be made up.
Time, and how hard a puzzle is, are not modelled: any device may find a solution at any time, also when another has.
"""

from meterproof.lang import action, choice, exists, require, rigid, var
from model.ordering import enough
from model.vocabulary import BYZ, HASH, Block, Replica
from model.voting import Voting


class Acceptance(Voting):
    """One version of one meter's key, any number of edge devices and competing records."""

    acceptance = choice(
        "votes", "first-solver", removed="first-solver", cites=["ZK-R20", "ZK-R26", "ZK-R29", "ZK-C1", "ZK-C3"],
        doc="Whether a record is final on enough confirmations, or, for each device, the first solved one that it "
        "hears of is.",
    )  # fmt: skip
    confirmation_evidence = choice(
        "devices-word", "votes-shown", removed="devices-word", cites=["ZK-R21", "ZK-C1", "ZK-C2"],
        doc="Whom a device believes that a record is confirmed: the device that proposed it, or the confirmations, "
        "which it sees.",
    )  # fmt: skip
    puzzle = choice(
        "none", "first-byte-below-4", "first-byte-at-most-4", "first-byte-below-8", "4-zero-bits", "8-zero-bits",
        "4-hex-zeros", removed="none", cites=["ZK-R29", "ZK-C4", "ZK-C32"],
        doc="What a block's hash must look like. In the model any puzzle is the same, and only solved blocks are "
        "confirmed where there is one.",
    )  # fmt: skip
    previous_hash = choice(
        "merkle-root", "whole-header", removed="merkle-root", cites=["ZK-R23", "ZK-C31"],
        doc="What a block's link to the one before it covers. The model has no headers; the reference hashes them.",
    )  # fmt: skip

    proposer = rigid(Block, to=Replica, doc="the device that was asked for the record")

    proposed = var(Block, doc="its device has signed the record and broadcast it")
    solved = var(Block, doc="somebody has solved the block's puzzle and broadcast the block")
    vote = var(Replica, Block, doc="the device has signed a confirmation of the record")
    announced = var(Block, doc="its device says that the record is confirmed")
    decided = var(Replica, Block, doc="the device holds the record as final")

    @action(cites="ZK-R9 ZK-R28")
    def propose(s, r: Replica, b: Block):
        """{r} signs the record of {b}, which it was asked for, and broadcasts it."""
        require(~s.faulty[r] & (s.proposer[b] == r))
        require(~exists(Block, lambda b2: ~s.faulty[s.proposer[b2]] & (s.proposer[b2] == r) & s.proposed[b2]))
        return s.set(proposed={b: True})

    @action(needs=BYZ)
    def propose_at_will(s, r: Replica, b: Block):
        """The faulty {r} signs the record of {b}, whatever it was asked for, and broadcasts it."""
        require(s.faulty[r] & (s.proposer[b] == r) & ~s.proposed[b])
        return s.set(proposed={b: True})

    @action(cites="ZK-R29 ZK-C3")
    def solve(s, r: Replica, b: Block):
        """{r} solves the puzzle of {b}, the first to its knowledge, and broadcasts the block."""
        _is_competed_for(s)
        require(~s.faulty[r] & s.proposed[b] & ~s.solved[b])
        if s.rules.acceptance == "first-solver":
            require(~exists(Block, lambda b2: s.decided[r, b2]), "ZK-R29", rule="acceptance")
            return s.set(solved={b: True}, decided={(r, b): True})
        _has_no_other_vote(s, r, b)
        return s.set(solved={b: True}, vote={(r, b): True})

    @action(needs=HASH, cites="ZK-C4")
    def outcompute(s, b: Block):
        """The adversary solves the puzzle of {b} at once and broadcasts the block."""
        _is_competed_for(s)
        require(~s.solved[b])
        return s.set(solved={b: True})

    @action(cites="ZK-R20 ZK-R21 ZK-R26")
    def confirm(s, r: Replica, b: Block):
        """{r} hears of {b}, signs its confirmation and broadcasts it."""
        require(s.rules.acceptance == "votes", rule="acceptance")
        require(~s.faulty[r] & s.proposed[b], "ZK-R20 ZK-R21")
        if s.rules.puzzle != "none":
            require(s.solved[b], "ZK-R29", rule="puzzle")
        _has_no_other_vote(s, r, b)
        return s.set(vote={(r, b): True})

    @action(needs=BYZ, cites="ZK-C2")
    def sign(s, r: Replica, b: Block):
        """The faulty {r} signs a confirmation of {b}, whatever else it has confirmed."""
        require(s.rules.acceptance == "votes", rule="acceptance")
        require(s.faulty[r] & ~s.vote[r, b])
        return s.set(vote={(r, b): True})

    @action(cites="ZK-R20 ZK-R21")
    def announce(s, r: Replica, b: Block):
        """{r} has enough confirmations of {b}, which it proposed, and announces the record as final."""
        _on_a_devices_word(s)
        require(~s.faulty[r] & (s.proposer[b] == r) & ~s.announced[b])
        require(enough(s, b), "ZK-R20 ZK-R21 ZK-R26", rule="quorum")
        return s.set(announced={b: True})

    @action(needs=BYZ, cites="ZK-C1")
    def lie(s, r: Replica, b: Block):
        """The faulty {r} announces its record of {b} as final, whoever has confirmed it."""
        _on_a_devices_word(s)
        require(s.faulty[r] & (s.proposer[b] == r) & ~s.announced[b])
        return s.set(announced={b: True})

    @action(cites="ZK-R20 ZK-R21 ZK-R26 ZK-R29")
    def decide(s, r: Replica, b: Block):
        """{r} takes {b} as final and appends it to its chain."""
        require(~s.faulty[r] & ~exists(Block, lambda b2: s.decided[r, b2]))
        if s.rules.acceptance == "first-solver":
            require(s.solved[b], "ZK-R29", rule="acceptance")
        elif s.rules.confirmation_evidence == "devices-word":
            require(s.announced[b], "ZK-R20 ZK-R21", rule="confirmation_evidence")
        else:
            require(enough(s, b), "ZK-C1 ZK-C2", rule=("confirmation_evidence", "quorum"))
        return s.set(decided={(r, b): True})


def _is_competed_for(s):
    """Devices compete for the block: it has a puzzle, or the first who says so is believed."""
    require((s.rules.puzzle != "none") | (s.rules.acceptance == "first-solver"), rule=("puzzle", "acceptance"))


def _has_no_other_vote(s, r, b):
    """The device has not confirmed the record, nor another where it confirms one only."""
    require(~s.vote[r, b])
    if s.rules.vote_once:
        require(~exists(Block, lambda b2: s.vote[r, b2]), "ZK-C2", rule="vote_once")


def _on_a_devices_word(s):
    """Confirmations are told, not shown."""
    require(s.rules.acceptance == "votes", rule="acceptance")
    require(s.rules.confirmation_evidence == "devices-word", rule="confirmation_evidence")
