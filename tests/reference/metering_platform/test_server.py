"""The platform as a program: it serves over HTTP what it has in its store, and says why where it can't."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reference.metering_platform.__main__ import main
from reference.metering_platform.client import Client, content
from reference.metering_platform.deploy import deploy
from reference.metering_platform.routing import Request
from reference.metering_platform.wire import over
from tests.reference.metering_platform.variants import CHARITABLE, rules

ROOT = Path(__file__).parents[3]
CHANGE = {"kind": "set-class", "change": {"schema": "meter-weather", "class": "I"}, "epoch": 0}


def test_what_can_t_be_served_is_said_with_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for arguments, why in (
            (["--variant", "softened"], "there is no metering-platform@softened"),
            (["--port", port], f"no server on 127.0.0.1:{port}"),
            (["--store", str(tmp_path)], "unable to open"),
        ):
            assert main(arguments) == 2
            assert why in capsys.readouterr().err


@contextmanager
def program(*arguments: str) -> Iterator[str]:
    """The URL of a platform that is a process of its own, and is killed at the end."""
    command = [sys.executable, "-m", "reference.metering_platform", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            yield process.stderr.readline().split()[2].removesuffix(",")
        finally:
            process.kill()


@pytest.mark.slow
def test_what_was_answered_over_http_is_there_after_the_program_was_killed(tmp_path: Path) -> None:
    kept = ("--variant", "published", "--reading", "shared", "--store", str(tmp_path / "store"))
    wallet = deploy(rules(CHARITABLE), 0).wallets["admin-grid"]
    tips = []
    for done in range(3):
        with program(*kept) as url, over(url) as send:
            admin, shown = Client(wallet, send), Request("GET", "/chain/status")
            assert content(send(shown))["height"] == done
            assert admin.ask("POST", "/proposals", 0, CHANGE).status == 201
            tips.append(content(send(shown))["tip"])
    assert len(set(tips)) == 3
