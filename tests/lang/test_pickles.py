"""Systems that other processes traced: pickled there and loaded here, they are as if traced here.

Expressions are numbered in the order in which a process makes them, so two processes give the same numbers to
different expressions. Nothing may be looked up by a number that another process gave.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

from examples.two_phase_commit import TwoPhaseCommit
from meterproof.explore.explorer import explore
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import System, trace
from meterproof.lang.canonical import digest
from meterproof.lang.expr import make
from tests.compare.versions import voting

ROOT = Path(__file__).parents[2]
SAY = "import pickle, sys; from {module} import {name}; sys.stdout.buffer.write(pickle.dumps({made}))"


def from_another_process(module: str, name: str, made: str) -> System:
    """What a fresh Python process traces."""
    code = SAY.format(module=module, name=name, made=made)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, timeout=60)
    found = pickle.loads(done.stdout)
    assert isinstance(found, System)
    return found


def test_systems_of_two_processes_live_side_by_side() -> None:
    trace_ = "__import__('meterproof.lang', fromlist=['x']).trace(TwoPhaseCommit)"
    commit = from_another_process("examples.two_phase_commit", "TwoPhaseCommit", trace_)
    votes = from_another_process("tests.compare.versions", "voting", "voting()")
    assert digest(commit) == digest(trace(TwoPhaseCommit)) and digest(votes) == digest(voting())
    (world,) = instances(commit, resolve(commit, {"RM": 3}))
    assert explore(world, commit.actions, commit.properties[-1:]).states == 288
    (world,) = instances(votes, resolve(votes, {"Replica": 4, "Block": 2, "faulty": 1}))
    assert explore(world, votes.actions, [votes.property("agreement")]).traces == (None,)


def test_an_expression_that_is_loaded_is_the_one_that_is_here() -> None:
    formula = trace(TwoPhaseCommit).property("consistent").formula
    assert pickle.loads(pickle.dumps(formula)) is formula
    fresh = make("param", formula.type, (), "of this test alone")
    assert pickle.loads(pickle.dumps(fresh)) is fresh
