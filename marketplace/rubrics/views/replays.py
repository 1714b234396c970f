"""The replay of a draft: run it, read what it would change, take the details along."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import db, now
from ...errors import NotFound
from ...web.filters import beijing_today
from ...web.paging import asked_page, page_of_list
from ...web.viewer import current_viewer
from ..approval import current_replay, open_questions, what_keeps
from ..blueprint import room
from ..details import write_details
from ..faults import faults
from ..forms import OpinionForm, ReturnForm
from ..lifecycle import APPROVE, STATES, TONES
from ..models import Rubric, RubricReplay
from ..policy import may_decide, may_replay
from ..queries import get_draft, get_rubric, latest_replay
from ..replay_services import run_replay
from ..scoring import Scheme
from ..shown import (
    distribution,
    flow_rows,
    other_changes,
    rows_of,
    shown_checks,
    weight_changes,
)
from .desk import VIEW, name_of, tiers_shown

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_A_PAGE = 20
BACK = "back-"
"""What the names of the second form of the page begin with."""


@room.get("/desk/rubrics/<number>/replay", permission=VIEW)
def replay(number: str) -> ResponseReturnValue:
    """Show the last replay of a draft, and what the second person decides on."""
    rubric = get_draft(db.session, number)
    return replay_page(rubric, OpinionForm(formdata=None), ReturnForm(None, prefix=BACK))


def replay_page(
    rubric: Rubric, opinion: OpinionForm, back: ReturnForm, status: int = 200
) -> ResponseReturnValue:
    """Return the page of a draft's replay."""
    viewer, today = current_viewer(), beijing_today(now())
    run = latest_replay(db.session, rubric)
    for form in (opinion, back):
        form.version.data = form.version.data or rubric.version
    valid = run is not None and current_replay(db.session, rubric, today) is not None
    return (
        render_template(
            "pages/rubrics/replay.html",
            rubric=rubric,
            run=run,
            is_current=valid or rubric.state == "approved",
            states=STATES,
            tones=TONES,
            tiers=tiers_shown(),
            opinion=opinion,
            back=back,
            keeps=what_keeps(db.session, viewer, rubric, today),
            questions=open_questions(run) if run else [],
            wrong=faults(rubric.body),
            submitter=name_of(rubric.submitted_by_id),
            approver=name_of(rubric.approved_by_id),
            may_decide=may_decide(viewer, rubric),
            may_replay=may_replay(viewer, rubric),
            **(_findings(rubric, run) if run else {}),
        ),
        status,
    )


def _findings(rubric: Rubric, run: RubricReplay) -> dict[str, Any]:
    tiers, result, which = tiers_shown(), run.result, request.args.get("who", "")
    old = get_rubric(db.session, run.against)
    # A run of an earlier revision is held against the draft only when it is that one's.
    new = Scheme.from_body(rubric.body) if run.revision == rubric.revision else None
    before, after = distribution(result)
    names = {item["code"]: item["name"] for item in rubric.body["indicators"]}
    return {
        "result": result,
        "ran_by": name_of(run.ran_by_id),
        "changes": weight_changes(old.scheme, new, result["touched"]) if new else [],
        "others": other_changes(old.body, rubric.body, tiers) if new else [],
        "dimensions": " / ".join(f"{item['points']:g}" for item in rubric.body["dimensions"]),
        "lines": " / ".join(f"{item['line']:g}" for item in rubric.body["bands"]),
        "flow": flow_rows(result, tiers),
        "labels": [*tiers.values(), _("出库")],
        "before": before,
        "after": after,
        "checks": shown_checks(result, float(rubric.body["fairness"]["young_years"])),
        "page": page_of_list(rows_of(run.rows, which), asked_page(), ROWS_A_PAGE),
        "names": names,
        "filters": _filters(rubric.number, run, which),
    }


def _filters(number: str, run: RubricReplay, which: str) -> list[tuple[str, int, str, bool, None]]:
    words = {
        "": _("全部"),
        "down": _("下降"),
        "up": _("上升"),
        "opc": _("OPC"),
        "lacking": _("须人工复核"),
    }
    return [
        (
            word,
            len(rows_of(run.rows, code)),
            url_for("rubrics.replay", number=number, who=code or None, _anchor="who"),
            which == code,
            None,
        )
        for code, word in words.items()
    ]


@room.post("/desk/rubrics/<number>/replay", permission=APPROVE)
def run(number: str) -> ResponseReturnValue:
    """Run a draft over everybody in the directory."""
    made = run_replay(db.session, current_viewer(), get_draft(db.session, number))
    flash(_("已试算%(n)s家，现有等级没有改变。", n=made.result["providers"]), "success")
    return redirect(url_for("rubrics.replay", number=number), 303)


@room.get("/desk/rubrics/<number>/replay.xlsx", permission=VIEW)
def details(number: str) -> ResponseReturnValue:
    """Send the last replay with every provider and every move as a workbook."""
    rubric = get_draft(db.session, number)
    made = latest_replay(db.session, rubric)
    if made is None:
        raise NotFound("这份草案还没有试算。", next_step="请先试算，再下载明细。")
    return send_file(
        BytesIO(write_details(rubric, made, tiers_shown())),
        mimetype=XLSX,
        as_attachment=True,
        download_name=_("评价标准%(number)s试算明细.xlsx", number=number),
    )
