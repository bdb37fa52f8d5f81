"""Differencing: what one person has used is the difference of two extracts, each of which covers enough (WA-C21).

As published a third party asks for the one person's data, and gets them. A floor on the persons of an extract stops
that, and grants and log let everybody see who asked for what; but a floor holds for each extract by itself (WA-V52).
Noise, or a budget for what several extracts tell together, would be needed, and neither is in the protocol.
"""

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.ledger.effects import Effects
from reference.sovereign_chain import mining_world
from reference.sovereign_chain.mining import Extract
from reference.sovereign_chain.mining_world import CHAIN, Event, step
from reference.sovereign_chain.rules import Rules

PERSONS, TARGET = 12, 11


def play(rules: Rules, seed: int) -> Account:
    """Get the extract over all persons and that over all but one, under a grant where one is needed, and subtract."""
    everybody = range(PERSONS)
    covers = [everybody, [each for each in everybody if each != TARGET]]
    world = mining_world.deploy(rules, seed, persons=PERSONS, institutions=1, purposes=1, covers=covers)
    deeds = [Deed(f"{PERSONS} persons have desensitised records on the mining chain.", None, ("WA-R8", "WA-R22"))]
    effects: Effects = ()
    if rules.mining_grant == "granted":
        world, effects = step(world, Event("grant"))
        deeds.append(Deed("An institution is granted extracts for research.", None, ("WA-C21",), effects))
    for extract, persons in enumerate(covers):
        world, effects = step(world, Event("release", extract))
        said = f"The institution asks for the sum over {len(persons)} persons."
        deeds.append(Deed(said, None, ("WA-R22", "WA-C21"), effects))
    got = [Extract.decode(CHAIN, data).energy for _, data in world.institutions[0].received]
    true = sum(world.chain.records[each].energy for each in world.records[TARGET])
    reached = len(got) == 2 and got[0] - got[1] == true
    deeds.append(Deed("It subtracts the one sum from the other.", None, ("WA-C21",)))
    told = f"{got[0]} Wh less {got[1]} Wh is {got[0] - got[1]} Wh" if len(got) == 2 else "there is nothing to subtract"
    return Account(tuple(deeds), reached, f"{told}; the one person has used {true} Wh")


ATTACK = Exploit(
    name="differencing",
    title="what one person has used is told from two extracts that both cover many",
    breaks="WA-V52",
    goal="an institution knows from its extracts what one person has used",
    play=play,
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds"),
        Attempt("sovereign-chain@published", "charitable", "succeeds"),
        Attempt("sovereign-chain@hardened", None, "succeeds"),
    ),
    cites=("WA-R8", "WA-R22", "WA-C21"),
)

if __name__ == "__main__":
    main(ATTACK)
