"""Who gets which data, through which interface (Zhao et al. 2023, 4, 4.3 and 5.2).

Tokens authenticate a user over four dimensions, and the last step of the flow is that the server checks the signature
and sends the response: that anybody looks up whether the user may have what is asked for is not stated, so that whoever
has an account reads everything by changing the meter in the request (ZD-C12). Users query only the data of their own
electrical assets; what makes an asset one's own, and since when, is not stated either. Taken as who has it now, a new
tenant reads what the meter recorded of the one before, who no longer reads it (ZD-C13). And the flow is one of HTTP:
what the DLL checks is left open (ZD-C20).

Hardened, one function of subject, action, record and height decides for every interface, and says no unless a rule of
its says yes. A record is its holder's at the time that it is of, and may be answered to this user, or to whom this user
has granted it; a grant covers what is the giver's, so that it doesn't go with the meter to the next tenant, and no more
routes than the giver has.

Who had a meter when is looked up in a register, which has an entry for each hand-over: `Register` is about this look-up
alone, and `Access` has its result. That hand-overs are entered as they happen, on the word of both parties or of the
registrar, is assumed (ZD-A1). That whoever is logged in is who it is, is the concern of `Tokens`; how old the state may
be that is decided on, that of `Revocation`.
"""

from meterproof.lang import Protocol, action, axiom, choice, exists, forall, is_next, ite, require, rigid, var
from model.vocabulary import PORTAL, Height, Interface, Meter, Record, Route, User


class Tenancies(Protocol):
    """Any number of meters, and who has them, height by height."""

    ownership = choice(
        "present-owner", "intervals", removed="present-owner", cites=["ZD-R24", "ZD-C13"],
        doc="Whose the records of a meter are: of who has it now, or of who had it at the time that they are of.",
    )  # fmt: skip

    first = rigid(Meter, to=User, doc="who has the meter at the start")
    genesis = rigid(to=Height, doc="the first height of the ledger")

    tip = var(to=Height, init=lambda s: s.genesis, doc="the present height of the ledger")
    tenant = var(Meter, to=User, init=lambda s, m: s.first[m], doc="who has the meter now")
    heir = var(Meter, to=User, init=lambda s, m: s.first[m], doc="who will have it at the next height")
    had = var(Meter, Height, to=User, init=lambda s, m, h: s.first[m], doc="who had it at this height, or has it now")

    @axiom
    def heights_begin(s):
        """There is a first height."""
        return forall(Height, lambda h: s.genesis <= h)

    @action
    def advance(s, t: Height, h: Height):
        """The ledger comes from {t} to {h}, and what was entered in {t} takes effect."""
        require((s.tip == t) & is_next(t, h))
        return s.set(
            tip=h, tenant=lambda m: s.heir[m], had=lambda m, i: ite(i == h, s.heir[m], s.had[m, i])
        )  # fmt: skip

    @action(cites="ZD-R24 ZD-C13 ZD-A1")
    def hand_over(s, m: Meter, u: User, t: Height):
        """In block {t} it is entered that {m}, which is another's, is {u}'s from the next height on."""
        require((s.tip == t) & (s.heir[m] == s.tenant[m]) & (s.tenant[m] != u))
        return s.set(heir={m: u})


class Register(Tenancies):
    """The entries of the register, and what it says of any height."""

    entered = var(
        User, Meter, Height,
        doc="the register has an entry in this block that the user has the meter from the next height on",
    )  # fmt: skip

    moved = var(Meter, Height, ghost=True, doc="before this height the meter has changed hands")
    last = var(
        Meter, Height, to=Height, init=lambda s, m, h: s.genesis, ghost=True,
        doc="the block of the last entry before this height, if there is one",
    )  # fmt: skip

    @action
    def advance(s, t: Height, h: Height):
        """The ledger comes from {t} to {h}, and what was entered in {t} takes effect."""

        def moves(m):
            return s.heir[m] != s.tenant[m]

        return s.set(
            Tenancies.advance(s, t, h),
            moved=lambda m, i: ite(i == h, moves(m) | s.moved[m, t], s.moved[m, i]),
            last=lambda m, i: ite(i == h, ite(moves(m), t, s.last[m, t]), s.last[m, i]),
        )

    @action(cites="ZD-R24 ZD-C13 ZD-A1")
    def hand_over(s, m: Meter, u: User, t: Height):
        """In block {t} it is entered that {m}, which is another's, is {u}'s from the next height on."""
        return s.set(Tenancies.hand_over(s, m, u, t), entered={(u, m, t): True})


