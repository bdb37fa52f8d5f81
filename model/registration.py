"""Registration and key generation (Islam et al. 2022, section 4.2.2 and Algorithm 1).

As published, the contract draws a key pair for whoever sends a known hashed identity and sends the
private key back. Hardened, the meter makes its own key pair and registers the public key with a
signature under its enrolment credential and a proof of possession. Until key epochs are modelled, the
key itself stands for its epoch.
"""

from meterproof.lang import Protocol, action, choice, exists, flag, ite, require, var
from model.vocabulary import EDGE, NET, PEER, Key, Meter, Reading, Time


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
    fresh_key = flag(removed=False, cites=["IS-C1"], doc="The contract never registers a key a second time.")

    requested = var(Meter, doc="its request with its hashed identity was sent")
    generated = var(Key, doc="the key pair exists")
    holds = var(Meter, Key, doc="the meter has the private key")
    submitted = var(Meter, Key, doc="the meter's signed registration of the key is on the wire")
    registered = var(Meter, Key, doc="the ledger accepts this key for this meter")
    seen = var(Key, doc="the key was registered at some time")
    knows = var(Key, doc="the adversary has the private key")

    @action(cites="IS-R5")
    def request_registration(s, m: Meter):
        """{m} sends its hashed identity and a request for a key pair through its concentrator."""
        require(s.rules.key_generation == "contract", rule="key_generation")
        require(~s.requested[m])
        return s.set(requested={m: True})

    @action(cites="IS-R6 IS-R8")
    def register_by_contract(s, m: Meter, k: Key):
        """The contract finds {m}'s hashed identity, draws the pair {k}, registers it and returns the private key."""
        require(s.rules.key_generation == "contract", rule="key_generation")
        require(s.requested[m], "IS-R6")
        require(~s.generated[k])
        return s.set(generated={k: True}, holds={(m, k): True}, seen={k: True}, registered=_registering(s, m, k))

    @action(cites="IS-R9 IS-C5")
    def submit_registration(s, m: Meter, k: Key):
        """{m} makes the key pair {k} and sends the public key, signed with its enrolment credential and with {k}."""
        require(s.rules.key_generation == "meter", rule="key_generation")
        require(~s.generated[k])
        return s.set(generated={k: True}, holds={(m, k): True}, submitted={(m, k): True})

    @action(cites="IS-R6 IS-C1")
    def register_submitted(s, m: Meter, k: Key):
        """The contract verifies {m}'s registration of {k} and enters it in the ledger."""
        require(s.rules.key_generation == "meter", rule="key_generation")
        require(s.submitted[m, k], "IS-C1", rule="credential")
        require(~s.registered[m, k])
        if s.rules.fresh_key:
            require(~s.seen[k], "IS-C1", rule="fresh_key")
        return s.set(seen={k: True}, registered=_registering(s, m, k))

    @action(needs=NET, cites="IS-C1 IS-C2")
    def impersonate(s, m: Meter, k: Key):
        """The adversary sends {m}'s overheard hashed identity to the contract, which registers {k}, a key of the
        adversary's."""
        require(s.rules.credential == "hashed-identity", rule="credential")
        require(overheard(s, m))
        require(~s.generated[k])
        return s.set(generated={k: True}, seen={k: True}, knows={k: True}, registered=_registering(s, m, k))

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


def overheard(s, m):
    """The adversary has heard the meter's hashed identity: every transaction carries it in clear (IS-C1).

    A request over the private channel of IS-R8 is not heard; a hardened registration is on the open wire.
    """
    in_transaction = exists(Key, Reading, Time, lambda k, r, t: s.sent[k, m, r, t])
    return in_transaction | exists(Key, lambda k: s.submitted[m, k])


def _registering(s, m, k):
    """The ledger's keys once `k` is registered for `m`: beside the earlier ones, or in their place."""
    if s.rules.one_active_key:
        return lambda m2, k2: ite(m2 == m, k2 == k, s.registered[m2, k2])
    return {(m, k): True}
