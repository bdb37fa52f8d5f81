"""That machines give what others take for granted: each step of theirs is a step of an ideal, or none.

Proved for any size. What the ideal guarantees is thereby guaranteed of what is seen of the machine, in all of its runs;
that machines and ideals fit together, and nothing is assumed that nobody gives, is `properties.composition`.
"""

from meterproof.claims import Case, explore, holds, induction, removing, thorough
from meterproof.lang import Such, exists, forall, implies, invariant, lemma, refines
from model.access import Register, Tenancies
from model.agreed_block import AgreedBlock
from model.consensus import Consensus
from model.enrolment import valid
from model.key_records import KeyRecords
from model.key_status import KeyStatus
from model.vocabulary import BYZ, EDGE, KEY, LOST, NET, Block, Epoch, Key, Meter, Replica, Version, View
from properties.access import handed_over
from properties.consensus import agreement_across_views, somebody_decided, validity_across_views
from properties.key_records import (
    a_record_bears_one_key,
    an_update_took_effect,
    asked_for_with_its_own,
    keys_have_makers,
    made_keys_are_secret,
    messages_are_its_own,
    nothing_revoked_is_valid,
    one_record_in_force,
    possession,
    recorded_keys_are_its_own,
    records_are_on_the_chain,
)


@lemma(of=KeyRecords)
def a_pending_record_bears_a_key(s):
    """What waits for its delay to pass is a key."""
    return forall(
        Meter, Epoch, Version, lambda m, e, v: implies(s.pending[m, e, v], exists(Key, lambda k: s.record[m, e, v, k]))
    )


@lemma(of=KeyRecords)
def epochs_follow_revocations(s):
    """All epochs are revoked before one that is applied for, recorded or revoked."""
    return forall(
        Meter, Epoch, Epoch, Version, Key,
        lambda m, d, e, v, k: implies(
            (d < e) & (s.applied[m, e, k] | s.filled[m, e, v] | s.revoked[m, e]), s.revoked[m, d]
        ),
    )  # fmt: skip


@lemma(of=KeyRecords)
def one_record_is_pending(s):
    """Of an epoch at most one record waits for its delay to pass."""
    return forall(
        Meter, Epoch, Version, Version, lambda m, e, v, w: implies(s.pending[m, e, v] & s.pending[m, e, w], v == w)
    )


@lemma(of=KeyRecords)
def an_update_follows_a_key(s):
    """Where an update is pending, a key of the same epoch is in force."""
    return forall(
        Meter, Epoch, Version,
        lambda m, e, v: implies(s.pending[m, e, v], exists(Key, lambda j: valid(s, m, e, j))),
    )  # fmt: skip


@lemma(of=KeyRecords)
def a_pending_key_was_asked_for_or_stolen(s):
    """A pending key its meter made, or the adversary has it, and the key in force too."""
    return forall(
        Meter, Epoch, Version, Version, Key, Key,
        lambda m, e, v, w, j, k: implies(
            s.pending[m, e, v] & s.record[m, e, v, k] & ~s.made[m, k] & s.current[m, e, w] & s.record[m, e, w, j],
            s.knows[j] & s.knows[k],
        ),
    )  # fmt: skip


KEYS = {
    "made": lambda s, m, k: s.made[m, k],
    "known": lambda s, k: s.knows[k],
    "valid": lambda s, m, k: exists(Epoch, lambda e: valid(s, m, e, k)),
}
"""How the records of keys are seen: an epoch's number, versions and what is pending are nobody else's concern."""

CALLS = {
    "apply": ["make(m, k)"], "sign_update": ["make(m, k)"], "generate_key": ["generate_key(k)"],
    "copy_key": ["copy_key(m, k)"], "enrol": ["install(m, k)", "nothing"],
    "activate": [
        Such("install(m, k)", lambda s, m, e, v, k: s.record[m, e, v, k]),
        Such("take_over(m, j, k)", lambda s, m, e, v, j, k: valid(s, m, e, j) & s.record[m, e, v, k]),
        "nothing",
    ],
    "record_revocation": ["revoke(m, _)", "nothing"], "record_recall": ["revoke(m, _)", "nothing"],
}  # fmt: skip

