"""In a real browser: a run is stepped through with the keyboard, a link opens it at a step, and nothing is wider than a
phone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from meterproof.report.checks import check_page
from tests.report.pages import RULES, checks, read

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium here; the other tests read pages by a parser")

PRESS = """
const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
const told = [];
const look = () => {
  const run = document.querySelector(".explorer");
  told.push([
    document.querySelector(".explorer").closest("details").open,
    [...run.querySelectorAll(".step:not([hidden])")].map((s) => s.dataset.step).join(),
    [...run.querySelectorAll("tr.changed code")].map((c) => c.textContent).join(),
    [...run.querySelectorAll(".wide .row.current")].map((r) => r.dataset.step).join(),
  ]);
};
look();
for (const key of ["Home", "ArrowLeft", "ArrowRight", "End", "ArrowRight", "ArrowLeft"]) { press(key); look(); }
press("End");
document.querySelector(".step:not([hidden]) a.cite").click();
const note = document.getElementById("note");
told.push([note.open, note.querySelector("h3").textContent]);
note.close();
const over = (e) => e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 1;
const broad = [...document.querySelectorAll("body *")].filter((e) => !e.closest(".scroll") && over(e));
told.push([innerWidth, broad.map((e) => e.className)]);
document.documentElement.dataset.told = JSON.stringify(told);
"""


def test_a_run_is_opened_by_a_link_and_stepped_through_with_the_keyboard(tmp_path: Path) -> None:
    page = check_page(checks(), RULES, seed=0, profile="quick")
    page = re.sub(r"<meta http-equiv=[^>]*>", "", page).replace("</body>", f"<script>{PRESS}</script></body>")
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}")
    size = ("--window-size=360,800", "--dump-dom")
    assert BROWSER is not None
    command = [BROWSER, *options, *size, f"{file.as_uri()}#run-1/1"]
    dumped = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    [root] = read(dumped).all("html")
    *steps, note, (width, broad) = json.loads(root.attributes["data-told"])
    assert steps == [
        [True, "1", "has", "1"],
        [True, "0", "", ""],
        [True, "0", "", ""],
        [True, "1", "has", "1"],
        [True, "2", "inside", "2"],
        [True, "2", "inside", "2"],
        [True, "1", "has", "1"],
    ]
    assert note == [True, "ticket, a rule of gate"]
    assert width <= 500 and broad == []
