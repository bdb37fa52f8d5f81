"""Which line a finding of a check is shown at: a rule of the spec, a guard of the model, or the property itself.

A violated guarantee has no single culprit. Shown is the rule that a reader will want to look at first, and the finding
says why that one: what the run's steps read, most of all rules that are known to carry the guarantee, or are absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from meterproof.check.jobs import Job
from meterproof.check.runner import Check
from meterproof.ci.items import Place, Tree
from meterproof.lang.rules import write_text
from meterproof.lang.system import Action
from meterproof.traces.sentences import action_of
from meterproof.traces.trace import Trace


@dataclass(frozen=True)
class Blamed:
    """A place, and why it is this one, in words; nothing where it is the property's own."""

    place: Place
    why: str = ""


def blamed(check: Check, tree: Tree) -> Blamed:
    """Where to show what came of a check.

    A rule whose removal should have been noticed and was not; else the rule that `_suspect` finds; else the first guard
    of the run's last step, or its action where that has none; else the property.
    """
    job, trace = check.job, check.decisive.trace
    unnoticed = next((c.control for c in check.controls if not c.caught), None)
    if unnoticed is not None and check.decisive.verdict != "violated" and job.spec is not None:
        return Blamed(_rule_place(job, unnoticed.rule, tree), f"the check does not notice {unnoticed}")
    if trace is None or check.decisive.verdict != "violated" or not trace.steps:
        return Blamed(tree.place(job.declared.file, job.declared.line))
    suspect = _suspect(job, trace)
    if suspect is not None:
        rule, at = suspect
        assert job.rules is not None
        value = write_text(job.rules.plain()[rule])
        return Blamed(_rule_place(job, rule, tree), f"shown at rule {rule} = {value}, which step {at + 1} goes by")
    action = action_of(trace.instance, trace.steps[-1])
    if action.guards:
        guard = action.guards[0]
        return Blamed(tree.place(guard.file, guard.line), f"shown at what {action.name}, the last step, requires")
    return Blamed(
        tree.place(action.file, action.line), f"shown at {action.name}, the last step, which requires nothing"
    )


def _rule_place(job: Job, rule: str, tree: Tree) -> Place:
    assert job.spec is not None
    return tree.place(job.spec.file.resolve(), job.spec.position(rule, job.reading).line)


def _suspect(job: Job, trace: Trace) -> tuple[str, int] | None:
    """The rule to look at first, with the last step (from 0) that goes by it; None where no step goes by a rule.

    Rules that a control of this claim takes away come first, then those that are absent, then those of later steps.
    """
    if job.spec is None or job.rules is None:
        return None
    carried = {c.rule for c in job.stance.controls}
    last = {rule: at for at, step in enumerate(trace.steps) for rule in _read(action_of(trace.instance, step))}
    values = job.rules.plain()
    known = [(rule, at) for rule, at in last.items() if rule in values]
    if not known:
        return None

    def order(found: tuple[str, int]) -> tuple[bool, bool, int, str]:
        rule, at = found
        return rule not in carried, not _absent(job, rule), -at, rule

    return min(known, key=order)


def _absent(job: Job, rule: str) -> bool:
    """Whether the rule has the value that stands for its absence."""
    assert job.rules is not None
    return job.rules.schema.rule(rule).removable and job.rules.remove(rule).plain() == job.rules.plain()


def _read(action: Action) -> Iterator[str]:
    yield from action.rules
    for guard in action.guards:
        yield from guard.rules
