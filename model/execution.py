"""Replicated execution of a registration, and its endorsement (Islam et al. 2022, 4.2.2, Algorithm 1, and 4.2.3).

Each peer executes the contract by itself and signs the write set that it finds; a registration is valid with enough
signatures for one and the same write set. A contract that draws the key at random (Algorithm 1) gives each peer another
one. A faulty peer signs what it likes; signatures can't be made up, so that whoever collects them adds nothing.
"""

from meterproof.lang import Protocol, action, atleast, exists, parameter, require, rigid, var
from model.registration import Registration
from model.reporting import Reporting
from model.vocabulary import BYZ, Key, Peer, Request
from model.voting import Voting


class Execution(Protocol):
    """Any number of registrations, each executed by all peers."""

    key_generation = Registration.key_generation
    endorsements = Reporting.endorsements
    resilience = Voting.resilience

    f = parameter(Peer, default="floor((n-1)/3)", resilience="resilience", doc="design bound on faulty peers")
    faulty = rigid(Peer, at_most="f", doc="the peer is corrupted")

    submitted = var(Request, Key, doc="the request carries this public key, which its meter has drawn")
    drawn = var(Key, doc="some execution of the contract has drawn the key")
    endorsed = var(Peer, Request, Key, doc="the peer has signed the write set that registers this key on the request")
    registered = var(Request, Key, doc="the ledger has the registration")

    @action(cites="IS-R9 IS-C5")
    def submit(s, q: Request, k: Key):
        """A meter draws {k} and asks with {q} that it be registered."""
        require(s.rules.key_generation == "meter", rule="key_generation")
        require(~exists(Key, lambda j: s.submitted[q, j]))
        return s.set(submitted={(q, k): True})

    @action(cites="IS-C4 IS-C5")
    def execute(s, p: Peer, q: Request, k: Key):
        """{p} executes {q} and endorses the registration of {k}, which is in it."""
        require(s.rules.key_generation == "meter", "IS-C5", rule="key_generation")
        require(~s.faulty[p] & s.submitted[q, k] & ~s.endorsed[p, q, k])
        return s.set(endorsed={(p, q, k): True})

    @action(cites="IS-R6 IS-C4")
    def execute_and_draw(s, p: Peer, q: Request, k: Key):
        """{p} executes {q}, draws {k}, as nobody has before, and endorses its registration."""
        require(s.rules.key_generation == "contract", "IS-R6", rule="key_generation")
        require(~s.faulty[p] & ~exists(Key, lambda j: s.endorsed[p, q, j]))
        require(~s.drawn[k])
        return s.set(drawn={k: True}, endorsed={(p, q, k): True})

    @action(needs=BYZ, cites="IS-C22")
    def endorse_anything(s, p: Peer, q: Request, k: Key):
        """The faulty {p} endorses the registration of {k} on {q}, whatever was executed."""
        require(s.faulty[p] & ~s.endorsed[p, q, k])
        return s.set(endorsed={(p, q, k): True})

    @action(cites="IS-R14 IS-C22")
    def register(s, q: Request, k: Key):
        """Enough peers have endorsed the registration of {k} on {q}: it enters the ledger."""
        require(~exists(Key, lambda j: s.registered[q, j]))
        require(atleast(s.rules.endorsements, Peer, lambda p: s.endorsed[p, q, k]), "IS-R14", rule="endorsements")
        return s.set(registered={(q, k): True})
