"""Hypothesis draws the same examples in every run, so a test that passes here passes everywhere."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
