"""What is claimed of grid: a resident is shown what his meter emitted in his time, once, and lawfully (GR-T1).

The proofs are for any number of users, meters, keys, records, service chains, platform nodes, editions and slots, and
for every Delta. GR-T1 is said in its clauses, GR-P1 to GR-P6, each of which is claimed by itself as well; what GR-T1
rests on beside this machine is in `properties.composition` and `properties.refinements`.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, schedule, thorough, violated, walk
from meterproof.lang import exists, forall, implies, invariant, leads_to, lemma, reachable, step
from model.counting import is_final, no_earlier
from model.grid import Grid
from model.slots import recent
from model.vocabulary import KEY, NET, TRANSFER, Chain, Height, Key, Meter, Node, Record, User
from properties import refinements, relocation
from properties.composition import COMPOSITION as COMPOSITION

OUTSIDERS = (NET, TRANSFER)
"""Against whom the theorem is claimed: the network, devices that relay included, and whoever hands over blocks."""


def somebody_is_shown_something(s):
    """A resident is shown a reading."""
    return exists(User, Record, lambda u, r: s.shown[u, r])


def shown_after_moving_out(s):
    """Somebody who no longer has the meter is shown a reading."""
    return exists(User, Record, lambda u, r: s.shown[u, r] & (s.tenant[s.meter[r]] != u))


def something_is_final(s):
    """Some record is final."""
    return exists(Record, Chain, Height, lambda r, c, h: s.final[r, c, h])


def a_meter_has_had_two_keys(s):
    """Something is final, of a meter that has had two keys."""
    return something_is_final(s) & exists(
        Meter, Key, Key, Height, Height,
        lambda m, j, k, a, b: (j != k) & s.key_by[m, j, a] & s.key_by[m, k, b],
    )  # fmt: skip


# ---- the keys


@lemma(of=Grid)
def the_meters_keys_are_secret(s):
    """The adversary knows no key that a meter made."""
    return forall(Meter, Key, lambda m, k: ~(s.made[m, k] & s.known[k]))


@lemma(of=Grid)
def keys_are_of_their_meters(s):
    """A key that is, or was, a meter's, it made."""
    return forall(
        Meter, Key, Height, lambda m, k, b: implies(s.valid[m, k] | s.key_by[m, k, b], s.made[m, k])
    )  # fmt: skip


@lemma(of=Grid)
def signed_by_meter_or_thief(s):
    """What is signed its meter has emitted, with a key that it made; or the adversary has the key."""
    return forall(
        Record, Key,
        lambda r, k: implies(s.signed[r, k], (s.emitted[r] & s.made[s.meter[r], k]) | s.known[k]),
    )  # fmt: skip


# ---- what is final


@lemma(of=Grid)
def final_in_a_block(s):
    """What is final is in a block that is made, or being made."""
    return forall(Record, Chain, Height, lambda r, c, h: implies(s.final[r, c, h], h <= s.tip))


@lemma(of=Grid)
def final_is_emitted(s):
    """What is final its meter has emitted."""
    return forall(Record, Chain, Height, lambda r, c, h: implies(s.final[r, c, h], s.emitted[r]))


@lemma(of=Grid)
def final_where_it_is_for(s):
    """A record is final on the service chain only that it is for."""
    return forall(Record, Chain, Height, lambda r, c, h: implies(s.final[r, c, h], s.service[r] == c))


@lemma(of=Grid)
def one_record_a_slot(s):
    """A meter emits one record a slot, in that slot."""
    return forall(Record, lambda r: implies(s.emitted[r], s.time[r] <= s.tip)) & forall(
        Record, Record,
        lambda q, r: implies(
            s.emitted[q] & s.emitted[r] & (s.meter[q] == s.meter[r]) & (s.time[q] == s.time[r]), q == r
        ),
    )  # fmt: skip


# ---- what is shown


