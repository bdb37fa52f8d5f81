"""The machine `Redaction` with real bytes: meters, the first receivers of their records, other nodes, and readers.

A record has the fields of `records.FIELDS`, of which a deployment names some: secret ones of those that may be left
out, and others. All nodes do with the rest as they should: what must be shown is, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from meterproof.errors import InputError
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import redaction
from reference.sovereign_chain.records import FIELDS, REDACTABLE, Held, Value, content_of, metered
from reference.sovereign_chain.redaction import Expected, Origin
from reference.sovereign_chain.rules import Rules

CHAIN, SERVICE = "power-trading", 1


@dataclass(frozen=True)
class RedactionWorld:
    """`names` has the fields by number, of which each can say `values` different things. `held` is what the meters
    have, `wire` the entries of temporary blocks by record, `blocks` those that are accepted, and `known` what readers
    have found out: the number of a record, a field and its value."""

    rules: Rules
    names: tuple[str, ...]
    values: int
    crooked: frozenset[int]
    held: tuple[Held, ...]
    origins: tuple[Origin, ...]
    wire: Mapping[int, bytes] = field(default_factory=dict)
    blocks: Mapping[int, bytes] = field(default_factory=dict)
    known: frozenset[tuple[int, str, Value]] = frozenset()

    @property
    def meters(self) -> Mapping[bytes, bytes]:
        return self.origins[0].meters

    @property
    def nodes(self) -> Mapping[int, bytes]:
        """The public keys of the first receivers."""
        return {each.number: each.pair.public for each in self.origins}

    def fault(self, record: int, entry: bytes) -> Refused | None:
        """Why the other nodes do not accept this entry for the record."""
        expected = self.origins[record].expected
        return redaction.accept(CHAIN, self.rules, expected, entry, self.meters, self.nodes)


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a record, a field and a value."""

    action: str
    record: int
    field: int = 0
    value: int = 0


Outcome = tuple[RedactionWorld, Effects]


def value_of(name: str, number: int) -> Value:
    """The value of this number that a field can have."""
    return f"value {number}" if name in REDACTABLE else 1_000 + number


def deploy(
    rules: Rules,
    seed: int,
    *,
    secret: Sequence[bool],
    reads: Sequence[Sequence[int]],
    values: int,
    crooked: Collection[int] = (),
) -> RedactionWorld:
    """A meter and a first receiver for each entry of `reads`, which has the number of what each field says.

    Raises InputError for more fields than records have, secret and other ones each.
    """
    of_kind = {hidden: [name for name in FIELDS if (name in REDACTABLE) == hidden] for hidden in (True, False)}
    for hidden, named in of_kind.items():
        if sum(each == hidden for each in secret) > len(named):
            kind = "are secret" if hidden else "are not secret"
            raise InputError(f"too many fields {kind}", allowed=f"{len(named)} of them")
    taken = {hidden: iter(named) for hidden, named in of_kind.items()}
    names = tuple(next(taken[bool(hidden)]) for hidden in secret)
    root = Randomness.from_seed(seed)
    pairs = [KeyPair.generate(root.child("meter", r)) for r in range(len(reads))]
    of = [Expected(root.child("name", r).take(32), 1, SERVICE) for r in range(len(reads))]
    meters = {each.meter: pair.public for each, pair in zip(of, pairs, strict=True)}
    held, origins = list[Held](), list[Origin]()
    for r, says in enumerate(reads):
        content = {name: value_of(name, 0) for name in FIELDS}
        content |= {name: value_of(name, number) for name, number in zip(names, says, strict=True)}
        held.append(metered(CHAIN, rules, of[r].meter, of[r].sequence, SERVICE, content, pairs[r], root))
        origins.append(Origin(CHAIN, rules, r, KeyPair.generate(root.child("node", r)), of[r], meters))
    return RedactionWorld(rules, names, values, frozenset(crooked), tuple(held), tuple(origins))


