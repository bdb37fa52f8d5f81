"""Pages read back by an HTML parser, and small runs to make them of; no engine is needed for either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from meterproof.check.jobs import Job
from meterproof.check.runner import Check, ControlResult
from meterproof.claims import Control, explore, holds, violated
from meterproof.finite.interpret import Step
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang.rules import Plain
from meterproof.report.glossary import Glossary, Note
from meterproof.traces.trace import Trace, rerun
from meterproof.verdict import Core, Evidence
from tests.necessity.gate import claim, kept, paid
from tests.traces.relay import relay, small

VOID = {"meta", "input", "br", "hr", "img", "link", "wbr"}


@dataclass
class Node:
    """An element as the parser found it."""

    tag: str
    attributes: dict[str, str]
    children: list[Node | str] = field(default_factory=list)

    def all(self, tag: str | None = None, kind: str | None = None) -> Iterator[Node]:
        """This element and those inside, of a tag and a class."""
        if tag in (None, self.tag) and (kind is None or kind in self.attributes.get("class", "").split()):
            yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.all(tag, kind)

    @property
    def text(self) -> str:
        """All text inside."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"{tag} has an attribute twice"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> ends a {self.open[-1].tag}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str) -> Node:
    """The tree of a page, in which every element that begins also ends."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    [root] = reader.open
    return root


SYSTEM = relay()
FAULTY_LEADER = instances(SYSTEM, small(SYSTEM))[0]


def sent_two() -> Trace:
    """A faulty leader sends two replicas different blocks, after somebody has changed whom it heeds."""
    steps = [Step("follow", (1, 2)), Step("equivocate", (0, 1)), Step("equivocate", (1, 0))]
    return rerun(FAULTY_LEADER, steps, SYSTEM.property("one_block"))


def trespass(**changed: Plain) -> Trace:
    """In the house whose `ticket` rule is changed: one person buys a ticket and another goes in."""
    system = claim(paid).under(changed or {"ticket": False}).system()
    [world] = instances(system, resolve(system, {"Person": 2}))
    return rerun(world, [Step("sell", (0,)), Step("enter", (1,))], system.property("paid"))


def checks() -> list[Check]:
    """Rows of a check, as an engine might have found them: a proof with its control, a violation, a surprise."""
    shown, fails = claim(paid, holds("proved", explore(Person=2))), claim(paid, violated(explore(Person=2)))
    fails = fails.under({"ticket": False})
    core = Core(rules=("ticket",), lemmas=("sold",))
    proof = Evidence("induction", "proved", seed=0, axioms=("somebody",), core=core)
    found = Evidence("explore", "violated", {"Person": 2}, states=7, depth=2, seed=0, trace=trespass())
    stopped = Evidence("explore", "unknown", {"Person": 9}, states=12, note="time: 1 s")
    caught = ControlResult(Control("ticket", explore(Person=2)), found)
    return [
        _row(shown, proof, caught),
        _row(fails, found),
        _row(claim(kept), stopped, fine=False),
    ]


def _row(job: Job, e: Evidence, *controls: ControlResult, fine: bool = True) -> Check:
    return Check(job, e, (e,), controls, "0" * 64, fine, e.note)


RULES = Glossary(
    {
        "gate ticket": Note(
            "gate ticket", "ticket, a rule of gate", (("Says", "Who enters has a ticket."),), ("G-R1",)
        ),
        "G-R1": Note("G-R1", "G-R1, section 2", (("Says", "Tickets are needed."),)),
        "G-R2": Note("G-R2", "G-R2", (("Says", "Nobody cites this."),)),
    }
)
