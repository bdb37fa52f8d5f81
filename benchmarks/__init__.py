"""What is timed: `meterproof bench` runs these suites. A speed is asked for here, never asserted in a test.

Each suite is a function from the effort to rows, one at a time, as they are measured. Where another tool is timed
beside ours, both run alternately in the same minutes, so that their ratio stands even on a busy machine.
"""

from benchmarks import explore, prove, run, walk

SUITES = {"explore": explore.rows, "walk": walk.rows, "prove": prove.rows, "run": run.rows}
"""Suites by name, in the order in which they are run."""
