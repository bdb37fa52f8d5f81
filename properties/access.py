"""Guarantees of the `Access` and `Register` machines: who is answered about what, wherever one asks.

The proofs are for any number of users, meters, records, routes, interfaces and heights.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, ite, lemma, reachable
from model.access import Access, Register, allows, registered
from model.vocabulary import PORTAL, Height, Interface, Meter, Record, Route, User


def answered_by_grant(s):
    """Who neither had the meter then nor has it now may have a record of it."""
    return exists(
        User, Interface, Route, Record,
        lambda u, i, a, r: s.stored[r] & allows(s, u, i, a, r) & (s.tenant[s.meter[r]] != u)
        & (s.had[s.meter[r], s.time[r]] != u),
    )  # fmt: skip


def refused_to_the_next_tenant(s):
    """Who has the meter now is logged in, and is refused a record of somebody else's time."""
    return exists(
        User, Interface, Route, Record,
        lambda u, i, a, r: s.stored[r] & s.logged_in[u] & s.theirs[a] & (s.tenant[s.meter[r]] == u)
        & ~allows(s, u, i, a, r),
    )  # fmt: skip


def asked_by_a_former_tenant(s):
    """Who had the meter once is logged in, and the platform has a record of that time."""
    return exists(
        User, Record,
        lambda u, r: s.stored[r] & s.logged_in[u] & (s.had[s.meter[r], s.time[r]] == u) & (s.tenant[s.meter[r]] != u),
    )  # fmt: skip


def refused_by_a_second_interface(s):
    """Somebody who is logged in is refused a record by an interface that the token flow is not described for."""
    return exists(
        User, Interface, Route, Record,
        lambda u, i, a, r: s.stored[r] & s.logged_in[u] & s.second[i] & ~allows(s, u, i, a, r),
    )  # fmt: skip


@invariant(
    of=Access, id="ZD-P3", cites="ZD-P3 ZD-R14 ZD-R19 ZD-R21 ZD-R24 ZD-C12 ZD-C13 ZD-C20 ZD-A1", against=PORTAL,
    witness=answered_by_grant,
)  # fmt: skip
def least_privilege(s):
    """least privilege: who is answered had the meter at the record's time, or has a grant of who had, for this route"""
    return forall(User, Route, Record, lambda u, a, r: ~s.unentitled[u, a, r])


@invariant(
    of=Access, id="ZD-P4", cites="ZD-P4 ZD-R24 ZD-C12 ZD-C13 ZD-A1", against=PORTAL,
    witness=refused_to_the_next_tenant,
)  # fmt: skip
def own_assets_in_own_time(s):
    """own assets in own time: without a grant users are answered about meters and times only that were theirs"""
    return forall(User, Record, lambda u, r: ~s.trespassed[u, r])


@invariant(
    of=Access, id="ZD-P11", cites="ZD-P11 ZD-R14 ZD-C20", against=PORTAL, witness=refused_by_a_second_interface,
)  # fmt: skip
def interface_equivalence(s):
    """interface equivalence: what one interface answers no other would have refused at that moment"""
    return forall(User, Route, Record, lambda u, a, r: ~s.parted[u, a, r])


@invariant(
    of=Access, id="ZD-V1", cites="ZD-V1 ZD-P4 ZD-R24 ZD-C13 ZD-A1", witness=asked_by_a_former_tenant,
)  # fmt: skip
def nobody_is_shut_out(s):
    """nobody is shut out: who had the meter can have what it recorded then at any later time, of every interface"""
    return forall(
        User, Interface, Route, Record,
        lambda u, i, a, r: implies(
            s.stored[r] & s.logged_in[u] & s.theirs[a] & (s.had[s.meter[r], s.time[r]] == u), allows(s, u, i, a, r)
        ),
    )  # fmt: skip


@reachable(of=Access, id="ZD-V2", cites="ZD-V2 ZD-R5 ZD-R19")
def grants_are_of_use(s):
    """grants are of use: in some run one has a record by the grant of who had the meter, and who has it now can't"""
    return exists(
        User, User, Interface, Route, Record,
        lambda u, v, i, a, r: s.stored[r] & allows(s, u, i, a, r) & (s.had[s.meter[r], s.time[r]] != u)
        & (s.tenant[s.meter[r]] == v) & (u != v) & s.logged_in[v] & ~allows(s, v, i, a, r),
    )  # fmt: skip


# ---- the register


def handed_over(s):
    """A meter was another's than it is now."""
    return exists(Meter, Height, lambda m, h: (h < s.tip) & (s.had[m, h] != s.tenant[m]))


@lemma(of=Register)
def entries_are_in_blocks(s):
    """Entries are in blocks that the ledger has come to."""
    return forall(User, Meter, Height, lambda u, m, h: implies(s.entered[u, m, h], h <= s.tip))


@lemma(of=Register)
def entered_is_the_heir(s):
    """An entry in the present block names who will have the meter, and doesn't have it yet."""
    return forall(
        User, Meter, lambda u, m: implies(s.entered[u, m, s.tip], (s.heir[m] == u) & (s.tenant[m] != u))
    )  # fmt: skip


@lemma(of=Register)
def hand_overs_are_entered(s):
    """Who will have a meter has it, or has an entry in the present block."""
    return forall(Meter, lambda m: implies(s.heir[m] != s.tenant[m], s.entered[s.heir[m], m, s.tip]))


