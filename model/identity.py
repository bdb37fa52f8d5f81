"""Who takes part, and under which names (Wang et al., sections 2.2, 3.1 and 4.1).

The registration centre issues an ID that identifies a user uniquely; what a user has to show for it, what stops a
second one, and how an ID ends is not stated, and nothing that is sent under an ID is said to be signed (WA-C17).
Participants come and go, so that an ID ends at some time (WA-R19). Hardened, an ID is a certificate: of a legal person
who has no other, and of a key that the person has shown to hold; its end is recorded at a height, and later blocks take
nothing under it. All of this is the registrar's to do, which is a market party itself (WA-C18): `CENTER` is a registrar
that does as it likes, of which no rule here makes up for.

`Naming` is about what the ID gives away. One ID in all chains, and in every broadcast violation, joins what the chains
have of a user (WA-C4): whoever can name a user on one chain can on all. Hardened, each chain has a name of its own for
the user, drawn by a keyed function of ID and chain; the registrar keeps the key, and links names under a warrant only.
The function is perfect: its names tell nothing. Usage patterns that give a user away are not modelled.
"""

from meterproof.lang import Protocol, action, choice, exists, forall, implies, require, rigid, var
from model.vocabulary import CENTER, LEDGER, NET, WARRANT, Chain, Height, Id, Key, Name, Person


class Identity(Protocol):
    """Any number of legal persons, IDs, keys and heights of one chain."""

    registration = choice(
        "id-only", "registrar-checked", "certified", removed="id-only",
        cites=["WA-R2", "WA-R3", "WA-R14", "WA-R19", "WA-C17"],
        doc="What an ID takes: an application; one that the registrar has checked against the person, who has no "
        "other; or also a key with a proof of possession, a role and an epoch, and an end at a recorded height.",
    )  # fmt: skip

    dishonest = rigid(Person, doc="the person is the adversary, or does as the adversary says")

    made = var(Person, Key, doc="the person has made the key pair, and has the private key")
    issued = var(Id, doc="the centre has issued the ID")
    names = var(Id, Person, doc="the register has the ID as this person's")
    got = var(Id, Person, doc="this person has applied for the ID and got it")
    certified = var(Id, Key, doc="the ID is a certificate of the key")
    withdrawn = var(Id, doc="the registrar has withdrawn the ID")
    ended = var(Id, Height, ghost=True, doc="the ID was withdrawn while this height was open")
    closed = var(Height, doc="the block of the height is made")
    taken = var(Id, Height, doc="the height has something that was sent under the ID")
    forged = var(Id, Height, ghost=True, doc="it was sent by somebody else than who has got the ID")

    @action
    def make_key(s, p: Person, k: Key):
        """{p} makes the key pair {k}."""
        require(~exists(Person, lambda q: s.made[q, k]))
        return s.set(made={(p, k): True})

    @action(cites="WA-R2 WA-R3 WA-C17")
    def register(s, p: Person, d: Id, k: Key):
        """{p} applies to the centre and gets {d}, with {k} as its key where IDs have keys."""
        require(~s.issued[d] & s.made[p, k])
        if s.rules.registration != "id-only":
            require(~exists(Id, lambda e: s.names[e, p] & ~s.withdrawn[e]), "WA-C17", rule="registration")
        return _issue(s, p, p, d, k)

    @action(needs=NET, cites="WA-R3 WA-C17")
    def register_as(s, q: Person, p: Person, d: Id, k: Key):
        """The dishonest {q} gets {d} for {k} in {p}'s name: the information is not checked."""
        require(s.rules.registration == "id-only", "WA-R3", rule="registration")
        require(s.dishonest[q] & (p != q) & ~s.issued[d] & s.made[q, k])
        return _issue(s, q, p, d, k)

    @action(needs=CENTER, cites="WA-C18")
    def issue_at_will(s, q: Person, p: Person, d: Id, k: Key):
        """A dishonest registrar issues {d} in {p}'s name to the dishonest {q}, for {k}."""
        require(s.dishonest[q] & ~s.issued[d] & s.made[q, k])
        return _issue(s, q, p, d, k)

    @action(cites="WA-R14 WA-R19 WA-C17")
    def withdraw(s, d: Id, h: Height):
        """{d} is withdrawn, while {h} is open."""
        require(s.issued[d] & ~s.withdrawn[d] & is_open(s, h))
        return s.set(withdrawn={d: True}, ended={(d, h): True})

    @action
    def close(s, h: Height):
        """The block of {h} is made."""
        require(is_open(s, h))
        return s.set(closed={h: True})

    @action(cites="WA-R4 WA-R5")
    def send(s, p: Person, d: Id, h: Height):
        """What {p} sends under {d}, which it got, is taken into {h}."""
        require(s.got[d, p])
        return _take(s, d, h, forged=False)

    @action(needs=NET, cites="WA-C17")
    def send_as(s, q: Person, d: Id, k: Key, h: Height):
        """What the dishonest {q}, who has {k}, sends under {d}, which is not its own, is taken into {h}."""
        require(s.dishonest[q] & s.made[q, k] & s.issued[d] & ~s.got[d, q])
        if s.rules.registration == "certified":
            require(s.certified[d, k], "WA-C17", rule="registration")
        return _take(s, d, h, forged=True)


