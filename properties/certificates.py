"""Guarantees of the `PublicRecords` and `Certificates` machines: what can be read by all, and what a certificate shows.

All proofs are for any number of readers, institutions, certificates, tables and files. An institution's signature shows
who says something, never that it is true: with dishonest institutions only who signed what is claimed.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, leads_to, lemma
from model.certificates import Certificates, PublicRecords, may_take
from model.vocabulary import AUTHOR, NET, SERVICE, Certificate, Content, Digest, File, Issuer, Person

# ---- class I


def taken_without_a_key(s):
    """Somebody without the private key has taken a table, while another is stored that its issuer has not signed."""
    taken = exists(Person, Issuer, Content, lambda p, i, t: ~s.keyed[p] & s.taken[p, i, t])
    return taken & exists(Issuer, Content, lambda i, t: s.stored[i, t] & ~s.signed[i, t])


def published_to_the_keyless(s):
    """A table is published, and there is somebody without the private key."""
    return exists(Issuer, Content, lambda i, t: s.signed[i, t]) & exists(Person, lambda p: ~s.keyed[p])


@invariant(
    of=PublicRecords, id="ZD-P1", cites="ZD-P1 ZD-R4 ZD-C1 ZD-A40", against=SERVICE, witness=taken_without_a_key,
)  # fmt: skip
def public_verifiability(s):
    """public verifiability: anybody can read and check what is published, and takes nothing that is not its issuer's"""
    return forall(
        Person, Issuer, Content,
        lambda p, i, t: implies(s.signed[i, t], may_take(s, p, i, t)) & implies(s.taken[p, i, t], s.signed[i, t]),
    )  # fmt: skip


@leads_to(
    of=PublicRecords, id="ZD-V40", cites="ZD-V40 ZD-P1 ZD-R4 ZD-C1", against=SERVICE, fair="take",
    witness=published_to_the_keyless,
    then=lambda s: forall(Person, Issuer, Content, lambda p, i, t: implies(s.signed[i, t], s.taken[p, i, t])),
)  # fmt: skip
def the_public_reads(s):
    """the public reads: what is published gets to everybody in the end, with a private key or without"""
    return exists(Person, Issuer, Content, lambda p, i, t: s.signed[i, t] & ~s.taken[p, i, t])


# ---- class III


def accepted_beside_an_impostor(s):
    """A certificate is accepted, and there is another file that says the same, which its issuer has not signed."""
    return exists(
        Certificate, Content, File, File,
        lambda c, t, f, g: s.accepted[c, t, f] & (f != g) & s.written[g] & (s.tells[g] == t) & ~s.issued[c, t, g],
    )  # fmt: skip


def accepted_of_the_dishonest(s):
    """A certificate of a dishonest institution is accepted."""
    return exists(Certificate, Content, File, lambda c, t, f: s.accepted[c, t, f] & s.dishonest[s.issuer[c]])


def accepted_of_the_honest(s):
    """A certificate of an honest institution is accepted, and there is a file that tells something else."""
    return exists(
        Certificate, Content, File, File,
        lambda c, t, f, g: s.accepted[c, t, f] & ~s.dishonest[s.issuer[c]] & s.written[g] & (s.tells[g] != t),
    )  # fmt: skip


@lemma(of=Certificates)
def files_differ_in_their_digests(s):
    """No two files that have been made have one digest."""
    return forall(
        File, File, lambda f, g: implies(s.written[f] & s.written[g] & (s.digest[f] == s.digest[g]), f == g)
    )  # fmt: skip


@lemma(of=Certificates)
def accepted_files_are_written(s):
    """Only files that have been made are issued or accepted."""
    return forall(
        Certificate, Content, File,
        lambda c, t, f: implies(s.accepted[c, t, f] | s.issued[c, t, f], s.written[f]),
    )  # fmt: skip


