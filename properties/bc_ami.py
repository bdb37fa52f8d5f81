"""What is claimed of bc-ami, as published (in both readings) and hardened; see `meterproof.claims`."""

from meterproof.claims import (
    Case,
    bmc,
    changing,
    explore,
    holds,
    induction,
    open_question,
    removing,
    schedule,
    thorough,
    violated,
)
from properties.consensus import (
    CONTROLS,
    THREE_VIEWS,
    TWO_VIEWS,
    WITHIN_TWO_VIEWS,
    agreement_across_views,
    certificates_are_final,
    validity_across_views,
)
from properties.metering import (
    authentication,
    displaced_keys_stay_displaced,
    injective_agreement,
    injective_agreement_despite_the_transfer,
    key_exclusivity,
    one_active_key,
)
from properties.ordering import (
    agreement_beyond_the_bound,
    agreement_within_a_view,
    liveness,
    progress_under_a_correct_leader,
    validity,
)

ONE_METER = explore(Meter=1, Key=2, Reading=1, Time=2, Height=2)
TWO_METERS = explore(Meter=2, Key=3, Reading=1, Time=2, Height=2)
TWO_READINGS = thorough(explore(Meter=2, Key=2, Reading=2, Time=2, Height=2))
SCHEDULES = schedule(25, 20, Meter=2, Key=3, Reading=2, Time=3, Height=3)
THREE = explore(Replica=3, Block=2, f=1, faulty=1)
FOUR = explore(Replica=4, Block=2, faulty=1)
FIVE = explore(Replica=5, Block=2, faulty=1)
SEVEN_SCHEDULES = schedule(25, 30, Replica=7, Block=2, faulty=2)
SIX = thorough(explore(Replica=6, Block=2, faulty=1))
LIVENESS = "progress across views, given a correct leader whose view lasts, is not stated yet"

CASES = (
    Case(agreement_within_a_view, {
        "published literal": violated(FOUR, bmc(6, Replica=4, Block=2, faulty=1)),
        "published charitable": violated(FOUR, FIVE, note="holds at n = 4 = 3f+1, exhausted; falls at n = 5"),
        "hardened": holds(
            "proved", induction(), FOUR, FIVE, SIX, bmc(6, Replica=4, Block=2, faulty=1), SEVEN_SCHEDULES,
            controls=removing("vote_once", "finality", "quorum", by=FOUR) + changing("quorum", "2*f+1", by=FIVE),
        ),
    }),
    Case(progress_under_a_correct_leader, {
        "published literal": holds("exhausted", FOUR),
        "published charitable": holds("exhausted", FOUR),
        "hardened": holds(
            "exhausted", FOUR, FIVE, SEVEN_SCHEDULES,
            controls=changing("quorum", "2*f+2", by=FOUR) + removing("resilience", by=THREE),
        ),
    }),
    Case(agreement_across_views, {
        "published literal": violated(TWO_VIEWS),
        "published charitable": violated(TWO_VIEWS, note="one round: who goes on need not know what was final"),
        "hardened": holds("proved", induction(), TWO_VIEWS, thorough(THREE_VIEWS), controls=CONTROLS),
    }),
    Case(certificates_are_final, {
        "published literal": violated(TWO_VIEWS),
        "published charitable": violated(TWO_VIEWS),
        "hardened": holds(
            "proved", induction(), TWO_VIEWS, thorough(THREE_VIEWS),
            controls=WITHIN_TWO_VIEWS + changing("carried", "any", by=thorough(THREE_VIEWS)),
        ),
    }),
    Case(validity_across_views, {
        "published literal": violated(TWO_VIEWS),
        "published charitable": holds("exhausted", TWO_VIEWS),
        "hardened": holds("proved", induction(), TWO_VIEWS, controls=removing("counted", "quorum", by=TWO_VIEWS)),
    }),
    Case(validity, {
        "published literal": violated(FOUR),
        "published charitable": holds("exhausted", FOUR),
        "hardened": holds("proved", induction(), FOUR, controls=removing("counted", "quorum", by=FOUR)),
    }),
    Case(liveness, {
        "published literal": violated(FOUR),
        "published charitable": open_question(note=LIVENESS),
        "hardened": open_question(note=LIVENESS),
    }),
    Case(injective_agreement, {
        "published literal": violated(ONE_METER, SCHEDULES),
        "published charitable": holds("proved", induction(), TWO_METERS),
        "hardened": holds(
            "proved", induction(), TWO_METERS, TWO_READINGS, SCHEDULES,
            controls=removing("freshness", "signature_scope", "release_check", "credential", by=ONE_METER),
        ),
    }),
    Case(authentication, {
        "published literal": violated(ONE_METER),
        "published charitable": holds("proved", induction(), TWO_METERS),
        "hardened": holds(
            "proved", induction(), TWO_METERS, TWO_READINGS, SCHEDULES,
            controls=removing("credential", "signature_scope", "release_check", by=ONE_METER),
        ),
    }),
    Case(injective_agreement_despite_the_transfer, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER),
        "hardened": holds(
            "proved", induction(), TWO_METERS,
            controls=changing("release_check", "authentic-database", by=ONE_METER),
        ),
    }),
    Case(key_exclusivity, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER),
        "hardened": holds("proved", induction(), TWO_METERS, controls=removing("key_generation", by=ONE_METER)),
    }),
    Case(one_active_key, {
        "published literal": violated(ONE_METER),
        "published charitable": holds("proved", induction(), TWO_METERS),
        "hardened": holds("proved", induction(), TWO_METERS, controls=removing("one_active_key", by=ONE_METER)),
    }),
    Case(displaced_keys_stay_displaced, {
        "hardened": holds("proved", induction(), TWO_METERS, controls=removing("fresh_key", by=ONE_METER)),
    }),
    Case(agreement_beyond_the_bound, {
        "published charitable": violated(explore(Replica=4, Block=2, faulty=2)),
        "hardened": violated(explore(Replica=4, Block=2, faulty=2), note="t* = 2q-n-1 = 1 at n = 4; two break it"),
    }),
)  # fmt: skip
"""One case a property; rows of the check's table in this order."""
