"""What the devices' agreed chain says of meters' keys (Zhai et al., section 2.2.1).

One value stands for all correct devices: they have one chain (ZK-R26; `acceptance` is about how far they do). Whose key
a record bears is known from what its device shows of it. Where the body is a signature over something that nobody else
sees, that is any key that the device cares to sign for, and more than one (ZK-C27).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reference.edge_keys.key_messages import EMPTY_KEY, Place
from reference.edge_keys.records import Record
from reference.edge_keys.rules import Rules
from reference.ledger.chain import GENESIS
from reference.ledger.effects import Refused


@dataclass(frozen=True)
class Registry:
    """The state of the chain. `recovery` has the recovery key of each meter, noted by the enrolment root."""

    rules: Rules
    chain: str
    devices: tuple[bytes, ...]
    quorum: int
    root: bytes
    recovery: Mapping[bytes, bytes]
    records: tuple[Record, ...] = ()
    shown: Mapping[tuple[bytes, Place], tuple[bytes, ...]] = field(default_factory=dict)
    """The keys that are shown for each record that bears one, the one first with which it was recorded."""
    current: Mapping[bytes, Place] = field(default_factory=dict)
    """Each meter's record in force."""
    pending: Mapping[tuple[bytes, Place], int] = field(default_factory=dict)
    """The records that wait, with the height of each."""
    tombstones: frozenset[tuple[bytes, int]] = frozenset()
    """The revoked epochs of which the records are dropped."""
    checkpoint: bytes = b""
    height: int = 0

    def of_epoch(self, meter: bytes, epoch: int) -> tuple[Record, ...]:
        """The records of an epoch, in order."""
        return tuple(each for each in self.records if each.meter == meter and each.place.epoch == epoch)

    def keys(self, meter: bytes, place: Place) -> tuple[bytes, ...]:
        """The keys that the record at this place bears; none if it is of the empty key, or if there is none."""
        return tuple(key for key in self.shown.get((meter, place), ()) if key != EMPTY_KEY)

    def valid(self, meter: bytes, epoch: int) -> tuple[bytes, ...]:
        """The keys of this epoch that count as the meter's: those of the record in force (ZK-R30)."""
        place = self.current.get(meter)
        return self.keys(meter, place) if place is not None and place.epoch == epoch else ()

    def is_revoked(self, meter: bytes, epoch: int) -> bool:
        """Whether the chain, or its checkpoint, says that the epoch's keys are revoked."""
        if (meter, epoch) in self.tombstones:
            return True
        records = self.of_epoch(meter, epoch)
        emptied = (self.shown.get((meter, each.place), (None,))[0] == EMPTY_KEY for each in records)
        return any(each.status == "revoked" for each in records) or any(emptied)

    def next_place(self, meter: bytes, epoch: int) -> Place | Refused:
        """Where the epoch's next update stands."""
        if (place := self.current.get(meter)) is None or place.epoch != epoch:
            return Refused("record", "no record of the epoch is in force", ("ZK-R32",))
        if any(of == meter and waiting.epoch == epoch for of, waiting in self.pending):
            return Refused("activation", "an update of the epoch is pending", ("ZK-C5",))
        taken = [each.place.version for each in self.of_epoch(meter, epoch) if each.status == "key"]
        return Place(epoch, max(taken) + 1)

    def tail(self, meter: bytes, epoch: int) -> bytes:
        """The hash of the epoch's last record."""
        records = self.of_epoch(meter, epoch)
        return records[-1].digest(self.chain) if records else GENESIS

    def signs(self, meter: bytes, epoch: int, key: bytes) -> bool:
        """Whether this counts as "the old key" of the meter, under the rule `update_signer` (ZK-R32, ZK-C8).

        If the record in force is of the empty key, that is the old key (ZK-R34).
        """
        if (place := self.current.get(meter)) is None or place.epoch != epoch:
            return False
        if key == EMPTY_KEY:
            return not self.keys(meter, place)
        if self.rules.update_signer != "any-earlier-key":
            return key in self.valid(meter, epoch)
        return any(key in self.keys(meter, each.place) for each in self.of_epoch(meter, epoch))

    def last_place(self, meter: bytes, epoch: int) -> Place:
        """Where the epoch's last key stands; its first place if it has none."""
        return Place(epoch, max((each.place.version for each in self.of_epoch(meter, epoch)), default=0))
