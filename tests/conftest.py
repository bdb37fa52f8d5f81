"""Hypothesis draws the same examples in every run, so a test that passes here passes everywhere.

Tables are as wide as where there is no terminal; pytest's workers would take over the width of the one they start from.
"""

from __future__ import annotations

import os

from hypothesis import settings

os.environ["COLUMNS"] = "130"

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
