"""One run to be stepped through: diagram, the step in words with what it rests on, and the state that it leads to.

All steps and values are in the page. Its script shows one step at a time; without it, and in print, all are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from meterproof.finite.instance import Instance
from meterproof.lang.system import Action
from meterproof.report.diagram import NARROW, WIDE, diagram
from meterproof.report.glossary import Glossary, place, rule_key
from meterproof.report.histories import History, Part, Spell, histories, parts
from meterproof.report.markup import Child, element, extend, joined
from meterproof.traces.changes import Change, changes
from meterproof.traces.sentences import action_of, conclusion, fair_because, sentence
from meterproof.traces.trace import Trace

BUTTONS = (("first", "Start"), ("back", "Back"), ("next", "Next"), ("last", "End"))
"""What the buttons do, by the names that the page's script has for it, and how they are called."""


def explorer(trace: Trace, key: str, glossary: Glossary, *, protocol: str = "", root: Path | None = None) -> Element:
    """A run as an element whose id is `key`.

    `protocol` is the one whose rules the glossary knows, `root` the folder that the model's files are told from.
    """
    number = len(trace.steps)
    told = [_start(trace), *(_step(trace, at, glossary, protocol, root) for at in range(number))]
    extend(told[-1], _end(trace))
    return element(
        "section",
        _controls(number),
        element(
            "div",
            _diagram(trace, "wide", WIDE),
            _diagram(trace, "narrow", NARROW),
            element(
                "div",
                element("ol", *told, class_="steps", role="list", aria_live="polite"),
                *_state(trace),
                class_="telling",
            ),
            class_="split",
        ),
        id=key,
        class_="explorer",
        tabindex=-1,
        data_steps=number,
        data_loop=trace.loop,
        aria_label=f"A run of {number} step{'' if number == 1 else 's'}",
    )


def _diagram(trace: Trace, kind: str, width: int) -> Element:
    """One of two, of which the page shows the one that the screen has room for."""
    names, steps = diagram(trace, width)
    box = f"diagram scroll {kind}"
    return element("div", names, steps, class_=box, role="region", tabindex=0, aria_label="Diagram")


def _controls(number: int) -> Element:
    buttons = (element("button", name, type="button", data_go=go) for go, name in BUTTONS)
    slider = element("input", type="range", min=0, max=number, value=0, aria_label="Step", class_="slider")
    place = element("output", f"0 of {number}", class_="place")
    return element("div", *buttons, slider, place, class_="controls", role="group", aria_label="Steps of the run")


def _start(trace: Trace) -> Element:
    instance = trace.instance
    given = [
        element("li", _valuation(instance, name, table), class_="given")
        for name, table in instance.rigid
        if table or not instance.system.variable(name).domain
    ]
    return element(
        "li",
        element("p", element("b", "The start"), f" of {instance.system.name} with {instance.scope}", class_="sentence"),
        element("p", "Fixed before the run:", class_="label") if given else None,
        element("ul", *given, class_="changes") if given else None,
        class_="step",
        data_step=0,
    )


def _valuation(instance: Instance, name: str, table: tuple[int, ...]) -> Element:
    variable = instance.system.variable(name)
    return element("span", element("code", name), " ", *_chips(parts(instance, variable, table)))


def _step(trace: Trace, at: int, glossary: Glossary, protocol: str, root: Path | None) -> Element:
    instance, step = trace.instance, trace.steps[at]
    action = action_of(instance, step)
    turns = changes(instance, trace.states[at], trace.states[at + 1])
    tag = None if action.needs is None else element("span", f"adversary: {action.needs}", class_="tag adversary")
    again = "From here on, again and again:" if at == trace.loop else None
    return element(
        "li",
        element("p", again, class_="label") if again else None,
        element("p", element("b", f"{at + 1}."), f" {sentence(instance, step)} ", tag, class_="sentence"),
        element("ul", *(element("li", *_turn(turn)) for turn in turns), class_="changes")
        if turns
        else element("p", "Nothing changes.", class_="label"),
        element("p", *_sources(action, glossary, protocol, root), class_="sources"),
        class_="step",
        data_step=at + 1,
    )


