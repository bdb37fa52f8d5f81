"""The page of one run: `meterproof trace --format html`."""

from __future__ import annotations

from pathlib import Path

from meterproof import __version__
from meterproof.report.explorer import explorer
from meterproof.report.glossary import Glossary
from meterproof.report.markup import element
from meterproof.report.page import Section, page
from meterproof.report.parts import claimed, scope
from meterproof.traces.trace import Trace


def run_page(
    trace: Trace, glossary: Glossary, *, source: str, seed: int, protocol: str = "", root: Path | None = None
) -> str:
    """The whole document. `source` names what the run is one of, `root` is the folder that files are told from."""
    steps, claim = len(trace.steps), trace.claim
    shows = "" if claim is None else " that reaches it" if claim.kind == "reachable" else " that violates it"
    lead = element("p", f"A run of {source} in {steps} step{'' if steps == 1 else 's'}{shows}.", class_="lead")
    facts = (("scope", scope(trace.instance.scope.as_dict())), ("seed", str(seed)), ("version", __version__))
    shown = explorer(trace, "run-1", glossary, protocol=protocol, root=root)
    section = Section("runs", "The run", (element("div", shown, class_="alone"),))
    return page(claimed(trace.claim), (lead,), facts, (section,), glossary)
