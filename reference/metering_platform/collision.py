"""Files of which two can have one MD5 digest, as in published demonstrations of collisions (ZD-C4).

A file has a head of 128 bytes and then two texts, of which the head says which one is shown. Two heads are the blocks
of X. Wang and H. Yu, *How to Break MD5 and Other Hash Functions*, EUROCRYPT 2005, LNCS 3494, pp. 19-35, found in
minutes of their time: MD5 is in one state after either, so whatever follows both of them has one digest.
"""

from __future__ import annotations

from typing import Any

from reference.metering_platform import documents

BLOCKS = bytes.fromhex(
    "d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f89"
    "55ad340609f4b30283e488832571415a085125e8f7cdc99fd91dbdf280373c5b"
    "d8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0"
    "e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70"
)
"""One of the pair: two blocks of 64 bytes."""
DIFFERENCES = (19, 45, 59, 83, 109, 123)
"""The bytes whose top bit is the other one in the other of the pair."""


def twin(blocks: bytes) -> bytes:
    """The other of the pair."""
    return bytes(byte ^ 0x80 if index in DIFFERENCES else byte for index, byte in enumerate(blocks))


COLLIDING = BLOCKS, twin(BLOCKS)
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
