"""The queue of the region: tabs by state, filters, and what is done with many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..applications.lifecycle import STATES, TONES
from ..applications.models import Application
from ..calls.tabs import vetting_tabs
from ..catalogue.shown import tier_names
from ..db import db, now
from ..errors import InvalidInput
from ..permissions import Viewer
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from ..web.paging import asked_page, page_of_rows
from ..web.viewer import current_viewer
from .batches import assign_all, pass_all
from .blueprint import room
from .progress import due_of, waited_days
from .queries import (
    CLEAR,
    DeskFilter,
    clear_ids,
    count_desk_states,
    count_outcomes,
    desk_applications,
    find_cases,
    list_desk_calls,
    list_handlers,
)
from .shown import KINDS

ALWAYS = ("formal_review", CLEAR, "supplement", "expert_review", "all")
"""Tabs that stand there even when nothing is behind them."""
MOST_AT_ONCE = 100


@room.get("/desk/applications/", permission="unit:application:view")
def desk() -> ResponseReturnValue:
    """Show the queue of the region, the earliest due first."""
    viewer, today = current_viewer(), beijing_today(now())
    tab, wanted = _asked()
    page = page_of_rows(db.session, desk_applications(viewer, wanted), asked_page(), 30)
    counts = count_desk_states(db.session, viewer)
    return render_template(
        "pages/formal_review/desk.html",
        page=page,
        rows=_rows(page.items, today),
        tabs=vetting_tabs("applications"),
        states=_tabs(tab, counts),
        tab=tab,
        wanted=wanted,
        narrowed=bool(wanted.words or wanted.call_id or wanted.track or wanted.handler),
        calls=[(call.id, call.batch or call.title) for call in list_desk_calls(db.session, viewer)],
        tracks=("综合", "专业", "产品", "OPC"),
        handlers=_handlers(viewer),
        may_review=viewer.may("unit:application:review"),
        total=sum(count for state, count in counts.items() if state != CLEAR),
    )


def _asked() -> tuple[str, DeskFilter]:
    tab = request.args.get("state", "formal_review")
    if tab not in {*STATES, CLEAR, "all"} or tab == "draft":
        tab = "formal_review"
    call = request.args.get("call", "")
    return tab, DeskFilter(
        states=() if tab == "all" else (tab,),
        words=" ".join(request.args.get("q", "").split())[:60],
        call_id=int(call) if call.isascii() and call.isdigit() and len(call) < 10 else None,
        track=request.args.get("track", "")[:20],
        handler=request.args.get("handler", "")[:10],
    )


def _tabs(current: str, counts: dict[str, int]) -> list[tuple[str, int, str, bool, str | None]]:
    names = {"formal_review": str(STATES["formal_review"]), CLEAR: _("可以放行")}
    names |= {code: str(name) for code, name in STATES.items() if code != "draft"}
    counts = {**counts, "all": sum(n for code, n in counts.items() if code != CLEAR)}
    kept = request.args.to_dict()
    kept.pop("page", None)
    return [
        (
            name,
            counts.get(code, 0),
            url_for("formal_review.desk", **{**kept, "state": code}),
            code == current,
            "check2-circle" if code == CLEAR else None,
        )
        for code, name in {**names, "all": _("全部")}.items()
        if counts.get(code) or code in ALWAYS or code == current
    ]


def _rows(applications: Sequence[Application], today: date) -> list[dict[str, Any]]:
    ids = [item.id for item in applications]
    outcomes, clear = count_outcomes(db.session, ids), clear_ids(db.session, ids)
    names = tier_names(get_rules(db.session, "tiers", today).body)
    return [
        {
            "number": item.number,
            "version": item.version,
            "name": item.organisation.name,
            "uscc": item.organisation.uscc,
            "batch": item.call.batch or item.call.title,
            "track": item.track,
            "kind": KINDS[item.kind],
            "tier": (item.asked_tier, names[item.asked_tier]) if item.asked_tier in names else None,
            "state": (str(STATES[item.state]), TONES[item.state]),
            "is_clear": item.id in clear,
            "outcomes": outcomes.get(item.id, {}) if item.state == "formal_review" else {},
            "due": due_of(item.due_on, today),
            "waited": waited_days(item.submitted_at, today),
            "handler": item.handler.display_name if item.handler else "",
        }
        for item in applications
    ]


def _handlers(viewer: Viewer) -> list[tuple[int, str]]:
    if not viewer.may("unit:application:review") or viewer.region_prefix is None:
        return []
    people = list_handlers(db.session, viewer.region_prefix.ljust(6, "0"))
    return [(user.id, user.display_name) for user in people]


@room.post("/desk/applications/batch", permission="unit:application:review")
def batch() -> ResponseReturnValue:
    """Assign or pass the ticked applications, and tell of each how it went."""
    viewer = current_viewer()
    numbers = request.form.getlist("number")[:MOST_AT_ONCE]
    applications = find_cases(db.session, viewer, numbers)
    action = request.form.get("action", "")
    if not applications:
        raise InvalidInput("没有勾选申请。", "没有任何申请被改动。", "请先勾选要办理的申请。")
    if action == "pass":
        title, results = _("批量放行"), pass_all(db.session, viewer, applications)
    elif action == "assign":
        chosen = request.form.get("handler", "")
        if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 10):
            raise InvalidInput("没有选择经手人。", "没有任何申请被改动。", "请选择后再办理。")
        title = _("批量分办")
        results = assign_all(db.session, viewer, applications, int(chosen))
    else:
        raise InvalidInput("没有选定要办理的事项。", "没有任何申请被改动。")
    return render_template(
        "pages/formal_review/batch.html",
        title=title,
        results=results,
        done=sum(result.done for result in results),
    )
