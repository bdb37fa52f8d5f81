"""Tables as bytes: what is signed, and what whoever parses it reads (Zhao et al., 4.2).

Answers are JSON, of which no canonical form is said (ZD-C21). One table can be written in many ways, each with another
digest, so that what says the same is taken for changed. And parsers differ: of a key that occurs twice one takes the
first value and another the last, so that an institution signs what its own library shows it, and a service reads
another table in the same bytes, under a signature that is in order.

Hardened, a table has canonical bytes (RFC 8785). Only these are signed, and whoever takes a signed text writes what he
has read once more and compares: any other text is refused, one with a key twice among them. So nothing is said here of
how parsers read; two of them that both take a text read the same in it, whatever else they get wrong. What that rests
on is that tables that differ have canonical bytes that differ (ZD-A43). Bytes that differ have digests that differ
(ZD-A41), so a text stands for its digest too.
"""

from meterproof.lang import Protocol, action, axiom, choice, forall, implies, require, rigid, var
from model.vocabulary import AUTHOR, PORTAL, Content, Issuer, Parser, Text


class Documents(Protocol):
    """Any number of texts, tables, institutions and parsers."""

    json = choice(
        "any", "canonical", removed="any", cites=["ZD-R15", "ZD-R16", "ZD-C21"],
        doc="Which bytes a table may be signed in, and read from: any, or its canonical ones.",
    )  # fmt: skip

    reads = rigid(Parser, Text, to=Content, doc="what the parser makes of the text")
    library = rigid(Issuer, to=Parser, doc="the parser by which the institution looks at what it signs")
    canonical = rigid(Content, to=Text, doc="the canonical bytes of the table")
    dishonest = rigid(Issuer, doc="the institution is dishonest")

    offered = var(Text, doc="somebody has made the text and sends it around")
    meant = var(Issuer, Content, Text, doc="the institution means the table, and has signed it in this text")
    signed = var(Issuer, Text, doc="there is the institution's signature over the text")
    taken = var(Parser, Issuer, Text, Content, doc="whoever uses the parser takes the text for the institution's table")

    @axiom(cites="ZD-A43")
    def canonical_bytes_tell_tables_apart(s):
        """No two tables have the same canonical bytes."""
        return forall(Content, Content, lambda t, u: implies(s.canonical[t] == s.canonical[u], t == u))

    @action(cites="ZD-R16")
    def write(s, i: Issuer, t: Content, x: Text):
        """{i} writes {t} as {x}, reads it once more with its own library, and signs."""
        require(s.reads[s.library[i], x] == t)
        return _sign(s, i, t, x)

    @action(needs=PORTAL, cites="ZD-C21")
    def offer(s, x: Text):
        """Somebody makes up {x} and hands it in to be signed."""
        require(~s.offered[x])
        return s.set(offered={x: True})

    @action(cites="ZD-C21")
    def approve(s, i: Issuer, t: Content, x: Text):
        """{i} reads {x}, which was handed in, with its own library, finds {t} in it, and signs {x}."""
        require(s.offered[x] & (s.reads[s.library[i], x] == t))
        return _sign(s, i, t, x)

    @action(needs=AUTHOR, cites="ZD-C21")
    def sign_anything(s, i: Issuer, x: Text):
        """The dishonest {i} signs {x}, whatever it reads in it."""
        require(s.dishonest[i] & ~s.signed[i, x])
        return s.set(signed={(i, x): True})

    @action(cites="ZD-R15 ZD-R16 ZD-C21")
    def take(s, p: Parser, i: Issuer, x: Text, t: Content):
        """Whoever uses {p} finds {t} in {x}, and {i}'s signature in order, and takes it."""
        require(s.signed[i, x] & (s.reads[p, x] == t) & ~s.taken[p, i, x, t])
        require(may_stand_for(s, x, t), "ZD-C21", rule="json")
        return s.set(taken={(p, i, x, t): True})


def may_stand_for(s, x, t):
    """The text is one in which the table may be signed and read."""
    return x == s.canonical[t] if s.rules.json == "canonical" else True


def _sign(s, i, t, x):
    """The institution signs the text, and means the table by it."""
    require(~s.meant[i, t, x])
    require(may_stand_for(s, x, t), "ZD-C21", rule="json")
    return s.set(meant={(i, t, x): True}, signed={(i, x): True})
