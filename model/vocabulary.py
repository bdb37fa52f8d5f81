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
Device = Sort("Device", "an edge device, which keeps keys of the meters around it")
Version = Sort("Version", "the number of a record of one meter's key; each supersedes those before it", ordered=True)
Query = Sort("Query", "somebody's question which record of a key is in force")
Move = Sort("Move", "a migration of a meter's bundle from one device to another")
Place = Sort("Place", "room at an edge device for what it keeps of one meter")
Credit = Sort("Credit", "a migration that the join of one meter may bring about")
Demand = Sort("Demand", "what has to be carried from one edge device to another; all demands need the same capacity")
Hop = Sort("Hop", "a step of a route; as many as a route may have", ordered=True)
Channel = Sort("Channel", "capacity for one demand on the link between two edge devices")
Tick = Sort("Tick", "a share of a route's bound on its delay, as much as a slow device takes")

NET = "NET"
"""Dolev-Yao network: drop, delay, duplicate, reorder, inject; cryptography is perfect."""
BYZ = "BYZ"
"""Faulty replicas do anything that they can sign for; corruption is static."""
TRANSFER = "TRANSFER"
"""Whoever performs the transfer to the MDMS, the database included, is dishonest (IS-C10)."""
EDGE = "EDGE"
"""Data concentrators, or edge devices, are corrupted: the adversary sees all that they store and relay."""
PEER = "PEER"
"""One curious peer follows the protocol and keeps what it has seen while it executed the contract."""
LEDGER = "LEDGER"
"""The adversary reads one full replica's ledger, and can send messages of its own like anybody else."""
PRIV = "PRIV"
"""The decryption keys that the MDMS has at some moment come into the adversary's hands."""
HASH = "HASH"
"""Enough computing power to solve puzzles at will."""
CR = "CR"
"""Devices crash: they stop for good, or start again with what they had in stable storage."""
KEY = "KEY"
"""Copies of keys that are in force come into the adversary's hands; their meters keep theirs."""
LOST = "LOST"
"""A meter loses its private keys, and nobody gets them."""
CHURN = "CHURN"
"""Meters come, go and move as they like, and so do demands; whoever joins may be a device of the adversary's."""
LINK = "LINK"
"""Links between edge devices fail and come back."""