class Naming(Protocol):
    """Names of any number of persons on any number of chains, and who knows whose they are."""

    identity_names = choice(
        "one-id", "per-chain-pseudonym", removed="one-id", cites=["WA-R3", "WA-R17", "WA-C4"],
        doc="What stands for a person on a chain: the ID of the registration centre, on all of them, or a name of the "
        "chain's own, which only the registrar can join to the others.",
    )  # fmt: skip

    named = var(Chain, Person, Name, doc="the person's name on the chain")
    shown = var(Chain, Name, doc="the chain has a record under the name, desensitised, or a report of a violation")
    met = var(Chain, Person, doc="the adversary knows the person by its name on the chain, as its trading partner does")
    joined = var(Person, Chain, Chain, doc="under a warrant, the registrar has joined the person's names on two chains")
    warranted = var(Person, ghost=True, doc="there is a warrant for the person")
    placed = var(Chain, Person, doc="the adversary knows which of the chain's records are the person's")

    @action(cites="WA-R3 WA-R17 WA-C4")
    def enter(s, c: Chain, p: Person, n: Name):
        """{p} comes to {c}, where its name is {n}."""
        require(~exists(Name, lambda x: s.named[c, p, x]))
        if s.rules.identity_names == "one-id":
            require(forall(Chain, Name, lambda d, x: implies(s.named[d, p, x], x == n)), "WA-R17")
            require(~exists(Chain, Person, lambda d, o: (o != p) & s.named[d, o, n]), "WA-R3")
        else:
            require(~exists(Chain, Person, lambda d, o: s.named[d, o, n]), "WA-C4", rule="identity_names")
        return s.set(named={(c, p, n): True})

    @action(cites="WA-R12 WA-R18")
    def record(s, c: Chain, p: Person, n: Name):
        """{c} has a record of {p}, or a report of its violation, under {n}, with nothing else that tells who it is."""
        require(s.named[c, p, n] & ~s.shown[c, n])
        return s.set(shown={(c, n): True})

    @action(needs=LEDGER, cites="WA-C4")
    def meet(s, c: Chain, p: Person, n: Name):
        """The adversary deals with {p} on {c}, and so knows that it is {n} there."""
        require(s.named[c, p, n] & ~s.met[c, p])
        return s.set(met={(c, p): True}, placed={(c, p): True})

    @action(needs=WARRANT, cites="WA-C4")
    def unmask(s, p: Person, c: Chain, d: Chain):
        """Under a warrant, the registrar tells who looks into {p} that its names on {c} and {d} belong together."""
        require((c != d) & ~s.joined[p, c, d])
        return s.set(joined={(p, c, d): True, (p, d, c): True}, warranted={p: True})

    @action(needs=LEDGER, cites="WA-R17 WA-C4")
    def recognise(s, c: Chain, d: Chain, p: Person, n: Name):
        """The adversary, which can place {p} on {c}, finds {p}'s records on {d}, under {n}."""
        require(s.placed[c, p] & s.named[d, p, n] & s.shown[d, n] & ~s.placed[d, p])
        require(s.named[c, p, n] | s.joined[p, c, d], "WA-C4", rule="identity_names")
        return s.set(placed={(d, p): True})


def is_open(s, h):
    """The height is the one whose block is being made."""
    return ~s.closed[h] & forall(Height, lambda g: implies(g < h, s.closed[g]))


def is_active(s, d):
    """The ID was issued and not withdrawn."""
    return s.issued[d] & ~s.withdrawn[d]


def _issue(s, applicant, person, d, k):
    """The centre issues the ID to the applicant and enters it as the person's."""
    key = {"certified": {(d, k): True}} if s.rules.registration == "certified" else {}
    return s.set(issued={d: True}, got={(d, applicant): True}, names={(d, person): True}, **key)


def _take(s, d, h, *, forged):
    """What was sent under the ID gets into the open height, unless the nodes know that the ID has ended."""
    require(is_open(s, h) & ~s.taken[d, h])
    if s.rules.registration == "certified":
        require(~s.withdrawn[d], "WA-C17", rule="registration")
    return s.set(taken={(d, h): True}, forged={(d, h): forged})
