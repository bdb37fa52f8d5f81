"""Update of a key (Zhai et al., section 2.2.1): the new key, signed with the old one, becomes the chain's latest.

Literally, "the old key" may be any earlier one; charitably, it is the latest. As neither version nor predecessor is
signed, an update that was sent once can be recorded once more whenever its signer is accepted again. Hardened, both
keys sign meter, epoch, version and predecessor, no key is used twice, and an update waits for a delay. The owner, who
sees a record that the meter did not ask for, can veto it with the recovery key while it waits.

Time is in the model as far as it matters: a delay does not pass before the veto of a guarded meter's owner is on the
chain (ZK-A10). So the delay, Delta_r blocks, must be longer than the owner takes to look and a veto to become final.
"""

from meterproof.lang import Protocol, action, choice, exists, flag, require, var
from model.enrolment import in_force, next_version, valid
from model.vocabulary import NET, Epoch, Key, Meter, Version


class KeyUpdates(Protocol):
    """From one key of a meter to the next."""

    update_signer = choice(
        "any-earlier-key", "latest-key", "both-keys", removed="any-earlier-key", cites=["ZK-R32", "ZK-C5", "ZK-C8"],
        doc="Which keys sign an update: any that the meter has had, the one in force, or that and the new one too, "
        "which proves that it is in the hands of whoever asks.",
    )  # fmt: skip
    record_link = choice(
        "none", "chained", removed="none", cites=["ZK-R32", "ZK-C8"],
        doc="Whether an update's signed part names meter, epoch, version and predecessor, and no key recurs.",
    )  # fmt: skip
    activation = choice(
        "at-once", "delayed", removed="at-once", cites=["ZK-C5"],
        doc="Whether a recorded update is in force at once, or after a delay in which the owner may veto it.",
    )  # fmt: skip
    recovery_key = flag(
        removed=False, cites=["ZK-C5", "ZK-C6"],
        doc="A key made at enrolment and kept apart vetoes pending updates and revokes.",
    )  # fmt: skip

    signed = var(
        Meter, Epoch, Version, Key, Key,
        doc="the meter's update to the second key, signed with the first, is on the wire; it was made as this version "
        "of this epoch, which the signature covers where records are chained",
    )  # fmt: skip
    veto = var(Meter, Epoch, Version, doc="the owner's veto of the record is on the wire")

    @action(cites="ZK-R32")
    def sign_update(s, m: Meter, e: Epoch, v: Version, j: Key, k: Key):
        """{m} signs {k} with {j}, its key in force, to be version {v} of {e}."""
        require(s.holds[m, j] & valid(s, m, e, j) & next_version(s, m, e, v) & ~s.signed[m, e, v, j, k])
        if s.rules.record_link == "chained":
            require(~s.generated[k], "ZK-C8", rule="record_link")
        else:
            require(~s.generated[k] | (s.holds[m, k] & ~valid(s, m, e, k)), "ZK-C8")
        return s.set(
            generated={k: True}, made={(m, k): True}, holds={(m, k): True}, signed={(m, e, v, j, k): True},
            asked={(m, e, v, k): True},
        )  # fmt: skip

    @action(cites="ZK-R32 ZK-C8")
    def record_update(s, m: Meter, e: Epoch, v: Version, j: Key, k: Key):
        """The devices find {m}'s update from {j} to {k} in order and record {k} as version {v} of {e}."""
        if s.rules.record_link == "chained":
            require(s.signed[m, e, v, j, k], "ZK-C8", rule="record_link")
        else:
            require(exists(Epoch, Version, lambda e2, v2: s.signed[m, e2, v2, j, k]), "ZK-R32")
        return _next_record(s, m, e, v, j, k)

    @action(needs=NET, cites="ZK-C5 ZK-C8")
    def forge_update(s, m: Meter, e: Epoch, v: Version, j: Key, k: Key):
        """The adversary signs {k} with {j}; the devices take it for {m}'s update and record {k} as version {v} of
        {e}."""
        require(s.knows[j] & s.generated[k])
        if s.rules.update_signer == "both-keys":
            require(s.knows[k], "ZK-C5", rule="update_signer")
        return _next_record(s, m, e, v, j, k)

    @action(cites="ZK-C5")
    def activate(s, m: Meter, e: Epoch, v: Version):
        """The delay of {m}'s pending version {v} of {e} has passed: it is in force."""
        require(s.pending[m, e, v])
        if s.rules.recovery_key:
            require(~(s.guarded[m] & unasked(s, m, e, v)), "ZK-A10", rule="recovery_key")
        return s.set(current=in_force(s, m, e, v), pending={(m, e, v): False})

    @action(cites="ZK-C5")
    def sign_veto(s, m: Meter, e: Epoch, v: Version):
        """{m}'s owner sees the pending version {v} of {e}, for which {m} did not ask, and vetoes it."""
        require(s.rules.recovery_key, rule="recovery_key")
        require(s.guarded[m] & s.pending[m, e, v] & unasked(s, m, e, v) & ~s.veto[m, e, v])
        return s.set(veto={(m, e, v): True})

    @action(cites="ZK-C5")
    def record_veto(s, m: Meter, e: Epoch, v: Version):
        """The devices record the veto of {m}'s pending version {v} of {e}, which will never be in force."""
        require(s.veto[m, e, v] & s.pending[m, e, v])
        return s.set(pending={(m, e, v): False})


def may_sign(s, m, e, j):
    """The devices accept `j` as "the old key" of an update of the meter."""
    if s.rules.update_signer == "any-earlier-key":
        begun = exists(Version, lambda w: s.current[m, e, w])
        return begun & exists(Version, lambda w: s.record[m, e, w, j])
    return valid(s, m, e, j)


def unasked(s, m, e, v):
    """The record bears a key for which the meter did not ask, as this version."""
    return exists(Key, lambda k: s.record[m, e, v, k] & ~s.asked[m, e, v, k])


def appending(s, m, e, v, k):
    """The changes that record `k` as the next version: in force at once, or pending."""
    later = {"pending": {(m, e, v): True}} if s.rules.activation == "delayed" else {"current": in_force(s, m, e, v)}
    return {"filled": {(m, e, v): True}, "record": {(m, e, v, k): True}, **later}


def _next_record(s, m, e, v, j, k):
    """Record an update, if its signer is accepted and its key is not the one in force."""
    require(may_sign(s, m, e, j), "ZK-R32 ZK-C8", rule="update_signer")
    require(next_version(s, m, e, v) & ~valid(s, m, e, k))
    return s.set(**appending(s, m, e, v, k))
