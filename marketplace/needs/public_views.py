"""The public side: the list of needs, and one need as this reader may see it."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ..db import db, now
from ..permissions import PUBLIC, Viewer
from ..taxonomy.queries import Taxonomy, get_taxonomy
from ..web.addresses import known_args
from ..web.filters import beijing_today
from ..web.paging import asked_page, page_of_rows
from ..web.viewer import current_viewer
from .blueprint import room
from .lifecycle import NEED_LIFECYCLE, OPEN_STATES, STATES
from .models import Need
from .policy import (
    is_owner,
    may_edit,
    may_see_recommendations,
    may_set_disclosure,
    may_take,
    renewal_of,
)
from .progress import now_of, timeline_of
from .queries import (
    FACETS,
    NeedFilter,
    count_facets,
    get_shown_need,
    get_visible_need,
    is_listed_viewer,
    list_decisions,
    open_needs,
    shown_needs,
)
from .steps import flow_rules

PAGE_SIZE = 15
OWNER_ACTIONS = ("recall", "renew", "renew_internal", "withdraw")


def read_filter(args: MultiDict[str, str]) -> NeedFilter:
    """Return the filter an address asks for; unknown facets are ignored, codes kept short."""
    return NeedFilter(
        words=args.get("q", "").strip()[:120],
        chosen={
            facet: tuple(dict.fromkeys(code for code in args.getlist(facet) if 0 < len(code) <= 20))
            for facet in FACETS
            if args.getlist(facet)
        },
    )


@room.get("/needs/", permission=PUBLIC)
def browse() -> ResponseReturnValue:
    """Browse and search the open needs this reader may know of."""
    viewer, wanted = current_viewer(), read_filter(request.args)
    taxonomy = get_taxonomy(db.session)
    page = page_of_rows(
        db.session, open_needs(db.session, viewer, wanted, taxonomy), asked_page(), PAGE_SIZE
    )
    names = _facet_names(taxonomy)
    return render_template(
        "pages/needs/browse.html",
        wanted=wanted,
        page=page,
        needs=shown_needs(db.session, viewer, page.items),
        facets=_facets(count_facets(db.session, viewer, wanted, taxonomy), wanted, names),
        chips=[
            (names[facet].get(code, code), _without(facet, code))
            for facet, codes in wanted.chosen.items()
            for code in codes
        ],
        listed=is_listed_viewer(db.session, viewer),
        today=beijing_today(now()),
    )


def _facet_names(taxonomy: Taxonomy) -> dict[str, dict[str, str]]:
    return {
        "state": {code: str(STATES[code]) for code in OPEN_STATES},
        "stage": {item.id: item.name for item in taxonomy.stages.values()},
        "scene": {item.id: item.name for item in taxonomy.scenes.values()},
        "industry": {item.code: item.name for item in taxonomy.industries.values()},
    }


def _facets(
    counts: dict[str, dict[str, int]], wanted: NeedFilter, names: dict[str, dict[str, str]]
) -> list[dict[str, Any]]:
    titles = {
        "state": _("状态"),
        "stage": _("环节"),
        "scene": _("场景"),
        "industry": _("行业"),
    }
    shown = []
    for facet, title in titles.items():
        chosen = wanted.chosen.get(facet, ())
        options = [
            (code, name, counts[facet].get(code, 0), code in chosen)
            for code, name in names[facet].items()
            if counts[facet].get(code) or code in chosen
        ]
        shown.append(
            {
                "name": facet,
                "title": title,
                "options": options,
                "open": facet in {"state", "stage"} or bool(chosen),
            }
        )
    return shown


def _without(facet: str, code: str) -> str:
    """Return the address of this page without one chosen code."""
    args = known_args("q", *FACETS)
    args[facet] = [value for value in args.get(facet, []) if value != code]
    return url_for("needs.browse", **{key: value for key, value in args.items() if value})


@room.get("/needs/<number>", permission=PUBLIC)
def show(number: str) -> ResponseReturnValue:
    """Show one need, as much of it as this reader may see."""
    viewer = current_viewer()
    shown = get_shown_need(db.session, viewer, number)
    need = get_visible_need(db.session, viewer, number)
    taxonomy = get_taxonomy(db.session)
    return render_template(
        "pages/needs/show.html",
        need=shown,
        stages=[taxonomy.stages[code].name for code in shown.stages],
        recommendations_url=recommendations_url(viewer, need),
        today=beijing_today(now()),
        **_owners_part(viewer, need),
    )


def recommendations_url(viewer: Viewer, need: Need) -> str | None:
    """Return the address of the ranked providers, for those who may see them."""
    if "recommendations.show" not in current_app.view_functions:
        return None
    if need.state == "draft" or not may_see_recommendations(viewer, need):
        return None
    return url_for("recommendations.show", number=need.number)


def _owners_part(viewer: Viewer, need: Need) -> dict[str, Any]:
    """Return what only the owner's page has: whose turn it is, the timeline, the actions."""
    if not is_owner(viewer, need):
        desk = url_for("needs.triage", number=need.number)
        return {"mine": False, "desk_url": desk if viewer.may("unit:need:view") else None}
    today = beijing_today(now())
    decisions = list_decisions(db.session, need)
    flow = flow_rules(db.session, today)
    return {
        "mine": True,
        "now": now_of(need, decisions, flow, current_app.config["BUREAU_NAME"], today),
        "timeline": timeline_of(need, decisions),
        "editable": may_edit(viewer, need),
        "may_set_disclosure": may_set_disclosure(viewer, need),
        "actions": offered_actions(viewer, need, flow),
    }


def offered_actions(viewer: Viewer, need: Need, flow: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the owner's transitions as (name, label), leaving out a renewal that is not due."""
    today = beijing_today(now())
    left = (need.valid_until - today).days if need.valid_until else 0
    renewable = need.renewals < flow["renewals"] and left <= flow["renew_within_days"]
    labels = {
        "recall": _("收回修改"),
        "renew": _("续期"),
        "renew_internal": _("续期"),
        "withdraw": _("撤回需求"),
    }
    return [
        (name, labels[name])
        for name in OWNER_ACTIONS
        if may_take(viewer, need, name)
        and need.state in NEED_LIFECYCLE.transition(name).sources
        and (not name.startswith("renew") or (renewable and name == renewal_of(need)))
    ]
