"""No bytes crash a decoder or a party of sovereign-chain, and what a decoder reads has one spelling.

Genuine messages are changed as in `tests.reference.corpus`: bit by bit, in length, by splicing, and field by field.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import reference.sovereign_chain
from reference.crypto.encoding import Malformed
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Refused, Sent, refused
from reference.sovereign_chain import (
    assembly,
    assembly_world,
    block_times,
    credit_nodes,
    credit_records,
    credit_world,
    inclusion,
    inclusion_world,
    trade,
    trade_world,
    violations,
    violations_world,
)
from reference.sovereign_chain.denials import Checkpoint, Decision, Denial, block_of
from reference.sovereign_chain.operations import judge
from reference.sovereign_chain.receipts import Receipt, Validators, fault
from reference.sovereign_chain.records import entry_of, metered
from reference.sovereign_chain.records import fault as record_fault
from tests.reference import corpus
from tests.reference.sovereign_chain import members
from tests.reference.sovereign_chain.messages import editions_and_services
from tests.reference.sovereign_chain.variants import HARDENED, LITERAL, rules

CHAIN = assembly_world.CHAIN
NAME, PAIR = b"meter".ljust(32, b"\0"), KeyPair.generate(Randomness.from_seed(1))
CONTENT = {"user": "Ada", "terms": "none", "energy": 4_200, "price": 31, "time": 1_000}
MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@cache
def decoders() -> dict[str, Any]:
    """Every class that makes itself from bytes of the chain alone, by name: nobody has to list a new one."""
    found = {}
    for module in pkgutil.iter_modules(reference.sovereign_chain.__path__):
        for each in vars(importlib.import_module(f"reference.sovereign_chain.{module.name}")).values():
            here = isinstance(each, type) and each.__module__.startswith("reference.sovereign_chain")
            if here and "decode" in vars(each):
                found[each.__name__] = each
    return found


def read(name: str, data: bytes) -> Any:
    """What the decoder makes of the bytes; None if it refuses them."""
    decoder = decoders()[name]
    try:
        return decoder.decode(CHAIN, violations.REPORT, data) if name == "Statement" else decoder.decode(CHAIN, data)
    except Malformed:
        return None


def encoded(name: str, value: Any) -> bytes:
    """Receipts know their chain themselves."""
    return value.encode() if name == "Receipt" else value.encode(CHAIN)


@cache
def genuine() -> tuple[bytes, ...]:
    """One message of each kind, all of one chain."""
    world = assembly_world.deploy(rules(HARDENED), 4, 1, 1, origins=[0])
    for event in (assembly_world.Propose(0, 0), *[assembly_world.Accept(node, 0) for node in (1, 2)]):
        world, _ = assembly_world.step(world, event)
    found = [each.data for each in world.wire] + [world.blocks[0].encode(CHAIN)]
    for values in (LITERAL, HARDENED):
        held = metered(CHAIN, rules(values), NAME, 1, 1, CONTENT, PAIR, Randomness.from_seed(2))
        found += [entry_of(CHAIN, rules(values), held, 0, PAIR), held.record.encode(CHAIN)]
    user = violations_world.deploy(rules(HARDENED), 4, 1, 1, first=[0], breaks=[[True]])
    operation = user.asked[0].signed(CHAIN, PAIR)
    found += [
        operation.encode(CHAIN),
        violations.ViolationRecord(bytes(32), operation.encode(CHAIN), "rule-0", bytes(32)).encode(CHAIN),
        violations.Statement.make(CHAIN, violations.REPORT, 0, bytes(32), PAIR).encode(CHAIN),
        trade.Fact(3, "APPROVED").encode(CHAIN),
        *denying(),
        *editions_and_services(CHAIN, PAIR),
        receipt(),
        inclusion.Notice(0, NAME, 1).signed(CHAIN, PAIR).encode(CHAIN),
        block_times.Draft(0, b"data", 1_000).signed(CHAIN, PAIR).encode(CHAIN),
        *rated(),
        *members.genuine(CHAIN),
    ]
    return tuple(dict.fromkeys(found))


def denying() -> tuple[bytes, ...]:
    """A denial, a decision that lifts it, and a checkpoint that has both, under this chain's name."""
    signers = Validators.drawn(CHAIN, 0, 4, 3, Randomness.from_seed(3))
    denial = Denial(bytes(32), NAME, "rule-0", "service-0", 0, 2).voted(signers).encode(CHAIN)
    entries, name = (denial, Decision(bytes(32)).voted(signers).encode(CHAIN)), signers.of.committee.chain
    header = block_of(CHAIN, 0, bytes(32), 1, (), entries).header
    checkpoint = Checkpoint(header.encode(name), 1, entries, signers.votes(header, name))
    return *entries, checkpoint.encode(CHAIN)


