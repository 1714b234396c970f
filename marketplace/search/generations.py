"""Whole states of the index on disk: each in its own directory, one of them current.

A generation is built in a directory nobody reads, made durable, sealed with a manifest of
sha256 sums, renamed, and made current by replacing the small file ``CURRENT``. Killing the
writer at any point leaves the old generation current and at most rubbish beside it, which
the next writer sweeps away. A generation never changes; its files may be hard links to
those of the one before, so a small change writes little.

Knows files and nothing of what is in them. Anything unexpected is ``IndexUnavailable``.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from marketplace.search.errors import IndexBusy, IndexUnavailable

FORMAT = 3
MANIFEST = "MANIFEST.json"
CURRENT = "CURRENT"
_LOCK = "write.lock"
_BUILDING = "building-"
_NAME = re.compile(r"g(\d{9})-[0-9a-f]{8}")
_POINTER = re.compile(rf"({_NAME.pattern}) ([0-9a-f]{{64}})\n")
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Generation:
    """A state of the index that has been published."""

    name: str
    documents: int
    built_at: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """A generation as found on disk: where it is and what its manifest says."""

    name: str
    directory: Path
    content: dict[str, Any]
    files: dict[str, tuple[int, str]]
    built_at: datetime


class Checksums:
    """Remembers the sums of files already read, so that linked files are read once.

    A file is the same while its device, inode, size and modification time are.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, int, int], str] = {}

    def of(self, path: Path) -> tuple[int, str]:
        """Give the size in bytes and the sha256 of a file."""
        stat = path.stat()
        key = (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)
        if (known := self._known.get(key)) is None:
            with path.open("rb") as file:
                known = hashlib.file_digest(file, "sha256").hexdigest()
            self._known[key] = known
        return stat.st_size, known

    def keep_only(self, paths: list[Path]) -> None:
        """Forget all files but these."""
        keys = set()
        for path in paths:
            stat = path.stat()
            keys.add((stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns))
        self._known = {key: known for key, known in self._known.items() if key in keys}


@contextlib.contextmanager
def write_lock(root: Path, timeout_seconds: float) -> Iterator[None]:
    """Hold the right to write; the kernel takes it back when the process dies.

    Raises ``IndexBusy`` when another holder keeps it for longer than the timeout.
    """
    root.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + timeout_seconds
    with (root / _LOCK).open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise
                if time.monotonic() >= deadline:
                    raise IndexBusy("another process is writing the index") from error
                time.sleep(_POLL_SECONDS)
        yield


def pointer_stamp(pointer: str) -> tuple[int, int, int]:
    """Tell cheaply whether ``CURRENT``, given by its path, is still the same file."""
    try:
        stat = os.stat(pointer)
    except OSError as error:
        raise IndexUnavailable("no index has been built") from error
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def load_current(root: Path) -> Stored:
    """Read what is current; the files named in its manifest are not checked yet."""
    try:
        pointer = (root / CURRENT).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise IndexUnavailable("no index has been built") from error
    match = _POINTER.fullmatch(pointer)
    if match is None:
        raise IndexUnavailable("CURRENT is damaged")
    name, digest = match[1], match[3]
    directory = root / name
    try:
        raw = (directory / MANIFEST).read_bytes()
    except OSError as error:
        raise IndexUnavailable(f"generation {name} has no manifest") from error
    if hashlib.sha256(raw).hexdigest() != digest:
        raise IndexUnavailable(f"the manifest of {name} does not match CURRENT")
    try:
        data = json.loads(raw)
        if data["format"] != FORMAT:
            raise IndexUnavailable(f"generation {name} has another format")
        files = {path: (size, sha) for path, (size, sha) in data["files"].items()}
        built_at = datetime.fromisoformat(data["built_at"])
        return Stored(name, directory, data["content"], files, built_at)
    except (KeyError, TypeError, ValueError) as error:
        raise IndexUnavailable(f"the manifest of {name} is of another make") from error