@lemma(of=Grid)
def nodes_take_what_is_final(s):
    """What a node has, a complete block has."""
    return forall(
        Node, Record,
        lambda n, r: implies(s.taken[n, r], exists(Chain, Height, lambda c, h: s.final[r, c, h] & (h < s.tip))),
    )  # fmt: skip


COUNTED = (the_meters_keys_are_secret, keys_are_of_their_meters, signed_by_meter_or_thief, final_is_emitted)


@invariant(
    of=Grid, id="GR-P1", cites="GR-P1 GR-R2 IS-P5 ZK-P10 IS-V4", against=OUTSIDERS,
    witness=somebody_is_shown_something, lemmas=(*COUNTED, nodes_take_what_is_final),
)  # fmt: skip
def emitted(s):
    """emitted: what is shown its meter has recorded and signed"""
    return forall(User, Record, lambda u, r: implies(s.shown[u, r], s.emitted[r]))


@invariant(
    of=Grid, id="GR-P2", cites="GR-P2 GR-R3 ZD-P4 ZD-V3 ZD-C13", against=OUTSIDERS, witness=shown_after_moving_out,
)  # fmt: skip
def in_ones_tenancy(s):
    """in one's tenancy: who is shown a reading had the meter at the time of the reading"""
    return forall(User, Record, lambda u, r: implies(s.shown[u, r], s.had[s.meter[r], s.time[r]] == u))


@invariant(
    of=Grid, id="GR-P3", cites="GR-P3 GR-R6 IS-P4 WA-P11 WA-P12", against=OUTSIDERS, witness=something_is_final,
    lemmas=(*COUNTED, final_where_it_is_for, one_record_a_slot),
)  # fmt: skip
def counted_at_most_once(s):
    """counted at most once: of a meter and a slot at most one record is final, at one place of one chain"""

    def same(q, r):
        return (s.meter[q] == s.meter[r]) & (s.time[q] == s.time[r])

    return forall(
        Record, Record, Chain, Chain, Height, Height,
        lambda q, r, c, d, h, i: implies(
            s.final[q, c, h] & s.final[r, d, i] & same(q, r), (q == r) & (c == d) & (h == i)
        ),
    )  # fmt: skip


def was_its_key(s, r, c, h):
    """The record's key was its meter's by a block not more than Delta older than the one that has it."""
    return exists(
        Key, Height, lambda k, b: s.under[r, c, k] & recent(s, b, h) & s.key_by[s.meter[r], k, b]
    )  # fmt: skip


@invariant(
    of=Grid, id="GR-P4", cites="GR-P4 GR-R2 ZK-P5 ZK-P3 IS-P11 WA-C13", against=(*OUTSIDERS, KEY),
    witness=a_meter_has_had_two_keys, lemmas=(final_in_a_block,),
)  # fmt: skip
def signed_under_a_valid_key(s):
    """signed under a valid key: by a block not more than Delta older than the one that counts it, as the reading is"""
    return forall(
        Record, Chain, Height,
        lambda r, c, h: implies(
            s.final[r, c, h], was_its_key(s, r, c, h) & (s.oldest[h] <= s.time[r]) & (s.time[r] <= h)
        ),
    )  # fmt: skip


@invariant(
    of=Grid, id="GR-P5", cites="GR-P5 IS-V4 WA-V4 WA-P1", against=OUTSIDERS, witness=somebody_is_shown_something,
    lemmas=(nodes_take_what_is_final,),
)  # fmt: skip
def final(s):
    """final: what is shown is in a complete block of a service chain, which a quorum has made final"""
    return forall(
        User, Record,
        lambda u, r: implies(s.shown[u, r], exists(Chain, Height, lambda c, h: s.final[r, c, h] & (h < s.tip))),
    )  # fmt: skip


@invariant(
    of=Grid, id="GR-P6", cites="GR-P6 GR-R4 GR-R5 WA-P13 WA-P9 ZD-P6", against=OUTSIDERS,
    witness=somebody_is_shown_something,
)  # fmt: skip
def released_under_the_rule_in_force(s):
    """released under the rule in force: by a block not more than Delta old its edition permits it, and nobody denies"""
    return forall(
        User, Record,
        lambda u, r: implies(
            s.shown[u, r],
            exists(Height, lambda b: recent(s, b, s.tip) & s.permits[s.law[b], r] & ~s.denied[u, b]),
        ),
    )  # fmt: skip


