"""How the nodes of one chain accept a block, and what they then store (Wang et al. 2019, sections 3.2 and 4.2).

The node that is the first to receive data makes a temporary block of it (WA-R7, WA-R8). It is accepted by "most
other" nodes, which is told to that node, the origin, alone (WA-R9). A centre then generates a script, which is
attached to the block together with a timestamp, and the block is stored (WA-R10). `Assembly` is about which block is
accepted, of those that compete for one place in a chain, and `Attachment` about what becomes of one that is.

What is sent is a member of a relation that only grows, and a node acts on it at any time, or never. So a partition
needs no move of its own, and a silent node is a faulty one that does nothing. In every reading, temporary blocks and
votes are signed: nobody else's can be made up.
"""

from meterproof.lang import action, choice, exists, require, rigid, var
from model.vocabulary import BYZ, CENTER, ORIG, Block, Replica
from model.voting import Voting, quorum_of


class Accepting(Voting):
    """What stands for the acceptance of a block."""

    acceptance_evidence = choice(
        "origins-word", "votes-shown", removed="origins-word", cites=["WA-R9", "WA-C1"],
        doc="Whom a node believes that a block is accepted: the block's origin, or the votes, which it sees.",
    )  # fmt: skip


class Assembly(Accepting):
    """One place in one chain, any number of nodes and competing blocks."""

    origin = rigid(Block, to=Replica, doc="the node that was the first to receive what is in the block")

    proposed = var(Block, doc="its origin has signed the block and sent it around")
    vote = var(Replica, Block, doc="the node has signed that it accepts the block")
    announced = var(Block, doc="its origin says that the block is accepted")
    decided = var(Replica, Block, doc="the node has stored the block")

    @action(cites="WA-R7 WA-R8")
    def propose(s, r: Replica, b: Block):
        """{r} makes the block {b} of data that it was the first to receive, and sends it around."""
        require(~s.faulty[r] & (s.origin[b] == r), "WA-R7 WA-R8")
        require(~exists(Block, lambda b2: ~s.faulty[s.origin[b2]] & (s.origin[b2] == r) & s.proposed[b2]))
        _has_no_other_vote(s, r, b)
        return s.set(proposed={b: True}, vote={(r, b): True})

    @action(needs=BYZ)
    def propose_at_will(s, r: Replica, b: Block):
        """The faulty {r} makes the block {b} and sends it around."""
        require(s.faulty[r] & (s.origin[b] == r) & ~s.proposed[b])
        return s.set(proposed={b: True})

    @action(cites="WA-R5 WA-R9")
    def accept(s, r: Replica, b: Block):
        """{r} validates {b} and signs that it accepts it."""
        require(~s.faulty[r] & s.proposed[b], "WA-R9")
        _has_no_other_vote(s, r, b)
        return s.set(vote={(r, b): True})

    @action(needs=BYZ, cites="WA-C1")
    def sign(s, r: Replica, b: Block):
        """The faulty {r} signs that it accepts {b}, whatever else it has accepted."""
        require(s.faulty[r] & ~s.vote[r, b])
        return s.set(vote={(r, b): True})

    @action(cites="WA-R9")
    def announce(s, r: Replica, b: Block):
        """{r} hears from most other nodes that they accept {b}, its block, and says so to all."""
        require(s.rules.acceptance_evidence == "origins-word", rule="acceptance_evidence")
        require(~s.faulty[r] & (s.origin[b] == r) & ~s.announced[b])
        require(enough(s, b), "WA-R9", rule="quorum")
        return s.set(announced={b: True})

    @action(needs=BYZ, cites="WA-C1")
    def lie(s, r: Replica, b: Block):
        """The faulty {r} says that its block {b} is accepted, whoever has accepted it."""
        require(s.rules.acceptance_evidence == "origins-word", rule="acceptance_evidence")
        require(s.faulty[r] & (s.origin[b] == r) & ~s.announced[b])
        return s.set(announced={b: True})

    @action(cites="WA-R9 WA-R10 WA-C1")
    def store(s, r: Replica, b: Block):
        """{r} stores {b} at this place of the chain."""
        require(~s.faulty[r] & ~exists(Block, lambda b2: s.decided[r, b2]))
        if s.rules.acceptance_evidence == "origins-word":
            require(s.announced[b], "WA-R9", rule="acceptance_evidence")
        else:
            require(enough(s, b), "WA-C1", rule=("acceptance_evidence", "quorum"))
        return s.set(decided={(r, b): True})


