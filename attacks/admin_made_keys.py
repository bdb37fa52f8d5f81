"""Keys that an administrator makes: he has them, too, and signs as their users (ZD-R10, ZD-C16)."""

from attacks.play import main
from attacks.portal import METER, NOW, Portal, opened, refused
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.crypto.signing import KeyPair
from reference.metering_platform import governing, passwords, signatures
from reference.metering_platform.client import content
from reference.metering_platform.documents import Json
from reference.metering_platform.routes.residents import accepted
from reference.metering_platform.rules import Rules

SALT = bytes(passwords.SALT_BYTES)
CAROL: Json = {
    "user": "carol", "role": "resident", "member": "", "salt": SALT.hex(),
    "derived": passwords.verifier("a password of her own", SALT, 16).derived.hex(),
    "personal": {"name": "Carol", "address": "Main Street 1"},
}  # fmt: skip


def play(rules: Rules, seed: int) -> Account:
    """An administrator enters carol, and signs in her name that she takes over a meter."""
    with opened(rules, seed) as portal:
        answer = portal.ask("admin-grid", "POST", "/users", CAROL)
        deeds = [
            Deed(
                "An administrator enters a user, for whom the platform is to make keys.",
                "ADMIN",
                ("ZD-R10", "ZD-C16"),
                refused(answer),
            )
        ]
        forged = False
        if answer.status == 201:
            _approved(portal, content(answer)["proposal"])
            secret = int(content(answer)["secrets"]["signing"], 16)
            statement = accepted(METER, "carol", NOW)
            signature = signatures.sign(KeyPair.of(secret), "acceptance", statement)
            public = portal.service.state.accounts["carol"].signing
            forged = signatures.verifies(public, "acceptance", statement, signature)
            deeds.append(
                Deed("With her key, which he was handed, he signs that she takes over a meter.", "ADMIN", ("ZD-C16",))
            )
    whose = "an administrator's" if forged else "nobody's but hers"
    return Account(tuple(deeds), forged, f"signatures under carol's key are {whose}")


def _approved(portal: Portal, proposal: str | None) -> None:
    """Other members' administrators approve that there is such a user, where that takes approvals."""
    for member in ("laboratory", "regulator", "maker", "rival"):
        found = portal.service.state.proposals.get(proposal or "")
        if found is None or found.status != "open":
            return
        admin = f"admin-{member}"
        signed = signatures.sign(portal.clients[admin].wallet.signing, "approval", governing.approval(found))
        portal.done(admin, "POST", f"/proposals/{found.proposal}/approvals", {"signature": signed.hex()})


ATTACK = Exploit(
    name="admin_made_keys",
    title="an administrator signs with the key that was made for a user",
    breaks="ZD-P13",
    goal="a signature that carol has not made verifies under the key that the register has of her",
    play=play,
    attempts=(
        Attempt("metering-platform@published", "literal", "succeeds"),
        Attempt("metering-platform@published", "charitable", "succeeds"),
        Attempt("metering-platform@published", "shared", "succeeds"),
        Attempt("metering-platform@hardened", None, "fails", found_without="user_keys"),
    ),
    cites=("ZD-R10", "ZD-C16"),
)

if __name__ == "__main__":
    main(ATTACK)
