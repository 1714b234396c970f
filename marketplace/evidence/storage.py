"""Files on disk: under random names, durable, readable by the site's user only.

A file is written before its row is committed and removed after its row is gone: what no row
names is the stray of a crash or of a refusal, swept later.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from ..errors import Unavailable
from .models import EvidenceFile

_SUFFIX = ".evidence"
_HOUR_S = 3600


def keep_bytes(folder: Path, data: bytes) -> str:
    """Write a file durably under a new name and return the name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{uuid.uuid4().hex}{_SUFFIX}"
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(folder)
    return name


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_evidence(folder: Path, file: EvidenceFile) -> bytes:
    """Return the bytes handed in; Unavailable when they are gone or are not those any more."""
    try:
        data = (folder / Path(file.stored_as).name).read_bytes()
    except OSError as error:
        raise Unavailable(
            "这个文件暂时读不出来。", "材料的记录还在。", "请联系技术支持，并告知材料所在的编号。"
        ) from error
    if sha256(data).hexdigest() != file.sha256:
        raise Unavailable(
            "这个文件与提交时的校验值不一致，已停止下载。",
            "材料的记录还在。",
            "请联系技术支持，并告知材料所在的编号。",
        )
    return data


def drop_file(folder: Path, name: str) -> None:
    """Remove a file; one that is gone already is fine."""
    if name:
        (folder / Path(name).name).unlink(missing_ok=True)


def sweep_strays(folder: Path, known: Iterable[str], older_than_hours: float) -> int:
    """Remove files that no row names and that are older than that; return how many."""
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
