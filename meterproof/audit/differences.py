"""What two versions say otherwise: rules with other values, and machines with other code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from meterproof.audit.described import RuleSaid
from meterproof.audit.outcome import ModelChange, Name, RuleChange
from meterproof.audit.pairs import Pair
from meterproof.lang.canonical import digest
from meterproof.lang.rewrite import conjuncts
from meterproof.lang.system import Action, Guard, Property, System, Variable

Place = Callable[[Name, str], str]
"""A file as results name it, from the side that it is of and the path that its process told."""

_LONGEST = 100


def rule_changes(pair: Pair) -> tuple[RuleChange, ...]:
    """The rules that differ within a pair, in HEAD's order, then those that only BASE has.

    A side that is not there or does not load says nothing of its rules, so that none is called changed.
    """
    if pair.base is None or pair.head is None or pair.base.failure or pair.head.failure:
        return ()
    old, new = ({r.name: r for r in s.rules} for s in (pair.base, pair.head))
    found = (_rule_change(pair, name, old.get(name), new.get(name)) for name in dict.fromkeys((*new, *old)))
    return tuple(change for change in found if change is not None)


def _rule_change(pair: Pair, name: str, old: RuleSaid | None, new: RuleSaid | None) -> RuleChange | None:
    before, after = (None if r is None else r.value for r in (old, new))
    if type(before) is type(after) and before == after:
        return None
    shown = new or old
    assert shown is not None
    cites = tuple(dict.fromkeys(c for r in (old, new) if r is not None for c in r.cites))
    return RuleChange(name, before, after, cites, pair.target, pair.reading, shown.doc, shown.file, shown.line)


def all_rules(found: Sequence[Pair]) -> tuple[RuleChange, ...]:
    """The rule changes of all pairs; one that is the same under every reading of its target stands there once."""
    told: list[RuleChange] = []
    for target in dict.fromkeys(p.target for p in found):
        of_target = [rule_changes(p) for p in found if p.target == target]
        bare = [{_bare(c) for c in changes} for changes in of_target]
        everywhere = set.intersection(*bare)
        shown: set[tuple[object, ...]] = set()
        for change in (c for changes in of_target for c in changes):
            if _bare(change) in everywhere:
                if _bare(change) not in shown:
                    told.append(replace(change, reading=None))
                shown.add(_bare(change))
            else:
                told.append(change)
    return tuple(told)


def _bare(change: RuleChange) -> tuple[object, ...]:
    """A change without its reading; True and 1 are not the same value of a rule."""
    return change.rule, type(change.before), change.before, type(change.after), change.after


def meaning(system: System, claim: Property) -> str:
    """A digest of a system and what is asked of it: neither lemmas nor other properties are part of the question."""
    return digest(replace(system, properties=(replace(claim, lemmas=()),)))


def statement(system: System, claim: Property) -> str:
    """A digest of what is claimed, and against whom: the statement, its adversary, and whose number is bounded."""
    bounds = tuple(v for v in system.variables if v.at_most is not None)
    asked = replace(claim, lemmas=(), witness=None)
    return digest(replace(system, name="", variables=bounds, design=(), actions=(), axioms=(), properties=(asked,)))


def code_changes(base: System, head: System, place: Place) -> tuple[ModelChange, ...]:
    """What the code of one machine says otherwise: actions, guards, effects, variables, axioms and design."""
    return tuple((*_actions(base, head, place), *_given(base, head, place)))


def _actions(base: System, head: System, place: Place) -> Iterator[ModelChange]:
    old, new = ({a.name: a for a in s.actions} for s in (base, head))
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield _of("base", base, old[name], f"{name} is no longer possible{_absent(head, name)}", place)
        elif name not in old:
            yield _of("head", head, new[name], f"{name} is a new move", place)
        elif _action(base, old[name]) != _action(head, new[name]):
            yield from _moves(base, head, old[name], new[name], place)


def _moves(base: System, head: System, old: Action, new: Action, place: Place) -> Iterator[ModelChange]:
    if old.needs != new.needs:
        was, now = (a.needs or "no capability" for a in (old, new))
        yield _of("head", head, new, f"{new.name} takes {now} instead of {was}", place)
    if [p.type for p in old.params] != [p.type for p in new.params]:
        yield _of("head", head, new, f"{new.name} is about other things", place)
        return
    before, after = ({_guard(s, a, g): g for g in _parts(a)} for s, a in ((base, old), (head, new)))
    for key, guard in before.items():
        if key not in after:
            yield _guarded("base", base, old, guard, "no longer requires", place)
    for key, guard in after.items():
        if key not in before:
            yield _guarded("head", head, new, guard, "now requires", place)
    if _action(base, replace(old, guards=())) != _action(head, replace(new, guards=(), needs=old.needs)):
        yield _of("head", head, new, f"{new.name} does something else", place)


def _parts(action: Action) -> Iterator[Guard]:
    """The guards of an action, a guard that is a conjunction as its parts."""
    for guard in action.guards:
        yield from (replace(guard, condition=part) for part in conjuncts(guard.condition))


def _given(base: System, head: System, place: Place) -> Iterator[ModelChange]:
    old, new = ({v.name: v for v in s.variables} for s in (base, head))
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield ModelChange(base.name, f"the variable {name} is gone", "base")
        elif name not in old:
            yield ModelChange(head.name, f"the variable {name} is new", "head")
        elif _variable(base, old[name]) != _variable(head, new[name]):
            yield ModelChange(head.name, f"{name} has another type, or begins otherwise", "head")
    before, after = ({_axiom(s, g): g for g in s.axioms} for s in (base, head))
    for side, system, mine, others, said in (
        ("base", base, before, after, "is no longer assumed"), ("head", head, after, before, "is now assumed"),
    ):  # fmt: skip
        for key, g in mine.items():
            if key not in others:
                of: Name = "base" if side == "base" else "head"
                what = f"{_short(repr(g.condition))} {said}"
                yield ModelChange(system.name, what, of, place(of, g.file), g.line, g.cites, g.rules)
    design = [{d.name: (str(d.default), str(d.resilience)) for d in s.design} for s in (base, head)]
    for name in dict.fromkeys((*design[0], *design[1])):
        was, now = design[0].get(name), design[1].get(name)
        if was != now:
            yield ModelChange(head.name, f"the design's {name} is {_bound(now)} instead of {_bound(was)}", "head")


def _bound(said: tuple[str, str] | None) -> str:
    if said is None:
        return "nothing"
    default, least = said
    return default if least == "None" else f"{default} with {least} or more"


def _absent(system: System, name: str) -> str:
    reason = dict(system.absent).get(name)
    return f": {reason}" if reason else ""


def _of(side: Name, system: System, action: Action, what: str, place: Place) -> ModelChange:
    file = place(side, action.file)
    return ModelChange(system.name, what, side, file, action.line, action.cites, action.rules)


def _guarded(side: Name, system: System, action: Action, guard: Guard, said: str, place: Place) -> ModelChange:
    what = f"{action.name} {said} {_short(repr(guard.condition))}"
    cites = guard.cites or action.cites
    return ModelChange(system.name, what, side, place(side, guard.file), guard.line, cites, guard.rules)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _bare_system(system: System) -> System:
    return replace(system, name="", variables=(), design=(), actions=(), axioms=(), properties=())


def _action(system: System, action: Action) -> str:
    return digest(replace(_bare_system(system), actions=(action,)))


def _guard(system: System, action: Action, guard: Guard) -> str:
    return digest(replace(_bare_system(system), actions=(replace(action, guards=(guard,), updates=(), needs=None),)))


def _variable(system: System, variable: Variable) -> str:
    return digest(replace(_bare_system(system), variables=(variable,)))


def _axiom(system: System, axiom: Guard) -> str:
    return digest(replace(_bare_system(system), axioms=(axiom,)))
