"""Who can read usage data, now and later (Islam et al. 2022, sections 4.2.3, 4.2.4 and 5.4.1).

Table 2 has reports encrypted with the meter's private key, which whoever has the broadcast public key undoes; the prose
encrypts them to the MDMS. Its decryption key must outlive the reports that wait for release, and the ledger keeps the
ciphertexts for ever (IS-C11). Hardened, the MDMS has a key pair for each epoch and erases it once it has opened all of
the epoch that the ledger holds. A report may be under way then, or be sealed by a meter that has not heard of the end:
it reaches the ledger late and stays shut for good, as nobody holds a second copy of the key (IS-C34). Its reading is
lost unless the meter seals it anew in a later epoch, which the missing receipt may tell it to.

Sealing is perfect: without the key nothing is learnt. Sizes, and when somebody reports, are in the open.
"""

from meterproof.lang import Protocol, action, adding, choice, forall, implies, require, var
from model.registration import Registration
from model.vocabulary import LEDGER, PEER, PRIV, Epoch, Meter, Reading


class Secrecy(Protocol):
    """Usage data on the ledger, over several epochs of the MDMS's decryption keys."""

    key_generation = Registration.key_generation
    sealed_with = choice(
        "sender-private-key", "mdms-public-key", removed="sender-private-key", cites=["IS-R11", "IS-C9"],
        doc="What a report is encrypted with: the meter's private key, so that its public key opens it, or the MDMS's "
        "public key.",
    )  # fmt: skip
    mdms_keys = choice(
        "single", "per-epoch", "erased", removed="single", cites=["IS-R18", "IS-C11", "IS-C34"],
        doc="Whether the MDMS has one decryption key for ever, or one for each epoch, which it keeps, or which it "
        "erases when all of the epoch is released.",
    )  # fmt: skip

    begun = var(Epoch, doc="the MDMS's public key for the epoch is known")
    finished = var(Epoch, doc="the MDMS has opened all that the ledger held of the epoch, and takes no more of it")
    sealed = var(Epoch, Meter, Reading, doc="the meter has sealed the report under the epoch's key, and sent it")
    held = var(Epoch, Meter, Reading, doc="the ledger holds the report that was sealed in the epoch")
    opened = var(Epoch, Meter, Reading, doc="the MDMS has decrypted the report")
    copied = var(Epoch, doc="the adversary has the key that opens the epoch's reports")
    learnt = var(Epoch, Meter, Reading, doc="the adversary has read the report")
    exposed = var(Epoch, ghost=True, doc="the MDMS's keys leaked while the epoch was live")

    @action(cites="IS-R10 IS-C11")
    def begin(s, e: Epoch):
        """The MDMS begins {e}, and its public key for it is broadcast."""
        require(~s.begun[e] & forall(Epoch, lambda d: implies(d < e, s.begun[d])))
        return s.set(begun={e: True})

    @action(cites="IS-R11 IS-R12")
    def seal(s, e: Epoch, m: Meter, r: Reading):
        """{m} seals {r} under the key of {e}, which may have ended unheard, and sends it."""
        require(s.begun[e] & ~s.sealed[e, m, r])
        return s.set(sealed={(e, m, r): True})

    @action(cites="IS-R15 IS-C34")
    def enter(s, e: Epoch, m: Meter, r: Reading):
        """{m}'s report of {r}, sealed in {e}, enters the ledger, be it in time or late."""
        require(s.sealed[e, m, r] & ~s.held[e, m, r])
        return s.set(held={(e, m, r): True})

    @action(cites="IS-R18")
    def release(s, e: Epoch, m: Meter, r: Reading):
        """{m}'s report of {r} is released, and the MDMS opens it with its key of {e}."""
        require(s.held[e, m, r] & ~s.opened[e, m, r] & ~s.finished[e])
        return s.set(opened={(e, m, r): True})

    @action(cites="IS-C11 IS-C34")
    def finish(s, e: Epoch):
        """The MDMS has opened all that the ledger holds of {e}, and is done with it."""
        require(live(s, e))
        require(forall(Meter, Reading, lambda m, r: implies(s.held[e, m, r], s.opened[e, m, r])), "IS-C34")
        return s.set(finished={e: True})

    @action(needs=PRIV, cites="IS-C11")
    def leak(s):
        """The decryption keys that the MDMS has at this moment come into the adversary's hands."""
        return s.set(copied=adding(lambda e: _has_key(s, e)), exposed=adding(lambda e: live(s, e)))

    @action(needs=PEER, cites="IS-R7 IS-C4")
    def peer_keeps_key(s):
        """A curious peer that executed the contract for the MDMS keeps the private keys that it returned."""
        require(s.rules.key_generation == "contract", "IS-R7", rule="key_generation")
        return s.set(copied=adding(lambda e: True if s.rules.mdms_keys == "single" else s.begun[e]))

    @action(needs=LEDGER, cites="IS-C9 IS-R10")
    def read_ledger(s, e: Epoch, m: Meter, r: Reading):
        """The adversary takes {m}'s sealed {r} of {e} from the ledger and opens it."""
        require(s.held[e, m, r] & ~s.learnt[e, m, r])
        if s.rules.sealed_with == "mdms-public-key":
            require(s.copied[e], "IS-C9", rule="sealed_with")
        return s.set(learnt={(e, m, r): True})


def live(s, e):
    """The epoch has begun and not ended."""
    return s.begun[e] & ~s.finished[e]


def _has_key(s, e):
    """The MDMS has the private key that opens what is sealed in the epoch; a single one opens future epochs' too."""
    if s.rules.mdms_keys == "single":
        return True
    return live(s, e) if s.rules.mdms_keys == "erased" else s.begun[e]
