"""The machine `Administration` with real bytes: changes that members sign for, a platform, and the members' nodes.

A change of a member's information gives it another key; any other gives a schema a class. What a member approves it
has signed in a letter beforehand, and all letters about a change are handed in when it is proposed: the platform says
which of them count. Each member's node has, of every epoch, the change that began it: as it is in the blocks or, where
an administrator's word is enough, as he says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Refused
from reference.metering_platform import council, documents, governing, ledger
from reference.metering_platform.council import OPERATOR, member_of
from reference.metering_platform.deploy import Founded
from reference.metering_platform.documents import Json
from reference.metering_platform.rules import Rules
from reference.metering_platform.stage import ask, transactions
from reference.metering_platform.state import PlatformState, Proposal


@dataclass(frozen=True)
class Letter:
    """A member's signature for a change that is to begin an epoch; the epoch is not in it where none is named."""

    member: int
    change: int
    epoch: int
    signature: bytes


@dataclass(frozen=True)
class AdministrationWorld:
    """`sound` has the changes that members find right, with epochs; `nodes` have by epoch what began it, as JSON."""

    founded: Founded
    faulty: frozenset[int]
    sound: frozenset[tuple[int, int]]
    of_member: tuple[bool, ...]
    members: int
    epochs: int
    nodes: tuple[Mapping[int, bytes], ...]
    letters: frozenset[Letter] = frozenset()

    @property
    def state(self) -> PlatformState:
        return self.founded.state


@dataclass(frozen=True)
class Event:
    """An action of the model by its name: on a change, an epoch, a member."""

    action: str
    change: int = 0
    epoch: int = 0
    member: int = 0


Outcome = tuple[AdministrationWorld, Effects]


def deploy(
    rules: Rules,
    seed: int,
    *,
    members: int,
    bound: int,
    epochs: int,
    sound: Collection[tuple[int, int]],
    of_member: Collection[bool],
    faulty: Collection[int] = (),
) -> AdministrationWorld:
    """Members, and a change for each entry of `of_member`. Raises InputError for another bound than floor((n-1)/3)."""
    founded = council.founded(rules, seed, members, bound)
    nodes: tuple[Mapping[int, bytes], ...] = tuple({} for _ in range(members))
    return AdministrationWorld(
        founded, frozenset(faulty), frozenset(sound), tuple(of_member), members, epochs, nodes
    )  # fmt: skip


