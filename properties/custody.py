"""Guarantees of the `Custody` machine: who can get at a meter's private key, and whether its bundle can be had at all.

The proofs are for any number of meters and devices, and of corrupted ones among them. Only ZK-V23 rests on a number,
that of the devices that crash.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, violated
from meterproof.lang import exists, forall, implies, invariant, lemma, reachable
from model.custody import Custody, available, kept_by_enough
from model.vocabulary import CR, EDGE, LEDGER, Device, Meter


def asked_through_a_corrupted_device(s):
    """A meter has asked for its bundle through a corrupted device, and another one keeps it."""
    return exists(
        Meter, Device, lambda m, d: ~s.own[m] & s.asked[m, d] & s.corrupted[d] & ~s.keeps[d, m] & available(s, m)
    )


def opened_by_a_keeper(s):
    """The adversary has read the bundle of a meter that is not its own."""
    return exists(Meter, lambda m: ~s.own[m] & s.opened[m])


def a_cluster_under_a_corrupted_device(s):
    """Two meters that are not the adversary's are in the cluster of a corrupted device, and have asked it."""
    return exists(
        Meter, Meter, Device,
        lambda m, o, d: (m != o) & s.corrupted[d] & ~s.own[m] & ~s.own[o] & s.asked[m, d] & s.asked[o, d],
    )  # fmt: skip


def crashed_where_it_is_kept(s):
    """A meter was told that its bundle is kept, and a device that keeps it has crashed."""
    return exists(Meter, Device, lambda m, d: s.told[m] & s.keeps[d, m] & s.down[d])


@lemma(of=Custody)
def no_key_has_left(s):
    """No private key is in other hands than its meter's."""
    return forall(Meter, lambda m: ~s.left[m])


@lemma(of=Custody)
def learnt_when_it_had_left(s):
    """The adversary has only private keys that have left their meters."""
    return forall(Meter, lambda m: implies(s.learnt[m], s.left[m]))


@lemma(of=Custody)
def left_when_it_passed(s):
    """A private key that has passed through a device has left its meter."""
    return forall(Meter, Device, lambda m, d: implies(s.passed[m, d], s.left[m]))


@lemma(of=Custody)
def members_have_been_there(s):
    """A meter has been in the cluster that it is in."""
    return forall(Meter, Device, lambda m, d: implies(s.member[m, d], s.been[m, d]))


@lemma(of=Custody)
def asked_where_it_has_been(s):
    """A meter has asked devices only in whose clusters it has been."""
    return forall(Meter, Device, lambda m, d: implies(s.asked[m, d], s.been[m, d]))


@lemma(of=Custody)
def passed_where_it_is_kept(s):
    """A private key has passed only through devices that keep it, or in whose clusters its meter has been."""
    return forall(Meter, Device, lambda m, d: implies(s.passed[m, d], s.been[m, d] | s.keeps[d, m]))


@lemma(of=Custody)
def told_when_enough_keep_it(s):
    """A meter is told that its bundle is kept only if as many devices keep it as have to."""
    return forall(Meter, lambda m: implies(s.told[m], kept_by_enough(s, m)))


@lemma(of=Custody)
def only_faulty_devices_crash(s):
    """A device that has crashed is one of those that may."""
    return forall(Device, lambda d: implies(s.down[d], s.faulty[d]))


@invariant(
    of=Custody, id="ZK-P9", cites="ZK-P9 ZK-R24 ZK-R25 ZK-R31 ZK-C10 ZK-C28", against=(EDGE, LEDGER),
    witness=asked_through_a_corrupted_device, lemmas=(no_key_has_left, left_when_it_passed),
)  # fmt: skip
def key_secrecy(s):
    """key secrecy: corrupted devices and whoever reads the chain derive no meter's private key"""
    return forall(Meter, lambda m: implies(s.learnt[m], s.own[m]))


@invariant(
    of=Custody, id="ZK-V20", cites="ZK-V20 ZK-R25 ZK-R31 ZK-C10", against=EDGE,
    witness=asked_through_a_corrupted_device,
    lemmas=(members_have_been_there, asked_where_it_has_been, passed_where_it_is_kept),
)  # fmt: skip
def no_harvest(s):
    """no harvest: corrupted devices have private keys only of meters whose bundles they keep or that were theirs"""
    return forall(
        Meter,
        lambda m: implies(s.learnt[m], exists(Device, lambda d: s.corrupted[d] & (s.been[m, d] | s.keeps[d, m]))),
    )  # fmt: skip


