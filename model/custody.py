"""Who keeps a meter's keys, and who can get at them (Zhai et al., 1, 2 and 2.2.1).

Its nearest edge device keeps what there is to keep of a meter's keys: its *bundle*. As published the private key is in
it: the paper speaks of one key, which encrypts data, signs updates, is fetched by the master station and is handed out
when it is asked for (ZK-C28). The chain carries signatures over it only; yet the device that keeps it reads it, and so
does the one that a meter asks, which need not be the same (ZK-C10). Hardened, a meter draws its keys and never gives
a private part away; what a bundle still has is handed out to its own meter only, sealed to that meter's certified key.

A bundle is at one device, so that one crash makes all of a cluster's unavailable (ZK-C11). Hardened, it is at more
devices than can crash before the meter is told that it is kept. A device that is up is taken to answer; a corrupted one
that does not is to be counted among those that crash.

The adversary's knowledge is a relation that its moves extend; cryptography is perfect. A corrupted device reads all
that it keeps and relays, and may ask for what it likes. Whoever reads the chain knows which meters there are, and may
have enrolled meters of its own, which ask like any other. Moves of a meter to another cluster leave its bundle where it
is: to take it along is the machine `Migration`.
"""

from meterproof.lang import Protocol, action, atleast, choice, exists, formula, parameter, require, rigid, var
from model.vocabulary import CR, EDGE, LEDGER, Device, Meter
from model.voting import Voting


