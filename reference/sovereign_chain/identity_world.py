"""The machine `Identity` with real bytes: legal persons with their keys, the registration centre, and a chain's node.

Persons, IDs and keys are known by numbers; what a number stands for is drawn from the seed. Two draws of a key never
agree, so that a key has one maker. What is sent reaches everybody at once, and an adversary can say what it can sign.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused, Sent, refused
from reference.sovereign_chain import identity_node, registration
from reference.sovereign_chain.identity import (
    APPLICATION,
    CREDENTIAL,
    MESSAGE,
    REVOCATION,
    USER,
    Application,
    Credential,
    IdMessage,
)
from reference.sovereign_chain.identity_node import IdNode
from reference.sovereign_chain.registration import Centre
from reference.sovereign_chain.rules import Registration, Rules

CHAIN = "power-trading"


@dataclass(frozen=True)
class Holder:
    """A legal person: its number, the key by which the state knows it, the key pairs that it has made, and its IDs,
    each with what the centre sent and the pair that it applied with."""

    number: bytes
    civil: KeyPair
    keys: Mapping[int, KeyPair] = field(default_factory=dict)
    wallet: Mapping[bytes, tuple[Credential, KeyPair]] = field(default_factory=dict)

    def application(self, rule: Registration, identity: bytes, person: bytes, pair: KeyPair) -> bytes:
        """For this ID in the name of a person, with all that this one can show for it, as far as it is asked for."""
        if rule == "id-only":
            return Application(identity, person, USER).encode(CHAIN)
        if rule == "registrar-checked":
            return Application(identity, person, USER).with_papers(CHAIN, self.civil).encode(CHAIN)
        application = Application(identity, person, USER, pair.public).with_possession(CHAIN, pair)
        return application.with_papers(CHAIN, self.civil).encode(CHAIN)


@dataclass(frozen=True)
class IdentityWorld:
    """`dishonest` persons are the adversary's. `identities` are the IDs by number, and `keys` the pairs as they will be
    drawn; `senders` has who has sent a message under an ID."""

    rules: Rules
    holders: tuple[Holder, ...]
    dishonest: frozenset[int]
    identities: tuple[bytes, ...]
    keys: tuple[KeyPair, ...]
    centre: Centre
    node: IdNode
    wire: tuple[Sent, ...] = ()
    senders: Mapping[bytes, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """An action of the model by its name: who acts, in whose name, and the numbers of an ID, a key and a height."""

    action: str
    by: int = 0
    name: int = 0
    identity: int = 0
    key: int = 0
    height: int = 0


Outcome = tuple[IdentityWorld, Effects]


def deploy(
    rules: Rules, seed: int, *, persons: int, identities: int, keys: int, dishonest: Collection[int] = ()
) -> IdentityWorld:
    """Persons whom the state knows, and a centre that has drawn so many IDs."""
    stream = Randomness.from_seed(seed)
    holders = tuple(
        Holder(stream.child("person", i).take(32), KeyPair.generate(stream.child("civil", i))) for i in range(persons)
    )
    drawn = tuple(stream.child("id", number).take(32) for number in range(identities))
    pairs = tuple(KeyPair.generate(stream.child("key", number)) for number in range(keys))
    pair, secret = KeyPair.generate(stream.child("centre")), stream.child("commitments").take(32)
    civil = {each.number: each.civil.public for each in holders}
    centre = Centre(CHAIN, rules.registration, pair, civil, frozenset(drawn), secret)
    node = IdNode(CHAIN, rules.registration, pair.public)
    return IdentityWorld(rules, holders, frozenset(dishonest), drawn, pairs, centre, node)


def step(world: IdentityWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    persons = range(len(world.holders))
    if event.by not in persons or event.name not in persons:
        return _refuse(world, "person", "there is no such person")
    if not 0 <= event.identity < len(world.identities) or not 0 <= event.key < len(world.keys):
        return _refuse(world, "identity", "there is no such ID or key")
    return _STEPS[event.action](world, event)


def _make_key(world: IdentityWorld, event: Event) -> Outcome:
    if any(event.key in each.keys for each in world.holders):
        return _refuse(world, "key", "the key is drawn already")
    holder = world.holders[event.by]
    return _held(world, event.by, replace(holder, keys={**holder.keys, event.key: world.keys[event.key]})), ()


def _register(world: IdentityWorld, event: Event) -> Outcome:
    return _apply(world, replace(event, name=event.by))


def _register_as(world: IdentityWorld, event: Event) -> Outcome:
    if event.by not in world.dishonest or event.by == event.name:
        return _refuse(world, "corruption", "the person applies in no other's name", "WA-C17")
    return _apply(world, event)


def _issue_at_will(world: IdentityWorld, event: Event) -> Outcome:
    if event.by not in world.dishonest:
        return _refuse(world, "corruption", "the person is honest", "WA-C18")
    return _apply(world, event, registration.issue)


def _apply(
    world: IdentityWorld, event: Event, at_will: Callable[[Centre, Application], registration.Outcome] | None = None
) -> Outcome:
    """The person applies; the centre decides, or issues what it likes; the node hears of it."""
    holder, identity = world.holders[event.by], world.identities[event.identity]
    pair = holder.keys.get(event.key)
    if pair is None:
        return _refuse(world, "key", "the person has no such key", "WA-R3")
    said = holder.application(world.rules.registration, identity, world.holders[event.name].number, pair)
    if at_will is None:
        centre, effects = registration.step(world.centre, registration.Apply(said))
    else:
        centre, effects = at_will(world.centre, Application.decode(CHAIN, said))
    if refused(effects) is not None:
        return world, effects
    [issued] = [each for each in effects if isinstance(each, Sent) and each.kind == CREDENTIAL]
    node, answer = identity_node.step(world.node, identity_node.Learn(issued.data))
    if refused(answer) is not None:
        return world, answer
    credential = Credential.decode(CHAIN, issued.data)
    after = _held(world, event.by, replace(holder, wallet={**holder.wallet, identity: (credential, pair)}))
    wire = (*world.wire, Sent(APPLICATION, said), issued)
    return replace(after, centre=centre, node=node, wire=wire), effects


def _withdraw(world: IdentityWorld, event: Event) -> Outcome:
    ending = registration.Withdraw(world.identities[event.identity], event.height)
    centre, effects = registration.step(world.centre, ending)
    if refused(effects) is not None:
        return world, effects
    node, told = world.node, tuple(each for each in effects if isinstance(each, Sent) and each.kind == REVOCATION)
    for each in told:
        node, answer = identity_node.step(node, identity_node.End(each.data))
        if refused(answer) is not None:
            return world, answer
    return replace(world, centre=centre, node=node, wire=world.wire + told), effects


def _close(world: IdentityWorld, event: Event) -> Outcome:
    node, effects = identity_node.step(world.node, identity_node.Close(event.height))
    if refused(effects) is not None:
        return world, effects
    centre, effects = registration.step(world.centre, registration.Closed(node.blocks[-1].encode(CHAIN)))
    return (world if refused(effects) is not None else replace(world, node=node, centre=centre)), effects


def _send(world: IdentityWorld, event: Event) -> Outcome:
    got = world.holders[event.by].wallet.get(world.identities[event.identity])
    if got is None:
        return _refuse(world, "identity", "the person has not got the ID", "WA-R3")
    return _sent(world, event, *got)


def _send_as(world: IdentityWorld, event: Event) -> Outcome:
    """Everybody can read what was issued; whose key signs is another matter."""
    holder, identity = world.holders[event.by], world.identities[event.identity]
    pair, credential = holder.keys.get(event.key), world.node.listed.get(identity, Credential(identity))
    if event.by not in world.dishonest or pair is None or identity in holder.wallet:
        return _refuse(world, "corruption", "the ID is the person's own, or the person honest or without the key")
    return _sent(world, event, credential, pair)


def _sent(world: IdentityWorld, event: Event, credential: Credential, pair: KeyPair) -> Outcome:
    message = IdMessage(credential.identity, event.height, b"an order", credential.epoch)
    if world.rules.registration == "certified":
        message = message.signed(CHAIN, pair)
    data = message.encode(CHAIN)
    node, effects = identity_node.step(world.node, identity_node.Take(data))
    if refused(effects) is not None:
        return world, effects
    sent = Sent(MESSAGE, data)
    return replace(world, node=node, wire=(*world.wire, sent), senders={**world.senders, data: event.by}), (sent,)


def _held(world: IdentityWorld, number: int, holder: Holder) -> IdentityWorld:
    return replace(world, holders=(*world.holders[:number], holder, *world.holders[number + 1 :]))


def _refuse(world: IdentityWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[IdentityWorld, Event], Outcome]] = {
    "make_key": _make_key,
    "register": _register,
    "register_as": _register_as,
    "issue_at_will": _issue_at_will,
    "withdraw": _withdraw,
    "close": _close,
    "send": _send,
    "send_as": _send_as,
}
