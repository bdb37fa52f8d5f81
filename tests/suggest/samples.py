"""What the tests of this folder share: instances, reachable states by a plain search, and a lock server."""

from meterproof.finite.instance import Instance
from meterproof.finite.interpret import Interpreter, State
from meterproof.finite.scope import resolve
from meterproof.finite.worlds import instances
from meterproof.lang import Protocol, Sort, System, action, exists, forall, implies, invariant, require, step, var

Client = Sort("Client", "who wants the lock")


class Lock(Protocol):
    """A lock server: it hands the lock out when it has it, and the lock may be on its way."""

    home = var(to=bool, init=True, doc="the server has the lock")
    granted = var(Client, doc="the lock is on its way to the client")
    held = var(Client, doc="the client has the lock")

    @action
    def grant(s, c: Client):
        """The server sends the lock to {c}."""
        require(s.home)
        return s.set(home=False, granted={c: True})

    @action
    def take(s, c: Client):
        """The lock reaches {c}."""
        require(s.granted[c])
        return s.set(granted={c: False}, held={c: True})

    @action
    def release(s, c: Client):
        """{c} gives the lock back."""
        require(s.held[c])
        return s.set(held={c: False}, home=True)

    @invariant(witness=lambda s: exists(Client, lambda c: s.held[c]))
    def exclusive(s):
        """Two clients never have the lock at once."""
        return forall(Client, Client, lambda c, d: implies(s.held[c] & s.held[d], c == d))

    @invariant
    def never_held(s):
        """Nobody ever gets the lock, which is false."""
        return forall(Client, lambda c: ~s.held[c])

    @step
    def handed_over_by_the_server(s, t):
        """Who has the lock in the next state and not in this one gets it while no other has it."""
        return forall(Client, Client, lambda c, d: implies(~s.held[c] & t.held[c], ~s.held[d]))


def first_instance(system: System, **sizes: int) -> Instance:
    """The first instance of a scope."""
    return instances(system, resolve(system, sizes))[0]


def visited(instance: Instance) -> set[State]:
    """Every reachable state, by the interpreter."""
    interpreter = Interpreter(instance)
    found = {interpreter.initial()}
    queue = list(found)
    for state in queue:
        for _, after in interpreter.moves(state, instance.system.actions):
            if after not in found:
                found.add(after)
                queue.append(after)
    return found
