"""Algorithm confusion: a token's own header says how it is verified (ZD-C8).

Whoever writes `none` there needs no key; and whoever writes HS256 needs the public key, as its bytes are then the
secret. Nobody has to have an account for it.
"""

from attacks.forged_tokens import claims_of, made_token
from attacks.play import main
from attacks.portal import METER, NOW, opened, refused
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.crypto.randomness import Randomness
from reference.metering_platform.client import Client, content
from reference.metering_platform.deploy import Wallet
from reference.metering_platform.proofs import thumbprint_of
from reference.metering_platform.routing import Request, Response
from reference.metering_platform.rules import Rules


def play(rules: Rules, seed: int) -> Account:
    """An outsider reads ann's readings with tokens that he has made himself."""
    with opened(rules, seed) as portal:
        deeds = [portal.meter(), portal.reading("1.5", NOW - 10)[1]]
        outsider = Client(Wallet.draw("outsider", Randomness.from_seed(seed)), portal.send)
        asked = portal.send(Request("GET", "/keys/tokens"))
        secrets = [None] if asked.status != 200 else [None, content(asked)["key"].encode()]
        read = list[Response]()
        for secret in secrets:
            how = "says that its algorithm is none" if secret is None else "has HMAC under the issuer's public key"
            answers = [_asked(outsider, secret, epoch) for epoch in range(3)]
            answer = next((each for each in answers if each.status == 200), answers[0])
            read.append(answer)
            said = f"An outsider asks for ann's readings, with a token that {how}."
            deeds.append(Deed(said, "PORTAL", ("ZD-R20", "ZD-R21", "ZD-C8"), refused(answer)))
        count = sum(len(content(each)["readings"]) for each in read if each.status == 200)
    return Account(tuple(deeds), count > 0, f"{count} readings in the answers to who has no account")


def _asked(outsider: Client, secret: bytes | None, epoch: int) -> Response:
    """The answer to a token for ann that names the outsider's own key; her epoch he guesses."""
    claims = claims_of("ann", "residents", epoch, thumbprint_of(outsider.wallet.signing.public))
    request = Request("GET", f"/meters/{METER}/readings", at=NOW)
    return outsider.send(outsider.bearing(request, made_token(claims, secret)))


ATTACK = Exploit(
    name="algorithm_confusion",
    title="a token's header chooses the algorithm that verifies it",
    breaks="ZD-P5",
    goal="who has no account is given the readings of ann's meter",
    play=play,
    attempts=(
        Attempt("metering-platform@published", "literal", "succeeds"),
        Attempt("metering-platform@published", "charitable", "fails", found_without="token_algorithm"),
        Attempt("metering-platform@published", "shared", "fails", found_without="token_algorithm"),
        Attempt("metering-platform@hardened", None, "fails", found_without="token_algorithm"),
    ),
    cites=("ZD-R20", "ZD-R21", "ZD-C8"),
)

if __name__ == "__main__":
    main(ATTACK)
