"""Traces: runs of a finite instance, re-run on the interpreter, shown as sentences, stored as ITF.

`lasso` says when a run that never ends violates a promise; `trace` holds the run, and every other file shows it.
"""
