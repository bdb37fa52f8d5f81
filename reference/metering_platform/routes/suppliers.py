"""Suppliers' tests, the grid companies' demands, and who sees whose (ZD-R25, ZD-C22).

In "private-collections" the chain has salted digests alone, and events and transactions name nobody; so it is where
statements are "mapped", each to the sub-ledger where all of it is. Otherwise the chain has it, and every node.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reference.metering_platform import decide, documents, governing, ledger, signatures
from reference.metering_platform.decide import Kind, Resource
from reference.metering_platform.documents import Json
from reference.metering_platform.routing import DECIDED, Call, Denied, Reply, Route
from reference.metering_platform.schemas import COUNT, NAME, PUBLIC_KEY, SIGNATURE, list_of, nullable, record_of
from reference.metering_platform.state import Demand, Event, PlatformState, Role, Service, SupplierTest

PAGE = 100
SAMPLED_OF_256 = 64
"""Of 256 tests how many are drawn for an independent one, by the block that they are in: one in four."""
RESULT = {"type": "string", "maxLength": 2000}
TEST = record_of(
    {"product": NAME, "result": RESULT}, {"instrument": NAME, "signature": SIGNATURE, "supplier_signature": SIGNATURE}
)
TEST_NAME = record_of({"test": NAME})
TESTS = record_of(
    {
        "tests": list_of(
            record_of(
                {
                    "test": NAME,
                    "product": NAME,
                    "result": RESULT,
                    "instrument": nullable(NAME),
                    "signature": nullable(SIGNATURE),
                    "supplier_signature": nullable(SIGNATURE),
                    "drawn": {"type": "boolean"},
                    "sampled": nullable(RESULT),
                }
            )
        )
    }
)
SAMPLE = record_of({"result": RESULT})
DEMAND = record_of({"order": RESULT})
DEMAND_NAME = record_of({"demand": NAME})
DEMANDS = record_of({"demands": list_of(record_of({"demand": NAME, "sequence": nullable(COUNT), "order": RESULT}))})
ACKNOWLEDGE = record_of({"sequence": COUNT})
CONSENT = record_of({"to": NAME})
SUPPLIER = record_of({"supplier": NAME})
INSTRUMENT = record_of({"instrument": NAME, "signing": PUBLIC_KEY})
INSTRUMENT_NAME = record_of({"instrument": NAME})


def store_test(call: Call) -> Reply:
    """A supplier's own test; hardened, what a registered instrument has signed of this very product, and the supplier
    as its own."""
    state, body, supplier = call.state, call.body, _supplier(call)
    decide.require(state, call.who, "store", Resource("tests", supplier, supplier=supplier))
    instrument = body.get("instrument")
    if state.rules.supplier_tests == "instrument-signed":
        key = state.instruments.get(instrument or "")
        signed = bytes.fromhex(body.get("signature", ""))
        said = measured(supplier, body["product"], body["result"])
        if key is None or not signatures.verifies(key, "measured", said, signed):
            raise Denied(422, "supplier_tests", "no registered instrument has signed the test", ("ZD-C22",))
        own = bytes.fromhex(body.get("supplier_signature", ""))
        if not signatures.verifies(state.members[supplier].signing, "own-test", said, own):
            raise Denied(422, "supplier_tests", f"{supplier} has not signed that the test is its own", ("ZD-C22",))
    test = SupplierTest(
        f"t{state.height}", supplier, body["product"], body["result"], instrument, None,
        body.get("signature"), body.get("supplier_signature"), state.sub_ledger_of(supplier),
    )  # fmt: skip
    after = replace(state, tests={**state.tests, test.test: test})
    said_of_it: Json = {"test": test.test, "supplier": supplier, "product": test.product, "result": test.result}
    return _private(call, 201, {"test": test.test}, after, "test-stored", said_of_it)


def measured(supplier: str, product: str, result: str) -> Json:
    """What an instrument signs, and the supplier as its own test."""
    return {"supplier": supplier, "product": product, "result": result}


def list_tests(call: Call) -> Reply:
    state, supplier = call.state, _supplier(call)
    decide.require(state, call.who, "read", Resource("tests", supplier, supplier=supplier))
    own = [each for each in state.tests.values() if each.supplier == supplier and _is_seen(call, "tests", each)]
    return Reply(200, {"tests": [_test_json(state, each) for each in own[-PAGE:]]})


def _test_json(state: PlatformState, test: SupplierTest) -> dict[str, Json]:
    return {
        "test": test.test,
        "product": test.product,
        "result": test.result,
        "instrument": test.instrument,
        "signature": test.signature,
        "supplier_signature": test.own,
        "drawn": is_drawn(state, test),
        "sampled": test.sampled,
    }


def is_drawn(state: PlatformState, test: SupplierTest) -> bool:
    """Whether the product is to be tested again: drawn by the block that has the test, after it was stored."""
    if state.rules.supplier_tests == "own-word":
        return False
    digest = state.blocks[int(test.test[1:])].block.header.digest(state.committee.chain)
    return digest[0] < SAMPLED_OF_256


def sample(call: Call) -> Reply:
    """What an independent test of the same product has found."""
    state, supplier = call.state, _supplier(call)
    decide.require(state, call.who, "sample", Resource("tests", supplier, supplier=supplier))
    test = state.tests.get(call.path["test"])
    if test is None or test.supplier != supplier:
        raise Denied(404, "suppliers", "there is no such test")
    if not is_drawn(state, test) or test.sampled is not None:
        raise Denied(409, "supplier_tests", "the test was not drawn, or has been sampled", ("ZD-C22",))
    found = replace(test, sampled=call.body["result"])
    after = replace(state, tests={**state.tests, test.test: found})
    return _private(call, 200, {"test": test.test}, after, "test-sampled", {"test": test.test, "found": found.sampled})


def store_demand(call: Call) -> Reply:
    state, supplier = call.state, _supplier(call)
    decide.require(state, call.who, "store", Resource("demands", supplier, supplier=supplier))
    sequence = 1 + sum(each.supplier == supplier for each in state.demands)
    demand = Demand(f"d{state.height}", supplier, sequence, call.body["order"], state.sub_ledger_of(supplier))
    after = replace(state, demands=(*state.demands, demand))
    said: Json = {"demand": demand.demand, "supplier": supplier, "sequence": sequence, "order": demand.order}
    return _private(call, 201, {"demand": demand.demand}, after, "demand-stored", said)


def list_demands(call: Call) -> Reply:
    """The demands to a supplier. Sequenced: those that it has not acknowledged, or all after the number asked."""
    state, supplier = call.state, _supplier(call)
    decide.require(state, call.who, "read", Resource("demands", supplier, supplier=supplier))
    sequenced = state.rules.demand_sync == "sequenced"
    found = [each for each in state.demands if each.supplier == supplier and _is_seen(call, "demands", each)]
    if sequenced and "after" in call.query:
        found = [each for each in found if each.sequence > call.query["after"]]
    elif sequenced:
        done = state.acknowledged.get(supplier, frozenset())
        found = [each for each in found if each.sequence not in done]
    page = found[:PAGE] if sequenced else found[-PAGE:]
    shown = [{"demand": d.demand, "sequence": d.sequence if sequenced else None, "order": d.order} for d in page]
    return Reply(200, {"demands": shown})


def acknowledge(call: Call) -> Reply:
    """The supplier has planned for a demand, or says so again: acknowledgements may come in any order."""
    state, supplier, sequence = call.state, _supplier(call), call.body["sequence"]
    decide.require(state, call.who, "acknowledge", Resource("demands", supplier, supplier=supplier))
    if state.rules.demand_sync == "broadcast":
        raise Denied(409, "demand_sync", "demands have no numbers", ("ZD-C22",))
    done = state.acknowledged.get(supplier, frozenset())
    if sequence in done:
        return Reply(200, {"supplier": supplier})
    if not any(each.supplier == supplier and each.sequence == sequence for each in state.demands):
        raise Denied(409, "demand_sync", f"there is no demand of the number {sequence}", ("ZD-C22",))
    after = replace(state, acknowledged={**state.acknowledged, supplier: done | {sequence}})
    return _private(call, 200, {"supplier": supplier}, after, "acknowledged", {"supplier": supplier, "of": sequence})


def consent(call: Call) -> Reply:
    """A supplier lets another see its data; where they are on a sub-ledger, the other gets that."""
    state, supplier, to = call.state, _supplier(call), call.body["to"]
    decide.require(state, call.who, "consent", Resource("tests", supplier, supplier=supplier))
    after = replace(state, consents={**state.consents, supplier: state.consents.get(supplier, frozenset()) | {to}})
    if state.rules.sub_ledgers == "mapped":
        after = governing.shared(after, state.sub_ledger_of(supplier), to)
    return _private(call, 200, {"supplier": supplier}, after, "consent", {"supplier": supplier, "to": to})


def register_instrument(call: Call) -> Reply:
    state, body = call.state, call.body
    decide.require(state, call.who, "register", Resource("tests", body["instrument"]))
    if body["instrument"] in state.instruments:
        raise Denied(409, "supplier_tests", "the instrument is registered already")
    after = replace(state, instruments={**state.instruments, body["instrument"]: bytes.fromhex(body["signing"])})
    transaction: Json = {"instrument": [body["instrument"], body["signing"]]}
    events = (Event(state.height, "instrument-registered", body["instrument"], call.at),)
    return Reply(201, {"instrument": body["instrument"]}, after, transaction, events)


def _is_seen(call: Call, kind: Kind, statement: SupplierTest | Demand) -> bool:
    """Whether whoever asks may read this one of the supplier's."""
    about = Resource(kind, statement.supplier, supplier=statement.supplier, sub_ledger=statement.sub_ledger)
    return decide.decide(call.state, call.who, "read", about)


