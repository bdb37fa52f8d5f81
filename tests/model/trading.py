"""Trades, receipts and credit ratings: their machines under the rules of sovereign-chain, or with some changed.

The literal and the charitable reading have the same rules here, so that one of them stands for both.
"""

from __future__ import annotations

from tests.model.shipped import HARDENED, LITERAL, Shipped, asked

__all__ = ["HARDENED", "LITERAL", "asked"]
TRADES = Shipped("sovereign-chain")
rules_of, system_of, found, caught = TRADES.rules_of, TRADES.system_of, TRADES.found, TRADES.caught
