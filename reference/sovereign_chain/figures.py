"""Every number that Wang et al. print, beside what stands in the bytes here (dossier B4).

They are counts of a structure: the paper has no experiment, no threshold, no number of nodes and no difficulty.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace

from reference.crypto import encoding
from reference.crypto.encoding import Domain
from reference.figures import Figure, FigureVerdict
from reference.ledger.chain import GENESIS
from reference.sovereign_chain.binding import matrix_of, parts_in_hash
from reference.sovereign_chain.block import HEADER, Block, DataRecord, Header
from reference.sovereign_chain.services import SERVICES

_CHAIN = "figures"
_ID = "WA-B4"


def figures() -> tuple[Figure, ...]:
    """One row for each number of the paper, in the dossier's order."""
    return (_parts(), _header(), _services(), _LAYERS, _hash(), _TABLE_1, _UNPRINTED)


def _parts() -> Figure:
    published, hardened = (parts_in_hash(matrix_of(rule)) for rule in ("header", "all-parts"))
    return Figure(
        id=_ID,
        printed="six parts of a block",
        setting="4.2 and Fig. 3",
        ours=f"{len(published)}; a hash of the header binds {sum(published.values())} of them, one of all parts "
        f"{sum(hardened.values())}",
        verdict=_verdict(len(published) == 6),
        why="the count is that of the text; what a hash of the header leaves out can be changed (WA-C6)",
    )


def _header() -> Figure:
    names = [each.name for each in fields(Header)]
    return Figure(
        id=_ID,
        printed="six fields of a header: version, previous hash, timestamp, Merkle root, nonce, difficulty target",
        setting="4.2, third part",
        ours=f"{len(names)}: {', '.join(names)}",
        verdict=_verdict(len(names) == 6),
        why="nonce and target are there and have no rule, as no puzzle is described (WA-C7)",
    )


def _services() -> Figure:
    return Figure(
        id=_ID,
        printed="five service types, a chain for each",
        setting="3.2, 3.4 and Fig. 2; the text says that there can be more",
        ours=f"{len(SERVICES)}: {', '.join(SERVICES)}",
        verdict=_verdict(len(SERVICES) == 5),
        why="the chains that records are told apart by; how many nodes keep each is not printed (WA-C14)",
    )


def _hash() -> Figure:
    block = Block.build(_CHAIN, 0, GENESIS, 0, 0, DataRecord(1, (b"data",)))
    name, again = block.name(_CHAIN, "header"), block.name(_CHAIN, "header")
    header = encoding.encode(Domain(_CHAIN, HEADER), block.header.body())
    other = replace(block, header=replace(block.header, nonce=1)).name(_CHAIN, "header")
    return Figure(
        id=_ID,
        printed="the block header is hashed with SHA-256",
        setting="4.2",
        ours=f"{8 * len(name)} bits, of the header's {len(header)} bytes",
        verdict=_verdict(name == again == hashlib.sha256(header).digest() != other),
        why="the hash of the reference is that function; it is not worked for, so that all later headers can be made "
        "anew at the cost of a hash each (WA-C7)",
    )


def _verdict(holds: bool) -> FigureVerdict:
    return "agrees" if holds else "contradicted"


_LAYERS = Figure(
    id=_ID,
    printed="four named layers: data acquisition, processing and consensus, smart contract, application",
    setting="section 3",
    ours="not counted",
    verdict="not reproducible",
    why="names in a drawing; where one layer ends is told by nothing that is sent or stored",
)
_TABLE_1 = Figure(
    id=_ID,
    printed="five indices, each weak or strong: security, sharing, efficiency, non-changeability, confidentiality",
    setting="Table 1",
    ours="not measured",
    verdict="not reproducible",
    why="words without measure, data or threat model; what holds of each is for properties and attacks (WA-C22)",
)
_UNPRINTED = Figure(
    id=_ID,
    printed='no experiment, no number for "most other nodes", no number of nodes, no difficulty',
    setting="the whole paper",
    ours="each is a rule or a size here, and in the result where it was used",
    verdict="not reproducible",
    why="nothing is printed that could be set up again",
)
