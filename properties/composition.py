"""How the theorem of grid is put together: on which guarantees of the parts its clauses rest, and who owes what.

`Grid` takes for granted what other machines give: that keys are kept, that chains are one to all, that a checkpoint is
true, that whoever asks is who he says. Here stands which guarantee gives it. What those assume in turn is read off what
they cite; who gives that is told here too, until nothing is left but what nobody in the system can give, and that is
said to be outside. `meterproof compose grid` follows it all, and docs/composition.md tells the arguments at length.
"""

from meterproof.compose.table import Apart, Assumption, Composition, Condition
from model.vocabulary import BYZ, CENTER, CR, EDGE, LEDGER, LOST, NET, ORIG, PEER, PORTAL, THEFT, TRANSFER

CLAUSES = {
    "GR-P1": ("IS-P6", "IS-P8", "IS-P16", "IS-V4", "ZK-V22", "GR-V1"),
    "GR-P2": ("GR-V3", "ZD-V3", "ZD-P4", "ZD-V5", "ZD-V6"),
    "GR-P3": ("IS-P4", "WA-P11", "WA-P12"),
    "GR-P4": ("GR-V5", "ZK-P3", "GR-P7", "WA-V5", "WA-V33"),
    "GR-P5": ("GR-V2", "WA-V4", "WA-V5", "WA-V10", "IS-V4", "IS-V23"),
    "GR-P6": ("WA-P13", "WA-V8", "WA-P9", "ZD-P6", "WA-V33"),
}

GROUNDS = {
    "Grid": ("IS-A1", "GR-A1", "WA-A23", "ZK-A21"),
    "Metering": ("IS-A1", "WA-A23"),
    "Custody": ("IS-A1",),
    "KeyRecords": ("IS-A1", "ZK-A21"),
    "Relocation": ("IS-A1", "ZK-A21"),
    "Register": ("WA-A23",),
    "Access": ("WA-A23", "ZD-A2"),
    "Tokens": (),
    "Revocation": ("WA-A23", "ZD-A2"),
    "Inclusion": ("IS-A1", "WA-A23"),
    "Services": ("IS-A1", "WA-A23"),
    "Contracts": ("IS-A1", "IS-A2", "WA-A20", "WA-A23"),
    "Denials": (),
    "Receipts": ("IS-A1", "GR-A1"),
    "Consensus": (),
    "Membership": ("IS-A1",),
    "Execution": ("IS-A1", "IS-A2"),
}
"""Machines are over an ideal ledger and perfect cryptography without citing it in each of their moves."""

CRYPTOGRAPHY = "cryptography: nobody forges, inverts or collides"
CORRUPTED = "who is corrupted is for nobody in the system to say"

ASSUMPTIONS = (
    # ---- what the parts owe each other
    Assumption(
        "WA-A23", by=("GR-V2", "WA-V4", "WA-V5", "WA-V33"),
        how="one block a height (GR-V2), with nothing in it that an honest audit refuses (WA-V5); a certificate is of "
        "that block (WA-V4), and what another chain takes for it, is (WA-V33)",
    ),
    Assumption(
        "ZK-A21", by=("GR-V2", "WA-V4", "WA-V33"),
        how="the key chain is made by the same validators as any other, and its records are read with certificates",
    ),
    Assumption(
        "IS-A4", by=("GR-V2", "WA-V10", "WA-P13", "IS-P12"), below=True,
        how="at a height, members, versions in force and what an audit looks up are functions of the blocks below it: "
        "these are agreed (GR-V2), also across changes of members (WA-V10), judged by one version (WA-P13), and "
        "executed with one result (IS-P12); f and the leader of a view are functions of the members and the view",
    ),
    Assumption(
        "WA-A22", by=("GR-A2",), how="what GR-A2 says of every chain, of the contract chain"
    ),
    Assumption(
        "ZD-A3", by=("GR-A2",),
        how="what GR-A2 says of every chain, of the platform's services",
        outside="that Delta and the life of a token are a block at least, and that the issuer has the last block, are "
        "settings of a deployment; no answer of grid rests on the issuer's block, since a token says who asks only",
    ),
    # ---- what nobody in the system can give
    Assumption(
        "IS-A1", outside=CRYPTOGRAPHY,
        how="that signatures are bound to chain, epoch, height, view and kind is shown on bytes (conditions, below)",
    ),
    Assumption("IS-A2", outside=CORRUPTED, how="at most f of n >= 3f+1, the same in all chains (GR-A1)"),
    Assumption("IS-A3", outside="stable storage of replicas", how="a replica that forgets counts as corrupted"),
    Assumption(
        "GR-A1", outside=CORRUPTED,
        how="one set of devices makes all chains, each with one key for it, so that this is no more than a count",
    ),
    Assumption(
        "GR-A2", outside="clocks: that a slot has come is read off them, and an empty block is made in time",
        how="what is older than Delta is refused; where no block comes nothing is shown, rather than something wrong",
    ),
    Assumption(
        "GR-A4", outside="the platform's node that answers: what it shows, nobody stands behind it to check",
        how="that the account that asks, the signer of the request and the user of the register are one person is "
        "checked in the reference (rule `identity`), and is one sort in the model",
    ),
    Assumption(
        "WA-A10", outside="corrupted over time: keys for a set are erased by who leaves it",
        how="the same bound as IS-A2, for sets that come and go",
    ),
    Assumption(
        "WA-A30", outside="keys of a set out of force: kept, or erased, until all chains have followed",
        how="one set makes all chains of grid; as signatures name chain and epoch, it is to each a set of its own",
    ),
    Assumption("WA-A20", outside=CRYPTOGRAPHY, how="evaluation is a pure function, and tested"),
    Assumption("WA-A14", outside="the meter: what it says of itself nobody else can know", how="meters are honest"),
    Assumption(
        "ZK-A10", outside="the network settles, and the owner of a guarded meter looks",
        how="a delay that is too short lets a thief's update into force, which KEY has anyhow",
    ),
    Assumption("ZK-A11", outside="the enrolment root: who is installed where is known to people", how="bc-ami's too"),
    Assumption("ZK-A12", outside="where the owner keeps the recovery key", how="apart from the meter"),
    Assumption(
        "ZK-A20", outside="devices at both ends follow the protocol, and keep what they have stored over a crash",
        how="that a bundle does not change while it moves is not needed in grid: it does, and GR-P7 is about that",
    ),
    Assumption("ZD-A1", outside="hand-overs are agreed between people", how="on the word of both, or of the registrar"),
    Assumption("ZD-A2", outside=CRYPTOGRAPHY + "; and the issuer, which is no compromised service", how="as in TLS"),
)  # fmt: skip

