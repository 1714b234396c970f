"""Tells one matcher from another, by which a saved run knows what computed it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from ..matching.weights import WEIGHTS_DIR
from .pool_files import reading_sum

# Beside what reads: how results are put together, kept and computed again.
_CODE = ("kept.py", "replaying.py", "services.py")


@lru_cache(maxsize=1)
def matcher_sum() -> str:
    """Give what changes when a run might come out otherwise: what reads, shipped weights, the compiler."""
    found = hashlib.sha256(reading_sum().encode())
    here = Path(__file__).parent
    for path in (*(here / name for name in _CODE), *sorted(WEIGHTS_DIR.glob("*.json"))):
        found.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    for package in ("numba", "llvmlite"):
        found.update(f"{package} {version(package)}".encode())
    return found.hexdigest()
