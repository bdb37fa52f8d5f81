"""Revocation and pruning (Zhai et al., section 2.2.1), and the machine of a key's whole life.

As published, a key is revoked by "uploading an empty key by the key update method". The signature that is wanted is the
very key's that was stolen or lost, and once the empty key is "the old key", its signatures are vacuous or impossible.
Hardened, REVOKED is a status that stays, a recovery key can bring it about, and a meter comes back in a new epoch only,
certified by the enrolment root. A utility's officers may stand in for the recovery key; the model has one for both.
"""

from meterproof.lang import action, choice, exists, require, var
from model.enrolment import Enrolment, has_a_valid_key, in_force, next_version
from model.key_updates import KeyUpdates, appending, may_sign
from model.vocabulary import NET, Epoch, Key, Meter, Version


class KeyRecords(Enrolment, KeyUpdates):
    """The keys of meters, from generation to oblivion, over an ideal agreed chain."""

    revocation = choice(
        "empty-key-signs", "empty-key", "sticky", removed="empty-key-signs", cites=["ZK-R34", "ZK-C6", "ZK-C7"],
        doc="What a revocation is: a record of the empty key, whose signatures are then vacuous, or impossible; or a "
        "status of the epoch that stays.",
    )  # fmt: skip
    pruning = choice(
        "expired-head", "checkpoint", removed="expired-head", cites=["ZK-R33", "ZK-C30"],
        doc="What is left of expired records: nothing, or a signed checkpoint of the state, in which what is revoked "
        "stays revoked.",
    )  # fmt: skip

    alarmed = var(Meter, Epoch, doc="the meter's owner wants the keys of the epoch revoked")
    revoking = var(Meter, Epoch, Key, doc="a revocation of the epoch, signed with the key, is on the wire")
    recalling = var(Meter, Epoch, doc="a revocation of the epoch, signed with the recovery key, is on the wire")

    @action(cites="ZK-R34")
    def raise_alarm(s, m: Meter, e: Epoch):
        """{m}'s owner wants the valid key of {e} revoked."""
        require(has_a_valid_key(s, m, e) & ~s.alarmed[m, e])
        return s.set(alarmed={(m, e): True})

    @action(cites="ZK-R34 ZK-C6")
    def sign_revocation(s, m: Meter, e: Epoch, j: Key):
        """{m} signs a revocation of {e} with {j}, a key of its own."""
        require(s.alarmed[m, e] & s.holds[m, j] & ~s.revoking[m, e, j])
        return s.set(revoking={(m, e, j): True})

    @action(needs=NET, cites="ZK-C6")
    def forge_revocation(s, m: Meter, e: Epoch, j: Key):
        """The adversary signs a revocation of {m}'s {e} with {j}."""
        require(s.knows[j] & may_sign(s, m, e, j) & ~s.revoking[m, e, j])
        return s.set(revoking={(m, e, j): True})

    @action(cites="ZK-C6 ZK-A12")
    def sign_recall(s, m: Meter, e: Epoch):
        """{m}'s owner signs a revocation of {e} with the recovery key."""
        require(s.rules.recovery_key, rule="recovery_key")
        require(s.guarded[m] & s.alarmed[m, e] & ~s.recalling[m, e])
        return s.set(recalling={(m, e): True})

    @action(cites="ZK-R34 ZK-C7")
    def record_empty_key(s, m: Meter, e: Epoch, v: Version, j: Key):
        """The devices find {m}'s revocation of {e} signed with {j} and record the empty key as version {v}."""
        require(s.rules.revocation != "sticky", rule="revocation")
        require(s.revoking[m, e, j] & has_a_valid_key(s, m, e))
        require(may_sign(s, m, e, j), "ZK-R32 ZK-R34", rule="update_signer")
        require(next_version(s, m, e, v))
        return s.set(
            filled={(m, e, v): True}, current=in_force(s, m, e, v), pending={(m, e, ...): False},
            revoked={(m, e): True}, was_revoked={(m, e): True},
        )  # fmt: skip

    @action(cites="ZK-C6 ZK-C7")
    def record_revocation(s, m: Meter, e: Epoch, j: Key):
        """The devices find {m}'s revocation of {e} signed with {j} and record that {e} is revoked."""
        require(s.revoking[m, e, j])
        require(may_sign(s, m, e, j), "ZK-C6", rule="update_signer")
        return _revoke_for_good(s, m, e)

    @action(cites="ZK-C6 ZK-C7")
    def record_recall(s, m: Meter, e: Epoch):
        """The devices find {m}'s revocation of {e} signed with the recovery key and record that {e} is revoked."""
        require(s.recalling[m, e], "ZK-C6", rule="recovery_key")
        require(has_a_valid_key(s, m, e))
        return _revoke_for_good(s, m, e)

    @action(needs=NET, cites="ZK-C7")
    def sign_with_the_empty_key(s, m: Meter, e: Epoch, v: Version, k: Key):
        """{m}'s old key is empty, and any signature passes for its own: the adversary has {k}, its own, recorded as
        version {v} of {e}."""
        require(s.rules.revocation == "empty-key-signs", rule="revocation")
        require(s.knows[k] & anybody_may_sign(s, m, e) & next_version(s, m, e, v))
        return s.set(**appending(s, m, e, v, k))

    @action(cites="ZK-R33 ZK-C30")
    def prune(s, m: Meter, e: Epoch):
        """The devices drop the records of {m}'s {e}, of which none is valid any more."""
        require(s.revoked[m, e] & exists(Version, lambda v: s.filled[m, e, v]))
        require(~has_a_valid_key(s, m, e) & ~exists(Version, lambda v: s.pending[m, e, v]))
        gone = {
            "filled": {(m, e, ...): False}, "record": {(m, e, ..., ...): False}, "current": {(m, e, ...): False},
        }  # fmt: skip
        if s.rules.pruning == "expired-head":
            return s.set(**gone, revoked={(m, e): False})
        return s.set(**gone)


def anybody_may_sign(s, m, e):
    """The record in force is that of the empty key, and the empty key's signatures are vacuous."""
    if s.rules.revocation != "empty-key-signs":
        return False
    return exists(Version, lambda w: s.current[m, e, w] & ~exists(Key, lambda k: s.record[m, e, w, k]))


def _revoke_for_good(s, m, e):
    """The epoch is revoked: no record of it is in force or pending, and none will be."""
    require(s.rules.revocation == "sticky", rule="revocation")
    return s.set(
        current={(m, e, ...): False}, pending={(m, e, ...): False}, revoked={(m, e): True}, was_revoked={(m, e): True},
    )  # fmt: skip
