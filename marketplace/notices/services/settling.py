"""What becomes of an entry once the last objection to it is decided."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from ...db import now
from ...lifecycle import take_step
from ..lifecycle import ENTRY_LIFECYCLE
from ..models import NoticeEntry, Objection
from ..queries import count_open_objections


def settle_entries(session: Session, entries: Sequence[NoticeEntry]) -> None:
    """Settle those of an ended notice that nothing holds up; who withdrew meanwhile leaves it."""
    held = count_open_objections(session, [entry.id for entry in entries])
    for entry in entries:
        if entry.state != "open" or entry.id in held:
            continue
        if entry.application is not None and entry.application.state != "notice":
            take_step(session, ENTRY_LIFECYCLE, entry, "leave_out", settled_at=now())
        else:
            take_step(session, ENTRY_LIFECYCLE, entry, "settle")


def settle_after(session: Session, objection: Objection) -> None:
    """Settle the entry of an objection just decided, if the period is over."""
    if objection.entry.notice.state == "ended":
        settle_entries(session, [objection.entry])
