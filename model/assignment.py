"""Which edge device keeps a meter's keys: joins, the reserve, re-clustering and migrations (Zhai et al., 2.1).

A device has room for so many meters and keeps some of it in reserve for those to come (ZK-R8). A meter that joins goes
to the nearest device; where that has no room left, all meters are clustered anew and those whose device changes are
migrated (ZK-R19, ZK-R20). Clustering looks at distances only (ZK-R16), so that it may put more meters to a device than
it has room for, and may move any of them. Hardened, a meter goes to the nearest device that has room, nobody else
is moved for its sake, and who finds no room anywhere is told so. Meters are migrated in planned windows, of which there
is one after each join, with a budget.

Room is counted by a one-to-one map and not with numbers, so that it is proved for any number of meters, devices and
places: each meter is at a place, and shares it only where its device had none free. Likewise a migration is on a credit
of the budget, and shares it only where all were used. Positions are not modelled: which device is the nearest, and
where clustering puts a meter, is anybody's choice. A meter that moves house leaves and joins again. How a migration is
carried out is the machine `Migration`.
"""

from meterproof.lang import Protocol, action, choice, exists, flag, ite, require, rigid, var
from model.vocabulary import CHURN, Credit, Device, Meter, Place


class Assignment(Protocol):
    """Any number of meters, devices and places at them, and any budget of migrations."""

    capacity_checked = flag(
        removed=False, cites=["ZK-R8", "ZK-C12", "ZK-C15"],
        doc="A meter is put only where there is room: at a free place, and one in reserve only when it joins. A "
        "meter for which there is no room anywhere is refused.",
    )  # fmt: skip
    on_join = choice(
        "recluster", "incremental", removed="recluster", cites=["ZK-R19", "ZK-R22", "ZK-C18"],
        doc="What a join does where the nearest device is full: the whole map is made anew, or the meter goes to "
        "another device with room and nobody else is moved.",
    )  # fmt: skip
    migration_budget = flag(
        removed=False, cites=["ZK-C18"],
        doc="In the planned window after a join no more meters are migrated than the budget allows. A re-clustering "
        "is all or nothing, and so has no budget.",
    )  # fmt: skip
    stop_rule = choice(
        "original-centre", "centroid-to-median", "successive-medians", removed="original-centre",
        cites=["ZK-R18", "ZK-C16"],
        doc="When clustering stops: once the new medians are near the centres drawn at first, near their own "
        "clusters' centroids, or near the medians before. The model has no positions; the reference has.",
    )  # fmt: skip
    final_position = choice(
        "centroid", "median", removed="centroid", cites=["ZK-R17", "ZK-R18", "ZK-C16"],
        doc="Where a device is placed in the end: at its cluster's centroid or its median. Reference only.",
    )  # fmt: skip
    empty_cluster = choice(
        "kept", "reseeded", removed="kept", cites=["ZK-C17"],
        doc="What becomes of a cluster without meters: it keeps its centre, or gets a new one. Reference only.",
    )  # fmt: skip

    of = rigid(Place, to=Device, doc="at which device the place is")
    reserved = rigid(Place, doc="the place is in reserve for meters to come")

    asked = var(Meter, doc="it has asked to join, and has no answer yet")
    refused = var(Meter, doc="it was told that there is no room")
    at = var(Meter, Place, doc="what is kept of the meter is at this place of a device")
    migrated = var(Meter, doc="it has changed its device since it joined")
    moved = var(Meter, Credit, doc="it was migrated since the last join began, on this credit")
    settled = var(Meter, doc="it was given its place since then, and is not given another one")
    redoing = var(doc="since then the map is made anew")

    @action(needs=CHURN, cites="ZK-R8")
    def ask(s, m: Meter):
        """{m} asks to join."""
        require(~s.asked[m] & ~is_in(s, m))
        return s.set(asked={m: True}, refused={m: False})

    @action(cites="ZK-R7 ZK-R8 ZK-R22")
    def join(s, m: Meter, p: Place):
        """{m} joins at {p}, which is free."""
        require(s.asked[m] & is_free(s, p))
        require(~s.reserved[p] | ~has_room(s, s.of[p]), "ZK-R8")
        return s.set(
            asked={m: False}, at={(m, p): True}, migrated={m: False}, moved=lambda n, c: False,
            settled=lambda n: n == m, redoing=False,
        )  # fmt: skip

    @action(cites="ZK-R19 ZK-C18")
    def recluster(s, m: Meter, d: Device):
        """{m} finds no room at {d}, the nearest to it, and the map from meters to devices is made anew."""
        require(s.rules.on_join == "recluster", rule="on_join")
        require(s.asked[m] & ~exists(Place, lambda p: (s.of[p] == d) & is_free(s, p)))
        return s.set(moved=lambda n, c: False, settled=lambda n: False, redoing=True)

    @action(cites="ZK-R16 ZK-R19 ZK-C15")
    def insert(s, m: Meter, p: Place):
        """The new map puts {m}, which has asked to join, to {p}."""
        require(s.rules.on_join == "recluster", rule="on_join")
        require(s.redoing & s.asked[m])
        _finds_room(s, p)
        return s.set(asked={m: False}, at={(m, p): True}, migrated={m: False}, settled={m: True})

    @action(cites="ZK-R18 ZK-R19 ZK-R20 ZK-C18")
    def migrate(s, m: Meter, p: Place, c: Credit):
        """{m} is migrated to {p}, on {c}."""
        require(is_in(s, m) & ~exists(Place, lambda q: s.at[m, q] & (s.of[q] == s.of[p])) & ~s.settled[m])
        _finds_room(s, p)
        if s.rules.capacity_checked:
            require(~s.reserved[p], "ZK-R8 ZK-C15", rule="capacity_checked")
        if s.rules.on_join == "recluster":
            require(s.redoing, "ZK-R19", rule="on_join")
        if s.rules.on_join == "incremental" and s.rules.migration_budget:
            require(is_unused(s, c), "ZK-C18", rule=("on_join", "migration_budget"))
        else:
            require(is_unused(s, c) | ~exists(Credit, lambda b: is_unused(s, b)))
        return s.set(
            at=lambda n, q: ite(n == m, q == p, s.at[n, q]), migrated={m: True}, moved={(m, c): True}, settled={m: True}
        )  # fmt: skip

    @action(cites="ZK-C12 ZK-C15")
    def refuse(s, m: Meter):
        """{m} is told that there is no room for it at any device."""
        require(s.rules.capacity_checked, rule="capacity_checked")
        require(s.asked[m] & ~exists(Place, lambda p: is_free(s, p)))
        return s.set(asked={m: False}, refused={m: True})

    @action(needs=CHURN, cites="ZK-R8")
    def leave(s, m: Meter):
        """{m} leaves."""
        require(is_in(s, m))
        return s.set(at=lambda n, q: s.at[n, q] & (n != m))


def is_in(s, m):
    """The meter has joined: some device keeps its keys."""
    return exists(Place, lambda p: s.at[m, p])


def is_free(s, p):
    """No meter is at the place."""
    return ~exists(Meter, lambda m: s.at[m, p])


def has_room(s, d):
    """The device has a free place that is not in reserve."""
    return exists(Place, lambda p: (s.of[p] == d) & ~s.reserved[p] & is_free(s, p))


def is_unused(s, c):
    """No meter was migrated on the credit since the last join."""
    return ~exists(Meter, lambda m: s.moved[m, c])


def _finds_room(s, p):
    """The place is free; or, where nobody looks, its device has none that is."""
    if s.rules.capacity_checked:
        require(is_free(s, p), "ZK-C12 ZK-C15", rule="capacity_checked")
    else:
        require(is_free(s, p) | ~exists(Place, lambda q: (s.of[q] == s.of[p]) & is_free(s, q)))
