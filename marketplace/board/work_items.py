"""The row of the workbench's queue that every kind of work becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _


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


def to_decide(day: date, title: str, task: str, url: str) -> WorkItem:
    """Return the row of a proposal that waits for a second person since a day."""
    return WorkItem(
        kind="decisions",
        due=day,
        since=day,
        title=title,
        note=_("已提请核准"),
        task=task,
        action=_("去核准"),
        url=url,
    )
