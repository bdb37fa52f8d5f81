"""How a day begins: keys drawn, devices placed, routes planned, chains empty, accounts and the first law in place."""

from __future__ import annotations

from dataclasses import replace

from reference.bc_ami.contract import Contract
from reference.bc_ami.credentials import Enrolled
from reference.bc_ami.mdms import Mdms
from reference.bc_ami.messages import Recipient, hashed_identity
from reference.crypto import sealing
from reference.crypto.randomness import Randomness
from reference.crypto.signing import KeyPair
from reference.edge_keys import meter as edge_meter
from reference.edge_keys.bundle_keeper import Keeper
from reference.edge_keys.bundles import SCHEME
from reference.edge_keys.enrolment import Root
from reference.edge_keys.key_state import Registry
from reference.edge_keys.move_log import MoveLog
from reference.grid import devices, laws
from reference.grid.books import Books, Stay
from reference.grid.chains import Followed, Place, Replicated
from reference.grid.key_chain import KeyChain
from reference.grid.law_chain import LawChain
from reference.grid.market import DATABASE, DISPATCH, Market, Others
from reference.grid.parts import Parts, hardened
from reference.grid.plan import DayPlan, Site
from reference.grid.platform import Node, Platform, platform_rules
from reference.grid.script import first_tenant
from reference.grid.service_chain import ServiceChain, domain_of
from reference.grid.state import CHAINS, KEYS, LAW, MARKET, SERVICES, DayState, Deployed, Meter
from reference.ledger.chain import Committee, committee_of
from reference.metering_platform import deploy as platform_deploy
from reference.metering_platform.deploy import Wallet
from reference.metering_platform.state import Interval
from reference.metering_platform.state import Meter as RegisteredMeter
from reference.sovereign_chain.names import Registrar
from reference.sovereign_chain.receipts import Validators, ValidatorSet
from reference.sovereign_chain.registry import Genesis
from reference.sovereign_chain.trade import ContractDatabase, DispatchChain, Terms, TradingChain

GRID = "grid"
NODES = 2
"""Nodes of the platform that answer residents."""


def chain_id(name: str) -> str:
    """The chain id in every signature of replicas about this chain; there is one set of them, so it names no epoch."""
    return f"{GRID}/{name}"


def committees(plan: DayPlan, replicas: tuple[KeyPair, ...]) -> dict[str, Committee]:
    """The committee of each chain: the same replicas, each chain with its own name and first leader."""
    rules = hardened().bc_ami
    return {
        name: replace(committee_of(rules, chain_id(name), replicas, plan.bound, place % plan.replicas), rounds="two")
        for place, name in enumerate(CHAINS)
    }


def deployed(plan: DayPlan) -> Deployed:
    """What the plan settles beforehand."""
    base = hardened()
    checks = replace(
        base.bc_ami, release_check=plan.rules.release_check, freshness=plan.rules.freshness, window=plan.rules.window
    )
    parts = Parts(
        checks, base.edge_keys, base.sovereign_chain, platform_rules(plan.rules.tenancy_check, base.metering_platform)
    )
    random = Randomness.from_seed(plan.seed).child("grid")
    replicas = tuple(KeyPair.generate(random.child("replica", i)) for i in range(plan.replicas))
    # Replicas are the first of the devices, with a key of their own for each of the two offices.
    device_keys = tuple(KeyPair.generate(random.child("device", i)) for i in range(plan.device_count))
    present = _first_meters(plan)
    points, homes = devices.placed(plan, present)
    opening = sealing.key_pair(checks.encryption, random.child("platform"))
    receipts = KeyPair.generate(random.child("receipts"))
    recipients = {
        each: Recipient(
            domain_of(plan.rules.bound_to, each),
            checks.encryption,
            checks.signature_scope,
            opening.public,
            receipts.public,
        )
        for each in SERVICES
    }
    residents = _residents(plan)
    names = Registrar.of(
        base.sovereign_chain.identity_names,
        KeyPair.generate(random.child("court")).public,
        [each.encode() for each in residents],
        random.child("names"),
    )
    needed = committees(plan, replicas)[KEYS].needed
    publics = tuple(pair.public for pair in replicas)
    validators = {
        each: Validators(ValidatorSet(each, 0, publics, needed), replicas)
        for each in (chain_id(LAW), chain_id(MARKET), DISPATCH, DATABASE)
    }
    trades = {act.number: act.other == "passes" for acts in plan.acts.values() for act in acts if act.kind == "trade"}
    return Deployed(
        parts, random, replicas, device_keys, points, homes,
        KeyPair.generate(random.child("enrolment root")), KeyPair.generate(random.child("registrar")),
        KeyPair.generate(random.child("legislator")), names, recipients, opening,
        KeyPair.generate(random.child("database")),
        {each: Wallet.draw(each, random.child("resident", each)) for each in residents},
        validators, {hashed_identity(GRID, each.name): each.name for each in plan.meters}, trades,
    )  # fmt: skip


