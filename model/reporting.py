"""Transaction, relay, endorsement and ordering of meter reports (Islam et al. 2022, section 4.2.3).

The ledger is the ideal one: agreed, append-only, ordered by the service of `model.ordering`. What a
concentrator relays is what is on the wire, so relaying needs no action of its own.
"""

from meterproof.lang import Protocol, action, choice, exists, forall, formula, implies, require, var
from model.registration import can_name, key_of, named
from model.vocabulary import NET, Epoch, Height, Key, Meter, Reading, Time


class Reporting(Protocol):
    """A report's way from the meter to the ledger."""

    signature_scope = choice(
        "payload", "all-fields", removed="payload", cites=["IS-R12", "IS-C7"],
        doc="What a transaction's signature covers: only the sealed reading, or the whole header too. In the reference "
        "all-fields also binds the header into the seal and makes the MDMS compare inner and outer time.",
    )  # fmt: skip
    freshness = choice(
        "none", "increasing", removed="none", cites=["IS-R20", "IS-C7"],
        doc="Whether the ledger takes only reports of a meter whose time is later than all it holds of that meter.",
    )  # fmt: skip
    window = choice(
        "none", "block-time", removed="none", cites=["IS-R20", "IS-C7"],
        doc="Whether the ledger takes only reports whose time is within a window around the time of their block.",
    )  # fmt: skip
    encryption = choice(
        "ecies-secp256k1", "x25519-aead", cites=["IS-R11", "IS-C9"],
        doc="How a reading is sealed for the MDMS. The model takes it as perfect; the reference computes it.",
    )  # fmt: skip
    endorsements = formula(
        "n", "f", removed="1", cites=["IS-R14", "IS-C22"],
        doc="How many peers must endorse a transaction. In `Metering` a correct one stands for them.",
    )  # fmt: skip

    emitted = var(Meter, Reading, Time, doc="the meter reported this reading at this time")
    sent = var(
        Key,
        Meter,
        Epoch,
        Reading,
        Time,
        doc="a transaction with this header, whose signature verifies under the key, is on the wire",
    )
    endorsed = var(Meter, Reading, Time, doc="peers have endorsed the transaction")
    filled = var(Height, doc="the ledger has a transaction at this height")
    ledger = var(Height, Meter, Reading, Time, doc="the transaction at this height")
    opens = var(Height, Time, doc="the block of this height may hold reports from this time on")
    closes = var(Height, Time, doc="the block of this height may hold reports up to this time")

    @action(cites="IS-R11 IS-R12 IS-C12")
    def report(s, m: Meter, e: Epoch, k: Key, r: Reading, t: Time):
        """{m} seals {r} for the MDMS, dates it {t}, signs it with {k}, its key of {e}, and sends it."""
        require(s.holds[m, k] & key_of(s, m, e, k))
        require(~exists(Reading, Time, lambda r2, t2: s.emitted[m, r2, t2] & (t2 >= t)))
        return s.set(emitted={(m, r, t): True}, sent={(k, m, e, r, t): True})

    @action(needs=NET, cites="IS-C1")
    def forge(s, k: Key, m: Meter, e: Epoch, r: Reading, t: Time):
        """The adversary signs a transaction of its own with {k}: {r}, dated {t}, in the name of {m} and its {e}."""
        require(s.knows[k] & ~s.sent[k, m, e, r, t])
        require(can_name(s, m, k) & named(s, e))
        return s.set(sent={(k, m, e, r, t): True})

    @action(needs=NET, cites="IS-C7")
    def redate(s, k: Key, m: Meter, e: Epoch, r: Reading, t: Time, u: Time):
        """The adversary gives {m}'s recorded transaction of {r}, of {e}, the date {u} instead of {t}, which the
        signature does not cover."""
        require(s.rules.signature_scope == "payload", rule="signature_scope")
        require(s.sent[k, m, e, r, t] & ~s.sent[k, m, e, r, u])
        return s.set(sent={(k, m, e, r, u): True})

    @action(cites="IS-R13 IS-R14 IS-C12")
    def endorse(s, k: Key, m: Meter, e: Epoch, r: Reading, t: Time):
        """The contract finds {m} registered for {e} and the signature under {k} good; peers endorse {r}, dated {t}."""
        require(s.sent[k, m, e, r, t], "IS-R13")
        require(key_of(s, m, e, k), "IS-R13")
        require(~s.endorsed[m, r, t])
        return s.set(endorsed={(m, r, t): True})

    @action(cites="IS-R14 IS-R15")
    def order(s, h: Height, m: Meter, r: Reading, t: Time, a: Time, z: Time):
        """The ordering service puts {m}'s endorsed {r}, dated {t}, into the ledger at {h}, in a block for whose time
        reports from {a} to {z} are fresh."""
        require(~on_ledger(s, m, r, t))
        return _append(s, h, m, r, t, a, z)

    @action(needs=NET, cites="IS-C7 IS-C8")
    def replay(s, h: Height, m: Meter, r: Reading, t: Time, a: Time, z: Time):
        """The adversary sends {m}'s recorded {r}, dated {t}, once more; it enters the ledger again, at {h}, in a block
        for whose time reports from {a} to {z} are fresh."""
        require(on_ledger(s, m, r, t))
        return _append(s, h, m, r, t, a, z)


def on_ledger(s, m, r, t):
    """The transaction is in the ledger."""
    return exists(Height, lambda h: s.ledger[h, m, r, t])


def first_free(used, h):
    """`h` is the least height that is not used."""
    return ~used[h] & forall(Height, lambda g: implies(g < h, used[g]))


def _append(s, h, m, r, t, a, z):
    """Append an endorsed transaction, if it is fresh. A block's time comes in as the window from `a` to `z` around it,
    whatever the distance that is allowed. Clocks do not run backwards: no earlier block's window opens or closes
    later."""
    require((a <= z) & ~exists(Height, Time, lambda g, b: (s.opens[g, b] & (a < b)) | (s.closes[g, b] & (z < b))))
    if s.rules.window == "block-time":
        require((a <= t) & (t <= z), "IS-R20 IS-C7", rule="window")
    require(s.endorsed[m, r, t], "IS-R14")
    require(first_free(s.filled, h))
    if s.rules.freshness == "increasing":
        later = exists(Height, Reading, Time, lambda g, r2, t2: s.ledger[g, m, r2, t2] & (t2 >= t))
        require(~later, "IS-R20 IS-C7", rule="freshness")
    return s.set(ledger={(h, m, r, t): True}, filled={h: True}, opens={(h, a): True}, closes={(h, z): True})
