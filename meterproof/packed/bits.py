"""Machine instructions that numba has no name for: bits counted and found, and cache lines asked for in time."""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

tools: Any = cgutils


def _popcount(typing_context: Any, word: Any) -> Any:
    return types.int64(types.uint64), lambda context, builder, signature, arguments: builder.ctpop(arguments[0])


def _lowest(typing_context: Any, word: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], tools.true_bit)

    return types.uint64(types.uint64), generate


def _prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = tools.get_item_pointer(context, builder, signature.args[0], made, [arguments[1]], wraparound=False)
        pointer, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        function = tools.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [pointer, number, number, number]), "llvm.prefetch.p0"
        )
        builder.call(function, [builder.bitcast(place, pointer), number(1), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, index), generate


popcount: Any = intrinsic(_popcount)
"""How many bits of a uint64 are 1."""
lowest: Any = intrinsic(_lowest)
"""Position of the lowest 1 of a uint64 that is not 0."""
prefetch: Any = intrinsic(_prefetch)
"""`prefetch(array, index)` asks for a cache line that is soon to be read and written; the index must be in range."""
