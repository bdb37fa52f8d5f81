"""Guarantees of the machine `Shards`: what two or three corrupted nodes of very many can do, in one chain together."""

from meterproof.claims import Case, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.shards import Shards, accepted_in_the_chain, in_a_checkpoint
from model.vocabulary import BYZ, Block, Replica
from properties.ordering import agreed, somebody_decided


def a_chain_accepts_two(s):
    """The nodes of the chain have accepted two blocks at one place, and a correct node relies on one."""
    two = exists(
        Block, Block, lambda a, b: (a != b) & accepted_in_the_chain(s, a) & accepted_in_the_chain(s, b)
    )  # fmt: skip
    return two & somebody_decided(s)


@lemma(of=Shards)
def correct_nodes_sign_one_checkpoint(s):
    """A correct node signs a checkpoint with one block at most for a place."""
    return forall(
        Replica, Block, Block, lambda r, a, b: implies(~s.faulty[r] & s.checkpoint[r, a] & s.checkpoint[r, b], a == b)
    )  # fmt: skip


@lemma(of=Shards)
def final_blocks_are_in_checkpoints(s):
    """What a correct node takes as final, a quorum of all nodes has signed a checkpoint with."""
    return forall(Replica, Block, lambda r, b: implies(~s.faulty[r] & s.decided[r, b], in_a_checkpoint(s, b)))


@invariant(
    of=Shards, id="WA-P14", cites="WA-P14 WA-R16 WA-C14 WA-A2", against=BYZ, witness=somebody_decided,
    lemmas=(correct_nodes_sign_one_checkpoint, final_blocks_are_in_checkpoints),
)  # fmt: skip
def agreement_in_every_chain(s):
    """shard resilience: wherever the corrupted nodes are, no two correct ones rely on different blocks of a chain"""
    return agreed(s)


@invariant(of=Shards, id="WA-V7", cites="WA-V7 WA-P14 WA-R16 WA-C14", against=BYZ, witness=somebody_decided)
def no_chain_is_captured(s):
    """no chain is captured: a correct node of the chain has accepted whatever a correct node takes as final of it"""
    return forall(
        Replica, Block,
        lambda r, b: implies(
            ~s.faulty[r] & s.decided[r, b], exists(Replica, lambda q: ~s.faulty[q] & s.seated[q] & s.vote[q, b])
        ),
    )  # fmt: skip


TWO_OF_TWENTY = explore(eager=True, symmetry=["all"], Replica=20, Count=4, Block=2, faulty=2)
"""Five chains of four: two corrupted nodes are 10 %."""
TWO_OF_FIFTY = thorough(explore(eager=True, symmetry=["all"], Replica=50, Count=10, Block=2, faulty=2))
"""Five chains of ten: 4 %."""
THREE_OF_TWENTY = explore(eager=True, symmetry=["all"], Replica=20, Count=4, Block=1, faulty=3)
TWO_CHAINS = explore(eager=True, symmetry=["all"], Replica=8, Count=4, Block=2, faulty=2)
"""Two chains of four, and as many corrupted nodes as eight stand in one chain of all."""
THREE_OF_TEN = explore(eager=True, symmetry=["all"], Replica=10, Count=4, Block=1, faulty=3)

CASES = (
    Case(agreement_in_every_chain, {
        "published literal": violated(TWO_CHAINS),
        "published charitable": violated(TWO_OF_TWENTY, TWO_OF_FIFTY, note="two nodes, where they are in one chain"),
        "hardened": holds(
            "proved", induction(), TWO_CHAINS,
            controls=removing("shards", "vote_once", "quorum", by=TWO_CHAINS),
            note="for any number of corrupted nodes in a chain, while all together are at most f; what a chain of its "
            "own stands, n_c >= 3f_c+1, is WA-V1",
        ),
    }),
    Case(no_chain_is_captured, {
        "published literal": violated(THREE_OF_TEN),
        "published charitable": violated(THREE_OF_TWENTY, note="15 % of the nodes, and they need nobody"),
        "hardened": violated(
            THREE_OF_TEN,
            note="by design: who signs a checkpoint sees votes, and no data; it takes a bound for each chain",
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
