"""The tabs of the work side's 入库与评价: applications, calls, the expert pool."""

from __future__ import annotations

from flask import current_app, url_for
from flask_babel import gettext as _


def vetting_tabs(current: str) -> list[tuple[str, str, bool]]:
    """Return (word, address, is it this page) for `vetting_tabs` of components/vetting.html.

    `current` is `applications`, `calls` or `experts`; tabs whose page is not there are left out.
    """
    tabs = (
        ("applications", _("申请"), "formal_review.desk"),
        ("calls", _("征集"), "calls.desk"),
        ("experts", _("专家库"), "assessments.experts"),
    )
    return [
        (word, url_for(endpoint), key == current)
        for key, word, endpoint in tabs
        if endpoint in current_app.view_functions
    ]
