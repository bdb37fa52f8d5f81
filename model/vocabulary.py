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
Person = Sort("Person", "a legal person who takes part in the power market")
Id = Sort("Id", "an identity that the registration centre issues")
Chain = Sort("Chain", "the chain of one service type")
Node = Sort("Node", "a processing and consensus node")
Seat = Sort("Seat", "a place in a validator set; all sets have the same number of them")
Roster = Sort("Roster", "a validator set: which node sits in which seat")
Council = Sort("Council", "a validator set of one chain; the first is the one to begin with", ordered=True)
Record = Sort("Record", "a record of power data, as its meter signs it")
Field = Sort("Field", "a field that every record has, such as the energy, the price or the user's name")
Value = Sort("Value", "what a field can say")
Institution = Sort("Institution", "a third party that data are given to for mining")
Purpose = Sort("Purpose", "what data are mined for")
Extract = Sort("Extract", "what is computed from the records of some persons, and given away")
Slot = Sort("Slot", "room for one event in a block")
Trade = Sort("Trade", "a sale of one quantity, as it is proposed once")
Quantity = Sort("Quantity", "what one seller can deliver in one interval, and sell once")
Entry = Sort("Entry", "what a chain can have as final at one height, such as the check of a trade")
Fact = Sort("Fact", "something that counts for or against one user: a settled trade, a default or a violation")
Operation = Sort("Operation", "an operation or a request for data, as a user may sign it; or the report of it")
Edition = Sort("Edition", "the number of a version of the contracts", ordered=True)
Clause = Sort("Clause", "a rule of the contracts, with the law that it cites")
Count = Sort("Count", "how many: zero, one and so on", ordered=True)
User = Sort("User", "somebody with an account on the platform")
Series = Sort("Series", "data of class II that go on being written, under one list of who may read them")
Custodian = Sort("Custodian", "who keeps data that are not on the chain")
Supplier = Sort("Supplier", "a supplier of power equipment")
Subledger = Sort("Subledger", "a part of the ledger that some members have, and others have not")
Statement = Sort("Statement", "a test of one supplier's, or a demand that is meant for one supplier")
Product = Sort("Product", "a piece of equipment that a supplier tests and delivers")
Notice = Sort("Notice", "a demand for equipment; those to one supplier in the order of their issue", ordered=True)
Change = Sort("Change", "of a member, a node, the map of sub-ledgers or a user's authority, as it is proposed")
Service = Sort("Service", "a micro-service of the platform, which checks the tokens that it gets by itself")
Interface = Sort("Interface", "a way to the platform's data; the paper has two, HTTP and a DLL")
Route = Sort("Route", "what a request is for, such as to read or to correct; a route of the HTTP interface")
Token = Sort("Token", "a token, named by all that it says")
Call = Sort("Call", "a request to a service, as its user makes it once")
Algorithm = Sort("Algorithm", "a way to sign tokens that the header of one can name")
Issuer = Sort("Issuer", "an institution that issues certificates")
Certificate = Sort("Certificate", "a certificate, by its number")
Content = Sort("Content", "what a table says, such as the information of a certificate")
File = Sort("File", "the bytes of a file, such as a scanned certificate")
Digest = Sort("Digest", "what a hash function makes of a file")
Text = Sort("Text", "bytes that are meant as JSON")
Parser = Sort("Parser", "a library that reads JSON, as a service or a client uses it")
Instrument = Sort("Instrument", "a measuring instrument that is verified, and verified again")
Schema = Sort("Schema", "a type of data")
Class = Sort("Class", "a security class; data of the first are open to all, of each later one to fewer", ordered=True)
Verifier = Sort("Verifier", "somebody who checks what a replica shows him of the chain")

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
ORIG = "ORIG"
"""The node that is the first to receive a record, and desensitises it, is dishonest."""
CENTER = "CENTER"
"""A centre that the text trusts does as it likes: the registrar, or whoever grants permissions and writes scripts."""
WARRANT = "WARRANT"
"""A warrant has the registrar tell which names of one person belong together."""
ADMIN = "ADMIN"
"""An administrator of the platform does whatever the management and configuration module lets one do."""
SUPPLIER = "SUPPLIER"
"""Suppliers put on the chain what they like of their own products."""
SWAP = "SWAP"
"""A dishonest supplier shows a measuring instrument another piece of equipment than the one it names."""
PORTAL = "PORTAL"
"""Users of the platform, with an account and no privilege, send whatever requests and tokens they like."""
SERVICE = "SERVICE"
"""Compromised services, other than the one that issues tokens, tell all that they have and do what they like."""
THEFT = "THEFT"
"""Tokens are stolen: from where browsers keep them, or with a URL from a log or from what browsers tell other sites."""
AUTHOR = "AUTHOR"
"""Institutions are dishonest: they may make two files of one MD5 digest, and sign what can be read in two ways."""
EDITOR = "EDITOR"
"""Whoever keeps a replica changes the blocks that are stored there."""
LEAK = "LEAK"
"""What custodians have at some moment comes into the adversary's hands."""
