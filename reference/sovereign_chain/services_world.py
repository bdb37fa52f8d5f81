"""The machine `Services` with real bytes: meters' records, who indexes them, and the chains of the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused, Sent
from reference.sovereign_chain import services
from reference.sovereign_chain.records import FIELDS, Value, metered
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.services import INTERFACE, POWER_DATA, SERVICES, Indexed, RecordChain

NODE = 0
CONTENT: Mapping[str, Value] = {"user": "Ada", "terms": "as agreed", "energy": 4_200, "price": 31, "time": 1_000}


@dataclass(frozen=True)
class ServicesWorld:
    """`records` are the meters' signed records with the fields that they show, `keys` those of whoever indexes them."""

    rules: Rules
    chains: tuple[RecordChain, ...]
    records: tuple[bytes, ...]
    keys: Mapping[int, KeyPair]
    wire: tuple[bytes, ...] = ()

    def indexed(self, record: int, service: int) -> bytes | None:
        """What is on the wire of this record for the chain of that service."""
        decoded = ((data, Indexed.decode(POWER_DATA, data)) for data in self.wire)
        wanted = (service, self.records[record])
        return next((data for data, each in decoded if (each.service, each.record) == wanted), None)


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a record and a chain."""

    action: str
    record: int
    chain: int


Outcome = tuple[ServicesWorld, Effects]


def deploy(
    rules: Rules, seed: int, *, chains: int, labels: Sequence[int], fits: Sequence[Sequence[bool]]
) -> ServicesWorld:
    """So many chains, and a meter with a record for each entry of `labels`, which has the form of the chains of `fits`.

    Raises InputError for more chains than there are services, for a label of none of them, and for a record that has
    not the form of what it is for.
    """
    if not 0 < chains <= len(SERVICES):
        raise InputError(f"{chains} service chains", allowed=f"1 to {len(SERVICES)}: {', '.join(SERVICES)}")
    if not all(0 <= label < chains and fit[label] for label, fit in zip(labels, fits, strict=True)):
        raise InputError(
            "a record is for no chain, or has not the form of its own", allowed="a chain whose form it has"
        )
    root = Randomness.from_seed(seed)
    keys = {who: KeyPair.generate(root.child("indexer", who)) for who in (NODE, INTERFACE)}
    records, meters = list[bytes](), dict[bytes, bytes]()
    for number, (label, fit) in enumerate(zip(labels, fits, strict=True)):
        name, pair = root.child("name", number).take(32), KeyPair.generate(root.child("meter", number))
        meters[name] = pair.public
        held = metered(POWER_DATA, rules, name, 1, label, CONTENT, pair, root)
        left_out = {FIELDS[service] for service, has_form in enumerate(fit) if not has_form}
        records.append(held.without(left_out).encode(POWER_DATA))
    public = {who: pair.public for who, pair in keys.items()}
    each = tuple(RecordChain(number, rules, meters, public) for number in range(chains))
    return ServicesWorld(rules, each, tuple(records), keys)


def step(world: ServicesWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.record < len(world.records):
        return _refuse(world, "record", f"there is no record {event.record}")
    if not 0 <= event.chain < len(world.chains):
        return _refuse(world, "chain", f"there is no chain {event.chain}")
    return _STEPS[event.action](world, event)


def _index(world: ServicesWorld, event: Event) -> Outcome:
    [sent] = services.index(NODE, world.keys[NODE], world.records[event.record])
    assert isinstance(sent, Sent), "the records of a world are well formed"
    if Indexed.decode(POWER_DATA, sent.data).service != event.chain:
        return _refuse(world, "index", "the meter has signed another service", "WA-R11")
    return _new(world, event, sent.data)


def _mislabel(who: int) -> Callable[[ServicesWorld, Event], Outcome]:
    def mislabel(world: ServicesWorld, event: Event) -> Outcome:
        said = Indexed(event.chain, world.records[event.record], who).signed(POWER_DATA, world.keys[who])
        return _new(world, event, said.encode(POWER_DATA))

    return mislabel


def _new(world: ServicesWorld, event: Event, data: bytes) -> Outcome:
    if world.indexed(event.record, event.chain) is not None:
        return _refuse(world, "network", "the record is on its way there already")
    return replace(world, wire=(*world.wire, data)), (Sent(Indexed.KIND, data),)


def _store(world: ServicesWorld, event: Event) -> Outcome:
    data = world.indexed(event.record, event.chain)
    if data is None:
        return _refuse(world, "network", "the record is not on its way there", "WA-R17")
    party, effects = services.take(world.chains[event.chain], data)
    return replace(world, chains=(*world.chains[: event.chain], party, *world.chains[event.chain + 1 :])), effects


def _refuse(world: ServicesWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[ServicesWorld, Event], Outcome]] = {
    "index": _index,
    "mislabel": _mislabel(NODE),
    "misroute": _mislabel(INTERFACE),
    "store": _store,
}
ACTIONS = tuple(_STEPS)
