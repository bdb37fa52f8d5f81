"""The protocols with real bytes: the one permitted second telling of the rules, held to the model both ways.

`crypto` has what every protocol needs (canonical encoding, signatures, sealing, Merkle trees, seeded randomness),
`ledger` an agreed ledger of blocks and certificates, `placement`, `queueing` and `routing` what edge devices plan,
`bridge` what bridges share, and one folder a protocol its parties, worlds, bridges and pipeline.
"""
