"""Data of class II and personal data: what parties derive, told again with sets of keys, and what each rule is worth.

The rules are given here, so that each test says what it rests on.
"""

from __future__ import annotations

from itertools import product

import pytest

from meterproof.claims import Plan
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import System, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.schedule.moves import Moves
from meterproof.verdict import Evidence
from model.confidential import Confidential
from model.erasure import Erasure
from model.vocabulary import LEAK, LEDGER
from properties import erasure
from properties.confidential import (
    ONE_USER,
    THEN_ANOTHER,
    TWO_SERIES,
    administrators_read_nothing,
    class_two_secrecy,
    forward_revocation,
    forward_revocation_on_the_wire,
    newcomers_read_no_past,
    outsiders_learn_nothing,
)
from properties.erasure import nobody_remembers, the_chain_tells_nothing, what_is_erased_is_gone
from tests.model.claims import run
from tests.model.edge import steps_of
from tests.model.shipped import asked

HARDENED = {
    Confidential: {"class_two": "wrapped", "rotation": "on-change", "user_keys": "user-made"},
    Erasure: {"personal_data": "salted-off-chain"},
}
KEYS = list(product(("private-key", "shared-key", "wrapped"), ("none", "on-change")))


def system_of(claim: PropertyDecl, **changes: object) -> System:
    """The claim's machine under its hardened rules, some of them changed."""
    machine = claim.of
    assert machine is Confidential or machine is Erasure
    return trace(machine, machine.rule_schema().read({**HARDENED[machine], **changes}), [claim])


def found(claim: PropertyDecl, plan: Plan, **changes: object) -> Evidence:
    """What the plan finds out about the claim."""
    return asked(system_of(claim, **changes), claim, plan)


# ---- which rule does what


@pytest.mark.parametrize(("class_two", "rotation"), KEYS)
def test_what_each_way_of_sealing_is_worth(class_two: str, rotation: str) -> None:
    """A shared key keeps outsiders out, a key for each series other readers, a new key former readers and newcomers."""
    rules = {"class_two": class_two, "rotation": rotation}
    secret, symmetric = class_two == "wrapped", class_two != "private-key"
    holds = {
        (outsiders_learn_nothing, TWO_SERIES): symmetric,
        (class_two_secrecy, TWO_SERIES): secret,
        (forward_revocation, THEN_ANOTHER): symmetric and rotation == "on-change",
    }
    for (claim, plan), expected in holds.items():
        assert (found(claim, plan, **rules).verdict == "exhausted") == expected, claim.id


@pytest.mark.parametrize(("class_two", "rotation"), [("shared-key", "on-change"), ("wrapped", "none")])
def test_the_portal_or_the_key_hands_newcomers_the_past(class_two: str, rotation: str) -> None:
    """A portal that decrypts answers whoever is on the list now; a key that is never changed opens all there is."""
    steps = steps_of(found(newcomers_read_no_past, THEN_ANOTHER, class_two=class_two, rotation=rotation))
    assert "permit" in steps and "give_past" not in steps


# ---- counterexamples


def test_a_private_key_keeps_nothing_from_anybody() -> None:
    """ZD-C2: no user at all is needed, only a replica and the public key."""
    evidence = found(class_two_secrecy, ONE_USER, class_two="private-key", rotation="none")
    assert steps_of(evidence) == ["seal", "enter", "read_replica"]
    assert evidence.trace is not None and not any(evidence.trace.instance.rigids["theirs"])


def test_a_former_reader_reads_what_is_written_later_under_a_key_that_stays() -> None:
    """ZD-C3: the token is gone and the key is not."""
    steps = steps_of(found(forward_revocation, THEN_ANOTHER, class_two="shared-key", rotation="none"))
    assert sorted(steps) == ["enter", "give", "read_replica", "seal", "withdraw"]
    assert steps.index("withdraw") < steps.index("seal")


