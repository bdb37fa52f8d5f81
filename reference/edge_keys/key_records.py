"""The machine `KeyRecords` with real bytes: `deploy` a world, then `step` it by one event of key_records_events."""

from __future__ import annotations

from reference.edge_keys import key_records_adversary as adversary
from reference.edge_keys import key_records_events as events
from reference.edge_keys import key_records_honest as honest
from reference.edge_keys.key_records_world import KeyWorld, Outcome, deploy, refuse

__all__ = ["KeyWorld", "deploy", "step"]


def step(world: KeyWorld, event: events.Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not isinstance(event, events.GenerateKey) and not 0 <= event.meter < len(world.meters):
        return refuse(world, "identity", f"there is no meter {event.meter}", "ZK-R28")
    match event:
        case events.Apply():
            return honest.apply(world, event)
        case events.Enrol():
            return honest.enrol(world, event)
        case events.SignUpdate():
            return honest.sign_update(world, event)
        case events.RecordUpdate():
            return honest.record_update(world, event)
        case events.Activate():
            return honest.activate(world, event)
        case events.SignVeto():
            return honest.sign_veto(world, event)
        case events.RecordVeto():
            return honest.record_veto(world, event)
        case events.RaiseAlarm():
            return honest.raise_alarm(world, event)
        case events.SignRevocation():
            return honest.sign_revocation(world, event)
        case events.SignRecall():
            return honest.sign_recall(world, event)
        case events.RecordEmptyKey():
            return honest.record_empty_key(world, event)
        case events.RecordRevocation():
            return honest.record_revocation(world, event)
        case events.RecordRecall():
            return honest.record_recall(world, event)
        case events.Prune():
            return honest.prune(world, event)
        case events.LoseKeys():
            return honest.lose_keys(world, event)
        case events.GenerateKey():
            return adversary.generate_key(world, event)
        case events.CopyKey():
            return adversary.copy_key(world, event)
        case events.JoinAs():
            return adversary.join_as(world, event)
        case events.Vouch():
            return adversary.vouch(world, event)
        case events.ShowAnotherKey():
            return adversary.show_another_key(world, event)
        case events.ForgeUpdate():
            return adversary.forge_update(world, event)
        case events.ForgeRevocation():
            return adversary.forge_revocation(world, event)
        case events.SignWithTheEmptyKey():
            return adversary.sign_with_the_empty_key(world, event)
