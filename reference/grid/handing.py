"""What is handed to the platform: a final block of a service chain with its proofs, or one that somebody made up."""

from __future__ import annotations

from dataclasses import replace

from reference.bc_ami import database
from reference.bc_ami.database import Database
from reference.bc_ami.mdms import Mdms
from reference.bc_ami.messages import Envelope, Recipient, RegisteredKey, Usage
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.grid.service_chain import ServiceChain
from reference.ledger.chain import COMMIT, Block, Certificate, FinalBlock, Vote
from reference.ledger.effects import Sent


def bundled(chain_id: str, pair: KeyPair, final: FinalBlock, app: ServiceChain) -> bytes:
    """A block as whoever has this key hands it over; `app` has the keys that the block's header names."""
    height = final.block.header.height
    store = Database(chain_id, pair, (final,), first=height, reports=app.contract.chain)
    _, effects = database.step(store, database.Transfer(height, app.contract))
    return next(each.data for each in effects if isinstance(each, Sent))


def made_up(
    mdms: Mdms, pair: KeyPair, app: ServiceChain, recipient: Recipient, hid: bytes, usage: Usage, randomness: Randomness
) -> bytes:
    """A block that `mdms` would take next, with a report of the meter `hid`, handed over by whoever has this key.

    Report and certificate are made with a key of the forger's own: all votes are his.
    """
    chain_id, forger = mdms.committee.chain, KeyPair.generate(randomness.child("key"))
    data = recipient.report(hid, forger, usage, randomness.child("report"), 0).encode(recipient.chain)
    leaf = Envelope(data, ()).encode(recipient.chain)
    contract = replace(app.contract, registrations=((hid, RegisteredKey(0, forger.public)),))
    block = Block.build(mdms.cursor, 0, mdms.last, (leaf,), contract.root)
    own = Vote.make(chain_id, 0, block.header, True, forger, kind=COMMIT)
    votes = tuple(replace(own, voter=member) for member in range(mdms.committee.needed))
    final = FinalBlock(block, Certificate(votes).encode(chain_id))
    return bundled(chain_id, pair, final, replace(app, contract=contract))
