"""Which steps an edition cannot take now, and why, in words for its page; pure."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from .models import Edition
from .preflight import Check
from .queries import NoticeStanding

BEFORE_NOTICE = frozenset({"rows", "standing", "glyphs", "statement", "masked"})
"""Checks that must hold before a notice already: the notice would publish what fails them."""
_OWN_FIELD = "number"
"""What one types on the very form; missing, it blocks nothing before it is sent."""


def faults_before_notice(checks: Sequence[Check]) -> str:
    """Return what keeps a frozen edition from its notice; empty when nothing does."""
    return "；".join(item.text for item in checks if not item.ok and item.code in BEFORE_NOTICE)


def blocked_steps(
    edition: Edition, standing: NoticeStanding, checks: Sequence[Check]
) -> dict[str, str]:
    """Return by step why it cannot be taken; steps that can are left out."""
    reasons: dict[str, str] = {}
    if edition.state == "draft" and any(not item.ok for item in checks if item.code == "rows"):
        reasons["freeze"] = _("现在没有可以收录的服务商")
    if edition.state == "frozen" and (why := faults_before_notice(checks)):
        reasons["put_on_notice"] = why
    if edition.state == "notice":
        if standing.state in {"draft", "published"}:
            reasons["take_off_notice"] = _("公示还没有结束，先取消公示或待期满")
        why = "；".join(item.text for item in checks if not item.ok and item.code != _OWN_FIELD)
        if why:
            reasons["publish"] = why
    return reasons
