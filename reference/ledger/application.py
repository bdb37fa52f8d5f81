"""What a ledger asks of the application whose blocks it orders, and of the rules that replicas obey."""

from __future__ import annotations

from typing import Literal, Protocol

from reference.ledger.chain import Block, Counted
from reference.ledger.effects import Refused

Carried = Literal["none", "any", "highest"]


class Application(Protocol):
    """A replica's own copy of the application's state before the next block."""

    @property
    def root(self) -> bytes:
        """The digest of the state, 32 bytes, which the next block's header names."""

    def audit(self, block: Block) -> Refused | None:
        """Why a correct replica finds the block invalid; None if it does not."""


class ReplicaRules(Protocol):
    """The rules of a spec that a replica obeys; see `model.consensus`."""

    @property
    def vote_once(self) -> bool:
        """A replica answers one candidate of a height and view only (IS-C17)."""

    @property
    def counted(self) -> Counted:
        """Whether any response counts, or only positive votes for the same block (IS-C16)."""

    @property
    def carried(self) -> Carried:
        """What binds the leader of a later view: nothing, any certificate, or the latest of a quorum's (IS-C17)."""

    @property
    def certificates_checked(self) -> bool:
        """A reported certificate counts only with its quorum of votes (IS-C18)."""
