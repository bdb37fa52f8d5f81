"""A data concentrator (DC, IS-R1): relays registrations, and collects endorsements for reports (IS-R2, R6, R14).

It is a client of the chain and no validator (IS-C24). It verifies nothing itself: the contract does (IS-R13).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reference.bc_ami.messages import ENVELOPE, RESPONSE, Endorsement, Envelope
from reference.ledger.effects import Effects, Refused, Sent


@dataclass(frozen=True)
class Concentrator:
    """`relayed` are the contract's answers that passed through it, as it saw them."""

    chain: str
    needed: int
    relayed: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class RelayResponse:
    """The contract's answer to a meter passes."""

    response: bytes


@dataclass(frozen=True)
class Collected:
    """The peers have answered a transaction."""

    transaction: bytes
    answers: tuple[Endorsement | Refused, ...]


Event = RelayResponse | Collected


def step(concentrator: Concentrator, event: Event) -> tuple[Concentrator, Effects]:
    """The concentrator's answer to an event; a refused event leaves it unchanged."""
    match event:
        case RelayResponse():
            after = replace(concentrator, relayed=(*concentrator.relayed, event.response))
            return after, (Sent(RESPONSE, event.response),)
        case Collected():
            given = tuple(each for each in event.answers if isinstance(each, Endorsement))
            if len(given) < concentrator.needed:
                why = next((each for each in event.answers if isinstance(each, Refused)), None)
                lacking = Refused("endorsements", f"{len(given)} of {concentrator.needed} endorsements", ("IS-R14",))
                return concentrator, (why or lacking,)
            envelope = Envelope(event.transaction, given[: max(concentrator.needed, 0)])
            return concentrator, (Sent(ENVELOPE, envelope.encode(concentrator.chain)),)
