"""An agreed ledger with real bytes, for any application: blocks, votes, certificates, and PBFT's change of view.

What the blocks hold is the application's business; see `application`.
"""
