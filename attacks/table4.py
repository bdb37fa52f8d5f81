"""Table 4 of Islam et al. 2022: ten security features that the paper claims, and the attacks that try each.

The arguments are those of section 5.4, in our words. The attacks of F9 and F10 are found in one view and one round of
votes (`Ordering`); what the engines say of all views and rounds (`Consensus`) is named beside them.

"Broken" says of the published variant that the text does not prevent the attack, where the text leaves a check open and
we left it out: for F5, replicas verify no meter's signature when they audit a block; for F6, the MDMS looks at no
meter's key.
"""

from meterproof.real.features import Feature


def _feature(id: str, title: str, argument: str, attacks: str, cites: str, guarantees: str = "") -> Feature:
    cited = ("IS-R20", *cites.split())
    return Feature("bc-ami", id, title, argument, tuple(attacks.split()), cited, tuple(guarantees.split()))


FEATURES = (
    _feature(
        "F1", "perfect forward secrecy", "a new key pair for each session (5.4.1)",
        "forward_secrecy", "IS-C11",
    ),
    _feature(
        "F2", "key replacement", "keys refresh themselves with each session (5.4.1)",
        "key_replacement rollback", "IS-C1 IS-C12",
    ),
    _feature(
        "F3", "message integrity", "a changed transaction fails the contract's check of its signature (5.4.2)",
        "tampering", "IS-C7",
    ),
    _feature(
        "F4", "authentication", "a key pair is only for whoever shows the meter's hashed identity (5.4.2)",
        "injection substitution", "IS-C2 IS-C10",
    ),
    _feature(
        "F5", "signature correctness", "the recovered public key must match the provided one (5.4.2)",
        "malleability rogue_endorser", "IS-C8 IS-C22 IS-C35",
    ),
    _feature(
        "F6", "man in the middle", "nobody computes a private key from the public one (5.4.3)",
        "man_in_the_middle curious_peer key_substitution", "IS-C3 IS-C4 IS-C13",
    ),
    _feature(
        "F7", "impersonation", "meters register with their hashed identity (5.4.3)",
        "impersonation", "IS-C1 IS-C2",
    ),
    _feature(
        "F8", "replay", "transactions carry a timestamp (5.4.3)",
        "replay", "IS-C7",
    ),
    _feature(
        "F9", "Byzantine fault tolerance", "PBFT, with more than 2f+1 responses (5.4.4)",
        "equivocation false_audit", "IS-C14 IS-C16 IS-C17", guarantees="IS-P1 IS-V5",
    ),
    _feature(
        "F10", "51 % attack", "PBFT, with more than 2f+1 responses (5.4.4)",
        "majority", "IS-C20", guarantees="IS-V24",
    ),
)  # fmt: skip
"""In the order of the paper's legend; the paper claims all ten of its own scheme."""