def _private(call: Call, status: int, answer: Mapping[str, Json], after: PlatformState, kind: str, said: Json) -> Reply:
    """The answer, with all of it for the chain, or a salted digest that tells nobody what or whose it is."""
    state = call.state
    if state.rules.sub_ledgers == "one-ledger":
        event = Event(state.height, kind, call.path["supplier"], call.at)
        return Reply(status, answer, after, {kind: said}, (event,))
    if state.rules.sub_ledgers == "mapped":
        name = state.sub_ledger_of(call.path["supplier"])
        entries = (*state.sub_chains.get(name, ()), ledger.leaf({kind: said}))
        after = replace(after, sub_chains={**state.sub_chains, name: entries})
    salt = state.randomness("collection").take(16).hex()
    commitment = documents.digest("collection", [salt, said]).hex()
    event = Event(state.height, "collection-changed", commitment[:16], call.at)
    return Reply(status, answer, after, {"collection": commitment}, (event,))


def _supplier(call: Call) -> str:
    member = call.state.members.get(call.path["supplier"])
    if member is None or member.kind != "supplier":
        raise Denied(404, "suppliers", "there is no such supplier")
    return member.member


_SERVICE: Service = "suppliers"
_SUPPLIER: frozenset[Role] = frozenset({"supplier"})
_READERS: frozenset[Role] = frozenset({"supplier", "grid"})
ROUTES = (
    Route("POST", "/suppliers/{supplier}/tests", "storeTest", "Store an internal test", _SERVICE, store_test,
          {201: TEST_NAME}, DECIDED, _SUPPLIER, body=TEST, cites=("ZD-R25",)),
    Route("GET", "/suppliers/{supplier}/tests", "tests", "A supplier's tests", _SERVICE, list_tests, {200: TESTS},
          DECIDED, _READERS, cites=("ZD-R25",)),
    Route("POST", "/suppliers/{supplier}/tests/{test}/sample", "sampleTest", "An independent test", _SERVICE, sample,
          {200: TEST_NAME}, DECIDED, frozenset({"grid", "institution"}), body=SAMPLE, cites=("ZD-C22",)),
    Route("POST", "/suppliers/{supplier}/demands", "storeDemand", "Ask for equipment", _SERVICE, store_demand,
          {201: DEMAND_NAME}, DECIDED, frozenset({"grid"}), body=DEMAND, cites=("ZD-R25",)),
    Route("GET", "/suppliers/{supplier}/demands", "demands", "Demands to a supplier", _SERVICE, list_demands,
          {200: DEMANDS}, DECIDED, _READERS, {"after": COUNT}, cites=("ZD-R25", "ZD-C22")),
    Route("POST", "/suppliers/{supplier}/acknowledgements", "acknowledge", "Acknowledge a demand", _SERVICE,
          acknowledge, {200: SUPPLIER}, DECIDED, _SUPPLIER, body=ACKNOWLEDGE, cites=("ZD-C22",)),
    Route("POST", "/suppliers/{supplier}/consents", "consent", "Let another supplier see", _SERVICE, consent,
          {200: SUPPLIER}, DECIDED, _SUPPLIER, body=CONSENT, cites=("ZD-C22",)),
    Route("POST", "/instruments", "registerInstrument", "Enter a test instrument", _SERVICE, register_instrument,
          {201: INSTRUMENT_NAME}, DECIDED, frozenset({"institution"}), body=INSTRUMENT, cites=("ZD-C22",)),
)  # fmt: skip
