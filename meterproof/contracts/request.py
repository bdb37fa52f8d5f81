"""What is asked of a contract: who wants to do what with which data, where, how much and when, in words and integers.

Time is a count of minutes since 1970-01-01 00:00 in the contract's legal time, which has a fixed offset from UTC: a
zone database or a summer time would be an input on which two validators can differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from meterproof.errors import InputError, nearest

DAY = 24 * 60
"""Minutes of a day."""
ORIGIN = date(1970, 1, 1)
LAST_DAY = (date.max - ORIGIN).days
"""The last day that has a date, 9999-12-31, counted from 1970-01-01."""
MOST = 2**63 - 1
"""The largest amount."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_KEYS = ("who", "service", "action", "data", "jurisdiction")
_AMOUNT = re.compile(r"([0-9]+) ?([A-Za-z][A-Za-z0-9-]*)", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T]([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True)
class Amount:
    """A whole number of a unit such as Wh or cents. InputError unless 0 <= value < 2**63."""

    value: int
    unit: str

    def __post_init__(self) -> None:
        if type(self.value) is not int or not 0 <= self.value <= MOST:
            raise InputError(f"an amount of {self.value!r}", allowed=f"a whole number from 0 to {MOST}")


@dataclass(frozen=True)
class Request:
    """One request, in words of a contract's vocabulary. InputError when `at` is no minute from 1970 to 9999.

    Words that a contract does not know are no error here: it is the contract that says what becomes of them.
    """

    who: str
    service: str
    action: str
    data: str
    jurisdiction: str
    at: int
    amount: Amount | None = None

    def __post_init__(self) -> None:
        if type(self.at) is not int or not 0 <= self.at < (LAST_DAY + 1) * DAY:
            raise InputError(
                f"a request at minute {self.at!r}", allowed="minutes since 1970-01-01 00:00, up to the year 9999"
            )

    @property
    def unit(self) -> str | None:
        """The unit of the amount; None without an amount."""
        return None if self.amount is None else self.amount.unit

    @property
    def day(self) -> int:
        """Days since 1970-01-01."""
        return self.at // DAY

    @property
    def minute(self) -> int:
        """Minutes since midnight."""
        return self.at % DAY

    @property
    def weekday(self) -> int:
        """0 for Monday to 6 for Sunday."""
        return weekday(self.day)


def weekday(day: int) -> int:
    """The weekday of a day counted from 1970-01-01, a Thursday: 0 for Monday to 6 for Sunday."""
    return (day + 3) % 7


def moment(text: str) -> int:
    """The minute that `YYYY-MM-DD hh:mm` names. InputError for any other text."""
    found = _MOMENT.fullmatch(text.strip())
    allowed = "a date from 1970 on and a time of day, such as 2031-01-06 12:00"
    if found is None:
        raise InputError(f"{text!r} is no time", allowed=allowed)
    try:
        day = (date.fromisoformat(found[1]) - ORIGIN).days
    except ValueError as error:
        raise InputError(f"{text!r} is no time: {error}", allowed=allowed) from error
    if day < 0:
        raise InputError(f"{text!r} is before 1970", allowed=allowed)
    return day * DAY + int(found[2]) * 60 + int(found[3])


def read_request(text: str) -> Request:
    """The request that `who=household, service=..., action=..., data=..., jurisdiction=..., at=2031-01-06 12:00` is.

    `amount=5000 Wh` may be among them; the order is free. InputError for any other text.
    """
    allowed = ", ".join(
        (*(f"{key}=..." for key in _KEYS), "at=2031-01-06 12:00", "and, if there is one, amount=5000 Wh")
    )
    found: dict[str, str] = {}
    for part in text.split(","):
        key, equals, value = (each.strip() for each in part.partition("="))
        if not equals or not value or key not in (*_KEYS, "at", "amount"):
            hint = nearest(key, (*_KEYS, "at", "amount"))
            raise InputError(f"a request with {part.strip()!r}{hint}", allowed=allowed)
        if key in found:
            raise InputError(f"a request with {key} twice", allowed=allowed)
        found[key] = value
    if missing := [key for key in (*_KEYS, "at") if key not in found]:
        raise InputError(f"a request without {', '.join(missing)}", allowed=allowed)
    amount = _amount(found["amount"]) if "amount" in found else None
    return Request(**{key: found[key] for key in _KEYS}, at=moment(found["at"]), amount=amount)


def _amount(text: str) -> Amount:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise InputError(f"{text!r} is no amount", allowed="a whole number and a unit, such as 5000 Wh")
    return Amount(int(found[1]), found[2])


def spelled(request: Request) -> str:
    """The request as `read_request` takes it."""
    parts = [f"{key}={getattr(request, key)}" for key in _KEYS]
    if request.amount is not None:
        parts.append(f"amount={request.amount.value} {request.amount.unit}")
    return ", ".join([*parts, f"at={day_text(request.day)} {time_text(request.minute)}"])


def day_text(day: int) -> str:
    """A day counted from 1970-01-01 as `YYYY-MM-DD`."""
    return (ORIGIN + timedelta(days=day)).isoformat()


def time_text(minute: int) -> str:
    """A minute of the day as `hh:mm`."""
    return f"{minute // 60:02}:{minute % 60:02}"
