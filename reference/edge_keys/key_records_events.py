"""What can happen in the world `key_records`: the actions of the model, with numbers for meters and keys.

Meter i is the i-th meter, key k the pair with label k. Honest events first; each of the adversary's says what it needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from reference.edge_keys.key_messages import Place


@dataclass(frozen=True)
class _OfMeter:
    meter: int


@dataclass(frozen=True)
class _OfEpoch(_OfMeter):
    epoch: int


@dataclass(frozen=True)
class _OfPlace(_OfMeter):
    place: Place


@dataclass(frozen=True)
class _OfKey(_OfPlace):
    key: int


@dataclass(frozen=True)
class _OfSignerAndKey(_OfPlace):
    signer: int
    key: int


@dataclass(frozen=True)
class _OfSigner(_OfEpoch):
    signer: int


class Apply(_OfKey):
    """The meter makes the key and applies to join with it (ZK-R28)."""


class Enrol(_OfKey):
    """The devices record the application of the meter."""


class SignUpdate(_OfSignerAndKey):
    """The meter signs its new key with the old one (ZK-R32)."""


class RecordUpdate(_OfSignerAndKey):
    """The devices record the meter's update from one key to the other."""


class Activate(_OfPlace):
    """So many blocks follow that the delay of the pending record is over (ZK-C5)."""


class SignVeto(_OfPlace):
    """The owner sees a pending record and vetoes it."""


class RecordVeto(_OfPlace):
    """The devices record the veto."""


class RaiseAlarm(_OfEpoch):
    """The owner wants the keys of the epoch revoked (ZK-R34)."""


class SignRevocation(_OfSigner):
    """The meter signs a revocation (ZK-R34)."""


class SignRecall(_OfEpoch):
    """The owner signs a revocation with the recovery key (ZK-C6)."""


@dataclass(frozen=True)
class RecordEmptyKey(_OfPlace):
    """The devices record the empty key, as the revocation that `signer` has signed asks for (ZK-R34)."""

    signer: int


class RecordRevocation(_OfSigner):
    """The devices record that the epoch is revoked, as a key of the meter asks (ZK-C7)."""


class RecordRecall(_OfEpoch):
    """The devices record that the epoch is revoked, as its owner asks."""


class Prune(_OfEpoch):
    """The devices drop the records of an epoch (ZK-R33)."""


class LoseKeys(_OfMeter):
    """LOST: the meter loses its private keys."""


@dataclass(frozen=True)
class GenerateKey:
    """NET: the adversary makes a key pair."""

    key: int


@dataclass(frozen=True)
class CopyKey(_OfMeter):
    """KEY: the adversary copies a key of the meter that is in force (ZK-C5)."""

    key: int


class JoinAs(_OfKey):
    """NET: the adversary applies in a meter's name, and has that recorded (ZK-C29)."""


class Vouch(_OfKey):
    """EDGE: the same with the word of a corrupted device."""


class ShowAnotherKey(_OfKey):
    """EDGE: the corrupted device that holds the meter's keys shows another one for its record (ZK-C27)."""


class ForgeUpdate(_OfSignerAndKey):
    """NET: the adversary signs an update in the meter's name, and has it recorded (ZK-C5, ZK-C8)."""


class ForgeRevocation(_OfSigner):
    """NET: the adversary signs a revocation in the meter's name (ZK-C6)."""


class SignWithTheEmptyKey(_OfKey):
    """NET: the adversary asks for its key with no signature at all, in the empty key's name (ZK-C7)."""


Event = (
    Apply
    | Enrol
    | SignUpdate
    | RecordUpdate
    | Activate
    | SignVeto
    | RecordVeto
    | RaiseAlarm
    | SignRevocation
    | SignRecall
    | RecordEmptyKey
    | RecordRevocation
    | RecordRecall
    | Prune
    | LoseKeys
    | GenerateKey
    | CopyKey
    | JoinAs
    | Vouch
    | ShowAnotherKey
    | ForgeUpdate
    | ForgeRevocation
    | SignWithTheEmptyKey
)
