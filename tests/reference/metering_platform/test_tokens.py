"""Tokens in each reading: what a verifier that believes the header takes, what a stolen or stale one is worth.

The literal verifier takes `none`, and HMAC keyed with the bytes of the issuer's public key; the others take neither.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.metering_platform import proofs, tokens
from reference.metering_platform.client import Client, content
from reference.metering_platform.documents import Json
from reference.metering_platform.handle import handle
from reference.metering_platform.routing import Denied, Request, Response
from tests.reference.metering_platform.variants import CHARITABLE, HARDENED, LITERAL, NOW, SHARED, VARIANTS, Town

FORGED: Mapping[str, Json] = {
    "iss": tokens.ISSUER, "sub": "admin-grid", "jti": "x", "role": "admin", "member": "grid", "iat": NOW,
    "exp": NOW + 100, "epoch": 0, "aud": "governance", "cnf": {"jkt": "x"},
}  # fmt: skip


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned(header: Mapping[str, Any]) -> str:
    return f"{_part({**header, 'alg': 'none'})}.{_part(FORGED)}."


def keyed_with(secret: bytes, header: Mapping[str, Any]) -> str:
    signed = f"{_part({**header, 'alg': 'HS256'})}.{_part(FORGED)}"
    mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def asked_with(town: Town, token: str, path: str = "/proposals", at: int = NOW, **headers: str) -> Response:
    given_headers = (("authorization", f"Bearer {token}"), *headers.items())
    return handle(town.state, Request("GET", path, (), given_headers, b"", at))[1]


@pytest.mark.parametrize("variant", VARIANTS)
def test_algorithm_confusion_is_the_literal_readings_alone(variant: str) -> None:
    town = Town(VARIANTS[variant])
    header = {"typ": tokens.TYPE, "kid": tokens.key_id(town.state)}
    public = tokens.public_pem(town.state)
    taken = [asked_with(town, token).status for token in (unsigned(header), keyed_with(public, header))]
    assert taken == ([200, 200] if variant == "literal" else [401, 401])


def test_a_lesser_service_mints_an_administrators_token_where_all_share_the_secret() -> None:
    town = Town(SHARED)
    assert asked_with(town, keyed_with(town.state.secrets.service, {"typ": tokens.TYPE})).status == 200
    assert asked_with(Town(CHARITABLE), keyed_with(town.state.secrets.service, {"typ": tokens.TYPE})).status == 401


def test_an_issuer_that_signs_by_hmac_is_believed_where_services_go_by_the_header_and_nowhere_else() -> None:
    for name, variant in VARIANTS.items():
        town = Town(variant)
        by_hmac = replace(town.state, token_signature="HS256")
        client = Client(town.clients["ann"].wallet, lambda request, state=by_hmac: handle(state, request)[1])
        assert client.ask("GET", "/meters", NOW).status == 200
        signed = jwt.get_unverified_header(client.tokens["residents"])["alg"]
        assert (signed == "HS256") == (name in ("literal", "shared"))


def test_the_public_key_is_handed_out_and_verifies_with_the_library() -> None:
    town = Town(HARDENED)
    key = content(town.ask("ann", "GET", "/keys/tokens"))
    town.ask("ann", "GET", "/meters")
    token = town.clients["ann"].tokens["residents"]
    options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    claims = jwt.decode(token, key["key"], algorithms=["RS256"], audience="residents", options=options)
    assert (claims["sub"], claims["exp"] - claims["iat"]) == ("ann", tokens.LIFE)
    assert town.ask("ann", "GET", "/keys/tokens").status == 200
    assert Town(SHARED).refused("ann", "GET", "/keys/tokens") == "token_algorithm"


def test_a_changed_byte_of_a_token_is_noticed_in_every_reading() -> None:
    for variant in (CHARITABLE, SHARED, LITERAL):
        town = Town(variant)
        town.done("ann", "GET", "/meters")
        head, claims, signature = town.clients["ann"].tokens["residents"].split(".")
        other = _part({**json.loads(base64.urlsafe_b64decode(claims + "==")), "sub": "bob"})
        assert asked_with(town, f"{head}.{claims}.{signature}", "/meters").status == 200
        assert asked_with(town, f"{head}.{other}.{signature}", "/meters").status == 401


def test_a_stolen_token_is_worth_something_where_its_bearer_shows_no_key() -> None:
    worth = {}
    for name, variant in VARIANTS.items():
        town = Town(variant)
        town.done("ann", "GET", "/meters")
        token = town.clients["ann"].tokens["residents"]
        request = Request("GET", "/meters", (), (("authorization", f"Bearer {token}"),), b"", NOW)
        by_bob = town.clients["bob"].bearing(replace(request, headers=()), token)
        worth[name] = (handle(town.state, request)[1].status, handle(town.state, by_bob)[1].status)
    taken = (200, 200)
    assert worth == {"literal": taken, "charitable": taken, "shared": taken, "hardened": (401, 401)}


def test_a_token_travels_in_a_url_and_stays_in_the_log_where_it_may_be_anywhere() -> None:
    town = Town(LITERAL)
    town.done("ann", "GET", "/meters")
    token = town.clients["ann"].tokens["residents"]
    headers = (("content-type", "application/json"),)
    body = b'{"user":"bob","resource":"m-1"}'
    request = Request("POST", "/grants", (("access_token", token),), headers, body, NOW)
    town.desk.state, response = handle(town.state, request)
    assert response.status == 201
    assert token in town.done("bob", "GET", "/log")["lines"][-1]
    other = Town(CHARITABLE)
    assert handle(other.state, request)[1].status == 401


def test_a_token_ends_and_is_given_back_where_tokens_end() -> None:
    for variant, later in ((LITERAL, 200), (CHARITABLE, 401)):
        town = Town(variant)
        town.done("ann", "GET", "/meters")
        token = town.clients["ann"].tokens["residents"]
        assert asked_with(town, token, "/meters", NOW + tokens.LIFE).status == later
        assert asked_with(town, token, "/meters", NOW + tokens.LIFE - 1).status == 200
        request = Request("DELETE", "/sessions", (), (("authorization", f"Bearer {token}"),), b"", NOW)
        town.desk.state, response = handle(town.state, request)
        assert response.status == (409 if variant is LITERAL else 200)
        assert asked_with(town, token, "/meters").status == later


def test_a_token_is_for_one_service_where_it_names_one() -> None:
    town = Town(HARDENED)
    client = town.clients["ann"]
    client.sign_in("residents", NOW)
    request = Request("GET", "/records", (("subject", "m-1"),), (), b"", NOW)
    answered = handle(town.state, client.bearing(request, client.tokens["residents"]))[1]
    assert content(answered)["error"]["rule"] == "token_audience"
    client.sign_in("records", NOW)
    assert handle(town.state, client.bearing(request, client.tokens["records"]))[1].status == 200
    assert client.ask("POST", "/sessions", NOW, {"user": "ann", "password": client.wallet.password}).status == 422


def test_rights_that_have_ended_end_tokens_where_their_epoch_is_compared() -> None:
    answers = {}
    for name, variant in (("charitable", CHARITABLE), ("hardened", HARDENED)):
        town = Town(variant)
        client = town.clients["ann"]
        client.sign_in("residents", NOW)
        assert client.ask("GET", "/meters/m-1", NOW).status == 200
        town.done("keeper", "POST", "/meters/m-1/transfers", {"to": "bob", "since": NOW - 5})
        response = client.ask("GET", "/meters/m-1", NOW)
        answers[name] = response.status if response.status == 200 else content(response)["error"]["rule"]
    assert answers == {"charitable": 200, "hardened": "permissions"}


def test_a_password_that_is_not_the_users_gets_nothing() -> None:
    town = Town(HARDENED)
    for user, password in (("ann", "wrong"), ("nobody", town.clients["ann"].wallet.password), ("ann", "\ud800")):
        body = json.dumps({"user": user, "password": password, "service": "records"}).encode()
        response = town.desk(Request("POST", "/sessions", (), (("content-type", "application/json"),), body, NOW))
        assert response.status in (400, 401)


class TestProofs:
    """A proof is for one request, one token, one minute, and one change."""

    def setup_method(self) -> None:
        self.town = Town(HARDENED)
        self.client = self.town.clients["ann"]
        self.client.sign_in("records", NOW)
        self.token = self.client.tokens["records"]
        headers = (("content-type", "application/json"),)
        self.request = Request("POST", "/grants", (), headers, b'{"user":"bob","resource":"m-1"}', NOW)

    def rule(self, request: Request) -> str | None:
        response = handle(self.town.state, request)[1]
        return None if response.status == 201 else str(content(response)["error"]["rule"])

    def test_it_is_taken_with_the_request_that_it_is_of(self) -> None:
        assert self.rule(self.client.bearing(self.request, self.token)) is None

    @pytest.mark.parametrize(
        "change",
        [
            {"body": b'{"user":"trader","resource":"m-1"}'},
            {"path": "/records"},
            {"query": (("a", "b"),)},
            {"at": NOW + proofs.WINDOW + 1},
            {"at": NOW - proofs.WINDOW - 1},
        ],
    )
    def test_it_is_taken_with_no_other(self, change: Mapping[str, Any]) -> None:
        borne = self.client.bearing(self.request, self.token)
        assert self.rule(replace(borne, **change)) in ("token_binding", "token_life")

    def test_it_is_taken_with_no_other_token(self) -> None:
        self.client.sign_in("records", NOW + 1)
        other = self.client.bearing(self.request, self.client.tokens["records"])
        headers = tuple((n, f"Bearer {self.token}" if n == "authorization" else v) for n, v in other.headers)
        assert self.rule(replace(other, headers=headers)) == "token_binding"

    def test_a_change_is_made_with_it_once(self) -> None:
        borne = self.client.bearing(self.request, self.token)
        self.town.desk(borne)
        assert self.rule(borne) == "token_binding"

    def test_something_is_read_with_it_once(self) -> None:
        borne = self.client.bearing(Request("GET", "/records", (("subject", "m-1"),), (), b"", NOW), self.token)
        assert [self.town.desk(borne).status for _ in range(2)] == [200, 401]
        assert self.town.state.height == Town(HARDENED).state.height, "and nothing of it is on the chain"

    def test_it_is_forgotten_when_it_is_too_old_for_any_request(self) -> None:
        self.town.desk(self.client.bearing(self.request, self.token))
        assert len(self.town.state.used_proofs) == 2
        self.town.at = NOW + 2 * proofs.WINDOW
        self.town.done("keeper", "POST", "/meters", {"meter": "m-2", "kind": "smart"})
        assert len(self.town.state.used_proofs) == 1

    @given(st.text(max_size=40) | st.binary(max_size=60).map(lambda data: base64.urlsafe_b64encode(data).decode()))
    @settings(max_examples=50)
    def test_whatever_comes_for_one_is_refused(self, text: str) -> None:
        for proof in (text, f"{text}.{text}.{text}"):
            with pytest.raises(Denied):
                proofs.check(proof, self.token, self.request, "x")


GARBAGE = st.text(max_size=30) | st.lists(
    st.binary(max_size=30).map(lambda data: base64.urlsafe_b64encode(data).decode())
    | st.sampled_from([_part({"alg": "none"}), _part({"alg": "RS256"}), _part([]), _part(FORGED), "", "e30"]),
    max_size=4,
).map(".".join)  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS)
@given(token=GARBAGE)
@settings(max_examples=15)
def test_whatever_comes_for_a_token_is_refused_or_is_one(variant: str, token: str) -> None:
    town = TOWNS[variant]
    try:
        claims = tokens.verify(town.state, token, "governance", NOW)
    except Denied as denied:
        assert denied.status == 401
    else:
        assert variant == "literal" and claims == FORGED


TOWNS = {name: Town(values) for name, values in VARIANTS.items()}
