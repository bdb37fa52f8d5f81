"""Password in, token out; giving a token back; the key that tokens verify under (ZD-R19 to R22, ZD-C7 to C11)."""

from __future__ import annotations

from dataclasses import replace

from reference.metering_platform import acl, passwords, proofs, tokens
from reference.metering_platform.documents import Json, digest
from reference.metering_platform.routing import KNOWN, OPEN, Call, Denied, Reply, Route
from reference.metering_platform.schemas import COUNT, NAME, NOTHING, nullable, one_of, record_of, text
from reference.metering_platform.state import ROLES, SERVICES, Account, Verifier

SIGN_IN = record_of({"user": NAME, "password": text(200)}, {"service": one_of(*SERVICES)})
TOKEN = record_of({"token": text(tokens.LONGEST), "ends": nullable(COUNT)})
KEY = record_of({"algorithm": text(), "key": text(4000), "key_id": text()})
_NOBODY = Verifier(bytes(passwords.SALT_BYTES), bytes(passwords.DERIVED_BYTES))


def sign_in(call: Call) -> Reply:
    """Steps 1 to 3 of the flow. No state is kept: "no session on the server" (ZD-R22)."""
    state, asked = call.state, call.body
    account = state.accounts.get(asked["user"])
    known = _NOBODY if account is None else account.verifier
    if not passwords.recognises(known, asked["password"], state.password_cost) or account is None or not account.valid:
        raise Denied(401, "password", "user and password do not belong together", ("ZD-R21", "ZD-C23"))
    if state.rules.token_audience == "per-service" and "service" not in asked:
        raise Denied(422, "token_audience", "a token is for one service: say which", ("ZD-C10",))
    claims = _claims(call, account, asked.get("service"))
    return Reply(200, {"token": tokens.mint(state, claims), "ends": claims.get("exp")})


def _claims(call: Call, account: Account, service: str | None) -> dict[str, Json]:
    state, rules = call.state, call.state.rules
    unique = digest("token", [account.user, call.at, service, state.randomness("token", account.user).take(16).hex()])
    claims: dict[str, Json] = {
        "iss": tokens.ISSUER,
        "sub": account.user,
        "jti": unique.hex()[:32],
        "role": account.role,
        "member": account.member,
        "epoch": account.epoch,
        "iat": call.at,
    }
    if rules.permissions == "in-token":
        owns, granted = acl.rights(state, account)
        claims |= {"owns": sorted(owns), "granted": sorted(granted)}
    if rules.token_life == "expiring":
        claims |= {"nbf": call.at, "exp": call.at + tokens.LIFE}
    if service is not None and rules.token_audience == "per-service":
        claims["aud"] = service
    if rules.token_binding == "sender-constrained":
        claims["cnf"] = {"jkt": proofs.thumbprint_of(account.signing)}
    return claims


def give_back(call: Call) -> Reply:
    """End a token before its time; where tokens never end, that would have to be remembered for ever, and is not."""
    state, who = call.state, call.who
    if state.rules.token_life == "for-ever" or who.ends is None:
        raise Denied(409, "token_life", "a token that never ends can't be given back", ("ZD-C10",))
    kept = {unique: ends for unique, ends in state.revoked_tokens.items() if ends > call.at}
    after = replace(state, revoked_tokens={**kept, who.token_id: who.ends})
    return Reply(200, {}, after, {"revoked_token": digest("token id", who.token_id).hex()})


def issuer_key(call: Call) -> Reply:
    """The public key of the token service; there is none where one secret signs and verifies."""
    if call.state.rules.token_algorithm == "shared-hmac":
        raise Denied(404, "token_algorithm", "tokens verify under a secret that services share", ("ZD-C9",))
    pem = tokens.public_pem(call.state).decode()
    return Reply(200, {"algorithm": "RS256", "key": pem, "key_id": tokens.key_id(call.state)})


ROUTES = (
    Route("POST", "/sessions", "signIn", "A token for user and password", "sessions", sign_in, {200: TOKEN}, OPEN,
          body=SIGN_IN, cites=("ZD-R21",)),
    Route("DELETE", "/sessions", "giveBack", "End the token it comes with", "sessions", give_back, {200: NOTHING},
          KNOWN, frozenset(ROLES), cites=("ZD-C10",)),
    Route("GET", "/keys/tokens", "tokenKey", "The key that tokens verify under", "sessions", issuer_key, {200: KEY},
          OPEN, cites=("ZD-R20",)),
)  # fmt: skip
