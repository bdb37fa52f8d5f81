"""What a matrix says, in plain English: rules that buy nothing, guarantees that none carries, rules that stand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from meterproof.necessity.change import Change
from meterproof.necessity.matrix import Matrix
from meterproof.necessity.trial import DECIDED, Trial

Kind = Literal[
    "does not hold", "not caught", "buys nothing", "another value", "unclaimed", "no rule carries", "stand in",
    "vacuous", "in the proof only",
]  # fmt: skip
WRONG: tuple[Kind, ...] = ("does not hold", "not caught")
"""Findings that contradict what the study claims; the others are for a person to judge."""

MEANING: dict[Kind, str] = {
    "does not hold": "Claimed of the unchanged protocol, but not shown: no rule can be said to carry it.",
    "not caught": "The study says that this change breaks the guarantee; no run that does was found.",
    "buys nothing": "No guarantee that is claimed needs the rule. It may serve what is not claimed, or what is not "
    "modelled; else it can go.",
    "another value": "Every guarantee that is claimed stands with this value, too: nothing that is claimed decides.",
    "unclaimed": "Nothing is claimed of any machine that has the rule, so it can't be told what it buys.",
    "no rule carries": "Whatever rule is changed, it stands. It follows from what no rule chooses, or from rules that "
    "stand in for each other, or the scopes are too small to show a fall.",
    "stand in": "Each is enough without the other; without both the guarantee falls.",
    "vacuous": "What the guarantee speaks of never happens any more, so that it says nothing.",
    "in the proof only": "The proof for every size uses the rule, yet without it no run breaks the guarantee at the "
    "scopes searched: a larger one might, or another proof might do without.",
}


@dataclass(frozen=True)
class Finding:
    """One thing to know. `trials` are what it rests on."""

    kind: Kind
    rules: tuple[str, ...]
    properties: tuple[str, ...]
    sentence: str
    trials: tuple[Trial, ...] = ()


def findings(matrix: Matrix) -> tuple[Finding, ...]:
    """All findings, what contradicts the study's claims first."""
    found = [*_does_not_hold(matrix), *_not_caught(matrix)]
    if not matrix.some_properties:
        found += [*_buys_nothing(matrix), *_another_value(matrix), *_unclaimed(matrix)]
    if not matrix.some_rules:
        found += _no_rule_carries(matrix)
    return (*found, *_stand_in(matrix), *_vacuous(matrix), *_in_the_proof_only(matrix))


def fallen(trials: Iterable[Trial]) -> tuple[Trial, ...]:
    """Those that fall."""
    return tuple(t for t in trials if t.outcome == "falls")


def undecided(trials: Iterable[Trial]) -> tuple[Trial, ...]:
    """Those of which it is not known whether they fall."""
    return tuple(t for t in trials if t.outcome == "unknown")


def left_out(matrix: Matrix) -> tuple[str, ...]:
    """What was not tried or not decided, in sentences."""
    lines: list[str] = []
    if matrix.interrupted:
        lines.append("Interrupted: what is not in the tables was not tried.")
    violated = [j.declared.id for j in matrix.others if j.stance.expected == "violated"]
    open_ = [j.declared.id for j in matrix.others if j.stance.expected is None]
    if violated:
        lines.append(f"Not claimed, and so nothing that could fall: {', '.join(violated)}.")
    if later := [g.job.declared.id for g in matrix.guarantees if not g.evidence]:
        lines.append(f"Their plans are all of the thorough profile (--profile thorough): {', '.join(later)}.")
    if open_:
        lines.append(f"Open, and so not tried: {', '.join(open_)}.")
    rules = matrix.subject.rules
    absent = [n for n, c in matrix.changes.items() if not c and rules is not None and rules.schema[n].removable]
    if absent:
        lines.append(f"Not followed to begin with: {', '.join(absent)}.")
    fixed = [n for n, c in matrix.changes.items() if not c and rules is not None and not rules.schema[n].removable]
    if fixed:
        lines.append(f"No other value is known of: {', '.join(fixed)}.")
    if (unsure := undecided(matrix.trials)) or undecided(matrix.pairs):
        unsure = (*unsure, *undecided(matrix.pairs))
        told = ", ".join(f"{t.id} {' and '.join(map(str, t.changes))}" for t in unsure)
        lines.append(f"Not decided ({len(unsure)}): {told}.")
    if any(t.restated for t in matrix.trials):
        lines.append("*: under this change the guarantee itself says something else.")
    if not matrix.with_pairs:
        lines.append("Two rules at once were not tried (--pairs).")
    return tuple(lines)


