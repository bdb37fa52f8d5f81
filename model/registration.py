"""Registration and key generation (Islam et al. 2022, section 4.2.2 and Algorithm 1).

As published, the contract draws a key pair for whoever sends a known hashed identity and sends the
private key back. Hardened, the meter makes its own key pair and registers the public key with a
signature under its enrolment credential and a proof of possession. The meter counts its registrations:
each is of a later *epoch*. Hardened, the contract takes a registration only for a later epoch than all
that it has accepted of that meter, and a transaction names the epoch of its key; without that rule an
epoch is on no wire, or nobody looks at it. The epoch takes the place of a challenge nonce: it is signed,
and a registration that was taken once, or overtaken, is late for good.

A registration takes effect at once, for all peers, and not at a height of the ledger.
"""

from meterproof.lang import Protocol, action, choice, exists, flag, is_first, ite, require, var
from model.vocabulary import EDGE, LEDGER, NET, PEER, Epoch, Key, Meter, Reading, Time


class Registration(Protocol):
    """Who holds, has registered, and knows which signing key."""

    key_generation = choice(
        "contract", "meter", removed="contract", cites=["IS-R6", "IS-R9", "IS-C4", "IS-C5"],
        doc="Who draws the meter's key pair: the contract, which sends the private key back, or the meter itself.",
    )  # fmt: skip
    credential = choice(
        "hashed-identity", "private-channel", "enrolment-signature", removed="hashed-identity",
        cites=["IS-R5", "IS-R8", "IS-C1", "IS-C3"],
        doc="What shows that a registration comes from the meter that it names.",
    )  # fmt: skip
    one_active_key = flag(removed=False, cites=["IS-C12"], doc="A registration replaces the meter's earlier keys.")
    epochs = choice(
        "none", "increasing", removed="none", cites=["IS-C1", "IS-C12"],
        doc="Whether a registration must be of a later epoch than all that the contract has accepted of the meter, and "
        "a transaction names the epoch of its key.",
    )  # fmt: skip

    requested = var(Meter, doc="its request with its hashed identity was sent")
    generated = var(Key, doc="the key pair exists")
    holds = var(Meter, Key, doc="the meter has the private key")
    submitted = var(Meter, Epoch, Key, doc="the meter's signed registration of the key for the epoch is on the wire")
    registered = var(Meter, Epoch, Key, doc="the ledger accepts this key for this meter, as that of the epoch")
    accepted = var(Meter, Epoch, doc="the contract has accepted a registration of this meter for the epoch")
    seen = var(Key, ghost=True, doc="the key was registered at some time")
    knows = var(Key, doc="the adversary has the private key")

    @action(cites="IS-R5")
    def request_registration(s, m: Meter):
        """{m} sends its hashed identity and a request for a key pair through its concentrator."""
        require(s.rules.key_generation == "contract", rule="key_generation")
        require(~s.requested[m])
        return s.set(requested={m: True})

    @action(cites="IS-R6 IS-R8")
    def register_by_contract(s, m: Meter, e: Epoch, k: Key):
        """The contract finds {m}'s hashed identity, draws the pair {k}, registers it for {e} and returns the private
        key."""
        require(s.rules.key_generation == "contract", rule="key_generation")
        require(s.requested[m], "IS-R6")
        require(~s.generated[k])
        require(named(s, e))
        require_later(s, m, e)
        return s.set(
            generated={k: True}, holds={(m, k): True}, accepted={(m, e): True}, seen={k: True},
            registered=registering(s, m, e, k),
        )  # fmt: skip

    @action(cites="IS-R9 IS-C5")
    def submit_registration(s, m: Meter, e: Epoch, k: Key):
        """{m} makes the key pair {k} for {e} and sends the public key, signed with its enrolment credential and with
        {k}."""
        require(s.rules.key_generation == "meter", rule="key_generation")
        require(~s.generated[k])
        require(~exists(Epoch, Key, lambda e2, k2: s.submitted[m, e2, k2] & (e2 >= e)))
        return s.set(generated={k: True}, holds={(m, k): True}, submitted={(m, e, k): True})

    @action(cites="IS-R6 IS-C1")
    def register_submitted(s, m: Meter, e: Epoch, k: Key):
        """The contract verifies {m}'s registration of {k} for {e} and enters it in the ledger."""
        require(s.rules.key_generation == "meter", rule="key_generation")
        require(s.submitted[m, e, k], "IS-C1", rule="credential")
        require(~s.registered[m, e, k])
        require_later(s, m, e)
        return s.set(accepted={(m, e): True}, seen={k: True}, registered=registering(s, m, e, k))

    @action(needs=NET, cites="IS-C1 IS-C2")
    def impersonate(s, m: Meter, e: Epoch, k: Key):
        """The adversary sends {m}'s overheard hashed identity to the contract, which registers {k}, a key of the
        adversary's, for {e}."""
        require(s.rules.credential == "hashed-identity", rule="credential")
        require(overheard(s, m))
        return _registering_its_own(s, m, e, k)

    @action(needs=LEDGER, cites="IS-R3 IS-R17 IS-C1")
    def impersonate_from_ledger(s, m: Meter, e: Epoch, k: Key):
        """A reader of the ledger sends {m}'s hashed identity, which was stored there beforehand, to the contract, which
        registers {k}, a key of the reader's, for {e}."""
        require(s.rules.credential == "hashed-identity", rule="credential")
        return _registering_its_own(s, m, e, k)

    @action(needs=NET)
    def generate_key(s, k: Key):
        """The adversary makes a key pair {k} of its own."""
        require(~s.generated[k])
        return s.set(generated={k: True}, knows={k: True})

    @action(needs=EDGE, cites="IS-C3 IS-C23")
    def dc_reads_key(s, m: Meter, k: Key):
        """The concentrator that relays the contract's answer to {m} reads the private key of {k} in it."""
        require(s.rules.key_generation == "contract", "IS-C4", rule="key_generation")
        require(s.rules.credential != "private-channel", "IS-R8", rule="credential")
        require(s.holds[m, k] & ~s.knows[k])
        return s.set(knows={k: True})

    @action(needs=PEER, cites="IS-C4")
    def peer_reads_key(s, m: Meter, k: Key):
        """A curious peer that executed the contract for {m} keeps the private key of {k}."""
        require(s.rules.key_generation == "contract", "IS-C4", rule="key_generation")
        require(s.holds[m, k] & ~s.knows[k])
        return s.set(knows={k: True})


