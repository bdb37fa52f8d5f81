"""The exploits, each runnable alone: `python -m attacks.replay`."""
