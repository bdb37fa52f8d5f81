"""Guarantees of the `Documents` machine: one table, one text; and one text, one table, whoever parses it.

The proofs are for any number of texts, tables, institutions and parsers, and for parsers that read as they like.
"""

from meterproof.claims import Case, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.documents import Documents
from model.vocabulary import AUTHOR, PORTAL, Content, Issuer, Parser, Text


def taken_where_parsers_differ(s):
    """Two parsers have taken tables, and there is a text, signed by an institution, that they read in two ways."""
    differ = exists(Parser, Parser, Text, lambda p, q, x: (s.reads[p, x] != s.reads[q, x]) & _is_signed(s, x))

    def used(p):
        return exists(Issuer, Text, Content, lambda i, x, t: s.taken[p, i, x, t])

    return differ & exists(Parser, Parser, lambda p, q: (p != q) & used(p) & used(q))


def approved_and_taken(s):
    """An honest institution has signed a text that was handed in, and another's parser has taken it."""
    return exists(
        Parser, Issuer, Text, Content,
        lambda p, i, x, t: s.taken[p, i, x, t] & ~s.dishonest[i] & s.offered[x] & (p != s.library[i]),
    )  # fmt: skip


@lemma(of=Documents)
def taken_as_canonical(s):
    """Whoever has taken a table has taken it from its canonical bytes."""
    return forall(
        Parser, Issuer, Text, Content, lambda p, i, x, t: implies(s.taken[p, i, x, t], x == s.canonical[t])
    )  # fmt: skip


@lemma(of=Documents)
def meant_as_canonical(s):
    """What an institution means is signed in its canonical bytes."""
    return forall(Issuer, Content, Text, lambda i, t, x: implies(s.meant[i, t, x], x == s.canonical[t]))


@lemma(of=Documents)
def honest_issuers_mean_what_they_sign(s):
    """An honest institution means some table by a text that it has signed."""
    return forall(
        Issuer, Text,
        lambda i, x: implies(s.signed[i, x] & ~s.dishonest[i], exists(Content, lambda t: s.meant[i, t, x])),
    )  # fmt: skip


@lemma(of=Documents)
def taken_are_signed(s):
    """What is taken has been signed."""
    return forall(Parser, Issuer, Text, Content, lambda p, i, x, t: implies(s.taken[p, i, x, t], s.signed[i, x]))


@invariant(
    of=Documents, id="ZD-P10", cites="ZD-P10 ZD-R16 ZD-C21 ZD-A41 ZD-A43", against=(AUTHOR, PORTAL),
    witness=taken_where_parsers_differ, lemmas=(taken_as_canonical, meant_as_canonical),
)  # fmt: skip
def one_table_one_text(s):
    """one table, one text: equal tables are signed in equal bytes, and nobody takes two tables from one text"""
    same_bytes = forall(
        Issuer, Issuer, Content, Text, Text,
        lambda i, j, t, x, y: implies(s.meant[i, t, x] & s.meant[j, t, y], x == y),
    )  # fmt: skip
    same_table = forall(
        Parser, Parser, Issuer, Issuer, Text, Content, Content,
        lambda p, q, i, j, x, t, u: implies(s.taken[p, i, x, t] & s.taken[q, j, x, u], t == u),
    )  # fmt: skip
    return same_bytes & same_table


@invariant(
    of=Documents, id="ZD-V47", cites="ZD-V47 ZD-P10 ZD-C21 ZD-A43", against=(AUTHOR, PORTAL),
    witness=approved_and_taken,
    lemmas=(taken_as_canonical, meant_as_canonical, honest_issuers_mean_what_they_sign, taken_are_signed),
)  # fmt: skip
def read_as_meant(s):
    """read as meant: what anybody takes for an honest institution's table it has meant by the text that it signed"""
    return forall(
        Parser, Issuer, Text, Content,
        lambda p, i, x, t: implies(s.taken[p, i, x, t] & ~s.dishonest[i], s.meant[i, t, x]),
    )  # fmt: skip


def _is_signed(s, x):
    return exists(Issuer, lambda i: s.signed[i, x])


TWO_PARSERS = explore(Parser=2, Issuer=1, Text=2, Content=2)
THREE_TEXTS = explore(Parser=2, Issuer=1, Text=3, Content=2)
TWO_ISSUERS = thorough(explore(Parser=2, Issuer=2, Text=2, Content=2))
CONTROL = removing("json", by=TWO_PARSERS)

CASES = (
    Case(one_table_one_text, {
        "published literal": violated(TWO_PARSERS),
        "published charitable": violated(TWO_PARSERS),
        "hardened": holds("proved", induction(), THREE_TEXTS, TWO_ISSUERS, controls=CONTROL),
    }),
    Case(read_as_meant, {
        "published literal": violated(TWO_PARSERS, note="the institution's library and a service's differ"),
        "published charitable": violated(TWO_PARSERS),
        "hardened": holds("proved", induction(), TWO_PARSERS, TWO_ISSUERS, controls=CONTROL),
    }),
)  # fmt: skip
"""One case a property of the machine."""