def step(world: RedactionWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not 0 <= event.record < len(world.held):
        return _refuse(world, "record", f"there is no record {event.record}")
    if not 0 <= event.field < len(world.names) or not 0 <= event.value < world.values:
        return _refuse(world, "field", f"there is no field {event.field}, or no value {event.value}")
    of_origin = _OF_CROOKED if event.record in world.crooked else _OF_HONEST
    if event.action in {*_OF_CROOKED, *_OF_HONEST} - of_origin:
        return _refuse(world, "corruption", f"the first receiver is {'dis' * (of_origin is _OF_CROOKED)}honest")
    return _STEPS[event.action](world, event)


def _report(world: RedactionWorld, event: Event) -> Outcome:
    sent = redaction.sent_by_meter(world.rules, world.held[event.record]).encode(CHAIN)
    origin, effects = redaction.receive(world.origins[event.record], sent)
    after = _with(world, event.record, origin)
    return (_broadcast(after, event.record) if origin.drafted and not refused(effects) else after), effects


def _desensitise(world: RedactionWorld, event: Event) -> Outcome:
    origin, effects = redaction.desensitise(world.origins[event.record])
    after = _with(world, event.record, origin)
    sent = next((each.data for each in effects if isinstance(each, Sent)), None)
    return (after if sent is None else replace(after, wire={**after.wire, event.record: sent})), effects


def _put(world: RedactionWorld, event: Event) -> Outcome:
    name = world.names[event.field]
    origin, effects = redaction.put(world.origins[event.record], name, value_of(name, event.value))
    return _with(world, event.record, origin), effects


def _draft(world: RedactionWorld, event: Event) -> Outcome:
    origin, effects = redaction.draft(world.origins[event.record])
    after = _with(world, event.record, origin)
    return (after if refused(effects) else _broadcast(after, event.record)), effects


def _broadcast(world: RedactionWorld, record: int) -> RedactionWorld:
    """A dishonest origin's block goes around, with the fields besides those of the deployment as they should be."""
    origin = world.origins[record]
    others = {each.field: each for each in origin.told if each.field not in {*world.names, *REDACTABLE}}
    after = replace(origin, shown={**others, **origin.shown})
    return replace(_with(world, record, after), wire={**world.wire, record: after.entry()})


def _accept(world: RedactionWorld, event: Event) -> Outcome:
    entry = world.wire.get(event.record)
    if entry is None or event.record in world.blocks:
        return _refuse(world, "draft", "no block is broadcast, or it is accepted already", "WA-R9")
    if (refusal := world.fault(event.record, entry)) is not None:
        return world, (refusal,)
    return replace(world, blocks={**world.blocks, event.record: entry}), ()


def _read(world: RedactionWorld, event: Event) -> Outcome:
    entry, name = world.wire.get(event.record), world.names[event.field]
    content = {} if entry is None else content_of(CHAIN, world.rules, entry)
    return _learns(world, event, content.get(name, _nothing(name)))


def _guess(world: RedactionWorld, event: Event) -> Outcome:
    entry, name = world.wire.get(event.record), world.names[event.field]
    if entry is None:
        return _learns(world, event, _nothing(name))
    values = [value_of(name, number) for number in range(world.values)]
    return _learns(world, event, redaction.guess(CHAIN, world.rules, entry, name, values))


def _tell(world: RedactionWorld, event: Event) -> Outcome:
    return _learns(world, event, redaction.told_by_meter(world.origins[event.record], world.names[event.field]))


def _nothing(name: str) -> Refused:
    return Refused("redaction", f"no block shows the {name}", ("WA-R8",))


def _learns(world: RedactionWorld, event: Event, found: Value | Refused) -> Outcome:
    """Others know what the field says from now on; what it does not say is no knowledge of it."""
    if isinstance(found, Refused):
        return world, (found,)
    name = world.names[event.field]
    new = (event.record, name, found)
    if new in world.known:
        return _refuse(world, "reader", "this is known already")
    if found != world.held[event.record].content[name]:
        return _refuse(world, "reader", "the field says something else", "WA-C3")
    return replace(world, known=world.known | {new}), ()


def _with(world: RedactionWorld, record: int, origin: Origin) -> RedactionWorld:
    return replace(world, origins=(*world.origins[:record], origin, *world.origins[record + 1 :]))


def _refuse(world: RedactionWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_OF_HONEST, _OF_CROOKED = {"desensitise"}, {"put", "draft", "tell"}
_STEPS: Mapping[str, Callable[[RedactionWorld, Event], Outcome]] = {
    "report": _report,
    "desensitise": _desensitise,
    "put": _put,
    "draft": _draft,
    "accept": _accept,
    "read": _read,
    "guess": _guess,
    "tell": _tell,
}
