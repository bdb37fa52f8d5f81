"""Two certificates with one MD5: an institution has one anchored, and shows the other later (ZD-C4).

The two blocks are the collision that Wang and Yu published. They differ in the top bit of six bytes.
Whatever follows both is the same, and so is the MD5 of all: text that says one thing or the other by such a byte makes
two documents of one (M. Daum and S. Lucks, rump session of EUROCRYPT 2005).
"""

import base64

from attacks.play import main
from attacks.portal import NOW, opened, refused, table
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.ledger.effects import Refused
from reference.metering_platform.client import content
from reference.metering_platform.collision import BLOCKS, twin
from reference.metering_platform.issuing import certificate_body
from reference.metering_platform.rules import Rules

TEXT = b"\n%% the meter has passed its test if byte 19 is above 127, and has failed it otherwise\n"
KIND = "application/postscript"


FAILED, PASSED = twin(BLOCKS) + TEXT, BLOCKS + TEXT
"""Two files: what the institution has anchored, and what it shows later."""


def play(rules: Rules, seed: int) -> Account:
    """A laboratory has the certificate of a failed test anchored, and shows that of a passed one to bob."""
    with opened(rules, seed) as portal:
        key, information = portal.founded.members["laboratory"], table("qualification-file", "1", NOW - 10)
        body = certificate_body(rules, key, "laboratory", KIND, FAILED, information)
        name = portal.done("tester", "POST", "/certificates", body)["certificate"]
        shown = {"media_type": KIND, "file": base64.b64encode(PASSED).decode()}
        answer = portal.ask("bob", "POST", f"/certificates/{name}/verification", shown)
        said = content(answer)
    stop = () if said["matches"] else (Refused("class_three", "the file has another digest", ("ZD-R17", "ZD-C4")),)
    deeds = (
        Deed(
            "A laboratory makes two files with one MD5, and has the one anchored that says failed.",
            "AUTHOR",
            ("ZD-R6", "ZD-C4"),
        ),
        Deed(
            "It shows bob the one that says passed; he has the platform verify it.",
            "AUTHOR",
            ("ZD-R17", "ZD-C4"),
            (*refused(answer), *stop),
        ),
    )
    which = "the anchored one" if said["matches"] else "another"
    return Account(deeds, said["matches"], f"the platform takes the file for {which}, by its digest {said['digest']}")


ATTACK = Exploit(
    name="colliding_certificates",
    title="an institution makes two certificates with one MD5",
    breaks="ZD-P7",
    goal="the platform takes a file for the anchored one that is another",
    play=play,
    attempts=(
        Attempt("metering-platform@published", "literal", "succeeds"),
        Attempt("metering-platform@published", "charitable", "succeeds"),
        Attempt("metering-platform@published", "shared", "succeeds"),
        Attempt("metering-platform@hardened", None, "fails", found_without="class_three"),
    ),
    cites=("ZD-R6", "ZD-R17", "ZD-C4"),
)

if __name__ == "__main__":
    main(ATTACK)
