"""What authentication survives beyond the adversary of IS-P4: meters that are dishonest, and old keys that leak.

Lowe lets other parties be dishonest; here some enrolled meters are, and use their own credentials for keys of
the adversary's. And a key is copied once its epoch is over, which is what one active key is for (IS-C12).
"""

from __future__ import annotations

from functools import lru_cache

import pytest

from meterproof.check.methods import Budget, carry_out
from meterproof.claims import Plan, explore, induction
from meterproof.lang import action, exists, forall, implies, invariant, lemma, require, rigid, trace
from meterproof.lang.declare import PropertyDecl
from meterproof.verdict import Evidence
from model.bc_ami import Metering
from model.registration import registering, require_later
from model.vocabulary import NET, TRANSFER, Epoch, Height, Key, Meter, Reading, Time
from properties.metering import each_record_was_emitted, something_recorded
from tests.reference.variants import HARDENED

TWO_METERS = explore(Meter=2, Key=2, Epoch=1, Reading=1, Time=2, Height=2)
TWO_EPOCHS = explore(Meter=1, Key=2, Epoch=2, Reading=1, Time=2, Height=1)


class Insiders(Metering):
    """Reports, where the adversary has the enrolment credentials of some meters."""

    dishonest = rigid(Meter, doc="the adversary has the meter's enrolment credential")

    @action(needs=NET)
    def register_own(s, m: Meter, e: Epoch, k: Key):
        """The dishonest {m} registers {k}, which the adversary has, for {e}."""
        require(s.dishonest[m] & s.knows[k])
        return _entered(s, m, e, k)


class OneCredential(Insiders):
    """The same, where one meter's credential is taken for any meter's."""

    @action(needs=NET)
    def register_own(s, m: Meter, e: Epoch, k: Key):
        """Some dishonest meter registers {k}, which the adversary has, for {m} and {e}."""
        require(exists(Meter, lambda n: s.dishonest[n]) & s.knows[k])
        return _entered(s, m, e, k)


class OldKeysLeak(Metering):
    """Reports, where the adversary gets a meter's keys once they are of an earlier epoch."""

    @action(needs=NET)
    def copy_key(s, m: Meter, k: Key):
        """The adversary copies {m}'s key {k}; a later epoch's registration was accepted."""
        over = exists(Epoch, Epoch, lambda e, g: (e < g) & s.submitted[m, e, k] & s.accepted[m, g])
        require(s.holds[m, k] & ~s.knows[k] & over)
        return s.set(knows={k: True})


def _entered(s, m, e, k):
    require(~s.registered[m, e, k])
    require_later(s, m, e)
    return s.set(accepted={(m, e): True}, seen={k: True}, registered=registering(s, m, e, k))


