"""Contracts that are made for the occasion: each kind of data has a rule of its own, which allows or denies it.

They are parsed from text like any other, so that what the parties evaluate are real contracts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from meterproof.contracts import Contract, parse


def edition(number: int, denied: Sequence[bool]) -> Contract:
    """A contract of this number which denies or allows what asks for the data of each number, by its own rule."""
    return parse(source_of(number + 1, number, denied), Path("made for the occasion"))


def source_of(version: int, activation_height: int, denied: Sequence[bool]) -> bytes:
    """The file of such a contract, in this version and from this height on."""
    words = "\n".join(f'data-{each} = "data of the kind {each}"' for each in range(len(denied)))
    rules = "\n".join(
        f'[[rule]]\nid = "rule-{each}"\nlaw = "LAW s. {each}"\ndata = "data-{each}"\n'
        f'decision = "{"deny" if is_denied else "allow"}"'
        for each, is_denied in enumerate(denied)
    )
    text = f"""
contract = "occasion"
version = {version}
activation_height = {activation_height}
authority = "nobody"
policy = "deny-overrides"
otherwise = "escalate"
legal_time = "+00:00"
[laws]
LAW = "a law"
[vocabulary.who]
user = "the user"
[vocabulary.service]
data = "data"
[vocabulary.action]
read = "to see data"
submit = "to put data in"
[vocabulary.data]
{words}
[vocabulary.jurisdiction]
here = "here"
[vocabulary.unit]
{rules}
"""
    return text.encode()
