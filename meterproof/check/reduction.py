"""A smaller system with the same verdict is explored; its traces are brought back to the one that is asked about."""

from __future__ import annotations

from dataclasses import dataclass

from meterproof.finite.eager import Eager, eager
from meterproof.finite.ghosts import without_ghosts
from meterproof.finite.instance import Instance
from meterproof.lang.system import Property, System
from meterproof.traces.trace import Trace, rerun


@dataclass(frozen=True)
class Reduction:
    """`visible` is the system without the ghosts that nothing asks about; `widened` has an eager adversary besides."""

    original: System
    visible: System
    widened: Eager | None

    @property
    def system(self) -> System:
        """The system to explore."""
        return self.visible if self.widened is None else self.widened.system

    @property
    def note(self) -> str | None:
        """What a verdict on the smaller system has to say of it."""
        if self.widened is None:
            return None
        return f"always done: {', '.join(a.name for a in self.widened.done)}"

    def instance(self, instance: Instance) -> Instance:
        """The smaller system in the same world; ModelError where what is done can't be reached in the original."""
        if self.widened is not None:
            self.widened.prefix(self._visible(instance))
        return Instance(self.system, instance.scope, instance.rigid)

    def trace(self, instance: Instance, found: Trace) -> Trace:
        """A run of the original that shows the same: only those of the adversary's moves that are needed come first."""
        assert found.claim is not None
        steps = found.steps
        if self.widened is not None:
            from meterproof.schedule.minimise import one_minimal  # brings Hypothesis with it, which is slow to load
            from meterproof.schedule.moves import Moves

            moves = Moves(instance, self.original.enabled_for(found.claim.against))
            steps = one_minimal(moves, (*self.widened.prefix(self._visible(instance)), *steps), found.claim)
        return rerun(instance, steps, found.claim)

    def _visible(self, instance: Instance) -> Instance:
        return Instance(self.visible, instance.scope, instance.rigid)


def reduction(system: System, claim: Property, *, with_eager: bool) -> Reduction:
    """The reduction of a system for a claim and its witness. ModelError where an eager adversary would mislead."""
    visible = without_ghosts(system, [claim])
    return Reduction(system, visible, eager(visible, claim) if with_eager else None)
