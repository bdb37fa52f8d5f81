"""Somebody to be registered, and nodes in validator sets, with one genuine message of each kind."""

from __future__ import annotations

from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Effects, Sent, refused
from reference.sovereign_chain import membership_world, registration
from reference.sovereign_chain.identity import USER, Application, Credential, IdMessage, Revocation
from reference.sovereign_chain.identity_node import IdNode
from reference.sovereign_chain.membership import Follower, Handover, NamedSet, Permit, block_of
from reference.sovereign_chain.membership_world import Event, MembershipWorld
from reference.sovereign_chain.naming import Arrival, NamedRecord
from reference.sovereign_chain.registration import Centre
from reference.sovereign_chain.rules import Registration
from tests.reference.sovereign_chain.variants import HARDENED, Values, rules

ROOT = Randomness.from_seed(17)
CIVIL, KEY, CENTRE, STRANGER = (KeyPair.generate(ROOT.child(label)) for label in ("civil", "key", "centre", "stranger"))
PERSON, NOBODY, *IDS = (ROOT.child("bytes", number).take(32) for number in range(5))
CHAIN = membership_world.CHAIN


def centre_and_node(rule: Registration = "certified", chain_id: str = CHAIN) -> tuple[Centre, IdNode]:
    """A centre that has drawn three IDs, and a node of the chain."""
    civil = {PERSON: CIVIL.public}
    centre = Centre(chain_id, rule, CENTRE, civil, frozenset(IDS), ROOT.child("secret").take(32))
    return centre, IdNode(chain_id, rule, CENTRE.public)


def application(number: int = 0, role: str = USER, chain_id: str = CHAIN, pair: KeyPair = KEY) -> Application:
    """The person's, for the ID of this number, with all that is asked for."""
    asked = Application(IDS[number], PERSON, role, pair.public)
    return asked.with_papers(chain_id, CIVIL).with_possession(chain_id, pair)


def issued(centre: Centre, asked: Application) -> tuple[Centre, Credential]:
    """What comes of a right application."""
    after, effects = registration.step(centre, registration.Apply(asked.encode(centre.chain_id)))
    assert refused(effects) is None
    return after, Credential.decode(centre.chain_id, sent(effects))


def sent(effects: Effects) -> bytes:
    """The one message among the effects."""
    [data] = [each.data for each in effects if isinstance(each, Sent)]
    return data


def members(values: Values = HARDENED, **changes: object) -> MembershipWorld:
    """Seven nodes in two sets of four; block 0 names the first set, block 1 the second, in which one node stays."""
    return membership_world.deploy(
        rules(values, **changes), 7, 1, 17, holders=((0, 1, 2, 3), (3, 4, 5, 6)), brings=(0, 1)
    )  # fmt: skip


def confirmed(world: MembershipWorld, nodes: str, block: int, height: int = 0) -> MembershipWorld:
    """These nodes have confirmed the block."""
    for node in nodes:
        world, effects = membership_world.step(world, Event("confirm", int(node), height, block=block))
        assert refused(effects) is None
    return world


def handover(world: MembershipWorld, epoch: int, block: int, height: int = 0) -> Handover:
    """The block with what there is of votes of the epoch's set, and of the set that it names."""
    made = world.block(height, block)
    new = world.certificate(world.brings[block], made)
    return Handover(epoch, made.encode(CHAIN), world.certificate(epoch, made), new)


def changed() -> tuple[MembershipWorld, Follower]:
    """The second set is in force from height 1 on, and somebody has followed the change."""
    world = confirmed(members(), "012345", 1)
    world, effects = membership_world.step(world, Event("finalise", set=0, block=1))
    assert refused(effects) is None
    return world, world.followers[-1]


def genuine(chain_id: str) -> tuple[bytes, ...]:
    """One message of each kind."""
    centre, _ = centre_and_node(chain_id=chain_id)
    asked = application(chain_id=chain_id)
    _, credential = issued(centre, asked)
    world = members()
    named = NamedSet.of(world.sets[1]).encode(chain_id)
    block = block_of(chain_id, 0, b"body", world.sets[1])
    return (
        asked.encode(chain_id),
        credential.encode(chain_id),
        Revocation(IDS[0], 1).signed(chain_id, CENTRE).encode(chain_id),
        IdMessage(IDS[0], 0, b"an order").signed(chain_id, KEY).encode(chain_id),
        Arrival(bytes(32), bytes(64)).encode(chain_id),
        NamedRecord(bytes(32), b"desensitised").encode(chain_id),
        named,
        Permit(0, named).signed(chain_id, CENTRE).encode(chain_id),
        Handover(0, block.encode(chain_id), b"", b"").encode(chain_id),
    )
