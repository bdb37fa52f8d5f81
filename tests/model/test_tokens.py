"""Each way to use a token that is not one's own is stopped by one rule, and by that rule alone.

A world is one token with all that it says, two services and two calls; the moves are the adversary's, as one reads
them in a report on a breach.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from meterproof.finite.instance import Instance
from meterproof.lang import System, trace
from meterproof.lang.rules import RuleValues
from model.tokens import Tokens
from model.vocabulary import PORTAL, SERVICE
from properties.tokens import ONE_OF_EACH, TWO_SERVICES, no_forgery, no_replay_by_a_thief
from tests.model.parties import stopped, world_of
from tests.model.shipped import asked

SCOPE = {"User": 2, "Service": 2, "Key": 1, "Algorithm": 1, "Token": 1, "Call": 2, "Route": 1, "Record": 1}
LENIENT = {
    "token_algorithm": "from-header", "token_audience": "none", "token_binding": "bearer-anywhere",
    "authorisation": "signature-only",
}  # fmt: skip
STRICT = {
    "token_algorithm": "pinned", "token_audience": "per-service", "token_binding": "sender-constrained",
    "authorisation": "decided",
}  # fmt: skip
Moves = tuple[tuple[str, tuple[int, ...]], ...]


def rules(values: dict[str, str], **changes: str) -> RuleValues:
    return Tokens.rule_schema().read({**values, **changes})


def system(values: dict[str, str], **changes: str) -> System:
    return trace(Tokens, rules(values, **changes))


@dataclass(frozen=True)
class Breach:
    """Moves that end with an answer, in a world, and the rule that stops them."""

    name: str
    stopped_by: str
    moves: Moves
    world: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    def instance(self, of: System) -> Instance:
        """Its world, unless it says otherwise: a token for service 0 under a key pair, of user 0; user 1 is crooked."""
        usual = {"pair": (1,), "may": (1, 1), "crooked": (0, 1)}
        return world_of(of, SCOPE, **{**usual, **self.world})


ISSUE, SEND, SERVE = ("issue", (0, 0, 0)), ("send", (0, 0, 0, 0)), ("serve", (0, 0, 0))
COPY = ("copy", (0, 0))
OWN_KEY: dict[str, tuple[int, ...]] = {"bound": (1,)}
"""Who makes a token puts a key of its own into it."""
SHARED: dict[str, tuple[int, ...]] = {"symmetric": (1,), "pair": (0,), "compromised": (0, 1), **OWN_KEY}

BREACHES = [
    Breach(
        "alg none", "token_algorithm",
        (("forge_unsigned", (0,)), ("present", (0, 0, 0))), {"unsigned": (1,), **OWN_KEY},
    ),
    Breach(
        "HMAC keyed with the public key", "token_algorithm",
        (("forge_with_public_key", (0, 0)), ("present", (0, 0, 0))), {"symmetric": (1,), **OWN_KEY},
    ),
    Breach(
        "a compromised service makes a token for another", "token_algorithm",
        (("tell_key", (1, 0)), ("forge_with_secret", (0, 0)), ("present", (0, 0, 0))), SHARED,
    ),
    Breach(
        "a user's own token, at another service", "token_audience", (ISSUE, ("present", (0, 1, 0))), {"crooked": (1, 1)}
    ),
    Breach("a stolen token, with a call of one's own", "token_binding", (ISSUE, COPY, ("present", (0, 0, 0)))),
    Breach("a copied request, once more", "token_binding", (ISSUE, SEND, SERVE, COPY, ("present", (0, 0, 0)))),
    Breach("a call that its user may not make", "authorisation", (ISSUE, SEND, SERVE), {"may": (0, 0)}),
]  # fmt: skip


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_every_breach_goes_through_where_nothing_is_checked(breach: Breach) -> None:
    assert stopped(breach.instance(system(LENIENT)), *breach.moves) is None


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_the_last_move_of_each_breach_is_stopped_by_its_rule(breach: Breach) -> None:
    """Tokens by HMAC are none of the issuer's, but it is the service's check that stops them."""
    at, names = stopped(breach.instance(system(STRICT)), *breach.moves) or (None, ())
    assert (at, names) == (len(breach.moves) - 1, (breach.stopped_by,))


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_no_other_rule_stops_it(breach: Breach) -> None:
    neutral = {breach.stopped_by: LENIENT[breach.stopped_by]}
    assert stopped(breach.instance(system(STRICT, **neutral)), *breach.moves) is None


def test_a_url_in_a_log_is_as_good_as_the_token_unless_tokens_are_kept_out_of_urls() -> None:
    moves = (ISSUE, SEND, ("read_log", (0, 0, 0)), ("present", (0, 1, 1)))
    breach = Breach("a log", "token_binding", moves)
    assert stopped(breach.instance(system(LENIENT)), *moves) is None
    assert stopped(breach.instance(system(LENIENT, token_binding="bearer")), *moves) == (2, ())


def test_a_compromised_service_passes_on_what_it_gets_where_tokens_are_for_all_services() -> None:
    """ZD-C10: no theft is needed, and the audience alone puts an end to it."""
    moves = (ISSUE, SEND, ("tell_token", (0, 0, 0)), ("present", (0, 1, 1)))
    breach = Breach("passed on", "token_audience", moves, {"compromised": (1, 0)})
    assert stopped(breach.instance(system(STRICT, token_audience="none", token_binding="bearer")), *moves) is None
    assert stopped(breach.instance(system(STRICT, token_binding="bearer")), *moves) == (3, ("token_audience",))


@pytest.mark.parametrize(("audience", "verdict"), [("none", "violated"), ("per-service", "exhausted")])
def test_against_compromised_services_alone_an_audience_does_without_proofs(audience: str, verdict: str) -> None:
    """Sender-constrained tokens are for theft: from a browser, or a log."""
    claim = replace(no_replay_by_a_thief, against=frozenset((PORTAL, SERVICE)))
    traced = trace(Tokens, rules(STRICT, token_binding="bearer", token_audience=audience), [claim])
    assert asked(traced, claim, TWO_SERVICES).verdict == verdict


def test_a_shared_secret_is_as_good_as_the_services_that_share_it() -> None:
    """ZD-C9: with no other service than the one that checks, HMAC is as good as RSA."""
    traced = trace(Tokens, rules(STRICT, token_algorithm="shared-hmac"), [no_forgery])
    assert asked(traced, no_forgery, ONE_OF_EACH).verdict == "exhausted"
    assert asked(traced, no_forgery, TWO_SERVICES).verdict == "violated"