class Attachment(Accepting):
    """One temporary block, and the complete blocks that differ in the script and the timestamp attached to it.

    No other temporary block competes with this one, so that what goes wrong here goes wrong even then. A vote for a
    temporary block is one for all complete blocks that can be made of it.
    """

    attached = choice(
        "after-acceptance", "before-vote", removed="after-acceptance", cites=["WA-R10", "WA-C2"],
        doc="When script and timestamp come to a block: once it is accepted, or before it is voted on.",
    )  # fmt: skip
    script_source = choice(
        "center-at-will", "center-deterministic", "registry", removed="center-at-will",
        cites=["WA-R10", "WA-R13", "WA-C12"],
        doc="What a script is: whatever the centre sends; what the contract in force makes of the record, as every "
        "node checks; or that, with the contract's version from a registry on the chain.",
    )  # fmt: skip
    hashed = choice(
        "header", "header-and-record", "all-parts", removed="header", cites=["WA-R20", "WA-R21", "WA-C6", "WA-C19"],
        doc="What a block's hash covers. In the model a block is what its digest says; the reference hashes it.",
    )  # fmt: skip

    origin = rigid(to=Replica, doc="the node that was the first to receive what is in the block")
    lawful = rigid(Block, doc="its script is what the contract in force makes of its record")

    proposed = var(Block, doc="the origin has sent the block around, complete, or the temporary one that it is made of")
    vote = var(Replica, Block, doc="the node has signed that it accepts the block, or the temporary one")
    completed = var(Block, doc="the origin says that the block is accepted, and shows it complete")
    decided = var(Replica, Block, doc="the node has stored the block")

    @action(cites="WA-R7 WA-R8")
    def circulate(s):
        """The correct origin sends around the temporary block."""
        require(s.rules.attached == "after-acceptance", rule="attached")
        require(~s.faulty[s.origin] & ~exists(Block, lambda b: s.proposed[b]))
        return s.set(proposed={...: True})

    @action(cites="WA-C2 WA-C12")
    def propose(s, b: Block):
        """The correct origin sends around the complete block {b}."""
        require(s.rules.attached == "before-vote", "WA-C2", rule="attached")
        require(~s.faulty[s.origin] & ~exists(Block, lambda b2: s.proposed[b2]))
        _has_the_centres_script(s, b)
        return s.set(proposed={b: True})

    @action(needs=CENTER, cites="WA-C12")
    def propose_under_orders(s, b: Block):
        """The correct origin sends around {b}, with the script that a dishonest centre gave it."""
        require(s.rules.attached == "before-vote", "WA-C2", rule="attached")
        require(s.rules.script_source == "center-at-will", "WA-C12", rule="script_source")
        require(~s.faulty[s.origin] & ~s.lawful[b] & ~exists(Block, lambda b2: s.proposed[b2]))
        return s.set(proposed={b: True})

    @action(needs=ORIG, cites="WA-C2")
    def propose_at_will(s, b: Block):
        """The dishonest origin sends around {b}."""
        require(s.faulty[s.origin] & ~s.proposed[b])
        return s.set(proposed={b: True})

    @action(cites="WA-R5 WA-R9")
    def accept(s, r: Replica, b: Block):
        """{r} validates what it sees of {b} and signs that it accepts it."""
        require(~s.faulty[r] & s.proposed[b] & ~s.vote[r, b], "WA-R9")
        if s.rules.attached == "after-acceptance":
            return s.set(vote={(r, ...): True})
        if s.rules.vote_once:
            require(~exists(Block, lambda b2: s.vote[r, b2]), "WA-C1", rule="vote_once")
        _has_checked_the_script(s, b)
        return s.set(vote={(r, b): True})

    @action(needs=BYZ, cites="WA-C1")
    def sign(s, r: Replica, b: Block):
        """The faulty {r} signs that it accepts {b}, or the temporary block that it is made of."""
        require(s.faulty[r] & ~s.vote[r, b])
        if s.rules.attached == "after-acceptance":
            return s.set(vote={(r, ...): True})
        return s.set(vote={(r, b): True})

    @action(cites="WA-R9 WA-R10")
    def complete(s, b: Block):
        """The correct origin hears that most others accept its block, and shows all {b}, the complete one."""
        _is_completed_by_the_origin(s)
        require(~s.faulty[s.origin] & ~exists(Block, lambda b2: s.completed[b2]))
        require(s.proposed[b] & enough(s, b), "WA-R9", rule="quorum")
        _has_the_centres_script(s, b)
        return s.set(completed={b: True})

    @action(needs=CENTER, cites="WA-C2 WA-C12")
    def complete_under_orders(s, b: Block):
        """The correct origin shows all {b}, with the script that a dishonest centre gave it."""
        _is_completed_by_the_origin(s)
        require(s.rules.attached == "after-acceptance", rule="attached")
        require(s.rules.script_source == "center-at-will", "WA-C12", rule="script_source")
        require(~s.faulty[s.origin] & ~s.lawful[b] & ~exists(Block, lambda b2: s.completed[b2]))
        require(enough(s, b), "WA-R9", rule="quorum")
        return s.set(completed={b: True})

    @action(needs=ORIG, cites="WA-C1 WA-C2")
    def complete_at_will(s, b: Block):
        """The dishonest origin shows {b} as accepted, with a script and a timestamp as it likes."""
        _is_completed_by_the_origin(s)
        require(s.faulty[s.origin] & ~s.completed[b])
        return s.set(completed={b: True})

    @action(cites="WA-R9 WA-R10 WA-C1 WA-C2")
    def store(s, r: Replica, b: Block):
        """{r} stores the complete block {b}."""
        require(~s.faulty[r] & ~exists(Block, lambda b2: s.decided[r, b2]))
        if s.rules.attached == "after-acceptance" or s.rules.acceptance_evidence == "origins-word":
            require(s.completed[b], "WA-R10", rule=("attached", "acceptance_evidence"))
        if s.rules.attached == "after-acceptance":
            _has_checked_the_script(s, b)
        if s.rules.acceptance_evidence == "votes-shown":
            require(enough(s, b), "WA-C1", rule=("acceptance_evidence", "quorum"))
        return s.set(decided={(r, b): True})


def enough(s, b):
    """Enough nodes have signed that they accept the block."""
    return quorum_of(s, lambda r: s.vote[r, b])


def _has_no_other_vote(s, r, b):
    """The node has not accepted the block, nor another for this place where it accepts one only."""
    require(~s.vote[r, b])
    if s.rules.vote_once:
        require(~exists(Block, lambda b2: s.vote[r, b2]), "WA-C1", rule="vote_once")


def _is_completed_by_the_origin(s):
    """The origin has the last word: it attaches what is missing, or it alone knows of the acceptance."""
    origins_word = s.rules.acceptance_evidence == "origins-word"
    require((s.rules.attached == "after-acceptance") | origins_word, rule=("attached", "acceptance_evidence"))


def _has_the_centres_script(s, b):
    """An honest centre's script is what the contract in force makes of the record."""
    require(s.lawful[b], "WA-R10")


def _has_checked_the_script(s, b):
    """The node knows what the script has to be, and sees that it is."""
    if s.rules.script_source != "center-at-will":
        require(s.lawful[b], "WA-C2 WA-C12", rule="script_source")