def named(s, e):
    """A message can name this epoch; where nobody looks at epochs, the first stands for any."""
    return True if s.rules.epochs == "increasing" else is_first(e)


def key_of(s, m, e, k):
    """The contract finds `k` when a transaction names the meter and the epoch."""
    if s.rules.epochs == "increasing":
        return s.registered[m, e, k]
    return is_first(e) & exists(Epoch, lambda e2: s.registered[m, e2, k])


def overheard(s, m):
    """The adversary has heard the meter's hashed identity: every transaction of the meter carries it in clear (IS-C1).

    A request over the private channel of IS-R8 is not heard; a hardened registration is on the open wire. What the
    adversary itself has sent tells it nothing.
    """
    in_transaction = exists(Reading, Time, lambda r, t: s.emitted[m, r, t])
    return in_transaction | exists(Epoch, Key, lambda e, k: s.submitted[m, e, k])


def is_registered(s, m):
    """The ledger accepts some key for the meter."""
    return exists(Epoch, Key, lambda e, k: s.registered[m, e, k])


def can_name(s, m, k):
    """The adversary has the hashed identity that a transaction of this meter under `k` needs: it has overheard it, or
    has registered `k`, or seen it registered, under it."""
    return overheard(s, m) | exists(Epoch, lambda e: s.registered[m, e, k])


def require_later(s, m, e):
    """The contract takes a registration of a later epoch than all that it has accepted of the meter."""
    if s.rules.epochs == "increasing":
        require(~exists(Epoch, lambda e2: s.accepted[m, e2] & (e2 >= e)), "IS-C1 IS-C12", rule="epochs")


def registering(s, m, e, k):
    """The ledger's keys once `k` is registered for `m`: beside the earlier ones, or in their place."""
    if s.rules.one_active_key:
        return lambda m2, e2, k2: ite(m2 == m, (e2 == e) & (k2 == k), s.registered[m2, e2, k2])
    return {(m, e, k): True}


def _registering_its_own(s, m, e, k):
    """The contract registers the adversary's fresh key `k` for `m`."""
    require(~s.generated[k])
    require(named(s, e))
    require_later(s, m, e)
    return s.set(
        generated={k: True}, accepted={(m, e): True}, seen={k: True}, knows={k: True},
        registered=registering(s, m, e, k),
    )  # fmt: skip
