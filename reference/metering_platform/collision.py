"""Files of which two can have one MD5 digest, as in published demonstrations of collisions (ZD-C4).

A file has a head of 128 bytes and then two texts, of which the head says which one is shown. Two heads are the blocks
of X. Wang and H. Yu, *How to Break MD5 and Other Hash Functions*, EUROCRYPT 2005: MD5 is in one state after either, so
whatever follows both of them has one digest.
"""

from __future__ import annotations

from typing import Any

from reference.metering_platform import documents

_FIRST = (
    "d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f89"
    "55ad340609f4b30283e488832571415a085125e8f7cdc99fd91dbdf280373c5b"
    "d8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0"
    "e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70"
)
_SECOND = (
    "d131dd02c5e6eec4693d9a0698aff95c2fcab50712467eab4004583eb8fb7f89"
    "55ad340609f4b30283e4888325f1415a085125e8f7cdc99fd91dbd7280373c5b"
    "d8823e3156348f5bae6dacd436c919c6dd53e23487da03fd02396306d248cda0"
    "e99f33420f577ee8ce54b67080280d1ec69821bcb6a8839396f965ab6ff72a70"
)
COLLIDING = bytes.fromhex(_FIRST), bytes.fromhex(_SECOND)
PLAIN = bytes(128)


def written(name: str, text: str) -> bytes:
    """A file of this name that shows the text."""
    return PLAIN + documents.canonical([name, text, text])


def pair(name: str, one: str, other: str) -> tuple[bytes, bytes]:
    """Two files of this name with one MD5 digest, of which one shows the first text and one the second."""
    texts = documents.canonical([name, one, other])
    return COLLIDING[0] + texts, COLLIDING[1] + texts


def shown(file: bytes) -> str:
    """The text that a reader of the file finds in it."""
    texts: Any = documents.read(file[len(PLAIN) :])
    return str(texts[2] if file.startswith(COLLIDING[1]) else texts[1])
