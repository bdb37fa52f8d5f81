"""The machine `Tokens` with real bytes: users with programs, services, and who makes, takes and uses tokens.

All requests are real. Of what a browser keeps, a log has and a compromised service sees, the adversary takes bytes; a
token that it forges says of its user's rights what the issuer would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import jwt

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused
from reference.metering_platform import acl, forging, proofs, stage, tokens
from reference.metering_platform.access import TOKEN_PARAMETER
from reference.metering_platform.documents import Json
from reference.metering_platform.handle import handle, log_line
from reference.metering_platform.routing import Request
from reference.metering_platform.tokens_state import SERVICES, TokensWorld, name_of


@dataclass(frozen=True)
class Event:
    """An action of the model by its name, on the numbers of a token, a user, a service, a call and a key."""

    action: str
    token: int = 0
    user: int = 0
    service: int = 0
    call: int = 0
    key: int = 0


Outcome = tuple[TokensWorld, Effects]


def step(world: TokensWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    said = world.tokens[event.token]
    if event.action in _WITH_KEY and said.key != event.key:
        return _refuse(world, "key", "the token is under another key")
    if event.action in _FORGERIES and event.token in world.got:
        return _refuse(world, "token", "the adversary has the token")
    return _STEPS[event.action](world, event)


def _issue(world: TokensWorld, event: Event) -> Outcome:
    """The user signs in. What the issuer makes is this token only if it says what the token does."""
    said = world.tokens[event.token]
    if (said.subject, said.audience) != (event.user, event.service) or event.token in world.browsers:
        return _refuse(world, "token", "the token is another user's, for another service, or issued", "ZD-R21")
    at, by = world.at + 1, "RS256" if world.pair[said.key] else "HS256"
    issuer = replace(world.platform, state=replace(world.platform.state, token_signature=by))  # type: ignore[arg-type]
    _, client = stage.program(issuer, name_of(event.user), at)
    response = client.sign_in(SERVICES[event.service], at)
    if response.status != 200:
        return world, (stage.refused(response),)
    token = client.tokens[SERVICES[event.service]]
    made, claims = read(token)
    if (made, made == "RS256") != (said.algorithm, world.pair[said.key]):
        return _refuse(world, "token_algorithm", f"the issuer signs by {made}", "ZD-R20", "ZD-C8")
    if "cnf" in claims and claims["cnf"]["jkt"] != thumbprint(world, said.bound):
        return _refuse(world, "token_binding", "the issuer names the key of whoever signs in", "ZD-C11")
    after = replace(world, at=at, browsers={**world.browsers, event.token: token})
    return (_got(after, event.token, token) if event.user in world.crooked else after), ()


def read(token: str) -> tuple[str, dict[str, Any]]:
    """The algorithm that a token names, and its claims, whether or not it is good."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return jwt.get_unverified_header(token)["alg"], claims


def thumbprint(world: TokensWorld, user: int) -> str:
    """The name of a user's key, as tokens have it."""
    return proofs.thumbprint_of(world.platform.wallets[name_of(user)].signing.public)


def _send(world: TokensWorld, event: Event) -> Outcome:
    said = world.tokens[event.token]
    if event.token not in world.browsers or (said.subject, said.audience) != (event.user, event.service):
        return _refuse(world, "token", "the user has no such token for the service", "ZD-R21")
    if any(call == event.call for _, _, call in world.wire):
        return _refuse(world, "call", "the call was made")
    pair = world.platform.wallets[name_of(event.user)].signing
    request = _request(world, event, world.browsers[event.token], pair)
    return replace(world, wire={**world.wire, (event.token, event.service, event.call): request}), ()


def _request(world: TokensWorld, event: Event, token: str, pair: KeyPair) -> Request:
    """The call with this token: in the URL where it may be anywhere, and with a proof by this key where one counts."""
    record, binding = world.calls[event.call], world.platform.state.rules.token_binding
    path, query = f"/records/{world.records[record]}", tuple[tuple[str, str], ...]()
    if SERVICES[event.service] == "residents":
        path, query = f"/meters/meter-{record}/readings", (("since", str(stage.AT)),)
    if binding == "bearer-anywhere":
        return Request("GET", path, (*query, (TOKEN_PARAMETER, token)), at=world.at)
    request = Request("GET", path, query, (("authorization", f"Bearer {token}"),), at=world.at)
    if binding == "bearer":
        return request
    proof = proofs.prove(pair, token, request, f"call-{event.call}-{SERVICES[event.service]}")
    return replace(request, headers=(*request.headers, ("dpop", proof)))


def _serve(world: TokensWorld, event: Event) -> Outcome:
    way = (event.token, event.service, event.call)
    if way not in world.wire or _way(event) in world.answers:
        return _refuse(world, "call", "there is no such call on its way")
    return _handled(world, event, world.wire[way])


def _way(event: Event) -> tuple[int, int, int]:
    return event.service, event.token, event.call


def _handled(world: TokensWorld, event: Event, request: Request) -> Outcome:
    state, response = handle(world.platform.state, replace(request, at=world.at))
    if response.status != 200:
        return world, (stage.refused(response),)
    again = any((v, c) == (event.service, event.call) for v, _, c in world.answers)
    return replace(
        world,
        platform=replace(world.platform, state=state),
        answers=world.answers | {_way(event)},
        repeated=world.repeated | ({(event.service, event.call)} if again else set()),
    ), ()


