"""The public credit of verification institutions, computed from what the chain has of them (ZD-R11, ZD-R12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reference.metering_platform import supersession
from reference.metering_platform.documents import Json
from reference.metering_platform.records import Record
from reference.metering_platform.routing import OPEN, Call, Denied, Reply, Route
from reference.metering_platform.schemas import COUNT, NAME, list_of, nullable, record_of
from reference.metering_platform.state import PlatformState

TRACEABILITY = "equipment-traceability"
CREDIT = record_of(
    {
        "institution": NAME,
        "records": COUNT,
        "withdrawn": COUNT,
        "equipment": COUNT,
        "in_period": COUNT,
        "permille": nullable({"type": "integer", "minimum": 0, "maximum": 1000}),
    }
)
CREDITS = record_of({"institutions": list_of(CREDIT)})


@dataclass(frozen=True)
class Credit:
    """An institution's records, how many of them it withdrew, its equipment, and how much of that is within its period.

    A period of an equipment is that of the traceability record in force about it: whoever lets it lapse loses credit.
    """

    institution: str
    records: int
    withdrawn: int
    equipment: int
    in_period: int

    @property
    def permille(self) -> int | None:
        """Equipment within its period, of a thousand; None for an institution without equipment."""
        return None if self.equipment == 0 else 1000 * self.in_period // self.equipment

    def to_json(self) -> dict[str, Json]:
        return {
            "institution": self.institution,
            "records": self.records,
            "withdrawn": self.withdrawn,
            "equipment": self.equipment,
            "in_period": self.in_period,
            "permille": self.permille,
        }


def credit_of(state: PlatformState, institution: str, at: int) -> Credit:
    """The institution's credit at this time, by the chain as it is."""
    own = [each for each in state.records.values() if each.issuer == institution]
    equipment = {each.subject for each in own if each.schema == TRACEABILITY}
    in_period = sum(_in_period(state.records.values(), state, each, at) for each in equipment)
    withdrawn = sum(each.withdrawn is not None for each in own)
    return Credit(institution, len(own), withdrawn, len(equipment), in_period)


def _in_period(records: Iterable[Record], state: PlatformState, equipment: str, at: int) -> bool:
    about = supersession.thing(TRACEABILITY, equipment, at)
    found = supersession.current(state.rules.supersession, records, about, at)
    return found is not None and found.valid_at(at)


def credit(call: Call) -> Reply:
    member = call.state.members.get(call.path["member"])
    if member is None or member.kind != "institution":
        raise Denied(404, "supervision", "there is no such institution", ("ZD-R11",))
    return Reply(200, credit_of(call.state, member.member, call.at).to_json())


def credits(call: Call) -> Reply:
    state = call.state
    institutions = [each.member for each in state.members.values() if each.kind == "institution" and each.valid]
    return Reply(200, {"institutions": [credit_of(state, each, call.at).to_json() for each in institutions]})


ROUTES = (
    Route("GET", "/institutions", "credits", "Credit of all institutions", "overview", credits, {200: CREDITS}, OPEN,
          cites=("ZD-R11", "ZD-R12")),
    Route("GET", "/institutions/{member}/credit", "credit", "Credit of an institution", "overview", credit,
          {200: CREDIT}, OPEN, cites=("ZD-R11", "ZD-R12")),
)  # fmt: skip
