"""Uploaded files on disk: under random names, readable by the site's user only.

A file is written before its row is committed and removed after: files that no row names are
strays of a crash, swept later.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

_SUFFIX = ".sheet"
_HOUR_S = 3600


def keep_file(folder: Path, data: bytes) -> str:
    """Write an upload durably under a new name and return the name."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{uuid.uuid4().hex}{_SUFFIX}"
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return name


def read_file(folder: Path, name: str) -> bytes:
    """Return an upload; FileNotFoundError when it is gone."""
    return (folder / Path(name).name).read_bytes()


def drop_file(folder: Path, name: str) -> None:
    """Remove an upload; one that is gone already is fine."""
    if name:
        (folder / Path(name).name).unlink(missing_ok=True)


def sweep(folder: Path, known: Iterable[str], older_than_hours: float) -> int:
    """Remove uploads that nobody knows and that are older than that; return how many."""
    kept = set(known)
    before = time.time() - older_than_hours * _HOUR_S
    strays = [
        path
        for path in folder.glob(f"*{_SUFFIX}")
        if path.name not in kept and path.stat().st_mtime < before
    ]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
