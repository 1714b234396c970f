"""The workbench: what waits, since when, and until when; counts one can follow."""

from __future__ import annotations

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ..accounts.models import Unit
from ..db import db, now
from ..permissions import CLERK, CURATOR, REVIEWER, ROLE_NAMES, Viewer
from ..taxonomy.queries import get_taxonomy
from ..web.filters import beijing_today, show_long_date
from ..web.viewer import current_viewer
from .blueprint import room
from .overview import PACE_DAYS, count_by_week, first_week, list_events, list_gaps, list_progress
from .shown import (
    MOST_SHOWN,
    show_ending,
    show_gap,
    show_groups,
    show_kinds,
    show_matrix,
    show_more,
    show_paces,
    show_stats,
    show_waiting,
)
from .vetting_queries import call_progress
from .vetting_shown import MOST_CALLS, show_calls
from .work import gather_work, get_rulebook

MOST_GAPS = 6
WEEKDAYS = (
    lazy_gettext("星期一"),
    lazy_gettext("星期二"),
    lazy_gettext("星期三"),
    lazy_gettext("星期四"),
    lazy_gettext("星期五"),
    lazy_gettext("星期六"),
    lazy_gettext("星期日"),
)


@room.get("/desk/", permission="unit:workbench:view")
def workbench() -> ResponseReturnValue:
    """Show what waits for this person, what is late, and how the whole stands."""
    viewer, today = current_viewer(), beijing_today(now())
    rules, taxonomy = get_rulebook(db.session, today), get_taxonomy(db.session)
    work = gather_work(db.session, viewer, rules, taxonomy)
    gaps = list_gaps(db.session, viewer, today, rules.desk["supply_floor"])
    events = list_events(db.session, viewer, first_week(today))
    kind = request.args.get("kind", "")
    kind = kind if kind in work.tallies else ""
    wanted = [item for item in work.items if kind in ("", item.kind)]
    total = work.tallies[kind].total if kind else work.total.total
    return render_template(
        "pages/board/workbench.html",
        who=_who(viewer),
        day=_day(today),
        stats=show_stats(work, gaps, rules),
        kinds=show_kinds(work, kind),
        groups=show_groups(wanted[:MOST_SHOWN], today),
        total=total,
        more=show_more(work, wanted, kind),
        waiting=show_waiting(work),
        ending=[] if "listings" in work.tallies else show_ending(work, today),
        weeks=count_by_week(events, today),
        paces=show_paces(events, rules),
        pace_days=PACE_DAYS,
        gaps=[show_gap(gap, taxonomy) for gap in gaps[:MOST_GAPS]],
        floor=rules.desk["supply_floor"],
        matrix=show_matrix(list_progress(db.session, viewer, today, rules.flow)),
        calls=show_calls(call_progress(db.session, viewer, today, MOST_CALLS)),
        may_import=viewer.may("unit:needlist:import"),
    )


def _who(viewer: Viewer) -> list[str]:
    roles = [_(ROLE_NAMES[role]) for role in (CURATOR, REVIEWER, CLERK) if role in viewer.roles]
    unit = db.session.get(Unit, viewer.unit_id) if viewer.unit_id else None
    return [viewer.display_name, "、".join(roles), unit.name if unit else ""]


def _day(today: date) -> str:
    return f"{show_long_date(today)} {WEEKDAYS[today.weekday()]}"
