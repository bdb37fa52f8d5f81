"""One block's slots for events, and who may take which (WA-R18, WA-C25).

An event is signed by its person, and the block that it is for is part of it. As published any event makes or fills a
block. Hardened, each person has one slot, by a list that all validators have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reference.crypto.encoding import HASH, Malformed
from reference.ledger.effects import Effects, Refused
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.signed import Signed


@dataclass(frozen=True)
class Change(Signed):
    """A person's event for the block at this height; `count` tells it from others of the same person."""

    KIND = "changed-event"
    person: bytes
    height: int
    count: int
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Change:
        return Change(*Change.read(chain_id, data, HASH, int, int))


@dataclass(frozen=True)
class Person:
    """What validators know of a person: its public key, and the number of its own slot."""

    public: bytes
    slot: int


@dataclass(frozen=True)
class Draft:
    """A block that is being filled: its slots have an event each, or nothing."""

    chain_id: str
    rules: Rules
    height: int
    persons: Mapping[bytes, Person]
    slots: tuple[bytes | None, ...]


def fill(draft: Draft, slot: int, data: bytes) -> tuple[Draft, Effects]:
    """The block with the event in this slot, or why its validators refuse it."""
    try:
        refusal = _fault(draft, slot, Change.decode(draft.chain_id, data))
    except Malformed as malformed:
        refusal = Refused("encoding", str(malformed), ("WA-R18",))
    if refusal is not None:
        return draft, (refusal,)
    if data in draft.slots:
        return draft, (Refused("event", "the block has this event already", ("WA-C5",)),)
    return replace(draft, slots=(*draft.slots[:slot], data, *draft.slots[slot + 1 :])), ()


def _fault(draft: Draft, slot: int, change: Change) -> Refused | None:
    person = draft.persons.get(change.person)
    if person is None or not change.signed_by(draft.chain_id, person.public):
        return Refused("event", "nobody of the chain has signed the event", ("WA-R18",))
    if change.height != draft.height:
        return Refused("event", "the event is for another block", ("WA-R18",))
    if not 0 <= slot < len(draft.slots):
        return Refused("place", f"the block has {len(draft.slots)} slots", ("WA-R18",))
    if draft.rules.rate_limit and person.slot != slot:
        return Refused("rate_limit", f"the person's slot is {person.slot}", ("WA-R18", "WA-C25"))
    if draft.slots[slot] is not None:
        return Refused("place", "the slot is taken", ("WA-R18", "WA-C25"))
    return None
