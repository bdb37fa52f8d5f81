"""Malleability: the second signature (r, n-s) that plain ECDSA accepts for any message once signed (IS-C8).

The text names ECDSA and no form of its signatures. The reference takes the lower s only, in every variant: so this
exploit tells what plain ECDSA would let through, and that the reference does not.
"""

from dataclasses import replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from attacks.play import main
from attacks.stage import deployed, registered, reported
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.bc_ami import contract
from reference.bc_ami.messages import TRANSACTION, Transaction
from reference.bc_ami.rules import Rules
from reference.crypto import signing
from reference.crypto.signing import ORDER
from reference.ledger.effects import Refused, Sent


def play(rules: Rules, seed: int) -> Account:
    """Overhear a report, change its signature into the other valid one, and have the peers endorse both."""
    world, registering = registered(deployed(rules, seed), 0)
    world, reporting = reported(world, 0, 1)
    chain, genuine = world.recipient.chain, world.transactions[0]
    overheard = Transaction.decode(chain, genuine)
    r, s = overheard.signature[:32], int.from_bytes(overheard.signature[32:], "big")
    twin = replace(overheard, signature=r + (ORDER - s).to_bytes(32, "big"))
    message = twin.signed_part(chain, rules.signature_scope)
    deeds = [registering, reporting]
    sent = Sent(TRANSACTION, twin.encode(chain))
    deeds.append(Deed("The adversary replaces s by n-s in the report's signature.", "NET", ("IS-C8",), (sent,)))
    if not _plain_ecdsa(world.key(0).public, message, twin.signature):
        return Account(tuple(deeds), False, "the changed signature is no signature at all")
    deeds.append(Deed("Plain ECDSA accepts the changed signature: nobody's key was needed.", "NET", ("IS-C8",)))
    answers = [contract.endorse(world.contract, 0, world.peers[0], data) for data in (genuine, sent.data)]
    said = tuple(answer for answer in answers if isinstance(answer, Refused))
    deeds.append(Deed("Both spellings of the report are brought to a peer.", "NET", ("IS-R13",), said))
    return Account(tuple(deeds), not said, "a peer endorses " + ("one spelling" if said else "both spellings"))


def _plain_ecdsa(public: bytes, message: bytes, signature: bytes) -> bool:
    key = signing.public_key(public)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        assert key is not None
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


ATTACK = Exploit(
    name="malleability",
    title="the other valid signature (r, n-s) of an overheard report passes for a second report",
    breaks="IS-P16",
    goal="two different spellings of one report are both endorsed",
    play=play,
    attempts=(
        Attempt("bc-ami@published", "literal", "fails", stopped_by="signature form"),
        Attempt("bc-ami@published", "charitable", "fails", stopped_by="signature form"),
        Attempt("bc-ami@hardened", None, "fails", stopped_by="signature form"),
    ),
    cites=("IS-R4", "IS-R20", "IS-C8"),
)

if __name__ == "__main__":
    main(ATTACK)
