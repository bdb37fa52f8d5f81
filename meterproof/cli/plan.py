"""`meterproof plan`: where devices stand, where traffic goes, how long it waits; a group, one module a verb."""

from __future__ import annotations

import typer

from meterproof.cli.lazy import Lazy

PLANS = {
    "place": ("plan_place", "Place edge devices among meters, and assign every meter within the devices' capacity."),
    "route": ("plan_route", "Route demands within capacity, hops and delay, with a certificate, or tell the cut."),
    "queue": ("plan_queue", "Size a node's queue: delay and loss, M/M/1/M beside M/D/1/M beside a simulation."),
}
"""The verbs of the group in the order of the help, as `VERBS` of the whole command."""


class Plans(Lazy):
    """The planners by name."""

    table = PLANS


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.info.name = "plan"
    app.callback(cls=Plans, no_args_is_help=True)(plan)


def plan() -> None:
    """Plan a network of edge devices: place them, route their traffic, size their queues."""
