"""A report's way from its meter into a service chain, where it counts (GR-R2, GR-R6, IS-R11 to R15, WA-R9, ZK-P5).

A meter signs a reading with a key of its own, and names the service that it is for. The service chain takes it if it is
signed with the meter's key. Which key is the meter's is on another chain, that of keys: so the question is what the
service chain knows of that chain. Going by the key that was enrolled it accepts what was revoked since; going by its
last checkpoint, however old, it does so as long as nobody brings a newer one. Hardened, it takes reports only on a
checkpoint that is not older than Delta, and names that in the block.

A signature that does not say for which chain it is counts on each of them; and a report that has no time, or is late,
may have been signed with a key that was another's concern then. Of one meter a chain takes reports in the order of
their times only (IS-C7), so that none counts twice; one that is overtaken is lost to it. What a chain has is final:
that a quorum has confirmed it is `model.consensus`, by way of `AgreedBlock` (GR-V2). The network delays, drops and
repeats what is on it; devices that relay can do no more, as the report is signed and sealed.
"""

from meterproof.lang import action, choice, exists, require, rigid, var
from model.access import Tenancies
from model.key_status import KeyStatus
from model.reporting import Reporting
from model.slots import Slots, recent
from model.vocabulary import NET, Chain, Height, Key, Meter, Record


class Counting(Tenancies, Slots, KeyStatus):
    """Any number of meters, keys, records, service chains and slots."""

    key_check = choice(
        "as-enrolled", "latest-heard", "recent", removed="as-enrolled", cites=["GR-R2", "ZK-P5", "WA-C13"],
        doc="What a service chain goes by when it checks a report's key: any that was once the meter's; its last "
        "checkpoint of the key chain; or that, if it is not older than Delta.",
    )  # fmt: skip
    bound_to = choice(
        "content", "chain", removed="content", cites=["GR-R6", "WA-P12"],
        doc="What signatures are for: what they cover, on whatever chain it is; or the chain that they name.",
    )  # fmt: skip
    freshness = Reporting.freshness
    window = Reporting.window

    meter = rigid(Record, to=Meter, doc="the meter that the record names")
    time = rigid(Record, to=Height, doc="the slot that it is of")
    service = rigid(Record, to=Chain, doc="the service chain that it is for")

    key_by = var(Meter, Key, Height, doc="by this complete block of the key chain, the key was the meter's")
    emitted = var(Record, doc="the meter has made the record")
    signed = var(Record, Key, doc="the record, signed with the key, is on the wire")
    keys_fetched = var(Chain, doc="the service chain has a checkpoint of the key chain")
    keys_seen = var(
        Chain, to=Height, init=lambda s, c: s.genesis, doc="the last block that its checkpoint covers, if it has one"
    )  # fmt: skip
    final = var(Record, Chain, Height, doc="the service chain has the record in this block")
    under = var(Record, Chain, Key, doc="... signed with this key")

    @action(cites="IS-R11 IS-R12 WA-A14")
    def emit(s, r: Record, m: Meter, k: Key, t: Height):
        """{m} records {r} in slot {t}, signs it with {k}, a key that it made, and sends it."""
        require((s.tip == t) & (s.meter[r] == m) & (s.time[r] == t) & s.made[m, k])
        require(~exists(Record, lambda q: s.emitted[q] & (s.meter[q] == m) & (s.time[q] == t)))
        return s.set(emitted={r: True}, signed={(r, k): True})

    @action(needs=NET, cites="IS-C1 ZK-C5")
    def forge(s, r: Record, k: Key):
        """The adversary signs {r} with {k}, which it has."""
        require(s.known[k] & ~s.signed[r, k])
        return s.set(signed={(r, k): True})

    @action(cites="WA-R16 WA-C13")
    def fetch_keys(s, c: Chain, b: Height):
        """{c} gets the checkpoint of block {b} of the key chain, which is complete."""
        require((b < s.tip) & (~s.keys_fetched[c] | (s.keys_seen[c] < b)))
        return s.set(keys_fetched={c: True}, keys_seen={c: b})

    @action(cites="IS-R13 IS-R14 IS-R15 ZK-P5")
    def include(s, r: Record, m: Meter, k: Key, c: Chain, h: Height):
        """{c} finds that {r}, of {m}, is signed with {k} and in order, and takes it into block {h}."""
        require((s.tip == h) & (s.meter[r] == m) & s.signed[r, k])
        require(~s.final[r, c, h])
        if s.rules.freshness == "increasing":
            require(~exists(Record, lambda q: is_final(s, q, c) & no_earlier(s, q, r)), "IS-C7", rule="freshness")
        if s.rules.bound_to == "chain":
            require(s.service[r] == c, "GR-R6", rule="bound_to")
        if s.rules.window == "block-time":
            require((s.oldest[h] <= s.time[r]) & (s.time[r] <= h), "IS-C7", rule="window")
        require(_is_its_key(s, c, m, k, h), "GR-R2", rule="key_check")
        return s.set(final={(r, c, h): True}, under={(r, c, k): True})


def is_final(s, q, c):
    """Some block of the service chain has the record."""
    return exists(Height, lambda i: s.final[q, c, i])


def no_earlier(s, q, r):
    """The first record is of the same meter as the second, and of the same slot or a later one."""
    return (s.meter[q] == s.meter[r]) & (s.time[r] <= s.time[q])


def keys_at_the_end(s, t):
    """Which key was whose by each block of the key chain, once block `t` is complete."""
    return lambda m, k, i: (s.key_by[m, k, i] & (i != t)) | ((i == t) & s.valid[m, k])


def _is_its_key(s, c, m, k, h):
    """To the service chain, in slot `h`, the key is the meter's."""
    if s.rules.key_check == "as-enrolled":
        return exists(Height, lambda b: s.key_by[m, k, b])
    known = s.keys_fetched[c] & s.key_by[m, k, s.keys_seen[c]]
    return known & recent(s, s.keys_seen[c], h) if s.rules.key_check == "recent" else known
