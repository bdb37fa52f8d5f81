"""Guarantees of the `Tokens` machine: an accepted token is the issuer's, for this service, and its user's own to use.

The proofs are for any number of users, services, keys, algorithms, tokens and calls, and of compromised services among
them. An honest service is one that is not compromised: of what a compromised one accepts nothing is claimed.
"""

from meterproof.claims import Case, changing, explore, holds, induction, removing, thorough, violated
from meterproof.lang import exists, forall, implies, invariant, lemma
from model.tokens import Tokens, has_its_algorithm
from model.vocabulary import PORTAL, SERVICE, THEFT, Call, Service, Token


def accepted_and_known(s):
    """An honest service has accepted a token that the adversary has."""
    return exists(Service, Token, Call, lambda v, x, c: ~s.compromised[v] & s.accepted[v, x, c] & s.got[x])


def accepted_and_stolen(s):
    """An honest service has accepted an honest user's token, which the adversary has too."""
    return exists(
        Service, Token, Call,
        lambda v, x, c: ~s.compromised[v] & s.accepted[v, x, c] & s.got[x] & ~s.crooked[s.subject[x]],
    )  # fmt: skip


@lemma(of=Tokens)
def what_was_not_issued_is_no_signature(s):
    """What the adversary has and nobody has issued has another algorithm than the one that belongs to a key pair."""
    return forall(Token, lambda x: implies(s.got[x] & ~s.issued[x], ~has_its_algorithm(s, x)))


@lemma(of=Tokens)
def sent_was_issued(s):
    """What was sent was issued."""
    return forall(Token, Service, Call, lambda x, v, c: implies(s.sent[x, v, c], s.issued[x]))


@lemma(of=Tokens)
def issued_for_its_user_s_key(s):
    """Tokens are issued for keys of the users that they name."""
    return forall(Token, lambda x: implies(s.issued[x], s.bound[x] == s.subject[x]))


@lemma(of=Tokens)
def answered_once(s):
    """No service answers a call twice."""
    return forall(Service, Call, lambda v, c: ~s.repeated[v, c])


@invariant(
    of=Tokens, id="ZD-P5", cites="ZD-P5 ZD-R19 ZD-R20 ZD-R21 ZD-C8 ZD-C9 ZD-C10 ZD-A2", against=(PORTAL, SERVICE),
    witness=accepted_and_known, lemmas=(what_was_not_issued_is_no_signature, sent_was_issued),
)  # fmt: skip
def token_unforgeability(s):
    """token unforgeability: what an honest service accepts was issued, to the user that it names, for this service"""
    return forall(
        Service, Token, Call,
        lambda v, x, c: implies(~s.compromised[v] & s.accepted[v, x, c], s.issued[x] & (s.audience[x] == v)),
    )  # fmt: skip


@invariant(
    of=Tokens, id="ZD-V4", cites="ZD-V4 ZD-P5 ZD-R20 ZD-C8 ZD-C9 ZD-A2", against=(PORTAL, SERVICE),
    witness=accepted_and_known, lemmas=(what_was_not_issued_is_no_signature, sent_was_issued),
)  # fmt: skip
def no_forgery(s):
    """no forgery: what an honest service accepts was issued, to the user that it names, be it for another service"""
    return forall(
        Service, Token, Call, lambda v, x, c: implies(~s.compromised[v] & s.accepted[v, x, c], s.issued[x])
    )  # fmt: skip


@invariant(
    of=Tokens, id="ZD-V5", cites="ZD-V5 ZD-P5 ZD-R22 ZD-C10 ZD-C11 ZD-A2", against=(PORTAL, SERVICE, THEFT),
    witness=accepted_and_stolen,
    lemmas=(what_was_not_issued_is_no_signature, sent_was_issued, issued_for_its_user_s_key, answered_once),
)  # fmt: skip
def no_replay_by_a_thief(s):
    """no replay by a thief: honest services answer in honest users' names only what these sent there, and once"""
    return forall(
        Service, Token, Call,
        lambda v, x, c: implies(
            ~s.compromised[v] & ~s.crooked[s.subject[x]] & s.accepted[v, x, c], s.sent[x, v, c] & ~s.repeated[v, c]
        ),
    )  # fmt: skip


