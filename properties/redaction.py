"""Guarantees of the `Redaction` machine: a block shows what the meter signed, all that is not secret, and no more.

The proofs are for any number of records, fields and values.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, violated
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.redaction import Redaction, is_shown
from model.vocabulary import LEDGER, ORIG, Field, Record, Value


def accepted_from_a_crook(s):
    """A block of a dishonest original node is accepted, which shows one field and leaves out another."""
    return exists(
        Record, Field, Field,
        lambda r, x, y: s.crooked[r] & s.accepted[r] & is_shown(s, r, x) & s.secret[y] & ~is_shown(s, r, y),
    )  # fmt: skip


def read_beside_a_secret(s):
    """A field of an accepted block has been read that has a secret one beside it."""
    return exists(
        Record, Field, Field,
        lambda r, x, y: s.accepted[r] & s.learnt[r, x] & ~s.secret[x] & s.secret[y] & s.sent[r] & ~s.crooked[r],
    )  # fmt: skip


@lemma(of=Redaction)
def shown_as_signed(s):
    """A block shows what the meter has, whoever made it."""
    return forall(Record, Field, Value, lambda r, x, v: implies(s.shows[r, x, v], v == s.reads[r, x]))


@lemma(of=Redaction)
def honest_blocks_show_no_secret(s):
    """The block of an honest original node shows no secret field."""
    return forall(
        Record, Field, Value, lambda r, x, v: implies(s.shows[r, x, v] & ~s.crooked[r], ~s.secret[x])
    )  # fmt: skip


@lemma(of=Redaction)
def unsaid_is_unknown(s):
    """No secret field is told to the original node, shown or known."""
    return forall(
        Record, Field, Value,
        lambda r, x, v: implies(s.secret[x], ~s.told[r, x] & ~s.shows[r, x, v] & ~s.learnt[r, x]),
    )  # fmt: skip


@invariant(
    of=Redaction, id="WA-P3", cites="WA-P3 WA-R4 WA-R7 WA-R8 WA-C3 WA-A13", against=ORIG, witness=accepted_from_a_crook,
    lemmas=(shown_as_signed,),
)  # fmt: skip
def desensitisation_soundness(s):
    """desensitisation soundness: an accepted block shows each field as its meter signed it, or it is a secret one"""
    as_signed = forall(
        Record, Field, Value, lambda r, x, v: implies(s.accepted[r] & s.shows[r, x, v], v == s.reads[r, x])
    )  # fmt: skip
    return as_signed & forall(
        Record, Field, lambda r, x: implies(s.accepted[r], is_shown(s, r, x) | s.secret[x])
    )  # fmt: skip


@invariant(
    of=Redaction, id="WA-V17", cites="WA-V17 WA-R4 WA-R8 WA-C3 WA-A13", against=ORIG, witness=accepted_from_a_crook
)
def no_record_is_made_up(s):
    """no record is made up: what is accepted a meter has signed and sent"""
    return forall(Record, lambda r: implies(s.accepted[r], s.sent[r]))


@invariant(
    of=Redaction, id="WA-V18", cites="WA-V18 WA-P4 WA-R8 WA-C3 WA-A13", against=LEDGER, witness=read_beside_a_secret,
    lemmas=(honest_blocks_show_no_secret,),
)  # fmt: skip
def redacted_fields_are_secret(s):
    """redacted fields are secret: of an honest original node's block nobody else learns a secret field"""
    return forall(Record, Field, lambda r, x: implies(s.learnt[r, x] & ~s.crooked[r], ~s.secret[x]))


@invariant(
    of=Redaction, id="WA-V19", cites="WA-V19 WA-P4 WA-R8 WA-C3", against=(LEDGER, ORIG), witness=read_beside_a_secret,
    lemmas=(unsaid_is_unknown,),
)  # fmt: skip
def secrets_survive_the_origin(s):
    """secret despite the original node: it tells nobody (fails by design, unless the meter keeps the openings)"""
    return forall(Record, Field, lambda r, x: implies(s.learnt[r, x], ~s.secret[x]))


TWO_FIELDS = explore(Record=1, Field=2, Value=2)

CASES = (
    Case(desensitisation_soundness, {
        "published literal": violated(TWO_FIELDS),
        "published charitable": violated(TWO_FIELDS, note="that the others validate does not help: they see no more"),
        "hardened": holds("proved", induction(), TWO_FIELDS, controls=removing("redaction", by=TWO_FIELDS)),
    }),
    Case(no_record_is_made_up, {
        "published literal": violated(TWO_FIELDS),
        "published charitable": violated(TWO_FIELDS),
        "hardened": holds("proved", induction(), TWO_FIELDS, controls=removing("redaction", by=TWO_FIELDS)),
    }),
    Case(redacted_fields_are_secret, {
        "published literal": holds("proved", induction(), TWO_FIELDS, note="while the original node is honest"),
        "published charitable": holds("proved", induction(), TWO_FIELDS, note="while the original node is honest"),
        "hardened": holds(
            "proved", induction(), TWO_FIELDS, controls=changing("redaction", "unsalted-commitments", by=TWO_FIELDS)
        ),
    }),
    Case(secrets_survive_the_origin, {
        "published literal": violated(TWO_FIELDS),
        "published charitable": violated(TWO_FIELDS),
        "hardened": violated(TWO_FIELDS, note="the commitments bind the original node; what it has been told it knows"),
    }),
)  # fmt: skip
"""One case a property of the machine."""