CLAUSES = (emitted, in_ones_tenancy, counted_at_most_once, signed_under_a_valid_key, final,
           released_under_the_rule_in_force)  # fmt: skip


@invariant(
    of=Grid, id="GR-T1", cites="GR-T1 GR-P1 GR-P2 GR-P3 GR-P4 GR-P5 GR-P6", against=OUTSIDERS,
    witness=shown_after_moving_out, lemmas=tuple(dict.fromkeys(x for c in CLAUSES for x in (*c.lemmas, c))),
)  # fmt: skip
def from_meter_to_resident(s):
    """from meter to resident: what is shown was emitted in one's tenancy, counted once, validly signed, and released"""
    clauses = [c.function(s) for c in CLAUSES]
    whole = clauses[0]
    for clause in clauses[1:]:
        whole = whole & clause
    return whole


@invariant(
    of=Grid, id="GR-P8", cites="GR-P8 GR-R2 ZK-P6 ZK-C5", against=(*OUTSIDERS, KEY),
    witness=lambda s: exists(Record, Chain, Height, lambda r, c, h: s.final[r, c, h] & ~s.emitted[r]),
    lemmas=(signed_by_meter_or_thief, final_in_a_block),
)  # fmt: skip
def a_thiefs_time_is_bounded(s):
    """a thief's time is bounded: what no meter emitted was signed with a key that was its meter's within Delta"""
    return forall(
        Record, Chain, Height,
        lambda r, c, h: implies(
            s.final[r, c, h] & ~s.emitted[r],
            exists(
                Key, Height,
                lambda k, b: s.known[k] & s.under[r, c, k] & recent(s, b, h) & s.key_by[s.meter[r], k, b],
            ),
        ),
    )  # fmt: skip


# ---- that history is what was


@lemma(of=Grid)
def who_has_it_now(s):
    """The present tenant is who has the meter in the present slot."""
    return forall(Meter, lambda m: s.had[m, s.tip] == s.tenant[m])


@step(
    of=Grid, id="GR-V6", cites="GR-V6 GR-A2 ZD-V3", against=(*OUTSIDERS, KEY), lemmas=(who_has_it_now,),
    witness=lambda s: s.genesis < s.tip,
)  # fmt: skip
def history_is_what_was(s, t):
    """history is what was: nothing of complete slots changes, and what a slot ends with is recorded of it"""

    def stays(i):
        tenants = forall(Meter, lambda m: t.had[m, i] == s.had[m, i])
        keys = forall(Meter, Key, lambda m, k: t.key_by[m, k, i] == s.key_by[m, k, i])
        denials = forall(User, lambda u: t.denied[u, i] == s.denied[u, i])
        return tenants & keys & denials & (t.law[i] == s.law[i])

    keys = forall(Meter, Key, lambda m, k: t.key_by[m, k, s.tip] == s.valid[m, k])
    tenants = forall(
        Meter,
        lambda m: (t.had[m, t.tip] == s.heir[m]) & (t.tenant[m] == s.heir[m]) & (t.had[m, s.tip] == s.tenant[m]),
    )
    denials = forall(User, lambda u: t.denied[u, t.tip] == s.denied[u, s.tip])
    recorded = (s.tip < t.tip) & keys & tenants & denials
    past = forall(Height, lambda i: implies(i < s.tip, stays(i)))
    return past & implies(t.tip != s.tip, recorded)


# ---- that readers know different things, and that readings arrive


