"""`meterproof audit` says what a change did to the guarantees, by which rules, and shows a run of what is lost."""

import json
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from meterproof.audit.outcome import dual
from meterproof.cli import main
from tests.audit.ballots import commit, edit, git, spec, write

STRICT, LAX = "ballot@strict", "ballot@lax"
BOUND = """\
    least = formula("n", "f", removed="1", doc="How many voters there are at least.", cites=["BA-R2"])
    f = parameter(Voter, default="floor((n-1)/3)", resilience="least", doc="how many are expected to be ill")
    ill = rigid(Voter, at_most="f", doc="the voter is ill, and does not vote")
"""
DELIVERY = """\
    Case(delivery, {v: holds("exhausted", explore(Block=1)) for v in ("strict", "lax")}),
"""
WELL = "        require(~s.ill[v])\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder is a small study, in which the lax variant lets voters vote as often as they like."""
    monkeypatch.chdir(write(tmp_path / "study"))
    return tmp_path / "study"


@pytest.fixture(scope="module")
def lax(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The audit from the strict variant to the lax one, in such a study; `folder` is where it left its traces."""
    folder = write(tmp_path_factory.mktemp("lax") / "study")
    with chdir(folder):
        yield {**audited(STRICT, LAX, code=1), "folder": folder}


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("meterproof") / "schemas" / f"{name}.json").read_text())
    return found


def audited(*arguments: str, code: int | None = None) -> dict[str, Any]:
    """What an audit prints with --json, held against its schema, and against its exit code if one is given."""
    printed = StringIO()
    with redirect_stdout(printed):
        ended = main(["audit", *arguments, "--json"])
    assert code in (None, ended)
    found: dict[str, Any] = json.loads(printed.getvalue())
    jsonschema.Draft202012Validator(schema("audit")).validate(found)
    return found


def rows(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {g["property"]: g for g in found["guarantees"]}


def test_a_lost_guarantee_comes_with_its_rule_its_run_and_what_stops_the_run_before(lax: dict[str, Any]) -> None:
    lost = rows(lax)["BA-P1"]
    assert (lost["before"], lost["after"], lost["change"]) == ("proved", "violated", "lost")
    assert [(r["rule"], r["before"], r["after"], r["cites"]) for r in lost["rules"]] == [
        ("vote_once", True, False, ["BA-R1"])
    ]
    assert lost["trace"]["of"] == "head"
    assert len(lost["trace"]["steps"]) == 6
    assert lost["transplant"]["stopped"]["changed"] == ["vote_once"]
    assert lost["frontier"]["after"]["text"] == "{nobody}"
    assert json.loads((lax["folder"] / lost["trace"]["file"]).read_text()) == lost["trace"]["itf"]


def test_what_no_rule_touches_is_kept_without_being_run(lax: dict[str, Any]) -> None:
    row = rows(lax)["BA-P3"]
    assert row["untouched"] and row["change"] == "kept" and row["before"] == row["after"] == "not run"


def test_all_runs_what_no_rule_touches_too(root: Path) -> None:
    [row] = audited(STRICT, LAX, "--all", "-p", "BA-P3", "--no-behaviours", code=0)["guarantees"]
    assert row["untouched"] and row["change"] == "kept" and row["before"] == row["after"] == "exhausted"


def test_a_version_compared_with_itself_has_no_changes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = audited(STRICT, STRICT, code=0)
    assert found["rules"] == found["behaviours"] == found["failures"] == []
    assert {g["change"] for g in found["guarantees"]} == {"kept"} and len(found["guarantees"]) == 3
    assert main(["audit", STRICT, STRICT]) == 0
    assert "nothing changed" in capsys.readouterr().out


def test_exchanging_the_versions_gives_the_dual_of_every_change(lax: dict[str, Any], root: Path) -> None:
    (root / "draft.toml").write_text(spec("strict", sealed="false", quorum='"n"'))
    weakened = rows(audited(STRICT, "draft.toml"))
    assert weakened["BA-P1"]["change"] == "weakened"
    for there, back in ((rows(lax), audited(LAX, STRICT)), (weakened, audited("draft.toml", STRICT))):
        assert {p: dual(g["change"]) for p, g in there.items()} == {p: g["change"] for p, g in rows(back).items()}
        assert {p: (g["before"], g["after"]) for p, g in there.items()} == {
            p: (g["after"], g["before"]) for p, g in rows(back).items()
        }


def test_a_guarantee_that_a_weaker_adversary_breaks_is_weakened_though_it_holds_as_claimed(root: Path) -> None:
    (root / "draft.toml").write_text(spec("strict", sealed="false"))
    [row] = audited("spec/ballot.strict.toml", "draft.toml", "-p", "BA-P1", code=1)["guarantees"]
    assert (row["before"], row["after"], row["change"]) == ("proved", "proved", "weakened")
    assert (row["frontier"]["before"]["text"], row["frontier"]["after"]["text"]) == ("nothing", "{STUFF}")
    assert [r["rule"] for r in row["rules"]] == ["sealed"]
    assert row["trace"]["against"] == ["STUFF"] or any("STUFF" in s for s in row["trace"]["steps"])


def test_a_change_that_touches_no_guarantee_is_seen_in_what_it_makes_possible(root: Path) -> None:
    (root / "draft.toml").write_text(spec("strict", quorum='"n"'))
    found = audited(STRICT, "draft.toml", "--no-frontier", code=0)
    assert {g["change"] for g in found["guarantees"]} == {"kept"}
    [ballot] = found["behaviours"]
    assert ballot["machine"] == "Ballot" and ballot["allowed"]["answer"] == "no"
    assert [n["action"] for n in ballot["forbidden"]["novelties"]] == ["decide"]


def test_a_revision_is_compared_with_the_working_tree_by_its_own_code(root: Path) -> None:
    commit(root, "strict")
    edit(root / "model" / "ballot.py", "require(~exists(Block, lambda c: s.vote[v, c]))", "pass")
    found = audited("HEAD:ballot@strict", "--no-frontier", "--no-behaviours", code=1)
    lost = rows(found)["BA-P1"]
    assert lost["change"] == "lost" and found["rules"] == lost["rules"] == []
    [gone] = lost["model"]
    assert gone["what"].startswith("cast no longer requires ~exists") and gone["of"] == "base"
    assert gone["file"] == "model/ballot.py" and lost["file"] == "properties/ballot.py"


def test_a_range_compares_all_targets_of_two_revisions_and_leaves_the_repository_alone(root: Path) -> None:
    base = commit(root, "one")
    edit(root / "spec" / "ballot.strict.toml", "floor(n/2)+1", "floor(n/2)")
    head = commit(root, "two")
    (root / "model" / "ballot.py").write_text("syntax error here\n")
    before = git(root, "status", "--porcelain"), git(root, "rev-parse", "HEAD")
    found = audited("main~1..main", "-p", "BA-P1", "--no-frontier", "--no-behaviours", code=1)
    assert found["revisions"] == {"base": base, "head": head}
    assert {g["target"]: g["change"] for g in found["guarantees"]} == {LAX: "kept", STRICT: "lost"}
    assert [r["rule"] for r in found["rules"]] == ["quorum"]
    assert (git(root, "status", "--porcelain"), git(root, "rev-parse", "HEAD")) == before
    assert not list(root.rglob("*.part"))


def test_code_that_does_not_load_is_unknown_with_the_reason(root: Path) -> None:
    commit(root, "good")
    edit(root / "model" / "ballot.py", 'Block = Sort("Block")', "Block = Srot()")
    found = audited("HEAD:ballot@strict", code=1)
    assert {g["change"] for g in found["guarantees"]} == {"unknown"}
    assert all("Srot" in g["why"] and "model/ballot.py:4" in g["why"] for g in found["guarantees"])
    assert [f["of"] for f in found["failures"]] == ["head"]


def test_p_reads_only_the_machine_of_the_property_also_where_one_side_does_not_state_it(root: Path) -> None:
    """The mailbox does not load, and nobody asks for it; HEAD is asked for agreement, which it does not state."""
    commit(root, "good")
    edit(root / "model" / "ballot.py", "return s.set(posted={b: True})", "return s.set(lost={b: True})")
    edit(root / "properties" / "ballot.py", '"strict": holds("proved", induction(), THREE), ', "")
    found = audited("HEAD:ballot@strict", "-p", "BA-P1", "--no-frontier", code=0)
    assert [(g["property"], g["change"]) for g in found["guarantees"]] == [("BA-P1", "kept")]
    assert found["failures"] == []
    assert [f["property"] for f in audited("HEAD:ballot@strict", "--no-frontier", code=1)["failures"]] == ["BA-P3"]


def test_a_scope_that_a_change_leaves_out_is_checked_all_the_same(root: Path) -> None:
    """Two votes are a majority of three voters, which is all that HEAD looks at, and not of four."""
    cases, strict = root / "properties" / "ballot.py", '"strict": holds("proved", induction(), THREE)'
    edit(cases, strict, '"strict": holds("exhausted", explore(Voter=4, Block=2))')
    commit(root, "four")
    edit(cases, "explore(Voter=4, Block=2)", "THREE")
    (root / "spec" / "ballot.strict.toml").write_text(spec("strict", quorum='"2"'))
    [row] = audited("HEAD:ballot@strict", "-p", "BA-P1", "--no-frontier", "--no-behaviours", code=1)["guarantees"]
    assert (row["before"], row["after"], row["change"]) == ("exhausted", "violated", "lost")
    assert row["trace"]["scope"] == {"Voter": 4, "Block": 2}


def test_a_target_that_only_one_revision_has_is_gained_or_lost_as_a_whole(root: Path) -> None:
    lax = (root / "spec" / "ballot.lax.toml").read_text()
    (root / "spec" / "ballot.lax.toml").unlink()
    commit(root, "one variant")
    (root / "spec" / "ballot.lax.toml").write_text(lax)
    found = audited("HEAD:ballot@lax", "-p", "BA-P1", "-p", "BA-P2", code=0)
    assert {p: (g["before"], g["change"]) for p, g in rows(found).items()} == {
        "BA-P1": (None, "kept"),
        "BA-P2": (None, "gained"),
    }
    assert all("BASE" in g["why"] and f"no target {LAX}" in g["why"] for g in rows(found).values())


def test_what_falls_on_the_side_that_has_it_comes_with_its_run_and_what_the_other_lacks(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "spec" / "ballot.lax.toml").rename(root / "lax.toml")
    commit(root, "one variant")
    (root / "lax.toml").rename(root / "spec" / "ballot.lax.toml")
    [row] = audited("HEAD:ballot@lax", "-p", "BA-P1", code=0)["guarantees"]
    assert row["trace"]["of"] == "head" and len(row["trace"]["steps"]) == 6
    assert main(["audit", "HEAD:ballot@lax", "-p", "BA-P1"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert f"HEAD violates it, and of BASE it has no target {LAX}; its run is in {row['trace']['file']}" in printed
    assert "violated before and after" not in printed


def test_a_guarantee_whose_machine_is_gone_is_lost_and_says_which_and_what_was_reached(root: Path) -> None:
    commit(root, "both machines")
    edit(root / "model" / "ballot.py", "MACHINES = (Ballot, Mailbox)", "MACHINES = (Ballot,)")
    edit(root / "properties" / "ballot.py", DELIVERY, "")
    found = audited("HEAD:ballot@strict", "-p", "BA-P3", code=1)
    [row] = found["guarantees"]
    assert row["change"] == "lost" and row["why"].endswith("it has no machine Mailbox")
    assert row["trace"]["of"] == "base" and len(row["trace"]["steps"]) == 1


def test_a_bound_that_admits_fewer_voters_loses_what_falls_among_these(root: Path) -> None:
    """Two thirds of four voters are there without the one who is ill; of three they are all."""
    edit(root / "model" / "ballot.py", "    vote = var(Voter, Block)\n", BOUND + "    vote = var(Voter, Block)\n")
    edit(root / "model" / "ballot.py", '        """{v} votes for {b}."""\n', '        """{v} votes."""\n' + WELL)
    edit(root / "model" / "ballot.py", "flag, formula, require", "flag, formula, parameter, require, rigid")
    cases = root / "properties" / "ballot.py"
    edit(cases, 'decision, {"strict": holds("exhausted", THREE)', 'decision, {"strict": holds("exhausted", FOUR)')
    edit(cases, "CASES = (", "FOUR = explore(Voter=4, Block=1, ill=1)\n\nCASES = (")
    for name, least in (("strict", "3*f+1"), ("lax", "2*f+1")):
        bound = f'\n[rules.least]\nvalue = "{least}"\ncites = ["BA-R2"]\nnote = "so"\n'
        (root / f"{name}.toml").write_text(spec("strict", quorum='"floor(2*n/3)+1"') + bound)
    narrowed = ("-p", "BA-P2", "--no-frontier", "--no-behaviours")
    [row] = audited("strict.toml", "lax.toml", *narrowed, code=1)["guarantees"]
    assert (row["before"], row["after"], row["change"]) == ("exhausted", "violated", "lost")
    assert [r["rule"] for r in row["rules"]] == ["least"] and row["because"] == "putting it back brings it back"
    assert row["notes"][-1].startswith(
        "only HEAD admits Voter=3, Block=1, f=1, ill=1, so explore was added there: violated"
    )
    [back] = audited("lax.toml", "strict.toml", *narrowed, code=0)["guarantees"]
    assert (back["before"], back["after"], back["change"]) == ("violated", "exhausted", "gained")


def test_a_guarantee_that_is_no_longer_stated_is_asked_all_the_same(root: Path) -> None:
    commit(root, "stated")
    edit(root / "properties" / "ballot.py", '"strict": holds("proved", induction(), THREE), ', "")
    (root / "spec" / "ballot.strict.toml").write_text(spec("strict", vote_once="false"))
    [row] = audited("HEAD:ballot@strict", "-p", "BA-P1", "--no-frontier", code=1)["guarantees"]
    assert (row["change"], row["before"], row["after"]) == ("lost", "proved", "violated")
    assert row["notes"][0] == "only BASE states this; HEAD was asked the same"


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("s.final[c], b == c)", "s.final[c] & exists(Voter, lambda v: s.vote[v, c]), b == c)", "weakened"),
        ('"BA-P1", cites', '"BA-P1", against="STUFF", cites', "strengthened"),
        ("s.final[b] & s.final[c], b == c)", "s.final[c] & s.final[b], c == b)", "kept"),
    ],
)  # fmt: skip
def test_a_statement_that_changed_is_compared_by_what_it_says(root: Path, old: str, new: str, change: str) -> None:
    """Less is claimed, or more (a stronger adversary), and it holds all the same; or the same in other words."""
    commit(root, "stated")
    edit(root / "properties" / "ballot.py", old, new)
    [row] = audited("HEAD:ballot@strict", "-p", "BA-P1", "--no-behaviours")["guarantees"]
    assert (row["before"], row["after"], row["change"]) == (
        ("not run",) * 2 if change == "kept" else ("proved",) * 2
    ) + (change,)


def test_the_report_opens_with_a_table_and_tells_each_loss_in_numbered_sentences(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", STRICT, LAX]) == 1
    printed = capsys.readouterr().out
    head, _, detail = printed.partition("✗ lost: BA-P1")
    assert "1 lost, 2 kept (1 of them untouched" in head and "vote_once: true -> false" in head
    assert "by vote_once: true -> false [BA-R1] (spec/ballot.lax.toml:9)" in detail
    assert "1. voter0 votes for block0. [BA-R1]" in detail
    assert "BASE stops it at step" in detail
    assert all(line == line.rstrip() for line in detail.splitlines())


def test_fail_on_says_what_ends_with_1(root: Path) -> None:
    arguments = ["audit", STRICT, LAX, "-p", "BA-P1", "--no-frontier", "--no-behaviours"]
    assert main([*arguments, "--fail-on", "weakened,unknown"]) == 0
    assert main([*arguments, "--fail-on", "lost"]) == 1
    assert main([*arguments, "--fail-on", ""]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ballot@nope", STRICT], "ballot@strict"),
        ([STRICT, LAX, "-p", "BA-P9"], "BA-P1, BA-P2, BA-P3"),
        ([STRICT, LAX, "--reading", "literal"], "none of them has readings"),
        ([f"{STRICT} (literal)", LAX], "nothing is left open"),
        ([STRICT, LAX, "--fail-on", "broken"], "lost, weakened, unknown"),
        ([STRICT, LAX, "--profile", "slow"], "thorough"),
        ([STRICT, LAX, "--timeout", "0"], "above 0"),
        ([STRICT], "A..B"),
        (["a..b"], "git repository"),
    ],
)
def test_wrong_input_ends_with_2_and_one_message(
    root: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err.replace("\n", " ") and "Traceback" not in printed.err


def test_the_schema_tells_frontiers_as_their_own_schema_does() -> None:
    assert schema("frontier")["$defs"].items() <= schema("audit")["$defs"].items()
