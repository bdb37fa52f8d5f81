"""Users, and changes of configuration: proposed, approved, enacted (ZD-R10, ZD-C16, ZD-C17)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reference.crypto import sealing
from reference.crypto.signing import KeyPair
from reference.metering_platform import decide, documents, governing, schemas
from reference.metering_platform.decide import Resource
from reference.metering_platform.documents import Json
from reference.metering_platform.routing import DECIDED, Call, Denied, Reply, Route
from reference.metering_platform.schemas import (
    COUNT,
    NAME,
    PUBLIC_KEY,
    SEALING_KEY,
    SIGNATURE,
    hexadecimal,
    list_of,
    nullable,
    one_of,
    record_of,
    text,
)  # fmt: skip
from reference.metering_platform.state import ROLES, Event, PlatformState, Proposal, Role, Service

PAGE = 100
SALT_BYTES = 16
REGISTER = record_of(
    {
        "user": NAME, "role": one_of(*ROLES), "member": {"type": "string", "maxLength": 64}, "salt": hexadecimal(16),
        "derived": hexadecimal(32), "personal": governing.PERSONAL,
    },
    {"signing": PUBLIC_KEY, "sealing": SEALING_KEY, "possession": SIGNATURE},
)  # fmt: skip
REGISTERED = record_of(
    {
        "user": NAME,
        "proposal": nullable(NAME),
        "secrets": nullable(record_of({"signing": hexadecimal(32), "sealing": hexadecimal(32)})),
    }
)
PROPOSE = record_of({"kind": one_of(*governing.CHANGES), "change": {"type": "object"}, "epoch": COUNT})
APPROVE = record_of({}, {"member": NAME, "signature": SIGNATURE})
PROPOSED = record_of({"proposal": NAME, "status": one_of("open", "done", "void")})
PROPOSALS = record_of(
    {
        "epoch": COUNT,
        "proposals": list_of(
            record_of(
                {
                    "proposal": NAME, "kind": text(), "change": {"type": "object"}, "proposer": NAME, "epoch": COUNT,
                    "approvals": list_of(NAME), "needed": COUNT, "status": text(),
                }
            )
        ),
    }
)  # fmt: skip


def register(call: Call) -> Reply:
    """Enter a user, with keys that he has made, or that the platform or its administrator has made (ZD-C16).

    The platform makes them for an administrator who brings none, and hands them to him.
    """
    state, body = call.state, dict(call.body)
    decide.require(state, call.who, "register", Resource("person", body["user"]))
    secrets: Json = None
    given = {"signing", "sealing", "possession"} & set(body)
    if state.rules.user_keys == "admin-made":
        if given not in (set(), {"signing", "sealing"}):
            raise Denied(422, "user_keys", "an administrator makes users' keys", ("ZD-R10", "ZD-C16"))
    elif len(given) < 3:
        raise Denied(422, "user_keys", "a user makes keys and shows that they are his", ("ZD-C16",))
    if not given:
        pair = KeyPair.generate(state.randomness("user", "signing", body["user"]))
        opening = sealing.key_pair("x25519-aead", state.randomness("user", "sealing", body["user"]))
        body |= {"signing": pair.public.hex(), "sealing": opening.public.hex()}
        secrets = {"signing": pair.private.to_bytes(32, "big").hex(), "sealing": opening.private.hex()}
    personal, salt = body["personal"], state.randomness("personal", body["user"]).take(SALT_BYTES)
    if state.rules.personal_data == "hashed-off-chain":
        salt = b""
    if state.rules.personal_data != "on-chain":
        body["personal"] = commitment(salt, personal)
    reply = _propose(call, "register-user", body)
    assert reply.state is not None
    after = reply.state
    if state.rules.personal_data != "on-chain":
        held = {**after.off_chain.personal, body["user"]: (salt, personal)}
        after = replace(after, off_chain=replace(after.off_chain, personal=held))
    waits = None if reply.body["status"] == "done" else reply.body["proposal"]
    answer: Json = {"user": body["user"], "proposal": waits, "secrets": secrets}
    return replace(reply, body=answer, state=after)


def commitment(salt: bytes, personal: Json) -> str:
    """What the chain has of a user's name and address."""
    return documents.digest("personal", [salt.hex(), personal]).hex()


def propose(call: Call) -> Reply:
    """Propose a change, which is made at once where it takes nobody's approval."""
    body = call.body
    decide.require(call.state, call.who, "propose", Resource("platform"))
    if (fault := schemas.fault(governing.CHANGES[body["kind"]], body["change"])) is not None:
        raise Denied(422, "schema", f"change: {fault}".encode("ascii", "backslashreplace").decode(), ("ZD-R10",))
    if body["kind"] == "register-user":
        raise Denied(422, "schema", "users are proposed at /users", ("ZD-R10",))
    if call.state.rules.administration == "quorum" and body["epoch"] != call.state.governance_epoch:
        raise Denied(409, "administration", f"the epoch is {call.state.governance_epoch}", ("ZD-C17",))
    return _propose(call, body["kind"], body["change"])