@reachable(of=Grid, id="GR-V4", cites="GR-V4 GR-R1 GR-R2 GR-R4")
def prefixes_differ(s):
    """prefixes differ: somebody is shown by a repealed edition what was counted under a key just revoked"""
    return exists(
        User, Record, Meter, Key, Chain, Height,
        lambda u, r, m, k, c, h: s.shown[u, r] & ~s.permits[s.law[s.tip], r] & s.final[r, c, h] & s.under[r, c, k]
        & (s.meter[r] == m) & (h < s.tip) & ~s.key_by[m, k, h],
    )  # fmt: skip


def lasts(s):
    """No slot follows the present one."""
    return forall(Height, lambda h: h <= s.tip)


def all_recent(s, holds):
    """There is a complete block that is not more than Delta old, and `holds` is true of each."""
    return exists(Height, lambda b: recent(s, b, s.tip)) & forall(
        Height, lambda b: implies(recent(s, b, s.tip), holds(b))
    )


def is_overtaken(s, r):
    """The service chain has a later record of the same meter (a meter that waits is not overtaken: IS-P14)."""
    return exists(Record, lambda q: (q != r) & is_final(s, q, s.service[r]) & no_earlier(s, q, r))


def can_be_counted(s, r):
    """The slot lasts, and the record is signed, not old, and under a key that all recent blocks have."""
    return lasts(s) & s.emitted[r] & (s.oldest[s.tip] <= s.time[r]) & exists(
        Key, lambda k: s.signed[r, k] & all_recent(s, lambda b: s.key_by[s.meter[r], k, b])
    )  # fmt: skip


@leads_to(
    of=Grid, id="GR-P9", cites="GR-P9 GR-A3 IS-P14 WA-V6", against=OUTSIDERS, fair="fetch_keys include",
    witness=lambda s: exists(Record, lambda r: can_be_counted(s, r)),
    then=lambda s: forall(
        Record, lambda r: implies(can_be_counted(s, r), is_final(s, r, s.service[r]) | is_overtaken(s, r))
    ),
)  # fmt: skip
def readings_are_counted(s):
    """arrival: in a slot that lasts each reading emitted within Delta is counted in the end, unless a later one was"""
    return exists(Record, lambda r: can_be_counted(s, r))


def can_be_shown(s, u, r):
    """The slot lasts, the record is final, the user had the meter then, and all recent blocks let it be shown."""
    final = exists(Chain, Height, lambda c, h: s.final[r, c, h] & (h < s.tip))
    covered = all_recent(s, lambda b: (s.time[r] <= b) & s.permits[s.law[b], r] & ~s.denied[u, b])
    return lasts(s) & final & covered & (s.had[s.meter[r], s.time[r]] == u)


@leads_to(
    of=Grid, id="GR-P10", cites="GR-P10 GR-A3 ZD-V1", against=OUTSIDERS, fair="take fetch_law show",
    witness=lambda s: exists(User, Record, lambda u, r: can_be_shown(s, u, r)),
    then=lambda s: forall(User, Record, lambda u, r: implies(can_be_shown(s, u, r), s.shown[u, r])),
)  # fmt: skip
def readings_are_shown(s):
    """answers: in a slot that lasts who asks for a reading of his own, which is counted, is shown it in the end"""
    return exists(User, Record, lambda u, r: can_be_shown(s, u, r))


TWO_SLOTS = explore(User=1, Meter=1, Key=1, Record=1, Chain=1, Node=1, Edition=1, Height=2)
THREE_SLOTS = explore(User=1, Meter=1, Key=1, Record=1, Chain=1, Node=1, Edition=1, Height=3)
TWO_KEYS = explore(User=1, Meter=1, Key=2, Record=1, Chain=1, Node=1, Edition=1, Height=3)
TWO_USERS = explore(User=2, Meter=1, Key=1, Record=1, Chain=1, Node=1, Edition=1, Height=3)
TWO_RECORDS = explore(User=1, Meter=1, Key=1, Record=2, Chain=1, Node=1, Edition=1, Height=3)
TWO_CHAINS = explore(User=1, Meter=1, Key=1, Record=2, Chain=2, Node=1, Edition=1, Height=2)
TWO_EDITIONS = explore(User=1, Meter=1, Key=1, Record=1, Chain=1, Node=1, Edition=2, Height=3)

