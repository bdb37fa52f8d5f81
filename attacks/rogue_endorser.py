"""Rogue endorser: peers verify the meters' signatures, and no policy says how many of them must (IS-C22).

That replicas don't verify the signatures once more when they audit a block is our choice: the text says that nodes
audit, and not what. So the text does not prevent the attack; one that spelt out such an audit would.
"""

from decimal import Decimal

from attacks.play import main
from attacks.stage import BOUND, METER, deployed, registered
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.bc_ami.messages import ENVELOPE, Endorsement, Envelope, Usage
from reference.bc_ami.metering_honest import finalise
from reference.bc_ami.rules import Rules
from reference.bc_ami.world import World
from reference.crypto import signing
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Sent, refused

FALSE = Usage(Decimal("99.5"), 1)


def endorsed_by_liars(world: World, liars: int) -> tuple[Envelope, KeyPair]:
    """A report in the meter's name, signed with a stranger's key, that so many dishonest peers have endorsed."""
    chain, randomness = world.recipient.chain, world.randomness.child("rogue")
    stranger = KeyPair.generate(randomness.child("key"))
    data = world.recipient.report(world.meters[METER].hid, stranger, FALSE, randomness).encode(chain)
    message = Endorsement.signed_part(chain, data)
    given = tuple(Endorsement(i, signing.sign(pair, message)) for i, pair in enumerate(world.peers[:liars]))
    return Envelope(data, given), stranger


def play(rules: Rules, seed: int) -> Account:
    """As many dishonest peers as the design allows for endorse a report that the meter has not signed."""
    world, registering = registered(deployed(rules, seed), 0)
    envelope, stranger = endorsed_by_liars(world, BOUND)
    chain, leaf = world.recipient.chain, envelope.encode(world.recipient.chain)
    sentence = f"One dishonest peer of {len(world.peers)} endorses {FALSE.kwh} kWh of {METER} under a stranger's key."
    deeds = [registering, Deed(sentence, "BYZ", ("IS-R14", "IS-C22"), (Sent(ENVELOPE, leaf),))]
    after, effects = finalise(world, len(world.database.ledger), leaf)
    deeds.append(Deed("The envelope is sent to the ordering service.", "NET", ("IS-R15",), effects))
    if refused(effects) is not None or leaf not in after.leaves:
        return Account(tuple(deeds), False, "the ledger does not hold the report")
    active = after.contract.active.get(world.meters[METER].hid, ())
    signers = [world.key(0).public, *(key.public for key in active)]
    unsigned = not any(after.observer.signed_by(envelope.transaction, public) for public in signers)
    named = after.observer.signed_by(envelope.transaction, stranger.public)
    return Account(tuple(deeds), unsigned and named, f"on the {chain} ledger is a report that no key of {METER} signed")


ATTACK = Exploit(
    name="rogue_endorser",
    title="one dishonest peer has a report finalised that its meter never signed",
    breaks="IS-P5",
    goal="a final block holds a report that verifies under no key of its meter",
    play=play,
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds"),
        Attempt("bc-ami@published", "charitable", "fails", found_without="endorsements"),
        Attempt("bc-ami@hardened", None, "fails", found_without="endorsements"),
    ),
    cites=("IS-R13", "IS-R14", "IS-C22"),
)

if __name__ == "__main__":
    main(ATTACK)
