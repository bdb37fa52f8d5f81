"""Violations, denials and action counters: their machines under the rules of sovereign-chain, or with some changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from meterproof.finite.instance import Instance
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import System, trace
from meterproof.lang.tracing import Protocol
from tests.model.shipped import CHARITABLE, HARDENED, LITERAL, SHOWN, Shipped, asked

__all__ = ["CHARITABLE", "HARDENED", "LITERAL", "SHOWN", "asked"]

SANCTIONS = Shipped("sovereign-chain")
rules_of, found, caught = SANCTIONS.rules_of, SANCTIONS.found, SANCTIONS.caught


def worlds(machine: type[Protocol], scope: Mapping[str, int], of: str = HARDENED) -> tuple[System, Iterator[Instance]]:
    """The machine without claims, and its instances of a size."""
    system = trace(machine, rules_of(machine, of), [])
    return system, instances(system, resolve(system, dict(scope)))
