"""A meter's bundle goes over to another edge device (Zhai et al., 2.1; ZK-R18, ZK-R20, ZK-C33).

When a meter's cluster changes, what its device keeps of its keys has to be moved. As published the chain's devices
confirm that; nothing more is said of how, and the device that keeps the bundle is the meter's owner. It may erase its
copy before it sends it (delete first), or after the other has it (install first).

Hardened, the owner is whom the chain names. A LOCK opens a migration of a meter; there is no second one until it has
ended. The owner sends the bundle, the target stores it and signs that it has; with that the chain commits and changes
the owner in one and the same block, or it aborts, as anybody may ask once time is up. Only then is a copy erased: the
old owner's after a COMMIT, the target's after an ABORT.

A device acts on the chain as late as it likes, but stores a bundle only once it has cleaned up after all migrations of
the meter that the chain had before. In stable storage are the bundles that it keeps, and what it has cleaned up after;
what it has in its memory, a crash erases. A device that never comes back is the concern of the machine `Custody`, which
has copies at others. The network loses and repeats what is under way; between devices it is relayed by others, of which
some are corrupted and read what is not sealed. A bundle names its migration, and nobody but the source can make one up.
Source and target are correct (ZK-A20).
"""

from meterproof.lang import Enum, Protocol, action, adding, choice, exists, forall, implies, ite, require, rigid, var
from model.vocabulary import CR, EDGE, NET, Device, Meter, Move

Phase = Enum("Phase", "none", "open", "committed", "aborted")


