"""The workbench's table of calls by the state of their applications, ready for the template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ..applications.lifecycle import STATES
from ..web.filters import show_date, show_moment
from .vetting_queries import RUNNING, CallProgress

MOST_CALLS = 8
STEPS = (
    ("formal_review", ("formal_review",)),
    ("supplement", ("supplement",)),
    ("expert_review", ("expert_review",)),
    ("agreed", ("agreed", "site_check")),
    ("proposed", ("proposed",)),
    ("approved", ("approved",)),
    ("notice", ("notice",)),
    ("listed", ("listed",)),
    ("not_listed", ("not_listed", "rejected")),
    ("withdrawn", ("withdrawn",)),
)
"""The columns: the state that names each, and the states counted in it."""

STEP_NAMES = {
    **STATES,
    "agreed": lazy_gettext("待定级"),
    "proposed": lazy_gettext("待核准"),
    "not_listed": lazy_gettext("未入库"),
}


def show_calls(calls: Sequence[CallProgress]) -> dict[str, Any]:
    """Return heads and rows of the table of calls."""
    heads = [_("收件"), *(str(STEP_NAMES[code]) for code, _states in STEPS)]
    return {"heads": heads, "rows": [_row(item) for item in calls]}


def _row(item: CallProgress) -> dict[str, Any]:
    desk = url_for("formal_review.desk", call=item.row.id)
    cells: list[tuple[int, str | None, int]] = [(sum(item.states.values()), desk, 0)]
    busiest = (0, None)
    for place, (code, states) in enumerate(STEPS, 1):
        number = sum(item.states.get(state, 0) for state in states)
        late = sum(item.late.get(state, 0) for state in states)
        running = code not in {"listed", "not_listed", "withdrawn"}
        cells.append(
            (
                number,
                url_for("formal_review.desk", call=item.row.id, state=code),
                late if running else 0,
            )
        )
        if running and number > busiest[0]:
            busiest = (number, place)
    return {
        "label": item.row.batch or item.row.title,
        "url": url_for("applications.call", call_id=item.row.id),
        "cells": cells,
        "now": busiest[1],
        "next": _next(item),
    }


def _next(item: CallProgress) -> str:
    call = item.row
    before_notice = sum(item.states.get(state, 0) for state in RUNNING if state != "notice")
    if call.state == "planned":
        return _("%(at)s开始受理", at=show_moment(call.opens_at))
    if call.state == "open":
        return _("%(at)s截止", at=show_moment(call.closes_at))
    if call.state == "notice" and not before_notice:
        return _("公示期满，逐家定去向")
    if call.review_by and call.state != "listed":
        return _("%(day)s前完成评审", day=show_date(call.review_by))
    if call.state == "listed":
        return _("已全部办结")
    return _("评审中")
