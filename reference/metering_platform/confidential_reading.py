"""Who opens what in the world of `Confidential`: keys as users' programs have them, tried on what there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reference.metering_platform import confidential, envelopes
from reference.metering_platform.confidential_state import ConfidentialWorld, Datum, lists, record_of, user_of
from reference.metering_platform.records import Record

AAD = b"the shared key"
"""What the shared key is sealed to a user with."""


def has_key(world: ConfidentialWorld, user: int, epoch: int, series: int) -> bool:
    """Whether the user's program opens with his private key all that there is of the series under the epoch's key."""
    rule, own = world.state.rules.class_two, world.founded.wallets[user_of(user)].sealing
    given = [each for at, each in world.given.items() if at[2] == user and _is_same_key(world, at[:2], (epoch, series))]
    if rule == "shared-key":
        return any(envelopes.unwrap(own, each.sealed, AAD) == shared_key_of(world, epoch) for each in given)
    return bool(given) and all(
        _unwrapped(world, user, record) is not None for record in _under(world, epoch, series)
    )  # fmt: skip


def has_been_given(world: ConfidentialWorld, user: int, epoch: int, series: int) -> bool:
    """Whether the user has got just this key, and it works; or the data bear it for him, who is on no list for it."""
    if (epoch, series, user) in world.given:
        return has_key(world, user, epoch, series)
    known = lists(world)
    if world.state.rules.rotation == "on-change":
        known = known[epoch : epoch + 1]
    is_listed = any((series, user) in each for each in known)
    return not is_listed and any(_unwrapped(world, user, each) is not None for each in _under(world, epoch, series))


def is_known(world: ConfidentialWorld, epoch: int, series: int) -> bool:
    """Whether the adversary has the key: from a user whose private key it has, or as the platform has it."""
    return world.service or any(has_key(world, user, epoch, series) for user in world.theirs | world.copied)


def opened(world: ConfidentialWorld, datum: Datum) -> bytes | None:
    """What the adversary reads of the data with the keys that it has; None if it opens them with none."""
    record = record_of(world, datum)
    assert record is not None, "the data were made"
    if world.state.rules.class_two == "private-key":
        return confidential.opened_with_public(confidential.private_key(world.state).public_key(), record)
    if world.service:
        return confidential.plaintext(world.state, record)
    aad = envelopes.associated(record.record, "II", record.epoch)
    content = record.content
    assert content.ciphertext is not None
    for key in _keys(world):
        if (data := envelopes.decrypt(key, content.nonce, content.ciphertext, aad)) is not None:
            return data
    return None


def _keys(world: ConfidentialWorld) -> Iterator[bytes]:
    """All keys that the adversary's users have been given, whatever they are for."""
    for (epoch, series, user), given in world.given.items():
        if user not in world.theirs | world.copied:
            continue
        own = world.founded.wallets[user_of(user)].sealing
        found = [envelopes.unwrap(own, given.sealed, AAD)]
        if world.state.rules.class_two == "wrapped":
            epochs = range(world.epochs) if world.state.rules.rotation == "none" else (epoch,)
            found = [_unwrapped(world, user, each) for at in epochs for each in _under(world, at, series)]
        yield from (key for key in found if key is not None)


def _is_same_key(world: ConfidentialWorld, one: tuple[int, ...], other: tuple[int, int]) -> bool:
    """Whether a user who collects the keys of one epoch and series gets to those of the other by that, too."""
    rules = world.state.rules
    if rules.class_two == "shared-key":
        return True
    return one[1] == other[1] and (rules.rotation == "none" or one[0] == other[0])


def _unwrapped(world: ConfidentialWorld, user: int, record: Record) -> bytes | None:
    """The key of the record, as it is wrapped to the user; None if it is not."""
    aad, own = envelopes.associated(record.record, "II", record.epoch), world.founded.wallets[user_of(user)].sealing
    wraps = [each.sealed for each in record.wraps if each.recipient == user_of(user)]
    return envelopes.unwrap(own, wraps[0], aad) if wraps else None


def _under(world: ConfidentialWorld, epoch: int, series: int) -> list[Record]:
    """All data of the series that are sealed with the key of the epoch."""
    found = [record_of(world, datum) for datum in world.sealed if (datum[0], datum[2]) == (epoch, series)]
    return [record for record in found if record is not None]


def shared_key_of(world: ConfidentialWorld, epoch: int) -> bytes:
    """The one key of all data of class II in the epoch."""
    at = replace(world.state, acl_epoch=world.base + epoch)
    return confidential.shared_key(world.state, confidential.present_key_id(at))
