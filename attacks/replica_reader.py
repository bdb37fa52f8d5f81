"""The replica's reader: what is selectively disclosed is on every node, and a token stands before the portal only.

"Encrypted by a private key" it opens under the public key (ZD-C2); under one key for all readers, to whoever may read
anything (ZD-C3).
"""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from attacks.play import main
from attacks.portal import METER, NOW, Portal, opened, refused
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.ledger.chain import Block
from reference.metering_platform import documents, envelopes
from reference.metering_platform.client import content
from reference.metering_platform.deploy import CHAIN
from reference.metering_platform.rules import Rules


def play(rules: Rules, seed: int) -> Account:
    """A trader, who may read bob's meter, opens the reading of ann's that his company's node has."""
    with opened(rules, seed) as portal:
        deeds = [portal.meter()]
        other = {"meter": "m-2", "kind": "smart", "owner": "bob", "since": NOW - 1000}
        portal.done("keeper", "POST", "/meters", other)
        portal.done("bob", "POST", "/grants", {"user": "trader", "resource": "m-2"})
        deeds.append(Deed("Bob lets a trader read his meter m-2.", None, ("ZD-R5",)))
        record, deed = portal.reading("1.5", NOW - 10)
        given = portal.ask("trader", "GET", "/keys/class-two")
        deeds += [deed, Deed("The trader asks for the key that readers have.", "PORTAL", ("ZD-R5",), refused(given))]
        read = None
        if given.status == 200:
            envelope = _envelope(portal, record)
            read = _opened(content(given)["key"], envelope)
            deeds.append(Deed("He takes the record from the blocks and opens it.", "LEDGER", ("ZD-C2", "ZD-C3")))
    found = read is not None and b'"1.5"' in read
    return Account(
        tuple(deeds), found, f"of the reading of {METER} the trader has {'the energy' if found else 'nothing'}"
    )


def _envelope(portal: Portal, record: str) -> dict[str, Any]:
    """The record as the chain has it, in a block that its reader has decoded."""
    height = portal.done("trader", "GET", "/chain/status")["height"] - 1
    shown = portal.done("trader", "GET", f"/chain/blocks/{height}")
    [leaf] = Block.decode(CHAIN, bytes.fromhex(shown["block"])).leaves
    transaction: Any = documents.read(leaf.partition(b"\x00")[2])
    envelope: dict[str, Any] = transaction["store"]["record"]
    assert envelope["record"] == record
    return envelope


def _opened(key: str, envelope: dict[str, Any]) -> bytes | None:
    """The document under the key that the platform hands out: a public key, or the secret itself in hexadecimal."""
    ciphertext, nonce = bytes.fromhex(envelope["ciphertext"]), bytes.fromhex(envelope["nonce"])
    if key.startswith("-----BEGIN PUBLIC KEY-----"):
        public = load_pem_public_key(key.encode())
        assert isinstance(public, RSAPublicKey)
        size = public.key_size // 8
        secret, ciphertext = envelopes.unlock(public, ciphertext[:size]) or b"", ciphertext[size:]
    else:
        secret = bytes.fromhex(key)
    aad = envelopes.associated(envelope["record"], envelope["class"], envelope["epoch"])
    return envelopes.decrypt(secret, nonce, ciphertext, aad)


ATTACK = Exploit(
    name="replica_reader",
    title="what is selectively disclosed is read from the blocks, with the key that readers have",
    breaks="ZD-P2",
    goal="a trader has the energy of a reading that he has no permission for",
    play=play,
    attempts=(
        Attempt("metering-platform@published", "literal", "succeeds"),
        Attempt("metering-platform@published", "charitable", "succeeds"),
        Attempt("metering-platform@published", "shared", "succeeds"),
        Attempt("metering-platform@hardened", None, "fails", found_without="class_two"),
    ),
    cites=("ZD-R5", "ZD-C2", "ZD-C3"),
)

if __name__ == "__main__":
    main(ATTACK)
