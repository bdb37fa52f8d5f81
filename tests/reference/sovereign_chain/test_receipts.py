"""Receipts between chains: what each form of them shows, and what each lets through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

import pytest

from reference.crypto.randomness import Randomness
from reference.ledger.chain import GENESIS, Block
from reference.sovereign_chain.receipts import Receipt, Validators, ValidatorSet, fault, receipt_of
from reference.sovereign_chain.rules import ChainReceipts

ROOT = Randomness.from_seed(4)
OLD, NOW = (Validators.drawn("dispatch", epoch, 4, 3, ROOT) for epoch in (0, 1))
ELSEWHERE = Validators.drawn("power-trading", 1, 4, 3, ROOT)
FOLLOWED: Mapping[str, tuple[ValidatorSet, ...]] = {"dispatch": (OLD.of, NOW.of), "power-trading": (ELSEWHERE.of,)}
BLOCK = Block.build(7, 0, GENESIS, (b"one", b"passed", b"three"), GENESIS)
FORMS: tuple[ChainReceipts, ...] = get_args(ChainReceipts)


def stopped(rule: ChainReceipts, receipt: Receipt) -> bool:
    refusal = fault(rule, FOLLOWED, receipt)
    assert refusal is None or refusal.rule == "chain_receipts"
    return refusal is not None


@pytest.mark.parametrize("rule", FORMS)
def test_an_honest_receipt_is_taken_and_comes_back_from_its_bytes(rule: ChainReceipts) -> None:
    for index in range(3):
        receipt = receipt_of(rule, NOW, BLOCK, index)
        assert not stopped(rule, receipt)
        assert Receipt.decode("dispatch", receipt.encode()) == receipt


@pytest.mark.parametrize(
    ("rule", "of_nobody", "of_another_chain", "of_the_old_set"),
    [
        ("none", True, True, True),
        ("record-only", False, True, True),
        ("any-set", False, False, True),
        ("certified", False, False, False),
    ],
)
def test_each_form_lets_through_what_it_does_not_show(
    rule: ChainReceipts, of_nobody: bool, of_another_chain: bool, of_the_old_set: bool
) -> None:
    nobody = Receipt("dispatch", b"passed", epoch=1)
    other = replace(receipt_of(rule, ELSEWHERE, BLOCK, 1), chain_id="dispatch")
    old = receipt_of(rule, OLD, BLOCK, 1)
    assert [not stopped(rule, each) for each in (nobody, other, old)] == [of_nobody, of_another_chain, of_the_old_set]


def test_every_part_of_a_certified_receipt_matters() -> None:
    receipt = receipt_of("certified", NOW, BLOCK, 1)
    too_few = NOW.of.needed - 1
    fewer = Validators(replace(NOW.of, needed=too_few), NOW.pairs)
    for changed in (
        replace(receipt, leaf=b"failed"),
        replace(receipt, index=0),
        replace(receipt, path=receipt.path[:-1]),
        replace(receipt, header=receipt_of("certified", NOW, replace(BLOCK, leaves=(b"x",)), 0).header[:-1]),
        replace(receipt, header=Block.build(8, 0, GENESIS, BLOCK.leaves, GENESIS).header.encode("dispatch epoch 1")),
        replace(receipt, epoch=0),
        replace(receipt, epoch=2),
        replace(receipt, votes=b""),
        receipt_of("certified", fewer, BLOCK, 1),
        replace(receipt, chain_id="nowhere"),
    ):
        assert stopped("certified", changed)
    assert not stopped("certified", receipt)
