"""A small evaluator of the TLA+ that is exported, so that its meaning is tested and not only its grammar.

It takes a module, its wrapper and a configuration as TLC does, knows nothing of the IR, and finds all reachable states.
Sets are frozensets, functions are `Function`s, tuples and model values are Python tuples and strings.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import tree_sitter
import tree_sitter_tlaplus

with warnings.catch_warnings():  # the grammar still hands out a plain address
    warnings.simplefilter("ignore", DeprecationWarning)
    PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_tlaplus.language()))
Node = tree_sitter.Node
Values = Mapping[str, Any]


def parse(text: str) -> Node:
    """The syntax tree of a module."""
    return PARSER.parse(text.encode()).root_node


def mistakes(node: Node) -> Iterator[tuple[int, str]]:
    """Line and text of everything that the grammar does not accept."""
    if node.is_error or node.is_missing:
        yield node.start_point[0] + 1, word(node)
    for child in node.children:
        yield from mistakes(child)


def word(node: Node) -> str:
    """The text of a node."""
    assert node.text is not None
    return node.text.decode()


def parts(node: Node) -> list[Node]:
    """The children that mean something."""
    return [c for c in node.named_children if c.type not in ("comment", "langle_bracket", "rangle_bracket")]


class Function(dict[Any, Any]):
    """A finite function; several arguments are one tuple."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


INFIX: dict[str, Callable[[Any, Any], Any]] = {
    "eq": lambda a, b: a == b, "neq": lambda a, b: a != b, "lt": lambda a, b: a < b, "leq": lambda a, b: a <= b,
    "geq": lambda a, b: a >= b, "plus": lambda a, b: a + b, "minus": lambda a, b: a - b, "mul": lambda a, b: a * b,
    "div": lambda a, b: a // b, "dots_2": lambda a, b: frozenset(range(a, b + 1)), "in": lambda a, b: a in b,
    "iff": lambda a, b: a == b, "times": lambda a, b: frozenset(product(a, b)),
}  # fmt: skip


