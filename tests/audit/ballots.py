"""A small study to audit: a ballot that a majority decides, and a mailbox that no rule of the ballot touches."""

from __future__ import annotations

import subprocess
from pathlib import Path

PROJECT = "[tool.meterproof]\n"

REGISTER = """\
[BA-R1]
says = "A voter votes once."
status = "modelled"

[BA-R2]
says = "A majority decides."
status = "modelled"

[BA-R3]
says = "The box is sealed."
status = "modelled"
"""

MODEL = '''\
from meterproof.lang import Protocol, Sort, action, atleast, exists, flag, formula, require, var

Voter = Sort("Voter")
Block = Sort("Block")


class Ballot(Protocol):
    """A majority of votes decides."""

    vote_once = flag(removed=False, doc="A voter votes for one block.", cites=["BA-R1"])
    quorum = formula("n", removed="1", doc="Votes that decide.", cites=["BA-R2"])
    sealed = flag(removed=False, doc="Nobody can add votes of others.", cites=["BA-R3"])

    vote = var(Voter, Block)
    final = var(Block)

    @action(cites="BA-R1")
    def cast(s, v: Voter, b: Block):
        """{v} votes for {b}."""
        if s.rules.vote_once:
            require(~exists(Block, lambda c: s.vote[v, c]))
        return s.set(vote={(v, b): True})

    @action(needs="STUFF", cites="BA-R3")
    def stuff(s, v: Voter, b: Block):
        """Somebody adds a vote of {v} for {b}."""
        require(not s.rules.sealed)
        return s.set(vote={(v, b): True})

    @action(cites="BA-R2")
    def decide(s, b: Block):
        """{b} has enough votes and is final."""
        require(atleast(s.rules.quorum, Voter, lambda v: s.vote[v, b]))
        return s.set(final={b: True})


class Mailbox(Protocol):
    """A letter lies in the box once it is posted."""

    posted = var(Block)

    @action
    def post(s, b: Block):
        return s.set(posted={b: True})


MACHINES = (Ballot, Mailbox)
'''

PROPERTIES = '''\
from meterproof.claims import Case, explore, holds, induction, violated
from meterproof.lang import atleast, exists, forall, implies, invariant, lemma, reachable
from model.ballot import Ballot, Block, Mailbox, Voter

THREE = explore(Voter=3, Block=2)


@lemma(of=Ballot)
def once(s):
    return forall(Voter, Block, Block, lambda v, b, c: implies(s.vote[v, b] & s.vote[v, c], b == c))


@lemma(of=Ballot)
def counted(s):
    return forall(Block, lambda b: implies(s.final[b], atleast(s.rules.quorum, Voter, lambda v: s.vote[v, b])))


@invariant(of=Ballot, id="BA-P1", cites="BA-R2", witness=lambda s: exists(Block, lambda b: s.final[b]),
           lemmas=[once, counted])
def agreement(s):
    """agreement: one block is final at most"""
    return forall(Block, Block, lambda b, c: implies(s.final[b] & s.final[c], b == c))


@reachable(of=Ballot, id="BA-P2", cites="BA-R2")
def decision(s):
    """decision: some block becomes final"""
    return exists(Block, lambda b: s.final[b])


@reachable(of=Mailbox, id="BA-P3")
def delivery(s):
    """delivery: something is posted"""
    return exists(Block, lambda b: s.posted[b])


CASES = (
    Case(agreement, {"strict": holds("proved", induction(), THREE), "lax": violated(THREE)}),
    Case(decision, {"strict": holds("exhausted", THREE), "lax": holds("exhausted", THREE)}),
    Case(delivery, {v: holds("exhausted", explore(Block=1)) for v in ("strict", "lax")}),
)
'''

RULES = {"vote_once": "true", "quorum": '"floor(n/2)+1"', "sealed": "true"}
"""The rules of the strict variant."""


def spec(variant: str, **rules: str) -> str:
    """A spec file; rules are TOML values over those of the strict variant."""
    head = (
        f'protocol = "ballot"\nvariant = "{variant}"\ntitle = "A ballot"\nsource = "nobody"\n'
        'model = "model.ballot"\nproperties = "properties.ballot"\n'
    )
    cites = dict(zip(RULES, ("BA-R1", "BA-R2", "BA-R3"), strict=True))
    told = (
        f'\n[rules.{name}]\nvalue = {value}\ncites = ["{cites[name]}"]\nnote = "so"\n'
        for name, value in {**RULES, **rules}.items()
    )
    return head + "".join(told)


def write(root: Path, **lax: str) -> Path:
    """The study in a folder, with a variant `strict` and, with other rules (default: vote_once = false), `lax`."""
    for folder in ("spec", "model", "properties"):
        (root / folder).mkdir(parents=True)
    for package in ("model", "properties"):
        (root / package / "__init__.py").touch()
    (root / "pyproject.toml").write_text(PROJECT)
    (root / ".gitignore").write_text(".meterproof/\n__pycache__/\n")
    (root / "model" / "ballot.py").write_text(MODEL)
    (root / "properties" / "ballot.py").write_text(PROPERTIES)
    (root / "spec" / "register.toml").write_text(REGISTER)
    (root / "spec" / "ballot.strict.toml").write_text(spec("strict"))
    (root / "spec" / "ballot.lax.toml").write_text(spec("lax", **(lax or {"vote_once": "false"})))
    return root


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that stands once in a file."""
    text = file.read_text()
    assert text.count(old) == 1, (file, old)
    file.write_text(text.replace(old, new))


def git(root: Path, *arguments: str) -> str:
    """What a git command prints, by an author of no account."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", *who, *arguments], cwd=root, check=True, capture_output=True, text=True, timeout=60
    ).stdout.strip()


def commit(root: Path, message: str) -> str:
    """Commit all that is in the folder, as a repository of its own; the commit's name."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message)
    return git(root, "rev-parse", "HEAD")
