"""Lockout: whoever copied a key was faster, and nothing that the meter's owner can do ends that (ZK-P6, ZK-C5, ZK-C6).

As published update and revocation are signed with a key that the thief has replaced, or, once the empty key is the old
one, with nothing. Hardened, the owner takes the meter back with the recovery key: it is revoked, and joins again.
"""

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.edge_keys import key_records
from reference.edge_keys import key_records_events as events
from reference.edge_keys.key_messages import Place
from reference.edge_keys.key_records_world import KeyWorld
from reference.edge_keys.rules import Rules
from reference.ledger.effects import refused

OWN, STOLEN_BY, AFTERWARDS = 0, 1, 2
"""The labels of the meter's key, of the thief's, and of the meter's next one."""


def play(rules: Rules, seed: int) -> Account:
    """The thief has its key recorded; the owner tries all there is; the thief tries once more."""
    world = key_records.deploy(rules, seed, [1], [1])
    deeds = list[Deed]()

    def happens(said: str, event: events.Event, needs: str | None = None, told: bool = True) -> bool:
        """Play one event. What is refused to the owner is told in words: it is the thief who is to be stopped."""
        nonlocal world
        world, effects = key_records.step(world, event)
        stopped = refused(effects)
        why = "" if stopped is None or told else f" It is refused by {stopped.rule}: {stopped.reason}."
        deeds.append(Deed(said + why, needs, _CITES.get(type(event), ()), effects if told else ()))
        return stopped is None

    first, second = Place(0, 0), Place(0, 1)
    happens("A meter applies to join.", events.Apply(0, first, OWN))
    happens("Its key is recorded.", events.Enrol(0, first, OWN))
    happens("The thief copies it.", events.CopyKey(0, OWN), "KEY")
    happens("The thief makes a key of its own.", events.GenerateKey(STOLEN_BY), "NET")
    happens("The thief has that recorded as the meter's next.", events.ForgeUpdate(0, second, OWN, STOLEN_BY), "NET")
    if rules.activation == "delayed":
        happens("The thief waits for it to be in force.", events.Activate(0, second), "NET")
    happens("The owner wants the key revoked.", events.RaiseAlarm(0, 0))
    happens("The meter signs a revocation.", events.SignRevocation(0, 0, OWN), told=False)
    place = Place(0, 2)
    if rules.revocation == "sticky":
        happens("The devices are shown it.", events.RecordRevocation(0, 0, OWN), told=False)
    else:
        happens("The devices are shown it.", events.RecordEmptyKey(0, place, OWN), told=False)
    happens("The owner signs a revocation with the recovery key.", events.SignRecall(0, 0), told=False)
    happens("The devices are shown it.", events.RecordRecall(0, 0), told=False)
    if not _speaks(world):
        again = events.SignWithTheEmptyKey(0, Place(0, 3), STOLEN_BY)
        happens("The thief has its key recorded once more, signed with nothing.", again, "NET")
    back = events.Apply(0, Place(1, 0), AFTERWARDS)
    happens("The meter applies to join again.", back, told=False)
    held = "the thief's key is in force" if _speaks(world) else "the thief's key is not in force"
    return Account(tuple(deeds), _speaks(world), f"after all that the owner could do, {held}")


_CITES: dict[type[events.Event], tuple[str, ...]] = {
    events.Apply: ("ZK-R28",),
    events.Enrol: ("ZK-R28",),
    events.CopyKey: ("ZK-C5",),
    events.ForgeUpdate: ("ZK-R32", "ZK-C5"),
    events.Activate: ("ZK-C5",),
    events.SignRevocation: ("ZK-R34", "ZK-C6"),
    events.RecordRevocation: ("ZK-R34", "ZK-C6"),
    events.RecordEmptyKey: ("ZK-R34", "ZK-C6"),
    events.SignRecall: ("ZK-C6",),
    events.RecordRecall: ("ZK-C6",),
    events.SignWithTheEmptyKey: ("ZK-R34", "ZK-C7"),
}


def _speaks(world: KeyWorld) -> bool:
    meter, public = world.meters[0].name, world.key(STOLEN_BY).public
    return public in world.registry.valid(meter, 0)


ATTACK = Exploit(
    name="lockout",
    title="a thief has replaced a meter's key, and its owner cannot get rid of him",
    breaks="ZK-P6",
    goal="the thief's key is in force when the owner has done all that there is to do",
    play=play,
    attempts=(
        Attempt("edge-keys@published", "literal", "succeeds"),
        Attempt("edge-keys@published", "charitable", "succeeds"),
        Attempt("edge-keys@hardened", None, "fails", found_without="recovery_key"),
    ),
    cites=("ZK-R32", "ZK-R34", "ZK-C5", "ZK-C6"),
)

if __name__ == "__main__":
    main(ATTACK)
