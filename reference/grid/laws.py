"""The editions of the law that a day is played under: which service's readings are shown to residents.

They are made up. The first shows readings for bills, and keeps those for the market to itself; each later one turns it
round. They are parsed from text like any other contract.
"""

from __future__ import annotations

from collections.abc import Mapping

from reference.grid.platform import data_of

HOUSEHOLD, SERVICE, READ, PLACE = "household", "metering", "read", "mainland"


def source(version: int, activation_height: int, services: tuple[str, ...]) -> bytes:
    """The file of an edition of this version, in force from this height on."""
    return written(version, activation_height, {each: releases(version, i) for i, each in enumerate(services)})


def releases(version: int, place: int) -> bool:
    """Whether the edition is to release the readings of the service at this place."""
    return bool((place + version) % 2)


def written(
    version: int, activation_height: int, released: Mapping[str, bool], act: str = "Grid Data Act (fictional)"
) -> bytes:
    """The file of an edition that says of each service whether its readings are released; `act` is the law."""
    words = "\n".join(f'{data_of(each)} = "readings of the service {each}"' for each in released)
    rules = "\n".join(
        f'[[rule]]\nid = "{data_of(each)}"\nlaw = "GDA s. {place + 1}"\ndata = "{data_of(each)}"\n'
        f'decision = "{"allow" if says else "deny"}"'
        for place, (each, says) in enumerate(released.items())
    )
    return f"""
contract = "grid"
version = {version}
activation_height = {activation_height}
authority = "a regulator (fictional)"
policy = "deny-overrides"
otherwise = "deny"
legal_time = "+00:00"
[laws]
GDA = "{act}"
[vocabulary.who]
{HOUSEHOLD} = "a final customer with a meter"
[vocabulary.service]
{SERVICE} = "readings of meters"
[vocabulary.action]
{READ} = "to see readings"
[vocabulary.data]
{words}
[vocabulary.jurisdiction]
{PLACE} = "the main grid"
[vocabulary.unit]
{rules}
""".encode()
