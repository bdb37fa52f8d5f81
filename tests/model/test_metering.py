"""The machine of reports does what the errata say of it: sessions, epochs, displaced keys, windows, by single runs.

What holds of all runs is claimed in `properties/bc_ami.py`. Here are runs that must be possible, so that no guarantee
holds for want of them, and moves that a named rule must refuse.
"""

from __future__ import annotations

from collections.abc import Mapping

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter
from meterproof.finite.scope import resolve
from meterproof.lang import trace
from meterproof.lang.rules import RuleValues
from model.bc_ami import Metering
from tests.reference.variants import CHARITABLE, HARDENED, LITERAL

Move = tuple[str, tuple[int, ...]]
SCOPE = {"Meter": 1, "Key": 2, "Epoch": 2, "Reading": 1, "Time": 2, "Height": 2}
SUBMITTED: tuple[Move, ...] = (("submit_registration", (0, 0, 0)), ("submit_registration", (0, 1, 1)))
"""The meter has submitted key 0 for epoch 0, then key 1 for epoch 1."""
DRAWN: tuple[Move, ...] = (("request_registration", (0,)), ("register_by_contract", (0, 0, 0)))


def read(values: Mapping[str, object], **changes: object) -> RuleValues:
    schema = Metering.rule_schema()
    return schema.read({name: value for name, value in {**values, **changes}.items() if name in schema})


def stopped(rules: RuleValues, *moves: Move) -> tuple[int, tuple[str, ...]] | None:
    """The number of the first move that is not possible, and the rules of the guard that stops it; None if all are."""
    system = trace(Metering, rules)
    model = Interpreter(Instance(system, resolve(system, SCOPE), ()))
    state = model.initial()
    for number, (name, params) in enumerate(moves):
        action = model.action(name)
        if (guard := model.blocked_by(action, params, state)) is not None:
            return number, action.guards[guard].rules
        state = model.apply(action, params, state)
    return None


def moves_of(rules: RuleValues) -> set[str]:
    """The moves that some state may admit under these rules."""
    return {action.name for action in trace(Metering, rules).actions}


def test_a_session_brings_a_new_key_and_reports_under_it_arrive() -> None:
    assert stopped(
        read(HARDENED), *SUBMITTED, ("register_submitted", (0, 0, 0)), ("report", (0, 0, 0, 0, 0)),
        ("endorse", (0, 0, 0, 0, 0)), ("register_submitted", (0, 1, 1)), ("order", (0, 0, 0, 0, 0, 1)),
        ("report", (0, 1, 1, 0, 1)), ("endorse", (1, 0, 1, 0, 1)), ("order", (1, 0, 0, 1, 1, 1)),
        ("release", (0, 0, 0, 0, 0)), ("release", (1, 1, 0, 0, 1)),
    ) is None  # fmt: skip


def test_a_registration_that_was_overtaken_or_repeated_is_late() -> None:
    late: Move = ("register_submitted", (0, 0, 0))
    overtaken = (*SUBMITTED, ("register_submitted", (0, 1, 1)), late)
    repeated = (*SUBMITTED, late, ("register_submitted", (0, 1, 1)), late)
    for moves in (overtaken, repeated):
        assert stopped(read(HARDENED), *moves) == (len(moves) - 1, ("epochs",))
        assert stopped(read(HARDENED, epochs="none"), *moves) is None


def test_an_earlier_sessions_key_stays_valid_in_the_literal_reading_only() -> None:
    """IS-C12: a report under key 0 once key 1 is registered."""
    moves = (*DRAWN, ("register_by_contract", (0, 0, 1)), ("report", (0, 0, 0, 0, 0)))
    assert stopped(read(LITERAL), *moves) is None
    assert stopped(read(CHARITABLE), *moves) == (3, ())