def _does_not_hold(matrix: Matrix) -> Iterator[Finding]:
    for g in matrix.guarantees:
        if g.evidence and not g.holds:
            said = "vacuous" if any(e.vacuous for e in g.evidence) else g.decisive.verdict
            id = g.job.declared.id
            yield Finding("does not hold", (), (id,), f"{id} is {said} before any rule is changed.")


def _not_caught(matrix: Matrix) -> Iterator[Finding]:
    for t in matrix.trials:
        if t.claimed and t.outcome != "falls":
            sentence = f"{t.id} should fall {_changed(t.changes)}; the outcome is: {t.outcome}."
            yield Finding("not caught", t.rules, (t.id,), sentence, (t,))


def _buys_nothing(matrix: Matrix) -> Iterator[Finding]:
    for rule, changes in matrix.changes.items():
        removals = [c for c in changes if c.removal] or list(changes)
        trials = [t for t in matrix.of_rule(rule) if t.changes[0] in removals]
        if trials and removals and all(t.outcome in ("stands", "same") for t in trials):
            how = _changed(removals[:1]) if removals[0].removal else f"with any other known value of {rule}"
            standing = [t for t in trials if t.outcome == "stands"]
            if not standing:
                machines = _list(dict.fromkeys(t.job.machine.__name__ for t in trials))
                sentence = f"{_sentence_case(how)} nothing changes at all in {machines}."
            else:
                sentence = f"{_sentence_case(how)} {_all_of(trials)}: {_strength(matrix, standing)}."
            yield Finding("buys nothing", (rule,), _properties(trials), sentence, tuple(trials))


def _another_value(matrix: Matrix) -> Iterator[Finding]:
    for rule, changes in matrix.changes.items():
        if not fallen(matrix.of_rule(rule)):
            continue
        for change in changes:
            trials = [t for t in matrix.of_rule(rule) if t.changes == (change,)]
            if not change.removal and trials and all(t.outcome in ("stands", "same") for t in trials):
                standing = [t for t in trials if t.outcome == "stands"]
                why = _strength(matrix, standing) if standing else "the machines are the same"
                sentence = f"{_sentence_case(_changed([change]))} {_all_of(trials)}: {why}."
                yield Finding("another value", (rule,), _properties(trials), sentence, tuple(trials))


def _unclaimed(matrix: Matrix) -> Iterator[Finding]:
    if matrix.interrupted:
        return
    had = {name for g in matrix.guarantees for name in g.job.machine.rule_schema()}
    rules = tuple(rule for rule, changes in matrix.changes.items() if changes and rule not in had)
    if rules:
        yield Finding("unclaimed", rules, (), "no machine of which something is claimed has such a rule.")


def _no_rule_carries(matrix: Matrix) -> Iterator[Finding]:
    if matrix.interrupted:
        return
    for g in matrix.guarantees:
        id = g.job.declared.id
        trials = matrix.of_property(id)
        if not g.holds or not all(t.outcome in (*DECIDED, "refused") for t in trials):
            continue
        by_pairs = [t for t in fallen(matrix.pairs) if t.id == id]
        what = f"{id} ({g.job.declared.title})"
        sentence = f"{what} stands whichever of {len(trials)} changes is made"
        if len(trials) < 2:
            none = "no rule of its machine" if not trials else f"only {trials[0].rules[0]} of the rules of its machine"
            sentence = f"{what}: {none} is followed and has another value" + (", and it stands" if trials else "")
        if by_pairs:
            sentence += f"; it falls only {_list(_changed(t.changes) for t in by_pairs)}"
        elif matrix.with_pairs:
            sentence += ", and whichever two rules go"
        yield Finding("no rule carries", (), (id,), sentence + ".", (*trials, *by_pairs))


