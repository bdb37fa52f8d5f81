"""Outlived token: who has moved out sees, with the token of before, what the next tenant uses (GR-R3, ZD-C10)."""

from attacks.play import main
from meterproof.lang import forall, implies, invariant
from meterproof.real.attack import Attack, Attempt, fixed
from model.grid import Grid
from model.vocabulary import Height, Record, User


@invariant(of=Grid, id="GR-P2", cites="GR-P2 GR-R3 ZD-C10")
def nobody_looks_on_after_moving_out(s):
    """in one's tenancy: who had a meter before is shown what it recorded later only if it was his then, too"""
    return forall(
        User, Record, Height,
        lambda u, r, h: implies(
            s.shown[u, r] & (h < s.time[r]) & (s.had[s.meter[r], h] == u), s.had[s.meter[r], s.time[r]] == u
        ),
    )  # fmt: skip


SCOPE = fixed(User=2, Meter=1, Key=1, Record=1, Chain=1, Node=1, Edition=1, Height=3)

ATTACK = Attack(
    name="outlived_token",
    title="a token that says whose a meter is outlives the tenancy",
    claim=nobody_looks_on_after_moving_out,
    moves=frozenset(),
    attempts=(
        Attempt("grid@side-by-side", None, "succeeds", SCOPE),
        Attempt("grid@hardened", None, "fails", SCOPE, found_without="tenancy_check"),
    ),
    cites=("GR-R3", "ZD-R21", "ZD-C10"),
    without=frozenset({"deny", "pardon", "revoke"}),
)
"""Its claim is the half of GR-P2 that is about who has moved out."""

if __name__ == "__main__":
    main(ATTACK)
