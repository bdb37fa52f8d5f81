"""Duplicate keys: one text is two documents, by the reader (ZD-C21).

JSON does not say which of two equal keys counts. A bill is made by one program, and looked at with another.
"""

from typing import Any

from attacks.play import main
from attacks.portal import METER, NOW, opened, reading_body, refused, table
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.metering_platform import documents, signatures
from reference.metering_platform.client import content
from reference.metering_platform.issuing import opened as opened_by
from reference.metering_platform.records import statement_of
from reference.metering_platform.rules import Rules

TIME = NOW - 10


def play(rules: Rules, seed: int) -> Account:
    """The grid company signs a reading with two energies in one cell; ann reads it with two parsers."""
    with opened(rules, seed) as portal:
        deeds = [portal.meter()]
        body = reading_body(portal, table("meter-reading", "1.5", TIME))
        text = str(body["document"]).replace('"element":"1.5"', '"element":"1.5","element":"9.5"')
        statement = statement_of("meter-reading", METER, TIME, TIME, None, None, text)
        signed = signatures.sign(portal.founded.members["grid"], "record", statement)
        stored = portal.ask("clerk", "POST", "/records", {**body, "document": text, "signature": signed.hex()})
        said = "The grid company stores a signed reading that has two energies under one key."
        deeds.append(Deed(said, "AUTHOR", ("ZD-R15", "ZD-R16", "ZD-C21"), refused(stored)))
        read = set[str]()
        if stored.status == 201:
            view = portal.done("ann", "GET", f"/records/{content(stored)['record']}")
            data = opened_by(portal.clients["ann"].wallet, view) or b""
            read = {_energy(documents.read_any(data, "first")), _energy(documents.read_any(data, "last"))}
            deeds.append(Deed("Ann reads it with two programs.", None, ("ZD-C21",)))
    energies = ", ".join(sorted(read)) or "none"
    return Account(tuple(deeds), len(read) == 2, f"energies that are read of one signed record: {energies}")


def _energy(document: Any) -> str:
    return str(document["Cell"][0][0]["element"])


ATTACK = Exploit(
    name="duplicate_keys",
    title="one signed text is two readings, by the parser",
    breaks="ZD-P10",
    goal="two programs read two energies of one record",
    play=play,
    attempts=(
        Attempt("metering-platform@published", "literal", "succeeds"),
        Attempt("metering-platform@published", "charitable", "succeeds"),
        Attempt("metering-platform@published", "shared", "succeeds"),
        Attempt("metering-platform@hardened", None, "fails", found_without="json"),
    ),
    cites=("ZD-R15", "ZD-R16", "ZD-C21"),
)

if __name__ == "__main__":
    main(ATTACK)