@lemma(of=Certificates)
def entered_as_issued(s):
    """What the chain has for a certificate its issuer has signed."""
    return forall(
        Certificate, Content, Digest,
        lambda c, t, d: implies(s.entered[c, t, d], exists(File, lambda f: s.issued[c, t, f] & (s.digest[f] == d))),
    )  # fmt: skip


@lemma(of=Certificates)
def accepted_as_issued(s):
    """Information and file that are accepted together were issued together."""
    return forall(Certificate, Content, File, lambda c, t, f: implies(s.accepted[c, t, f], s.issued[c, t, f]))


@lemma(of=Certificates)
def honest_issuers_do_not_contradict_themselves(s):
    """What an honest institution has signed as the information of a file is what the file tells."""
    return forall(
        Certificate, Content, File,
        lambda c, t, f: implies(s.issued[c, t, f] & ~s.dishonest[s.issuer[c]], s.tells[f] == t),
    )  # fmt: skip


def signed_by_its_issuer(s, c, t, f):
    """The issuer of the certificate has signed the information for it, and has signed the file for it."""
    information = exists(File, lambda g: s.issued[c, t, g])
    return information & exists(Content, lambda u: s.issued[c, u, f])


def attributed(s):
    """What anybody has accepted as a certificate its issuer has signed."""
    return forall(
        Certificate, Content, File, lambda c, t, f: implies(s.accepted[c, t, f], signed_by_its_issuer(s, c, t, f))
    )  # fmt: skip


def in_agreement(s):
    """The two parts of what was accepted as an honest institution's certificate agree."""
    return forall(
        Certificate, Content, File,
        lambda c, t, f: implies(s.accepted[c, t, f] & ~s.dishonest[s.issuer[c]], s.tells[f] == t),
    )  # fmt: skip


@invariant(
    of=Certificates, id="ZD-P7", cites="ZD-P7 ZD-R6 ZD-R17 ZD-C4 ZD-A41", against=(AUTHOR, NET, SERVICE),
    witness=accepted_of_the_dishonest, lemmas=(files_differ_in_their_digests, accepted_files_are_written),
)  # fmt: skip
def one_file_a_digest(s):
    """integrity of files: for a digest on the chain one file is accepted at most, whoever has made the file"""
    return forall(
        Certificate, Content, Content, Content, File, File,
        lambda c, r, t, u, f, g: implies(
            s.entered[c, r, s.digest[f]] & s.accepted[c, t, f] & s.accepted[c, u, g] & (s.digest[f] == s.digest[g]),
            f == g,
        ),
    )  # fmt: skip


@invariant(
    of=Certificates, id="ZD-P8", cites="ZD-P8 ZD-R6 ZD-R18 ZD-C5 ZD-A40 ZD-A41", against=(AUTHOR, NET, SERVICE),
    witness=accepted_beside_an_impostor,
    lemmas=(files_differ_in_their_digests, accepted_files_are_written, entered_as_issued),
)  # fmt: skip
def issuer_attribution(s):
    """issuer attribution: what is accepted as a certificate its issuer has signed, these bytes and no others"""
    return attributed(s)


@invariant(
    of=Certificates, id="ZD-V41", cites="ZD-V41 ZD-P8 ZD-R18 ZD-C5 ZD-A41", against=NET,
    witness=accepted_beside_an_impostor,
    lemmas=(files_differ_in_their_digests, accepted_files_are_written, entered_as_issued),
)  # fmt: skip
def attribution_on_the_way(s):
    """attribution on the way: if only the network attacks, what is accepted as a certificate its issuer has signed"""
    return attributed(s)


@invariant(
    of=Certificates, id="ZD-V42", cites="ZD-V42 ZD-R3 ZD-R6 ZD-C15 ZD-A41", against=(AUTHOR, NET, SERVICE),
    witness=accepted_of_the_honest,
    lemmas=(
        files_differ_in_their_digests, accepted_files_are_written, entered_as_issued, accepted_as_issued,
        honest_issuers_do_not_contradict_themselves,
    ),
)  # fmt: skip
def parts_agree(s):
    """parts agree: information and file that are shown as an honest institution's certificate tell the same"""
    return in_agreement(s)


