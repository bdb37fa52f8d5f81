"""What the ledger calls a meter, epoch after epoch (Islam et al. 2022, sections 2, 4.2.2 and 4.2.4).

As published, a meter is called by the hash of its identity, always the same and in the clear (IS-C26). Hardened, its
name is a pseudonym of the epoch, PRF_k(ID, epoch), that a mere reader of the ledger can't tell from a random one
(IS-C2). The PRF is perfect, so that it never gives a name twice.

The meter and the MDMS can tell, and so can whoever executes the contract: `one_active_key`, `epochs` and `freshness`
make it compare a meter's registrations and times across epochs, for which it has to know which names are of one meter.
How it is told is not modelled; from peers the names hide nothing. The reference has no pseudonyms: a meter keeps one
hashed identity.

This is about names and nothing else: a load profile, the size of a message, the time at which it is sent, or a signing
key that is used in two epochs may link what names don't, and the MDMS knows who is who.
"""

from meterproof.lang import Protocol, action, choice, exists, forall, implies, require, var
from model.vocabulary import LEDGER, Epoch, Meter, Name


class Pseudonyms(Protocol):
    """Names of meters, and what a reader of the ledger sees of them."""

    identity = choice(
        "static-hash", "epoch-pseudonym", removed="static-hash", cites=["IS-R5", "IS-R17", "IS-C2", "IS-C26"],
        doc="What the ledger calls a meter: the hash of its identity, or a pseudonym that lasts one epoch.",
    )  # fmt: skip

    bears = var(Epoch, Meter, Name, doc="the meter is called by this name in this epoch")
    shown = var(Epoch, Name, doc="the ledger has a report under this name in this epoch")
    seen = var(Epoch, Name, doc="the adversary has read the name in a report of this epoch")

    @action(cites="IS-R5 IS-C2")
    def name(s, e: Epoch, m: Meter, n: Name):
        """{m} is called {n} in {e}."""
        require(~exists(Name, lambda o: s.bears[e, m, o]))
        require(forall(Epoch, Meter, lambda d, o: implies(s.bears[d, o, n], o == m)))
        if s.rules.identity == "static-hash":
            require(forall(Epoch, Name, lambda d, o: implies(s.bears[d, m, o], o == n)), "IS-R5", rule="identity")
        else:
            require(~exists(Epoch, lambda d: s.bears[d, m, n]), "IS-C26", rule="identity")
        return s.set(bears={(e, m, n): True})

    @action(cites="IS-R12 IS-R17")
    def report(s, e: Epoch, m: Meter, n: Name):
        """A report of {m} under its name {n} enters the ledger in {e}."""
        require(s.bears[e, m, n] & ~s.shown[e, n])
        return s.set(shown={(e, n): True})

    @action(needs=LEDGER, cites="IS-C26")
    def read_ledger(s, e: Epoch, n: Name):
        """The adversary reads the name {n} in a report of {e}."""
        require(s.shown[e, n] & ~s.seen[e, n])
        return s.set(seen={(e, n): True})
