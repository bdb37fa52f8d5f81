"""What is left of a person who demands to be forgotten (Zhao et al. 2023, sections 4.1 and 5.2).

Certificates with their holders' names, and who owns which meter, stand "in each node", and
nothing that is on the chain is ever taken off it (ZD-C24). A digest in their place is no remedy: names, addresses and
meter numbers are few enough to try them all. Hardened, the chain has a commitment with a salt that is drawn for this
one entry; data and salt are with custodians, who delete both on demand. What remains on the chain then says nothing, as
any data go with it under some salt.

Salts are as good as secret keys, and deleting is deleting, in the custodian's backups too. Who has had data or salt
before the demand may have kept them: that is claimed of nobody.
"""

from meterproof.lang import Protocol, action, adding, choice, exists, require, var
from model.vocabulary import LEAK, LEDGER, Custodian, User


class Erasure(Protocol):
    """Any number of users, of each of whom there is one entry, and custodians."""

    personal_data = choice(
        "on-chain", "hashed-off-chain", "salted-off-chain", removed="on-chain", cites=["ZD-R24", "ZD-C24"],
        doc="What the chain has of a person: the data themselves, their digest, or a commitment with a salt; in the "
        "last two cases custodians have the data, and can delete them.",
    )  # fmt: skip

    entered = var(User, doc="the chain has the entry about the user")
    kept = var(Custodian, User, doc="the custodian has the data of the entry, and its salt")
    demanded = var(User, doc="the user has demanded to be forgotten")
    learnt = var(User, doc="the adversary has the data of the entry")

    @action(cites="ZD-R24 ZD-C24")
    def enter(s, u: User):
        """The entry about {u} is made on the chain."""
        require(~s.entered[u])
        return s.set(entered={u: True})

    @action(cites="ZD-C24")
    def keep(s, c: Custodian, u: User):
        """{c} takes the data of {u}'s entry, and the salt, to keep."""
        require(s.rules.personal_data != "on-chain", "ZD-C24", rule="personal_data")
        require(s.entered[u] & ~s.demanded[u] & ~s.kept[c, u])
        return s.set(kept={(c, u): True})

    @action(cites="ZD-C24")
    def demand(s, u: User):
        """{u} demands to be forgotten."""
        require(s.entered[u] & ~s.demanded[u])
        return s.set(demanded={u: True})

    @action(cites="ZD-C24")
    def delete(s, c: Custodian, u: User):
        """{c} deletes what it has of {u}, who has demanded it."""
        require(s.demanded[u] & s.kept[c, u])
        return s.set(kept={(c, u): False})

    @action(needs=LEDGER, cites="ZD-R24 ZD-C24")
    def read_replica(s, u: User):
        """The adversary reads {u}'s entry on a replica, or tries out what matches its digest."""
        require(s.rules.personal_data != "salted-off-chain", "ZD-C24", rule="personal_data")
        require(s.entered[u] & ~s.learnt[u])
        return s.set(learnt={u: True})

    @action(needs=LEAK, cites="ZD-C24")
    def leak(s, c: Custodian):
        """What {c} has at this moment comes into the adversary's hands."""
        return s.set(learnt=adding(lambda u: s.kept[c, u]))


def erased(s, u):
    """The demand is met: nothing is left of the data where they can be deleted, or should be."""
    forgotten = s.demanded[u] & ~exists(Custodian, lambda c: s.kept[c, u])
    return False if s.rules.personal_data == "on-chain" else forgotten
