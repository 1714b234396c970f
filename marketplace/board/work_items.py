"""The row of the workbench's queue that every kind of work becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One row of the queue; `since` is None for what comes round by itself."""

    kind: str
    due: date
    since: date | None
    title: str
    note: str
    task: str
    action: str
    url: str