def step(world: AdministrationWorld, event: Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if event.change not in range(len(world.of_member)) or event.epoch not in range(world.epochs):
        return _refuse(world, "change", "there is no such change or epoch")
    if event.member not in range(world.members):
        return _refuse(world, "member", "there is no such member")
    return _STEPS[event.action](world, event)


def proposal_of(world: AdministrationWorld, change: int, epoch: int) -> Proposal:
    """The change, as it is proposed to begin the epoch."""
    kind, said = "set-class", dict[str, Json]({"schema": f"schema-{change}", "class": "I"})
    if world.of_member[change]:
        kind, said = "change-member", {"member": member_of(0), "kind": "grid", "signing": _key(change).hex()}
    return Proposal("", kind, said, OPERATOR, epoch - 1)


@cache
def _key(change: int) -> bytes:
    """The key that the change gives a member, for what it issues."""
    return KeyPair.generate(Randomness.from_seed(change).child("member's key")).public


def said_of(proposal: Proposal) -> bytes:
    """A change in bytes."""
    return documents.canonical([proposal.kind, proposal.change])


def begun_by(state: PlatformState, epoch: int) -> bytes | None:
    """The change that began the epoch, by the blocks; None if none has."""
    found: list[Any] = [said for _, said in transactions(state) if "enact" in said and said["epoch"] == epoch]
    return documents.canonical(found[0]["enact"][1:3]) if found else None


def _approve(world: AdministrationWorld, event: Event) -> Outcome:
    if event.member in world.faulty or (event.change, event.epoch) not in world.sound:
        return _refuse(world, "corruption", "a correct member signs what is right, no other", "ZD-C17")
    if not _is_due(world, event.epoch):
        return _refuse(world, "administration", "the epoch is not the next", "ZD-C17")
    return _signed(world, event)


def _approve_anything(world: AdministrationWorld, event: Event) -> Outcome:
    if event.member not in world.faulty:
        return _refuse(world, "corruption", "the member is correct", "ZD-C17")
    return _signed(world, event)


def _signed(world: AdministrationWorld, event: Event) -> Outcome:
    if world.state.rules.administration == "one-admin":
        return _refuse(world, "administration", "nobody's approval is asked for", "ZD-R10")
    if any(_about(each) == (event.member, event.change, event.epoch) for each in world.letters):
        return _refuse(world, "member", "the member has signed this")
    signature = council.signature_for(world.founded, event.member, proposal_of(world, event.change, event.epoch))
    return replace(world, letters=world.letters | {Letter(event.member, event.change, event.epoch, signature)}), ()


def _about(letter: Letter) -> tuple[int, int, int]:
    return letter.member, letter.change, letter.epoch


def _enact(world: AdministrationWorld, event: Event) -> Outcome:
    if council.is_central(world.state.rules) and (event.change, event.epoch) not in world.sound:
        return _refuse(world, "corruption", "an honest administrator makes changes that are right", "ZD-C17")
    return _proposed(world, event)


def _enact_at_will(world: AdministrationWorld, event: Event) -> Outcome:
    """By his word; where that is not enough, he has only what members have signed, and that is no will of his."""
    if not council.is_central(world.state.rules):
        return _refuse(world, "administration", "members make changes, and no administrator", "ZD-C17")
    return _proposed(world, event)


def _proposed(world: AdministrationWorld, event: Event) -> Outcome:
    """The change is proposed for the epoch, and all letters about it are handed in."""
    if not _is_due(world, event.epoch):
        return _refuse(world, "administration", "the epoch is not the next", "ZD-R10")
    new = proposal_of(world, event.change, event.epoch)
    body: Json = {"kind": new.kind, "change": new.change, "epoch": new.epoch}
    founded, answer = ask(world.founded, OPERATOR, "POST", "/proposals", body)
    if isinstance(answer, Refused):
        return world, (answer,)
    if answer["status"] == "open":
        letters = sorted((each for each in world.letters if each.change == event.change), key=_about)
        signed = [(each.member, each.signature) for each in letters]
        founded, refusal = council.approved(founded, answer["proposal"], signed)
        if refusal is not None:
            return world, (refusal,)
    return replace(world, founded=founded), ()


def _is_due(world: AdministrationWorld, epoch: int) -> bool:
    return epoch == world.state.governance_epoch + 1


def _hear(world: AdministrationWorld, event: Event) -> Outcome:
    """The member's node reads the blocks, if they are a chain of final ones."""
    if (fault := ledger.fault(world.state)) is not None:
        return world, (fault,)
    if begun_by(world.state, event.epoch) != said_of(proposal_of(world, event.change, event.epoch)):
        return _refuse(world, "administration", "no block says that this change began the epoch", "ZD-R10")
    return _told(world, event)


def _tell_at_will(world: AdministrationWorld, event: Event) -> Outcome:
    rule, proposal = world.state.rules.administration, proposal_of(world, event.change, event.epoch)
    if not council.is_central(world.state.rules):
        return _refuse(world, "administration", "a node has its configuration from the blocks alone", "ZD-C17")
    if not 0 < event.epoch <= world.state.governance_epoch:
        return _refuse(world, "administration", "the epoch has not begun", "ZD-R10")
    if rule == "examined" and proposal.kind in governing.OF_MEMBERS and not _is_examined(world, event.change):
        return _refuse(world, "administration", "nobody has approved the change", "ZD-R10")
    return _told(world, event)


def _is_examined(world: AdministrationWorld, change: int) -> bool:
    """Whether an administrator can show that another has approved; that this is for once is not said."""
    return any(each.change == change and is_signed(world, each) for each in world.letters)


def is_signed(world: AdministrationWorld, letter: Letter) -> bool:
    """Whether the letter's signature is its member's."""
    numbered = world.state.rules.administration == "quorum"
    said = governing.approval(proposal_of(world, letter.change, letter.epoch), numbered)
    return council.is_by_member(world.state, letter.member, "approval", said, letter.signature)


def _told(world: AdministrationWorld, event: Event) -> Outcome:
    node = world.nodes[event.member]
    if event.epoch in node:
        return _refuse(world, "member", "the node knows what began the epoch")
    configured = {**node, event.epoch: said_of(proposal_of(world, event.change, event.epoch))}
    nodes = (*world.nodes[: event.member], configured, *world.nodes[event.member + 1 :])
    return replace(world, nodes=nodes), ()


def _refuse(world: AdministrationWorld, rule: str, reason: str, *cites: str) -> Outcome:
    return world, (Refused(rule, reason, cites),)


_STEPS: Mapping[str, Callable[[AdministrationWorld, Event], Outcome]] = {
    "approve": _approve,
    "approve_anything": _approve_anything,
    "enact": _enact,
    "enact_at_will": _enact_at_will,
    "hear": _hear,
    "tell_at_will": _tell_at_will,
}
