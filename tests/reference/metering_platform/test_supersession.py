"""Which record is in force: of one line of records, by height and time, where they are chained; else anything."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from reference.metering_platform import supersession
from reference.metering_platform.client import content
from reference.metering_platform.issuing import record_body
from reference.metering_platform.records import Content, Record
from tests.reference.metering_platform.variants import CHARITABLE, HARDENED, NOW, VARIANTS, Town, table

SCHEMA = "equipment-traceability"
ABOUT = supersession.thing(SCHEMA, "e-1", 0)


def store(town: Town, energy: str, begins: int, ends: int | None = None, supersedes: str | None = None) -> str:
    body = record_body(
        town.rules, town.key("laboratory"), "e-1", table(SCHEMA, NOW - 10, energy),
        valid_from=begins, valid_until=ends, supersedes=supersedes,
    )  # fmt: skip
    return str(town.done("tester", "POST", "/records", body)["record"])


def in_force(town: Town, on: int, **more: int) -> str | None:
    query = {"subject": "e-1", "schema": SCHEMA, "on": on, **more}
    response = town.ask("bob", "GET", "/public/current", **query)
    return content(response)["record"]["record"] if response.status == 200 else None


def test_the_record_in_force_is_of_its_time_and_height() -> None:
    town = Town(HARDENED)
    first = store(town, "1", NOW, NOW + 100)
    height = town.state.height
    second = store(town, "2", NOW + 50, NOW + 200, supersedes=first)
    assert [in_force(town, NOW + t) for t in (-1, 0, 49, 50, 199, 200)] == [None, first, first, second, second, None]
    assert in_force(town, NOW + 60, height=height) == first
    history = content(town.ask("bob", "GET", f"/public/records/{first}/history"))["records"]
    assert [each["record"]["supersedes"] for each in history] == [None, first]


def test_a_record_names_the_last_of_its_line_and_is_its_issuers() -> None:
    town = Town(HARDENED)
    first = store(town, "1", NOW)
    second = store(town, "2", NOW + 5, supersedes=first)
    body = record_body(town.rules, town.key("laboratory"), "e-1", table(SCHEMA, NOW - 10, "3"), supersedes=first)
    assert town.refused("tester", "POST", "/records", body) == "supersession"
    assert town.refused("tester", "POST", "/records", {**body, "supersedes": None}) == "supersession"
    assert town.refused("reader", "POST", "/records", {**body, "supersedes": second}) == "authorisation"


def test_a_withdrawn_record_is_not_in_force_and_stays_on_the_chain() -> None:
    town = Town(HARDENED)
    first = store(town, "1", NOW)
    height = town.state.height
    assert town.refused("reader", "POST", f"/records/{first}/withdrawal") == "authorisation"
    town.done("tester", "POST", f"/records/{first}/withdrawal")
    assert town.refused("tester", "POST", f"/records/{first}/withdrawal") == "supersession"
    assert (in_force(town, NOW), in_force(town, NOW, height=height)) == (None, first)


def test_as_published_a_record_that_was_replaced_or_stored_late_is_the_answer() -> None:
    answers = {}
    for name, values in VARIANTS.items():
        town = Town(values, class_one="plain")
        old = store(town, "1", NOW - 100, NOW - 50)
        if name == "hardened":
            answers[name] = in_force(town, NOW) is None
            continue
        new = store(town, "2", NOW)
        late = store(town, "3", NOW - 200, NOW - 100)
        answers[name] = in_force(town, NOW) == {"literal": old}.get(name, late) != new
    assert all(answers.values()), answers


def test_readings_of_one_meter_stand_beside_each_other_and_are_corrected_one_by_one() -> None:
    town = Town(HARDENED)

    def read(time: int, energy: str, supersedes: str | None = None) -> str:
        reading = table("meter-reading", time, energy)
        body = record_body(town.rules, town.key("grid"), "m-1", reading, supersedes=supersedes)
        return str(town.done("reader", "POST", "/records", body)["record"])

    wrong, other = read(NOW - 20, "1"), read(NOW - 10, "2")
    right = read(NOW - 20, "3", wrong)
    shown = town.done("ann", "GET", "/meters/m-1/readings")["readings"]
    assert {each["record"]["record"] for each in shown} == {other, right}


def test_an_institutions_credit_is_the_part_of_its_equipment_within_its_period() -> None:
    town = Town(HARDENED)
    assert content(town.ask("bob", "GET", "/institutions/laboratory/credit"))["permille"] is None
    store(town, "1", NOW, NOW + 100)
    body = record_body(town.rules, town.key("laboratory"), "e-2", table(SCHEMA, NOW - 10, "1"), valid_until=NOW + 50)
    town.done("tester", "POST", "/records", body)
    permille = {}
    for later in (0, 60, 100):
        town.at = NOW + later
        permille[later] = content(town.ask("bob", "GET", "/institutions"))["institutions"][0]["permille"]
    assert permille == {0: 1000, 60: 500, 100: 0}
    assert town.refused("bob", "GET", "/institutions/grid/credit") == "supervision"


PERIODS = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: (min(pair), max(pair) + 1))


def _line(periods: list[tuple[int, int]]) -> list[Record]:
    return [
        Record(
            f"r{i}", "I", SCHEMA, "e-1", "laboratory", 0, begins, ends, None if i == 0 else f"r{i - 1}", Content(), 0, i
        )
        for i, (begins, ends) in enumerate(periods)
    ]


@given(st.lists(PERIODS, max_size=5), st.integers(0, 10), st.integers(0, 6))
@settings(max_examples=60)
def test_what_is_in_force_is_valid_then_and_superseded_by_nothing_that_has_begun(
    periods: list[tuple[int, int]], on: int, height: int
) -> None:
    line = _line(periods)
    known = [each for each in line if each.height < height]
    found = supersession.current("chained", line, ABOUT, on, height)
    expected = [
        each for i, each in enumerate(known)
        if each.valid_at(on) and not any(later.valid_from <= on for later in known[i + 1 :])
    ]  # fmt: skip
    assert [found] == expected if expected else found is None


def test_no_more_than_the_name_of_a_rule_decides_what_an_answer_is() -> None:
    line = _line([(0, 2), (5, 6), (1, 3)])
    rules = ("none", "latest-stored", "chained")
    assert [supersession.current(rule, line, ABOUT, 5) for rule in rules] == [line[0], line[2], None]
    assert CHARITABLE["supersession"] == "latest-stored"
