"""Data that everybody may read, and certificates on file, of which the chain has a digest (Zhao et al., 4.1 and 4.2).

`PublicRecords` are data of class I. They are fully disclosed, and yet "encrypted by public keys" (ZD-C1): whoever has
no private key can't read them, and whoever has learns nothing of where they come from. Left in plain, they can be read,
but the issuer's name on them is the word of whichever service has stored them. Hardened, they are in plain with the
issuer's signature.

`Certificates` are of class III: only the MD5 hash of the file is on the chain, and the file's information in a table of
class I or II. Who prepares two files with one MD5 has one of them entered and shows the other (ZD-C4). Access is "with
the verification of a digital signature from the chain", but no signature is stored there (ZD-C5): SignJson is made when
the portal answers, so that it is the portal's. And the information and the file of one certificate are stored each by
itself: after a correction, those that are shown together need not belong together (ZD-C15). Hardened, a record has an
id that is used once, the information, the SHA-256 digest of the file, and the issuer's signature over all of it.

That SHA-256 has no collisions, and that for MD5 nobody finds a second file to a given one, is assumed (ZD-A41); so is
that institutions' public keys are known (ZD-A40). The chain is ideal. Corrections have an id of their own, and are the
machine `Supersession`; where files are kept is `Custodians`.
"""

from meterproof.lang import Protocol, action, choice, exists, forall, implies, require, rigid, var
from model.vocabulary import AUTHOR, NET, SERVICE, Certificate, Content, Digest, File, Issuer, Person


class PublicRecords(Protocol):
    """Any number of readers, of institutions and of tables that they publish."""

    class_one = choice(
        "encrypted", "plain", "signed", removed="encrypted", cites=["ZD-R4", "ZD-C1"],
        doc="How data that everybody may read are stored: encrypted by a public key, in plain, or in plain with their "
        "issuer's signature.",
    )  # fmt: skip

    keyed = rigid(Person, doc="the reader has the private key that undoes what the public key has encrypted")

    signed = var(Issuer, Content, doc="the institution has issued the table, and signed it")
    stored = var(Issuer, Content, doc="the chain has the table, as one of this institution's")
    taken = var(Person, Issuer, Content, doc="the reader has read the table, and takes it for the institution's")

    @action(cites="ZD-R2 ZD-R4")
    def publish(s, i: Issuer, t: Content):
        """{i} publishes {t}."""
        require(~s.signed[i, t])
        return s.set(signed={(i, t): True}, stored={(i, t): True})

    @action(needs=SERVICE, cites="ZD-C1")
    def store_as(s, i: Issuer, t: Content):
        """A compromised service stores {t} as one of {i}'s."""
        require(~s.stored[i, t] & ~s.signed[i, t])
        return s.set(stored={(i, t): True})

    @action(cites="ZD-R4 ZD-C1")
    def take(s, p: Person, i: Issuer, t: Content):
        """{p} reads {t} on the chain, and takes it for {i}'s."""
        require(~s.taken[p, i, t])
        require(may_take(s, p, i, t), "ZD-R4 ZD-C1", rule="class_one")
        return s.set(taken={(p, i, t): True})


