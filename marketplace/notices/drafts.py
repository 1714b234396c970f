"""What people hand to the services of the room, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One provider of a notice that has no application behind it: a row of an edition."""

    provider_id: int
    name: str
    uscc: str = ""
    track: str = ""
    tier: str = ""


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """The head of a notice, and the applications chosen for its list."""

    title: str
    text: str = ""
    contact: str = ""
    working_days: int = 5
    application_ids: tuple[int, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class ObjectionDraft:
    """An objection as it comes in: who (confidential), in which standing, what."""

    standing: str
    name: str
    contact: str
    text: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes in: its name and its bytes."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FileStore:
    """Where files handed in are kept, and the setting SCANNER that looks them over."""

    folder: Path
    scanner: str
