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
    TWO_OF_FOUR_FAULTY,
    TWO_VIEWS,
    WITHIN_TWO_VIEWS,
    agreement_across_views,
    agreement_beyond_the_bound_across_views,
    certificates_are_final,
    validity_across_views,
)
from properties.endorsement import a_correct_peer_has_verified
from properties.execution import (
    FOUR_PEERS,
    SEVEN_PEERS,
    TWO_REQUESTS,
    deterministic_execution,
    endorsed_results_are_executed,
    endorsement_in_the_end,
)
from properties.lowe import (
    MDMS_TO_METER,
    METER_TO_MDMS,
    agreement_of_the_mdms,
    agreement_of_the_meter,
    aliveness_of_the_mdms,
    aliveness_of_the_meter,
    injective_agreement_of_the_mdms,
    injective_agreement_of_the_meter,
    weak_agreement_of_the_mdms,
    weak_agreement_of_the_meter,
)
from properties.metering import (
    authentication,
    complete_release_despite_the_transfer,
    displaced_keys_stay_displaced,
    freshness,
    injective_agreement,
    injective_agreement_despite_the_transfer,
    key_exclusivity,
    one_active_key,
    registrations_are_authorised,
    release_is_complete_and_ordered,
    tampering_is_detected,
    the_latest_epoch_is_in_force,
)
from properties.ordering import (
    agreement_beyond_the_bound,
    agreement_within_a_view,
    liveness,
    progress_under_a_correct_leader,
    validity,
)
from properties.progress import (
    FIVE_MET,
    MET,
    MET_IN_ONE_VIEW,
    MORE_THAN_THE_CORRECT,
    SEVEN_MET,
    STUCK,
    nobody_waits_in_vain,
    progress,
    something_can_be_proposed,
)
from properties.pseudonyms import TWO_NAMED_METERS, TWO_NAMES, no_name_in_two_epochs, unlinkability
from properties.secrecy import (
    ONE_SEALED,
    TWO_SEALED,
    confidentiality,
    confidentiality_despite_a_curious_peer,
    forward_secrecy,
    secrecy_inside_the_live_epoch,
)
from properties.submission import (
    ONE_OF_THREE,
    ONE_REPORT,
    THREE_CONCENTRATORS,
    TWO_CONCENTRATORS,
    TWO_OF_FOUR,
    inclusion,
)

