"""The machine `metering` with real bytes: `deploy` a world, then `step` it by one event of metering_events."""

from __future__ import annotations

from reference.bc_ami import metering_adversary as adversary
from reference.bc_ami import metering_events as events
from reference.bc_ami import metering_honest as honest
from reference.bc_ami.world import Outcome, World, deploy, refuse

__all__ = ["World", "deploy", "step"]


def step(world: World, event: events.Event) -> Outcome:
    """The world after the event, and its effects; a refused event leaves the world unchanged."""
    if not isinstance(event, events.GenerateKey) and event.meter not in world.meters:
        return refuse(world, "identity", f"there is no meter {event.meter!r}", "IS-R3")
    if world.rules.epochs == "none" and isinstance(event, events.NAMING) and event.epoch != 0:
        return refuse(world, "epochs", "no message names an epoch", "IS-C12")
    match event:
        case events.RequestRegistration():
            return honest.request_registration(world, event)
        case events.RegisterByContract():
            return honest.register_by_contract(world, event)
        case events.SubmitRegistration():
            return honest.submit_registration(world, event)
        case events.RegisterSubmitted():
            return honest.register_submitted(world, event)
        case events.Impersonate():
            return adversary.impersonate(world, event)
        case events.ImpersonateFromLedger():
            return adversary.impersonate_from_ledger(world, event)
        case events.GenerateKey():
            return adversary.generate_key(world, event)
        case events.DcReadsKey():
            return adversary.dc_reads_key(world, event)
        case events.PeerReadsKey():
            return adversary.peer_reads_key(world, event)
        case events.ReportReading():
            return honest.report(world, event)
        case events.Forge():
            return adversary.forge(world, event)
        case events.Redate():
            return adversary.redate(world, event)
        case events.Endorse():
            return honest.endorse(world, event)
        case events.Order():
            return honest.order(world, event)
        case events.Replay():
            return adversary.replay(world, event)
        case events.Release():
            return honest.release(world, event)
        case events.Acknowledge():
            return honest.acknowledge(world, event)
        case events.ForgeReceipt():
            return adversary.forge_receipt(world, event)
        case events.Substitute():
            return adversary.substitute(world, event)
        case events.Inject():
            return adversary.inject(world, event)
