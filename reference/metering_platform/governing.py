"""How the configuration is changed: which changes there are, what each does, how many it takes (ZD-R10, C16, C17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from reference.crypto import signing
from reference.metering_platform import acl, signatures
from reference.metering_platform.documents import Json, digest
from reference.metering_platform.routing import Denied, Schema
from reference.metering_platform.schemas import (
    NAME,
    PUBLIC_KEY,
    SEALING_KEY,
    SIGNATURE,
    hexadecimal,
    nullable,
    one_of,
    record_of,
    text,
)
from reference.metering_platform.state import ROLES, Account, Member, PlatformState, Proposal, Verifier

PERSONAL = record_of({"name": text(), "address": text()})
MEMBER_KINDS = ("grid", "institution", "supplier", "regulator")
OF_MEMBERS = frozenset({"admit-member", "expel-member", "change-member"})
"""Changes of the information of members: those that "examination and approval" is said of (ZD-R10)."""

USER = record_of(
    {
        "user": NAME, "role": one_of(*ROLES), "member": {"type": "string", "maxLength": 64}, "salt": hexadecimal(16),
        "derived": hexadecimal(32), "signing": PUBLIC_KEY, "sealing": SEALING_KEY,
    },
    {"personal": nullable({"anyOf": [PERSONAL, hexadecimal(32)]}), "possession": SIGNATURE},
)  # fmt: skip
CHANGES: Mapping[str, Schema] = {
    "admit-member": record_of({"member": NAME, "kind": one_of(*MEMBER_KINDS), "signing": PUBLIC_KEY}),
    "expel-member": record_of({"member": NAME}),
    "change-member": record_of({"member": NAME, "kind": one_of(*MEMBER_KINDS), "signing": PUBLIC_KEY}),
    "register-user": USER,
    "block-user": record_of({"user": NAME}),
    "unblock-user": record_of({"user": NAME}),
    "map-sub-ledger": record_of({"supplier": NAME, "sub_ledger": NAME}),
    "share-sub-ledger": record_of({"supplier": NAME, "sub_ledger": NAME}),
    "set-class": record_of({"schema": NAME, "class": one_of("I", "II")}),
}
"""The kinds of changes, and what each says."""


def approvals_needed(state: PlatformState, kind: str) -> int:
    """How many members' approvals a change of this kind needs besides its proposal."""
    match state.rules.administration:
        case "one-admin":
            return 0
        case "examined":
            return 1 if kind in OF_MEMBERS else 0
        case "quorum-unnumbered" | "quorum":
            valid = sum(member.valid for member in state.members.values())
            return state.rules.needed_votes(valid, (valid - 1) // 3)


def by_quorum(state: PlatformState) -> bool:
    """Whether members sign what they approve, and their quorum decides."""
    return state.rules.administration in ("quorum", "quorum-unnumbered")


def approval(proposal: Proposal, numbered: bool = True) -> Json:
    """What a member's administrator signs, with the key of his account, of a proposal that there is or may be.

    It is for the change and its epoch; where epochs are not numbered ("quorum-unnumbered"), for the change at any time.
    """
    change = digest("change", [proposal.kind, proposal.change]).hex()
    return {"change": change, "epoch": proposal.epoch} if numbered else {"change": change}


def is_approved(state: PlatformState, proposal: Proposal, member: str, signature: bytes) -> bool:
    """Whether an administrator of the member has signed for the proposal, whoever hands that in."""
    said = approval(proposal, state.rules.administration == "quorum")
    keys = [
        each.signing
        for each in state.accounts.values()
        if each.valid and each.role == "admin" and each.member == member
    ]
    return any(signatures.verifies(key, "approval", said, signature) for key in keys)


def enacted(state: PlatformState, kind: str, change: Any) -> PlatformState:
    """The configuration after the change, in the next epoch; raises Denied (409) if it can't be made now."""
    after = _ENACT[kind](state, change)
    return replace(after, governance_epoch=state.governance_epoch + 1)


def possession(user: str, signing_key: bytes, sealing_key: bytes) -> Json:
    """What a user signs to show that the keys are his own."""
    return {"user": user, "signing": signing_key.hex(), "sealing": sealing_key.hex()}


def check(state: PlatformState, kind: str, change: Any) -> None:
    """Raises Denied (409 or 422) if the change can't be made as things are."""
    enacted(state, kind, change)


def _admit(state: PlatformState, change: Any) -> PlatformState:
    if change["member"] in state.members:
        raise _conflict("there is such a member")
    key = bytes.fromhex(change["signing"])
    if (fault := signing.key_fault(key)) is not None:
        raise Denied(422, "administration", f"the member's key: {fault}", ("ZD-R10",))
    new = Member(change["member"], change["kind"], key)
    return replace(state, members={**state.members, new.member: new})


def _change(state: PlatformState, change: Any) -> PlatformState:
    """A member is of another kind, or has another key, for what it issues from now on."""
    member = state.members.get(change["member"])
    if member is None or not member.valid:
        raise _conflict("there is no such member")
    key = bytes.fromhex(change["signing"])
    if (fault := signing.key_fault(key)) is not None:
        raise Denied(422, "administration", f"the member's key: {fault}", ("ZD-R10",))
    changed = replace(member, kind=change["kind"], signing=key)
    return replace(state, members={**state.members, member.member: changed})


def _expel(state: PlatformState, change: Any) -> PlatformState:
    """A member's accounts go with it; its node keeps what it has (ZD-C3)."""
    member = state.members.get(change["member"])
    if member is None or not member.valid:
        raise _conflict("there is no such member")
    if sum(each.valid for each in state.members.values()) == 1:
        raise _conflict("it is the last member")
    gone = [user for user, account in state.accounts.items() if account.member == member.member]
    accounts = {**state.accounts, **{user: replace(state.accounts[user], valid=False) for user in gone}}
    members = {**state.members, member.member: replace(member, valid=False)}
    return acl.touched(replace(state, members=members, accounts=accounts), gone)


def _register(state: PlatformState, change: Any) -> PlatformState:
    user = change["user"]
    if user in state.accounts:
        raise _conflict("there is such a user")
    member = state.members.get(change["member"])
    if change["member"] and (member is None or not member.valid):
        raise _conflict("there is no such member")
    keys = bytes.fromhex(change["signing"]), bytes.fromhex(change["sealing"])
    if (fault := signing.key_fault(keys[0])) is not None:
        raise Denied(422, "user_keys", f"the user's key: {fault}", ("ZD-C16",))
    if state.rules.user_keys == "user-made":
        shown = bytes.fromhex(change.get("possession", ""))
        if not signatures.verifies(keys[0], "possession", possession(user, *keys), shown):
            raise Denied(422, "user_keys", "the user has not signed that the keys are his", ("ZD-C16",))
    known = Verifier(bytes.fromhex(change["salt"]), bytes.fromhex(change["derived"]))
    epoch = state.acl_epoch + 1
    account = Account(user, change["role"], change["member"], known, *keys, epoch, change.get("personal"))
    return replace(state, acl_epoch=epoch, accounts={**state.accounts, user: account})


def _block(state: PlatformState, change: Any) -> PlatformState:
    account = state.accounts.get(change["user"])
    if account is None or not account.valid:
        raise _conflict("there is no such user")
    blocked = {**state.accounts, account.user: replace(account, valid=False)}
    return acl.touched(replace(state, accounts=blocked), [account.user])


def _unblock(state: PlatformState, change: Any) -> PlatformState:
    account = state.accounts.get(change["user"])
    if account is None or account.valid:
        raise _conflict("there is no such user who is blocked")
    member = state.members.get(account.member)
    if account.member and (member is None or not member.valid):
        raise _conflict("the user's member is none now")
    again = {**state.accounts, account.user: replace(account, valid=True)}
    return acl.touched(replace(state, accounts=again), [account.user])


def _map(state: PlatformState, change: Any) -> PlatformState:
    """The supplier's statements go to the sub-ledger from now on, which it gets."""
    after = _share(state, change)
    return replace(after, sub_ledgers={**state.sub_ledgers, change["supplier"]: change["sub_ledger"]})


def _share(state: PlatformState, change: Any) -> PlatformState:
    """The supplier gets the sub-ledger, with all that was entered on it."""
    if state.rules.sub_ledgers != "mapped":
        raise _conflict("data are not mapped to sub-ledgers")
    return shared(state, change["sub_ledger"], change["supplier"])


def shared(state: PlatformState, sub_ledger: str, supplier: str) -> PlatformState:
    """The state in which the supplier has the sub-ledger."""
    have = state.sub_ledger_members.get(sub_ledger, frozenset({sub_ledger}))
    return replace(state, sub_ledger_members={**state.sub_ledger_members, sub_ledger: have | {supplier}})


def _classify(state: PlatformState, change: Any) -> PlatformState:
    if state.class_of(change["schema"]) == "III":
        raise _conflict("a file is of class III")
    return replace(state, classes={**state.classes, change["schema"]: change["class"]})


_ENACT: Mapping[str, Callable[[PlatformState, Any], PlatformState]] = {
    "admit-member": _admit,
    "expel-member": _expel,
    "change-member": _change,
    "register-user": _register,
    "block-user": _block,
    "unblock-user": _unblock,
    "map-sub-ledger": _map,
    "share-sub-ledger": _share,
    "set-class": _classify,
}


def _conflict(reason: str) -> Denied:
    return Denied(409, "administration", reason, ("ZD-R10",))
