"""Primitives that every protocol uses: canonical encoding, ECDSA, sealing, Merkle trees, and seeded randomness."""
