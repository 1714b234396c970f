"""The files of published editions on disk, under random names, made once and never changed."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

from .models import EditionFile


def keep_file(folder: Path, kind: str, data: bytes) -> str:
    """Write a file durably under a new name and return the name."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{uuid.uuid4().hex}.{kind}"
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return name


def read_file(folder: Path, name: str) -> bytes:
    """Return a file; FileNotFoundError when it is gone."""
    return (folder / Path(name).name).read_bytes()


def state_of(folder: Path, file: EditionFile) -> str:
    """Return how a file on disk stands to its record: same | differs | missing."""
    try:
        data = read_file(folder, file.stored_as)
    except OSError:
        return "missing"
    return "same" if hashlib.sha256(data).hexdigest() == file.sha256 else "differs"
