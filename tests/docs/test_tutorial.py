"""Pages of docs/ work as they are written: their blocks are carried out in order, in an empty folder outside the study.

What an audit compares is committed: its page is carried out in a copy of the study, of which there is one commit.

- ```` ```python FILE ```` and ```` ```toml FILE ```` begin the file or go on in it;
- ```` ```diff FILE ```` changes one place of the file, which its context must name without doubt;
- ```` ```console ```` lists commands after `$`, each with what it prints, on stdout and stderr together.

What a command prints is compared whole, but for seconds and for the path of the folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.audit.ballots import commit
from tests.audit.seeded import study

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```(?P<info>.*)\n(?P<body>(?:.*\n)*?)```$", re.MULTILINE)
_PROMPT = "$ "


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file that it is about (or ""), its text, and the line where it begins."""

    language: str
    file: str
    body: str
    line: int


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for found in _BLOCK.finditer(text):
        language, _, file = found["info"].partition(" ")
        yield Block(language, file, found["body"], text.count("\n", 0, found.start()) + 1)


def changed(text: str, diff: str) -> str:
    """The text with the lines of a diff without headers exchanged, at the one place where they stand."""
    lines = diff.splitlines(keepends=True)
    assert all(line[0] in " +-" for line in lines if line.strip()), "each line of a diff starts with ' ', '+' or '-'"
    old = "".join(line[1:] for line in lines if line[0] in " -")
    new = "".join(line[1:] for line in lines if line[0] in " +")
    assert text.count(old) == 1, f"these lines stand {text.count(old)} times in the file, not once:\n{old}"
    return text.replace(old, new)


def commands(body: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with what the page says it prints."""
    for part in body.removeprefix(_PROMPT).split(f"\n{_PROMPT}"):
        command, _, printed = part.partition("\n")
        yield command, printed


def carry_out(command: str, folder: Path, last: int) -> tuple[int, str]:
    """Exit code and output of a command; `$?` is the exit code of the one before."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "FORCE_COLOR", "PYTEST_ADDOPTS")}
    done = subprocess.run(
        ["sh", "-c", command.replace("$?", str(last))], cwd=folder, env=environment | {"PATH": path}, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout


def plain(printed: str, folder: Path) -> list[str]:
    """Lines of output without what differs from one machine and run to another."""
    printed = printed.replace(f"{folder.resolve()}{os.sep}", "").replace(f"{folder}{os.sep}", "")
    return [re.sub(r"\d+\.\d+ ?s\b", "_ s", line).rstrip() for line in printed.strip("\n").splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "least"), [("tutorial.md", 6), ("liveness.md", 2), ("contracts.md", 10), ("audit.md", 7)]
)
def test_a_page_does_what_it_says(page: str, least: int, tmp_path: Path) -> None:
    """Every block of the page is carried out; every output is the one that the page shows."""
    code, compared = 0, 0
    if page == "audit.md":
        tmp_path = study(tmp_path / "study")
        commit(tmp_path, "Begin")
    for block in blocks((DOCS / page).read_text(encoding="utf-8")):
        target = tmp_path / block.file
        if block.language in ("python", "toml"):
            before = target.read_text(encoding="utf-8") + "\n" if target.exists() else ""
            target.write_text(before + block.body, encoding="utf-8")
        elif block.language == "diff":
            target.write_text(changed(target.read_text(encoding="utf-8"), block.body), encoding="utf-8")
        else:
            assert block.language == "console", f"line {block.line}: a block of the unknown kind {block.language!r}"
            for command, printed in commands(block.body):
                code, output = carry_out(command, tmp_path, code)
                where = f"docs/{page}, block of line {block.line}: {command}"
                assert plain(output, tmp_path) == plain(printed, tmp_path), where
                compared += 1
    assert compared >= least, "the page has lost its commands"
