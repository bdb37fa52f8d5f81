"""Linkage: records of two chains are joined by their users' names, and public blames tell whose they are (WA-C4).

Records are desensitised, but a user has the same ID in all chains (WA-R17), and reports of violations are broadcast
with it (WA-R12). What the data themselves give away, such as one consumption in two chains, is not looked at here.
"""

from collections.abc import Mapping

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.ledger.effects import Refused
from reference.sovereign_chain.names import Registrar
from reference.sovereign_chain.rules import Rules

CHAINS = ("power-trading", "power-data-mining", "contract-database")
USERS, BLAMED = 200, 10


def play(rules: Rules, seed: int) -> Account:
    """Join the names of three chains; then ask the registrar, who asks for a warrant."""
    stream = Randomness.from_seed(seed)
    court = KeyPair.generate(stream.child("court"))
    users = [stream.child("user", number).take(16) for number in range(USERS)]
    registrar = Registrar.of(rules.identity_names, court.public, users, stream)
    chains: Mapping[str, list[bytes]] = {
        chain: sorted(registrar.name(user, chain) for user in users) for chain in CHAINS[:2]
    }
    blamed = [registrar.name(user, CHAINS[2]) for user in users[:BLAMED]]
    joined = len(set(chains[CHAINS[0]]) & set(chains[CHAINS[1]]))
    known = len(set(blamed) & set(chains[CHAINS[0]]))
    deeds = [
        Deed(f"{USERS} users have desensitised records in two chains.", None, ("WA-R8", "WA-R17")),
        Deed(f"{BLAMED} of them are blamed in public, each with his name on the third chain.", None, ("WA-R12",)),
        Deed(f"The chains are joined by their users' names: {joined} pairs, {known} blamed.", "LEDGER", ("WA-C4",)),
    ]
    if joined == 0:
        answer = registrar.link(blamed[0], CHAINS[2], CHAINS[0])
        refusal = (answer,) if isinstance(answer, Refused) else ()
        asked = "The registrar is asked for the name of one of them elsewhere."
        deeds.append(Deed(asked, "LEDGER", ("WA-C4",), refusal))
        known += not refusal
    shown = f"{joined} of {USERS} users are joined across two chains, {known} of {BLAMED} blamed ones found in another"
    return Account(tuple(deeds), joined > 0 or known > 0, shown)


ATTACK = Exploit(
    name="linkage",
    title="desensitised records of different chains are joined by the one ID of their user",
    breaks="WA-P4",
    goal="records of one user in two chains are found to be one user's, without a warrant",
    play=play,
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds"),
        Attempt("sovereign-chain@published", "charitable", "succeeds"),
        Attempt("sovereign-chain@hardened", None, "fails", found_without="identity_names"),
    ),
    cites=("WA-R8", "WA-R12", "WA-R17", "WA-C4"),
)

if __name__ == "__main__":
    main(ATTACK)