def _propose(call: Call, kind: str, change: Any) -> Reply:
    state = call.state
    governing.check(state, kind, change)
    new = Proposal(f"p{state.height}", kind, change, call.who.user, state.governance_epoch)
    after = replace(state, proposals={**state.proposals, new.proposal: new})
    if governing.approvals_needed(state, kind) == 0:
        return _enact(call, after, new, None)
    transaction: Json = {"proposal": [new.proposal, kind, change, new.proposer, new.epoch]}
    events = (Event(state.height, "proposed", new.proposal, call.at),)
    return Reply(201, {"proposal": new.proposal, "status": "open"}, after, transaction, events)


def approve(call: Call) -> Reply:
    """A member approves once. Examined: an administrator of another than the proposer's. By quorum: with a signature,
    of the present epoch where epochs are numbered, which any administrator may hand in."""
    state, who = call.state, call.who
    decide.require(state, who, "approve", Resource("platform"))
    proposal = state.proposals.get(call.path["proposal"])
    if proposal is None:
        raise Denied(404, "administration", "there is no such proposal")
    if proposal.status != "open":
        raise Denied(409, "administration", f"the proposal is {proposal.status}", ("ZD-C17",))
    by = call.body.get("member", who.member)
    signature = _check_approval(call, proposal, by)
    approved = replace(proposal, approvals=(*proposal.approvals, by))
    after = replace(state, proposals={**state.proposals, proposal.proposal: approved})
    if len(approved.approvals) >= governing.approvals_needed(state, proposal.kind):
        return _enact(call, after, approved, signature)
    transaction: Json = {"approval": [proposal.proposal, by, signature]}
    events = (Event(state.height, "approved", proposal.proposal, call.at),)
    return Reply(200, {"proposal": proposal.proposal, "status": "open"}, after, transaction, events)


def _check_approval(call: Call, proposal: Proposal, by: str) -> str | None:
    """The signature of this member's approval, where one is asked for; raises Denied if it does not count."""
    state, who = call.state, call.who
    member = state.members.get(by)
    if member is None or not member.valid:
        raise Denied(403, "administration", "only members approve", ("ZD-C17",))
    if by in proposal.approvals:
        raise Denied(409, "administration", f"{by} has approved already", ("ZD-C17",))
    if not governing.by_quorum(state):
        proposer = state.accounts.get(proposal.proposer)
        if by != who.member or (proposer is not None and proposer.member == by):
            raise Denied(403, "administration", "another than the proposer approves", ("ZD-R10",))
        return None
    signature = bytes.fromhex(call.body.get("signature", ""))
    if not governing.is_approved(state, proposal, by, signature):
        raise Denied(422, "administration", "the approval is not signed", ("ZD-C17",))
    return signature.hex()


def _enact(call: Call, state: PlatformState, proposal: Proposal, signature: str | None) -> Reply:
    """Make the change. What else was proposed for this epoch is void, where epochs count."""
    after = governing.enacted(state, proposal.kind, proposal.change)
    rest = after.proposals
    if state.rules.administration == "quorum":
        rest = {name: replace(p, status="void") if p.status == "open" else p for name, p in rest.items()}
    after = replace(after, proposals={**rest, proposal.proposal: replace(proposal, status="done")})
    transaction: Json = {
        "enact": [proposal.proposal, proposal.kind, proposal.change, list(proposal.approvals), signature],
        "epoch": after.governance_epoch,
    }
    events = (Event(call.state.height, proposal.kind, proposal.proposal, call.at),)
    return Reply(201, {"proposal": proposal.proposal, "status": "done"}, after, transaction, events)


def proposals(call: Call) -> Reply:
    state = call.state
    decide.require(state, call.who, "approve", Resource("platform"))
    shown = [
        {
            "proposal": p.proposal, "kind": p.kind, "change": p.change, "proposer": p.proposer, "epoch": p.epoch,
            "approvals": list(p.approvals), "needed": governing.approvals_needed(state, p.kind), "status": p.status,
        }
        for p in list(state.proposals.values())[-PAGE:]
    ]  # fmt: skip
    return Reply(200, {"epoch": state.governance_epoch, "proposals": shown})


_SERVICE: Service = "governance"
_ADMIN: frozenset[Role] = frozenset({"admin"})
ROUTES = (
    Route("POST", "/users", "registerUser", "Enter a user", _SERVICE, register, {201: REGISTERED}, DECIDED, _ADMIN,
          body=REGISTER, cites=("ZD-R10", "ZD-C16", "ZD-C24")),
    Route("POST", "/proposals", "propose", "Propose a change", _SERVICE, propose, {201: PROPOSED}, DECIDED, _ADMIN,
          body=PROPOSE, cites=("ZD-R10", "ZD-C17")),
    Route("GET", "/proposals", "proposals", "What is proposed", _SERVICE, proposals, {200: PROPOSALS}, DECIDED, _ADMIN,
          cites=("ZD-R10",)),
    Route("POST", "/proposals/{proposal}/approvals", "approve", "Approve a change", _SERVICE, approve,
          {200: PROPOSED, 201: PROPOSED}, DECIDED, _ADMIN, body=APPROVE, cites=("ZD-R10", "ZD-C17")),
)  # fmt: skip
