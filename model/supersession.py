"""Which certificate of an instrument is in force (Zhao et al., 3.2 and 4.1).

Certificates have a life: instruments are calibrated again, returned and tested again, certificates run out, turn out
wrong and are withdrawn. A chain that can't be changed keeps all of them, and nothing says which one an answer gives
(ZD-C19), so that the one that was replaced stays as valid as on its first day. The kindest reading answers with what
was stored last: which may have run out or been withdrawn, or begin later than the time asked about, or be an old
certificate that was stored late.

Hardened, a record names the one that it takes the place of, which no other record has replaced; so the records of an
instrument are one line. It takes that place from the time on from which it is valid: an earlier time is still answered
by the earlier record, while a correction, valid from the same time on, replaces all of it. A withdrawal is stored too.
What is in force is then a function of two arguments: the height up to which the chain is known, and the time asked
about. Records stay, and an answer that was right at its height stays right of that height.

A certificate stands for its record. That the record was signed by the institution is the machine `Certificates`, and
who may write of an instrument `Access`; the chain is ideal, with a record or a withdrawal at each height.
"""

from meterproof.lang import Protocol, action, adding, choice, exists, forall, implies, require, rigid, var
from model.vocabulary import Certificate, Height, Instrument, Time


class Supersession(Protocol):
    """Any number of instruments, of their certificates, of heights and of times."""

    supersession = choice(
        "none", "latest-stored", "chained", removed="none", cites=["ZD-R3", "ZD-R11", "ZD-C19"],
        doc="Which certificate of an instrument an answer gives: any that is stored; the one that was stored last; or "
        "the one that no other has replaced, by name, for the time asked about, and that is neither withdrawn nor out "
        "of date then.",
    )  # fmt: skip

    about = rigid(Certificate, to=Instrument, doc="the instrument that the certificate is about")
    begins = rigid(Certificate, to=Time, doc="the time from which the certificate is valid")
    ends = rigid(Certificate, to=Time, doc="the last time at which it is valid")

    filled = var(Height, doc="the chain has this height")
    stored = var(Certificate, Height, doc="the chain has the certificate at this height")
    withdrawn = var(Certificate, Height, doc="the institution withdraws the certificate when the chain has this height")
    replaced = var(Certificate, Certificate, doc="the second was issued to take the place of the first")
    later = var(
        Certificate, Certificate, doc="the second takes the place of the first, or of one that takes it, and so on"
    )  # fmt: skip
    answered = var(
        Instrument, Height, Time, Certificate,
        doc="who asked what is in force for the instrument at the time, by the chain up to the height, got this answer",
    )  # fmt: skip

    @action(cites="ZD-R2 ZD-R3")
    def store(s, c: Certificate, h: Height):
        """{c}, which takes no other's place, is stored at {h}."""
        require(_is_new(s, c) & _is_next(s, h))
        if s.rules.supersession == "chained":
            unnamed = forall(Certificate, lambda b: implies(_is_stored(s, b), s.about[b] != s.about[c]))
            require(unnamed, "ZD-C19", rule="supersession")
        return s.set(filled={h: True}, stored={(c, h): True})

    @action(cites="ZD-R3 ZD-R11 ZD-C19")
    def supersede(s, b: Certificate, c: Certificate, h: Height):
        """{c}, a correction of {b} or the one that follows it, is stored at {h}."""
        require((b != c) & (s.about[b] == s.about[c]))
        require(_is_stored(s, b) & _is_new(s, c) & _is_next(s, h))
        if s.rules.supersession == "chained":
            require(forall(Certificate, lambda d: ~s.later[b, d]), "ZD-C19", rule="supersession")
        return s.set(
            filled={h: True},
            stored={(c, h): True},
            replaced={(b, c): True},
            later=adding(lambda x, y: (y == c) & ((x == b) | s.later[x, b])),
        )

    @action(cites="ZD-C19")
    def withdraw(s, c: Certificate, h: Height):
        """The institution withdraws {c}, when the chain is at {h}."""
        require(_is_stored(s, c) & forall(Height, lambda g: ~s.withdrawn[c, g]) & _is_next(s, h))
        return s.set(filled={h: True}, withdrawn={(c, h): True})

    @action(cites="ZD-R11 ZD-R24 ZD-C19")
    def answer(s, i: Instrument, h: Height, t: Time, c: Certificate):
        """Asked what is in force for {i} at {t}, by the chain up to {h}, the platform answers {c}."""
        require(s.filled[h] & ~s.answered[i, h, t, c])
        require((s.about[c] == i) & known(s, c, h))
        require(may_answer(s, i, h, t, c), "ZD-C19", rule="supersession")
        return s.set(answered={(i, h, t, c): True})


def known(s, c, h):
    """The chain up to the height has the certificate."""
    return exists(Height, lambda g: (g <= h) & s.stored[c, g])


def recalled(s, c, h):
    """Up to the height the certificate has been withdrawn."""
    return exists(Height, lambda g: (g <= h) & s.withdrawn[c, g])


def superseded(s, c, h, t):
    """By the chain up to the height, another certificate has the place of this one at the time."""
    return exists(Certificate, lambda d: s.later[c, d] & known(s, d, h) & (s.begins[d] <= t))


def in_force(s, c, h, t):
    """By the chain up to the height, the certificate is the one that is valid at the time."""
    valid = (s.begins[c] <= t) & (t <= s.ends[c])
    return known(s, c, h) & valid & ~recalled(s, c, h) & ~superseded(s, c, h, t)


def may_answer(s, i, h, t, c):
    """The platform finds that the certificate, which is stored and about the instrument, is the answer."""
    if s.rules.supersession == "chained":
        return in_force(s, c, h, t)
    if s.rules.supersession == "latest-stored":
        return forall(
            Certificate, Height, Height,
            lambda d, f, g: implies((s.about[d] == i) & s.stored[c, f] & (g <= h) & s.stored[d, g], g <= f),
        )  # fmt: skip
    return True


def _is_stored(s, c):
    """The chain has the certificate."""
    return exists(Height, lambda h: s.stored[c, h])


def _is_new(s, c):
    """The chain does not have the certificate."""
    return forall(Height, lambda h: ~s.stored[c, h])


def _is_next(s, h):
    """The height is the first that the chain does not have yet."""
    return ~s.filled[h] & forall(Height, lambda g: implies(g < h, s.filled[g]))