ONE_METER = explore(Meter=1, Key=2, Epoch=1, Reading=1, Time=2, Height=2)
TWO_METERS = explore(Meter=2, Key=3, Epoch=1, Reading=1, Time=2, Height=2)
TWO_EPOCHS = explore(Meter=1, Key=2, Epoch=2, Reading=1, Time=2, Height=2)
TWO_READINGS = thorough(explore(Meter=2, Key=2, Epoch=1, Reading=2, Time=2, Height=2))
TWO_OF_ALL = thorough(explore(symmetry=["all"], Meter=2, Key=3, Epoch=2, Reading=1, Time=2, Height=2))
SCHEDULES = schedule(25, 20, Meter=2, Key=3, Epoch=2, Reading=2, Time=3, Height=3)
THREE = explore(Replica=3, Block=2, f=1, faulty=1)
FOUR = explore(Replica=4, Block=2, faulty=1)
FIVE = explore(Replica=5, Block=2, faulty=1)
SEVEN_SCHEDULES = schedule(25, 30, Replica=7, Block=2, faulty=2)
SEVEN_WITH_THREE = explore(eager=True, Replica=7, Block=2, faulty=3)
SIX = thorough(explore(Replica=6, Block=2, faulty=1))
REPORTS = explore(Peer=4, Report=2, faulty=1)
EITHER_READING = explore(Meter=1, Key=1, Epoch=1, Reading=2, Time=1, Height=1)
NO_PROOF_OF_RECEIPT = removing("receipts", by=ONE_METER) + changing("receipts", "unsigned", by=ONE_METER)
UNHEARD = "nothing is sent back to a meter, so that having reported it knows nothing of the MDMS"
RECURRING = "a view that lasts decides; that such views recur is assumed (IS-A5)"

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
        "published literal": holds("exhausted", FOUR, controls=changing("quorum", "2*f+2", by=FOUR)),
        "published charitable": holds("exhausted", FOUR, controls=changing("quorum", "2*f+2", by=FOUR)),
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
    Case(progress, {
        "published literal": violated(MET_IN_ONE_VIEW, note="the leader is silent, and nothing says who follows it"),
        "published charitable": holds(
            "exhausted", MET, controls=MORE_THAN_THE_CORRECT,
            note="2f+1 answers (4.2.3); with more than 2f+1 (5.4.4), the control, it fails",
        ),
        "hardened": holds(
            "exhausted", MET, FIVE_MET, SEVEN_MET,
            controls=STUCK + removing("view_change", by=MET_IN_ONE_VIEW), note=RECURRING,
        ),
    }),
    Case(something_can_be_proposed, {
        "hardened": holds("proved", induction(), TWO_VIEWS, controls=changing("quorum", "2*f+2", by=TWO_VIEWS)),
    }),
    Case(nobody_waits_in_vain, {
        "hardened": holds("proved", induction(), MET_IN_ONE_VIEW, thorough(MET), controls=STUCK),
    }),
    Case(liveness, {
        "published literal": violated(FOUR),
        "published charitable": violated(FOUR, note="one view: what a change of view is for"),
    }),
    Case(injective_agreement, {
        "published literal": violated(ONE_METER, SCHEDULES),
        "published charitable": holds("proved", induction(), TWO_METERS),
        "hardened": holds(
            "proved", induction(), TWO_METERS, TWO_EPOCHS, TWO_READINGS, TWO_OF_ALL, SCHEDULES,
            controls=removing("freshness", "signature_scope", "release_check", "credential", by=ONE_METER),
        ),
    }),
    Case(authentication, {
        "published literal": violated(ONE_METER),
        "published charitable": holds("proved", induction(), TWO_METERS),
        "hardened": holds(
            "proved", induction(), TWO_METERS, TWO_EPOCHS, TWO_READINGS, SCHEDULES,
            controls=removing("credential", "signature_scope", "release_check", by=ONE_METER),
        ),
    }),
    Case(injective_agreement_despite_the_transfer, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER),
        "hardened": holds(
            "proved", induction(), TWO_METERS, TWO_EPOCHS,
            controls=changing("release_check", "authentic-database", by=ONE_METER),
        ),
    }),
    Case(release_is_complete_and_ordered, {
        "published literal": violated(ONE_METER),
        "published charitable": holds("proved", induction(), TWO_METERS),
        "hardened": holds(
            "proved", induction(), TWO_METERS, TWO_EPOCHS, controls=removing("release_check", by=ONE_METER)
        ),
    }),
    Case(complete_release_despite_the_transfer, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER, note="who transfers may hand over what the ledger never held"),
        "hardened": holds(
            "proved", induction(), TWO_METERS, TWO_EPOCHS,
            controls=changing("release_check", "authentic-database", by=ONE_METER)
            + removing("release_check", by=ONE_METER),
            note="what a dishonest transfer holds back from the end on, the MDMS can't tell from what is not yet final",
        ),
    }),
    Case(freshness, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(TWO_METERS, note="increasing times prevent replay, not delay"),
        "hardened": holds(
            "proved", induction(), TWO_METERS, TWO_EPOCHS,
            controls=removing("window", by=TWO_METERS) + removing("signature_scope", "credential", by=ONE_METER),
        ),
    }),
    Case(tampering_is_detected, {
        "published literal": violated(ONE_METER),
        "published charitable": holds("proved", induction(), TWO_METERS),
        "hardened": holds(
            "proved", induction(), TWO_METERS, TWO_EPOCHS, controls=removing("signature_scope", by=ONE_METER)
        ),
    }),
    Case(key_exclusivity, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER),
        "hardened": holds(
            "proved", induction(), TWO_METERS, TWO_EPOCHS, controls=removing("key_generation", by=ONE_METER)
        ),
    }),
    Case(one_active_key, {
        "published literal": violated(ONE_METER),
        "published charitable": holds("proved", induction(), TWO_METERS),
        "hardened": holds(
            "proved", induction(), TWO_EPOCHS, controls=removing("one_active_key", by=TWO_EPOCHS)
        ),
    }),
    Case(registrations_are_authorised, {
        "published literal": violated(ONE_METER),
        "published charitable": holds("proved", induction(), TWO_METERS),
        "hardened": holds(
            "proved", induction(), TWO_EPOCHS, controls=removing("credential", by=TWO_EPOCHS)
        ),
    }),
    Case(displaced_keys_stay_displaced, {
        "published charitable": holds("exhausted", TWO_METERS),
        "hardened": holds("proved", induction(), TWO_EPOCHS, controls=removing("epochs", by=TWO_EPOCHS)),
    }),
    Case(the_latest_epoch_is_in_force, {
        "hardened": holds("proved", induction(), TWO_EPOCHS, controls=removing("epochs", by=TWO_EPOCHS)),
    }),
    Case(agreement_beyond_the_bound, {
        "published charitable": violated(explore(Replica=4, Block=2, faulty=2), SEVEN_WITH_THREE),
        "hardened": violated(
            explore(Replica=4, Block=2, faulty=2), explore(eager=True, Replica=5, Block=2, faulty=3), SEVEN_WITH_THREE,
            note="t* = 2q-n-1 is 1, 2, 2 at n = 4, 5, 7; one more breaks it",
        ),
    }),
    Case(agreement_beyond_the_bound_across_views, {
        "published charitable": violated(TWO_OF_FOUR_FAULTY),
        "hardened": violated(TWO_OF_FOUR_FAULTY, note="both rounds of votes, which the machine of IS-P17 leaves out"),
    }),
    Case(deterministic_execution, {
        "published literal": violated(FOUR_PEERS),
        "published charitable": violated(FOUR_PEERS),
        "hardened": holds("proved", induction(), FOUR_PEERS, controls=removing("key_generation", by=FOUR_PEERS)),
    }),
    Case(endorsement_in_the_end, {
        "published literal": holds("exhausted", FOUR_PEERS, note="one endorsement is enough: who gives it, decides"),
        "published charitable": violated(FOUR_PEERS, note="f+1 peers that draw by themselves never find the same"),
        "hardened": holds(
            "exhausted", FOUR_PEERS, TWO_REQUESTS, SEVEN_PEERS,
            controls=removing("key_generation", by=FOUR_PEERS) + changing("endorsements", "n", by=FOUR_PEERS),
        ),
    }),
    Case(endorsed_results_are_executed, {
        "published literal": violated(FOUR_PEERS),
        "published charitable": holds("proved", induction(), FOUR_PEERS),
        "hardened": holds("proved", induction(), FOUR_PEERS, controls=removing("endorsements", by=FOUR_PEERS)),
    }),
    Case(inclusion, {
        "published literal": violated(ONE_REPORT),
        "published charitable": violated(
            ONE_REPORT, TWO_CONCENTRATORS,
            note="of two reports a mere reordering loses one too: times must increase, and nobody waits",
        ),
        "hardened": holds(
            "exhausted", TWO_CONCENTRATORS, THREE_CONCENTRATORS, ONE_OF_THREE, TWO_OF_FOUR,
            controls=removing("concentrators", "one_in_flight", by=TWO_CONCENTRATORS)
            + changing("concentrators", "f", by=THREE_CONCENTRATORS),
        ),
    }),
    Case(confidentiality, {
        "published literal": violated(ONE_SEALED, note="Table 2: encrypted with the meter's private key"),
        "published charitable": holds("proved", induction(), TWO_SEALED, note="4.2.3: encrypted to the MDMS"),
        "hardened": holds("proved", induction(), TWO_SEALED, controls=removing("sealed_with", by=ONE_SEALED)),
    }),
    Case(confidentiality_despite_a_curious_peer, {
        "published literal": violated(ONE_SEALED),
        "published charitable": violated(ONE_SEALED, note="the contract draws the MDMS's keys too"),
        "hardened": holds(
            "proved", induction(), TWO_SEALED, controls=removing("key_generation", "sealed_with", by=ONE_SEALED)
        ),
    }),
    Case(forward_secrecy, {
        "published literal": violated(ONE_SEALED, note="Table 2 opens it without a leak; a single key, with one"),
        "published charitable": holds("proved", induction(), TWO_SEALED),
        "hardened": holds(
            "proved", induction(), TWO_SEALED,
            controls=removing("mdms_keys", "sealed_with", by=ONE_SEALED)
            + changing("mdms_keys", "per-epoch", by=ONE_SEALED),
        ),
    }),
    Case(secrecy_inside_the_live_epoch, {
        "published literal": violated(ONE_SEALED),
        "published charitable": violated(ONE_SEALED),
        "hardened": violated(ONE_SEALED, note="forward secrecy is by epochs, and no finer"),
    }),
    Case(unlinkability, {
        "published literal": violated(TWO_NAMES),
        "published charitable": violated(TWO_NAMES),
        "hardened": open_question(note="no property of single runs; what names contribute to it is IS-V11"),
    }),
    Case(no_name_in_two_epochs, {
        "hardened": holds(
            "proved", induction(), TWO_NAMED_METERS, controls=removing("identity", by=TWO_NAMES)
        ),
    }),
    Case(a_correct_peer_has_verified, {
        "published literal": violated(REPORTS),
        "published charitable": holds("proved", induction(), REPORTS),
        "hardened": holds(
            "proved", induction(), REPORTS,
            controls=removing("endorsements", by=REPORTS) + changing("endorsements", "f", by=REPORTS),
        ),
    }),
    Case(aliveness_of_the_meter, {
        "published literal": violated(ONE_METER),
        "published charitable": holds("proved", induction(), TWO_METERS),
        "hardened": holds("proved", induction(), TWO_METERS, controls=removing("credential", by=ONE_METER)),
    }),
    Case(weak_agreement_of_the_meter, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER),
        "hardened": holds("proved", induction(), TWO_METERS, controls=removing("release_check", by=ONE_METER)),
    }),
    Case(agreement_of_the_meter, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER, note="against the network alone it holds: IS-P5"),
        "hardened": holds("proved", induction(), TWO_METERS, controls=removing("signature_scope", by=ONE_METER)),
    }),
    Case(injective_agreement_of_the_meter, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER, note="against the network alone it holds: IS-P4"),
        "hardened": holds("proved", induction(), TWO_METERS, controls=removing("freshness", by=ONE_METER)),
    }),
    Case(aliveness_of_the_mdms, {
        "published literal": violated(ONE_METER, note=UNHEARD),
        "published charitable": violated(ONE_METER, note=UNHEARD),
        "hardened": holds("proved", induction(), TWO_METERS, controls=NO_PROOF_OF_RECEIPT),
    }),
    Case(weak_agreement_of_the_mdms, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER),
        "hardened": holds("proved", induction(), TWO_METERS, controls=NO_PROOF_OF_RECEIPT),
    }),
    Case(agreement_of_the_mdms, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER),
        "hardened": holds(
            "proved", induction(), TWO_METERS,
            controls=NO_PROOF_OF_RECEIPT + removing("release_check", by=EITHER_READING),
        ),
    }),
    Case(injective_agreement_of_the_mdms, {
        "published literal": violated(ONE_METER),
        "published charitable": violated(ONE_METER),
        "hardened": holds(
            "proved", induction(), TWO_METERS,
            controls=NO_PROOF_OF_RECEIPT + removing("release_check", by=EITHER_READING),
        ),
    }),
)  # fmt: skip
"""One case a property; rows of the check's table in this order."""

LADDERS = (METER_TO_MDMS, MDMS_TO_METER)
"""Guarantees of which the strongest that holds is reported."""
