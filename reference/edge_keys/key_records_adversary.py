"""The adversary's moves of the world `key_records`: what it does with the keys and devices that it has."""

from __future__ import annotations

from dataclasses import replace

from reference.crypto.signing import KeyPair
from reference.edge_keys import registry
from reference.edge_keys.acceptance_world import CHAIN
from reference.edge_keys.key_messages import (
    APPLICATION,
    EMPTY_KEY,
    REVOCATION,
    SHOWING,
    UPDATE,
    Application,
    Link,
    Revocation,
    Update,
)
from reference.edge_keys.key_records_events import (
    CopyKey,
    ForgeRevocation,
    ForgeUpdate,
    GenerateKey,
    JoinAs,
    ShowAnotherKey,
    SignWithTheEmptyKey,
    Vouch,
)
from reference.edge_keys.key_records_world import KeyWorld, Outcome, chain_step, record, refuse, send
from reference.ledger.effects import Refused, Sent, refused


def generate_key(world: KeyWorld, event: GenerateKey) -> Outcome:
    """A key pair of the adversary's own."""
    pair = world.key(event.key)
    if world.drawn(pair.public):
        return refuse(world, "randomness", "this key was drawn before")
    return replace(world, known=(*world.known, pair)), ()


def copy_key(world: KeyWorld, event: CopyKey) -> Outcome:
    """Read the meter's memory while the key is in force."""
    meter, public = world.meters[event.meter], world.key(event.key).public
    pair, place = meter.key(public), world.registry.current.get(meter.name)
    if pair is None or place is None or public not in world.registry.keys(meter.name, place):
        return refuse(world, "environment", "the meter does not have this key, or it is not in force", "ZK-C5")
    if world.secret(public) is not None:
        return refuse(world, "knowledge", "the adversary has this private key already")
    return replace(world, known=(*world.known, pair)), ()


def join_as(world: KeyWorld, event: JoinAs) -> Outcome:
    """Apply in the meter's name, with nothing to show for it."""
    asks = _application(world, event)
    return (world, (asks,)) if isinstance(asks, Refused) else _have_recorded(world, event, asks)


def vouch(world: KeyWorld, event: Vouch) -> Outcome:
    """The same with the word of the meter's device, which is corrupted."""
    asks = _application(world, event)
    if isinstance(asks, Refused):
        return world, (asks,)
    return _have_recorded(world, event, world.device(event.meter).voucher(asks))


def _application(world: KeyWorld, event: JoinAs | Vouch) -> Application | Refused:
    own = world.secret(world.key(event.key).public)
    if own is None:
        return _UNKNOWN
    name = world.meters[event.meter].name
    draft = Application(name, event.place.epoch, own.public, world.registry.recovery[name])
    asked_for = world.rules.join == "enrolled" or world.rules.body == "key-commitment"
    return draft.proven(CHAIN, own) if asked_for else draft


def show_another_key(world: KeyWorld, event: ShowAnotherKey) -> Outcome:
    """The corrupted device signs for another key behind a record in force."""
    public = world.key(event.key).public
    if world.secret(public) is None:
        return world, (_UNKNOWN,)
    showing = world.device(event.meter).show(world.meters[event.meter].name, event.place, public)
    data = showing.encode(CHAIN)
    after, effects = chain_step(world, registry.Show(data))
    return after, effects if refused(effects) else (Sent(SHOWING, data), *effects)


def forge_update(world: KeyWorld, event: ForgeUpdate) -> Outcome:
    """Sign in the meter's name with a key that is accepted as its old one."""
    old, public = world.secret(world.key(event.signer).public), world.key(event.key).public
    if old is None:
        return world, (_UNKNOWN,)
    if not world.drawn(public):
        return refuse(world, "knowledge", "nobody has drawn this key")
    return _have_recorded(world, event, _update(world, event, old, public))


def sign_with_the_empty_key(world: KeyWorld, event: SignWithTheEmptyKey) -> Outcome:
    """Ask for an own key with no signature of an old one."""
    public = world.key(event.key).public
    if world.secret(public) is None:
        return world, (_UNKNOWN,)
    return _have_recorded(world, event, _update(world, event, None, public))


def _update(world: KeyWorld, event: ForgeUpdate | SignWithTheEmptyKey, old: KeyPair | None, public: bytes) -> Update:
    name = world.meters[event.meter].name
    link = None
    if world.rules.record_link == "chained":
        link = Link(*event.place, world.registry.tail(name, event.place.epoch))
    draft = Update(name, EMPTY_KEY if old is None else old.public, public, link)
    return draft.signed(CHAIN, old, world.secret(public) if world.rules.update_signer == "both-keys" else None)


def forge_revocation(world: KeyWorld, event: ForgeRevocation) -> Outcome:
    """Sign a revocation in the meter's name with a key that would count; the message is on the wire like any other."""
    pair, name = world.secret(world.key(event.signer).public), world.meters[event.meter].name
    if pair is None:
        return world, (_UNKNOWN,)
    if not world.registry.signs(name, event.epoch, pair.public):
        return refuse(world, "update_signer", "no device would take this key for the meter's", "ZK-C6")
    message = Revocation(name, event.epoch, pair.public).signed(CHAIN, world.rules, pair)
    return send(world, (Sent(REVOCATION, message.encode(CHAIN)),))


def _have_recorded(
    world: KeyWorld, event: JoinAs | Vouch | ForgeUpdate | SignWithTheEmptyKey, message: Application | Update
) -> Outcome:
    """Send a message and have it recorded; it stays off the wire that others read."""
    after, effects = record(world, event.meter, message, event.place)
    if refused(effects):
        return world, effects
    kind = APPLICATION if isinstance(message, Application) else UPDATE
    return after, (Sent(kind, message.encode(CHAIN)), *effects)


_UNKNOWN = Refused("knowledge", "the adversary does not have this private key")
