"""What a resident is shown, by whom, and under which rule of the contracts (GR-R3 to R5, ZD-R24, WA-R12, WA-C12).

The platform's nodes take what service chains have, and answer residents. Whose a reading is, whether the contracts in
force release it, and whether the resident is denied, is on the contract chain, of which each node has a prefix. So an
answer is as good as this prefix: a node that goes by its own copy knows neither a new edition nor a denial; one that
goes by its last checkpoint, however old, is made to by keeping newer ones from it; and one that takes the tenant whom
it knows for the present one shows the first readings of the next tenant to the one before. A token that says whose the
meter is outlives the tenancy.

Hardened, a node answers on a checkpoint that is not older than Delta, about times up to that checkpoint only, and by
the edition that it has in force at the answer, not the one under which the reading was counted. It takes a block only
with its certificate. Tokens say who asks, and nothing else (`model.tokens`); who may ask for whom is `model.access`, of
which residents' own readings are the part that is put together here. That an edition has been decided on, and from
which block on it holds, is the machine `Contracts`; for what somebody is denied, and how long, `Denials`.
"""

from meterproof.lang import action, choice, exists, ite, require, rigid, var
from model.counting import Counting
from model.release import Release
from model.slots import recent
from model.vocabulary import NET, TRANSFER, Chain, Edition, Height, Meter, Node, Record, User


class Answers(Counting):
    """Any number of users, platform nodes and editions of the contracts beside."""

    tenancy_check = choice(
        "token", "as-known", "covered", removed="token", cites=["GR-R3", "ZD-C13", "ZD-C10"],
        doc="Whose a reading is: of who had the meter when the token was made; of who had it then, as far as the node "
        "knows, and after that of whom it knows last; or of who had it then, up to where the node knows it.",
    )  # fmt: skip
    law_check = choice(
        "own-copy", "latest-heard", "recent", removed="own-copy", cites=["GR-R4", "WA-C13", "ZD-C10"],
        doc="By what a node knows contracts and denials: what it was given at the start; its last checkpoint of the "
        "contract chain; or that, if it is not older than Delta.",
    )  # fmt: skip
    judged_at = choice(
        "inclusion", "release", removed="inclusion", cites=["GR-R5", "WA-C12"],
        doc="By which edition an answer is judged: the one in force when the reading was counted, or at the answer.",
    )  # fmt: skip
    release_check = Release.release_check

    original = rigid(to=Edition, doc="the edition that holds at the start")
    permits = rigid(Edition, Record, doc="the edition lets the record be shown to its resident")

    law = var(Height, to=Edition, init=lambda s, h: s.original, doc="by this block of the contract chain it holds")
    denied = var(User, Height, doc="by this block, as far as it is made, the user is denied")
    law_fetched = var(Node, doc="the node has a checkpoint of the contract chain")
    law_seen = var(Node, to=Height, init=lambda s, n: s.genesis, doc="the last block that it covers, if there is one")
    taken = var(Node, Record, doc="the node has the record from a block of a service chain")
    admitted = var(User, Meter, doc="the user has a token, and had the meter when it was made")
    shown = var(User, Record, doc="the user has been shown the record, in the present slot")

    @action(cites="WA-R12 WA-C9")
    def deny(s, u: User, t: Height):
        """From block {t} of the contract chain on {u} is denied."""
        require((s.tip == t) & ~s.denied[u, t])
        return s.set(denied={(u, t): True})

    @action(cites="WA-C9")
    def pardon(s, u: User, t: Height):
        """With block {t} of the contract chain the denial of {u} ends."""
        require((s.tip == t) & s.denied[u, t])
        return s.set(denied={(u, t): False})

    @action(cites="WA-R16 WA-C13 ZD-C10")
    def fetch_law(s, n: Node, b: Height):
        """{n} gets the checkpoint of block {b} of the contract chain, which is complete."""
        require((b < s.tip) & (~s.law_fetched[n] | (s.law_seen[n] < b)))
        return s.set(law_fetched={n: True}, law_seen={n: b})

    @action(cites="IS-R18 ZD-R24 GR-A4")
    def take(s, n: Node, r: Record, c: Chain, h: Height):
        """{n} takes {r} from block {h} of {c}, which has its certificate."""
        require(s.final[r, c, h] & (h < s.tip) & ~s.taken[n, r])
        return s.set(taken={(n, r): True})

    @action(needs=NET, cites="IS-C10")
    def inject(s, n: Node, r: Record):
        """The adversary hands {n} a record {r} of its own making."""
        require(s.rules.release_check == "unverified", rule="release_check")
        require(~s.taken[n, r])
        return s.set(taken={(n, r): True})

    @action(needs=TRANSFER, cites="IS-C10")
    def substitute(s, n: Node, r: Record):
        """Whoever hands blocks to {n} hands it one of its own making, with {r}."""
        require(s.rules.release_check != "certified", "IS-C10", rule="release_check")
        require(~s.taken[n, r])
        return s.set(taken={(n, r): True})

    @action(cites="ZD-R21")
    def log_in(s, u: User, m: Meter):
        """{u}, who has {m}, logs in and gets a token."""
        require((s.tenant[m] == u) & ~s.admitted[u, m])
        return s.set(admitted={(u, m): True})

    @action(cites="ZD-R19 ZD-R24 WA-R12 GR-A4")
    def show(s, n: Node, u: User, r: Record, m: Meter):
        """{n} shows {r}, of {m}, to {u}, who has asked for it."""
        require(s.taken[n, r] & (s.meter[r] == m) & ~s.shown[u, r])
        require(_is_theirs(s, n, u, m, r), "GR-R3", rule="tenancy_check")
        if s.rules.law_check != "own-copy":
            require(s.law_fetched[n] & ~s.denied[u, s.law_seen[n]], "GR-R4", rule="law_check")
        if s.rules.law_check == "recent":
            require(recent(s, s.law_seen[n], s.tip), "GR-R4", rule="law_check")
        require(_is_permitted(s, n, r), "GR-R5", rule="judged_at")
        return s.set(shown={(u, r): True})


def _is_theirs(s, n, u, m, r):
    """To the node, the reading is the user's."""
    if s.rules.tenancy_check == "token":
        return s.admitted[u, m]
    covered = s.law_fetched[n] & (s.time[r] <= s.law_seen[n])
    known = s.had[m, ite(covered, s.time[r], s.law_seen[n])] == u
    return known if s.rules.tenancy_check == "as-known" else covered & known


def _is_permitted(s, n, r):
    """To the node, the contracts let the record be shown; by its own copy there is one edition for ever."""
    if s.rules.law_check == "own-copy":
        return s.permits[s.original, r]
    if s.rules.judged_at == "inclusion":
        return exists(Chain, Height, lambda c, h: s.final[r, c, h] & s.permits[s.law[h], r])
    return s.permits[s.law[s.law_seen[n]], r]
