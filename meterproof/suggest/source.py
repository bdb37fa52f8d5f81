"""An expression as the text of the modelling language: tracing the text gives the expression back."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from meterproof.lang.expr import Expr, disjoin, read_of
from meterproof.lang.formula import Formula
from meterproof.lang.rewrite import BINDERS
from meterproof.lang.rules import RuleValues
from meterproof.lang.types import EnumType
from meterproof.lang.wellformed import nodes

WIDTH = 118
_NEGATED = {"eq": "!=", "lt": ">="}
_INFIX = {"eq": "==", "lt": "<", "add": "+", "sub": "-", "and": "&", "or": "|"}


def text(node: Expr, rules: RuleValues, *, state: str = "s") -> str:
    """One line of Python that says the expression of a state called `state`."""
    return _Writer(rules, state).say(node)


class _Writer:
    def __init__(self, rules: RuleValues, state: str) -> None:
        self._state = state
        self._formulas = {value: name for name, value in rules.items() if isinstance(value, Formula)}

    def say(self, node: Expr) -> str:
        """The text; comparisons and connectives come without parentheses of their own."""
        if node.op == "const":
            if isinstance(node.type, EnumType) and isinstance(node.data, int):
                return f"{node.type.name}.{node.type.values[node.data]}"
            return str(node.data)
        if node.op == "bound":
            return str(node.data[1])  # type: ignore[index]
        if node.op == "read":
            name, _ = read_of(node)
            index = ", ".join(map(self.say, node.args))
            return f"{self._state}.{name}" + (f"[{index}]" if index else "")
        if node.op in BINDERS:
            return self._binder(node)
        if node.op == "or" and node.args[0].op == "not":
            then = self.say(node.args[1]) if len(node.args) == 2 else " | ".join(map(self._part, node.args[1:]))
            return f"implies({self.say(node.args[0].args[0])}, {then})"
        if node.op == "not":
            inner = node.args[0]
            if inner.op in _NEGATED:
                a, b = map(self._part, inner.args)
                return f"{a} {_NEGATED[inner.op]} {b}"
            return f"~{self._part(inner)}"
        if node.op in _INFIX:
            return f" {_INFIX[node.op]} ".join(map(self._part, node.args))
        assert node.op in ("next", "ite"), f"{node.op} has no place in a lemma"
        return f"{'is_next' if node.op == 'next' else 'ite'}({', '.join(map(self.say, node.args))})"

    def _part(self, node: Expr) -> str:
        said = self.say(node)
        compound = node.op in _INFIX and not (node.op == "or" and node.args[0].op == "not")
        return f"({said})" if compound or (node.op == "not" and node.args[0].op in _NEGATED) else said

    def _binder(self, node: Expr) -> str:
        *bound, body = node.args
        sorts = ", ".join(b.type.name for b in bound)
        names = ", ".join(self.say(b) for b in bound)
        threshold = f"{self._threshold(node.data)}, " if isinstance(node.data, Formula) else ""
        return f"{node.op}({threshold}{sorts}, lambda {names}: {self.say(body)})"

    def _threshold(self, formula: Formula) -> str:
        if formula in self._formulas:
            return f"{self._state}.rules.{self._formulas[formula]}"
        return f"Formula.parse({formula.text!r}, {formula.names!r})" if formula.names else formula.text


def words(*formulas: Expr) -> tuple[str, ...]:
    """The names of `meterproof.lang` that the text of lemmas needs, sorted."""
    found = {"lemma"}
    for each in nodes(*formulas):
        found.update({each.op} & {*BINDERS, "ite"})
        if each.op == "or" and each.args[0].op == "not":
            found.add("implies")
        if each.op == "next":
            found.add("is_next")
    return tuple(sorted(found))


def types(*formulas: Expr) -> tuple[str, ...]:
    """The names of the sorts and enums that the text of lemmas needs, sorted."""
    bound = {n.type.name for n in nodes(*formulas) if n.op == "bound"}
    return tuple(sorted(bound | {n.type.name for n in nodes(*formulas) if isinstance(n.type, EnumType)}))


def definition(name: str, doc: str, formula: Expr, rules: RuleValues, *, of: str | None) -> str:
    """A lemma as Python source, ready for a properties file (`of` is the machine) or for the class itself."""
    said = text(formula, rules)
    head = f"@lemma(of={of})" if of is not None else "@lemma"
    lines = [head, f"def {name}(s):", *_docstring(doc)]
    if len(said) + len("    return ") <= WIDTH or formula.op != "forall":
        return "\n".join([*lines, f"    return {said}"]) + "\n"
    *bound, body = formula.args
    sorts = ", ".join(b.type.name for b in bound)
    names = ", ".join(str(b.data[1]) for b in bound)  # type: ignore[index]
    inner = f"        lambda {names}: {text(body, rules)},"
    lines += ["    return forall(", f"        {sorts},", *_broken(inner, body, rules), "    )  # fmt: skip"]
    return "\n".join(lines) + "\n"


def _broken(line: str, body: Expr, rules: RuleValues) -> list[str]:
    """A line with a lambda, over several lines where it is too long: an implication's sides get one each."""
    if len(line) <= WIDTH or body.op != "or" or body.args[0].op != "not":
        return [line]
    premise, conclusion = text(body.args[0].args[0], rules), text(disjoin(*body.args[1:]), rules)
    opening = line[: line.index("implies(") + len("implies(")]
    return [opening, f"            {premise},", f"            {conclusion},", "        ),"]


def _docstring(doc: str) -> Iterable[str]:
    wrapped = textwrap.wrap(doc, WIDTH - 10)
    if len(wrapped) == 1:
        return [f'    """{doc}"""']
    return [f'    """{wrapped[0]}', *(f"    {line}" for line in wrapped[1:]), '    """']
