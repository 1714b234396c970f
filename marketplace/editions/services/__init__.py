"""Verbs on editions: drafting and freezing, notice, publication and addenda.

Every verb runs inside the caller's transaction: it flushes, records, and never commits.
"""

from .drafting import draft_edition, freeze_edition, leave_out, take_in, unfreeze_edition
from .noticing import put_on_notice, take_off_notice
from .publishing import add_addendum, publish_edition

__all__ = [
    "add_addendum",
    "draft_edition",
    "freeze_edition",
    "leave_out",
    "publish_edition",
    "put_on_notice",
    "take_in",
    "take_off_notice",
    "unfreeze_edition",
]
