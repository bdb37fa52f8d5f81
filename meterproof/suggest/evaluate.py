"""Expressions evaluated over many states and all values of some variables at once, as arrays.

The axes are: states first, then one for each variable of a template. Quantifiers below are loops over their values.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from meterproof.lang.expr import Expr, read_of
from meterproof.lang.types import Sort
from meterproof.suggest.sample import Sample

Array: TypeAlias = Any
"""A numpy array of integers or truth values; its shape is broadcast."""


def evaluate(node: Expr, sample: Sample, variables: Sequence[Expr] = ()) -> npt.NDArray[np.bool_]:
    """The truth of a boolean expression: shape (states, values of the first variable, of the second, ...)."""
    return evaluate_all([node], sample, variables)[0]


def evaluate_all(nodes: Sequence[Expr], sample: Sample, variables: Sequence[Expr] = ()) -> list[npt.NDArray[np.bool_]]:
    """The truth of several boolean expressions, each as `evaluate` has it."""
    sizes = [len(sample.instance.values(v.type)) for v in variables]
    axes = len(sizes)
    env: dict[int, Array] = {
        v.uid: np.arange(n).reshape((1, *(n if j == i else 1 for j in range(axes))))
        for i, (v, n) in enumerate(zip(variables, sizes, strict=True))
    }
    evaluator, shape = _Evaluator(sample, axes), (sample.size, *sizes)
    return [np.broadcast_to(evaluator.value(n, env), shape).astype(np.bool_) for n in nodes]


class _Evaluator:
    def __init__(self, sample: Sample, axes: int) -> None:
        self._sample = sample
        self._rows = np.arange(sample.size).reshape((sample.size, *(1,) * axes))
        self._one = (1,) * (axes + 1)

    def value(self, node: Expr, env: dict[int, Array]) -> Array:
        if node.op == "const":
            return np.full(self._one, node.data)
        if node.op in ("param", "bound"):
            return env[node.uid]
        if node.op in ("forall", "exists", "count", "atleast"):
            return self._quantifier(node, env)
        parts = [self.value(a, env) for a in node.args]
        if node.op == "read":
            name, phase = read_of(node)
            assert not phase, "a candidate speaks of one state"
            table = self._sample.table(name)
            rows = self._rows if len(table) == self._sample.size else np.zeros(self._one, dtype=np.int64)
            return table[(rows, *parts)]
        if node.op == "not":
            return ~parts[0].astype(np.bool_)
        if node.op in ("and", "or"):
            join = np.logical_and if node.op == "and" else np.logical_or
            whole = parts[0]
            for part in parts[1:]:
                whole = join(whole, part)
            return whole
        if node.op == "ite":
            return np.where(parts[0].astype(np.bool_), parts[1], parts[2])
        a, b = parts
        if node.op == "next":
            return a + 1 == b
        return {"eq": np.equal, "lt": np.less, "add": np.add, "sub": np.subtract}[node.op](a, b)

    def _quantifier(self, node: Expr, env: dict[int, Array]) -> Array:
        *bound, body = node.args
        instance = self._sample.instance
        total: Array = np.zeros(self._one, dtype=np.int16)
        tuples = list(product(*(instance.values(b.type) for b in bound)))
        for values in tuples:
            inner = env | {b.uid: np.full(self._one, v) for b, v in zip(bound, values, strict=True)}
            total = total + self.value(body, inner).astype(np.int16)
        if node.op == "count":
            return total
        over = bound[0].type
        if node.op == "atleast":
            assert isinstance(over, Sort)
            return total >= instance.threshold(node.data, over)  # type: ignore[arg-type]
        return total == len(tuples) if node.op == "forall" else total > 0
