"""Tokens, who can make them, and who can use them where (Zhao et al. 2023, 4.3).

A token has a header, which names its algorithm, a payload and a signature, by HMAC or RSA. A service that believes the
header takes tokens that nobody has signed, and tokens that anybody has signed with HMAC under the public key that it
checks RSA with (ZD-C8). "A secret" that all micro-services check HMAC with lets any of them make tokens (ZD-C9). That a
token is for a service is not stated, so that one given out for the least of them opens the others (ZD-C10); and it may
travel in a URL, from where it gets into logs, and to whoever reads them (ZD-C11). The signature is all that is said to
be checked of it (ZD-C12). That browsers keep it is said, and not where (ZD-R22).

Hardened, each key has one algorithm, which is one with a private key that the issuer alone has. A token names the
service that it is for and a key that never leaves its user's device, and counts only with a proof for the one call that
is signed with this key, which the service takes once. What a call may is looked up: of the four dimensions of access,
user identity and service are in the token, route and data resource are decided on by `Access`.

A token stands for all that it says, and keys and algorithms are perfect: who has neither issued a token nor knows what
it takes to make it, doesn't have it. Each key has a part to sign with and one to check with; of a key pair everybody
knows the latter, of a shared secret both are one. Keys are those that services have from the issuer: a header that
brings a key of its own is not modelled. What the adversary knows grows by its moves. Tokens end as
`Revocation` has it; that the issuer gives them to whom they name, who came with the right password, is assumed, and so
is that nobody listens in on the way to a service (ZD-A2).
"""

from meterproof.lang import Protocol, action, axiom, choice, exists, forall, require, rigid, var
from model.access import Access
from model.vocabulary import PORTAL, SERVICE, THEFT, Algorithm, Call, Key, Record, Route, Service, Token, User


