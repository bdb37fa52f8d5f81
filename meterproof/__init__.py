"""The workbench: write a protocol once, then explore, schedule, prove, execute, attack and audit it."""

__version__ = "0.1.0"
