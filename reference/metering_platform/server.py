"""A platform on a socket: `uvicorn` runs the ASGI application, in a thread of this process.

python -m reference.metering_platform --port 8080 --store platform.sqlite3
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn

from meterproof.errors import InputError
from reference.metering_platform.http import application
from reference.metering_platform.service import Service


@contextmanager
def running(service: Service, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """The service on a port of this machine, by default any free one, while the context lasts: gives its URL.

    Raises InputError if it does not start, as where the port is taken.
    """
    config = uvicorn.Config(
        application(service), host=host, port=port, lifespan="off", log_level="warning", timeout_keep_alive=5
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=_until_told, args=[server], daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.005)
    if not server.started:
        raise InputError(f"no server on {host}:{port}", allowed="a free port")
    try:
        yield f"http://{host}:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _until_told(server: uvicorn.Server) -> None:
    """Run the server. That it could not start is seen by that it has not started."""
    with suppress(SystemExit):
        server.run()
