"""Models held against real bytes: what a reference must offer, and playing a trace on it.

Layout: `bridge` (the contract between a study's reference and the workbench) <- `play` (a trace on a
reference, step by step) <- `attack` (an exploit: found by the model, played with real keys).
"""
