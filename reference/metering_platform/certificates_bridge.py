"""The bridge between the model `Certificates` and files that are really digested, signed, stored and shown.

Certificate c is the c-th number, Issuer i the i-th institution, File f the f-th file, Content t what the t-th table
says, Digest d what the files that are to have one digest have. The way back reads the blocks and verifies signatures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.metering_platform import certificates_state as state_of
from reference.metering_platform import certificates_world as world_of
from reference.metering_platform import collision
from reference.metering_platform.certificates_state import CertificatesWorld
from reference.metering_platform.certificates_world import Event
from reference.metering_platform.rules import Rules

Args = Mapping[str, int]


class CertificatesBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are i, c, t, f and g."""

    world: CertificatesWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a fresh platform. `rigid` has the model's tables `issuer`, `dishonest`, `tells`, `digest`.

        Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Certificate", "Issuer", "File", "Content", "Digest")}
        numbers, institutions, files, tables, _ = self._sizes.values()
        self.world = world_of.deploy(
            rules,
            seed,
            issuers=rigid.get("issuer", [0] * numbers),
            institutions=institutions,
            dishonest=[i for i, lies in enumerate(rigid.get("dishonest", [0] * institutions)) if lies],
            tells=rigid.get("tells", [0] * files),
            digests=rigid.get("digest", [0] * files),
            tables=tables,
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        file = {data: f for f, data in world.files.items()}
        table = {state_of.text(t): t for t in range(self._sizes["Content"])}
        digest = {state_of.digest_of(world, data): world.digests[f] for f, data in world.files.items()}
        number = {f"certificate-{c}": c for c in range(self._sizes["Certificate"])}
        true: dict[str, list[Index]] = {
            "written": [(f,) for data, f in file.items() if table[collision.shown(data)] == world.tells[f]],
            "issued": [
                (each.certificate, table[state_of.information(each)], file[each.file])
                for each in world.issued
                if state_of.holds(world, each)
            ],
            "entered": [
                (number[subject], table[told], digest[record["digest"]])
                for subject, told, record in state_of.entries(world)
                if told is not None
            ],
            "accepted": [(c, table[told], file[data]) for c, told, data in world.accepted],
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "write": lambda a: Event("write", a["f"]),
    "write_pair": lambda a: Event("write_pair", a["f"], other=a["g"]),
    "issue": lambda a: Event("issue", a["f"], a["c"], a["i"]),
    "issue_contradicting": lambda a: Event("issue_contradicting", a["f"], a["c"], a["i"], a["t"]),
    "enter_unsigned": lambda a: Event("enter_unsigned", a["f"], a["c"], table=a["t"]),
    "accept": lambda a: Event("accept", a["f"], a["c"], table=a["t"]),
    "accept_replaced": lambda a: Event("accept_replaced", a["f"], a["c"], table=a["t"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "written": ("File",),
    "issued": ("Certificate", "Content", "File"),
    "entered": ("Certificate", "Content", "Digest"),
    "accepted": ("Certificate", "Content", "File"),
}
