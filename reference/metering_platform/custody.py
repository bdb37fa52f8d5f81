"""Who keeps the files of which the chain has the digests (ZD-R6, ZD-C6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reference.crypto.signing import KeyPair
from reference.metering_platform import signatures
from reference.metering_platform.documents import Json
from reference.metering_platform.images import file_digest
from reference.metering_platform.records import Record
from reference.metering_platform.state import PlatformState


def kept(state: PlatformState, record: Record, file: bytes) -> PlatformState:
    """The state in which as many valid members as the rules say keep the file of this record."""
    members = [each.member for each in state.members.values() if each.valid]
    count = state.rules.needed_custodians(len(members), (len(members) - 1) // 3)
    return _with(state, record.record, dict.fromkeys(members[:count], file))


def fetched(state: PlatformState, record: Record) -> bytes | None:
    """The file as the first custodian has it who has one of the record's digest; None if it is lost."""
    rule = state.rules.class_three
    held = state.off_chain.files.get(record.record, {}).values()
    content = record.content
    return next((file for file in held if file_digest(rule, content.media_type, file) == content.digest), None)


def receipt(custodian: KeyPair, record: Record) -> bytes:
    """A custodian's signed word that it keeps the file of this record, true or not."""
    return signatures.sign(custodian, "custody", _kept(record))


def vouched_for(state: PlatformState, record: Record, receipts: Mapping[str, bytes]) -> frozenset[str]:
    """Of the members by whose names there are receipts, those who have signed theirs."""
    members = state.members
    return frozenset(
        name
        for name, signature in receipts.items()
        if name in members and signatures.verifies(members[name].signing, "custody", _kept(record), signature)
    )


def _kept(record: Record) -> dict[str, Json]:
    return {"record": record.record, "digest": record.content.digest}


def changed_by_custodian(state: PlatformState, record: str, custodian: str, file: bytes | None) -> PlatformState:
    """What a custodian can do alone: have another file in the place of the one it keeps, or none."""
    rest = {name: held for name, held in state.off_chain.files.get(record, {}).items() if name != custodian}
    return _with(state, record, rest if file is None else {**rest, custodian: file})


def _with(state: PlatformState, record: str, held: Mapping[str, bytes]) -> PlatformState:
    files = {**state.off_chain.files, record: held}
    return replace(state, off_chain=replace(state.off_chain, files=files))
