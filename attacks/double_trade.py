"""Double trade: one quantity is sold on two trading chains, each of which knows of its own trades only (WA-C13).

Chains work in parallel and not one after the other (WA-R17), and nothing says on which of them a quantity is at home.
"""

from attacks.play import main
from meterproof.real.attack import Attempt
from meterproof.real.exploit import Account, Deed, Exploit
from reference.ledger.effects import Effects, refused
from reference.sovereign_chain import trade_world as world_of
from reference.sovereign_chain.rules import Rules
from reference.sovereign_chain.trade_world import Event

CHECKED = (
    *("propose", "submit", "carry_request", "find_secure", "carry_passed", "accept"),
    *("carry_go", "make_contract", "carry_made", "enter_contract", "settle"),
)
"""A trade's way through all three chains, with honest receipts."""


def play(rules: Rules, seed: int) -> Account:
    """One seller offers the same quantity on two trading chains; both trades go their way as far as they get."""
    world = world_of.deploy(rules, seed, chains=2, at=(0, 1), quantity=(0, 0), deadline=(3, 3), home=(0,))
    deeds = [Deed("A seller enters a quantity on the first of two trading chains.", None, ("WA-R15",))]
    for trade in (0, 1):
        effects: Effects = ()
        for action in _way(rules):
            world, came = world_of.step(world, Event(action, trade=trade))
            effects += came
            if refused(came) is not None:
                break
        said = f"A trade of the quantity goes its way on trading chain {trade}."
        deeds.append(Deed(said, None, ("WA-R15", "WA-R17", "WA-C13"), effects))
    settled = [trade for trade in (0, 1) if world.trading_of(trade).last_said(trade) == "SETTLED"]
    return Account(tuple(deeds), len(settled) == 2, f"{len(settled)} trades of the one quantity are settled")


def _way(rules: Rules) -> tuple[str, ...]:
    return ("propose", "settle_in_parallel") if rules.trade_order == "parallel" else CHECKED


ATTACK = Exploit(
    name="double_trade",
    title="one quantity is sold twice, on two chains that work in parallel",
    breaks="WA-V30",
    goal="two trading chains have settled trades of one quantity",
    play=play,
    attempts=(
        Attempt("sovereign-chain@published", "literal", "succeeds"),
        Attempt("sovereign-chain@published", "charitable", "succeeds"),
        Attempt("sovereign-chain@hardened", None, "fails", found_without="trade_locks"),
    ),
    cites=("WA-R15", "WA-R16", "WA-R17", "WA-C13"),
)

if __name__ == "__main__":
    main(ATTACK)
