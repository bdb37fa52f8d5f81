"""The bridge between the model `Consensus` and replicas that really sign, across views of one height.

Replica r is the r-th member of the committee; see `consensus_world` for views and blocks. The way back verifies the
signatures on the wire. The model's ghosts, which no rule asks for, follow from what correct replicas have signed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.crypto import signing
from reference.ledger import consensus_adversary as adversary
from reference.ledger import consensus_honest as honest
from reference.ledger.chain import COMMIT, VOTE, Certificate, FinalBlock
from reference.ledger.consensus_world import Candidates, ConsensusWorld, Outcome, RoundRules, deploy
from reference.ledger.view_change import Lock

Args = Mapping[str, int]
Deed = Callable[[ConsensusWorld], Outcome]


class ConsensusBridge:
    """Plays a model's trace on replicas, and says what their bytes amount to. Arguments are r, k, j and b."""

    world: ConsensusWorld

    def __init__(self, chain: str, candidates: Candidates) -> None:
        """`candidates` makes the blocks of the chain of this name that compete for the place."""
        self._chain, self._candidates = chain, candidates

    def start(self, rules: RoundRules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy fresh replicas and candidates.

        `rigid` has the model's tables: `faulty` (0 or 1 for each replica), `leader` (one number for each view),
        `valid` (0 or 1 for each block). `scope` may give the bound `f`, by default floor((n-1)/3). Raises InputError
        for a bad scope.
        """
        self._sizes = {sort: size(scope, sort) for sort in ("Replica", "View", "Block")}
        n, views, blocks = self._sizes["Replica"], self._sizes["View"], self._sizes["Block"]
        faulty = rigid.get("faulty", [0] * n)
        self.world = deploy(
            rules,
            self._chain,
            self._candidates,
            n,
            scope.get("f", (n - 1) // 3),
            seed,
            faulty=[replica for replica, is_faulty in enumerate(faulty) if is_faulty],
            leaders=rigid.get("leader", [view % n for view in range(views)]),
            valid=[bool(accepted) for accepted in rigid.get("valid", [1] * blocks)],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        deed: Deed = make_event(_MAKERS, action, args)
        self.world, effects = deed(self.world)
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        committee, views = world.committee, range(self._sizes["View"])
        numbers = {
            block.header.digest(world.chain): b
            for b in range(self._sizes["Block"])
            for block in world.versions(views[-1], b)
        }
        at = {view: k for k, view in enumerate(world.views)}
        votes = [
            (vote.kind, (vote.voter, at[vote.view], numbers[vote.digest]))
            for vote in world.votes
            if signing.verify(committee.members[vote.voter], vote.signed_part(world.chain), vote.signature)
        ]
        reports = [
            (each.voter, at[each.view], self._told(each.lock))
            for each, _ in world.reports
            if signing.verify(committee.members[each.voter], each.signed_part(world.chain), each.signature)
        ]
        correct = [each for each in world.replicas if each.index not in world.faulty]
        decided = [(r, *self._decided(final)) for r, final in world.final.items()]
        true: dict[str, list[Index]] = {
            "left": [(each.index, k) for each in correct for k in views if world.views[k] < each.view],
            "proposed": [(at[view], world.number(block)) for view, block, _ in world.proposals],
            "prepares": [index for kind, index in votes if kind == VOTE],
            "commits": [index for kind, index in votes if kind == COMMIT],
            "decided": decided,
            "reports": [(r, k, *told) for r, k, told in reports if told],
            "reports_none": [(r, k) for r, k, told in reports if not told],
            "reports_upto": [(r, k, j) for r, k, told in reports for j in views if not told or told[0] <= j],
            "chosen": [(k, b) for _, k, b in decided],
        }
        true |= self._ghosts(votes, reports)
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], set(true[name])) for name in true}

    def _told(self, lock: Lock | None) -> tuple[int, int] | None:
        """View and block of a reported certificate."""
        return None if lock is None else (self.world.views.index(lock.view), self.world.number(lock.block))

    def _ghosts(
        self, votes: Sequence[tuple[str, Index]], reports: Sequence[tuple[int, int, tuple[int, int] | None]]
    ) -> dict[str, list[Index]]:
        """What correct replicas have acted on, and which certificates the adversary has reported where they count."""
        faulty, checked = self.world.faulty, self.world.rules.certificates_checked
        signed = {kind: {index[1:] for each, index in votes if each == kind and index[0] not in faulty}
                  for kind in (VOTE, COMMIT)}  # fmt: skip
        certified = signed[COMMIT] | {told for r, _, told in reports if told and checked and r in faulty}
        latest: dict[int, int] = {}
        for r, k, told in reports:
            if told and r not in faulty:
                latest[k] = max(latest.get(k, 0), told[0])
        blocks = range(self._sizes["Block"])
        return {
            "certified": list(certified),
            "accepted": list(signed[VOTE]),
            "dead": [(j, other) for k, b in signed[VOTE] for j in range(k) for other in blocks if other != b],
            "latest": list(latest.items()),
        }

    def _decided(self, final: FinalBlock) -> Index:
        """In which view, and which block: if the evidence is any."""
        world, header = self.world, final.block.header
        if (refusal := world.committee.finalises(header, final.evidence)) is not None:
            raise AssertionError(f"a block is appended on evidence that is none: {refusal.reason}")
        kind = COMMIT if world.rules.rounds == "two" else VOTE
        first, *_ = Certificate.decode(world.chain, final.evidence, kind).votes
        return world.views.index(first.view), world.number(final.block)


_MAKERS: Mapping[str, Callable[[Args], Deed]] = {
    "propose": lambda a: partial(honest.propose, k=a["k"], b=a["b"]),
    "equivocate": lambda a: partial(adversary.equivocate, k=a["k"], b=a["b"]),
    "prepare": lambda a: partial(honest.prepare, r=a["r"], k=a["k"], b=a["b"]),
    "commit": lambda a: partial(honest.commit, r=a["r"], k=a["k"], b=a["b"]),
    "decide": lambda a: partial(honest.decide, r=a["r"], k=a["k"], b=a["b"]),
    "leave_without_certificate": lambda a: partial(honest.leave, r=a["r"], k=a["k"]),
    "leave_with_certificate": lambda a: partial(honest.leave, r=a["r"], k=a["k"], j=a["j"], b=a["b"]),
    "sign_prepare": lambda a: partial(adversary.sign, kind=VOTE, r=a["r"], k=a["k"], b=a["b"]),
    "sign_commit": lambda a: partial(adversary.sign, kind=COMMIT, r=a["r"], k=a["k"], b=a["b"]),
    "deny_certificates": lambda a: partial(adversary.report, r=a["r"], k=a["k"]),
    "report_certificate": lambda a: partial(adversary.report, r=a["r"], k=a["k"], j=a["j"], b=a["b"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "left": ("Replica", "View"),
    "proposed": ("View", "Block"),
    "prepares": ("Replica", "View", "Block"),
    "commits": ("Replica", "View", "Block"),
    "decided": ("Replica", "View", "Block"),
    "reports": ("Replica", "View", "View", "Block"),
    "reports_none": ("Replica", "View"),
    "reports_upto": ("Replica", "View", "View"),
    "certified": ("View", "Block"),
    "accepted": ("View", "Block"),
    "dead": ("View", "Block"),
    "chosen": ("View", "Block"),
    "latest": ("View", "View"),
}