@dataclass
class Spec:
    """Definitions of the module and its wrapper, and values of the constants."""

    modules: tuple[str, ...]
    configuration: str
    definitions: dict[str, tuple[tuple[str, ...], Node]] = field(default_factory=dict)
    variables: tuple[str, ...] = ()
    constants: dict[str, Any] = field(default_factory=dict)
    invariants: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for text in self.modules:
            for node in parts(parse(text).children[0]):
                if node.type == "operator_definition":
                    names = tuple(word(c) for c in node.children_by_field_name("parameter") if c.is_named)
                    definition, name = node.child_by_field_name("definition"), node.child_by_field_name("name")
                    assert definition is not None and name is not None
                    self.definitions[word(name)] = (names, definition)
                if node.type == "variable_declaration":
                    self.variables = tuple(word(c) for c in parts(node))
        section = ""
        for line in self.configuration.splitlines():
            text = line.partition("\\*")[0].strip()
            section = text if text and not line.startswith(" ") else section
            if section == "CONSTANTS" and line.startswith(" "):
                name, to, value = text.split(" ", 2)
                tree = parse(f"---- MODULE M ----\nv == {value}\n====\n").children[0]
                known = to == "=" and name == value
                self.constants[name] = name if known else self.evaluate(self._body(tree), {}, {}, {})
            if section == "INVARIANTS" and line.startswith(" "):
                self.invariants += (text,)

    @staticmethod
    def _body(tree: Node) -> Node:
        body = next(c for c in parts(tree) if c.type == "operator_definition").child_by_field_name("definition")
        assert body is not None
        return body

    def initial(self) -> dict[str, Any]:
        """The state that Init allows."""
        [state] = self.successors("Init", {}, prime=False)
        return state

    def successors(self, operator: str, state: Values, *, prime: bool = True) -> list[dict[str, Any]]:
        """The states that an operator allows to follow, one for each way in which it does."""
        found = [
            dict(after) for after in self._satisfy(self.definitions[operator][1], {}, state, {}, prime)
            if set(after) == set(self.variables)
        ]  # fmt: skip
        return found

    def holds(self, operator: str, state: Values) -> bool:
        """Whether a state satisfies an operator without parameters."""
        return bool(self.evaluate(self.definitions[operator][1], {}, state, {}))

    def steps_hold(self, operator: str, state: Values, after: Values) -> bool:
        """Whether a step satisfies the action A of an operator [][A]_vars."""
        body = self.definitions[operator][1].child_by_field_name("rhs")
        assert body is not None and body.type == "step_expr_or_stutter"
        return bool(self.evaluate(parts(body)[0], {}, state, after))

    def _satisfy(self, node: Node, env: Values, s: Values, t: dict[str, Any], prime: bool) -> Iterator[dict[str, Any]]:
        """As TLC does it: values of the next state (without `prime`, of the first one) that make a formula true."""
        kind, below = node.type, parts(node)
        if kind == "disj_list":
            for item in below:
                yield from self._satisfy(parts(item)[-1], env, s, t, prime)
        elif kind == "conj_list":
            found = [t]
            for item in below:
                found = [u for each in found for u in self._satisfy(parts(item)[-1], env, s, each, prime)]
            yield from found
        elif kind == "bounded_quantification" and below[0].type == "exists":
            for inner in self._bindings(node, env, s, t):
                yield from self._satisfy(below[-1], inner, s, t, prime)
        elif kind in ("bound_op", "identifier_ref") and word(below[0] if below else node) in self.definitions:
            names, body = self.definitions[word(below[0] if below else node)]
            values = [self.evaluate(c, env, s, t) for c in below[1:]]
            yield from self._satisfy(body, dict(zip(names, values, strict=True)), s, t, prime)
        elif kind == "bound_prefix_op" and below[0].type == "unchanged":
            yield t | {word(c): s[word(c)] for c in parts(below[1])}
        elif kind == "bound_infix_op" and below[1].type == "eq" and self._assigned(below[0], prime) not in (None, *t):
            yield t | {str(self._assigned(below[0], prime)): self.evaluate(below[2], env, s, t)}
        elif self.evaluate(node, env, s, t):
            yield t

    def _assigned(self, left: Node, prime: bool) -> str | None:
        if prime:
            return word(parts(left)[0]) if left.type == "bound_postfix_op" else None
        return word(left) if word(left) in self.variables else None

    def _bindings(self, node: Node, env: Values, s: Values, t: Values) -> Iterator[Values]:
        """One environment for each choice of the bound variables below a node."""
        bounds = [c for c in node.named_children if c.type == "quantifier_bound"]
        names = [word(c.named_children[0]) for c in bounds]
        for values in product(*(sorted(self.evaluate(c.named_children[-1], env, s, t), key=repr) for c in bounds)):
            yield {**env, **dict(zip(names, values, strict=True))}

    def evaluate(self, node: Node, env: Values, s: Values, t: Values) -> Any:
        """The value of an expression in a state `s`, where primed names are of the state `t`."""
        kind, below = node.type, parts(node)

        def value(child: Node, inner: Values = env) -> Any:
            return self.evaluate(child, inner, s, t)

        if kind in ("nat_number", "boolean", "string", "boolean_set"):
            simple = {"TRUE": True, "FALSE": False, "BOOLEAN": frozenset((True, False))}
            return (
                simple[word(node)]
                if word(node) in simple
                else word(node).strip('"')
                if kind == "string"
                else int(word(node))
            )
        if kind == "identifier_ref":
            return self._name(word(node), env, s, t)
        if kind in ("parentheses", "conj_item"):
            return value(below[-1])
        if kind == "conj_list":
            return all(value(c) for c in below)
        if kind == "bound_op":
            return self._apply(word(below[0]), [value(c) for c in below[1:]], s, t)
        if kind == "bound_prefix_op":
            return not value(below[1]) if below[0].type == "lnot" else -value(below[1])
        if kind == "bound_postfix_op":
            return t[word(below[0])]
        if kind == "bound_infix_op":
            return self._infix(below[1].type, below[0], below[2], value)
        if kind == "if_then_else":
            return value(below[1]) if value(below[0]) else value(below[2])
        if kind == "bounded_quantification":
            truths = (value(below[-1], inner) for inner in self._bindings(node, env, s, t))
            return any(truths) if below[0].type == "exists" else all(truths)
        if kind == "set_filter":
            inside = (inner for inner in self._bindings(node, env, s, t) if value(below[-1], inner))
            return frozenset(inner[word(below[0].named_children[0])] for inner in inside)
        if kind in ("finite_set_literal", "tuple_literal"):
            return (frozenset if kind == "finite_set_literal" else tuple)(value(c) for c in below)
        if kind == "case":
            arms = [parts(c) for c in below if c.type == "case_arm"]
            return next(value(arm[-1]) for arm in arms if value(arm[0]))
        return self._functional(node, below, env, s, t)

    def _functional(self, node: Node, below: list[Node], env: Values, s: Values, t: Values) -> Any:
        def value(child: Node, inner: Values = env) -> Any:
            return self.evaluate(child, inner, s, t)

        def key(of: list[Any]) -> Any:
            return of[0] if len(of) == 1 else tuple(of)

        if node.type == "function_literal":
            names = [word(c.named_children[0]) for c in below if c.type == "quantifier_bound"]
            each = self._bindings(node, env, s, t)
            return Function({key([inner[n] for n in names]): value(below[-1], inner) for inner in each})
        if node.type == "function_evaluation":
            return value(below[0])[key([value(c) for c in below[1:]])]
        if node.type == "set_of_functions":
            return _Functions(value(below[0]), value(below[-1]))
        assert node.type == "except", node.type
        changed = Function(value(below[0]))
        for update in below[1:]:
            where = update.named_children[0].named_children[0]
            changed[key([value(c) for c in parts(where)])] = value(update.named_children[-1])
        return changed

    def _infix(self, mark: str, left: Node, right: Node, value: Callable[[Node], Any]) -> Any:
        if mark == "land":
            return value(left) and value(right)
        if mark == "lor":
            return value(left) or value(right)
        if mark == "implies":
            return not value(left) or value(right)
        return INFIX[mark](value(left), value(right))

    def _name(self, name: str, env: Values, s: Values, t: Values) -> Any:
        for known in (env, s, self.constants):
            if name in known:
                return known[name]
        return self.evaluate(self.definitions[name][1], {}, s, t)

    def _apply(self, name: str, values: list[Any], s: Values, t: Values) -> Any:
        if name == "Cardinality":
            return len(values[0])
        names, body = self.definitions[name]
        return self.evaluate(body, dict(zip(names, values, strict=True)), s, t)


@dataclass(frozen=True)
class _Functions:
    """All functions from one set to another, without listing them."""

    domain: frozenset[Any]
    to: frozenset[Any]

    def __contains__(self, function: Function) -> bool:
        return set(function) == self.domain and set(function.values()) <= self.to


@dataclass(frozen=True)
class Search:
    """All reachable states, and all steps."""

    states: list[dict[str, Any]]
    steps: list[tuple[dict[str, Any], dict[str, Any]]]


def search(spec: Spec) -> Search:
    """Breadth first, as TLC: every way to take a step counts as one."""
    first = spec.initial()
    seen, queue, steps = {_frozen(first)}, [first], []
    for state in queue:
        for after in spec.successors("Next", state):
            steps.append((state, after))
            if _frozen(after) not in seen:
                seen.add(_frozen(after))
                queue.append(after)
    return Search(queue, steps)


def _frozen(state: Values) -> frozenset[tuple[str, Any]]:
    return frozenset(state.items())
