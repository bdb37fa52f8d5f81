"""Names on chains: the directory of who may be named there, and what somebody makes of all that is public (WA-C4).

A chain takes a record, or a report of a violation, under the name of somebody who has come to it with the registrar's
ticket. The adversary reads all chains, knows by their names whom it deals with, and puts together what has one name, or
what the registrar has told under a warrant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reference.crypto import encoding
from reference.crypto.encoding import HASH, SIGNATURE, Domain, Malformed
from reference.ledger.effects import Effects, Refused
from reference.sovereign_chain.names import is_admitted, is_warranted
from reference.sovereign_chain.rules import IdentityNames

ARRIVAL, NAMED = "arrival", "named-record"


@dataclass(frozen=True)
class Arrival:
    """Somebody comes to a chain, under this name and with this ticket."""

    name: bytes
    ticket: bytes

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, ARRIVAL), [self.name, self.ticket])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Arrival:
        return Arrival(*encoding.decode_fields(Domain(chain_id, ARRIVAL), data, HASH, SIGNATURE))


@dataclass(frozen=True)
class NamedRecord:
    """What is recorded of whom the name stands for, desensitised."""

    name: bytes
    body: bytes

    def encode(self, chain_id: str) -> bytes:
        return encoding.encode(Domain(chain_id, NAMED), [self.name, self.body])

    @staticmethod
    def decode(chain_id: str, data: bytes) -> NamedRecord:
        return NamedRecord(*encoding.decode_fields(Domain(chain_id, NAMED), data, HASH, bytes))


@dataclass(frozen=True)
class Directory:
    """A chain's memory of names: those that came, each with its ticket, and the records under them."""

    chain_id: str
    rule: IdentityNames
    registrar: bytes
    tickets: Mapping[bytes, bytes] = field(default_factory=dict)
    records: tuple[bytes, ...] = ()

    @property
    def shown(self) -> frozenset[bytes]:
        """The names under which there is a record."""
        return frozenset(NamedRecord.decode(self.chain_id, each).name for each in self.records)

    def admits(self, name: bytes) -> bool:
        """Whether the registrar's ticket for the name is here, verified anew."""
        ticket = self.tickets.get(name, b"")
        return is_admitted(self.rule, self.registrar, name, self.chain_id, ticket)


def arrive(directory: Directory, data: bytes) -> tuple[Directory, Effects]:
    """Somebody comes. As all steps of parties: a refused one leaves the state unchanged."""
    try:
        arrival = Arrival.decode(directory.chain_id, data)
    except Malformed as malformed:
        return directory, (Refused("encoding", str(malformed), ("WA-R17",)),)
    if arrival.name in directory.tickets:
        return directory, (Refused("place", "the name is on the chain already", ("WA-R17",)),)
    after = replace(directory, tickets={**directory.tickets, arrival.name: arrival.ticket})
    if not after.admits(arrival.name):
        refusal = Refused("identity_names", "the registrar has not named anybody so here", ("WA-R17", "WA-C4"))
        return directory, (refusal,)
    return after, ()


def enter(directory: Directory, data: bytes) -> tuple[Directory, Effects]:
    """A record comes into a block of the chain, the first one under its name."""
    try:
        record = NamedRecord.decode(directory.chain_id, data)
    except Malformed as malformed:
        return directory, (Refused("encoding", str(malformed), ("WA-R18",)),)
    if record.name not in directory.tickets:
        return directory, (Refused("registration", "nobody has this name on the chain", ("WA-R3",)),)
    if record.name in directory.shown:
        return directory, (Refused("place", "there is a record under the name already", ("WA-R18",)),)
    return replace(directory, records=(*directory.records, data)), ()


@dataclass(frozen=True)
class Link:
    """What the registrar has told: that two names on two chains belong together, and the warrant that it asked for."""

    chain_id: str
    name: bytes
    other: str
    there: bytes
    warrant: bytes

    def is_warranted(self, court: bytes) -> bool:
        return is_warranted(court, self.name, self.chain_id, self.other, self.warrant)


@dataclass(frozen=True)
class Observer:
    """The adversary's memory: by chain and name whom it stands for, as far as known; and what the registrar has told.

    `met` are those whom it has dealt with, `known` also those whom it has recognised.
    """

    met: Mapping[tuple[str, bytes], int] = field(default_factory=dict)
    known: Mapping[tuple[str, bytes], int] = field(default_factory=dict)
    links: tuple[Link, ...] = ()

    def together(self, chain_id: str, name: bytes, other: str, there: bytes) -> bool:
        """Whether a name on one chain and one on another are of the same person, for all that it knows."""
        if name == there:
            return True
        ways = ((chain_id, name, other, there), (other, there, chain_id, name))
        return any((each.chain_id, each.name, each.other, each.there) in ways for each in self.links)


def meet(observer: Observer, chain_id: str, name: bytes, person: int) -> tuple[Observer, Effects]:
    """It deals with a person, who says under which name."""
    place = (chain_id, name)
    if place in observer.met:
        return observer, (Refused("place", "they have met there already", ("WA-C4",)),)
    met, known = {**observer.met, place: person}, {**observer.known, place: person}
    return replace(observer, met=met, known=known), ()


def recognise(observer: Observer, directory: Directory, name: bytes, chain_id: str) -> tuple[Observer, Effects]:
    """It looks at a name under which another chain has a record: is it of somebody whom it knows on `chain_id`?"""
    there = directory.chain_id
    if name not in directory.shown or (there, name) in observer.known:
        return observer, (Refused("place", "there is nothing new under this name", ("WA-C4",)),)
    for (place, known), person in observer.known.items():
        if place == chain_id and observer.together(place, known, there, name):
            return replace(observer, known={**observer.known, (there, name): person}), ()
    return observer, (Refused("identity_names", "nothing joins the name with a known one", ("WA-R17", "WA-C4")),)
