"""The script that a contract makes of a block's data, and which edition of the contract it is (WA-R10, WA-C12).

What a script is, the text does not say. Here it names the edition in force, by number and by the hash of its meaning,
and the data: a function of both, so that whoever knows the edition can work it out again.
"""

from __future__ import annotations

from dataclasses import dataclass

from meterproof.contracts import Contract, digest
from reference.crypto import encoding
from reference.crypto.encoding import Domain
from reference.sovereign_chain.block import DataRecord

SCRIPT = "script"


@dataclass(frozen=True)
class Edition:
    """One version of a contract: its number, and 32 bytes that tell its meaning from any other."""

    number: int
    digest: bytes

    @staticmethod
    def of(contract: Contract) -> Edition:
        return Edition(contract.version, bytes.fromhex(digest(contract)))

    def script(self, chain_id: str, record: DataRecord) -> bytes:
        """What this edition makes of the block's service type and data."""
        return encoding.encode(Domain(chain_id, SCRIPT), [self.number, self.digest, record.root])