@invariant(
    of=Certificates, id="ZD-V43", cites="ZD-V43 ZD-V42 ZD-C15", witness=accepted_of_the_honest,
    lemmas=(
        files_differ_in_their_digests, accepted_files_are_written, entered_as_issued, accepted_as_issued,
        honest_issuers_do_not_contradict_themselves,
    ),
)  # fmt: skip
def parts_agree_among_the_honest(s):
    """parts agree among the honest: if nobody attacks, information and file that are shown together tell the same"""
    return in_agreement(s)


READERS = explore(Person=2, Issuer=1, Content=1)
TWO_TABLES = explore(Person=1, Issuer=1, Content=2)
TWO_OF_EACH = thorough(explore(Person=2, Issuer=2, Content=2))
ONE_CERTIFICATE = explore(Issuer=1, Certificate=1, File=2, Content=1, Digest=2)
CORRECTED = explore(Issuer=1, Certificate=1, File=2, Content=2, Digest=2)
TWO_CERTIFICATES = thorough(explore(Issuer=1, Certificate=2, File=2, Content=2, Digest=2))

CASES = (
    Case(public_verifiability, {
        "published literal": violated(READERS, note="who has no private key reads nothing"),
        "published charitable": violated(READERS, note="in plain it can be read, and shows nothing of its issuer"),
        "hardened": holds(
            "proved", induction(), TWO_TABLES, TWO_OF_EACH,
            controls=removing("class_one", by=READERS) + changing("class_one", "plain", by=READERS),
        ),
    }),
    Case(the_public_reads, {
        "published literal": violated(READERS),
        "published charitable": holds("exhausted", READERS),
        "hardened": holds("exhausted", READERS, TWO_OF_EACH, controls=removing("class_one", by=READERS)),
    }),
    Case(one_file_a_digest, {
        "published literal": violated(ONE_CERTIFICATE),
        "published charitable": violated(ONE_CERTIFICATE, note="the author of two files with one MD5 shows the other"),
        "hardened": holds(
            "proved", induction(), CORRECTED, TWO_CERTIFICATES, controls=removing("class_three", by=ONE_CERTIFICATE)
        ),
    }),
    Case(issuer_attribution, {
        "published literal": violated(ONE_CERTIFICATE),
        "published charitable": violated(ONE_CERTIFICATE, note="the platform signs what it answers, be it whose it is"),
        "hardened": holds(
            "proved", induction(), CORRECTED, TWO_CERTIFICATES,
            controls=removing("issuer_signature", "class_three", by=ONE_CERTIFICATE)
            + changing("issuer_signature", "returned", by=ONE_CERTIFICATE),
        ),
    }),
    Case(attribution_on_the_way, {
        "published literal": violated(ONE_CERTIFICATE),
        "published charitable": holds(
            "proved", induction(), CORRECTED, controls=removing("issuer_signature", by=ONE_CERTIFICATE),
            note="what the signature of the platform is good for",
        ),
        "hardened": holds(
            "proved", induction(), CORRECTED, controls=removing("issuer_signature", by=ONE_CERTIFICATE)
        ),
    }),
    Case(parts_agree, {
        "published literal": violated(CORRECTED),
        "published charitable": violated(CORRECTED),
        "hardened": holds(
            "proved", induction(), CORRECTED, TWO_CERTIFICATES,
            controls=removing("certificate_parts", "class_three", "issuer_signature", by=CORRECTED)
            + changing("issuer_signature", "returned", by=CORRECTED),
            note="a dishonest institution can contradict itself, but in one record and under its own signature",
        ),
    }),
    Case(parts_agree_among_the_honest, {
        "published literal": violated(CORRECTED),
        "published charitable": violated(CORRECTED, note="a corrected table is shown with the file before"),
        "hardened": holds(
            "proved", induction(), CORRECTED, controls=removing("certificate_parts", by=CORRECTED)
        ),
    }),
)  # fmt: skip
"""One case a property of the two machines."""
