"""Guarantees as test items: `pytest properties/` runs one item for each claim of a study.

A file of the study's properties folder that specs name, such as `properties/bc_ami.py`, is collected; an
item is called `bc-ami@hardened::IS-P4`. `--profile thorough` runs the thorough plans too and draws more
schedules, `--guarantee-seed` sets the seed. An item fails where the verdict is not the expected one, and
then shows the trace and a reproduction that can be pasted into a test; where that finding is accepted (see
`meterproof.ci.accepted`), it is expected to fail until the day that is said there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from meterproof.check.jobs import Job, jobs_of_spec, open_spec
from meterproof.check.methods import Budget
from meterproof.check.runner import Check, Options, run_job
from meterproof.check.targets import setup_lines
from meterproof.ci import of_check
from meterproof.ci.accepted import load
from meterproof.ci.items import Acceptance, Tree, accept
from meterproof.claims import Profile
from meterproof.errors import InputError
from meterproof.study.finder import Study, find_study, locate
from meterproof.study.specfile import read_head
from meterproof.traces import pytest_format, text


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the plugin."""
    group = parser.getgroup("meterproof")
    group.addoption(
        "--profile", choices=("quick", "thorough"), default="quick", help="which plans of the guarantees run"
    )
    group.addoption("--guarantee-seed", type=int, default=0, help="seed of the guarantees' random choices")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a properties file that some spec names."""
    if file_path.suffix != ".py":
        return None
    try:
        study = locate(file_path)
    except InputError:
        return None
    if file_path.parent != study.root / study.folders.properties or not _specs(study, file_path):
        return None
    return GuaranteeFile.from_parent(parent, path=file_path)


def _specs(study: Study, file: Path) -> list[Path]:
    """The spec files whose claims stand in a properties file."""
    name = f"{study.folders.properties}.{file.stem}"
    return [path for path in study.specs.values() if read_head(path).properties == name]


class GuaranteeFile(pytest.File):
    """The claims of one properties file."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each property, variant and reading."""
        study = find_study(self.path)
        tree = Tree(study.root, study.root)
        accepted = load(study, tree)
        for path in _specs(study, self.path):
            for job in jobs_of_spec(study, open_spec(study, path)):
                name = f"{job.name.replace(' ', '')}::{job.declared.id}"
                yield Guarantee.from_parent(self, name=name, job=job, tree=tree, accepted=accepted)


class NotAsExpected(Exception):
    """The verdict on a guarantee is not what its claim says."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.job.name)
        self.check = check


class Guarantee(pytest.Item):
    """One claim."""

    def __init__(self, *, job: Job, tree: Tree, accepted: Sequence[Acceptance], **rest: Any) -> None:
        super().__init__(**rest)
        self.job, self.tree, self.accepted = job, tree, accepted

    def runtest(self) -> None:
        """Run the claim's plans and controls."""
        profile: Profile = "thorough" if self.config.getoption("profile") == "thorough" else "quick"
        if not self.job.stance.plans:
            pytest.skip(self.job.stance.note or "nothing is claimed")
        check = run_job(self.job, Options(profile, budget=Budget(seed=self.config.getoption("guarantee_seed"))))
        if not check.as_expected:
            [item] = accept([of_check.item(check, self.tree)], self.accepted, datetime.now(UTC).date())
            if item.accepted is not None:
                pytest.xfail(item.told)
            raise NotAsExpected(check)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The verdict, the trace, and a test that reproduces it."""
        if not isinstance(excinfo.value, NotAsExpected):
            return super().repr_failure(excinfo, style)
        check = excinfo.value.check
        e = check.decisive
        lines = [f"expected {check.job.stance.expected}, found {e.verdict} by {e.method} ({check.note or 'no note'})"]
        lines += [f"control not caught: {c.control}" for c in check.controls if not c.caught]
        if e.vacuous:
            lines.append("the premise is never reached: the property holds vacuously")
        if e.trace is not None:
            lines += [text.render(e.trace), "reproduction:", pytest_format.render(e.trace, setup_lines(check.job))]
        return "\n".join(lines)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the property is declared."""
        return Path(self.job.declared.file), self.job.declared.line, self.name
