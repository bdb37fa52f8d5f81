"""What comes of comparing behaviours, and of a run replayed on another version. Data only, which loads no engine."""

from __future__ import annotations

from dataclasses import dataclass

from meterproof.compare.common import Answer
from meterproof.compare.obstacle import Obstacle
from meterproof.lang.system import Property
from meterproof.traces.trace import Trace


@dataclass(frozen=True)
class Novelty:
    """A run of HEAD whose last step BASE has no counterpart for; without steps, its world or its beginning is new.

    `obstacles` say what keeps the action of the same name in BASE from doing the same, in some states that BASE can
    then be in. That no other action does the same either is what the search has shown.
    """

    action: str | None
    trace: Trace
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True)
class Behaviours:
    """Whether HEAD allows what BASE does not, and what was covered.

    `yes` has novelties, the shortest first, one for each action: where nothing `stopped` the search, for every action
    that has one. `no` covers every run of HEAD at this scope. `unknown` says in `stopped` what ended the search; then
    `worlds` of `worlds_in_all` were covered, and of the next one every run of up to `depth` steps.
    `pairs` counts states of HEAD, each with a set of BASE's states that match its past; `generated` counts transitions.
    `only_base` and `only_head` are the state variables that were projected away. `against` None means all capabilities.
    """

    answer: Answer
    novelties: tuple[Novelty, ...]
    scope: dict[str, int]
    base_scope: dict[str, int] | None
    against: tuple[str, ...] | None
    common: tuple[str, ...]
    only_base: tuple[str, ...]
    only_head: tuple[str, ...]
    worlds: int
    worlds_in_all: int
    pairs: int
    generated: int
    depth: int
    stopped: str | None
    seconds: float

    @property
    def witness(self) -> Trace | None:
        """The shortest run of HEAD that BASE does not allow."""
        return self.novelties[0].trace if self.novelties else None


@dataclass(frozen=True)
class Difference:
    """Where a replay differs: behind `at` steps that are the same, and what is other from there on."""

    at: int
    obstacle: Obstacle


@dataclass(frozen=True)
class Way:
    """Whether the other version gets there at this scope, by which run, and what was covered, in words."""

    answer: Answer
    trace: Trace | None
    covered: str


@dataclass(frozen=True)
class Transplant:
    """What became of a run on another version.

    `replayed` is that version's run, as far as it goes (None where it has no such world), `steps` its length.
    `differs` is the first difference on what both versions have, `stopped` the step that can't be taken; both are None
    where the whole run carries over as it is. `shows` says that the whole run is possible and its end (or loop) shows
    the same of the claim. `violation` answers whether any run of the other version shows it, `arrival` whether the
    state at the run's end is reached in the same world; None where there is nothing to ask.
    """

    trace: Trace
    claim: Property | None
    replayed: Trace | None
    differs: Difference | None
    stopped: Difference | None
    shows: bool
    violation: Way | None
    arrival: Way | None

    @property
    def steps(self) -> int:
        """How many steps of the run the other version can take."""
        return 0 if self.replayed is None else len(self.replayed.steps)
