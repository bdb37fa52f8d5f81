"""Traces: runs of a finite instance, re-run on the interpreter, shown as sentences, stored as ITF."""