def test_a_writer_who_has_not_heard_of_a_removal_is_overheard_and_not_entered() -> None:
    steps = steps_of(found(forward_revocation_on_the_wire, THEN_ANOTHER))
    assert "tap" in steps and "enter" not in steps


@pytest.mark.parametrize(
    ("changes", "by"),
    [({"user_keys": "admin-made"}, "keep_private_key"), ({"class_two": "shared-key"}, "keep_service_key")],
    ids=str,
)
def test_an_administrator_reads_by_what_the_platform_makes(changes: dict[str, str], by: str) -> None:
    assert by in steps_of(found(administrators_read_nothing, ONE_USER, **changes))


# ---- told once more, with sets

Key = tuple[object, ...]


def key(class_two: str, rotation: str, series: int, epoch: int) -> Key:
    """The key that seals the series in the epoch, as a term."""
    return (
        "key", series if class_two == "wrapped" else "all", epoch if rotation == "on-change" else "ever"
    )  # fmt: skip


def read_all(moves: Moves, state: State) -> State:
    """The state after all readings of the replica that are possible."""
    while steps := [x for group in moves.enabled(state) for x in group if x.action == "read_replica"]:
        state = moves.after(steps[0], state)
    return state


def learnt(instance: Instance, state: State, epochs: int, series: int) -> set[tuple[int, int, int]]:
    """Key's epoch, epoch of writing, and series of what the adversary has read."""
    cells = product(range(epochs), range(epochs), range(series))
    return {at for at, has in zip(cells, state[instance.position["learnt"]], strict=True) if has}


@pytest.mark.parametrize(("class_two", "rotation"), KEYS)
def test_a_coalition_reads_what_the_keys_open_that_its_users_were_given(class_two: str, rotation: str) -> None:
    """The closure by hand: keys given to users who pool them open what the ledger has under the same keys."""
    system = system_of(class_two_secrecy, class_two=class_two, rotation=rotation)
    worlds = instances(system, resolve(system, {"User": 2, "Series": 2, "Epoch": 3}))
    met: set[bool] = set()
    for seed in range(15):
        world = worlds[(11 * seed) % len(worlds)]
        theirs = {u for u, bad in enumerate(world.rigids["theirs"]) if bad}
        moves = Moves(world, system.enabled_for(frozenset({LEDGER})), idle=True)
        keys: set[Key] = set()
        ledger: set[tuple[int, int, int]] = set()
        answered: set[tuple[int, int, int]] = set()
        for step, state in run(moves, seed, 16):
            if step.action in ("give", "give_past") and step.params[0] in theirs:
                keys.add(key(class_two, rotation, step.params[1], step.params[2]))
            if step.action == "enter":
                series, sealed, written = step.params
                ledger.add((sealed, written, series))
            if step.action == "answer":
                _, series, sealed, written = step.params
                answered.add((sealed, written, series))
            opened = {
                at for at in ledger
                if class_two == "private-key" or key(class_two, rotation, at[2], at[0]) in keys
            }  # fmt: skip
            assert learnt(world, read_all(moves, state), 3, 2) == opened | answered
            met.add(bool(ledger - opened))
    assert met == ({False} if class_two == "private-key" else {True, False})


# ---- personal data


@pytest.mark.parametrize("personal_data", ["on-chain", "hashed-off-chain", "salted-off-chain"])
def test_only_a_salt_that_can_be_deleted_makes_personal_data_erasable(personal_data: str) -> None:
    """ZD-C24: a digest of what can be guessed is as good as the data."""
    for claim in (what_is_erased_is_gone, the_chain_tells_nothing):
        verdict = found(claim, erasure.TWO, personal_data=personal_data).verdict
        assert (verdict == "exhausted") == (personal_data == "salted-off-chain")


def test_what_has_leaked_before_is_remembered() -> None:
    steps = steps_of(found(nobody_remembers, erasure.ONE))
    assert steps.index("leak") < steps.index("delete")
    assert nobody_remembers.against == {LEDGER, LEAK}
