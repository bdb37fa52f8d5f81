"""A lowered class: an administrator declares readings to be open, and what is stored from then on is (ZD-C14)."""

from attacks.play import main
from attacks.portal import NOW, opened, refused
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.metering_platform.client import content
from reference.metering_platform.routing import Request
from reference.metering_platform.rules import Rules


def play(rules: Rules, seed: int) -> Account:
    """Class II becomes class I by one word; whoever likes reads ann's next reading."""
    with opened(rules, seed) as portal:
        deeds = [portal.meter()]
        lowered = portal.ask("admin-grid", "POST", "/schemas/meter-reading/class", {"class": "I"})
        said = "An administrator declares meter readings to be of class I."
        record, deed = portal.reading("1.5", NOW - 10)
        answer = portal.send(Request("GET", f"/public/records/{record}"))
    deeds += [Deed(said, "ADMIN", ("ZD-C14",), refused(lowered)), deed]
    deeds.append(Deed("An outsider asks for the reading, without any token.", None, ("ZD-R4",), refused(answer)))
    seen = answer.status == 200 and content(answer)["document"] is not None
    return Account(tuple(deeds), seen, f"ann's reading is {'open to all' if seen else 'not open'}")


ATTACK = Exploit(
    name="lowered_class",
    title="one administrator opens what residents' meters record",
    breaks="ZD-P14",
    goal="the platform shows a reading of ann's meter to who has no account",
    play=play,
    attempts=(
        Attempt("metering-platform@published", "charitable", "succeeds"),
        Attempt("metering-platform@published", "shared", "succeeds"),
        Attempt("metering-platform@hardened", None, "fails", found_without="class_change"),
    ),
    cites=("ZD-R4", "ZD-R5", "ZD-C14"),
)

if __name__ == "__main__":
    main(ATTACK)