def _forge_unsigned(world: TokensWorld, event: Event) -> Outcome:
    if world.tokens[event.token].algorithm != "none":
        return _refuse(world, "token", "its header names an algorithm with signatures")
    return _forged(world, event, None)


def _forge_with_public_key(world: TokensWorld, event: Event) -> Outcome:
    said = world.tokens[event.token]
    if said.algorithm != "HS256" or not world.pair[said.key]:
        return _refuse(world, "token", "its header does not name HMAC, or its key is no pair")
    return _forged(world, event, tokens.public_pem(world.platform.state))


def _forge_with_secret(world: TokensWorld, event: Event) -> Outcome:
    said = world.tokens[event.token]
    if said.algorithm != "HS256" or event.key not in world.known:
        return _refuse(world, "token", "its header does not name HMAC, or the secret is not known")
    return _forged(world, event, world.known[event.key])


def _forged(world: TokensWorld, event: Event, secret: bytes | None) -> Outcome:
    """The adversary writes what the issuer would say, and signs with what it has."""
    said, state = world.tokens[event.token], world.platform.state
    account = state.accounts[name_of(said.subject)]
    owns, granted = acl.rights(state, account)
    claims: dict[str, Json] = {
        "iss": tokens.ISSUER, "sub": account.user, "jti": f"forged-{event.token}", "role": account.role,
        "member": account.member, "epoch": account.epoch, "owns": sorted(owns), "granted": sorted(granted),
        "iat": world.at, "nbf": world.at, "exp": world.at + tokens.LIFE, "aud": SERVICES[said.audience],
        "cnf": {"jkt": thumbprint(world, said.bound)},
    }  # fmt: skip
    named = tokens.key_id(state) if world.pair[said.key] else None
    return _got(world, event.token, forging.forged(claims, secret, named)), ()


def _tell_key(world: TokensWorld, event: Event) -> Outcome:
    if event.service not in world.compromised or event.key in world.known or world.pair[event.key]:
        return _refuse(world, "key", "the service is honest, or the key known, or one that it does not have")
    return replace(world, known={**world.known, event.key: world.platform.state.secrets.service}), ()


def _tell_token(world: TokensWorld, event: Event) -> Outcome:
    request = world.wire.get((event.token, event.service, event.call))
    if request is None or event.service not in world.compromised or event.token in world.got:
        return _refuse(world, "token", "the service is honest, or has no such token, or the adversary has it")
    return _got(world, event.token, borne(request)), ()


def borne(request: Request) -> str:
    """The token that a request has, wherever it has it."""
    in_url = [value for name, value in request.query if name == TOKEN_PARAMETER]
    return in_url[0] if in_url else (request.header("authorization") or "").removeprefix("Bearer ")


def _read_log(world: TokensWorld, event: Event) -> Outcome:
    """Whoever reads a log looks for a token in the line of the call's URL."""
    request = world.wire.get((event.token, event.service, event.call))
    if request is None or event.token in world.got:
        return _refuse(world, "token", "the call was not sent, or the adversary has its token")
    _, found, rest = log_line(request).partition(f"{TOKEN_PARAMETER}=")
    if not found:
        return _refuse(world, "token_binding", "no log has a token, as no URL has", "ZD-R22")
    return _got(world, event.token, rest.partition("&")[0]), ()


def _copy(world: TokensWorld, event: Event) -> Outcome:
    token = world.browsers.get(event.token)
    if token is None or world.tokens[event.token].subject != event.user or event.token in world.got:
        return _refuse(world, "token", "there is no such token in the browser, or the adversary has it")
    return _got(world, event.token, token), ()


def _got(world: TokensWorld, number: int, token: str) -> TokensWorld:
    return replace(world, got={**world.got, number: token})


def _present(world: TokensWorld, event: Event) -> Outcome:
    """The adversary makes the call itself, with a key that it has; or repeats what was sent, where it lacks the key."""
    token, bound = world.got.get(event.token), world.tokens[event.token].bound
    if token is None:
        return _refuse(world, "token", "the adversary has no such token")
    sent = world.wire.get((event.token, event.service, event.call))
    if bound in world.crooked:
        return _handled(world, event, _request(world, event, token, world.platform.wallets[name_of(bound)].signing))
    if sent is not None and world.platform.state.rules.token_binding == "sender-constrained":
        return _handled(world, event, sent)
    own = KeyPair.generate(Randomness.from_seed(0).child("adversary"))
    return _handled(world, event, _request(world, event, token, own))


def _refuse(world: TokensWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_WITH_KEY = frozenset({"forge_with_public_key", "forge_with_secret"})
_FORGERIES = _WITH_KEY | {"forge_unsigned"}
_STEPS: Mapping[str, Callable[[TokensWorld, Event], Outcome]] = {
    "issue": _issue,
    "send": _send,
    "serve": _serve,
    "forge_unsigned": _forge_unsigned,
    "forge_with_public_key": _forge_with_public_key,
    "forge_with_secret": _forge_with_secret,
    "tell_key": _tell_key,
    "tell_token": _tell_token,
    "read_log": _read_log,
    "copy": _copy,
    "present": _present,
}