def begun(plan: DayPlan) -> DayState:
    """The state before the first slot."""
    known = deployed(plan)
    committee = committees(plan, known.replicas)
    places = (Place(),) * plan.replicas
    meters = {each.name: _meter(plan, known, place, each) for place, each in enumerate(plan.meters)}
    root = Root(chain_id(KEYS), known.root, {each.hid: each.party.credential.public for each in meters.values()})
    key_chain = _key_chain(plan, known, meters)
    followed = Followed(key_chain)
    law = _law(plan, known, committee[LAW])
    points, owner = devices.placed(plan, _first_meters(plan))
    loads = {device: list(owner.values()).count(device) for device in range(plan.device_count)}
    keepers = tuple(
        Keeper(
            i,
            known.parts.edge_keys,
            chain_id(KEYS),
            pair,
            sealing.key_pair(SCHEME, known.randomness.child("sealing", i)),
        )
        for i, pair in enumerate(known.devices)
    )
    return DayState(
        deployed=known,
        slot=0,
        keys=Replicated(committee[KEYS], key_chain, places),
        law=Replicated(committee[LAW], law, places),
        services={
            each: Replicated(committee[each], _service(plan, known, each, meters, followed), places)
            for each in SERVICES
        },
        market=Replicated(committee[MARKET], _market(plan, known), places),
        others=_others(known),
        platform=_platform(plan, known, committee, meters, law),
        root=root,
        meters=meters,
        keepers=keepers,
        routes=devices.routes(points, loads, range(plan.device_count), plan.seed),
        books=Books(lived={each.name: (Stay(first_tenant(each.name), 0),) for each in plan.meters}, editions=((1, 0),)),
        pending={each: () for each in SERVICES},
    )


def _first_meters(plan: DayPlan) -> tuple[Site, ...]:
    """The meters that are there from the beginning: all but those that join."""
    later = {act.subject for acts in plan.acts.values() for act in acts if act.kind == "join"}
    return tuple(each for each in plan.meters if each.name not in later)


def is_there_first(plan: DayPlan, meter: str) -> bool:
    return any(each.name == meter for each in _first_meters(plan))


def _residents(plan: DayPlan) -> list[str]:
    named = [act.other for acts in plan.acts.values() for act in acts if act.kind in ("move-in", "ask", "violate")]
    return list(dict.fromkeys([*(first_tenant(each.name) for each in plan.meters), *(each for each in named if each)]))


def _meter(plan: DayPlan, known: Deployed, place: int, site: Site) -> Meter:
    rules, hid, random = (
        known.parts.edge_keys,
        hashed_identity(GRID, site.name),
        known.randomness.child("meter", site.name),
    )
    recovery = KeyPair.generate(random.child("recovery"))
    credential = KeyPair.generate(random.child("enrolment"))
    party = edge_meter.Meter(hid, rules, chain_id(KEYS), credential, recovery=recovery.public)
    owner = edge_meter.Owner(hid, rules, chain_id(KEYS), recovery)
    return Meter(site.name, SERVICES[place % len(SERVICES)], party, owner, present=is_there_first(plan, site.name))


def _key_chain(plan: DayPlan, known: Deployed, meters: dict[str, Meter]) -> KeyChain:
    publics = tuple(pair.public for pair in known.devices)
    registry = Registry(
        known.parts.edge_keys,
        chain_id(KEYS),
        publics,
        known.parts.edge_keys.needed_votes(plan.replicas, plan.bound),
        known.root.public,
        {each.hid: each.party.recovery for each in meters.values()},
    )
    return KeyChain(plan.rules.bundle_move, registry, MoveLog(known.parts.edge_keys, chain_id(KEYS), publics, {}))


def _law(plan: DayPlan, known: Deployed, committee: Committee) -> LawChain:
    users = {
        known.names.name(each.encode(), chain_id(LAW)): wallet.signing.public for each, wallet in known.wallets.items()
    }
    genesis = Genesis(
        known.parts.sovereign_chain, committee, users, known.legislator.public, known.legislator.public,
        (laws.source(1, 0, SERVICES),),
    )  # fmt: skip
    tenancies = {
        each.name: RegisteredMeter(each.name, "smart", (Interval(first_tenant(each.name), plan.time(0)),))
        for each in plan.meters
    }
    validators = known.validators[chain_id(LAW)].of
    return LawChain(genesis, validators, known.registrar.public, (plan.start, plan.slot_seconds), tenancies=tenancies)


def _service(
    plan: DayPlan, known: Deployed, name: str, meters: dict[str, Meter], keys: Followed[KeyChain]
) -> ServiceChain:
    enrolled = {each.hid: Enrolled(each.party.credential.public, b"") for each in meters.values()}
    domain = known.recipients[name].chain
    contract = Contract(known.parts.bc_ami, domain, (), 0, enrolled)
    return ServiceChain(name, plan.rules.key_check, plan.delta, contract, keys)


def _market(plan: DayPlan, known: Deployed) -> Market:
    followed = {name: (each.of,) for name, each in known.validators.items()}
    home = chain_id(MARKET)
    terms = {number: Terms(number, home, plan.slots) for number in known.trades}
    return Market(
        TradingChain(home, known.parts.sovereign_chain, followed, terms=terms, dispatch=DISPATCH, database=DATABASE)
    )


def _others(known: Deployed) -> Others:
    followed = {chain_id(MARKET): (known.validators[chain_id(MARKET)].of,)}
    rules = known.parts.sovereign_chain
    return Others(DispatchChain(DISPATCH, rules, followed), ContractDatabase(DATABASE, rules, followed))


def _platform(
    plan: DayPlan, known: Deployed, committee: dict[str, Committee], meters: dict[str, Meter], law: LawChain
) -> Platform:
    founded = platform_deploy.deploy(known.parts.metering_platform, plan.seed)
    accounts = {each: wallet.account("resident", "") for each, wallet in known.wallets.items()}
    state = replace(founded.state, accounts={**founded.state.accounts, **accounts}, meters=dict(law.tenancies))
    hids = frozenset(each.hid for each in meters.values())
    parties = {
        each: Mdms(
            known.parts.bc_ami, committee[each], known.opening, known.database.public, hids,
            reports=known.recipients[each].chain,
        )
        for each in SERVICES
    }  # fmt: skip
    nodes = tuple(Node(f"node-{place}", law, Followed(law), state) for place in range(NODES))
    return Platform(parties, nodes)