def honest_records(of: type[Insiders]) -> PropertyDecl:
    """Injective agreement with honest meters, with the lemmas of IS-P4 said of them only."""

    @lemma(of=of)
    def used_keys_exist(s):
        """A key in use exists."""
        return forall(Meter, Key, lambda m, k: implies(s.holds[m, k] | s.knows[k], s.generated[k]))

    @lemma(of=of)
    def held_keys_are_secret(s):
        """The adversary has no key that a meter drew for itself."""
        return forall(Meter, Key, lambda m, k: implies(s.holds[m, k], ~s.knows[k]))

    @lemma(of=of)
    def honest_keys_are_held(s):
        """An honest meter's key is its own."""
        return forall(
            Meter, Epoch, Key,
            lambda m, e, k: implies(~s.dishonest[m] & (s.registered[m, e, k] | s.submitted[m, e, k]), s.holds[m, k]),
        )  # fmt: skip

    @lemma(of=of)
    def signed_by_the_honest(s):
        """What is signed in an honest meter's name it has reported, or the key is the adversary's."""
        return forall(
            Key, Meter, Epoch, Reading, Time,
            lambda k, m, e, r, t: implies(s.sent[k, m, e, r, t] & ~s.dishonest[m], s.knows[k] | s.emitted[m, r, t]),
        )  # fmt: skip

    @lemma(of=of)
    def endorsed_of_the_honest(s):
        """What peers endorse of an honest meter it has reported."""
        return forall(
            Meter, Reading, Time, lambda m, r, t: implies(s.endorsed[m, r, t] & ~s.dishonest[m], s.emitted[m, r, t])
        )

    @lemma(of=of)
    def recorded_as_endorsed(s):
        """Records are the ledger's, and that was endorsed."""
        return forall(
            Height, Meter, Reading, Time,
            lambda h, m, r, t: implies(s.ledger[h, m, r, t], s.endorsed[m, r, t] & s.filled[h])
            & implies(s.record[h, m, r, t], s.ledger[h, m, r, t]),
        )  # fmt: skip

    @lemma(of=of)
    def no_holes(s):
        """Below a filled height all are."""
        return forall(Height, Height, lambda g, h: implies(s.filled[h] & (g < h), s.filled[g]))

    @lemma(of=of)
    def times_increase(s):
        """Of one meter, a higher transaction has a later time."""
        return forall(
            Height, Height, Meter, Reading, Reading, Time, Time,
            lambda g, h, m, q, r, t, u: implies(s.ledger[g, m, q, t] & s.ledger[h, m, r, u] & (g < h), t < u),
        )  # fmt: skip

    def beside_an_insider(s):
        registered = exists(Meter, Epoch, Key, lambda n, e, k: s.dishonest[n] & s.registered[n, e, k])
        return registered & exists(
            Height, Meter, Reading, Time, lambda h, m, r, t: s.record[h, m, r, t] & ~s.dishonest[m]
        )

    @invariant(
        of=of, id="honest-records", cites="IS-P4", against=(NET, TRANSFER), witness=beside_an_insider,
        lemmas=(used_keys_exist, held_keys_are_secret, honest_keys_are_held, signed_by_the_honest,
                endorsed_of_the_honest, recorded_as_endorsed, no_holes, times_increase),
    )  # fmt: skip
    def claim(s):
        """each record of an honest meter is one distinct report of it"""
        return forall(
            Height, Height, Meter, Reading, Time,
            lambda g, h, m, r, t: implies(
                s.record[g, m, r, t] & ~s.dishonest[m], s.emitted[m, r, t] & implies(s.record[h, m, r, t], g == h)
            ),
        )  # fmt: skip

    return claim


@lru_cache
def old_keys_do_no_harm() -> PropertyDecl:
    @invariant(
        of=OldKeysLeak, id="old-keys", cites="IS-P5 IS-C12", against=(NET, TRANSFER),
        witness=lambda s: something_recorded(s) & exists(Meter, Key, lambda m, k: s.holds[m, k] & s.knows[k]),
    )  # fmt: skip
    def claim(s):
        """a key of an earlier epoch signs nothing that is recorded"""
        return each_record_was_emitted(s)

    return claim


def found(claim: PropertyDecl, plan: Plan, **changes: object) -> Evidence:
    assert claim.of is not None
    schema = claim.of.rule_schema()
    rules = schema.read({name: value for name, value in {**HARDENED, **changes}.items() if name in schema})
    system = trace(claim.of, rules, [claim])
    return carry_out(plan, system, system.property(claim.id), Budget(seconds=60.0))


def test_a_dishonest_meter_does_not_harm_another() -> None:
    claim = honest_records(Insiders)
    assert found(claim, induction()).verdict == "proved"
    small = found(claim, TWO_METERS)
    assert small.verdict == "exhausted" and not small.vacuous


def test_it_does_where_its_credential_is_taken_for_any_meters() -> None:
    evidence = found(honest_records(OneCredential), TWO_METERS)
    assert evidence.trace is not None and "register_own" in [step.action for step in evidence.trace.steps]


@pytest.mark.parametrize(("one_active_key", "verdict"), [(True, "exhausted"), (False, "violated")])
def test_a_key_whose_epoch_is_over_is_worth_nothing_only_where_one_key_is_active(
    one_active_key: bool, verdict: str
) -> None:
    evidence = found(old_keys_do_no_harm(), TWO_EPOCHS, one_active_key=one_active_key)
    assert evidence.verdict == verdict and not evidence.vacuous
