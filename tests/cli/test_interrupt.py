"""Ctrl-C in a large search: exit code 130, the finished rows, and how far the last one came."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from tests.cli.signals import listen

ROOT = Path(__file__).parents[2]
MODELS = '''
from examples.two_phase_commit import RM, TwoPhaseCommit
from meterproof.lang import Protocol, action, exists, reachable, require, var


class Small(Protocol):
    seen = var(RM)

    @action
    def see(s, rm: RM):
        require(~s.seen[rm])
        return s.set(seen={rm: True})

    @reachable
    def anybody(s):
        return exists(RM, lambda rm: s.seen[rm])


class Large(TwoPhaseCommit):
    """Ten managers have sixty million states."""
'''
PATIENCE = 300
"""Seconds for the first progress to be shown, for which compiled code may have to be made."""


def wait_for(text: bytes, terminal: int) -> None:
    """Read what is shown on a terminal until the text comes."""
    shown = b""
    while text not in shown:
        ready, _, _ = select.select([terminal], [], [], PATIENCE)
        assert ready, f"{text!r} does not come, only {shown!r}"
        shown += os.read(terminal, 4096)


def drain(terminal: int) -> None:
    """Read what else is shown until nobody writes any more: a full terminal would hold its writers up."""
    with suppress(OSError):
        while os.read(terminal, 4096):
            pass


def test_a_large_search_can_be_interrupted(tmp_path: Path) -> None:
    """Progress is shown on a terminal, and the signal is sent once it shows that the large search is under way."""
    (tmp_path / "models.py").write_text(MODELS)
    terminal, end = pty.openpty()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "300", "TERM": "xterm"}
    check = "import sys; from meterproof.cli import main; sys.exit(main())"
    arguments = ["check", "models.py", "--scope", "RM=10", "--method", "explore", "--memory", "2"]
    with subprocess.Popen(
        [sys.executable, "-c", check, *arguments],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=end,
        text=True,
        preexec_fn=listen,
    ) as process:
        wait_for(b"all_commit: depth", terminal)
        reader = threading.Thread(target=drain, args=(terminal,), daemon=True)
        reader.start()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE)
    os.close(end)
    reader.join(PATIENCE)
    os.close(terminal)
    assert process.returncode == 130
    assert "exhausted, 1,024 states" in out
    assert "? unknown" in out and "consistent" not in out
    visited = re.search(r"explore: unknown, interrupted; ([\d,]+) states were visited", out)
    assert visited is not None and int(visited[1].replace(",", "")) > 0
