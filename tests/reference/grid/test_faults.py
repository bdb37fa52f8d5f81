"""What fails in a day: drawn by seed within bounds, or read from a file that is refused at the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meterproof.errors import InputError
from reference.bc_ami.faults import Episode
from reference.grid.faults import Field, devices_that_fail, script_of
from reference.grid.plan import DeviceFault, Lag

FIELD = Field(4, 7, ("billing", "node-0"), 48)


@given(
    crash=st.integers(0, 2), lie=st.integers(0, 2), device=st.integers(0, 2), outage=st.integers(0, 1),
    lag=st.integers(0, 3), seed=st.integers(0, 99),
)  # fmt: skip
@settings(max_examples=60)
def test_what_is_drawn_is_what_was_asked_for(
    crash: int, lie: int, device: int, outage: int, lag: int, seed: int
) -> None:
    spec = f"crash={crash},lie={lie},device={device},outage={outage},lag={lag}"
    if not crash + lie + device + outage + lag:
        with pytest.raises(InputError, match="no fault in"):
            script_of(spec, FIELD, seed)
        return
    found = script_of(spec, FIELD, seed)
    assert found == script_of(spec, FIELD, seed)
    assert sorted(e.kind for e in found.replicas.episodes) == ["crash"] * crash + ["lie"] * lie
    assert found.replicas.most_at_once <= FIELD.bound
    assert [d.until is None for d in found.devices] == [True] * device + [False] * outage
    assert len({d.device for d in found.devices}) == device + outage == devices_that_fail(spec)
    assert all(FIELD.replicas <= d.device < FIELD.devices for d in found.devices), "a replica fails as a replica"
    assert len(found.lags) == lag
    spans = [(e.first, e.until) for e in (*found.devices, *found.lags) if e.until is not None]
    assert all(0 <= first < until <= FIELD.slots for first, until in spans)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("nap=1", "faults 'nap=1'"),
        ("devise=1", "did you mean 'device'"),
        ("crash", "faults 'crash'"),
        ("lag=1,lag=1", "faults 'lag=1'"),
        ("device=4", "4 devices fail"),
        ("crash=20", "need 60 slots, not 48"),
        ("lag=20", "20 faults need 80 slots"),
        ("device=1,at-once=1", "at-once without a replica"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(spec: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        script_of(spec, FIELD, 0)


def episode(**values: object) -> str:
    def told(value: object) -> str:
        return f'"{value}"' if isinstance(value, str) else str(value)

    return "\n".join(["[[episode]]", *(f"{name} = {told(value)}" for name, value in values.items())]) + "\n"


def test_a_file_says_each_episode(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(
        episode(kind="lie", replica=2, first=3, until=5)
        + episode(kind="device", device=6, first=4)
        + episode(kind="outage", device=5, first=4, until=9)
        + episode(kind="lag", reader="billing", first=1, until=48)
    )
    found = script_of(str(path), FIELD, 0)
    assert found.replicas.episodes == (Episode("lie", 2, 3, 5),)
    assert found.devices == (DeviceFault(6, 4), DeviceFault(5, 4, 9)) and found.lags == (Lag("billing", 1, 48),)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (episode(kind="nap", replica=0, first=0, until=1), 2, "there is no fault 'nap'"),
        (episode(kind="crash", replica=4, first=0, until=1), 3, "replica is 4"),
        (episode(kind="crash", replica=0, first=0, until=49), 5, "until is 49"),
        (episode(kind="crash", replica=0, first=3, until=3), 5, "until is 3"),
        (episode(kind="crash", replica=0, first=0), 1, "'until' is missing"),
        (episode(kind="device", device=0, first=0, until=3), 5, "'until' is none of a device"),
        (episode(kind="device", device=7, first=0), 3, "device is 7"),
        (episode(kind="lag", reader="nobody", first=0, until=3), 3, "no reader 'nobody'"),
        ("# nothing\nx = 1\n", 2, "no plan of faults"),
        ("[[episode]]\nkind = \n", 2, "not TOML"),
    ],
)
def test_a_file_is_refused_at_the_line_that_is_wrong(text: str, line: int, message: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as refused:
        script_of(str(path), FIELD, 0)
    assert refused.value.line == line


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        script_of(str(tmp_path / "none.toml"), FIELD, 0)
