"""What the contract chain is asked to enter, by regulator, registrar and validators, and what comes of it."""

from __future__ import annotations

from dataclasses import replace

from reference.grid import laws
from reference.grid.books import Bar, Stay
from reference.grid.entries import denial_entry, edition_entry, next_version, operation_of
from reference.grid.law_chain import LawChain, Tenancy
from reference.grid.script import Act
from reference.grid.state import SERVICES
from reference.grid.turn import Turn
from reference.sovereign_chain.operations import Operation
from reference.sovereign_chain.registry import edition_of


def leaf_of(turn: Turn, act: Act) -> bytes:
    """The entry that the act asks for, as it is made in this slot."""
    match act.kind:
        case "edition":
            return _edition(turn, act)
        case "violate":
            return _denial(turn, act)
        case _:
            known, chain = turn.state.deployed, turn.state.law.app
            entry = Tenancy(act.subject, act.other, turn.plan.time(turn.slot))
            return entry.signed(chain.chain_id, known.registrar).encode(chain.chain_id)


def _edition(turn: Turn, act: Act) -> bytes:
    """The next edition, in force from the asked-for slot on, or from the next one."""
    known, chain = turn.state.deployed, turn.state.law.app
    return edition_entry(known, chain, laws.source(next_version(chain), max(act.number, turn.slot + 1), SERVICES))


def _denial(turn: Turn, act: Act) -> bytes:
    """The denial for an operation that the law denies, with the validators' votes."""
    known, chain = turn.state.deployed, turn.state.law.app
    service = turn.state.meters[act.subject].service
    version = chain.edition(turn.slot).version
    operation = signed_operation(turn, act.other, denied_service(turn, chain), version, act.slot)
    return denial_entry(known, chain, operation, service, turn.slot + act.number)


def denied_service(turn: Turn, chain: LawChain) -> str:
    """The service whose readings the law does not release in this slot: asking for them is a violation."""
    version = chain.edition(turn.slot).version
    return next(each for place, each in enumerate(SERVICES) if not laws.releases(version, place))


def signed_operation(turn: Turn, resident: str, service: str, edition: int, count: int) -> Operation:
    """A resident's signed wish to see readings of a service."""
    known, chain, at = turn.state.deployed, turn.state.law.app, turn.plan.time(turn.slot)
    return operation_of(known, chain, resident, service, at, edition, count)


def told(turn: Turn, act: Act) -> None:
    """The entry is in the block of this slot: what is so from now on."""
    match act.kind:
        case "edition":
            source = turn.state.law.app.registered[-1]
            edition = edition_of(source)
            turn.tell("rule-registered", edition.label, version=edition.version, activation=edition.activation_height)
            editions = (*turn.state.books.editions, (edition.version, edition.activation_height))
            turn.put(books=replace(turn.state.books, editions=editions))
        case "violate":
            turn.tell("denied", act.other, until=turn.slot + act.number)
            service = denied_service(turn, turn.state.law.app)
            bar = Bar(act.other, service, turn.slot, turn.slot + act.number)
            turn.put(books=replace(turn.state.books, barred=(*turn.state.books.barred, bar)))
        case _:
            _moved(turn, act)


def _moved(turn: Turn, act: Act) -> None:
    books = turn.state.books
    stays = books.lived.get(act.subject, ())
    for each in stays:
        if each.until is None:
            turn.tell("moved-out", each.resident, meter=act.subject)
    ended = tuple(replace(each, until=turn.slot) if each.until is None else each for each in stays)
    new = (Stay(act.other, turn.slot),) if act.other else ()
    turn.put(books=replace(books, lived={**books.lived, act.subject: (*ended, *new)}))
    if act.other:
        turn.tell("moved-in", act.other, meter=act.subject)


def in_force(turn: Turn) -> None:
    """Editions that come into force with this slot, and denials that end with it."""
    chain = turn.state.law.app
    for source in chain.registered:
        edition = edition_of(source)
        if edition.activation_height == turn.slot:
            turn.tell("rule-in-force", edition.label, version=edition.version)
    for resident, until in denials(turn):
        if until == turn.slot:
            turn.tell("denial-ended", resident)


def denials(turn: Turn) -> list[tuple[str, int]]:
    """Who is denied something, and until which slot."""
    chain, known = turn.state.law.app, turn.state.deployed
    residents = {known.names.name(each.encode(), chain.chain_id): each for each in known.wallets}
    return [(residents[each.user], each.until) for each in chain.known.denials]
