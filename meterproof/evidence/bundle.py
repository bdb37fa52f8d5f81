"""All files of an evidence folder, from checks: pure but for the solver, which is asked once more how a proof went."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from meterproof.check.runner import Check, Options
from meterproof.claims import Plan
from meterproof.evidence import ir_writing, manifest, record
from meterproof.evidence.record import Shown
from meterproof.lang.canonical import digest
from meterproof.lang.system import System
from meterproof.traces import itf
from meterproof.traces.trace import Trace
from meterproof.verdict import Evidence

CHECKS = "checks.json"


def bundle(checks: Sequence[Check], options: Options, root: Path, *, interrupted: bool = False) -> dict[str, str]:
    """The folder's files as texts by path, the manifest last. `root` is where the study lies."""
    made = _Bundle(options, root)
    rows = [made.row(check) for check in checks]
    whole = record.record(rows, options, interrupted=interrupted)
    made.files[CHECKS] = json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
    return made.files | {manifest.NAME: manifest.write(made.files, manifest.versions())}


@dataclass
class _Bundle:
    options: Options
    root: Path
    files: dict[str, str] = field(default_factory=dict)

    def row(self, check: Check) -> dict[str, Any]:
        job, system = check.job, check.job.system()
        name = _slug(f"{job.name}.{job.machine.__name__}.{job.declared.id}")
        plans = [self.options.sized(p) for p in job.stance.plans if self.options.admits(p)]
        entries = [
            record.entry(plan, found, self._shown(f"{name}.{at}", job.name, plan, found, system, job.declared.id))
            for at, (plan, found) in enumerate(zip(plans, check.evidence, strict=not check.interrupted), 1)
        ]
        controls = []
        for result in check.controls:
            assert job.rules is not None, "a system without rules has no controls"
            rule = result.control.rule
            mutant = job.under({rule: result.control.mutate(job.rules).plain()[rule]})
            under = f"{name}.{_slug(str(result.control))}"
            plan, found, changed = result.control.plan, result.evidence, mutant.system()
            shown = self._shown(under, mutant.name, plan, found, changed, job.declared.id)
            controls.append(record.control(result, shown))
        return record.row(check, self._ir(system), entries, controls)

    def _shown(self, name: str, source: str, plan: Plan, found: Evidence, system: System, property: str) -> Shown:
        return Shown(
            self._ir(system),
            self._trace(name, source, found.trace, found.seed),
            self._trace(f"{name}.witness", source, found.witness, found.seed),
            self._obligations(name, system, property) if (plan.method, found.verdict) == PROOF else (),
        )

    def _ir(self, system: System) -> str:
        path = f"ir/{digest(system)}.json"
        if path not in self.files:
            self.files[path] = ir_writing.write(system, self.root)
        return path

    def _trace(self, name: str, source: str, trace: Trace | None, seed: int | None) -> str | None:
        if trace is None:
            return None
        path = f"traces/{name}.itf.json"
        self.files[path] = itf.write(trace, source=source, seed=seed)
        return path

    def _obligations(self, name: str, system: System, property: str) -> tuple[str, ...]:
        from meterproof.prove import induct, smtlib  # brings z3 with it, which a check without a proof has no need of

        budget = self.options.budget
        tasks = induct.route(
            system, system.property(property), timeout=budget.seconds, seed=budget.seed, seeds=budget.seeds,
            solver=budget.solver,
        )  # fmt: skip
        scripts = {f"obligations/{name}/{file}": text for file, text in smtlib.write(tasks).items()}
        self.files |= scripts
        return tuple(scripts)


PROOF = ("induction", "proved")
"""Method and verdict of what has obligations."""


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9@_.=+-]+", "-", name.replace("(", "").replace(")", "")).strip("-")
