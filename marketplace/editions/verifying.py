"""Whether a file is one of our editions': told by its SHA-256; pure but for the reading."""

from __future__ import annotations

import hashlib
import re
from typing import IO

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1024 * 1024


def read_digest(typed: str) -> str | None:
    """Return the SHA-256 somebody typed or pasted, in lower case; None when it is none.

    Spaces, a leading 'sha256' and the file name behind it, as `sha256sum` prints it, are fine.
    """
    text = typed.strip().lower().removeprefix("sha256").lstrip(":： ")
    found = re.match(r"[0-9a-f]{64}(?=\s|$)", text)
    if found:
        return found[0]
    joined = re.sub(r"\s", "", text)
    return joined if _DIGEST.fullmatch(joined) else None


def digest_of_stream(stream: IO[bytes]) -> str:
    """Return the SHA-256 (hex) of what a stream holds, read piece by piece."""
    digest = hashlib.sha256()
    while piece := stream.read(_CHUNK):
        digest.update(piece)
    return digest.hexdigest()
