"""A bundle is moved to another device while the key in it is updated (GR-R7, ZK-R20, ZK-R32, ZK-C33).

Migration and update of a key are each in order by themselves. Put together, the owner may write the new key into its
copy after it has sent the bundle: the target then has the old one, becomes the owner, and the source erases the only
copy of the new one. Hardened, the target's statement that it has stored the bundle names the version, and the chain
commits the migration only if this is the one in force; otherwise it aborts it, as it does when time is up, and the
bundle is moved again.
"""

from meterproof.lang import action, choice, is_next, require, rigid, var
from model.migration import Migration, owns
from model.vocabulary import NET, Device, Meter, Move, Version


class Relocation(Migration):
    """Any number of meters, devices, migrations and versions of keys."""

    bundle_move = choice(
        "as-exported", "versioned", removed="as-exported", cites=["GR-R7", "ZK-C33"],
        doc="What a migration hands over: the bundle as it was when it was sent; or, where it can be committed, the "
        "bundle of the version that is in force then.",
    )  # fmt: skip

    initial = rigid(to=Version, doc="the version of all keys at first")

    newest = var(Meter, to=Version, init=lambda s, m: s.initial, doc="the version of the meter's key in force")
    kept = var(Device, Meter, to=Version, init=lambda s, d, m: s.initial, doc="the version that the device keeps")
    taken_out = var(Move, to=Version, init=lambda s, j: s.initial, doc="the version in the source's memory")
    on_wire = var(Move, Version, doc="the bundle was sent with this version")
    flying = var(Move, to=Version, init=lambda s, j: s.initial, doc="the version under way, if any")
    landed = var(Move, to=Version, init=lambda s, j: s.initial, doc="the version in the target's memory, if any")
    confirmed = var(Move, to=Version, init=lambda s, j: s.initial, doc="the version that the target has stored, if any")

    @action(cites="ZK-R32 ZK-C33")
    def update(s, m: Meter, d: Device, v: Version):
        """The key of {m} is updated to version {v}, and {d}, its owner, stores it."""
        require(owns(s, m, d) & s.keeps[d, m] & is_next(s.newest[m], v))
        return s.set(newest={m: v}, kept={(d, m): v})

    @action(cites="ZK-R20 ZK-C33")
    def take_out(s, j: Move):
        """The source of {j} takes the bundle out of its storage, into its memory."""
        return s.set(Migration.take_out(s, j), taken_out={j: s.kept[s.source[j], s.meter[j]]})

    @action(cites="ZK-R20")
    def send(s, j: Move):
        """The source of {j} sends the bundle to the target."""
        return s.set(Migration.send(s, j), flying={j: s.taken_out[j]}, on_wire={(j, s.taken_out[j]): True})

    @action(cites="ZK-R20")
    def receive(s, j: Move):
        """The target of {j} has the bundle in its memory."""
        return s.set(Migration.receive(s, j), landed={j: s.flying[j]})

    @action(cites="ZK-C33")
    def store(s, j: Move):
        """The target of {j}, which has seen it opened, stores the bundle and signs that it has, and which version."""
        return s.set(
            Migration.store(s, j), kept={(s.target[j], s.meter[j]): s.landed[j]}, confirmed={j: s.landed[j]}
        )  # fmt: skip

    @action(cites="ZK-C33 ZK-C12")
    def commit(s, j: Move):
        """The chain commits {j}, whose target has signed that it has the bundle: from this block on it is the owner."""
        if s.rules.bundle_move == "versioned":
            require(s.confirmed[j] == s.newest[s.meter[j]], "GR-R7", rule="bundle_move")
        return Migration.commit(s, j)

    @action(needs=NET)
    def repeat(s, j: Move, v: Version):
        """The network delivers the bundle of {j} once more, with the version {v} with which it was sent."""
        require(s.on_wire[j, v])
        return s.set(Migration.repeat(s, j), flying={j: v})
