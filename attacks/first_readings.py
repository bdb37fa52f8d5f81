"""First readings: who has moved out sees what the next tenant uses until the platform hears of it (GR-R3, ZD-C13).

Here whose a reading is is looked up. The node's register does not reach the time of the reading yet, so that by it the
meter is still the tenant's before.
"""

from attacks.play import main
from meterproof.real.attack import Attack, Attempt, fixed
from properties.grid import in_ones_tenancy

SCOPE = fixed(User=2, Meter=1, Key=1, Record=1, Chain=1, Node=1, Edition=1, Height=3)

ATTACK = Attack(
    name="first_readings",
    title="the first readings after a move are shown to the tenant before",
    claim=in_ones_tenancy,
    moves=frozenset(),
    attempts=(Attempt("grid@hardened", None, "fails", SCOPE, found_without="tenancy_check", found_as="as-known"),),
    cites=("GR-R3", "ZD-C13"),
    without=frozenset({"deny", "pardon", "revoke"}),
)

if __name__ == "__main__":
    main(ATTACK)
