"""What the workbench shows: plain values made from what was read, ready for the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ..needs.lifecycle import STATES
from ..taxonomy.queries import Taxonomy
from ..web.filters import show_date
from .overview import Event, Gap, ListProgress, pace_of
from .work import Rulebook, Work, late_by
from .work_items import WorkItem

MOST_SHOWN = 40
KIND_NAMES = {
    "needs": lazy_gettext("需求"),
    "imports": lazy_gettext("导入"),
    "lists": lazy_gettext("清单"),
    "listings": lazy_gettext("入库到期"),
    "applications": lazy_gettext("入库评审"),
    "notices": lazy_gettext("公示"),
    "objections": lazy_gettext("异议与申诉"),
    "decisions": lazy_gettext("核准"),
}
DESKS = {
    "needs": "needs.desk",
    "imports": "needlists.imports",
    "lists": "needlists.desk",
    "listings": "catalogue.desk",
    "applications": "formal_review.desk",
    "notices": "notices.desk",
    "objections": "notices.desk",
    "decisions": "listings.decisions",
}
OUTSIDE = {
    "supplements": (lazy_gettext("企业补正"), "formal_review.desk", {"state": "supplement"}),
    "scores": (lazy_gettext("专家评分"), "formal_review.desk", {"state": "expert_review"}),
}
"""What providers and experts owe us: its name, and where all of it stands."""

STEPS = (
    ("accepted", ("accepted",)),
    ("published", ("published",)),
    ("internal", ("internal",)),
    ("engagement", ("matching", "engagement")),
    ("contracted", ("contracted", "delivered", "verified", "reviewed")),
    ("no_provider", ("no_provider",)),
    ("returned", ("returned", "diagnosis")),
    ("withdrawn", ("withdrawn", "expired", "merged")),
)
"""The columns of the matrix: the state that names each, and the states counted in it."""

STEP_NAMES = {
    **STATES,
    "accepted": lazy_gettext("待发布"),
    "engagement": lazy_gettext("对接中"),
    "no_provider": lazy_gettext("无合适服务商"),
    "returned": lazy_gettext("退回或诊断"),
    "withdrawn": lazy_gettext("撤回或到期"),
}


def show_stats(work: Work, gaps: Sequence[Gap], rules: Rulebook) -> list[dict[str, Any]]:
    """Return the counts on top, each with what it counts and where to see it."""
    mine, first = work.total, next(iter(work.items), None)
    late, due = mine.overdue, mine.today
    kinds = [(KIND_NAMES[kind], tally.total) for kind, tally in work.tallies.items() if tally.total]
    others = [
        (_("企业补充"), work.returned.total),
        (_("待审核发布"), work.to_publish),
        *((str(OUTSIDE[key][0]), total) for key, (total, _late) in work.outside.items()),
    ]
    longest = _("最久超%(n)s个工作日", n=late_by(first, rules.today)) if late and first else ""
    floor = rules.desk["supply_floor"]
    return [
        _stat(mine.total, _("等我处理"), _parts(kinds) or _("没有待办"), "h-queue"),
        _stat(late, _("已超期"), longest or _("都在期限内"), "queue-over", "bad"),
        _stat(due, _("今天到期"), _("下班前办结") if due else _("没有"), "queue-today", "warn"),
        _stat(
            sum(number for _name, number in others),
            _("等对方"),
            _parts(others) or _("没有"),
            "h-waiting",
        ),
        _stat(len(gaps), _("供给不足"), _("有需求、在库不足%(n)s家的场景", n=floor), "h-gaps"),
    ]


def _stat(number: int, label: str, note: str, anchor: str, tone: str = "") -> dict[str, Any]:
    return {
        "number": number,
        "label": label,
        "note": note,
        "url": url_for("board.workbench", _anchor=anchor) if number else None,
        "tone": tone if number else "",
    }


def _parts(counts: Iterable[tuple[Any, int]]) -> str:
    return _("、").join(f"{name}{number}" for name, number in counts if number)


def show_kinds(work: Work, current: str) -> list[tuple[str, str, bool]]:
    """Return (name, address, chosen) of each kind of thing the queue can be narrowed to."""
    names = [
        (str(KIND_NAMES[kind]), url_for("board.workbench", kind=kind), kind == current)
        for kind in work.tallies
    ]
    return [(_("全部"), url_for("board.workbench"), not current), *names]


def show_groups(items: Sequence[WorkItem], today: date) -> list[dict[str, Any]]:
    """Return the rows by due day: what is late, ends today, this week, next week, and later."""
    sunday = today + timedelta(days=6 - today.weekday())
    next_sunday = sunday + timedelta(days=7)
    late = [
        _row(item, today, "over", _("超%(n)s个工作日", n=late_by(item, today)))
        for item in items
        if item.due < today
    ]
    due = [_row(item, today, "today", _("今天")) for item in items if item.due == today]
    spans = (
        (_("本周其余"), today, sunday),
        (_("下周"), sunday, next_sunday),
        (_("以后"), next_sunday, date.max),
    )
    return [
        {"title": _("已超期"), "tone": "bad", "id": "queue-over", "rows": late},
        {"title": _("今天到期"), "tone": "warn", "id": "queue-today", "rows": due},
        *(
            {
                "title": title,
                "rows": [_row(item, today) for item in items if low < item.due <= high],
            }
            for title, low, high in spans
        ),
    ]


def _row(item: WorkItem, today: date, state: str = "", note: str = "") -> dict[str, Any]:
    day = f"{item.due:%m-%d}" if item.due.year == today.year else show_date(item.due)
    waited = _("%(n)s天", n=(today - item.since).days) if item.since else "—"
    return {
        "due": (day, note, state),
        "title": item.title,
        "url": item.url,
        "note": item.note,
        "task": item.task,
        "waited": waited,
        "action": item.action,
    }


def show_more(work: Work, wanted: Sequence[WorkItem], kind: str) -> list[tuple[str, str]]:
    """Return (words, address) of the full lists when not everything fits the queue."""
    total = work.tallies[kind].total if kind else work.total.total
    if total <= min(len(wanted), MOST_SHOWN):
        return []
    return [
        (_("%(kind)s共%(n)s件", kind=str(KIND_NAMES[key]), n=tally.total), url_for(DESKS[key]))
        for key, tally in work.tallies.items()
        if tally.total and kind in ("", key)
    ]


def show_waiting(work: Work) -> list[tuple[str, str, str]]:
    """Return (what, how it stands, address) of what others must do first."""
    rows: list[tuple[str, str, str]] = []
    if work.returned.total:
        late = work.returned.overdue
        text = _("%(n)s条，均在期限内", n=work.returned.total)
        if late:
            text = _("%(n)s条，%(late)s条逾期未回，可转专家诊断", n=work.returned.total, late=late)
        rows.append((_("企业补充"), text, url_for("needs.desk", state="returned")))
    if work.to_publish:
        text = _("%(n)s份清单已列好，等审核人发布", n=work.to_publish)
        rows.append((_("发布清单"), text, url_for("needlists.desk", state="draft")))
    for key, (total, late) in work.outside.items():
        name, endpoint, values = OUTSIDE[key]
        text = _("%(n)s件，均在期限内", n=total)
        if late:
            text = _("%(n)s件，%(late)s件逾期未回", n=total, late=late)
        if total:
            rows.append((str(name), text, url_for(endpoint, **values)))
    return rows


def show_ending(work: Work, today: date) -> list[tuple[str, str, str]]:
    """Return (name, until when, address) of the listings that end first."""
    return [
        (
            provider.organisation.name,
            _("%(day)s到期，还有%(n)s天", day=listing.valid_to, n=(listing.valid_to - today).days),
            url_for("catalogue.show", provider_id=provider.id),
        )
        for provider, listing in work.ending[:5]
    ]


def show_paces(events: Sequence[Event], rules: Rulebook) -> list[tuple[Any, ...]]:
    """Return (label, median, promised, unit, note) of each step that happened lately."""
    steps = (
        (_("需求审核"), "received", "decided", "review_days"),
        (_("受理到发布"), "decided", "opened", "publish_days"),
    )
    shown = []
    for label, start, end, promise in steps:
        pace = pace_of(events, start, end, rules.today)
        if pace is None:
            continue
        promised = rules.flow[promise]
        days = int(pace.days) if pace.days == int(pace.days) else pace.days
        note = _("超承诺，%(n)s件", n=pace.cases) if days > promised else ""
        shown.append((label, days, promised, _("日"), note))
    return shown


def show_gap(gap: Gap, taxonomy: Taxonomy) -> tuple[str, str, str]:
    """Return (scene, how much is wanted and listed, address of who is listed)."""
    text = _("需求%(n)s条，在库%(m)s家", n=gap.needs, m=gap.providers)
    url = url_for("catalogue.browse", scene=gap.scene_id)
    return taxonomy.scene_name(gap.scene_id), text, url


def show_matrix(lists: Sequence[ListProgress]) -> dict[str, Any]:
    """Return heads and rows of the table of lists by state."""
    heads = [_("条数"), *(str(STEP_NAMES[code]) for code, _states in STEPS)]
    return {"heads": heads, "rows": [_progress(item) for item in lists]}


def _progress(item: ListProgress) -> dict[str, Any]:
    numbers = [sum(item.states.get(state, 0) for state in states) for _code, states in STEPS]
    is_draft = item.row.state == "draft"
    cells = [(sum(item.states.values()), None, 0)]
    cells += [
        (number, None, item.late if code == "accepted" else 0)
        for (code, _states), number in zip(STEPS, numbers, strict=True)
    ]
    ends = _("有效期至%(day)s", day=item.row.valid_to) if item.row.valid_to else _("已发布")
    return {
        "label": item.row.title,
        "url": url_for("needlists.edit", list_id=item.row.id),
        "cells": cells,
        "now": 1 if is_draft else 2,
        "next": _("拟稿，待发布") if is_draft else ends,
    }