class Migration(Protocol):
    """Any number of meters, devices and migrations."""

    migration = choice(
        "delete-first", "install-first", "two-phase", removed="delete-first", cites=["ZK-R20", "ZK-C33"],
        doc="When a bundle's old copy is erased: before it is sent, once the new one is stored, or once the chain has "
        "made the target the owner, which it does for one migration of a meter at a time.",
    )  # fmt: skip
    transfer = choice(
        "plain", "sealed", removed="plain", cites=["ZK-R20", "ZK-C33"],
        doc="Whether a bundle travels as it is, or sealed to the target.",
    )  # fmt: skip

    meter = rigid(Move, to=Meter, doc="whose bundle is moved")
    source = rigid(Move, to=Device, doc="from which device")
    target = rigid(Move, to=Device, doc="to which device")
    home = rigid(Meter, to=Device, doc="the device that keeps the meter's bundle at first")

    owner = var(Meter, Device, init=lambda s, m, d: s.home[m] == d, doc="the chain names the device as the owner")
    phase = var(Move, to=Phase, init=Phase.none, doc="what the chain has of the migration")
    earlier = var(Move, Move, doc="the first is of the same meter, and the chain had it before it began the second")
    keeps = var(
        Device, Meter, init=lambda s, d, m: s.home[m] == d, doc="the device has the meter's bundle in stable storage"
    )  # fmt: skip
    in_hand = var(Move, doc="the source has the bundle in its memory, to send it")
    sent = var(Move, doc="the bundle was sent")
    under_way = var(Move, doc="the bundle is under way")
    arrived = var(Move, doc="the target has the bundle in its memory")
    stored = var(Move, doc="the target has signed that it has stored the bundle")
    ended = var(Device, Move, doc="the device has seen how the migration ended, and has cleaned up")
    read = var(Meter, doc="a relay has read the bundle")

    @action(cites="ZK-R18 ZK-R20 ZK-C33")
    def begin(s, j: Move):
        """The chain confirms that {j} may begin."""
        require((s.phase[j] == Phase.none) & owns(s, s.meter[j], s.source[j]) & ~owns(s, s.meter[j], s.target[j]))
        if s.rules.migration != "two-phase":
            return s.set(phase={j: Phase.open})
        require(
            forall(Move, lambda i: implies(same_meter(s, i, j), s.phase[i] != Phase.open)), "ZK-C33", rule="migration"
        )
        return s.set(
            phase={j: Phase.open},
            earlier=adding(lambda i, k: (k == j) & same_meter(s, i, j) & (s.phase[i] != Phase.none)),
        )  # fmt: skip

    @action(cites="ZK-R20 ZK-C33")
    def take_out(s, j: Move):
        """The source of {j} takes the bundle out of its storage, into its memory."""
        require(s.keeps[s.source[j], s.meter[j]] & ~s.in_hand[j])
        if s.rules.migration == "two-phase":
            require((s.phase[j] != Phase.none) & ~s.ended[s.source[j], j])
        else:
            require(s.phase[j] == Phase.open)
        if s.rules.migration == "delete-first":
            return s.set(in_hand={j: True}, keeps={(s.source[j], s.meter[j]): False})
        return s.set(in_hand={j: True})

    @action(cites="ZK-R20")
    def send(s, j: Move):
        """The source of {j} sends the bundle to the target."""
        require(s.in_hand[j] & ~s.under_way[j] & ~s.arrived[j] & ~s.stored[j])
        return s.set(sent={j: True}, under_way={j: True})

    @action(cites="ZK-R20")
    def receive(s, j: Move):
        """The target of {j} has the bundle in its memory."""
        require(s.under_way[j] & ~s.arrived[j])
        return s.set(under_way={j: False}, arrived={j: True})

    @action(cites="ZK-R20")
    def install(s, j: Move):
        """The target of {j} stores the bundle, and is the owner now."""
        require(s.rules.migration != "two-phase", rule="migration")
        require(s.arrived[j])
        return s.set(
            arrived={j: False}, stored={j: True}, phase={j: Phase.committed}, keeps={(s.target[j], s.meter[j]): True}
        )  # fmt: skip

    @action(cites="ZK-C33")
    def erase_old(s, j: Move):
        """The source of {j} hears that the target has the bundle, and erases its own copy."""
        require(s.rules.migration == "install-first", rule="migration")
        require(s.in_hand[j] & s.stored[j])
        return s.set(in_hand={j: False}, keeps={(s.source[j], s.meter[j]): False})

    @action(cites="ZK-C33")
    def store(s, j: Move):
        """The target of {j}, which has seen it opened, stores the bundle and signs that it has."""
        require(s.rules.migration == "two-phase", "ZK-C33", rule="migration")
        require(s.arrived[j] & (s.phase[j] != Phase.none) & ~s.stored[j] & ~s.ended[s.target[j], j])
        require(up_to_date(s, j, s.target[j]), "ZK-C33")
        return s.set(arrived={j: False}, stored={j: True}, keeps={(s.target[j], s.meter[j]): True})

    @action(cites="ZK-C33 ZK-C12")
    def commit(s, j: Move):
        """The chain commits {j}, whose target has signed that it has the bundle: from this block on it is the owner."""
        require(s.rules.migration == "two-phase", "ZK-C33", rule="migration")
        require((s.phase[j] == Phase.open) & s.stored[j], "ZK-C33", rule="migration")
        return s.set(
            phase={j: Phase.committed}, owner=lambda m, d: ite(m == s.meter[j], d == s.target[j], s.owner[m, d])
        )  # fmt: skip

    @action(cites="ZK-C33")
    def abort(s, j: Move):
        """The chain aborts {j}: its time is up."""
        require(s.rules.migration == "two-phase", "ZK-C33", rule="migration")
        require(s.phase[j] == Phase.open)
        return s.set(phase={j: Phase.aborted})

    @action(cites="ZK-C33")
    def clean_up(s, j: Move, d: Device):
        """{d} sees how {j} has ended, and erases the copy that is no longer wanted."""
        require(s.rules.migration == "two-phase", "ZK-C33", rule="migration")
        require(has_ended(s, j) & takes_part(s, j, d) & ~s.ended[d, j])
        kept = s.keeps[d, s.meter[j]] & ~idle(s, j, d)
        in_hand = s.in_hand[j] & (s.source[j] != d)
        return s.set(ended={(d, j): True}, in_hand={j: in_hand}, keeps={(d, s.meter[j]): kept})

    @action(needs=CR, cites="ZK-C33")
    def crash(s, d: Device):
        """{d} crashes and starts again, with what it had in stable storage."""
        return s.set(
            in_hand=lambda j: s.in_hand[j] & (s.source[j] != d), arrived=lambda j: s.arrived[j] & (s.target[j] != d)
        )  # fmt: skip

    @action(needs=NET)
    def lose(s, j: Move):
        """The network loses the bundle of {j}."""
        require(s.under_way[j])
        return s.set(under_way={j: False})

    @action(needs=NET)
    def repeat(s, j: Move):
        """The network delivers the bundle of {j} once more."""
        require(s.sent[j] & ~s.under_way[j])
        return s.set(under_way={j: True})

    @action(needs=EDGE, cites="ZK-C10 ZK-C33")
    def overhear(s, j: Move):
        """A corrupted device that relays the bundle of {j} reads it."""
        require(s.rules.transfer == "plain", "ZK-C33", rule="transfer")
        require(s.sent[j] & ~s.read[s.meter[j]])
        return s.set(read={s.meter[j]: True})


def owns(s, m, d):
    """The device is the meter's owner: the chain says so, or it keeps the bundle where the chain does not say."""
    return s.owner[m, d] if s.rules.migration == "two-phase" else s.keeps[d, m]


def same_meter(s, i, j):
    """Two different migrations are of the same meter."""
    return (i != j) & (s.meter[i] == s.meter[j])


def has_ended(s, j):
    """The chain has committed or aborted the migration."""
    return (s.phase[j] == Phase.committed) | (s.phase[j] == Phase.aborted)


def up_to_date(s, j, d):
    """The device has seen to all earlier migrations of the meter on the chain in which it takes part."""
    return forall(Move, lambda i: implies(s.earlier[i, j] & takes_part(s, i, d), s.ended[d, i]))


def takes_part(s, j, d):
    """The device is the source or the target of the migration."""
    return (s.source[j] == d) | (s.target[j] == d)


def idle(s, j, d):
    """The copy of the device, which takes part in the migration, is not the owner's after it has ended."""
    left = (s.phase[j] == Phase.committed) & (s.source[j] == d)
    return left | ((s.phase[j] == Phase.aborted) & (s.target[j] == d))


def on_its_way(s, m):
    """The meter's bundle is under way to a target, or in the memory of a device from which it gets there."""
    return exists(
        Move, lambda j: (s.meter[j] == m) & (s.under_way[j] | s.arrived[j] | (s.in_hand[j] & ~s.stored[j]))
    )  # fmt: skip
