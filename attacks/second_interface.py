"""The second interface: what HTTP refuses, the library call does (ZD-R14, ZD-C20).

Taken to the letter it asks for no token. Taken kindly it has the token, but no routes, so that who may do anything with
a record may do everything.
"""

from attacks.play import main
from attacks.portal import NOW, Portal, opened, refused
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.metering_platform.call import library
from reference.metering_platform.client import Client
from reference.metering_platform.routing import Request, Response
from reference.metering_platform.rules import Rules


def play(rules: Rules, seed: int) -> Account:
    """Ann withdraws a reading that the grid company has issued of her meter."""
    with opened(rules, seed) as portal:
        deeds = [portal.meter()]
        record, deed = portal.reading("9.5", NOW - 10)
        path = f"/records/{record}/withdrawal"
        over_http = portal.send(Request("POST", path)) if _asks_nobody(rules) else portal.ask("ann", "POST", path)
        by_call = _called(portal, path)
        withdrawn = portal.service.state.records[record].withdrawn is not None
    said = f"Ann withdraws it by the second interface; over HTTP she is refused ({over_http.status})."
    deeds += [deed, Deed(said, "PORTAL", ("ZD-R14", "ZD-C20"), refused(by_call))]
    reached = withdrawn and over_http.status in (401, 403)
    return Account(tuple(deeds), reached, f"HTTP answers {over_http.status}, and the library call {by_call.status}")


def _asks_nobody(rules: Rules) -> bool:
    return rules.interfaces == "second-unchecked"


def _called(portal: Portal, path: str) -> Response:
    """The library's answer to ann: to a bare call where that asks for no token."""
    call = library(portal.service)
    if _asks_nobody(portal.rules):
        return call("POST", path)

    def send(request: Request) -> Response:
        return call(request.method, request.path, request.query, request.headers, request.body)

    return Client(portal.clients["ann"].wallet, send, "call", drawn=portal.clients["ann"].drawn).ask("POST", path, NOW)


ATTACK = Exploit(
    name="second_interface",
    title="the library call does what HTTP refuses",
    breaks="ZD-P11",
    goal="a record is withdrawn for who is refused over HTTP",
    play=play,
    attempts=(
        Attempt("metering-platform@published", "literal", "succeeds"),
        Attempt("metering-platform@published", "charitable", "succeeds"),
        Attempt("metering-platform@published", "shared", "succeeds"),
        Attempt("metering-platform@hardened", None, "fails", found_without="interfaces", stopped_by="authorisation"),
    ),
    cites=("ZD-R14", "ZD-C20"),
)

if __name__ == "__main__":
    main(ATTACK)
