"""The contract chain: editions of the law, denials, and the register of tenancies (WA-C12, WA-C9, ZD-C13).

What is in order is for the parts to say: `sovereign_chain.registry` of an edition, `contract_chain` of denials and
decisions on appeals; the register is the platform's, of which an entry is the registrar's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from meterproof.contracts import Contract
from reference.crypto import encoding
from reference.crypto.encoding import Domain, Malformed
from reference.grid.chains import Followed, is_recent
from reference.grid.rules import LawCheck
from reference.ledger.chain import Block
from reference.ledger.effects import Effects, Refused, refused
from reference.metering_platform.state import Interval, Meter
from reference.sovereign_chain import contract_chain
from reference.sovereign_chain.contract_chain import ContractChain, Slot
from reference.sovereign_chain.denials import Decision, Entries
from reference.sovereign_chain.operations import Editions, Judgement
from reference.sovereign_chain.receipts import ValidatorSet
from reference.sovereign_chain.registry import Genesis, Registration, edition_of, holding, registration_fault
from reference.sovereign_chain.signed import Signed
from reference.sovereign_chain.violations import Register

DENYING = "denying"


@dataclass(frozen=True)
class Tenancy(Signed):
    """From the time `since` (seconds) on, the meter is this resident's; the registrar's word. `to` is empty where
    nobody has it."""

    KIND = "tenancy"
    meter: str
    to: str
    since: int
    signature: bytes = b""

    @staticmethod
    def decode(chain_id: str, data: bytes) -> Tenancy:
        return Tenancy(*Tenancy.read(chain_id, data, str, str, int))


def denying(chain_id: str, denial: bytes, evidence: bytes) -> bytes:
    """The leaf that enters a denial with the signed operation that it is for."""
    return encoding.encode(Domain(chain_id, DENYING), [denial, evidence])


@dataclass(frozen=True)
class LawChain:
    """The chain's state before its next block. `root` is a digest of all its blocks, from which the rest follows.

    `registered` are files of editions in the order of their blocks, `entries` denials and decisions, `tenancies` the
    register by meter.
    """

    genesis: Genesis
    validators: ValidatorSet
    registrar: bytes
    clock: tuple[int, int]
    """When the first slot begins and how long one is, in seconds."""
    height: int = 0
    root: bytes = bytes(32)
    registered: tuple[bytes, ...] = ()
    entries: tuple[bytes, ...] = ()
    tenancies: Mapping[str, Meter] = field(default_factory=dict)

    @property
    def chain_id(self) -> str:
        return self.genesis.chain_id

    def edition(self, height: int) -> Contract:
        """The edition of the law that holds at this height, as far as is known."""
        return edition_of(holding(self.genesis, self.registered, height))

    @property
    def known(self) -> Entries:
        """The denials, and which of them are lifted."""
        return Entries.of(self.chain_id, self.entries)

    def against(self, asked: Judgement, height: int) -> bool:
        """Whether a denial of what is asked stands at this height."""
        return bool(self.known.against(self.genesis.rules.denial, self.chain_id, asked, height))

    def audit(self, block: Block) -> Refused | None:
        """Why this is not a valid next block; None if it is."""
        if block.header.state != self.root:
            return Refused("state", "the block builds on other blocks", ("WA-R21",))
        state = self
        for leaf in block.leaves:
            state, effects = state.entered(leaf)
            if (refusal := refused(effects)) is not None:
                return refusal
        return None

    def after(self, block: Block) -> LawChain:
        """The state once this block is complete."""
        state = self
        for leaf in block.leaves:
            state, _ = state.entered(leaf)
        root = encoding.digest(Domain(self.chain_id, "law-state"), [self.root, block.header.digest(self.chain_id)])
        return replace(state, height=self.height + 1, root=root)

    def spoil(self, leaves: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """The leaves with one more that is none."""
        return (*leaves, b"no entry")

    def entered(self, leaf: bytes) -> tuple[LawChain, Effects]:
        """The state with this entry in the present block; a refused one leaves it unchanged."""
        for enter in (self._registered, self._denied, self._lifted, self._let):
            try:
                return enter(leaf)
            except Malformed:
                continue
        return self, (Refused("encoding", "no entry of the contract chain", ("WA-C12",)),)

    def _registered(self, leaf: bytes) -> tuple[LawChain, Effects]:
        entry = Registration.decode(self.chain_id, leaf)
        refusal = registration_fault(self.genesis, self.registered, self.height, entry)
        return (self, (refusal,)) if refusal else (replace(self, registered=(*self.registered, entry.source)), ())

    def _denied(self, leaf: bytes) -> tuple[LawChain, Effects]:
        denial, evidence = encoding.decode_fields(Domain(self.chain_id, DENYING), leaf, bytes, bytes)
        return self._stepped(contract_chain.Deny(denial, evidence))

    def _lifted(self, leaf: bytes) -> tuple[LawChain, Effects]:
        Decision.decode(self.chain_id, leaf)
        return self._stepped(contract_chain.Lift(leaf))

    def _stepped(self, event: contract_chain.Event) -> tuple[LawChain, Effects]:
        sources = (*self.genesis.originals, *self.registered)
        editions = Editions(tuple(each for each in map(edition_of, sources) if each.activation_height <= self.height))
        register = Register(self.chain_id, self.genesis.rules, self.genesis.users, editions)
        party = ContractChain(register, self.validators, Slot(self.height, self.height), pending=self.entries)
        after, effects = contract_chain.step(party, event)
        return (self if refused(effects) else replace(self, entries=after.pending)), effects

    def _let(self, leaf: bytes) -> tuple[LawChain, Effects]:
        entry = Tenancy.decode(self.chain_id, leaf)
        if not entry.signed_by(self.chain_id, self.registrar):
            return self, (Refused("register", "the registrar has not signed this", ("ZD-C13",)),)
        if entry.since != self.clock[0] + self.height * self.clock[1]:
            return self, (Refused("register", "a tenancy begins with the slot in which it is entered", ("ZD-C13",)),)
        known = self.tenancies.get(entry.meter, Meter(entry.meter, "smart"))
        last = known.intervals[-1].since if known.intervals else -1
        if entry.since <= last or entry.to == (known.owner or ""):
            return self, (Refused("register", "a meter changes hands after it did before", ("ZD-C13",)),)
        ended = tuple(replace(each, until=entry.since) if each.until is None else each for each in known.intervals)
        new = (Interval(entry.to, entry.since),) if entry.to else ()
        changed = replace(known, intervals=(*ended, *new))
        return replace(self, tenancies={**self.tenancies, entry.meter: changed}), ()


def law_check(rule: LawCheck, first: LawChain, law: Followed[LawChain], slot: int, delta: int) -> LawChain | Refused:
    """The law that a node answers by in a slot: `first` is the copy that it was given at the start (GR-R4)."""
    if rule == "own-copy":
        return first
    if law.covers < 0 or (rule == "recent" and not is_recent(law.covers, slot, delta)):
        return Refused("law_check", "no checkpoint of the contract chain is recent enough", ("GR-R4", "WA-C13"))
    return law.app
