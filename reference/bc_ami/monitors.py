"""Run-time monitors of bc-ami: they keep their own books of what meters emitted and what the MDMS recorded.

A monitor sees effects and messages, as an auditor beside the parties would; it takes no party's word for anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from reference.bc_ami import adversary
from reference.bc_ami.concentrator import Concentrator
from reference.bc_ami.contract import Contract
from reference.bc_ami.effects import Effects, Recorded
from reference.bc_ami.messages import Usage
from reference.bc_ami.meter import Meter

Verdict = Literal["held", "violated"]


class ReadingMonitor:
    """IS-P5 (authentication) and IS-P4 (injective agreement): is each record of the MDMS an emission of a meter?"""

    def __init__(self) -> None:
        self._emitted: Counter[tuple[bytes, Usage]] = Counter()
        self._recorded: Counter[tuple[bytes, Usage]] = Counter()

    def emitted(self, hid: bytes, usage: Usage) -> None:
        """A meter has reported this."""
        self._emitted[hid, usage] += 1

    def observed(self, effects: Effects) -> None:
        """The MDMS has done this; only its records matter here."""
        for effect in effects:
            if isinstance(effect, Recorded):
                self._recorded[effect.hid, Usage(effect.kwh, effect.time)] += 1

    @property
    def authentication(self) -> Verdict:
        """IS-P5: every record is of a report that this meter made, with this reading and this time."""
        return _verdict(all(record in self._emitted for record in self._recorded))

    @property
    def injective_agreement(self) -> Verdict:
        """IS-P4: besides, no report was recorded more often than it was made."""
        return _verdict(all(count <= self._emitted[record] for record, count in self._recorded.items()))


def key_exclusivity(meters: Iterable[Meter], relays: Iterable[Concentrator], contract: Contract, chain: str) -> Verdict:
    """IS-P6: no meter's private key can be read by a relay (EDGE), a peer (PEER) or another meter."""
    held = Counter(pair.public for meter in meters for pair in meter.keys)
    relayed = (adversary.key_in_answer(chain, answer) for relay in relays for answer in relay.relayed)
    exposed = {pair.public for pair in relayed if pair is not None} | {pair.public for _, pair in contract.executed}
    return _verdict(not any(public in exposed or holders > 1 for public, holders in held.items()))


def _verdict(held: bool) -> Verdict:
    return "held" if held else "violated"