@lemma(of=Register)
def who_has_it_now(s):
    """The present tenant is who has the meter at the present height."""
    return forall(Meter, lambda m: s.had[m, s.tip] == s.tenant[m])


@lemma(of=Register)
def the_last_entry_is_theirs_who_had_it(s):
    """A meter that had changed hands was theirs whom the last entry before names; another, its first user's."""
    return forall(
        Meter, Height,
        lambda m, h: implies(
            h <= s.tip,
            ite(
                s.moved[m, h],
                s.entered[s.had[m, h], m, s.last[m, h]] & (s.last[m, h] < h),
                s.had[m, h] == s.first[m],
            ),
        ),
    )  # fmt: skip


@lemma(of=Register)
def it_is_the_last_one(s):
    """Of a meter there is no entry between the last one and the height that it is the last one before."""
    return forall(
        User, Meter, Height, Height,
        lambda u, m, h, j: implies(
            (h <= s.tip) & s.entered[u, m, j] & (j < h), s.moved[m, h] & (j <= s.last[m, h])
        ),
    )  # fmt: skip


@lemma(of=Register)
def one_entry_a_block(s):
    """A block has no entries of two users for one meter."""
    return forall(
        User, User, Meter, Height, lambda u, v, m, h: implies(s.entered[u, m, h] & s.entered[v, m, h], u == v)
    )  # fmt: skip


@invariant(
    of=Register, id="ZD-V3", cites="ZD-V3 ZD-P4 ZD-R24 ZD-C13 ZD-A1", witness=handed_over,
    lemmas=(
        entries_are_in_blocks, one_entry_a_block, entered_is_the_heir, hand_overs_are_entered, who_has_it_now,
        the_last_entry_is_theirs_who_had_it, it_is_the_last_one,
    ),
)  # fmt: skip
def the_register_knows_who_had_what(s):
    """the register knows who had what: of each meter and height up to now it names the one who had it, and no other"""
    return forall(
        User, Meter, Height,
        lambda u, m, h: implies(h <= s.tip, registered(s, u, m, h) == (s.had[m, h] == u)),
    )  # fmt: skip


ONE_HEIGHT = explore(User=2, Meter=1, Record=1, Route=1, Interface=2, Height=1)
TWO_HEIGHTS = explore(User=2, Meter=1, Record=1, Route=1, Interface=1, Height=2)
TWO_ROUTES = explore(User=1, Meter=1, Record=1, Route=2, Interface=2, Height=1)
THREE_USERS = explore(User=3, Meter=1, Record=1, Route=1, Interface=1, Height=2)
THREE_HEIGHTS = explore(User=2, Meter=1, Height=3)
TWO_METERS = thorough(explore(User=2, Meter=2, Record=2, Route=1, Interface=1, Height=2))
FOUR_HEIGHTS = thorough(explore(User=3, Meter=1, Height=4))

CASES = (
    Case(least_privilege, {
        "published literal": violated(ONE_HEIGHT, note="the token is good, and that is all there is to it"),
        "published charitable": violated(TWO_ROUTES, note="through the DLL, which has no routes"),
        "hardened": holds(
            "proved", induction(), TWO_HEIGHTS, TWO_METERS,
            controls=removing("authorisation", "interfaces", by=ONE_HEIGHT) + removing("ownership", by=TWO_HEIGHTS)
            + changing("authorisation", "owner-or-grant", by=THREE_USERS)
            + changing("interfaces", "same-token", by=TWO_ROUTES),
            note="a rule of the decision says it; that the register has what the rule looks up is ZD-V3",
        ),
    }),
    Case(own_assets_in_own_time, {
        "published literal": violated(ONE_HEIGHT, note="another user's meter in the request"),
        "published charitable": violated(TWO_HEIGHTS, note="the next tenant, who does nothing wrong"),
        "hardened": holds(
            "proved", induction(), TWO_HEIGHTS, TWO_METERS,
            controls=removing("authorisation", "interfaces", by=ONE_HEIGHT) + removing("ownership", by=TWO_HEIGHTS),
        ),
    }),
    Case(interface_equivalence, {
        "published literal": violated(ONE_HEIGHT),
        "published charitable": violated(TWO_ROUTES),
        "hardened": holds(
            "proved", induction(), ONE_HEIGHT,
            controls=removing("interfaces", by=ONE_HEIGHT) + changing("interfaces", "same-token", by=TWO_ROUTES),
            note="there is one function; that both interfaces call it is a matter of the reference",
        ),
    }),
    Case(nobody_is_shut_out, {
        "published literal": holds(
            "proved", induction(), TWO_HEIGHTS,
            controls=changing("authorisation", "owner-or-grant", by=TWO_HEIGHTS), note="as everybody is answered",
        ),
        "published charitable": violated(TWO_HEIGHTS, note="what one may read goes with the meter to the next tenant"),
        "hardened": holds(
            "proved", induction(), TWO_HEIGHTS, TWO_METERS, controls=removing("ownership", by=TWO_HEIGHTS)
        ),
    }),
    Case(the_register_knows_who_had_what, {
        "published literal": violated(THREE_HEIGHTS, note="only the present is kept"),
        "published charitable": violated(THREE_HEIGHTS),
        "hardened": holds(
            "proved", induction(), THREE_HEIGHTS, FOUR_HEIGHTS, controls=removing("ownership", by=THREE_HEIGHTS)
        ),
    }),
    Case(grants_are_of_use, {"hardened": holds("exhausted", THREE_USERS)}),
)  # fmt: skip
"""One case a property of the two machines."""
