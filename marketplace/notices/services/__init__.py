"""Verbs on notices, objections and appeals, for views and for the editions room.

Each runs inside the caller's transaction: it flushes, records and queues letters, and never
commits. The editions room uses `draft_edition_notice`, `publish_notice` and `cancel_notice`.
"""

from .appealing import decide_appeal, file_appeal
from .deciding import decide_objection
from .drafting import draft_edition_notice, draft_notice, edit_notice
from .handling import (
    add_finding,
    admit_objection,
    answer_objection,
    ask_company,
    refuse_objection,
    release_file,
)
from .identity import Identity, mark_verified, read_identity
from .objecting import file_objection
from .publishing import cancel_notice, end_due_notices, list_entries, publish_notice

__all__ = [
    "Identity",
    "add_finding",
    "admit_objection",
    "answer_objection",
    "ask_company",
    "cancel_notice",
    "decide_appeal",
    "decide_objection",
    "draft_edition_notice",
    "draft_notice",
    "edit_notice",
    "end_due_notices",
    "file_appeal",
    "file_objection",
    "list_entries",
    "mark_verified",
    "publish_notice",
    "read_identity",
    "refuse_objection",
    "release_file",
]
