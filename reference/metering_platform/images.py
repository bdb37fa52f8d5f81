"""ImageJson: a file by its digest, which the chain has in its place (ZD-R6, ZD-R17, ZD-C4).

The paper's digest is MD5 of the bytes, of which whoever writes the file makes two with one digest. The other is SHA-256
of a tag, the media type, the length and the bytes, so that nothing else has it.
"""

from __future__ import annotations

import base64
import hashlib

from reference.metering_platform.documents import Json
from reference.metering_platform.rules import ClassThree
from reference.metering_platform.schemas import COUNT, hexadecimal, one_of, record_of

LONGEST_TYPE = 100
MEDIA_TYPE = {"type": "string", "pattern": "^[a-z]{1,20}/[a-z0-9.+-]{1,60}$"}
BASE64 = {"type": "string", "pattern": "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"}
IMAGE = record_of(
    {
        "media_type": MEDIA_TYPE,
        "length": COUNT,
        "algorithm": one_of("md5", "sha256"),
        "digest": hexadecimal(16, 32),
        "file": BASE64,
    }
)


def file_digest(rule: ClassThree, media_type: str, file: bytes) -> str:
    """What the chain has of a file, in hexadecimal."""
    if rule == "md5":
        return hashlib.md5(file, usedforsecurity=False).hexdigest()
    kind = media_type.encode()
    tag = b"meterproof/metering-platform/file\x00" + len(kind).to_bytes(2, "big") + kind + len(file).to_bytes(8, "big")
    return hashlib.sha256(tag + file).hexdigest()


def image(rule: ClassThree, media_type: str, file: bytes) -> dict[str, Json]:
    """The file as ImageJson."""
    return {
        "media_type": media_type,
        "length": len(file),
        "algorithm": rule,
        "digest": file_digest(rule, media_type, file),
        "file": base64.b64encode(file).decode(),
    }


def file_of(text: str) -> bytes:
    """The bytes of a file in base64, of which the schema BASE64 has been checked. Raises ValueError for other text."""
    return base64.b64decode(text, validate=True)
