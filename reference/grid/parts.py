"""The rules of the four parts: each hardened, as its own spec says."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reference.bc_ami import rules as bc_ami
from reference.edge_keys import rules as edge_keys
from reference.metering_platform import rules as metering_platform
from reference.sovereign_chain import rules as sovereign_chain

SPECS = Path(__file__).resolve().parents[2] / "spec"
"""Where the study has its specs, beside the reference."""


@dataclass(frozen=True)
class Parts:
    """What each part goes by inside."""

    bc_ami: bc_ami.Rules
    edge_keys: edge_keys.Rules
    sovereign_chain: sovereign_chain.Rules
    metering_platform: metering_platform.Rules


@cache
def hardened() -> Parts:
    """The hardened variants of the four protocols."""
    return Parts(
        bc_ami.Rules.from_values(_values("bc-ami")),
        edge_keys.Rules.from_values(_values("edge-keys")),
        sovereign_chain.Rules.from_values(_values("sovereign-chain")),
        metering_platform.Rules.from_values(_values("metering-platform")),
    )


def _values(protocol: str) -> dict[str, object]:
    with (SPECS / f"{protocol}.hardened.toml").open("rb") as file:
        chosen = tomllib.load(file)["rules"]
    return {name: each["value"] for name, each in chosen.items()}
