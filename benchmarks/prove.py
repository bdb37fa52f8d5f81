"""Proofs for every size: each property of the study and of the examples that claims one, with one seed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from meterproof.check.targets import jobs
from meterproof.prove import obligations, prove

EXAMPLES = ["examples/two_phase_commit.py"]


def rows(quick: bool, seed: int) -> Iterator[dict[str, Any]]:
    """One row a property: how many obligations, the verdict, and the seconds from the traced system to the verdict.

    With `quick`, of the examples only.
    """
    for job in [*jobs(EXAMPLES), *([] if quick else jobs([]))]:
        if all(plan.method != "induction" for plan in job.stance.plans):
            continue
        system = job.system()
        claim = job.claim(system)
        begun = time.perf_counter()
        evidence = prove(system, claim, seed=seed)
        yield {
            "model": job.name,
            "property": claim.id,
            "obligations": len(obligations(system, claim).shown),
            "verdict": evidence.verdict,
            "seconds": round(time.perf_counter() - begun, 3),
        }
