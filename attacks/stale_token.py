"""A stale token: rights are in the token, and outlive what they were given for (ZD-R22, ZD-C10).

Ann had a token when the meter was hers. It is bob's now; with the token she hands it over to herself.
"""

from attacks.play import main
from attacks.portal import METER, NOW, opened, refused
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.metering_platform import signatures
from reference.metering_platform.routes.residents import accepted
from reference.metering_platform.rules import Rules


def play(rules: Rules, seed: int) -> Account:
    """The meter changes hands after ann has signed in, and before she asks."""
    with opened(rules, seed) as portal:
        ann = portal.clients["ann"]
        deeds = [portal.meter()]
        ann.sign_in("residents", NOW)
        deeds += [Deed("Ann signs in.", None, ("ZD-R21",)), portal.handed_over("bob", NOW - 50)]
        signed = signatures.sign(ann.wallet.signing, "acceptance", accepted(METER, "ann", NOW))
        body = {"to": "ann", "since": NOW, "acceptance": signed.hex()}
        answer = ann.ask("POST", f"/meters/{METER}/transfers", NOW, body)
        owner = portal.service.state.meters[METER].owner
    said = "With the token of before, ann hands the meter over to herself."
    deeds.append(Deed(said, "PORTAL", ("ZD-R22", "ZD-C10"), refused(answer)))
    return Account(tuple(deeds), owner == "ann", f"by the register the meter is {owner}'s")


ATTACK = Exploit(
    name="stale_token",
    title="who had a meter takes it back with the token of before",
    breaks="ZD-P6",
    goal="the register has ann for the owner again, by a request of nobody else",
    play=play,
    attempts=(
        Attempt("metering-platform@published", "literal", "succeeds"),
        Attempt("metering-platform@published", "charitable", "succeeds"),
        Attempt("metering-platform@published", "shared", "succeeds"),
        Attempt("metering-platform@hardened", None, "fails", found_without="permissions"),
    ),
    cites=("ZD-R22", "ZD-C10"),
)

if __name__ == "__main__":
    main(ATTACK)
