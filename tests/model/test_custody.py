"""Who can get at a meter's keys: as published the device that keeps them, the one that is asked, and whoever asks.

Only keys that stay in their meters are out of reach. The rules for answers bound what one corrupted device gets where
keys are kept at devices, and protect what else a bundle has.
"""

from __future__ import annotations

from itertools import product

import pytest

from meterproof.claims import explore, induction
from meterproof.explore.explorer import explore as visit
from meterproof.finite.instance import Instance
from meterproof.finite.interpret import State
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import exists, reachable, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.schedule.moves import Moves
from model.custody import Custody
from model.vocabulary import EDGE, Device, Meter
from properties.custody import (
    ONE_MAY_CRASH,
    ONE_METER,
    TWO_METERS,
    answers_open_to_the_owner_only,
    bundles_outlive_crashes,
    everything_harvested,
    key_secrecy,
    no_cluster_falls,
    no_harvest,
)
from tests.model.claims import run
from tests.model.edge import (
    CHARITABLE,
    HARDENED,
    LITERAL,
    asked,
    found,
    rules_of,
    steps_of,
    system_of,
)


def test_availability_rests_on_one_fact_about_f_plus_one_devices() -> None:
    assert any("every set of at least f+1 has a member outside faulty" in axiom
               for axiom in found(bundles_outlive_crashes, induction()).axioms)  # fmt: skip


# ---- as published


@pytest.mark.parametrize(
    ("claim", "of", "steps"),
    [
        (key_secrecy, LITERAL, ["join", "ask_unasked"]),
        (key_secrecy, CHARITABLE, ["join", "read_store"]),
        (no_harvest, LITERAL, ["join", "ask_unasked"]),
        (answers_open_to_the_owner_only, CHARITABLE, ["join", "recluster", "ask_unasked"]),
    ],
    ids=lambda x: getattr(x, "id", str(x)),
)
def test_one_corrupted_device_is_enough(claim: PropertyDecl, of: str, steps: list[str]) -> None:
    evidence = found(claim, ONE_METER, of)
    assert steps_of(evidence) == steps
    assert evidence.trace is not None and sum(evidence.trace.instance.rigids["corrupted"]) == 1


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_a_whole_cluster_falls_with_its_device(of: str) -> None:
    """ZK-C35: 2.2.1 says that an attacker has to hit many devices."""
    evidence = found(no_cluster_falls, TWO_METERS, of)
    assert evidence.trace is not None and sum(evidence.trace.instance.rigids["corrupted"]) == 1


def harvested(of: str) -> bool:
    """Some run has one corrupted device of three read the keys of both meters, of which it keeps none."""
    system = trace(Custody, rules_of(Custody, of), [everything_harvested])
    worlds = instances(system, resolve(system, {"Meter": 2, "Device": 3, "f": 0, "faulty": 0}))
    one = [w for w in worlds if sum(w.rigids["corrupted"]) == 1 and not any(w.rigids["own"])]
    claim = system.property(everything_harvested.id)
    return any(visit(w, system.enabled_for(claim.against), [claim]).traces[0] is not None for w in one)


def test_it_gets_the_keys_of_all_clusters_where_nobody_checks_who_asks() -> None:
    """ZK-C10: one device harvests all keys, not only those of its own cluster."""
    assert harvested(LITERAL) and not harvested(HARDENED)


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE])
def test_one_crash_makes_a_bundle_unavailable(of: str) -> None:
    """ZK-C11 against ZK-R27: the chain outlives the crash of a device, the keys do not."""
    assert steps_of(found(bundles_outlive_crashes, ONE_MAY_CRASH, of)) == ["join", "acknowledge", "crash"]


# ---- which rule does what

ANSWERS = list(product(("whole-block", "sealed"), ("none", "cluster-member", "owner")))


@pytest.mark.parametrize(("key_custody", "master_keys"), list(product(("device", "meter"), ("fetched", "public-only"))))
def test_keys_are_secret_exactly_if_they_stay_in_their_meters(key_custody: str, master_keys: str) -> None:
    """No rule for answers makes up for keys that are kept at devices, or fetched through them."""
    stays = (key_custody, master_keys) == ("meter", "public-only")
    for query_answer, requester_check in ANSWERS:
        rules = {"query_answer": query_answer, "requester_check": requester_check}
        evidence = found(key_secrecy, ONE_METER, key_custody=key_custody, master_keys=master_keys, **rules)
        assert (evidence.verdict == "exhausted") == stays, rules


