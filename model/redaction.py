"""What a block shows of a record, and who learns the rest (Wang et al., sections 3.1 and 3.2).

A meter reports to the node that is the first to receive the data. This original node takes out what identifies the
user or is commercially confidential, and makes the temporary block, which the others accept. They see its block only:
nothing lets them tell what was taken out from what was changed, nor whether a meter has reported at all (WA-C3).
Hardened, the meter signs a salted commitment to each field. The original node opens the fields that the block shows,
and the others check each opening and that no field is shut but those that may be.

Commitments are perfect: they open to one value only, and tell nothing of it. Without a salt whoever reads the chain
finds the value by trying them all, as a field has few. The original node itself sees what the meter sends it, in every
variant of the paper's; where the meter keeps the openings of secret fields to itself (`meter-opens`), it does not.
"""

from meterproof.lang import Protocol, action, choice, exists, forall, require, rigid, var
from model.vocabulary import LEDGER, ORIG, Field, Record, Value


class Redaction(Protocol):
    """Any number of records, fields and values."""

    redaction = choice(
        "origins-word", "unsalted-commitments", "field-commitments", "meter-opens", removed="origins-word",
        cites=["WA-R4", "WA-R8", "WA-C3"],
        doc="What shows that a block's record is the meter's: the original node's word; or commitments that the meter "
        "has signed, one a field, salted or not, which the original node opens, except those that may stay shut. "
        "The last is the same with the openings of secret fields kept by the meter.",
    )  # fmt: skip

    reads = rigid(Record, Field, to=Value, doc="what the field says, as the meter has it")
    secret = rigid(Field, doc="the field identifies the user or is confidential, and is the only kind to be left out")
    crooked = rigid(Record, doc="the record's original node is dishonest")

    sent = var(Record, doc="the meter has signed the record and sent it")
    shows = var(Record, Field, Value, doc="the original node's block shows this value of the field")
    drafted = var(Record, doc="the original node's temporary block is broadcast")
    accepted = var(Record, doc="the other nodes have accepted the block")
    learnt = var(
        Record, Field, doc="another node than the original one, or who reads the chain, knows what the field says"
    )
    told = var(Record, Field, doc="the original node knows what the field says")

    @action(cites="WA-R4 WA-R7")
    def report(s, r: Record):
        """{r} is reported by its meter to the original node."""
        require(~s.sent[r])
        if s.rules.redaction == "meter-opens":
            return s.set(sent={r: True}, told=lambda q, x: s.told[q, x] | ((q == r) & ~s.secret[x]))
        return s.set(sent={r: True}, told={(r, ...): True})

    @action(cites="WA-R8")
    def desensitise(s, r: Record):
        """The original node of {r} leaves out the secret fields, and broadcasts the temporary block."""
        require(~s.crooked[r] & s.sent[r] & ~s.drafted[r])
        return s.set(
            drafted={r: True},
            shows=lambda q, x, v: s.shows[q, x, v] | ((q == r) & ~s.secret[x] & (v == s.reads[q, x])),
        )  # fmt: skip

    @action(needs=ORIG, cites="WA-R8 WA-C3")
    def put(s, r: Record, x: Field, v: Value):
        """The dishonest original node of {r} puts {v} into the block for {x}."""
        require(s.crooked[r] & ~s.drafted[r] & ~exists(Value, lambda w: s.shows[r, x, w]))
        if s.rules.redaction != "origins-word":
            require((v == s.reads[r, x]) & s.told[r, x], "WA-C3", rule="redaction")
        return s.set(shows={(r, x, v): True})

    @action(needs=ORIG, cites="WA-R8 WA-C3")
    def draft(s, r: Record):
        """The dishonest original node of {r} broadcasts its temporary block, with whatever it leaves out."""
        require(s.crooked[r] & ~s.drafted[r])
        return s.set(drafted={r: True})

    @action(cites="WA-R9 WA-C3")
    def accept(s, r: Record):
        """The other nodes accept the block of {r}, as far as they can check it."""
        require(s.drafted[r] & ~s.accepted[r])
        if s.rules.redaction != "origins-word":
            require(s.sent[r], "WA-C3", rule="redaction")
            require(forall(Field, lambda x: is_shown(s, r, x) | s.secret[x]), "WA-C3", rule="redaction")
        return s.set(accepted={r: True})

    @action(needs=LEDGER, cites="WA-R8")
    def read(s, r: Record, x: Field):
        """Whoever has the block of {r} reads {x} in it."""
        require(s.drafted[r] & s.shows[r, x, s.reads[r, x]] & ~s.learnt[r, x])
        return s.set(learnt={(r, x): True})

    @action(needs=LEDGER, cites="WA-C3")
    def guess(s, r: Record, x: Field):
        """Whoever has the block of {r} finds what {x} says, by trying the unsalted commitment on all values."""
        require(s.rules.redaction == "unsalted-commitments", rule="redaction")
        require(s.drafted[r] & s.sent[r] & ~s.learnt[r, x])
        return s.set(learnt={(r, x): True})

    @action(needs=ORIG, cites="WA-C3")
    def tell(s, r: Record, x: Field):
        """The dishonest original node of {r} tells others what {x} says, beside the chain."""
        require(s.crooked[r] & s.told[r, x] & ~s.learnt[r, x])
        return s.set(learnt={(r, x): True})


def is_shown(s, r, x):
    """The block shows some value of the field."""
    return exists(Value, lambda v: s.shows[r, x, v])