def _turn(turn: Change) -> Iterator[Child]:
    """`vote(replica0, value1): false → true`."""
    for i, cell in enumerate(turn.cells):
        yield ", " if i else None
        yield element("code", f"{turn.variable}({', '.join(cell)})" if cell else turn.variable)
    yield ": "
    yield element("del", turn.before)
    yield " → "
    yield element("mark", turn.after)


def _sources(action: Action, glossary: Glossary, protocol: str, root: Path | None) -> Iterator[Child]:
    """What a step rests on: ids, rules, and the line of the model."""
    cites = (*action.cites, *(id for guard in action.guards for id in guard.cites))
    if cites:
        yield element("span", "rests on ", *glossary.citations(cites))
    rules = (*action.rules, *(rule for guard in action.guards for rule in guard.rules))
    if rules:
        links = (glossary.citation(rule_key(protocol, rule), rule) for rule in dict.fromkeys(rules))
        yield element("span", "rules ", *joined(links, " "))
    yield element("code", f"{action.name}, {place(action.file, action.line, root)}")


def _end(trace: Trace) -> Iterator[Element]:
    fair = fair_because(trace)
    if fair:
        yield element("p", f"The loop is fair: {'; '.join(fair)}.", class_="label")
    good = trace.claim is None or trace.claim.kind == "reachable"
    mark = "✓ " if good else "✗ "
    yield element("p", mark + conclusion(trace), class_=f"conclusion {'good' if good else 'bad'}")


def _state(trace: Trace) -> Iterator[Element]:
    """The variables that the run changes, and those that it leaves as they were."""
    found = histories(trace)
    moving = [h for h in found if h.moves]
    still = [h for h in found if not h.moves]
    if moving:
        yield _table("State", moving)
    if still:
        number = f"{len(still)} variable{'' if len(still) == 1 else 's'}"
        stay = "stays as it begins" if len(still) == 1 else "stay as they begin"
        yield element("details", element("summary", f"{number} {stay}"), _table("", still), class_="still")


def _table(caption: str, found: Iterable[History]) -> Element:
    rows = (
        element("tr", _name(history), element("td", *(_spell(history, s) for s in history.spells)))
        for history in found
    )  # fmt: skip
    title = element("caption", caption) if caption else None
    return element("table", title, element("tbody", *rows), class_="state")


def _name(history: History) -> Element:
    variable = history.variable
    over = f"({', '.join(sort.name for sort in variable.domain)})" if variable.domain else ""
    return element(
        "th",
        element("code", variable.name),
        element("span", over, class_="over") if over else None,
        element("span", "changed", class_="flag", hidden=True) if history.moves else None,
        scope="row",
        title=variable.doc or None,
    )


def _spell(history: History, spell: Spell) -> Element:
    when = f"from step {spell.first}" if spell.first else "at first"
    return element(
        "div",
        element("span", when, class_="when") if history.moves else None,
        *(_chips(spell.parts) or [element("span", "none", class_="none")]),
        class_="value",
        data_first=spell.first,
        data_last=spell.last,
    )


def _chips(found: Iterable[Part]) -> list[Child]:
    """One chip for each group of cells; of a relation one for each cell."""
    made: list[Child] = []
    for part in found:
        if part.value is None:
            made += (_chip(part, cell) for cell in part.cells)
        else:
            made.append(_chip(part, ", ".join(part.cells)))
    return joined(made, " ")


def _chip(part: Part, cells: str) -> Element:
    if part.value is None:
        kind = "del" if part.gone else "ins" if part.changed else "span"
        return element(kind, cells, class_="chip")
    told = [element("span", f"{cells} → ", class_="of") if cells else None, part.value]
    if not part.changed:
        return element("span", *told, class_="chip")
    return element("span", element("ins", *told, class_="chip"), element("small", f" was {part.before}"))
