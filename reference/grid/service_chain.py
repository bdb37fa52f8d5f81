"""A service chain: it counts meters' reports of one service, by what it knows of the key chain (IS-R13, WA-R12, ZK-P5).

Reports, their signatures and what a block must be are bc-ami's; the registry that a block's header commits to is made
anew in each slot, from the chain's checkpoint of the key chain. The checkpoint stands first in it, so that the header
names what the block goes by.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.bc_ami import contract
from reference.bc_ami.contract import Contract
from reference.bc_ami.messages import Envelope, RegisteredKey, Transaction
from reference.crypto.encoding import Malformed
from reference.grid.chains import Followed, is_recent
from reference.grid.key_chain import KeyChain
from reference.grid.rules import BoundTo, KeyCheck
from reference.ledger.chain import Block
from reference.ledger.effects import Refused

Keys = tuple[tuple[bytes, RegisteredKey], ...]


@dataclass(frozen=True)
class ServiceChain:
    """The chain's state in a slot. `keys` is what it has of the key chain; `contract` has the keys that it goes by."""

    name: str
    key_check: KeyCheck
    delta: int
    contract: Contract
    keys: Followed[KeyChain]
    stands: Refused | None = None
    """Why the chain takes no reports in this slot, if it takes none."""

    @property
    def root(self) -> bytes:
        return self.contract.root

    def audit(self, block: Block) -> Refused | None:
        """Why this is not a valid next block; None if it is. Here each replica verifies the meters' signatures."""
        if (refusal := contract.audit(self.contract, block)) is not None:
            return refusal
        for leaf in block.leaves:
            if (refusal := self.unsigned(leaf)) is not None:
                return refusal
        return None

    def unsigned(self, leaf: bytes) -> Refused | None:
        """Why this is no report under a key that the chain goes by; None if it is. The leaf is an envelope."""
        try:
            domain = self.contract.chain
            transaction = Transaction.decode(domain, Envelope.decode(domain, leaf).transaction)
        except Malformed as malformed:
            return Refused("bound_to", str(malformed), ("GR-R6", "IS-R12"))
        refusal = contract.unsigned(self.contract, transaction)
        if refusal is None or refusal.rule != "signature":
            return refusal
        if self.stands is not None:
            return self.stands
        known = any(meter == transaction.hid for meter, _ in self.keys.app.ever)
        why = "the key is not the meter's by the chain's checkpoint" if known else "the chain knows no key of the meter"
        return replace(refusal, rule="key_check", reason=why, cites=("GR-R2", "IS-R13"))

    def refuses(self, leaf: bytes) -> Refused | None:
        """Why the leaf can't be in the next block; None if it can."""
        if (refusal := self.unsigned(leaf)) is not None:
            return refusal
        return contract.audit(self.contract, Block.build(0, 0, b"", (leaf,), self.root))

    def after(self, block: Block) -> ServiceChain:
        """The state once this block is complete."""
        return self.with_leaves(block.leaves)

    def with_leaves(self, leaves: tuple[bytes, ...]) -> ServiceChain:
        """The state in which these reports are counted."""
        block = Block.build(0, 0, b"", leaves, self.root)
        return replace(self, contract=contract.step(self.contract, contract.Committed(block))[0])

    def spoil(self, leaves: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """The leaves with one more that is no report."""
        return (*leaves, b"no envelope")

    def opened(self, slot: int, oldest: int, latest: int) -> ServiceChain:
        """The state at the beginning of a slot, whose reports are fresh from time `oldest` up to `latest`."""
        known = key_check(self.key_check, self.keys, slot, self.delta)
        stands = known if isinstance(known, Refused) else None
        keys: Keys = () if isinstance(known, Refused) else known
        active = {meter: tuple(key for of, key in keys if of == meter) for meter, _ in keys}
        checkpoint = (self.keys.previous, RegisteredKey(max(self.keys.covers, 0), b""))
        due = (oldest, latest)
        known_keys = replace(self.contract, active=active, registrations=(checkpoint, *keys), due=due)
        return replace(self, contract=known_keys, stands=stands)


def key_check(rule: KeyCheck, keys: Followed[KeyChain], slot: int, delta: int) -> Keys | Refused:
    """The keys that a service chain goes by in a slot, by what it has of the key chain (GR-R2)."""
    if rule == "as-enrolled":
        return keys.app.ever
    if rule == "recent" and not is_recent(keys.covers, slot, delta):
        return Refused("key_check", "no checkpoint of the key chain is recent enough", ("GR-R2", "WA-C13"))
    return keys.app.valid


def domain_of(rule: BoundTo, service: str) -> str:
    """The domain of a meter's signature: reports on any service chain, or on this one (GR-R6)."""
    return f"grid/{service}" if rule == "chain" else "grid"
