"""Which keys are a meter's: the ideal of the key chain, as everybody sees it who does not ask how it comes about.

`model.key_records` tells the whole life of a key, with its messages, epochs, delays and vetoes; that each of its steps
is a step of this machine, or none, is GR-V1. Here a meter makes keys, the chain makes one of them the meter's or ends
what it had, and the adversary may copy the key in force. With a copy it may get keys of its own in force, too, until
the owner has put an end to them (ZK-P6).
"""

from meterproof.lang import Protocol, action, exists, ite, require, var
from model.vocabulary import KEY, NET, Key, Meter


class KeyStatus(Protocol):
    """Any number of meters and keys."""

    made = var(Meter, Key, doc="the meter made the key pair")
    known = var(Key, doc="the adversary has the private key")
    valid = var(Meter, Key, doc="by the key chain, the key is the meter's")

    @action(cites="ZK-R28 ZK-R32")
    def make(s, m: Meter, k: Key):
        """{m} makes the key pair {k}."""
        require(_is_new(s, k))
        return s.set(made={(m, k): True})

    @action(cites="ZK-R28 ZK-R32 ZK-C5 ZK-P10")
    def install(s, m: Meter, k: Key):
        """The key chain makes {k}, which {m} made, the key of {m}."""
        require(s.made[m, k] & ~s.valid[m, k])
        return s.set(valid=_only(s, m, k))

    @action(cites="ZK-R34 ZK-C6 ZK-P7")
    def revoke(s, m: Meter, k: Key):
        """The key chain revokes {k}, the key of {m}."""
        require(s.valid[m, k])
        return s.set(valid={(m, ...): False})

    @action(needs=NET)
    def generate_key(s, k: Key):
        """The adversary makes a key pair {k} of its own."""
        require(_is_new(s, k))
        return s.set(known={k: True})

    @action(needs=KEY, cites="ZK-C5")
    def copy_key(s, m: Meter, k: Key):
        """The adversary copies {k}, the key of {m} that is in force."""
        require(s.valid[m, k] & ~s.known[k])
        return s.set(known={k: True})

    @action(needs=KEY, cites="ZK-C5 ZK-P6")
    def take_over(s, m: Meter, j: Key, k: Key):
        """With its copy of {j}, the key in force, the adversary has the key chain make {k} the key of {m}."""
        require(s.known[j] & s.valid[m, j] & s.known[k] & ~s.valid[m, k])
        return s.set(valid=_only(s, m, k))


def _is_new(s, k):
    """Nobody has the key pair."""
    return ~s.known[k] & ~exists(Meter, lambda m: s.made[m, k])


def _only(s, m, k):
    """The valid keys once this one is the meter's: it alone."""
    return lambda n, j: ite(n == m, j == k, s.valid[n, j])
