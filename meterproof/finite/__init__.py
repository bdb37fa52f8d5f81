"""Finite instances of a system, and their plain interpreter: the meaning that every engine is held to.

Layout: `scope` (sizes) <- `instance` (a system at a scope, rigids fixed) <- `interpret` (evaluate, step).
"""
