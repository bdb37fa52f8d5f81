"""The obligations of a proof, verified: they are those that the system has, and a solver shows each once more."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

import z3

from meterproof.evidence.findings import Finding
from meterproof.lang.system import Property, System
from meterproof.prove import smtlib
from meterproof.prove.induct import POSSIBLE_SHARE
from meterproof.prove.obligations import Obligation, obligations
from meterproof.prove.solvers import Panel
from meterproof.prove.theory import Refused
from meterproof.verdict import Contradiction, Solver


def verified(
    system: System, claim: Property, scripts: Mapping[str, str], *, solver: Solver, seed: int, seconds: float,
    vacuous: bool,
) -> Iterator[Finding]:  # fmt: skip
    """A finding for each script, given as text by its path, within `seconds` for all of them together.

    The system's obligations are made anew; a script must say the same as the one of its name. `vacuous` says that the
    property's witness was known not to be possible.
    """
    own = _made(system, claim, scripts)
    if isinstance(own, str):
        yield from (Finding(path, "obligation", "failed", own) for path in scripts or ("checks.json",))
        return
    deadline, panel = time.monotonic() + seconds, Panel(solver, seed, 1)
    for (path, text), (obligation, wanted) in zip(sorted(scripts.items()), own, strict=True):
        if not _same(text, wanted):
            reason = "is not what the system has to show: " + obligation.name
            yield Finding(path, "obligation", "failed", reason)
        else:
            yield _asked(path, obligation, panel, deadline, seconds, vacuous)


def _made(system: System, claim: Property, scripts: Mapping[str, str]) -> list[tuple[Obligation, str]] | str:
    """The system's obligations with their scripts, in the order of their names; or why they can't be these."""
    try:
        every = obligations(system, claim)
    except Refused as refusal:
        return f"the system has no obligations: {refusal}"
    names = {PurePosixPath(path).name for path in scripts}
    ways = [every] if every.consequence is None else [every, every.following()]
    for tasks in ways:
        texts = smtlib.write(tasks)
        if set(texts) == names:
            return list(zip((*tasks.shown, *tasks.possible), texts.values(), strict=True))
    lacking = ", ".join(sorted(set(smtlib.write(ways[-1])) - names)[:3])
    return f"the obligations are not those of the system{f'; it has {lacking}, too' if lacking else ''}"


def _same(text: str, wanted: str) -> bool:
    """Whether two scripts assert the same; another release of z3 may print it otherwise."""
    if text == wanted:
        return True
    context = z3.Context()
    try:
        one, other = z3.parse_smt2_string(text, ctx=context), z3.parse_smt2_string(wanted, ctx=context)
    except z3.Z3Exception:
        return False
    return len(one) == len(other) and all(a.eq(b) for a, b in zip(one, other, strict=True))


def _asked(path: str, o: Obligation, panel: Panel, deadline: float, seconds: float, vacuous: bool) -> Finding:
    """What the solver says of an obligation of the system; that an action can't happen is no fault of a proof."""
    try:
        answer = panel.ask(o, deadline, min(seconds, POSSIBLE_SHARE) if o.kind == "possible" else seconds)
    except Contradiction as error:
        return Finding(path, "obligation", "failed", f"the solvers contradict each other: {error}")
    if answer.status == "shown":
        return Finding(path, "obligation", "verified")
    guard = o.kind == "possible" and (o.action is not None or vacuous)
    if answer.status == "undecided":
        return Finding(path, "obligation", "skipped" if guard else "undecided", f"not decided: {answer.reason}")
    if guard:
        return Finding(path, "obligation", "skipped", f"not so, which the verdict does not say either: {o.name}")
    return Finding(path, "obligation", "failed", f"could not be shown: {o.name}")