@invariant(of=Custody, id="ZK-V21", cites="ZK-V21 ZK-R31 ZK-C10", against=(EDGE, LEDGER), witness=opened_by_a_keeper)
def answers_open_to_the_owner_only(s):
    """answers open to the owner only: the adversary reads no bundle but those that a corrupted device keeps"""
    return forall(
        Meter, lambda m: implies(s.opened[m], exists(Device, lambda d: s.corrupted[d] & s.keeps[d, m]))
    )  # fmt: skip


@invariant(
    of=Custody, id="ZK-V22", cites="ZK-V22 ZK-R6 ZK-R7 ZK-C28", against=(CR, EDGE),
    witness=asked_through_a_corrupted_device,
)  # fmt: skip
def keys_stay_in_their_meters(s):
    """keys stay in their meters: neither a device nor the master station ever has a private key"""
    return forall(Meter, lambda m: ~s.left[m])


@invariant(
    of=Custody, id="ZK-V23", cites="ZK-V23 ZK-R27 ZK-C11", against=CR, witness=crashed_where_it_is_kept,
    lemmas=(told_when_enough_keep_it, only_faulty_devices_crash),
)  # fmt: skip
def bundles_outlive_crashes(s):
    """bundles outlive crashes: while no more than f devices fail, what a meter was told is kept can be had"""
    return forall(Meter, lambda m: implies(s.told[m], available(s, m)))


@invariant(
    of=Custody, id="ZK-V24", cites="ZK-V24 ZK-C35 ZK-C28", against=EDGE, witness=a_cluster_under_a_corrupted_device,
    lemmas=(no_key_has_left, learnt_when_it_had_left, left_when_it_passed),
)  # fmt: skip
def no_cluster_falls(s):
    """no cluster falls: of a cluster of two meters or more, corrupted devices do not have all private keys"""

    def inside(m, d):
        return s.member[m, d] & ~s.own[m]

    return forall(
        Device, Meter, Meter,
        lambda d, m, o: implies(
            (m != o) & inside(m, d) & inside(o, d), exists(Meter, lambda x: inside(x, d) & ~s.learnt[x])
        ),
    )  # fmt: skip


@reachable(of=Custody, against=EDGE)
def everything_harvested(s):
    """some run has corrupted devices read the private keys of all meters, in the clusters of correct ones too"""
    spread = exists(Meter, Device, lambda m, d: s.been[m, d] & ~s.corrupted[d])
    return spread & forall(Meter, lambda m: s.learnt[m] & ~exists(Device, lambda d: s.corrupted[d] & s.keeps[d, m]))


ONE_METER = explore(Meter=1, Device=2)
TWO_METERS = explore(Meter=2, Device=2)
ONE_MAY_CRASH = explore(Meter=1, Device=2, f=1, faulty=1)
FOUR_DEVICES = explore(Meter=1, Device=4, faulty=1)

CASES = (
    Case(key_secrecy, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER, note="whoever may ask, the device that keeps a key reads it"),
        "hardened": holds(
            "proved", induction(), TWO_METERS, controls=removing("key_custody", "master_keys", by=ONE_METER),
            note="the rules for answers are a second line: with the keys in their meters, there is none to hand out",
        ),
    }),
    Case(no_harvest, {
        "published literal": violated(ONE_METER),
        "published charitable": holds(
            "proved", induction(), TWO_METERS, controls=removing("requester_check", by=ONE_METER)
        ),
        "hardened": holds("proved", induction(), TWO_METERS, note="follows from ZK-P9"),
    }),
    Case(answers_open_to_the_owner_only, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER),
        "hardened": holds(
            "proved", induction(), TWO_METERS,
            controls=removing("query_answer", "requester_check", by=TWO_METERS)
            + changing("requester_check", "cluster-member", by=TWO_METERS),
        ),
    }),
    Case(keys_stay_in_their_meters, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER),
        "hardened": holds(
            "proved", induction(), TWO_METERS, controls=removing("key_custody", "master_keys", by=ONE_METER)
        ),
    }),
    Case(no_cluster_falls, {
        "published literal": violated(TWO_METERS),
        "published charitable": violated(TWO_METERS),
        "hardened": holds("proved", induction(), TWO_METERS, controls=removing("key_custody", by=TWO_METERS)),
    }),
    Case(bundles_outlive_crashes, {
        "published literal": violated(ONE_MAY_CRASH),
        "published charitable": violated(ONE_MAY_CRASH),
        "hardened": holds(
            "proved", induction(), FOUR_DEVICES,
            controls=removing("key_replicas", by=FOUR_DEVICES) + changing("key_replicas", "f", by=FOUR_DEVICES),
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
