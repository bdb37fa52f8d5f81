"""Who asks: from a request to the subject that its token stands for, and what may be asked on this route at all.

Of the four dimensions (ZD-R19) three are checked here: identity, router and service. The fourth, the resource, is
`decide`'s, which routes ask when they know the resource.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reference.metering_platform import acl, proofs, tokens
from reference.metering_platform.routing import Denied, Pairs, Request, Route, Subject
from reference.metering_platform.rules import Rules
from reference.metering_platform.state import PlatformState

TOKEN_PARAMETER = "access_token"
"""Where a token is in a URL (RFC 6750, 2.3)."""
CLAIMED_USER = "x-user"
"""The header in which an interface that checks nobody is told who asks."""


def subject(state: PlatformState, route: Route, request: Request) -> Subject | None:
    """Who asks; None on open routes. On an unchecked interface whoever it says. Raises Denied (401 or 403)."""
    rules = state.rules
    if not route.dimensions:
        return None
    if rules.interfaces == "second-unchecked" and request.interface == "call":
        return _claimed(state, request)
    token = _token(rules, request)
    claims = tokens.verify(state, token, route.service, request.at)
    proof = None
    if rules.token_binding == "sender-constrained":
        proof = proofs.check(request.header("dpop"), token, request, claims["cnf"]["jkt"])
        if proof[0] in state.used_proofs:
            raise Denied(401, "token_binding", "the proof was used before", ("ZD-C11",))
    who = _subject(state, claims, proof)
    if rules.interfaces == "same-token" and request.interface == "call":
        return replace(who, routed=False)
    if "router" in route.dimensions and rules.authorisation != "signature-only" and who.role not in route.roles:
        raise Denied(403, "authorisation", f"the role {who.role} has no access to {route.name}", ("ZD-R19", "ZD-C12"))
    return who


def _claimed(state: PlatformState, request: Request) -> Subject:
    """Whom the caller says to be, if there is such a user; nothing shows it (ZD-C20)."""
    account = state.accounts.get(request.header(CLAIMED_USER) or "")
    if account is None:
        return Subject("nobody", "resident", "", unchecked=True)
    owns, granted = acl.rights(state, account)
    return Subject(account.user, account.role, account.member, owns, granted, account.epoch, unchecked=True)


def _subject(state: PlatformState, claims: dict[str, Any], proof: tuple[str, int] | None) -> Subject:
    epoch = claims.get("epoch", 0)
    if state.rules.permissions == "in-token":
        return Subject(
            claims["sub"], claims["role"], claims.get("member", ""),
            frozenset(claims.get("owns", ())), frozenset(claims.get("granted", ())),
            epoch, claims["jti"], claims.get("exp"), proof,
        )  # fmt: skip
    account = state.accounts.get(claims["sub"])
    if account is None or not account.valid:
        raise Denied(401, "permissions", "the platform has no such user now", ("ZD-C10",))
    if claims.get("epoch") != account.epoch:
        raise Denied(401, "permissions", "the user's rights have changed since", ("ZD-R22", "ZD-C10"))
    owns, granted = acl.rights(state, account)
    return Subject(
        account.user, account.role, account.member, owns, granted, epoch, claims["jti"], claims.get("exp"), proof
    )


def _token(rules: Rules, request: Request) -> str:
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    if token and scheme.lower() in ("bearer", "dpop"):
        return token.strip()
    if rules.token_binding == "bearer-anywhere":
        for name, value in request.query:
            if name == TOKEN_PARAMETER:
                return value
    raise Denied(401, "token", "there is no token in the Authorization header", ("ZD-R21",))


def without_token(rules: Rules, query: Pairs) -> Pairs:
    """The query without the token that a URL may carry by the rules (ZD-R22)."""
    if rules.token_binding != "bearer-anywhere":
        return query
    return tuple(pair for pair in query if pair[0] != TOKEN_PARAMETER)


def spent(state: PlatformState, proof: tuple[str, int] | None, at: int) -> PlatformState:
    """The state that knows of this proof, and has forgotten those that are too old for any request."""
    if proof is None:
        return state
    kept = {unique: ends for unique, ends in state.used_proofs.items() if ends >= at}
    return replace(state, used_proofs={**kept, proof[0]: proof[1]})