SCHEDULES = schedule(300, 60, **THREE_SLOTS.sizes)
WALKS = walk(300_000, 100, **TWO_USERS.sizes)

MADE_UP = removing("release_check", by=TWO_SLOTS) + changing("release_check", "authentic-database", by=TWO_SLOTS)
OLD_KEYS = removing("key_check", "window", by=THREE_SLOTS) + changing("key_check", "latest-heard", by=THREE_SLOTS)
OLD_LAW = removing("law_check", by=THREE_SLOTS) + changing("law_check", "latest-heard", by=THREE_SLOTS)
OLD_TENANTS = removing("tenancy_check", by=TWO_USERS) + changing("tenancy_check", "as-known", by=TWO_USERS)
REPEALED = removing("judged_at", by=TWO_EDITIONS)
LASTING = "that slots last as long as it takes is assumed (GR-A3)"
TWICE = removing("bound_to", by=TWO_CHAINS) + removing("freshness", by=THREE_SLOTS)

CASES = (
    Case(from_meter_to_resident, {
        "side-by-side": violated(TWO_CHAINS, SCHEDULES),
        "hardened": holds(
            "proved", induction(), SCHEDULES, WALKS, thorough(TWO_USERS),
            controls=MADE_UP + OLD_KEYS + OLD_LAW + OLD_TENANTS + REPEALED + TWICE,
            note="beside this machine it rests on what the parts give: see meterproof compose grid",
        ),
    }),
    Case(emitted, {
        "side-by-side": holds("proved", induction(), note="certified blocks of bc-ami, and keys that meters keep"),
        "hardened": holds("proved", induction(), THREE_SLOTS, controls=MADE_UP),
    }),
    Case(in_ones_tenancy, {
        "side-by-side": violated(TWO_USERS, note="a token outlives the tenancy"),
        "hardened": holds("proved", induction(), thorough(TWO_USERS), controls=OLD_TENANTS),
    }),
    Case(counted_at_most_once, {
        "side-by-side": violated(TWO_CHAINS, note="a report is replayed on another service chain"),
        "hardened": holds("proved", induction(), TWO_CHAINS, controls=TWICE),
    }),
    Case(signed_under_a_valid_key, {
        "side-by-side": violated(THREE_SLOTS, note="a key that was revoked on the key chain is still accepted"),
        "hardened": holds("proved", induction(), thorough(TWO_KEYS), controls=OLD_KEYS),
    }),
    Case(final, {
        "side-by-side": holds("proved", induction()),
        "hardened": holds("proved", induction(), THREE_SLOTS, controls=MADE_UP),
    }),
    Case(released_under_the_rule_in_force, {
        "side-by-side": violated(THREE_SLOTS, note="what is denied elsewhere is not known here"),
        "hardened": holds("proved", induction(), TWO_EDITIONS, controls=OLD_LAW + REPEALED),
    }),
    Case(a_thiefs_time_is_bounded, {
        "side-by-side": violated(THREE_SLOTS),
        "hardened": holds(
            "proved", induction(), THREE_SLOTS,
            controls=removing("key_check", by=THREE_SLOTS) + changing("key_check", "latest-heard", by=THREE_SLOTS),
        ),
    }),
    Case(history_is_what_was, {
        "hardened": holds("proved", induction(), THREE_SLOTS, note="so that clauses may look back"),
    }),
    Case(prefixes_differ, {
        "hardened": holds("exhausted", TWO_EDITIONS, note="so that there is something for these rules to do"),
    }),
    Case(readings_are_counted, {
        "hardened": holds("exhausted", THREE_SLOTS, thorough(TWO_RECORDS), note=LASTING),
    }),
    Case(readings_are_shown, {
        "hardened": holds("exhausted", THREE_SLOTS, thorough(TWO_USERS), note=LASTING),
    }),
    *relocation.CASES,
    *refinements.CASES,
)  # fmt: skip
"""One case a property; rows of the check's table in this order."""
