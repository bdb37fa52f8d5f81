"""The reference on real readings: every hardened variant that has one, on the samples that ship with the study."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from meterproof.cli.run_samples import run_samples


def rows(quick: bool, seed: int) -> Iterator[dict[str, Any]]:
    """One row a run, from registration to the last decrypted reading."""
    for each in run_samples(seed, quiet=True):
        yield {
            "model": each["target"],
            "readings": each["readings"],
            "delivered": each["delivered"],
            "seconds": each["seconds"],
            "reports_per_second": each["reports_per_second"],
        }
