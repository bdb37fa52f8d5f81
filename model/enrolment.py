"""Who joins with which key, and what of the chain stands for it (Zhai et al., section 2.2.1, key generation).

The chain is the ideal one: agreed and append-only; that devices provide it is what `model.acceptance` is about. A
record is named by its meter, its epoch and its version, its number among the records of that meter and epoch. Heights
are left out: only a meter's own records count for its keys, and their order is that of their versions. Epochs exist in
the hardened protocol only; the published one lives in the first.

The states of a key, beside those of NIST SP 800-57 Part 1, section 7:

- NONE, generated but on no record, and PENDING, recorded and not in force: *pre-activation*.
- ACTIVE, the record in force bears it: *active*.
- SUPERSEDED, a later record is in force: *deactivated*. So is the key of a pending update that was vetoed.
- REVOKED, its epoch is revoked: *deactivated*, or *compromised* if that is why; the chain does not tell reasons apart.
  A key that was copied is compromised from the copy on, and the chain does not know it until its owner speaks.
- *suspended* and *destroyed* have no counterpart: nothing pauses a key, and no device can tell that a private key is
  gone. Pruned records are forgotten, which says nothing of the keys.
"""

from meterproof.lang import Protocol, action, choice, exists, forall, is_first, is_next, ite, require, rigid, var
from model.vocabulary import EDGE, KEY, LOST, NET, Epoch, Key, Meter, Version


class Enrolment(Protocol):
    """Keys, the records that bear them, and the first record of a meter."""

    join = choice(
        "open", "device-authenticates", "enrolled", removed="open", cites=["ZK-R5", "ZK-R28", "ZK-C29"],
        doc="What lets a meter join: nothing, the word of the edge device that takes it in, or a certificate of the "
        "enrolment root for its key and epoch, with a proof of possession.",
    )  # fmt: skip
    body = choice(
        "signature-only", "key-commitment", removed="signature-only", cites=["ZK-R24", "ZK-C27"],
        doc="What a block holds of a key: its device's signature on something that only the device has, or a "
        "commitment to meter, version and key that meter and device both sign.",
    )  # fmt: skip

    installed = rigid(Meter, doc="the utility has installed the meter")
    guarded = rigid(Meter, doc="the meter's owner keeps its recovery key, where there is one, and watches the chain")

    generated = var(Key, doc="the key pair exists")
    made = var(Meter, Key, doc="the meter made the key pair")
    holds = var(Meter, Key, doc="the meter has the private key")
    knows = var(Key, doc="the adversary has the private key")
    applied = var(
        Meter, Epoch, Key, doc="the meter's application to join with the key is on the wire, certified if need be"
    )
    asked = var(Meter, Epoch, Version, Key, doc="the meter itself asked for the key as this version")
    filled = var(Meter, Epoch, Version, doc="the chain has a record of this number")
    record = var(Meter, Epoch, Version, Key, doc="the record bears this key; a record of the empty key bears none")
    current = var(Meter, Epoch, Version, doc="the record is the one in force for the meter")
    pending = var(Meter, Epoch, Version, doc="the record waits for its delay to pass")
    revoked = var(Meter, Epoch, doc="the chain, or a checkpoint of it, says that the epoch's keys are revoked")
    was_revoked = var(Meter, Epoch, ghost=True, doc="a revocation of the epoch was recorded at some time")

    @action(cites="ZK-R28")
    def apply(s, m: Meter, e: Epoch, v: Version, k: Key):
        """{m} makes the key pair {k} and applies to join with it, in {e}, as version {v}."""
        require(s.installed[m] & ~s.generated[k] & is_first(v))
        require(~exists(Epoch, Key, lambda e2, k2: s.applied[m, e2, k2] & (e2 >= e)))
        if s.rules.join == "enrolled":
            after_revocation = exists(Epoch, lambda e2: is_next(e2, e) & s.revoked[m, e2])
            require(is_first(e) | after_revocation, "ZK-C7", rule="join")
        else:
            require(is_first(e))
        return s.set(
            generated={k: True}, made={(m, k): True}, holds={(m, k): True}, applied={(m, e, k): True},
            asked={(m, e, v, k): True},
        )  # fmt: skip

    @action(cites="ZK-R28 ZK-R5 ZK-A11")
    def enrol(s, m: Meter, e: Epoch, v: Version, k: Key):
        """The devices find {m}'s application in order and record {k} as version {v} of {e}."""
        require(s.applied[m, e, k], "ZK-R28", rule="join")
        return _first_record(s, m, e, v, k)

    @action(needs=NET, cites="ZK-C29")
    def join_as(s, m: Meter, e: Epoch, v: Version, k: Key):
        """The adversary joins as {m} with its own {k}, which the devices record as version {v} of {e}."""
        require(s.rules.join == "open", rule="join")
        require(s.knows[k])
        return _first_record(s, m, e, v, k)

    @action(needs=EDGE, cites="ZK-R5 ZK-C29")
    def vouch(s, m: Meter, e: Epoch, v: Version, k: Key):
        """A corrupted device says that it has authenticated {m}; {k}, the adversary's, is recorded as version {v} of
        {e}."""
        require(s.rules.join == "device-authenticates", rule="join")
        require(s.knows[k])
        return _first_record(s, m, e, v, k)

    @action(needs=EDGE, cites="ZK-R24 ZK-R31 ZK-C27")
    def show_another_key(s, m: Meter, e: Epoch, v: Version, k: Key):
        """The corrupted device that holds {m}'s keys shows {k}, the adversary's, behind record {v} of {e}, to some at
        least: the chain has its signature only."""
        require(s.rules.body == "signature-only", rule="body")
        require(s.current[m, e, v] & s.knows[k] & ~s.record[m, e, v, k])
        return s.set(record={(m, e, v, k): True})

    @action(needs=NET)
    def generate_key(s, k: Key):
        """The adversary makes a key pair {k} of its own."""
        require(~s.generated[k])
        return s.set(generated={k: True}, knows={k: True})

    @action(needs=KEY, cites="ZK-C5")
    def copy_key(s, m: Meter, k: Key):
        """The adversary copies {k}, the key of {m} that is in force."""
        require(s.holds[m, k] & ~s.knows[k] & exists(Epoch, lambda e: valid(s, m, e, k)))
        return s.set(knows={k: True})

    @action(needs=LOST, cites="ZK-C6")
    def lose_keys(s, m: Meter):
        """{m} loses all its private keys."""
        require(exists(Key, lambda k: s.holds[m, k]))
        return s.set(holds={(m, ...): False})