class Custody(Protocol):
    """Any number of meters and edge devices, of which some are corrupted or crash."""

    key_custody = choice(
        "device", "meter", removed="device", cites=["ZK-R4", "ZK-R5", "ZK-R7", "ZK-R24", "ZK-R25", "ZK-C28"],
        doc="Where private keys are: in the bundle at an edge device, or in the meter alone.",
    )  # fmt: skip
    query_answer = choice(
        "whole-block", "sealed", removed="whole-block", cites=["ZK-R31", "ZK-C10"],
        doc="How a bundle travels that is asked for: as it is, through the device that asked, or sealed to the "
        "certified key of the meter that asked.",
    )  # fmt: skip
    requester_check = choice(
        "none", "cluster-member", "owner", removed="none", cites=["ZK-R31", "ZK-C10"],
        doc="What shows that a request is valid: nothing, that it comes from the cluster that the meter is in, or that "
        "the meter itself has signed it.",
    )  # fmt: skip
    key_replicas = formula(
        "n", "f", removed="1", cites=["ZK-R24", "ZK-R27", "ZK-C11"],
        doc="At how many devices a meter's bundle is; of n, f may fail.",
    )  # fmt: skip
    master_keys = choice(
        "fetched", "public-only", removed="fetched", cites=["ZK-R6", "ZK-C28"],
        doc="Whether the master station fetches a meter's key before it asks for its data, or uses public keys only.",
    )  # fmt: skip
    resilience = Voting.resilience

    f = parameter(Device, default="floor((n-1)/3)", resilience="resilience", doc="design bound on devices that crash")
    faulty = rigid(Device, at_most="f", doc="the device may crash")
    corrupted = rigid(Device, doc="the adversary is in the device, and sees all that it does; any number may be")
    own = rigid(Meter, doc="the meter is the adversary's own, enrolled like any other")

    member = var(Meter, Device, doc="the device is the one of the cluster that the meter is in")
    been = var(Meter, Device, ghost=True, doc="the meter is, or has been, in the device's cluster")
    keeps = var(Device, Meter, doc="the device keeps the meter's bundle")
    told = var(Meter, doc="the meter is told that its bundle is kept")
    down = var(Device, doc="the device has crashed")
    asked = var(Meter, Device, doc="the meter has asked for its bundle through the device")
    passed = var(Meter, Device, doc="the private key has passed through the device on its way to the master station")
    left = var(Meter, ghost=True, doc="the private key is in other hands than the meter's")
    opened = var(Meter, doc="the adversary has read the meter's bundle")
    learnt = var(Meter, doc="the adversary has the meter's private key")

    @action(cites="ZK-R5 ZK-R7 ZK-R24 ZK-R28")
    def join(s, m: Meter, d: Device):
        """{m} joins the cluster of {d}, which keeps its bundle."""
        require(~exists(Device, lambda e: s.member[m, e]) & ~s.down[d])
        left = {"left": {m: True}} if s.rules.key_custody == "device" else {}
        return s.set(member={(m, d): True}, been={(m, d): True}, keeps={(d, m): True}, **left)

    @action(cites="ZK-R8 ZK-R19 ZK-R22")
    def recluster(s, m: Meter, d: Device, e: Device):
        """{m} goes over from the cluster of {d} to that of {e}."""
        require(d != e)
        require(s.member[m, d])
        return s.set(member={(m, d): False, (m, e): True}, been={(m, e): True})

    @action(cites="ZK-C11")
    def replicate(s, m: Meter, d: Device):
        """{d} takes a copy of {m}'s bundle."""
        require(exists(Device, lambda e: s.keeps[e, m] & ~s.down[e]) & ~s.keeps[d, m] & ~s.down[d])
        require(~kept_by_enough(s, m), "ZK-C11", rule="key_replicas")
        return s.set(keeps={(d, m): True})

    @action(cites="ZK-C11")
    def acknowledge(s, m: Meter):
        """{m} is told that its bundle is kept, as it is by enough devices."""
        require(~s.told[m] & kept_by_enough(s, m), "ZK-C11", rule="key_replicas")
        return s.set(told={m: True})

    @action(needs=CR, cites="ZK-R27 ZK-C11")
    def crash(s, d: Device):
        """{d} crashes for good, and what it keeps can't be had any more."""
        require(s.faulty[d] & ~s.down[d])
        return s.set(down={d: True})

    @action(cites="ZK-R30")
    def ask(s, m: Meter, d: Device):
        """{m} asks {d}, the device of its cluster, for its bundle."""
        require(s.member[m, d] & ~s.asked[m, d])
        return s.set(asked={(m, d): True})

    @action(cites="ZK-R6 ZK-C28")
    def fetch(s, m: Meter, d: Device):
        """The master station fetches {m}'s private key through {d}, to read the meter's data."""
        require(s.rules.master_keys == "fetched", "ZK-R6", rule="master_keys")
        require((s.keeps[d, m] if s.rules.key_custody == "device" else s.member[m, d]) & ~s.passed[m, d])
        return s.set(passed={(m, d): True}, left={m: True})

    @action(needs=EDGE, cites="ZK-R24 ZK-C35")
    def read_store(s, m: Meter, d: Device):
        """The corrupted {d} reads {m}'s bundle, which it keeps."""
        require(s.corrupted[d] & s.keeps[d, m] & ~s.opened[m])
        return _opening(s, m)

    @action(needs=EDGE, cites="ZK-R31 ZK-C10")
    def read_answer(s, m: Meter, d: Device):
        """The corrupted {d}, through which {m} has asked for its bundle, reads it on the way."""
        require(s.rules.query_answer == "whole-block", "ZK-R31", rule="query_answer")
        require(s.corrupted[d] & s.asked[m, d] & available(s, m) & ~s.opened[m])
        return _opening(s, m)

    @action(needs=EDGE, cites="ZK-R31 ZK-C10")
    def ask_unasked(s, m: Meter, d: Device):
        """The corrupted {d} asks the others for {m}'s bundle, which {m} has not asked for."""
        require(s.rules.query_answer == "whole-block", "ZK-R31", rule="query_answer")
        require(s.rules.requester_check != "owner", "ZK-C10", rule="requester_check")
        if s.rules.requester_check == "cluster-member":
            require(s.member[m, d], "ZK-C10", rule="requester_check")
        require(s.corrupted[d] & available(s, m) & ~s.opened[m])
        return _opening(s, m)

    @action(needs=LEDGER, cites="ZK-R31 ZK-C10")
    def ask_by_own_meter(s, m: Meter, a: Meter, d: Device):
        """{a}, a meter of the adversary's, asks {d} for {m}'s bundle, and can read the answer, even sealed to {a}."""
        require(s.rules.requester_check != "owner", "ZK-C10", rule="requester_check")
        if s.rules.requester_check == "cluster-member":
            require(s.member[m, d], "ZK-C10", rule="requester_check")
        require(s.own[a] & ~s.own[m] & s.member[a, d] & available(s, m) & ~s.opened[m])
        return _opening(s, m)

    @action(needs=EDGE, cites="ZK-R6 ZK-C28")
    def read_fetched(s, m: Meter, d: Device):
        """The corrupted {d} reads {m}'s private key, which passes through it to the master station."""
        require(s.corrupted[d] & s.passed[m, d] & ~s.learnt[m])
        return s.set(learnt={m: True})


def kept_by_enough(s, m):
    """As many devices keep the meter's bundle as have to."""
    return atleast(s.rules.key_replicas, Device, lambda d: s.keeps[d, m])


def available(s, m):
    """A device that is up keeps the meter's bundle."""
    return exists(Device, lambda d: s.keeps[d, m] & ~s.down[d])


def _opening(s, m):
    """The adversary reads the bundle, and with it the private key if that is in it."""
    if s.rules.key_custody == "device":
        return s.set(opened={m: True}, learnt={m: True})
    return s.set(opened={m: True})
