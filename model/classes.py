"""Types of data and their security classes (Zhao et al., 4.1).

Data are of class I, open to all, of class II, for who has permission, or of class III, files of which the chain has a
digest. Three types of data are listed, certificates, equipment and institutions, and no type is said to be of a class
(ZD-C15); what meters of residents have measured is of no type at all (ZD-C14). So whoever stores such data chooses how
they are treated, and whoever administers the platform what class a type has.

Hardened, each type has one class, which every schema carries and every record of the type is treated by: the one that
it is listed with, or else the strictest. Of the paper's classes the strictest is II; then comes III, of files that are
handed out to whoever asks, and then I. A class is made less strict only by a governed transaction: a quorum of members
has approved it, of whom the correct ones do so where the law lets them (ZD-A44). It may be made stricter at any time,
but that is no way back: what was disclosed stays disclosed.

Classes are ordered by how strict they are; the first is class I. That the members' votes come onto the chain is the
concern of `Consensus`; how class II keeps out who has no permission is `Confidential`.
"""

from meterproof.lang import action, axiom, choice, forall, is_first, ite, require, rigid, var
from model.vocabulary import ADMIN, BYZ, LEDGER, Class, Record, Replica, Schema
from model.voting import Voting, quorum_of


class Classes(Voting):
    """Any number of members, of types of data, of classes and of records."""

    class_change = choice(
        "at-will", "governed", removed="at-will", cites=["ZD-R4", "ZD-R5", "ZD-C14", "ZD-C15"],
        doc="Who says what class data have: administrators, and for types without a class whoever stores the data; or "
        "a list, a default that is the strictest, and a quorum of members where a class is made less strict.",
    )  # fmt: skip

    listed = rigid(Schema, doc="the type is one of those that have a class from the start")
    original = rigid(Schema, to=Class, doc="that class")
    strictest = rigid(to=Class, doc="the class that is open to the fewest")
    lawful = rigid(Schema, Class, doc="data of the type may have the class, as every correct member finds")
    schema = rigid(Record, to=Schema, doc="the type of the record's data")

    class_of = var(
        Schema, to=Class, init=lambda s, x: ite(s.listed[x], s.original[x], s.strictest),
        doc="the class of the type; of a type that is not listed, by default",
    )  # fmt: skip
    lowered = var(Schema, Class, ghost=True, doc="the type got this class when it had a stricter one")
    approved = var(Replica, Schema, Class, doc="the member has signed that the type is to have the class")
    stored = var(Record, doc="the chain has the record")
    disclosed = var(Record, doc="the record is on the chain as one of class I")
    learnt = var(Record, doc="the adversary has read the record")

    @axiom
    def strictest_is_last(s):
        """There are two classes or more, of which this is the last."""
        return forall(Class, lambda k: k <= s.strictest) & ~is_first(s.strictest)

    @action(cites="ZD-C14 ZD-C18")
    def approve(s, r: Replica, x: Schema, k: Class):
        """{r} finds that the law lets {x} be of {k}, and signs that it approves."""
        require(s.rules.class_change == "governed", "ZD-C14", rule="class_change")
        require(~s.faulty[r] & s.lawful[x, k] & ~s.approved[r, x, k])
        return s.set(approved={(r, x, k): True})

    @action(needs=BYZ, cites="ZD-C18")
    def approve_anything(s, r: Replica, x: Schema, k: Class):
        """The faulty {r} signs that {x} is to be of {k}."""
        require(s.rules.class_change == "governed", rule="class_change")
        require(s.faulty[r] & ~s.approved[r, x, k])
        return s.set(approved={(r, x, k): True})

    @action(cites="ZD-C14")
    def lower(s, x: Schema, k: Class):
        """{x} is of {k} from now on, which is open to more, by a decision of members where one is asked for."""
        require(k < s.class_of[x])
        if s.rules.class_change == "governed":
            require(quorum_of(s, lambda r: s.approved[r, x, k]), "ZD-C14", rule=("class_change", "quorum"))
        else:
            require(s.lawful[x, k])
        return s.set(class_of={x: k}, lowered={(x, k): True})

    @action(needs=ADMIN, cites="ZD-R10 ZD-C14")
    def lower_at_will(s, x: Schema, k: Class):
        """A dishonest administrator gives {x} the class {k}, which is open to more."""
        require(s.rules.class_change == "at-will", "ZD-C14", rule="class_change")
        require(k < s.class_of[x])
        return s.set(class_of={x: k}, lowered={(x, k): True})

    @action(cites="ZD-C14")
    def tighten(s, x: Schema, k: Class):
        """{x} is of {k} from now on, which is open to fewer."""
        require(s.class_of[x] < k)
        return s.set(class_of={x: k})

    @action(cites="ZD-R4 ZD-R5")
    def store(s, d: Record, x: Schema):
        """{d}, whose type is {x}, is stored as the class of {x} asks."""
        require((s.schema[d] == x) & ~s.stored[d])
        return s.set(stored={d: True}, disclosed={d: is_first(s.class_of[x])})

    @action(cites="ZD-C14 ZD-C15")
    def store_as_class_one(s, d: Record, x: Schema):
        """{d}, whose type is {x}, for which no class is said, is stored by who takes it for class I."""
        require(s.rules.class_change == "at-will", "ZD-C14", rule="class_change")
        require((s.schema[d] == x) & ~s.listed[x] & ~s.stored[d])
        return s.set(stored={d: True}, disclosed={d: True})

    @action(cites="ZD-C14")
    def declassify(s, d: Record, x: Schema):
        """{d}, which is stored, is disclosed, as its type {x} is of class I now."""
        require((s.schema[d] == x) & s.stored[d] & ~s.disclosed[d] & is_first(s.class_of[x]))
        return s.set(disclosed={d: True})

    @action(needs=LEDGER, cites="ZD-R4 ZD-C3")
    def read(s, d: Record):
        """The adversary reads {d}, which is disclosed."""
        require(s.disclosed[d] & ~s.learnt[d])
        return s.set(learnt={d: True})