@pytest.mark.parametrize(("query_answer", "requester_check"), ANSWERS)
def test_what_each_rule_for_answers_is_worth(query_answer: str, requester_check: str) -> None:
    """Sealing stops devices on the way, a check of the owner stops other meters; either bounds a device's harvest."""
    rules = {"query_answer": query_answer, "requester_check": requester_check}
    opened = found(answers_open_to_the_owner_only, TWO_METERS, **rules)
    assert (opened.verdict == "exhausted") == (rules == {"query_answer": "sealed", "requester_check": "owner"})
    bounded = found(no_harvest, TWO_METERS, key_custody="device", **rules)
    assert (bounded.verdict == "exhausted") == (query_answer == "sealed" or requester_check != "none")


@reachable(of=Custody, against=EDGE)
def read_at_a_replica(s):  # type: ignore[no-untyped-def]
    """A key is read at a device in whose cluster its meter has never been."""
    return exists(Meter, lambda m: s.learnt[m] & ~exists(Device, lambda d: s.corrupted[d] & s.been[m, d]))


@pytest.mark.parametrize(("key_custody", "read"), [("device", True), ("meter", False)])
def test_more_copies_are_more_places_to_read_a_key_from(key_custody: str, read: bool) -> None:
    """Replicas help availability only once the private keys are out of the bundles."""
    system = system_of(read_at_a_replica, key_custody=key_custody)
    evidence = asked(system, read_at_a_replica, explore(Meter=1, Device=4, f=1, faulty=0))
    assert (evidence.trace is not None) == read


# ---- told once more, with sets


def closure(instance: Instance, moves: Moves, state: State) -> set[int]:
    """The meters whose private keys the adversary has once it has made all its moves from here on."""
    needing = {a.name for a in instance.system.actions if a.needs in ("EDGE", "LEDGER")}
    while steps := [x for group in moves.enabled(state) for x in group if x.action in needing]:
        state = moves.after(steps[0], state)
    return {m for m, has in enumerate(state[instance.position["learnt"]]) if has}


@pytest.mark.parametrize("of", [LITERAL, CHARITABLE, HARDENED])
def test_the_adversary_derives_what_sets_say(of: str) -> None:
    """By hand: what its devices keep, what was asked or fetched through them, and what it may ask for itself."""
    system = system_of(key_secrecy, of)
    scope = resolve(system, {"Meter": 2, "Device": 3, "f": 0, "faulty": 0})
    worlds = [w for w in instances(system, scope) if sum(w.rigids["corrupted"]) == 1]
    met = set()
    for seed in range(20):
        world = worlds[seed % len(worlds)]
        bad = world.rigids["corrupted"].index(1)
        own = {m for m, mine in enumerate(world.rigids["own"]) if mine}
        moves = Moves(world, system.enabled_for(frozenset({"EDGE", "LEDGER"})), idle=True)
        at: dict[int, int] = {}
        home: dict[int, int] = {}
        through: set[int] = set()
        for step, state in run(moves, seed, 12):
            if step.action in ("join", "recluster"):
                at[step.params[0]] = step.params[-1]
                home.setdefault(*step.params[:2])
            if step.action in ("ask", "fetch") and step.params[1] == bad:
                through.add(step.params[0])
            kept = {m for m, d in home.items() if d == bad}
            members = {m for m, d in at.items() if d == bad}
            neighbours = {m for m, d in at.items() if m not in own and any(at.get(a) == d for a in own)}
            can_read = {LITERAL: set(home), CHARITABLE: kept | through | members | neighbours, HARDENED: set()}[of]
            had = {m for m, has in enumerate(state[world.position["learnt"]]) if has}
            assert closure(world, moves, state) == can_read | had
            met.add(len(can_read))
    assert met == ({0} if of == HARDENED else {1, 2} if of == LITERAL else {0, 1, 2})