def test_peers_endorse_nothing_of_an_epoch_that_has_ended() -> None:
    begun: tuple[Move, ...] = (*SUBMITTED, ("register_submitted", (0, 0, 0)), ("report", (0, 0, 0, 0, 0)))
    ended = (*begun, ("register_submitted", (0, 1, 1)), ("endorse", (0, 0, 0, 0, 0)))
    assert stopped(read(HARDENED), *ended) == (len(ended) - 1, ())


FORGED: tuple[Move, ...] = (*DRAWN, ("dc_reads_key", (0, 0)), ("forge", (0, 0, 0, 0, 0)))
"""In the literal reading a concentrator has read the meter's key, and signs with it in a meter's name."""


def test_the_adversary_does_not_overhear_its_own_forgery() -> None:
    impersonate: Move = ("impersonate", (0, 0, 1))
    assert stopped(read(LITERAL), *FORGED, impersonate) == (4, ())
    assert stopped(read(LITERAL), *DRAWN, ("report", (0, 0, 0, 0, 0)), impersonate) is None


def test_a_name_that_nobody_has_heard_is_in_no_forgery() -> None:
    """A transaction needs the meter's hashed identity; a key that is registered for nobody does not come with one."""
    own: Move = ("generate_key", (0,))
    assert stopped(read(LITERAL), own, ("forge", (0, 0, 0, 0, 0))) == (1, ())
    assert stopped(read(HARDENED), own, ("submit_registration", (0, 0, 1)), ("forge", (0, 0, 0, 0, 0))) is None


def test_a_reader_of_the_ledger_registers_for_a_meter_that_was_never_heard() -> None:
    """IS-R3: hashed identities lie on the chain beforehand, so that without a credential nobody need listen."""
    arrived: tuple[Move, ...] = (
        ("impersonate_from_ledger", (0, 0, 0)), ("forge", (0, 0, 0, 0, 0)), ("endorse", (0, 0, 0, 0, 0)),
        ("order", (0, 0, 0, 0, 0, 0)), ("release", (0, 0, 0, 0, 0)),
    )  # fmt: skip
    assert stopped(read(HARDENED, credential="hashed-identity"), *arrived) is None
    for values in (CHARITABLE, HARDENED):
        assert not {"impersonate", "impersonate_from_ledger"} & moves_of(read(values))


def test_a_receipt_is_forged_only_where_receipts_are_unsigned() -> None:
    reported: tuple[Move, ...] = (SUBMITTED[0], ("register_submitted", (0, 0, 0)), ("report", (0, 0, 0, 0, 0)))
    assert stopped(read(HARDENED, receipts="unsigned"), *reported, ("forge_receipt", (0, 0, 0))) is None
    for receipts in ("none", "signed"):
        assert "forge_receipt" not in moves_of(read(HARDENED, receipts=receipts))


def test_the_time_of_blocks_does_not_run_backwards() -> None:
    begun: tuple[Move, ...] = (*DRAWN, ("report", (0, 0, 0, 0, 0)), ("endorse", (0, 0, 0, 0, 0)))
    for earlier, later in (((1, 1), (0, 1)), ((0, 1), (0, 0))):
        moves: tuple[Move, ...] = (*begun, ("order", (0, 0, 0, 0, *earlier)), ("replay", (1, 0, 0, 0, *later)))
        assert stopped(read(LITERAL), *moves) == (5, ())
        assert stopped(read(LITERAL), *moves[:-1], ("replay", (1, 0, 0, 0, *earlier))) is None


def test_a_report_that_is_held_back_is_stopped_by_the_window_and_by_nothing_else() -> None:
    """A report of the first time is ordered into a block for which only the second is fresh (IS-P11)."""
    begun: tuple[Move, ...] = (*DRAWN, ("report", (0, 0, 0, 0, 0)), ("endorse", (0, 0, 0, 0, 0)))
    held_back = (*begun, ("order", (0, 0, 0, 0, 1, 1)))
    assert stopped(read(CHARITABLE), *held_back) is None
    assert stopped(read(CHARITABLE, window="block-time"), *held_back) == (4, ("window",))
