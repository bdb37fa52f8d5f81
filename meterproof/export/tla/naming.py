"""What everything in a TLA+ module is called: no two things alike, none like a word of the language."""

from __future__ import annotations

from meterproof.export.names import Names
from meterproof.export.parts import lemmas, thresholds
from meterproof.export.tla.terms import RESERVED, spell
from meterproof.lang.formula import Formula
from meterproof.lang.system import System
from meterproof.lang.types import EnumType, Sort

OWN = frozenset("Adversary Assumptions ConstInit Init Max Min Next Quiet Spec Symmetry TypeOK vars".split())  # noqa: SIM905
"""What every module may define beside the model's own names."""


def name_all(system: System) -> Names:
    """Names of a module's things, each under what it is and which: `names["action", "vote"]`."""
    names = Names(RESERVED | OWN, spell)
    give = names.give
    give("module", system.name)
    types: tuple[Sort | EnumType, ...] = (*system.sorts, *system.enums)
    for type_ in types:
        give(("type", type_), type_.name)
    for sort in system.sorts:
        give(("uninterpreted", sort), sort.name.upper())
        if sort.ordered:
            give(("size", sort), f"{sort.name}_size")
    for v in system.variables:
        give(("variable", v.name), v.name)
    for d in system.design:
        give(("design", d.name), d.name)
    rules = {value: name for name, value in reversed(system.rules.items()) if isinstance(value, Formula)}
    for formula, over in thresholds(system):
        give(("threshold", formula, over), rules.get(formula, "threshold"))
    for a in system.actions:
        give(("action", a.name), a.name)
        give(("enabled", a.name), f"{a.name}_enabled")
    for p in (*lemmas(system.properties), *system.properties):
        give(("property", p.id), f"unreached_{p.id}" if p.kind == "reachable" else p.id)
        if p.witness is not None:
            give(("witness", p.id), f"unreached_{p.id}")
    return names
