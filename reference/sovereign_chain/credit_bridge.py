"""The bridge between the model `CreditRating` and nodes that verify what they rate by.

Person p is the p-th user, Fact e the e-th fact, and Replica r the r-th rating node. The way back verifies anew the
certificates of all blocks, the validators' and the rating nodes' own, and signatures of claims.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.ledger.effects import Refused
from reference.sovereign_chain import credit_world as world_of
from reference.sovereign_chain.credit_nodes import Final, Rater
from reference.sovereign_chain.credit_records import Claim, Dispute, Entry, Ruling
from reference.sovereign_chain.credit_world import ACTIONS, CHAIN, CreditWorld, Event
from reference.sovereign_chain.rules import Rules

Args = Mapping[str, int]


class CreditBridge:
    """Plays a model's trace, and says what the bytes amount to. Arguments of actions are e and r."""

    world: CreditWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh validators, rating nodes and facts.

        `rigid` has the model's tables: `about` (a user for each fact), `just`, and `contrary` (fact by fact, 0 or 1 for
        each other one). Raises InputError for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Person", "Fact", "Replica")}
        _, facts, raters = self._sizes.values()
        contrary = rigid.get("contrary", [0] * facts**2)
        self.world = world_of.deploy(
            rules,
            seed,
            raters=raters,
            about=rigid.get("about", [0] * facts),
            just=[bool(is_so) for is_so in rigid.get("just", [1] * facts)],
            contrary=[divmod(place, facts) for place, is_so in enumerate(contrary) if is_so],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world, facts = self.world, range(self._sizes["Fact"])
        number = {world.identity(e): e for e in facts}
        entries = [_verified(world, final) for final in world.finals]
        true: dict[str, list[Index]] = {
            "reported": [(e,) for e in facts if _reported(world, e)],
            "final": [(number[each.identity(CHAIN)],) for each in entries if isinstance(each, Claim)],
            "disputed": [(number[each.fact],) for each in entries if isinstance(each, Dispute)],
            "upheld": [(number[each.fact],) for each in entries if isinstance(each, Ruling) and each.holds],
            "void": [(number[each.fact],) for each in entries if isinstance(each, Ruling) and not each.holds],
            "has": [(r, number[id]) for r, rater in enumerate(world.raters) for id in _has(world, rater)],
            "has_void": [(r, number[id]) for r, rater in enumerate(world.raters) for id in _has_void(world, rater)],
            "counted": [
                (r, number[fact.record]) for r, rater in enumerate(world.raters) for fact in rater.counted
            ],
        }  # fmt: skip
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}


def _verified(world: CreditWorld, final: Final) -> Entry:
    entry = final.entry(world.validators[0].committee)
    if isinstance(entry, Refused):
        raise AssertionError(f"a block is kept on evidence that is none: {entry.reason}")
    return entry


def _reported(world: CreditWorld, fact: int) -> bool:
    data = world.reported(fact)
    return data is not None and world.register.reported(Claim.decode(CHAIN, data)) is None


def _has(world: CreditWorld, rater: Rater) -> list[bytes]:
    claims = [Claim.decode(CHAIN, got) if isinstance(got, bytes) else _verified(world, got) for got in rater.got]
    return [each.identity(CHAIN) for each in claims if isinstance(each, Claim) and not world.register.reported(each)]


def _has_void(world: CreditWorld, rater: Rater) -> list[bytes]:
    rulings = [_verified(world, final) for final in rater.rulings]
    return [each.fact for each in rulings if isinstance(each, Ruling)]


def _maker(action: str) -> Callable[[Args], Event]:
    if action in ("get_record", "hear", "get_ruling"):
        return lambda a: Event(action, a["e"], a["r"])
    if action == "start_anew":
        return lambda a: Event(action, rater=a["r"])
    return lambda a: Event(action, a["e"])


_MAKERS: Mapping[str, Callable[[Args], Event]] = {action: _maker(action) for action in ACTIONS}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "reported": ("Fact",),
    "final": ("Fact",),
    "disputed": ("Fact",),
    "upheld": ("Fact",),
    "void": ("Fact",),
    "has": ("Replica", "Fact"),
    "has_void": ("Replica", "Fact"),
    "counted": ("Replica", "Fact"),
}