TESTS = "tests/study/test_composition.py::"

CONDITIONS = (
    Condition(
        "a written refinement map", ids=("GR-V1", "GR-V2", "GR-V3", "GR-V5"), files=("properties/refinements.py",),
        tests=("tests/lang/test_refine.py::test_invariants_of_the_ideal_hold_of_what_is_seen",),
        why="each step of KeyRecords, Consensus and Register is a step of KeyStatus, AgreedBlock and Tenancies, or "
        "none, for any size. Chains of Grid are such agreed blocks, height by height, which is told and not refined",
    ),
    Condition(
        "a prefix for each reader", ids=("GR-V4",), files=("model/slots.py", "model/agreed_block.py"),
        tests=("tests/reference/grid/test_controls.py::test_a_reader_that_is_too_far_behind_stands_still",),
        why="each service chain and each node of the platform has its own checkpoint, and AgreedBlock is had by some "
        "readers before others; that they do differ is a run (GR-V4)",
    ),
    Condition(
        "the ideal's adversary can all that the real one can", ids=("GR-V1", "GR-V2", "GR-V5"),
        tests=(
            TESTS + "test_a_refinement_stands_all_that_its_machine_has_moves_for",
            TESTS + "test_what_the_adversary_does_in_a_machine_he_does_in_its_ideal",
            "tests/lang/test_refine.py::test_the_ideals_adversary_is_the_one_that_the_claim_is_against",
        ),
        why="a refinement takes the machine's adversary and gives its ideal the same capabilities, and no more; no "
        "machine has a move that no refinement of it allows",
    ),
    Condition(
        "the same faulty replicas and keys", files=("spec/grid.hardened.toml",),
        tests=(
            TESTS + "test_the_parts_agree_on_every_rule_that_they_share",
            TESTS + "test_one_set_of_replicas_makes_all_chains",
        ),
        why="one validator set (GR-A1), one bound and one quorum formula; what parts say of a shared rule is the same, "
        "or the spec is refused",
    ),
    Condition(
        "signatures separated by chain, epoch, height, view and kind",
        tests=(
            TESTS + "test_no_two_statements_of_replicas_have_the_same_bytes",
            TESTS + "test_a_vote_counts_for_what_it_names_and_nothing_else",
            "tests/reference/test_chain.py::test_nothing_signed_on_one_chain_counts_on_another",
        ),
        why="all of them are under one encoding with a domain of chain and kind, and have height and view in the body; "
        "the epoch is in the chain's name where sets of members change, and a day of grid has one set",
    ),
    Condition(
        "validity, and a certificate implies final", ids=("IS-V5", "WA-V5", "IS-V6", "WA-V4"),
        why="proved across views, not agreement only, so that readers need a certificate and nobody's word",
    ),
)  # fmt: skip

APART = (
    Apart(("GR-P9", "GR-P10"), "that readings arrive, and are shown: promises, checked on the whole", ("GR-A3",)),
    Apart(
        ("IS-P3", "WA-V3", "ZK-P18", "ZD-V71"),
        "that each height ends: views must settle in the end",
        ("IS-A5", "IS-A6"),
    ),
    Apart(("IS-P14", "WA-V6"), "that what is sent is included: of one concentrator, and of nodes in turn", ("WA-A1",)),
    Apart(("ZK-P7", "ZK-V28"), "that revocations and migrations end"),
    Apart(("IS-P9", "IS-P10", "ZK-P9"), "secrecy, of which the theorem says nothing; it does not carry over"),
    Apart(("GR-P8",), "what is left of GR-P1 where a meter's key is copied"),
)

COMPOSITION = Composition(
    of="GR-T1",
    title="from meter to resident",
    against=(NET, TRANSFER, BYZ, EDGE, PEER, LEDGER, ORIG, CENTER, CR, LOST, PORTAL, THEFT),
    clauses=CLAUSES,
    grounds=GROUNDS,
    assumptions=ASSUMPTIONS,
    conditions=CONDITIONS,
    apart=APART,
)
"""Not KEY, which GR-P4 and GR-P8 alone stand, nor SERVICE: the node that answers is trusted (GR-A4)."""