def rated() -> tuple[bytes, ...]:
    """What came of a trade, a claim of it, a dispute about that, and a ruling."""
    outcome = credit_records.Outcome(NAME, "settled", bytes(32), (NAME,))
    claim = credit_records.Claim(0, outcome, bytes(32)).signed(CHAIN, PAIR)
    dispute = credit_records.Dispute(NAME, claim.identity(CHAIN)).signed(CHAIN, PAIR)
    ruling = credit_records.Ruling(dispute.fact, True)
    return tuple(each.encode(CHAIN) for each in (outcome, claim, dispute, ruling))


@cache
def traded() -> trade_world.TradeWorld:
    """A trade that waits for its check."""
    world = trade_world.deploy(rules(HARDENED), 1, chains=1, at=[0], quantity=[0], deadline=[9], home=[0])
    for action in ("propose", "submit"):
        world, _ = trade_world.step(world, trade_world.Event(action))
    return world


@cache
def receipt() -> bytes:
    """A receipt under this chain's name."""
    world = traded()
    block = world.trading[0].block_with(0, "PENDING_CHECK")
    assert block is not None
    made = trade_world.receipt_of("certified", world.validators["power-trading-0"][1], block, 0)
    return Receipt(CHAIN, made.leaf, made.epoch, made.header, made.index, made.path, made.votes).encode()


ANY = corpus.changed(st.deferred(lambda: corpus.one_of(genuine()))) | st.binary(max_size=100)


@pytest.mark.parametrize("name", decoders())
def test_every_decoder_reads_some_genuine_message_and_gives_it_back(name: str) -> None:
    values = {data: read(name, data) for data in genuine()}
    assert any(value is not None for value in values.values())
    assert all(encoded(name, value) == data for data, value in values.items() if value is not None)


@MANY
@given(data=ANY)
def test_bytes_are_refused_or_they_are_the_encoding_of_what_they_give(data: bytes) -> None:
    for name in decoders():
        value = read(name, data)
        assert value is None or encoded(name, value) == data


@MANY
@given(data=ANY)
def test_parties_answer_any_bytes_with_a_refusal_and_are_as_they_were(data: bytes) -> None:
    node = assembly_world.deploy(rules(HARDENED), 4, 1, 2, origins=[0]).nodes[1]
    after, effects = assembly.step(node, assembly.Receive(data))
    assert after == node and refused(effects) is not None
    world = traded()
    heard, said = trade.hear(world.dispatch, "power-trading-0", data)
    assert heard == world.dispatch and refused(said) is not None
    database = violations_world.deploy(rules(HARDENED), 4, 1, 2, first=[0], breaks=[[True]])
    for event in (violations.Observe(data), violations.Report(data), violations.Back(data, data)):
        same, stopped = violations.step(database.validators[0], event)
        assert same == database.validators[0] and refused(stopped) is not None
    here = inclusion_world.deploy(rules(HARDENED), 2, 0, 2).nodes[0]
    for deed in (inclusion.Hear(data), inclusion.Receive(data), assembly.Receive(data)):
        still, stopped = inclusion.step(here, deed)
        assert still == here and refused(stopped) is not None
    values = rules(HARDENED, credit_inputs="unspecified")
    rater = credit_world.deploy(values, 2, raters=1, about=(0,), just=(True,)).raters[0]
    unchanged, stopped = credit_nodes.rate(rater, credit_nodes.Hear(data))
    assert unchanged == rater and refused(stopped) is not None
    register = database.register
    assert isinstance(judge(register.chain_id, "signed-edition", register.editions, register.users, data), Refused)
    assert register.fault(data) is not None


@MANY
@given(data=ANY)
def test_a_changed_record_is_no_valid_one(data: bytes) -> None:
    """Of this meter and this node: whoever has no key of theirs makes none."""
    for values in (LITERAL, HARDENED):
        refusal = record_fault(CHAIN, rules(values), 1, data, {NAME: PAIR.public}, {0: PAIR.public})
        assert refusal is not None or data in genuine()


def test_every_cut_and_every_bit_of_a_receipt_matters() -> None:
    world, data = traded(), receipt()
    followed = {CHAIN: world.dispatch.followed["power-trading-0"]}
    assert fault("certified", followed, Receipt.decode(CHAIN, data)) is None
    places = range(0, len(data), 3)
    for changed in (
        *(data[:length] for length in places),
        *(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :] for at in places),
    ):
        value = read("Receipt", changed)
        assert value is None or fault("certified", followed, value) is not None


def test_what_a_node_sends_is_what_others_read() -> None:
    world = assembly_world.deploy(rules(HARDENED), 4, 1, 1, origins=[0])
    _, effects = assembly_world.step(world, assembly_world.Propose(0, 0))
    sent = next(effect for effect in effects if isinstance(effect, Sent))
    after, answers = assembly.step(world.nodes[1], assembly.Receive(sent.data))
    assert refused(answers) is None and len(after.candidates) == 1
