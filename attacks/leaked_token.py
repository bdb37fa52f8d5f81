"""A leaked token: whoever finds a token is its user (ZD-R22, ZD-C11).

Sent in a URL, it is in the platform's own log, which employees read; sent in a header, whoever stands on the way has
to copy it. A copy is as good as the original, unless the sender has to show a key with it.
"""

from attacks.play import main
from attacks.portal import METER, NOW, Portal, opened, refused
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.metering_platform import documents
from reference.metering_platform.access import TOKEN_PARAMETER
from reference.metering_platform.client import JSON_BODY
from reference.metering_platform.routing import Request
from reference.metering_platform.rules import Rules

CITES = ("ZD-R22", "ZD-C11")


def play(rules: Rules, seed: int) -> Account:
    """Ann lets trader read; a clerk finds her token, and lets himself read in her name."""
    with opened(rules, seed) as portal:
        deeds = [portal.meter()]
        in_url = rules.token_binding == "bearer-anywhere"
        copied = _lets_trader_read(portal, in_url)
        where = "which she sends in the URL" if in_url else "which she sends in a header"
        deeds.append(Deed(f"Ann lets trader read her meter, with a token {where}.", None, CITES))
        how = "A clerk finds it in the log" if in_url else "A clerk has a copy of the headers"
        asked = _granting("clerk", copied)
        answer = portal.send(asked)
        given = [each.user for each in portal.service.state.grants.values() if each.giver == "ann"]
    said = f"{how}, and lets himself read her meter in her name."
    deeds.append(Deed(said, "THEFT", CITES, refused(answer)))
    return Account(tuple(deeds), "clerk" in given, f"by the chain ann lets read: {', '.join(given)}")


def _lets_trader_read(portal: Portal, in_url: bool) -> tuple[tuple[str, str], ...]:
    """Ann's request; gives the headers that a copy of it, or the log, has of her token."""
    ann = portal.clients["ann"]
    ann.sign_in("records", NOW)
    if in_url:
        request = _granting("trader", ())
        portal.send(
            Request(
                request.method, request.path, ((TOKEN_PARAMETER, ann.tokens["records"]),), request.headers, request.body
            )
        )
        lines = portal.done("clerk", "GET", "/log")["lines"]
        found = next(line.partition(f"{TOKEN_PARAMETER}=")[2] for line in lines if TOKEN_PARAMETER in line)
        return (("authorization", f"Bearer {found}"),)
    request = ann.bearing(_granting("trader", ()), ann.tokens["records"])
    portal.send(request)
    return tuple(pair for pair in request.headers if pair[0] != "content-type")


def _granting(user: str, headers: tuple[tuple[str, str], ...]) -> Request:
    body = documents.canonical({"user": user, "resource": METER})
    return Request("POST", "/grants", (), (JSON_BODY, *headers), body, NOW)


ATTACK = Exploit(
    name="leaked_token",
    title="a token that has leaked is good in anybody's hands",
    breaks="ZD-V5",
    goal="the chain has a grant in ann's name that she has not given",
    play=play,
    attempts=(
        Attempt("metering-platform@published", "literal", "succeeds"),
        Attempt("metering-platform@published", "charitable", "succeeds"),
        Attempt("metering-platform@published", "shared", "succeeds"),
        Attempt("metering-platform@hardened", None, "fails", found_without="token_binding"),
    ),
    cites=CITES,
)

if __name__ == "__main__":
    main(ATTACK)
