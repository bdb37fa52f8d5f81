"""Who keeps the files of which the chain has digests only (Zhao et al., 4.1).

A digest tells whether a file is the right one; when the file is lost it tells nothing (ZD-C6). Where files are kept, by
how many and how long, is not said. Hardened, a file is with more custodians than can be faulty before anybody relies on
it. A faulty custodian says that it keeps what it does not, deletes what it has, and hands out what it likes. Bytes that
are not the file's have another digest, so nobody takes them for it (`Certificates`): such a lie does no more than a
loss.

Correct custodians keep a file as long as it has to be kept (ZD-A42). Challenges, by which custodians show from time to
time that they still have a file, would tell of losses before the last copy goes; how many may be faulty is a bound for
good here, so nothing rests on them, and they are not modelled.
"""

from meterproof.lang import Protocol, action, atleast, formula, parameter, require, rigid, var
from model.vocabulary import BYZ, Custodian, File
from model.voting import Voting


class Custodians(Protocol):
    """Any number of files and custodians, of which up to f are faulty."""

    custodians = formula(
        "n", "f", removed="1", cites=["ZD-R6", "ZD-C6"],
        doc="How many of the n custodians say that they keep a file before anybody relies on it; f may be faulty.",
    )  # fmt: skip

    resilience = Voting.resilience

    f = parameter(
        Custodian, default="floor((n-1)/3)", resilience="resilience", doc="design bound on faulty custodians"
    )  # fmt: skip
    faulty = rigid(Custodian, at_most="f", doc="the custodian is faulty")

    said = var(Custodian, File, doc="the custodian says that it keeps the file")
    keeps = var(Custodian, File, doc="the custodian keeps the file")
    told = var(File, doc="whoever needs the file is told that it is kept")
    asked = var(File, doc="somebody has asked for the file")
    got = var(File, doc="somebody has got the file, and has held it against its digest")

    @action(cites="ZD-R6 ZD-C6")
    def keep(s, k: Custodian, x: File):
        """{k} takes {x}, and says so."""
        require(~s.said[k, x])
        return s.set(said={(k, x): True}, keeps={(k, x): True})

    @action(needs=BYZ, cites="ZD-C6")
    def say(s, k: Custodian, x: File):
        """The faulty {k} says that it keeps {x}, and has not taken it."""
        require(s.faulty[k] & ~s.said[k, x])
        return s.set(said={(k, x): True})

    @action(needs=BYZ, cites="ZD-C6")
    def delete(s, k: Custodian, x: File):
        """The faulty {k} deletes {x}."""
        require(s.faulty[k] & s.keeps[k, x])
        return s.set(keeps={(k, x): False})

    @action(cites="ZD-C6")
    def rely(s, x: File):
        """As many custodians as have to say that they keep {x}: it is relied on from now on."""
        require(~s.told[x] & kept_by_enough(s, x), "ZD-C6", rule="custodians")
        return s.set(told={x: True})

    @action(cites="ZD-R6")
    def ask(s, x: File):
        """Somebody asks the custodians for {x}."""
        require(~s.asked[x])
        return s.set(asked={x: True})

    @action(cites="ZD-R6 ZD-R17")
    def hand_out(s, k: Custodian, x: File):
        """{k}, which is correct and keeps {x}, hands it out."""
        require(~s.faulty[k] & s.keeps[k, x] & s.asked[x] & ~s.got[x])
        return s.set(got={x: True})


def kept_by_enough(s, x):
    """As many custodians as have to say that they keep the file."""
    return atleast(s.rules.custodians, Custodian, lambda k: s.said[k, x])
