"""Sorts that several concerns share, and the adversary's capabilities (dossier 0.3)."""

from meterproof.lang import Sort

Meter = Sort("Meter", "a smart meter, named on the wire by its hashed identity")
Key = Sort("Key", "a signing key pair")
Epoch = Sort("Epoch", "the number of a key of one party, and of the sessions that use it", ordered=True)
Reading = Sort("Reading", "usage data of one interval")
Time = Sort("Time", "a timestamp or sequence number of one meter", ordered=True)
Height = Sort("Height", "a position in the ledger, or in the MDMS's records", ordered=True)
Replica = Sort("Replica", "a validator of the ordering service")
Block = Sort("Block", "a candidate block, named by its digest")
View = Sort("View", "a view, or round: one leader's turn at one height", ordered=True)
Peer = Sort("Peer", "a peer that executes the contract and endorses what comes of it")
Request = Sort("Request", "a request to register a key, as the contract gets it")
Concentrator = Sort("Concentrator", "a data concentrator between meters and contract")
Report = Sort("Report", "a report, sealed and signed; those of one meter in the order of their times", ordered=True)
Name = Sort("Name", "what stands for a meter's identity on the ledger")

NET = "NET"
"""Dolev-Yao network: drop, delay, duplicate, reorder, inject; cryptography is perfect."""
BYZ = "BYZ"
"""Faulty replicas do anything that they can sign for; corruption is static."""
TRANSFER = "TRANSFER"
"""Whoever performs the transfer to the MDMS, the database included, is dishonest (IS-C10)."""
EDGE = "EDGE"
"""One data concentrator is corrupted: the adversary sees all that it relays."""
PEER = "PEER"
"""One curious peer follows the protocol and keeps what it has seen while it executed the contract."""
LEDGER = "LEDGER"
"""The adversary reads one full replica's ledger, and can send messages of its own like anybody else."""
PRIV = "PRIV"
"""The decryption keys that the MDMS has at some moment come into the adversary's hands."""
