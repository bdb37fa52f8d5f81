"""Another's meter: a resident with a good token of his own puts another's meter into the request (ZD-C12).

The flow checks the token's signature and sends the response (ZD-R21); whether the meter is his, nobody asks.
"""

from attacks.play import main
from attacks.portal import METER, NOW, opened, refused
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.metering_platform.client import content
from reference.metering_platform.rules import Rules


def play(rules: Rules, seed: int) -> Account:
    """Bob asks for the readings of ann's meter."""
    with opened(rules, seed) as portal:
        deeds = [portal.meter(), portal.reading("1.5", NOW - 10)[1]]
        answer = portal.ask("bob", "GET", f"/meters/{METER}/readings")
    deeds.append(
        Deed("Bob signs in and asks for the readings of m-1.", "PORTAL", ("ZD-R21", "ZD-C12"), refused(answer))
    )
    count = len(content(answer)["readings"]) if answer.status == 200 else 0
    return Account(tuple(deeds), count > 0, f"{count} records of ann's meter in the answer to bob")


ATTACK = Exploit(
    name="other_meter",
    title="a resident changes the name of the meter in his request",
    breaks="ZD-P3",
    goal="the platform answers bob with records of a meter that he neither owns nor has a grant for",
    play=play,
    attempts=(
        Attempt("metering-platform@published", "literal", "succeeds"),
        Attempt("metering-platform@published", "charitable", "fails", found_without="authorisation"),
        Attempt("metering-platform@published", "shared", "fails", found_without="authorisation"),
        Attempt("metering-platform@hardened", None, "fails", found_without="authorisation"),
    ),
    cites=("ZD-R21", "ZD-R24", "ZD-C12"),
)

if __name__ == "__main__":
    main(ATTACK)