def _stand_in(matrix: Matrix) -> Iterator[Finding]:
    by_rules: dict[tuple[str, ...], list[Trial]] = {}
    for trial in fallen(matrix.pairs):
        by_rules.setdefault(trial.rules, []).append(trial)
    for rules, trials in by_rules.items():
        ids = _list(dict.fromkeys(t.id for t in trials))
        one, other = rules
        falls, stands = ("falls", "stands") if len(_properties(trials)) == 1 else ("fall", "stand")
        sentence = (
            f"{ids} {stands} without {one} and {stands} without {other}, but {falls} {_changed(trials[0].changes)}."
        )
        yield Finding("stand in", rules, _properties(trials), sentence, tuple(trials))


def _vacuous(matrix: Matrix) -> Iterator[Finding]:
    by_change: dict[tuple[Change, ...], list[Trial]] = {}
    for trial in matrix.trials:
        if trial.outcome == "vacuous":
            by_change.setdefault(trial.changes, []).append(trial)
    for changes, trials in by_change.items():
        ids = _list(t.id for t in trials)
        stands = "stands" if len(trials) == 1 else "stand"
        sentence = f"{_sentence_case(_changed(changes))} {ids} {stands} only because the premise never arises."
        yield Finding("vacuous", trials[0].rules, _properties(trials), sentence, tuple(trials))


def _in_the_proof_only(matrix: Matrix) -> Iterator[Finding]:
    cores = {g.job.declared.id: g.core for g in matrix.guarantees}
    by_rule: dict[str, list[Trial]] = {}
    for trial in matrix.trials:
        [change], core = trial.changes, cores[trial.id]
        if core is not None and change.removal and trial.outcome == "stands" and change.rule in core.rules:
            by_rule.setdefault(change.rule, []).append(trial)
    for rule, trials in by_rule.items():
        again = [t.id for t in trials if t.proved]
        open_ = [t.id for t in trials if not t.proved]
        if open_:
            sentence = f"{_proofs(open_)} it; without it no run that was searched breaks {_them(open_)}."
            yield Finding("in the proof only", (rule,), tuple(open_), sentence, tuple(trials))
        if again:
            other = "is not the only one" if len(again) == 1 else "are not the only ones"
            sentence = f"{_proofs(again)} it, but {other}."
            yield Finding("in the proof only", (rule,), tuple(again), sentence, tuple(trials))


def _proofs(ids: Sequence[str]) -> str:
    return f"the proof of {ids[0]} uses" if len(ids) == 1 else f"the proofs of {_list(ids)} use"


def _them(ids: Sequence[str]) -> str:
    return "it" if len(ids) == 1 else "them"


def _strength(matrix: Matrix, standing: Sequence[Trial]) -> str:
    """How well it is known that nothing falls: by proofs, or at scopes at which other changes do show."""
    proved = [t for t in standing if t.proved]
    if len(proved) == len(standing):
        return "proved for every size"
    falls = fallen((*matrix.trials, *matrix.pairs))
    telling = {(t.id, tuple(t.decisive.scope.items())) for t in falls}
    seen = [t for t in standing if t.proved or any((t.id, scope) in telling for scope in t.scopes)]
    blind = [t for t in standing if t not in seen]
    parts = [f"{len(proved)} of {len(standing)} proved for every size"] if proved else []
    if len(proved) < len(seen):
        parts.append(f"{len(seen) - len(proved)} searched to the end where the fall of another rule shows")
    if blind:
        ids = _list(dict.fromkeys(t.id for t in blind))
        parts.append(f"{ids} searched to the end, but at scopes at which no fall shows at all")
    return ", ".join(parts)


def _all_of(trials: Sequence[Trial]) -> str:
    number = len(_properties(trials))
    if number == 1:
        return "the one guarantee that could be touched stands"
    return f"{'both' if number == 2 else f'all {number}'} guarantees that could be touched stand"


def _properties(trials: Iterable[Trial]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t.id for t in trials))


def _changed(changes: Iterable[Change]) -> str:
    """`without a and without b`, `with quorum = 1`."""
    return " and ".join(str(c) if c.removal else f"with {c}" for c in changes)


def _list(words: Iterable[str]) -> str:
    *most, end = dict.fromkeys(words)
    return f"{', '.join(most)} and {end}" if most else end


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
