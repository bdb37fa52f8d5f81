"""Members who govern in the worlds of `Administration` and `UserKeys`: each with an administrator who signs for it.

An operator administers the platform and belongs to no member: he proposes, and hands in what members have signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from meterproof.errors import InputError
from reference.ledger.effects import Refused
from reference.metering_platform import deploy as platform
from reference.metering_platform import governing, signatures
from reference.metering_platform.deploy import Founded
from reference.metering_platform.documents import Json
from reference.metering_platform.rules import Rules
from reference.metering_platform.stage import ask
from reference.metering_platform.state import PlatformState, Proposal

OPERATOR = "operator"


@cache
def founded(rules: Rules, seed: int, members: int, bound: int) -> Founded:
    """So many members. Raises InputError for another bound on corrupted ones than the platform goes by."""
    if bound != (members - 1) // 3:
        raise InputError(f"{members} members with a bound of {bound}", allowed=f"f={(members - 1) // 3}")
    founders = [(member_of(number), "grid") for number in range(members)]
    return platform.deploy(rules, seed, founders, [(OPERATOR, "admin", "")])  # type: ignore[arg-type]


def member_of(number: int) -> str:
    return f"member-{number}"


def admin_of(number: int) -> str:
    return f"admin-{member_of(number)}"


def is_central(rules: Rules) -> bool:
    """Whether an administrator's word changes the configuration, examined or not."""
    return rules.administration in ("one-admin", "examined")


def signature_for(founded: Founded, member: int, proposal: Proposal) -> bytes:
    """What the member's administrator signs of a proposal that there is or may be."""
    numbered = founded.state.rules.administration == "quorum"
    return signatures.sign(
        founded.wallets[admin_of(member)].signing, "approval", governing.approval(proposal, numbered)
    )


def is_by_member(state: PlatformState, member: int, kind: str, said: Json, signature: bytes) -> bool:
    """Whether the member's administrator has signed this."""
    return signatures.verifies(state.accounts[admin_of(member)].signing, kind, said, signature)


def approved(founded: Founded, proposal: str, signed: Iterable[tuple[int, bytes]]) -> tuple[Founded, Refused | None]:
    """What becomes of an open proposal when these members' approvals are handed in, until it is made; else a refusal.

    Where approvals are not signed, each member's own administrator gives his.
    """
    path, refusal = f"/proposals/{proposal}/approvals", None
    for member, signature in signed:
        if founded.state.proposals[proposal].status != "open":
            break
        if governing.by_quorum(founded.state):
            body: Json = {"member": member_of(member), "signature": signature.hex()}
            founded, answer = ask(founded, OPERATOR, "POST", path, body)
        else:
            founded, answer = ask(founded, admin_of(member), "POST", path, {})
        refusal = answer if isinstance(answer, Refused) else refusal
    if founded.state.proposals[proposal].status == "done":
        return founded, None
    return founded, refusal or Refused("administration", "the proposal waits for approvals", ("ZD-C16", "ZD-C17"))