ORDERLY = (
    keys_have_makers, asked_for_with_its_own, messages_are_its_own, one_record_in_force, records_are_on_the_chain,
    a_record_bears_one_key, nothing_revoked_is_valid, a_pending_record_bears_a_key,
)  # fmt: skip

keys_live_as_they_should = refines(
    KeyStatus, of=KeyRecords, id="GR-V1", cites="GR-V1 ZK-P3 ZK-P10 ZK-P17 ZK-A11", against=(NET, EDGE, LOST),
    title="the life of keys is the ideal one: each step of KeyRecords is one of KeyStatus, or none",
    witness=an_update_took_effect, lemmas=(*ORDERLY, made_keys_are_secret, recorded_keys_are_its_own),
    through=KEYS, by=CALLS,
)  # fmt: skip

stolen_keys_live_as_they_should = refines(
    KeyStatus, of=KeyRecords, id="GR-V5", cites="GR-V5 ZK-P3 ZK-V10 ZK-P6 ZK-C5", against=(NET, EDGE, KEY, LOST),
    title="the life of keys is the ideal one, also if keys are copied",
    witness=an_update_took_effect,
    lemmas=(
        *ORDERLY, possession, one_record_is_pending, epochs_follow_revocations, an_update_follows_a_key,
        a_pending_key_was_asked_for_or_stolen,
    ),
    through=KEYS, by=CALLS,
)  # fmt: skip

consensus_gives_an_agreed_block = refines(
    AgreedBlock, of=Consensus, id="GR-V2", cites="GR-V2 IS-P1 IS-V5 IS-A1 IS-A2 IS-A4 GR-A1", against=BYZ,
    title="consensus gives an agreed block: each of its steps is one of AgreedBlock, or none",
    witness=somebody_decided, lemmas=(*agreement_across_views.lemmas, *validity_across_views.lemmas),
    through={"has": lambda s, r, b: ~s.faulty[r] & exists(View, lambda k: s.decided[r, k, b])},
    by={"decide": ["append(r, b)"]},
)  # fmt: skip

the_register_is_the_ideal_one = refines(
    Tenancies, of=Register, id="GR-V3", cites="GR-V3 ZD-V3 ZD-A1", witness=handed_over, through={},
    title="the register of tenancies is the ideal one: each of its steps is one of Tenancies",
    by={"advance": ["advance(t, h)"], "hand_over": ["hand_over(m, u, t)"]},
)  # fmt: skip


def two_have_it(s):
    """Two readers have the block."""
    return exists(Replica, Replica, Block, lambda q, r, b: (q != r) & s.has[q, b] & s.has[r, b])


@invariant(of=AgreedBlock, id="GR-V7", cites="GR-V7 IS-P1 IS-P2", witness=two_have_it)
def what_readers_have_is_one_block(s):
    """one block: what readers have of the height is one block, and valid"""
    return forall(
        Replica, Replica, Block, Block,
        lambda q, r, b, c: implies(s.has[q, b] & s.has[r, c], (b == c) & s.valid[b]),
    )  # fmt: skip


LIFE = explore(Meter=1, Epoch=1, Version=3, Key=2)
TWO_EPOCHS = thorough(explore(Meter=1, Epoch=2, Version=2, Key=2))
ONE_VIEW = explore(Replica=4, View=1, Block=2, faulty=1)
HEIGHTS = explore(User=2, Meter=1, Height=3)

CASES = (
    Case(keys_live_as_they_should, {
        "hardened": holds(
            "proved", induction(), LIFE, TWO_EPOCHS, controls=removing("join", "body", "revocation", by=LIFE)
        ),
    }),
    Case(stolen_keys_live_as_they_should, {
        "hardened": holds("proved", induction(), LIFE, TWO_EPOCHS, controls=removing("body", by=LIFE)),
    }),
    Case(consensus_gives_an_agreed_block, {
        "hardened": holds(
            "proved", induction(), ONE_VIEW, controls=removing("quorum", "vote_once", "counted", by=ONE_VIEW),
        ),
    }),
    Case(what_readers_have_is_one_block, {
        "hardened": holds("proved", induction(), explore(Replica=3, Block=2)),
    }),
    Case(the_register_is_the_ideal_one, {
        "hardened": holds("proved", induction(), HEIGHTS),
    }),
)  # fmt: skip
"""One case a refinement."""
