"""A service that mints: one of the micro-services is taken over, and with it whatever it verifies tokens with (ZD-C9).

If that is a secret of HMAC which all services share, whoever verifies can sign: for any user, and for any service.
"""

from attacks.forged_tokens import claims_of, made_token
from attacks.play import main
from attacks.portal import NOW, Portal, opened, refused
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.crypto.randomness import Randomness
from reference.metering_platform import documents, tokens
from reference.metering_platform.client import JSON_BODY, Client
from reference.metering_platform.deploy import Wallet
from reference.metering_platform.proofs import thumbprint_of
from reference.metering_platform.routing import Request, Response
from reference.metering_platform.rules import Rules

CHANGE = {"kind": "block-user", "change": {"user": "bob"}, "epoch": 0}


def play(rules: Rules, seed: int) -> Account:
    """Who has taken over the service of certificates acts as an administrator at that of governance."""
    with opened(rules, seed) as portal:
        thief = Client(Wallet.draw("thief", Randomness.from_seed(seed)), portal.send)
        answer = _asked(portal, thief, _verifies_with(portal))
        proposals = [each.proposer for each in portal.service.state.proposals.values()]
    deeds = (
        Deed("A service is taken over, with all that it verifies tokens with.", "SERVICE", ("ZD-R19", "ZD-R21")),
        Deed("It makes a token of its own for an administrator, and has a user blocked in his name.", "SERVICE",
             ("ZD-R10", "ZD-C9"), refused(answer)),
    )  # fmt: skip
    reached = answer.status == 201 and proposals == ["admin-grid"]
    return Account(deeds, reached, f"acts of governance in the administrator's name: {len(proposals)}")


def _verifies_with(portal: Portal) -> bytes:
    state = portal.service.state
    return state.secrets.service if portal.rules.token_algorithm == "shared-hmac" else tokens.public_pem(state)


def _asked(portal: Portal, thief: Client, secret: bytes) -> Response:
    claims = claims_of("admin-grid", "governance", 0, thumbprint_of(thief.wallet.signing.public))
    request = Request("POST", "/proposals", (), (JSON_BODY,), documents.canonical(CHANGE), NOW)
    return portal.send(thief.bearing(request, made_token(claims, secret)))


ATTACK = Exploit(
    name="minting_service",
    title="a service that is no issuer makes a token for an administrator",
    breaks="ZD-P5",
    goal="a change of configuration is on the chain in the name of an administrator who has not asked for it",
    play=play,
    attempts=(
        Attempt("metering-platform@published", "shared", "succeeds"),
        Attempt("metering-platform@published", "charitable", "fails", found_without="token_algorithm"),
        Attempt("metering-platform@hardened", None, "fails", found_without="token_algorithm"),
    ),
    cites=("ZD-R19", "ZD-R21", "ZD-C8", "ZD-C9"),
)

if __name__ == "__main__":
    main(ATTACK)