class Access(Tenancies):
    """Any number of users, meters, records, routes, interfaces and heights of the ledger."""

    authorisation = choice(
        "signature-only", "owner-or-grant", "decided", removed="signature-only",
        cites=["ZD-R19", "ZD-R21", "ZD-R24", "ZD-C12"],
        doc="What is looked up before an answer: nothing but the token; that the user owns the meter, or has a grant "
        "for it; or what subject, action, record and height decide, where nothing is allowed that no rule allows.",
    )  # fmt: skip
    interfaces = choice(
        "second-unchecked", "same-token", "one-decision", removed="second-unchecked", cites=["ZD-R14", "ZD-C20"],
        doc="What other interfaces than the first do with a request: answer it; check the token, and what they have "
        "of the permissions, without routes; or have it decided where the first one has.",
    )  # fmt: skip

    meter = rigid(Record, to=Meter, doc="the meter that has recorded it")
    time = rigid(Record, to=Height, doc="of which time it is")
    second = rigid(Interface, doc="the token flow is not described for this interface, as it isn't for the DLL")
    theirs = rigid(Route, doc="the route is open to who has the meter; correcting a reading, say, is not")

    granted = var(User, User, Route, Meter, doc="the first user's grant to the second is in force")
    logged_in = var(User, doc="the user has a token that is good")
    stored = var(Record, doc="the platform has the record")

    unentitled = var(User, Route, Record, ghost=True, doc="the user was answered without having had a right to it")
    trespassed = var(User, Record, ghost=True, doc="... not having had the meter then, nor any grant for it")
    parted = var(User, Route, Record, ghost=True, doc="... while another interface would have refused")

    @action(cites="ZD-R21")
    def log_in(s, u: User):
        """{u} logs in, and gets a token."""
        require(~s.logged_in[u])
        return s.set(logged_in={u: True})

    @action(cites="ZD-R5 ZD-R10 ZD-R19")
    def grant(s, v: User, u: User, a: Route, m: Meter):
        """{v}, who has {m}, grants {u} {a} on its records."""
        require((v != u) & (s.tenant[m] == v) & s.theirs[a] & ~s.granted[v, u, a, m])
        return s.set(granted={(v, u, a, m): True})

    @action(cites="ZD-R5 ZD-R10")
    def withdraw(s, v: User, u: User, a: Route, m: Meter):
        """{v} withdraws the grant of {a} on the records of {m} to {u}."""
        require(s.granted[v, u, a, m])
        return s.set(granted={(v, u, a, m): False})

    @action(cites="ZD-R24")
    def store(s, r: Record):
        """{r} is recorded by its meter, and stored."""
        require(~s.stored[r] & (s.time[r] == s.tip))
        return s.set(stored={r: True})

    @action(cites="ZD-R19 ZD-R21 ZD-R24 ZD-C12 ZD-C13")
    def ask(s, u: User, i: Interface, a: Route, r: Record):
        """{u}, who has or had the meter or a grant for it, asks for {a} on {r} through {i}, and is answered."""
        require(is_acquainted(s, u, s.meter[r]))
        return _answer(s, u, i, a, r)

    @action(needs=PORTAL, cites="ZD-R14 ZD-R21 ZD-C12 ZD-C20")
    def pry(s, u: User, i: Interface, a: Route, r: Record):
        """{u} puts {r} of its own choice into the request, asks for {a} through {i}, and is answered."""
        return _answer(s, u, i, a, r)


def registered(s, u, m, h):
    """The register says that the user has the meter at this height.

    That is, of the entries before it the last one is the user's; or it has the present ones only.
    """
    if s.rules.ownership == "present-owner":
        return s.tenant[m] == u

    def none_after(i):
        return ~exists(User, Height, lambda v, j: s.entered[v, m, j] & (i < j) & (j < h))

    none = ~exists(User, Height, lambda v, j: s.entered[v, m, j] & (j < h))
    last = exists(Height, lambda i: s.entered[u, m, i] & (i < h) & none_after(i))
    return last | ((s.first[m] == u) & none)


def is_acquainted(s, u, m):
    """The user has or had the meter, or has a grant for it."""
    has_had = exists(Height, lambda h: (h <= s.tip) & (s.had[m, h] == u))
    return has_had | exists(User, Route, lambda v, a: s.granted[v, u, a, m])


def owns(s, u, r):
    """The record is the user's, as the platform sees it."""
    if s.rules.ownership == "intervals":
        return s.had[s.meter[r], s.time[r]] == u
    return s.tenant[s.meter[r]] == u


def decided(s, u, a, r):
    """What is decided about a request, with its route."""
    if s.rules.authorisation == "signature-only":
        return s.logged_in[u]
    if s.rules.authorisation == "owner-or-grant":
        covered = exists(User, lambda v: s.granted[v, u, a, s.meter[r]])
    else:
        covered = exists(User, lambda v: s.granted[v, u, a, s.meter[r]] & owns(s, v, r))
    return s.logged_in[u] & s.theirs[a] & (owns(s, u, r) | covered)


def decided_without_route(s, u, r):
    """What is decided where requests have no routes: the user may have the record for something."""
    if s.rules.authorisation == "signature-only":
        return s.logged_in[u]
    return exists(Route, lambda b: decided(s, u, b, r))


def allows(s, u, i, a, r):
    """The interface answers the user's request."""
    if s.rules.interfaces == "second-unchecked":
        return s.second[i] | decided(s, u, a, r)
    if s.rules.interfaces == "same-token":
        return ite(s.second[i], decided_without_route(s, u, r), decided(s, u, a, r))
    return decided(s, u, a, r)


def entitled(s, u, a, r):
    """The user had the meter at the time of the record, or has a grant of who had it then."""
    holder = s.had[s.meter[r], s.time[r]]
    return s.theirs[a] & ((holder == u) | s.granted[holder, u, a, s.meter[r]])


def _answer(s, u, i, a, r):
    """The user gets what is asked for, where the interface allows it."""
    require(s.stored[r])
    require(allows(s, u, i, a, r), "ZD-R14 ZD-R19 ZD-R24 ZD-C12 ZD-C13 ZD-C20",
            rule=("authorisation", "ownership", "interfaces"))  # fmt: skip
    m = s.meter[r]
    stranger = (s.had[m, s.time[r]] != u) & ~exists(User, Route, lambda v, b: s.granted[v, u, b, m])
    return s.set(
        unentitled={(u, a, r): s.unentitled[u, a, r] | ~entitled(s, u, a, r)},
        trespassed={(u, r): s.trespassed[u, r] | stranger},
        parted={(u, a, r): s.parted[u, a, r] | exists(Interface, lambda j: ~allows(s, u, j, a, r))},
    )
