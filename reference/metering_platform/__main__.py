"""Run the platform over HTTP.

    python -m reference.metering_platform [--variant hardened] [--reading NAME] [--seed 0] [--port 8080] [--store FILE]

Its founders' passwords and keys are drawn from the seed, as `deploy` does: it is for trying things, and for attacks.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path

from meterproof.check.jobs import open_spec
from meterproof.errors import InputError
from meterproof.study.finder import locate
from reference.metering_platform.deploy import deploy
from reference.metering_platform.rules import Rules
from reference.metering_platform.server import running
from reference.metering_platform.service import Service
from reference.metering_platform.store import Store


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted: 0 then, and 2 for what can't be served, with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m reference.metering_platform", description=__doc__.split("\n")[0])
    parser.add_argument("--variant", default="hardened", help="hardened (default) or published")
    parser.add_argument("--reading", help="literal, charitable or shared, of the published variant")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="8080 by default; 0 for any free one")
    parser.add_argument("--store", type=Path, help="an SQLite file that keeps what is accepted; none: it is forgotten")
    given = parser.parse_args(arguments)
    try:
        study = locate(Path(__file__))
        target = f"metering-platform@{given.variant}"
        if target not in study.specs:
            raise InputError(f"there is no {target}", allowed=", ".join(sorted(study.specs)))
        values = open_spec(study, study.specs[target]).rules(given.reading).plain()
        state = deploy(Rules.from_values(values), given.seed).state
        founded = json.dumps({"rules": values, "seed": given.seed}, sort_keys=True, default=str)
        with nullcontext() if given.store is None else Store(given.store, founded) as store:
            state, since = (state, 0) if store is None else store.replay(state)
            with running(Service(state, store, since=since), given.host, given.port) as url:
                print(f"{target} at {url}, height {state.height}", file=sys.stderr, flush=True)
                with suppress(KeyboardInterrupt):
                    threading.Event().wait()
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
