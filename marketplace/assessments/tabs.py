"""The steps of expert review as tabs over one application: panel, agreement, tier."""

from __future__ import annotations

from flask import current_app, url_for
from flask_babel import gettext as _

from ..applications.models import Application


def review_steps(application: Application, current: str) -> list[tuple[str, str, bool]]:
    """Return (word, address, is it this page) for `seg_nav`; the case itself comes first."""
    steps = (
        ("case", _("申请与形式审查"), "formal_review.case"),
        ("panel", _("专家与核查"), "assessments.panel"),
        ("agreement", _("合议"), "assessments.agreement"),
        ("proposal", _("拟定等级"), "assessments.proposal"),
    )
    return [
        (word, url_for(endpoint, number=application.number), key == current)
        for key, word, endpoint in steps
        if endpoint in current_app.view_functions
    ]
