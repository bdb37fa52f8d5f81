"""Run-time monitors of bc-ami: they keep their own books of what meters emitted and what the MDMS recorded.

A monitor sees effects and messages, as an auditor beside the parties would; it takes no party's word for anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal

from reference.bc_ami import adversary
from reference.bc_ami.concentrator import Concentrator
from reference.bc_ami.contract import Contract
from reference.bc_ami.effects import Recorded
from reference.bc_ami.messages import Usage
from reference.bc_ami.meter import Meter
from reference.ledger.effects import Effects

Verdict = Literal["held", "violated"]


Said = tuple[bytes, Usage]
"""A meter's HID, and what it reported."""


class ReadingMonitor:
    """IS-P5 (authentication) and IS-P4 (injective agreement): is each record of the MDMS an emission of a meter?

    It holds the emissions that are not recorded yet. Those that are it hands out by `settle`, and afterwards asks for
    one by `settled`, so that they can be kept on a disk: only a record that nobody expects makes it ask.
    """

    def __init__(self, settled: Callable[[Said], bool] = lambda said: False) -> None:
        self._settled = settled
        self._outstanding: Counter[Said] = Counter()
        self._recorded: dict[Said, None] = {}
        self._authentic = self._injective = True

    def emitted(self, hid: bytes, usage: Usage) -> None:
        """A meter has reported this."""
        self._outstanding[hid, usage] += 1

    def observed(self, effects: Effects) -> None:
        """The MDMS has done this; only its records matter here."""
        for effect in effects:
            if isinstance(effect, Recorded):
                self._record((effect.hid, Usage(effect.kwh, effect.time)))

    def _record(self, said: Said) -> None:
        if self._outstanding[said]:
            self._outstanding[said] -= 1
            self._recorded[said] = None
        else:
            self._injective = False
            self._authentic &= said in self._recorded or self._settled(said)
        if not self._outstanding[said]:
            del self._outstanding[said]

    def settle(self) -> tuple[Said, ...]:
        """The emissions recorded since the last time; from now on `settled` must know them."""
        said = tuple(self._recorded)
        self._recorded.clear()
        return said

    @property
    def outstanding(self) -> Iterable[tuple[Said, int]]:
        """The emissions that are not recorded yet, and how often each was made."""
        return self._outstanding.items()

    def restore(self, outstanding: Iterable[tuple[Said, int]], *, authentic: bool, injective: bool) -> None:
        """Go on from what an earlier monitor had seen and settled."""
        self._outstanding = Counter(dict(outstanding))
        self._authentic, self._injective = authentic, injective

    @property
    def authentication(self) -> Verdict:
        """IS-P5: every record is of a report that this meter had made, with this reading and this time."""
        return _verdict(self._authentic)

    @property
    def injective_agreement(self) -> Verdict:
        """IS-P4: besides, no report was recorded more often than it was made."""
        return _verdict(self._injective)


def key_exclusivity(meters: Iterable[Meter], relays: Iterable[Concentrator], contract: Contract, chain: str) -> Verdict:
    """IS-P6: no meter's private key can be read by a relay (EDGE), a peer (PEER) or another meter."""
    held = Counter(pair.public for meter in meters for pair in meter.keys)
    relayed = (adversary.key_in_answer(chain, answer) for relay in relays for answer in relay.relayed)
    exposed = {pair.public for pair in relayed if pair is not None} | {pair.public for _, pair in contract.executed}
    return _verdict(not any(public in exposed or holders > 1 for public, holders in held.items()))


def _verdict(held: bool) -> Verdict:
    return "held" if held else "violated"
