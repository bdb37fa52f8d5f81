"""A service on a machine of its own answers by its copy of the chain, and only while that is young."""

from __future__ import annotations

from dataclasses import replace

from reference.ledger.chain import Certificate
from reference.ledger.effects import Refused
from reference.metering_platform.client import content
from reference.metering_platform.replica import Replica
from reference.metering_platform.routing import Request
from tests.reference.metering_platform.variants import CHARITABLE, HARDENED, NOW, Town

DELTA = 30


def test_it_answers_nobody_without_a_copy_that_is_young_enough() -> None:
    town = Town(HARDENED)
    client = town.clients["ann"]
    client.sign_in("residents", NOW)
    request = client.bearing(Request("GET", "/meters", at=NOW), client.tokens["residents"])
    service = Replica()
    assert content(service.answer(request, town.state, DELTA))["error"]["rule"] == "permissions"
    fetched = service.fetched(town.state, NOW - DELTA)
    assert isinstance(fetched, Replica)
    assert fetched.answer(request, town.state, DELTA).status == 200
    assert content(fetched.answer(request, town.state, DELTA - 1))["error"]["rule"] == "permissions"


def test_it_has_a_chain_that_is_final_and_goes_on() -> None:
    town = Town(HARDENED)
    before = Replica().fetched(town.state, NOW)
    town.done("keeper", "POST", "/meters", {"meter": "m-2", "kind": "smart"})
    last = town.state.blocks[-1]
    unsigned = replace(last, evidence=Certificate(()).encode(town.state.committee.chain))
    assert isinstance(before, Replica)
    assert isinstance(before.fetched(replace(town.state, blocks=(*town.state.blocks[:-1], unsigned)), NOW + 1), Refused)
    after = before.fetched(town.state, NOW + 1)
    assert isinstance(after, Replica)
    assert after.fetched(town.state, NOW + 1) == Refused(
        "hash links", "this does not continue the blocks that the service has", ("ZD-P15",)
    )
    assert isinstance(after.fetched(replace(town.state, blocks=town.state.blocks[1:]), NOW + 2), Refused)


def test_where_permissions_are_the_tokens_it_has_no_copy_and_answers() -> None:
    town = Town(CHARITABLE)
    town.done("ann", "GET", "/meters")
    request = town.clients["ann"].bearing(Request("GET", "/meters", at=NOW), town.clients["ann"].tokens["residents"])
    assert isinstance(Replica().fetched(town.state, NOW), Refused)
    assert Replica().answer(request, town.state, 0).status == 200