def check_files(stored: Stored, checksums: Checksums) -> None:
    """Compare every file of a generation with its manifest."""
    try:
        found = {str(path.relative_to(stored.directory)): path for path in _files(stored.directory)}
        found.pop(MANIFEST, None)
        if found.keys() != stored.files.keys():
            raise IndexUnavailable(f"files of {stored.name} are missing or foreign")
        for name, path in found.items():
            if checksums.of(path) != stored.files[name]:
                raise IndexUnavailable(f"{name} of {stored.name} does not match the manifest")
    except OSError as error:
        raise IndexUnavailable(f"generation {stored.name} cannot be read") from error
    checksums.keep_only(list(found.values()))


@contextlib.contextmanager
def building(root: Path, base: Stored | None = None) -> Iterator[Path]:
    """Make the directory of a generation to be, holding the files of a base as links.

    What has not been published at the end is removed. The caller holds the write lock.
    """
    directory = root / f"{_BUILDING}{secrets.token_hex(4)}"
    directory.mkdir()
    try:
        if base is not None:
            for name in base.files:
                target = directory / name
                target.parent.mkdir(parents=True, exist_ok=True)
                _link(base.directory / name, target)
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def publish(
    root: Path, unsealed: Path, content: dict[str, Any], base: Stored | None, checksums: Checksums
) -> Stored:
    """Seal a finished directory and make it current; the caller holds the write lock.

    ``base`` is the generation whose files were linked, which are durable already.
    """
    durable = base.files if base else {}
    files: dict[str, tuple[int, str]] = {}
    for path in _files(unsealed):
        name = str(path.relative_to(unsealed))
        files[name] = checksums.of(path)
        if durable.get(name) != files[name]:
            _sync(path)
    built_at = datetime.now(UTC)
    name = _next_name(root)
    manifest = {
        "format": FORMAT,
        "generation": name,
        "built_at": built_at.isoformat(),
        "content": content,
        "files": dict(sorted(files.items())),
    }
    raw = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    _write(unsealed / MANIFEST, raw)
    for directory in [unsealed, *(path for path in unsealed.rglob("*") if path.is_dir())]:
        _sync(directory)
    unsealed.rename(root / name)
    _sync(root)
    _retire(root)
    _point(root, f"{name} {hashlib.sha256(raw).hexdigest()}\n")
    return Stored(name, root / name, content, files, built_at)


def sweep(root: Path, grace_seconds: float) -> list[str]:
    """Remove what no reader needs any more; the caller holds the write lock.

    Unfinished directories go at once, for only a dead writer can have left them. A former
    generation goes when its grace is over: until then a reader may be about to open it.
    Who has it open keeps the files, removed or not.
    """
    try:
        current = load_current(root).name
    except IndexUnavailable:
        current = ""
    removed = []
    for path in sorted(root.iterdir()):
        unfinished = path.name.startswith((_BUILDING, f"{CURRENT}."))
        former = _NAME.fullmatch(path.name) is not None and path.name != current
        if unfinished or (former and time.time() - path.stat().st_mtime > grace_seconds):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            removed.append(path.name)
    return removed


def _next_name(root: Path) -> str:
    numbers = [int(match[1]) for path in root.iterdir() if (match := _NAME.fullmatch(path.name))]
    return f"g{max(numbers, default=0) + 1:09d}-{secrets.token_hex(4)}"


def _retire(root: Path) -> None:
    """Stamp the generation that is about to become a former one; its grace starts now."""
    with contextlib.suppress(IndexUnavailable, OSError):
        os.utime(load_current(root).directory)


def _point(root: Path, text: str) -> None:
    """Replace ``CURRENT`` in one step."""
    fresh = root / f"{CURRENT}.{secrets.token_hex(4)}"
    _write(fresh, text.encode("ascii"))
    fresh.replace(root / CURRENT)
    _sync(root)


def _write(path: Path, raw: bytes) -> None:
    with path.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


def _link(source: Path, target: Path) -> None:
    """Link a file, or copy it where the file system has no links."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)
        _sync(target)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