@invariant(
    of=Tokens, id="ZD-V6", cites="ZD-V6 ZD-P3 ZD-P5 ZD-R19 ZD-C10 ZD-C12 ZD-A2", against=(PORTAL, SERVICE, THEFT),
    witness=accepted_and_stolen, lemmas=(what_was_not_issued_is_no_signature, sent_was_issued),
)  # fmt: skip
def four_dimensions(s):
    """four dimensions: who is answered has logged in for this service, and may take this route to this data resource"""
    return forall(
        Service, Token, Call,
        lambda v, x, c: implies(
            ~s.compromised[v] & s.accepted[v, x, c],
            s.issued[x] & s.may[s.subject[x], s.route[c], s.record[c]] & (s.audience[x] == v),
        ),
    )  # fmt: skip


ONE_OF_EACH = explore(User=1, Service=1, Key=1, Algorithm=1, Token=1, Call=1, Route=1, Record=1)
TWO_SERVICES = explore(User=1, Service=2, Key=1, Algorithm=1, Token=1, Call=1, Route=1, Record=1)
TWO_USERS = explore(User=2, Service=1, Key=1, Algorithm=1, Token=1, Call=1, Route=1, Record=1)
TWO_CALLS = thorough(explore(User=1, Service=2, Key=1, Algorithm=1, Token=1, Call=2, Route=1, Record=1))
TWO_TOKENS = thorough(explore(User=1, Service=2, Key=1, Algorithm=2, Token=2, Call=1, Route=1, Record=1))
HEADER = removing("token_algorithm", by=ONE_OF_EACH)
SHARED = changing("token_algorithm", "shared-hmac", by=TWO_SERVICES)
AUDIENCE = removing("token_audience", by=TWO_SERVICES)

CASES = (
    Case(token_unforgeability, {
        "published literal": violated(ONE_OF_EACH, note="a token that is not signed at all, or with the public key"),
        "published charitable": violated(TWO_SERVICES, note="it was issued, but for another service"),
        "published shared": violated(TWO_SERVICES),
        "hardened": holds("proved", induction(), TWO_SERVICES, TWO_TOKENS, controls=HEADER + SHARED + AUDIENCE),
    }),
    Case(no_forgery, {
        "published literal": violated(ONE_OF_EACH),
        "published charitable": holds(
            "proved", induction(), thorough(TWO_SERVICES), controls=HEADER + SHARED,
            note="RSA with one algorithm to a key does what it is said to do",
        ),
        "published shared": violated(TWO_SERVICES, note="any service that is compromised makes tokens for the others"),
        "hardened": holds(
            "proved", induction(), thorough(TWO_SERVICES), controls=HEADER, note="follows from ZD-P5"
        ),
    }),
    Case(no_replay_by_a_thief, {
        "published literal": violated(TWO_SERVICES),
        "published charitable": violated(TWO_SERVICES, note="whoever has a token can use it"),
        "published shared": violated(TWO_SERVICES),
        "hardened": holds(
            "proved", induction(), TWO_SERVICES, TWO_CALLS,
            controls=removing("token_binding", by=TWO_SERVICES) + changing("token_binding", "bearer", by=TWO_SERVICES)
            + removing("token_algorithm", by=TWO_USERS),
            note="a compromised service sees the tokens that are for it, and they are of use nowhere else",
        ),
    }),
    Case(four_dimensions, {
        "published literal": violated(ONE_OF_EACH, note="nothing is looked up, neither route nor resource"),
        "published charitable": violated(TWO_SERVICES, note="the service is not in the token"),
        "published shared": violated(TWO_SERVICES),
        "hardened": holds(
            "proved", induction(), TWO_SERVICES, TWO_CALLS,
            controls=HEADER + AUDIENCE + removing("authorisation", by=ONE_OF_EACH),
        ),
    }),
)  # fmt: skip
"""One case a property of the machine."""
