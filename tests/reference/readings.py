"""Readings for the pipeline's tests, and deployments to put them through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

START = datetime(2013, 1, 1)
METERS = ("MAC000002", "MAC000003", "MAC000004")


@dataclass(frozen=True)
class Reading:
    meter: str
    at: datetime
    kwh: Decimal


def half_hours(values: list[int]) -> Iterator[Reading]:
    """These energies in Wh, half hour by half hour, for each meter in turn."""
    for number, value in enumerate(values):
        slot, meter = divmod(number, len(METERS))
        yield Reading(METERS[meter], START + timedelta(minutes=30 * slot), Decimal(value) / 1000)
