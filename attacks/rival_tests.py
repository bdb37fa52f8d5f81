"""A rival's tests: suppliers' data are on one ledger, or on sub-ledgers that an administrator maps (ZD-C22, ZD-C17)."""

from attacks.play import main
from attacks.portal import opened, refused
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.metering_platform import signatures
from reference.metering_platform.client import content
from reference.metering_platform.issuing import own_test_body
from reference.metering_platform.routes.suppliers import measured
from reference.metering_platform.rules import Rules

REMAP = {"kind": "map-sub-ledger", "change": {"supplier": "rival", "sub_ledger": "maker"}, "epoch": 0}


def play(rules: Rules, seed: int) -> Account:
    """A supplier stores a test that failed; a rival, whose administrator helps where that helps, asks for it."""
    with opened(rules, seed) as portal:
        instrument = KeyPair.generate(Randomness.from_seed(seed).child("instrument"))
        portal.done("tester", "POST", "/instruments", {"instrument": "i-1", "signing": instrument.public.hex()})
        signed = signatures.sign(instrument, "measured", measured("maker", "p-1", "failed"))
        body = own_test_body("maker", portal.founded.members["maker"], "p-1", "failed", "i-1", signed)
        portal.done("maker-1", "POST", "/suppliers/maker/tests", body)
        deeds = [Deed("A supplier stores a test of its product, which failed.", None, ("ZD-R25",))]
        if rules.sub_ledgers == "mapped":
            mapped = portal.ask("admin-rival", "POST", "/proposals", REMAP)
            said = "Its rival's administrator maps the rival to the same sub-ledger."
            deeds.append(Deed(said, "ADMIN", ("ZD-R10", "ZD-C17"), refused(mapped)))
        answer = portal.ask("rival-1", "GET", "/suppliers/maker/tests")
    deeds.append(Deed("The rival asks for the supplier's tests.", "PORTAL", ("ZD-R25", "ZD-C22"), refused(answer)))
    seen = [each["result"] for each in content(answer)["tests"]] if answer.status == 200 else []
    return Account(tuple(deeds), seen == ["failed"], f"results that the rival has seen: {', '.join(seen) or 'none'}")


ATTACK = Exploit(
    name="rival_tests",
    title="a supplier sees a rival's tests",
    breaks="ZD-P12",
    goal="the platform answers a supplier with the result of a rival's test",
    play=play,
    attempts=(
        Attempt("metering-platform@published", "literal", "succeeds"),
        Attempt("metering-platform@published", "charitable", "succeeds"),
        Attempt("metering-platform@published", "shared", "succeeds"),
        Attempt("metering-platform@hardened", None, "fails", found_without="sub_ledgers", stopped_by="authorisation"),
    ),
    cites=("ZD-R10", "ZD-R25", "ZD-C17", "ZD-C22"),
)

if __name__ == "__main__":
    main(ATTACK)
