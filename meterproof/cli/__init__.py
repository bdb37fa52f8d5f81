"""The command line: one file a verb. `main` turns errors into messages and exit codes.

Exit codes: 0 all as expected; 1 something is not; 2 the input is wrong; 130 interrupted.
"""

from meterproof.cli.main import main

__all__ = ["main"]