class Certificates(Protocol):
    """Any number of certificates, of the institutions that they name, and of files."""

    class_three = choice(
        "md5", "sha256", removed="md5", cites=["ZD-R6", "ZD-R17", "ZD-C4"],
        doc="The hash function of a file's digest. Of the first, whoever makes two files can give them one digest.",
    )  # fmt: skip
    issuer_signature = choice(
        "none", "returned", "on-chain", removed="none", cites=["ZD-R6", "ZD-R18", "ZD-C5"],
        doc="What shows where a certificate comes from: nothing, a signature that the platform makes when it answers, "
        "or the issuer's own, which the chain has.",
    )  # fmt: skip
    certificate_parts = choice(
        "separate", "one-record", removed="separate", cites=["ZD-R3", "ZD-R6", "ZD-C15"],
        doc="Whether the information of a certificate and the digest of its file are stored each by itself, under the "
        "certificate's number, or in one record, whose number is used once.",
    )  # fmt: skip

    issuer = rigid(Certificate, to=Issuer, doc="the institution that the certificate names")
    dishonest = rigid(Issuer, doc="the institution is dishonest")
    tells = rigid(File, to=Content, doc="the information that a reader of the file finds in it")
    digest = rigid(File, to=Digest, doc="the file's digest")

    written = var(File, doc="somebody has made the file")
    issued = var(Certificate, Content, File, doc="the issuer has signed this information and this file's digest")
    entered = var(
        Certificate, Content, Digest, doc="the chain has this information and this digest for the certificate"
    )
    accepted = var(
        Certificate, Content, File, doc="somebody was shown the two as the certificate's, and has accepted them"
    )  # fmt: skip

    @action(cites="ZD-R17")
    def write(s, f: File):
        """Somebody makes the file {f}."""
        require(~s.written[f])
        require(forall(File, lambda g: implies(s.written[g], s.digest[g] != s.digest[f])), "ZD-A41")
        return s.set(written={f: True})

    @action(needs=AUTHOR, cites="ZD-R17 ZD-C4")
    def write_pair(s, f: File, g: File):
        """Somebody makes {f} and {g}, two files with one digest."""
        require(s.rules.class_three == "md5", "ZD-C4", rule="class_three")
        require(f != g)
        require(~s.written[f] & ~s.written[g] & (s.digest[f] == s.digest[g]))
        require(forall(File, lambda x: implies(s.written[x], s.digest[x] != s.digest[f])), "ZD-A41")
        return s.set(written={f: True, g: True})

    @action(cites="ZD-R3 ZD-R6")
    def issue(s, i: Issuer, c: Certificate, f: File):
        """{i} issues {c}, or corrects it: it signs and has entered what {f} tells, and the digest of {f}."""
        require((s.issuer[c] == i) & s.written[f])
        return _issue(s, c, s.tells[f], f)

    @action(needs=AUTHOR, cites="ZD-C15")
    def issue_contradicting(s, i: Issuer, c: Certificate, t: Content, f: File):
        """The dishonest {i} issues {c}: it has {t} entered, and the digest of {f}, which tells something else."""
        require((s.issuer[c] == i) & s.dishonest[i] & s.written[f] & (s.tells[f] != t))
        return _issue(s, c, t, f)

    @action(needs=SERVICE, cites="ZD-C5")
    def enter_unsigned(s, c: Certificate, t: Content, f: File):
        """A compromised service has {t} and the digest of {f} entered for {c}, of which the issuer knows nothing."""
        require(s.rules.issuer_signature != "on-chain", "ZD-C5", rule="issuer_signature")
        require(s.written[f] & ~s.entered[c, t, s.digest[f]])
        return s.set(entered={(c, t, s.digest[f]): True})

    @action(cites="ZD-R6 ZD-R17")
    def accept(s, c: Certificate, t: Content, f: File):
        """Somebody is shown {t} and {f} as {c}, holds them against the chain, and accepts them."""
        require(s.written[f] & ~s.accepted[c, t, f])
        require(matches(s, c, t, f), "ZD-R6 ZD-C5 ZD-C15", rule=("class_three", "certificate_parts"))
        return s.set(accepted={(c, t, f): True})

    @action(needs=NET, cites="ZD-R18 ZD-C5")
    def accept_replaced(s, c: Certificate, t: Content, f: File):
        """The portal's answer is replaced by {t}, {f} and the digest of {f}, and somebody accepts them as {c}."""
        require(s.rules.issuer_signature == "none", "ZD-C5", rule="issuer_signature")
        require(s.written[f] & ~s.accepted[c, t, f])
        return s.set(accepted={(c, t, f): True})


def may_take(s, p, i, t):
    """The reader can read the table, and finds nothing that speaks against the institution whose name is on it."""
    if s.rules.class_one == "encrypted":
        return s.stored[i, t] & s.keyed[p]
    if s.rules.class_one == "signed":
        return s.stored[i, t] & s.signed[i, t]
    return s.stored[i, t]


def matches(s, c, t, f):
    """The chain has the information and the file's digest for the certificate, both in one record if it has such."""
    if s.rules.certificate_parts == "one-record":
        return s.entered[c, t, s.digest[f]]
    information = exists(Digest, lambda d: s.entered[c, t, d])
    return information & exists(Content, lambda u: s.entered[c, u, s.digest[f]])


def _issue(s, c, t, f):
    """The issuer signs information and digest, and the chain has them."""
    if s.rules.certificate_parts == "one-record":
        unused = forall(Content, Digest, lambda u, d: ~s.entered[c, u, d])
        require(unused, "ZD-C15", rule="certificate_parts")
    return s.set(issued={(c, t, f): True}, entered={(c, t, s.digest[f]): True})
