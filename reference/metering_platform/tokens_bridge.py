"""The bridge between the model `Tokens` and services that really verify tokens, and proofs for calls.

User u is the u-th resident, Service v that of records or of residents' data, Key k the issuer's pair or the secret that
services share, Call c a request for its record, and Token x the bytes that say what the model's tables do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from meterproof.errors import InputError
from reference.bridge import Applied, Index, Relation, make_event, relation, size
from reference.metering_platform import tokens_state as parties
from reference.metering_platform import tokens_world as world_of
from reference.metering_platform.handle import route_at
from reference.metering_platform.rules import Rules
from reference.metering_platform.tokens_state import SERVICES, Algorithm, Token, TokensWorld
from reference.metering_platform.tokens_world import Event

Args = Mapping[str, int]


class TokensBridge:
    """Plays a trace, and says what the bytes amount to. Arguments of actions are x, u, v, c and k."""

    world: TokensWorld

    def start(self, rules: Rules, scope: Mapping[str, int], rigid: Mapping[str, Sequence[int]], seed: int) -> None:
        """Deploy a platform. `rigid` has the model's tables. Raises InputError for a bad scope.

        That is also one of more routes than reading, more services than read, or two keys of a kind.
        """
        sorts = ("User", "Service", "Key", "Algorithm", "Token", "Call", "Route", "Record")
        self._sizes = {sort: size(scope, sort) for sort in sorts}
        if self._sizes["Route"] > 1 or self._sizes["Service"] > len(SERVICES):
            raise InputError("the platform's services read records", allowed=f"Route=1, Service=1..{len(SERVICES)}")

        def table(name: str, *domain: str) -> Sequence[int]:
            count = 1
            for sort in domain:
                count *= self._sizes[sort]
            return rigid.get(name, [0] * count)

        records = self._sizes["Record"]
        may = table("may", "User", "Route", "Record")
        unsigned, symmetric = table("unsigned", "Algorithm"), table("symmetric", "Algorithm")
        kinds = [_algorithm(*each) for each in zip(unsigned, symmetric, strict=True)]
        names = ("subject", "bound", "audience", "header", "key")
        said = zip(*(table(name, "Token") for name in names), strict=True)
        self.world = parties.deploy(
            rules,
            seed,
            may=[[bool(each) for each in may[u * records : (u + 1) * records]] for u in range(self._sizes["User"])],
            said=[Token(u, b, v, kinds[a], k) for u, b, v, a, k in said],
            pair=[bool(each) for each in table("pair", "Key")],
            calls=table("record", "Call"),
            compromised=[v for v, is_so in enumerate(table("compromised", "Service")) if is_so],
            crooked=[u for u, is_so in enumerate(table("crooked", "User")) if is_so],
        )

    def apply(self, action: str, args: Args) -> Applied:
        """Play one action. Raises InputError for an action that the model does not have."""
        self.world, effects = world_of.step(self.world, make_event(_MAKERS, action, args))
        return Applied.of(effects)

    def abstract(self) -> dict[str, Relation]:
        """Every state variable of the model, computed from the bytes of this moment."""
        world = self.world
        secret = world.platform.state.secrets.service
        true: dict[str, set[Index]] = {
            "issued": {(x,) for x, token in world.browsers.items() if _says(world, x, token)},
            "made": {(c,) for _, _, c in world.wire},
            "sent": {(x, v, c) for (x, v, c) in world.wire if _is_sent(world, x, v, c)},
            "known": {(k,) for k, data in world.known.items() if data == secret},
            "got": {(x,) for x, token in world.got.items() if _says(world, x, token)},
            "accepted": set(world.answers),
            "repeated": set(world.repeated),
        }
        return {name: relation([self._sizes[sort] for sort in _DOMAINS[name]], true[name]) for name in true}


def _algorithm(unsigned: int, symmetric: int) -> Algorithm:
    return "none" if unsigned else "HS256" if symmetric else "RS256"


def _says(world: TokensWorld, number: int, token: str) -> bool:
    """Whether these bytes say what the token of this number does, as far as the rules have tokens say it."""
    said, rules = world.tokens[number], world.platform.state.rules
    algorithm, claims = world_of.read(token)
    if rules.token_audience == "per-service" and claims.get("aud") != SERVICES[said.audience]:
        return False
    if rules.token_binding == "sender-constrained" and claims["cnf"]["jkt"] != world_of.thumbprint(world, said.bound):
        return False
    return (algorithm, claims["sub"]) == (said.algorithm, parties.name_of(said.subject))


def _is_sent(world: TokensWorld, token: int, service: int, call: int) -> bool:
    """Whether the request on the wire is for this service and record, with this token."""
    request = world.wire[token, service, call]
    route, path = route_at(request.method, request.path)
    record = world.calls[call]
    about = path.get("record", world.records[record]), path.get("meter", f"meter-{record}")
    return (
        route.service == SERVICES[service]
        and about == (world.records[record], f"meter-{record}")
        and world_of.borne(request) == world.browsers[token]
    )


_MAKERS: Mapping[str, Callable[[Args], Event]] = {
    "issue": lambda a: Event("issue", a["x"], a["u"], a["v"]),
    "send": lambda a: Event("send", a["x"], a["u"], a["v"], a["c"]),
    "serve": lambda a: Event("serve", a["x"], service=a["v"], call=a["c"]),
    "forge_unsigned": lambda a: Event("forge_unsigned", a["x"]),
    "forge_with_public_key": lambda a: Event("forge_with_public_key", a["x"], key=a["k"]),
    "forge_with_secret": lambda a: Event("forge_with_secret", a["x"], key=a["k"]),
    "tell_key": lambda a: Event("tell_key", service=a["v"], key=a["k"]),
    "tell_token": lambda a: Event("tell_token", a["x"], service=a["v"], call=a["c"]),
    "read_log": lambda a: Event("read_log", a["x"], service=a["v"], call=a["c"]),
    "copy": lambda a: Event("copy", a["x"], a["u"]),
    "present": lambda a: Event("present", a["x"], service=a["v"], call=a["c"]),
}
_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "issued": ("Token",),
    "made": ("Call",),
    "sent": ("Token", "Service", "Call"),
    "known": ("Key",),
    "got": ("Token",),
    "accepted": ("Service", "Token", "Call"),
    "repeated": ("Service", "Call"),
}
