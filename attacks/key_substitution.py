"""Key substitution: a listener is told a stranger's key as a meter's, and believes it (IS-C13).

The listener is the MDMS, which learns a meter's key from whoever hands over a block. As many peers are dishonest here
as the variant's policy asks for, so that the report itself is on the ledger: what is left is the listener's own check.

As published there is none (IS-C10). In neither reading does the MDMS look at a meter's key, so that to name the
stranger's is idle there: what succeeds is to have the report recorded at all.
"""

from attacks.play import main
from attacks.rogue_endorser import endorsed_by_liars
from attacks.stage import BOUND, METER, deployed, registered
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.bc_ami import contract, mdms
from reference.bc_ami.database import BUNDLE, Bundle, Item
from reference.bc_ami.effects import Recorded
from reference.bc_ami.metering_honest import finalise
from reference.bc_ami.rules import Rules
from reference.crypto import merkle
from reference.ledger.effects import Sent


def play(rules: Rules, seed: int) -> Account:
    """Liars enough endorse a stranger's report; whoever transfers its block names the stranger's key as the meter's."""
    world, registering = registered(deployed(rules, seed), 0)
    liars, chain = max(world.contract.endorsements, 1), world.recipient.chain
    envelope, stranger = endorsed_by_liars(world, liars)
    leaf = envelope.encode(chain)
    world, effects = finalise(world, len(world.database.ledger), leaf)
    corrupt = f"{liars} dishonest peers, with a bound of {BOUND},"
    deeds = [
        registering,
        Deed(f"{corrupt} endorse a report of {METER} under a stranger's key.", "BYZ", ("IS-C22",), effects),
    ]
    if leaf not in world.leaves:
        return Account(tuple(deeds), False, "the ledger does not hold the report")
    final, keys = world.database.ledger[-1], contract.registry(world.contract)
    item = Item(leaf, merkle.Tree.of((leaf,)).prove(0), stranger.public, 0, len(keys.levels[0]), keys.prove(0))
    header = final.block.header.encode(chain)
    bundle = Bundle(header, final.evidence, (item,)).signed(chain, world.database.pair).encode(chain)
    told = f"Whoever transfers the block names the stranger's key as that of {METER}."
    deeds.append(Deed(told, "TRANSFER", ("IS-C10", "IS-C13"), (Sent(BUNDLE, bundle),)))
    _, effects = mdms.step(world.mdms, mdms.Released(bundle))
    deeds.append(Deed("The bundle reaches the MDMS.", None, ("IS-R18",), effects))
    hid = world.meters[METER].hid
    recorded = any(isinstance(each, Recorded) and each.hid == hid for each in effects)
    return Account(tuple(deeds), recorded, f"the MDMS {'records' if recorded else 'does not record'} the reading")


ATTACK = Exploit(
    name="key_substitution",
    title="the MDMS is told a stranger's key as a meter's, and records what it signed",
    breaks="IS-P5",
    goal="the MDMS records a reading under a key that was never registered for its meter",
    play=play,
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds"),
        Attempt("bc-ami@published", "charitable", "succeeds", beyond=True),
        Attempt("bc-ami@hardened", None, "fails", found_without="release_check", beyond=True),
    ),
    cites=("IS-R10", "IS-R17", "IS-C13"),
)

if __name__ == "__main__":
    main(ATTACK)
