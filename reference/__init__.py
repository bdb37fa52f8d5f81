"""bc-ami with real bytes: pure step functions over frozen states, the one permitted second telling of the rules.

Every party is a function `(state, event) -> (state, effects)`. A party that does not accept an event returns its state
unchanged and one `Refused`; nothing here raises on what an adversary may send.
"""
