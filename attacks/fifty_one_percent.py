"""51 %: who has seven thirteenths of the hash power rewrites a record that has six confirmations (ZK-C3, ZK-C4).

The race is run with real hashes at the rules' own difficulty; `docs/race.md` has its odds for other shares. The text
has no rule by which devices choose between two branches. Where blocks are accepted by their puzzle alone, devices are
given the longest chain, so that they agree on anything at all; where blocks are confirmed, hash power is worth nothing.
"""

from dataclasses import replace
from fractions import Fraction

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.crypto.randomness import Randomness
from reference.crypto.signing import SIGNATURE_BYTES, KeyPair
from reference.edge_keys import acceptance
from reference.edge_keys.acceptance import Device
from reference.edge_keys.acceptance_world import CHAIN, METER
from reference.edge_keys.block import Block, Entry, KeyInformation
from reference.edge_keys.puzzle import PUZZLES
from reference.edge_keys.race import Race
from reference.edge_keys.race_trials import run
from reference.edge_keys.rules import Rules
from reference.ledger import chain
from reference.ledger.chain import Certificate, Vote, committee_of
from reference.ledger.effects import Effects, refused

DEVICES, BOUND = 13, 4
RACE = Race(Fraction(7, 13), confirmations=6, lead=1, surrender=100)
"""Devices leave their chain for a longer one only. The attacker loses this race once in eighteen million times."""


def play(rules: Rules, seed: int) -> Account:
    """Devices build a chain in public, the attacker one in private, which a device is shown that holds the first."""
    if rules.acceptance == "first-solver":
        rules = replace(rules, fork_choice="longest-chain")
    root = Randomness.from_seed(seed)
    pairs = tuple(KeyPair.generate(root.child("device", number)) for number in range(DEVICES))
    device = Device(0, pairs[0], rules, committee_of(rules, CHAIN, pairs, BOUND))

    def public(height: int) -> tuple[bytes, ...]:
        information = KeyInformation(METER, height + 1, KeyPair.generate(root.child("key", height)).public)
        return (Entry.make(CHAIN, 0, information, pairs[0]).encode(CHAIN),)

    def private(height: int) -> tuple[bytes, ...]:
        return (Entry(0, root.child("made up", height).take(SIGNATURE_BYTES)).encode(CHAIN),)

    raced = run(RACE, PUZZLES[rules.puzzle], rules.previous_hash, CHAIN, (public, private), root.child("race"))
    effects: Effects = ()
    for height, block in enumerate(raced.public):
        evidence = _evidence(device, height, block, pairs)
        device, came = acceptance.step(device, acceptance.Decide(height, block, evidence))
        effects += came
    if (refusal := refused(effects)) is not None:
        raise AssertionError(f"an honest step is refused: {refusal.reason}")
    deeds = [
        Deed(f"Devices append {len(raced.public)} blocks, and rely on the first.", None, ("ZK-R28", "ZK-R29"), effects),
        Deed(
            f"Out of sight, with {RACE.share} of the hash power, the attacker builds {len(raced.private)} blocks over "
            f"signatures that no device has made ({raced.hashes} hashes, both parties together).",
            "HASH",
            ("ZK-C4", "ZK-C27"),
        ),
    ]
    after, shown = acceptance.step(device, acceptance.Adopt(0, raced.private))
    deeds.append(Deed("A device is shown the attacker's chain, which is longer.", "HASH", ("ZK-C3",), shown))
    rewritten = after.blocks[0] != raced.public[0]
    made = "has made room for one that no device signed" if rewritten else "is where it was"
    return Account(tuple(deeds), rewritten, f"the record that had {len(raced.public)} confirmations {made}")


def _evidence(device: Device, height: int, block: Block, pairs: tuple[KeyPair, ...]) -> bytes:
    """What the devices, all of them correct, have to show for their block."""
    if device.rules.acceptance == "first-solver":
        return b""
    ballot = device.ballot(height, block)
    if device.rules.confirmation_evidence == "devices-word":
        return chain.announcement(CHAIN, ballot, pairs[0])
    votes = [Vote.make(CHAIN, number, ballot, True, pair) for number, pair in enumerate(pairs)]
    return Certificate(tuple(votes[: max(device.committee.needed, 1)])).encode(CHAIN)


ATTACK = Exploit(
    name="fifty_one_percent",
    title="most of the hash power rewrites a record that has six confirmations",
    breaks="ZK-P19",
    goal="a device gives up the first block of its chain, which had six confirmations",
    play=play,
    attempts=(
        Attempt("edge-keys@published", "literal", "fails", found_without="acceptance"),
        Attempt("edge-keys@published", "charitable", "fails", found_without="acceptance"),
        Attempt("edge-keys@published", "unanimous", "fails", found_without="acceptance"),
        Attempt("edge-keys@published", "solver", "succeeds"),
        Attempt("edge-keys@hardened", None, "fails", found_without="acceptance"),
    ),
    cites=("ZK-R29", "ZK-C3", "ZK-C4"),
)

if __name__ == "__main__":
    main(ATTACK)
