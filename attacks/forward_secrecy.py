"""Forward secrecy: the MDMS's key leaks, and every earlier session is read from the ledger (IS-C11, IS-P10).

The paper rests its claim on signing keys that change with every session. What keeps a reading secret is another key, to
which it is sealed; it lives as long as anything is to be opened, and the ledger forgets nothing. Only where the MDMS
draws a new one and erases the old is there nothing left that could leak; inside an epoch that is no help (IS-V7).
"""

from collections.abc import Callable, Iterable

from attacks.play import main
from attacks.stage import deployed, new_epoch, on_ledger, registered, reported
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.bc_ami.messages import Envelope, Transaction, Usage
from reference.bc_ami.rules import Rules
from reference.bc_ami.world import World
from reference.crypto.sealing import SealingPair, open_
from reference.ledger.effects import Refused

PRIV = "PRIV(MDMS)"


def play(rules: Rules, seed: int) -> Account:
    """Two sessions of a meter, each with a signing key of its own; then all keys leak that the MDMS has by then."""
    world, deeds = deployed(rules, seed), list[Deed]()
    moves: list[Callable[[World], tuple[World, Deed]]] = [
        lambda w: registered(w, 0), lambda w: reported(w, 0, 1), lambda w: on_ledger(w, 0, 1), new_epoch,
        lambda w: registered(w, 1), lambda w: reported(w, 1, 2), lambda w: on_ledger(w, 1, 2),
    ]  # fmt: skip
    for move in moves:
        world, deed = move(world)
        deeds.append(deed)
    copied, leaked = world.leaves, (world.mdms.pair, *world.mdms.kept)
    deeds.append(Deed(f"The adversary copies the ledger: {sum(map(len, copied))} bytes.", "LEDGER", ("IS-R17",)))
    deeds.append(Deed("All decryption keys that the MDMS holds in session 2 leak.", PRIV, ("IS-C11",)))
    read, later = (_read(rules, world.recipient.chain, leaked, leaf) for leaf in copied)
    (meter,) = world.meters.values()
    if later != meter.emissions[1]:
        raise AssertionError("the leaked keys do not even open session 2")
    trying = "They open session 2's report; session 1's is tried."
    if read is None:
        gone = Refused("mdms_keys", "none of the keys that the MDMS still has opens it", ("IS-C11",))
        deeds.append(Deed(trying, "LEDGER", ("IS-C11",), (gone,)))
        return Account(tuple(deeds), False, "of session 1 the ledger's copy shows ciphertext only")
    deeds.append(Deed(trying, "LEDGER", ("IS-C11",)))
    same = read == meter.emissions[0]
    return Account(tuple(deeds), same, f"of session 1's ciphertext the leaked keys make {read.kwh} kWh, as reported")


def _read(rules: Rules, chain: str, pairs: Iterable[SealingPair], leaf: bytes) -> Usage | None:
    transaction = Transaction.decode(chain, Envelope.decode(chain, leaf).transaction)
    for pair in pairs:
        plaintext = open_(pair, transaction.sealed, transaction.aad(chain, rules.signature_scope))
        if plaintext is not None:
            return Usage.decode(chain, plaintext)
    return None


ATTACK = Exploit(
    name="forward_secrecy",
    title="the MDMS's decryption key leaks, and what was reported before is read from a copy of the ledger",
    breaks="IS-P10",
    goal="a reading of an earlier session is decrypted with the keys that the MDMS has later",
    play=play,
    attempts=(
        Attempt("bc-ami@published", "literal", "succeeds"),
        Attempt("bc-ami@published", "charitable", "fails", found_without="mdms_keys"),
        Attempt("bc-ami@hardened", None, "fails", found_without="mdms_keys"),
    ),
    cites=("IS-R20", "IS-C11", "IS-P10"),
)

if __name__ == "__main__":
    main(ATTACK)