def valid(s, m, e, k):
    """Whoever reads the chain takes `k` for the meter's key: the record in force, one of the epoch, bears it."""
    return exists(Version, lambda v: s.current[m, e, v] & s.record[m, e, v, k])


def has_a_valid_key(s, m, e):
    """Some key of the epoch is valid."""
    return exists(Key, lambda k: valid(s, m, e, k))


def known(s, m, e):
    """The devices know of the epoch, by its records or by its revocation."""
    return s.revoked[m, e] | exists(Version, lambda v: s.filled[m, e, v])


def next_version(s, m, e, v):
    """The epoch is the one in force, no record of it is pending, and `v` is the number of its next record."""
    begun = exists(Version, lambda w: s.current[m, e, w])
    follows = ~s.filled[m, e, v] & forall(Version, lambda w: s.filled[m, e, w] | ~(w < v))
    return begun & follows & ~exists(Version, lambda w: s.pending[m, e, w])


def in_force(s, m, e, v):
    """The meter's records in force once this one is: it alone."""
    return lambda m2, e2, v2: ite(m2 == m, (e2 == e) & (v2 == v), s.current[m2, e2, v2])


def _first_record(s, m, e, v, k):
    """Record `k` as the first of an epoch, if nothing is known of that epoch or of a later one."""
    require(is_first(v))
    if s.rules.join != "enrolled":
        require(is_first(e))
    require(~exists(Epoch, lambda e2: (e2 >= e) & known(s, m, e2)), "ZK-R28 ZK-C7")
    return s.set(filled={(m, e, v): True}, record={(m, e, v, k): True}, current=in_force(s, m, e, v))
