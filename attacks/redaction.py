"""Redaction: the node that leaves out what is confidential leaves out, or changes, more than that (WA-R8, WA-C3).

As published the others see a record that the origin has desensitised, and nothing to compare it with.
"""

from collections.abc import Mapping
from dataclasses import replace

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.sovereign_chain.records import (
    FIELDS,
    REDACTABLE,
    Held,
    OriginsRecord,
    Value,
    content_of,
    entry_of,
    fault,
    metered,
)
from reference.sovereign_chain.rules import Rules

CHAIN, SERVICE, ORIGIN = "power-trading", 1, 0
METER = b"meter one".ljust(32, b"\0")
TRUE: Mapping[str, Value] = {"user": "Ada", "terms": "as agreed", "energy": 4_200, "price": 31, "time": 1_000}
LESS = 1_200


def play(rules: Rules, seed: int) -> Account:
    """Try a smaller energy in the record's own form, then the energy left out, then that of an earlier record."""
    stream = Randomness.from_seed(seed)
    meter, node = KeyPair.generate(stream.child("meter")), KeyPair.generate(stream.child("node"))
    keys, nodes = {METER: meter.public}, {ORIGIN: node.public}
    content = {**TRUE, "energy": LESS, "time": 100}
    earlier = metered(CHAIN, rules, METER, 1, SERVICE, content, meter, stream.child("earlier"))
    held = metered(CHAIN, rules, METER, 2, SERVICE, TRUE, meter, stream)
    honest = entry_of(CHAIN, rules, held, ORIGIN, node)
    assert fault(CHAIN, rules, SERVICE, honest, keys, nodes) is None
    told = f"A meter reports {TRUE['energy']} Wh to the node that is to desensitise it."
    deeds = [Deed(told, None, ("WA-R4", "WA-R8"))]
    reached, shown = False, f"validators take a record of {TRUE['energy']} Wh only"
    for sentence, entry in _tries(rules, held, earlier, node):
        refusal = fault(CHAIN, rules, SERVICE, entry, keys, nodes)
        deeds.append(Deed(sentence, "ORIG", ("WA-R8", "WA-C3"), () if refusal is None else (refusal,)))
        if refusal is None:
            reached, shown = True, f"validators take a record of {content_of(CHAIN, rules, entry).get('energy')} Wh"
            break
    return Account(tuple(deeds), reached, shown)


def _tries(rules: Rules, held: Held, earlier: Held, node: KeyPair) -> list[tuple[str, bytes]]:
    if rules.redaction == "origins-word":
        kept = {name: value for name, value in TRUE.items() if name not in REDACTABLE}
        said = OriginsRecord(ORIGIN, METER, held.record.sequence, SERVICE, {**kept, "energy": LESS})
        changed = said.signed(CHAIN, node).encode(CHAIN)
        return [(f"While it desensitises the record, the node writes {LESS} Wh.", changed)]
    index, shown = FIELDS.index("energy"), held.without(REDACTABLE)
    other = tuple(replace(each, value=LESS) if each.field == "energy" else each for each in shown.openings)
    borrowed = tuple(earlier.openings[index] if each.field == "energy" else each for each in shown.openings)
    return [
        (f"The node opens the energy's commitment as {LESS} Wh.", replace(shown, openings=other).encode(CHAIN)),
        ("The node leaves the energy out.", held.without({*REDACTABLE, "energy"}).encode(CHAIN)),
        ("The node opens that of the meter's earlier record.", replace(shown, openings=borrowed).encode(CHAIN)),
    ]


ATTACK = Exploit(
    name="redaction",
    title="the node that desensitises a record changes its energy on the way",
    breaks="WA-P3",
    goal="validators take a record whose energy is not the one that the meter reported",
    play=play,
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds"),
        Attempt("sovereign-chain@published", "charitable", "succeeds"),
        Attempt("sovereign-chain@hardened", None, "fails", found_without="redaction"),
    ),
    cites=("WA-R4", "WA-R8", "WA-C3"),
)

if __name__ == "__main__":
    main(ATTACK)