class Tokens(Protocol):
    """Any number of users, services, keys, algorithms, tokens and calls."""

    token_algorithm = choice(
        "from-header", "pinned", "shared-hmac", removed="from-header",
        cites=["ZD-R20", "ZD-R21", "ZD-C7", "ZD-C8", "ZD-C9"],
        doc="How a service checks a token: as the header says; with the one algorithm that belongs to the key, a pair "
        "of which the issuer has the private part; or with the one secret that it shares with all services.",
    )  # fmt: skip
    token_audience = choice(
        "none", "per-service", removed="none", cites=["ZD-R19", "ZD-C10"],
        doc="Whether a token says which service it is for, and others refuse it.",
    )  # fmt: skip
    token_binding = choice(
        "bearer-anywhere", "bearer", "sender-constrained", removed="bearer-anywhere", cites=["ZD-R22", "ZD-C11"],
        doc="Who can use a token: whoever has it, and it may be in a URL; whoever has it, and it is in the header; or "
        "who signs a proof for the call with the key that the token is for.",
    )  # fmt: skip
    authorisation = Access.authorisation

    subject = rigid(Token, to=User, doc="whom the token names")
    bound = rigid(Token, to=User, doc="with whose key proofs for it are signed; it says so where there are any")
    audience = rigid(Token, to=Service, doc="the service that it was asked for; it says so where tokens do")
    header = rigid(Token, to=Algorithm, doc="the algorithm that its header names")
    key = rigid(Token, to=Key, doc="the key that its signature is checked with")
    unsigned = rigid(Algorithm, doc="it takes no signature, as `none`")
    symmetric = rigid(Algorithm, doc="who can check a signature can make it, as HMAC")
    pair = rigid(Key, doc="it is a key pair, and no shared secret")
    route = rigid(Call, to=Route, doc="what the call is for")
    record = rigid(Call, to=Record, doc="the data resource that it names")
    may = rigid(User, Route, Record, doc="`Access` decides that the user may")
    compromised = rigid(Service, doc="the adversary is in the service; it is not the one that issues tokens")
    crooked = rigid(User, doc="the user is the adversary, or does as the adversary says")

    issued = var(Token, doc="the issuer has made the token, and given it to the user that it names")
    made = var(Call, doc="the call was made")
    sent = var(Token, Service, Call, doc="the user whom the token names has sent the call to the service, with it")
    known = var(Key, doc="the adversary knows the shared secret")
    got = var(Token, doc="the adversary has the token")
    accepted = var(Service, Token, Call, doc="the service has answered the call, with this token")
    repeated = var(Service, Call, ghost=True, doc="... and not for the first time")

    @axiom(cites="ZD-R20")
    def nothing_unsigned_is_symmetric(s):
        """An algorithm without signatures is not one with symmetric keys."""
        return forall(Algorithm, lambda a: ~(s.unsigned[a] & s.symmetric[a]))

    @action(cites="ZD-R20 ZD-R21")
    def issue(s, x: Token, u: User, v: Service):
        """{u} logs in, and gets {x} for {v}."""
        require((s.subject[x] == u) & (s.audience[x] == v) & ~s.issued[x])
        require(~s.unsigned[s.header[x]] & (s.symmetric[s.header[x]] == ~s.pair[s.key[x]]), "ZD-R20")
        if s.rules.token_algorithm != "from-header":
            require(has_its_algorithm(s, x), "ZD-C8 ZD-C9", rule="token_algorithm")
        if s.rules.token_binding == "sender-constrained":
            require(s.bound[x] == u, "ZD-C11", rule="token_binding")
        return s.set(issued={x: True}, got={x: s.got[x] | s.crooked[u]})

    @action(cites="ZD-R21")
    def send(s, x: Token, u: User, v: Service, c: Call):
        """{u} sends {c} with {x} to {v}, which it is for."""
        require(s.issued[x] & (s.subject[x] == u) & (s.audience[x] == v) & ~s.made[c])
        return s.set(sent={(x, v, c): True}, made={c: True})

    @action(cites="ZD-R19 ZD-R21 ZD-C12")
    def serve(s, x: Token, v: Service, c: Call):
        """{v} finds {x} good, and answers {c}, which came with it."""
        require(s.sent[x, v, c] & ~s.accepted[v, x, c])
        return _accept(s, x, v, c)

    @action(needs=PORTAL, cites="ZD-R20 ZD-C8")
    def forge_unsigned(s, x: Token):
        """The adversary makes {x}, whose header says that it has no signature."""
        require(~s.got[x] & s.unsigned[s.header[x]])
        return s.set(got={x: True})

    @action(needs=PORTAL, cites="ZD-R20 ZD-C8")
    def forge_with_public_key(s, x: Token, k: Key):
        """The adversary makes {x}, whose header says HMAC, with the public key of {k} for the secret."""
        require(~s.got[x] & (s.key[x] == k) & s.symmetric[s.header[x]] & s.pair[k])
        return s.set(got={x: True})

    @action(needs=SERVICE, cites="ZD-R20 ZD-R21 ZD-C9")
    def forge_with_secret(s, x: Token, k: Key):
        """The adversary makes {x} by HMAC with the shared secret {k}, which it knows."""
        require(~s.got[x] & (s.key[x] == k) & s.symmetric[s.header[x]] & ~s.pair[k] & s.known[k])
        return s.set(got={x: True})

    @action(needs=SERVICE, cites="ZD-C9")
    def tell_key(s, v: Service, k: Key):
        """The compromised {v} tells the shared secret {k}, which it checks tokens with."""
        require(s.compromised[v] & ~s.pair[k] & ~s.known[k])
        return s.set(known={k: True})

    @action(needs=SERVICE, cites="ZD-C10")
    def tell_token(s, v: Service, x: Token, c: Call):
        """The compromised {v} tells {x}, with which {c} came."""
        require(s.compromised[v] & s.sent[x, v, c] & ~s.got[x])
        return s.set(got={x: True})

    @action(needs=THEFT, cites="ZD-R22 ZD-C11")
    def read_log(s, v: Service, x: Token, c: Call):
        """{x} is read in a log, as a part of the URL of {c} to {v}."""
        require(s.rules.token_binding == "bearer-anywhere", "ZD-R22", rule="token_binding")
        require(s.sent[x, v, c] & ~s.got[x])
        return s.set(got={x: True})

    @action(needs=THEFT, cites="ZD-R22 ZD-C10 ZD-C11")
    def copy(s, x: Token, u: User):
        """{x} is copied from where the browser of {u} keeps it."""
        require(s.issued[x] & (s.subject[x] == u) & ~s.got[x])
        return s.set(got={x: True})

    @action(needs=PORTAL, cites="ZD-C8 ZD-C10 ZD-C11")
    def present(s, x: Token, v: Service, c: Call):
        """The adversary presents {x} to {v} with {c}, and is answered."""
        require(s.got[x])
        if s.rules.token_binding == "sender-constrained":
            require(s.crooked[s.bound[x]] | s.sent[x, v, c], "ZD-C11", rule="token_binding")
        return _accept(s, x, v, c)


def has_its_algorithm(s, x):
    """The header names the algorithm that belongs to the key, which is of the kind that services go by."""
    if s.rules.token_algorithm == "shared-hmac":
        return s.symmetric[s.header[x]] & ~s.pair[s.key[x]]
    return ~s.symmetric[s.header[x]] & ~s.unsigned[s.header[x]] & s.pair[s.key[x]]


def _accept(s, x, v, c):
    """The service checks what it checks of the token and the call, and answers."""
    if s.rules.token_algorithm != "from-header":
        require(has_its_algorithm(s, x), "ZD-C8 ZD-C9", rule="token_algorithm")
    if s.rules.token_audience == "per-service":
        require(s.audience[x] == v, "ZD-C10", rule="token_audience")
    if s.rules.token_binding == "sender-constrained":
        require(~exists(Token, lambda y: s.accepted[v, y, c]), "ZD-C11", rule="token_binding")
    if s.rules.authorisation != "signature-only":
        require(s.may[s.subject[x], s.route[c], s.record[c]], "ZD-R19 ZD-C12", rule="authorisation")
    before = exists(Token, lambda y: s.accepted[v, y, c])
    return s.set(accepted={(v, x, c): True}, repeated={(v, c): s.repeated[v, c] | before})
