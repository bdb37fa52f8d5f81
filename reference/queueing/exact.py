"""The same stationary chains without floats, written down in another way, to hold the others against.

M/M/1/M is rational in its rates: the weights are lambda^k mu^(M-k). M/D/1/M has e^-rho; it is solved by the textbook's
balance equations, which subtract, with as many decimal digits as that takes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from reference.queueing.quantities import Queue


def exponential_exactly(queue: Queue) -> Mapping[str, Fraction]:
    """The measures of M/M/1/M by their names, as rational numbers of the rates given."""
    arrivals, service = Fraction(queue.arrivals), Fraction(queue.service)
    weights = [arrivals**k * service ** (queue.capacity - k) for k in range(queue.capacity + 1)]
    total = sum(weights)
    return _by_definition(queue, [w / total for w in weights])


def fixed_exactly(queue: Queue, digits: int = 60) -> Mapping[str, Fraction]:
    """The measures of M/D/1/M by their names, to about `digits` digits.

    x[j+1] P(A=0) = x[j] - x[0] P(A=j) - sum_{i=1..j} x[i] P(A=j-i+1); then, with x normalised, the share of time with j
    packets is x[j] / (x[0] + rho) for j < M and the share of time that is full the rest.
    """
    spare = queue.capacity * (math.ceil(queue.load) + abs(math.ceil(math.log10(queue.load))) + 4)
    with localcontext() as context:
        context.prec = digits + spare
        rho = Decimal(queue.arrivals) / Decimal(queue.service)
        of = [(-rho).exp()]
        for k in range(1, queue.capacity + 1):
            of.append(of[-1] * rho / k)
        x = [Decimal(1)]
        for j in range(queue.capacity - 1):
            stay = x[0] * of[j] + sum(x[i] * of[j - i + 1] for i in range(1, j + 1))
            x.append((x[j] - stay) / of[0])
        left = sum(x, Decimal(0))
        times = [each / left / (x[0] / left + rho) for each in x]
        shares = [Fraction(each) for each in times]
    return _by_definition(queue, [*shares, 1 - sum(shares, Fraction(0))])


def _by_definition(queue: Queue, shares: Sequence[Fraction]) -> Mapping[str, Fraction]:
    """Each measure from the shares of time with 0..M packets."""
    arrivals = Fraction(queue.arrivals)
    number = sum((k * share for k, share in enumerate(shares)), Fraction(0))
    busy = 1 - shares[0]
    accepted = arrivals * (1 - shares[-1])
    return {
        "load": arrivals / Fraction(queue.service),
        "loss": shares[-1],
        "in_system": number,
        "in_queue": number - busy,
        "accepted": accepted,
        "utilisation": busy,
        "sojourn": number / accepted,
        "waiting": (number - busy) / accepted,
    }
