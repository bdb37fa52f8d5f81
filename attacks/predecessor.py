"""The predecessor: who has a meter now reads what it recorded when another had it (ZD-C13)."""

from attacks.play import main
from attacks.portal import NOW, opened, refused
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.metering_platform.rules import Rules


def play(rules: Rules, seed: int) -> Account:
    """Bob takes over ann's meter, and asks for a reading of her time."""
    with opened(rules, seed) as portal:
        deeds = [portal.meter()]
        record, deed = portal.reading("1.5", NOW - 100)
        deeds += [deed, portal.handed_over("bob", NOW - 50)]
        answer = portal.ask("bob", "GET", f"/records/{record}")
    said = "Bob asks for the reading of the time before."
    deeds.append(Deed(said, "PORTAL", ("ZD-R24", "ZD-C13"), refused(answer)))
    return Account(tuple(deeds), answer.status == 200, f"bob's request for a reading of ann's time: {answer.status}")


ATTACK = Exploit(
    name="predecessor",
    title="a new tenant reads the one before",
    breaks="ZD-P4",
    goal="the platform answers bob with a record of the time when the meter was ann's",
    play=play,
    attempts=(
        Attempt("metering-platform@published", "literal", "succeeds"),
        Attempt("metering-platform@published", "charitable", "succeeds"),
        Attempt("metering-platform@published", "shared", "succeeds"),
        Attempt("metering-platform@hardened", None, "fails", found_without="ownership", stopped_by="authorisation"),
    ),
    cites=("ZD-R24", "ZD-C13"),
)

if __name__ == "__main__":
    main(ATTACK)
