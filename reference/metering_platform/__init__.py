"""metering-platform with real bytes: a pure `handle(state, request) -> (state, response)` behind two interfaces.

The platform is one frozen value; its chain is that of the other protocols' ledger. Every route is an entry of one
table, and every decision one function's. A request that is not answered leaves the state as it was, and nothing here
raises on what an adversary may send.
"""
