"""What people do in a day: a script of acts, drawn from the seed where none is given.

An act says what is wanted; whether it comes to pass is for the parties to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from reference.bc_ami.faults import shuffled
from reference.crypto.randomness import Randomness

if TYPE_CHECKING:
    from reference.grid.plan import DayPlan

T = TypeVar("T")
ActKind = Literal[
    "update-key", "steal-key", "use-stolen-key", "join", "leave", "move", "move-in", "trade", "edition", "violate",
    "ask", "forge-block", "replay-report",
]  # fmt: skip
BLOCKED_SLOTS = 8
"""For how long a violation is denied, in slots, where the day is long enough."""


@dataclass(frozen=True)
class Act:
    """In this slot. `subject` is a meter, or a trade or an edition by its number in `number`.

    join: the meter is there from here on. move: to the device `number`. move-in: `other` is the new tenant, from this
    slot on, and empty where the dwelling stands empty. violate, ask: `other` is the resident; a violation is denied for
    `number` slots, and asked is the node `number`. trade: `other` is passes or fails. edition: from slot `number` on.
    forge-block: `subject` is a service. replay-report: the meter's last report, to the other service chain.
    """

    slot: int
    kind: ActKind
    subject: str
    other: str = ""
    number: int = 0


@dataclass(frozen=True)
class Script:
    """All acts of a day."""

    acts: tuple[Act, ...] = ()


def first_tenant(meter: str) -> str:
    """Who lives where a meter is, to begin with."""
    return f"R-{meter}"


def draw(plan: DayPlan) -> Script:
    """The acts of a day of this plan, drawn from its seed: the more slots and meters, the more of each."""
    random = Randomness.from_seed(plan.seed).child("grid", "script")
    names = shuffled([each.name for each in plan.meters], random.child("meters"))
    days = max(plan.slots // 48, 1)
    acts: list[Act] = []
    one = _Drawer(random, plan.slots)
    joining, rest = _split(names, len(names) // 8 + (len(names) >= 4))
    leaving, rest = _split(rest, len(rest) // 10)
    robbed, rest = _split(rest, len(rest) // 12 + (len(rest) >= 3))
    updated, rest = _split(rest, max(len(rest) // 3, 1))
    left, rest = _split(rest, max(len(rest) // 3, 1))
    acts += [Act(one.slot("join", name, 1, 3, 10), "join", name) for name in joining]
    acts += [Act(one.slot("leave", name, 6, 8, 10), "leave", name) for name in leaving]
    for name in robbed:
        stolen = one.slot("steal", name, 2, 4, 10)
        acts.append(Act(stolen, "steal-key", name))
        used = range(stolen + plan.delta + 1, plan.slots, max(plan.slots // 8, 1))
        acts += [Act(slot, "use-stolen-key", name) for slot in used]
    for day in range(days):
        acts += [Act(one.slot("update", name, 1, 3, 10, day, days), "update-key", name) for name in updated]
    for number, name in enumerate(updated[: max(len(updated) // 2, 1)]):
        # Some move while their update is pending.
        asked = next(act.slot for act in acts if act.kind == "update-key" and act.subject == name)
        acts.append(Act(min(asked + 3 + number % 4, plan.slots - 1), "move", name, number=-1))
    for number, name in enumerate(left or rest or names[:1]):
        slot = one.slot("tenancy", name, 3, 7, 10)
        new = f"N-{name}"
        acts.append(Act(slot, "move-in", name, new))
        for ask in (slot - 1, slot + 1, slot + plan.delta + 2):
            acts.append(Act(max(ask, 1), "ask", name, first_tenant(name), number % 2))
            acts.append(Act(max(ask, 1), "ask", name, new, (number + 1) % 2))
    acts += _asks(plan, random, names)
    acts += [
        Act(one.slot("trade", str(each), 1, 7, 10), "trade", "", "passes" if each % 2 == 0 else "fails", each)
        for each in range(max(2, plan.slots // 12))
    ]
    changes = max(1, plan.slots // 96)
    for number in range(changes):
        slot = one.slot("edition", str(number), 3, 4, 10, number, changes)
        acts.append(Act(slot, "edition", "", number=slot + max(plan.slots // (8 * changes), 2)))
    term = min(BLOCKED_SLOTS, max(plan.slots // 3, 2))
    market = [each.name for each in plan.meters[1::2]] or names
    culprits = shuffled(market, random.child("culprits"))[: max(1, len(names) // 10)]
    for name in culprits:
        slot, who = one.slot("violate", name, 2, 4, 10), first_tenant(name)
        acts.append(Act(slot, "violate", name, who, term))
        later = range(slot + 1, min(slot + term + plan.delta + 2, plan.slots), max(term // 4, 1))
        acts += [Act(each, "ask", name, who, each % 2) for each in later]
    acts += [Act(one.slot("forge", service, 2, 9, 10), "forge-block", service) for service in ("billing", "trading")]
    acts += [
        Act(one.slot("replay", name, 2, 9, 10), "replay-report", name) for name in names[:: max(len(names) // 3, 1)]
    ]
    kept = (each for each in acts if 0 <= each.slot < plan.slots)
    return Script(tuple(sorted(kept, key=lambda each: (each.slot, each.kind, each.subject, each.other, each.number))))


def _asks(plan: DayPlan, random: Randomness, names: Sequence[str]) -> list[Act]:
    """Every slot some residents ask for their readings."""
    asks: list[Act] = []
    for slot in range(1, plan.slots):
        drawn = shuffled(names, random.child("asks", slot))[: max(1, len(names) // 12)]
        asks += [Act(slot, "ask", name, first_tenant(name), (slot + place) % 2) for place, name in enumerate(drawn)]
    return asks


def _split(items: Sequence[T], count: int) -> tuple[list[T], list[T]]:
    return list(items[:count]), list(items[count:])


class _Drawer:
    """Slots drawn for a purpose, from some tenths of a stretch of the day to others."""

    def __init__(self, random: Randomness, slots: int) -> None:
        self.random, self.slots = random, slots

    def slot(self, what: str, of: str, low: int, high: int, parts: int, stretch: int = 0, stretches: int = 1) -> int:
        begins, length = self.slots * stretch // stretches, self.slots // stretches
        first, last = length * low // parts, max(length * high // parts - 1, length * low // parts)
        return begins + self.random.child(what, of, stretch).integer(first, last)
