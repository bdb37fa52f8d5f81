"""Release of block data to the MDMS (Islam et al. 2022, section 4.2.4)."""

from meterproof.lang import Protocol, action, choice, exists, require, var
from model.registration import is_registered
from model.reporting import first_free
from model.vocabulary import NET, TRANSFER, Height, Meter, Reading, Time


class Release(Protocol):
    """From the ledger to the MDMS's records, which it numbers as it takes them."""

    release_check = choice(
        "unverified", "authentic-database", "certified", removed="unverified", cites=["IS-R18", "IS-C10"],
        doc="What the MDMS verifies: the hashed identity, that the database is the real one, or certificates.",
    )  # fmt: skip

    receipts = choice(
        "none", "unsigned", "signed", removed="none", cites=["IS-R18", "IS-C23", "IS-C33"],
        doc="Whether the MDMS sends receipts, which name a meter and the time of a report that it has recorded, and "
        "whether it signs them.",
    )  # fmt: skip

    delivered = var(Height, doc="the transaction at this height was handed to the MDMS")
    recorded = var(Height, doc="the MDMS has a record of this number")
    record = var(Height, Meter, Reading, Time, doc="the MDMS's record of this number")
    confirmed = var(Meter, Reading, Time, doc="the meter holds the MDMS's receipt for this report of its own")

    @action(cites="IS-R18")
    def release(s, g: Height, h: Height, m: Meter, r: Reading, t: Time):
        """The ledger's entry {h} is released: the MDMS records {r} of {m}, dated {t}, as its number {g}."""
        require(s.ledger[h, m, r, t])
        require(first_free(s.recorded, g))
        if s.rules.release_check == "unverified":
            require(~s.delivered[h])
        else:
            require(g == h, "IS-C10", rule="release_check")
        return s.set(record={(g, m, r, t): True}, recorded={g: True}, delivered={h: True})

    @action(cites="IS-C23 IS-C33")
    def acknowledge(s, g: Height, m: Meter, r: Reading, t: Time):
        """The MDMS makes a receipt for record {g}, of {m} and dated {t}; it reaches {m}, which reported {r} for {t}."""
        require(s.rules.receipts != "none", rule="receipts")
        require(exists(Reading, lambda q: s.record[g, m, q, t]))
        require(s.emitted[m, r, t] & ~s.confirmed[m, r, t])
        return s.set(confirmed={(m, r, t): True})

    @action(needs=NET, cites="IS-C23 IS-C33")
    def forge_receipt(s, m: Meter, r: Reading, t: Time):
        """The adversary writes a receipt in the MDMS's name, dated {t}; it reaches {m}, which reported {r} for {t}."""
        require(s.rules.receipts == "unsigned", rule="receipts")
        require(s.emitted[m, r, t] & ~s.confirmed[m, r, t])
        return s.set(confirmed={(m, r, t): True})

    @action(needs=NET, cites="IS-C10")
    def inject(s, g: Height, m: Meter, r: Reading, t: Time):
        """The adversary seals {r}, dated {t}, for the MDMS under the hashed identity of {m}; the MDMS records it as
        number {g}."""
        require(s.rules.release_check == "unverified", rule="release_check")
        require(is_registered(s, m), "IS-R18")
        require(first_free(s.recorded, g))
        return s.set(record={(g, m, r, t): True}, recorded={g: True})

    @action(needs=TRANSFER, cites="IS-C10")
    def substitute(s, g: Height, m: Meter, r: Reading, t: Time):
        """Whoever performs the transfer hands over a block of its own making: the MDMS records {r} of {m}, dated {t},
        as number {g}."""
        require(s.rules.release_check != "certified", rule="release_check")
        require(is_registered(s, m), "IS-R18")
        require(first_free(s.recorded, g))
        return s.set(record={(g, m, r, t): True}, recorded={g: True})
