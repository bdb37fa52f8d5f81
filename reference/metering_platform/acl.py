"""Who may read what, as the chain has it: owners in their time, grants in their heights, and the epoch of it all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reference.metering_platform.records import Record
from reference.metering_platform.state import Account, Grant, PlatformState


def touched(state: PlatformState, users: Iterable[str]) -> PlatformState:
    """The next ACL epoch, in which the rights of these users are others: their tokens are of an epoch that is over."""
    epoch = state.acl_epoch + 1
    changed = {user: replace(state.accounts[user], epoch=epoch) for user in users if user in state.accounts}
    return replace(state, acl_epoch=epoch, accounts={**state.accounts, **changed})


def rights(state: PlatformState, account: Account) -> tuple[frozenset[str], frozenset[str]]:
    """The meters that the user owns now, and the records and meters that he has a grant for now."""
    owns = frozenset(meter.meter for meter in state.meters.values() if meter.owner == account.user)
    granted = frozenset(each.resource for each in state.grants.values() if _live(each) and each.user == account.user)
    return owns, granted


def owner_of(state: PlatformState, meter: str, time: int) -> str | None:
    """Whose a record of this time is: by the rule `ownership`, the owner's at that time or the present one's."""
    known = state.meters.get(meter)
    if known is None:
        return None
    return known.owner_at(time) if state.rules.ownership == "intervals" else known.owner


def grants_for(state: PlatformState, record: Record) -> Iterator[Grant]:
    """The grants in force that a record falls under.

    Where access is `decided`, an owner's grant of a meter is of his own time only.
    """
    for grant in state.grants.values():
        if _live(grant) and _covers(state, grant, record):
            yield grant


def _covers(state: PlatformState, grant: Grant, record: Record) -> bool:
    if grant.resource == record.record:
        return True
    if grant.resource != record.subject:
        return False
    of_owner = state.rules.authorisation == "decided" and grant.by_owner
    return not of_owner or owner_of(state, record.subject, record.time) == grant.giver


def _live(grant: Grant) -> bool:
    return grant.until is None


def readers(state: PlatformState, record: Record) -> tuple[str, ...]:
    """To whom a record's key is wrapped: owner and grantees, by the rule `rotation` those of now, or of ever."""
    found = [grant.user for grant in grants_for(state, record)]
    if (owner := owner_of(state, record.subject, record.time)) is not None:
        found.append(owner)
    if state.rules.rotation == "none":
        found += [each.user for each in state.grants.values() if each.resource in (record.record, record.subject)]
        if record.subject in state.meters:
            found += [each.owner for each in state.meters[record.subject].intervals]
    return tuple(sorted({user for user in found if user in state.accounts}))
