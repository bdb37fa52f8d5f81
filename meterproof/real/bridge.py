"""What a study's reference offers to the workbench.

A spec names its reference module; that module has

- `read_rules(values)`: the reference's own rule object from a spec's plain rule values,
- `new_bridge(machine)`: a fresh `Bridge` for the machine of that name (a class of the model module),
- `Pipeline`: bulk execution on readings, for `meterproof run`; with it `open_store(folder, about)`, `plan_faults(spec,
  replicas, bound, heights, seed)`, and the exception `NoQuorum`.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Protocol

from meterproof.errors import InputError
from meterproof.study.specfile import Spec


class Applied(Protocol):
    """The outcome of one action on the reference."""

    @property
    def accepted(self) -> bool:
        """Whether the reference's own checks took it."""

    @property
    def effects(self) -> tuple[Any, ...]:
        """What came of it; a refusal has `rule`, `reason` and `cites`."""


class Bridge(Protocol):
    """Makes a model's actions concrete, and abstracts real bytes to the model's state variables."""

    def start(self, rules: Any, scope: Mapping[str, int], rigid: Mapping[str, Any], seed: int) -> None:
        """Deploy fresh parties."""

    def apply(self, action: str, args: Mapping[str, int]) -> Applied:
        """Play one action of the model with element numbers by parameter name."""

    def abstract(self) -> Mapping[str, Mapping[tuple[int, ...], int]]:
        """Every state variable at every index, computed from bytes."""


def reference_of(spec: Spec) -> ModuleType:
    """The reference module that a spec names; InputError when it names none."""
    if spec.head.reference is None:
        raise InputError(
            f"{spec.protocol}@{spec.variant} names no reference", file=spec.file, allowed='reference = "reference...."'
        )
    return importlib.import_module(spec.head.reference)


def bridge_of(reference: ModuleType, machine: str) -> Bridge:
    """A fresh bridge for a machine; InputError where the reference has none."""
    try:
        bridge: Bridge = reference.new_bridge(machine)
    except KeyError:
        raise InputError(
            f"{reference.__name__} does not play the machine {machine}", allowed="a machine that has a bridge"
        ) from None
    return bridge
