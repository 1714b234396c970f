"""One expert's own pages of a review: declare, score, hand in, recuse, confirm; files of it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from ...db import db, now
from ...errors import Conflict, DuijieError, InvalidInput
from ...evidence.models import EvidenceFile
from ...evidence.web import send_evidence
from ...web.filters import BEIJING, beijing_today
from ...web.viewer import current_viewer
from ...workdays.promises import days_left
from ..blueprint import room
from ..errors import no_seat
from ..forms import WordsForm, marks_of, whole_number
from ..lifecycle import AGREEMENT_STATES, SEAT_STATES, SEAT_TONES
from ..marks import judged_of
from ..models import Agreement, Seat
from ..policy import may_open_snapshot
from ..queries import find_agreement, get_own_seat, snapshot_body
from ..services.agreeing import confirm_agreement
from ..services.scoring import faults_in_words, save_scores, submit_scores
from ..services.seats import declaration_text, declare_no_interest, recuse
from ..sheet_page import sheet_context
from ..sheets import rubric_of
from ..tiers import scores_of, tier_names


@room.get("/my/reviews/<int:seat_id>", permission="own:assessment:view")
def score(seat_id: int) -> ResponseReturnValue:
    """Show the seat as far as its expert may see it now: declaration, sheet, or result."""
    return _page(get_own_seat(db.session, current_viewer(), seat_id))


def _page(
    seat: Seat, typed: Mapping[str, str] | None = None, problem: DuijieError | None = None
) -> ResponseReturnValue:
    application = seat.application
    context = {
        "seat": seat,
        "application": application,
        "state": (SEAT_STATES[seat.state], SEAT_TONES[seat.state]),
        "tier_names": tier_names(db.session),
        "problem": problem,
    }
    status = problem.status if problem else 200
    if seat.state == "asked" and application.state == "expert_review":
        text = declaration_text(db.session, application)
        page = render_template("pages/assessments/declare.html", text=text, **context)
    elif may_open_snapshot(current_viewer(), seat):
        sheet = sheet_context(
            db.session,
            seat,
            lambda key: url_for("assessments.file", seat_id=seat.id, key=key),
            typed,
        )
        page = render_template(
            "pages/assessments/score.html",
            sheet=sheet,
            blocked=faults_in_words(sheet["faults"]),
            days_left=days_left(beijing_today(now()), seat.due_on) if seat.due_on else None,
            result=_result(seat),
            **context,
        )
    else:
        page = render_template("pages/assessments/over.html", result=_result(seat), **context)
    return page, status


def _result(seat: Seat) -> dict[str, object] | None:
    """Return the agreed points once they are final: the only figures of others an expert sees."""
    agreement: Agreement | None = find_agreement(db.session, seat.application)
    if seat.state != "submitted" or agreement is None or agreement.state == "open":
        return None
    scheme = rubric_of(db.session, seat.application).scheme
    return {
        "agreement": agreement,
        "word": AGREEMENT_STATES[agreement.state],
        "rows": scores_of(scheme, seat.application.track, agreement),
    }


@room.post("/my/reviews/<int:seat_id>/declare", permission="own:assessment:score")
def declare(seat_id: int) -> ResponseReturnValue:
    """Sign the declaration and open the sheet."""
    seat = get_own_seat(db.session, current_viewer(), seat_id)
    if request.form.get("agree") != "y":
        problem = InvalidInput("没有勾选声明。", "还没有签署。", "核对无误后勾选，再签署。")
        return _page(seat, problem=problem)
    seen = whole_number(request.form.get("version"))
    declare_no_interest(db.session, current_viewer(), seat, seen_version=seen)
    flash(_("声明已签署，可以开始评分。"), "success")
    return redirect(url_for("assessments.score", seat_id=seat_id), 303)


@room.post("/my/reviews/<int:seat_id>", permission="own:assessment:score")
def save(seat_id: int) -> ResponseReturnValue:
    """Keep the sheet, or hand it in; what was refused stays on the page as typed."""
    viewer = current_viewer()
    seat = get_own_seat(db.session, viewer, seat_id)
    try:
        _save(seat)
    except (InvalidInput, Conflict) as problem:
        return _page(seat, request.form, problem)
    if request.form.get("then") == "submit":
        return redirect(url_for("assessments.confirm_submit", seat_id=seat_id), 303)
    flash(_("评分已保存，还没有提交。"), "success")
    return redirect(url_for("assessments.score", seat_id=seat_id), 303)


def _save(seat: Seat) -> None:
    judged = judged_of(rubric_of(db.session, seat.application).scheme, seat.application.track)
    save_scores(
        db.session,
        current_viewer(),
        seat,
        marks_of(request.form, [item.code for item in judged]),
        seen_version=whole_number(request.form.get("version")),
    )


@room.post("/my/reviews/<int:seat_id>/autosave", permission="own:assessment:score")
def autosave(seat_id: int) -> ResponseReturnValue:
    """Keep the sheet, for autosave.js."""
    seat = get_own_seat(db.session, current_viewer(), seat_id)
    _save(seat)
    told = now().astimezone(BEIJING).strftime("%H:%M:%S")
    return jsonify(saved_at=told, fields={"version": str(seat.version)})


@room.get("/my/reviews/<int:seat_id>/submit", permission="own:assessment:score")
def confirm_submit(seat_id: int) -> ResponseReturnValue:
    """Show what is about to be handed in, and say that it is final."""
    seat = get_own_seat(db.session, current_viewer(), seat_id)
    if seat.state != "scoring" or not may_open_snapshot(current_viewer(), seat):
        return redirect(url_for("assessments.score", seat_id=seat_id))
    sheet = sheet_context(db.session, seat, lambda _key: "")
    return render_template(
        "pages/assessments/submit.html",
        seat=seat,
        application=seat.application,
        sheet=sheet,
        blocked=faults_in_words(sheet["faults"]),
    )


@room.post("/my/reviews/<int:seat_id>/submit", permission="own:assessment:score")
def submit(seat_id: int) -> ResponseReturnValue:
    """Hand the sheet in."""
    seat = get_own_seat(db.session, current_viewer(), seat_id)
    seen = whole_number(request.form.get("version"))
    submit_scores(db.session, current_viewer(), seat, seen_version=seen)
    flash(_("评分已提交。合议定稿后请回来确认。"), "success")
    return redirect(url_for("assessments.score", seat_id=seat_id), 303)


@room.get("/my/reviews/<int:seat_id>/recuse", permission="own:assessment:score")
def ask_recusal(seat_id: int) -> ResponseReturnValue:
    """Say what recusing does, and ask for the reason."""
    seat = get_own_seat(db.session, current_viewer(), seat_id)
    form = WordsForm(formdata=None, version=seat.version)
    return render_template("pages/assessments/recuse.html", seat=seat, form=form)


@room.post("/my/reviews/<int:seat_id>/recuse", permission="own:assessment:score")
def step_back(seat_id: int) -> ResponseReturnValue:
    """Recuse oneself."""
    seat = get_own_seat(db.session, current_viewer(), seat_id)
    form = WordsForm()
    if not form.validate_on_submit():
        return render_template("pages/assessments/recuse.html", seat=seat, form=form), 422
    seen = whole_number(form.version.data)
    recuse(db.session, current_viewer(), seat, form.text.data, seen_version=seen)
    flash(_("已办理回避，您不再参加这项评审。"), "success")
    return redirect(url_for("assessments.mine"), 303)


@room.post("/my/reviews/<int:seat_id>/confirm", permission="own:assessment:score")
def confirm(seat_id: int) -> ResponseReturnValue:
    """Sign the agreed result."""
    seat = get_own_seat(db.session, current_viewer(), seat_id)
    confirm_agreement(db.session, current_viewer(), seat)
    flash(_("已记下您的确认。"), "success")
    return redirect(url_for("assessments.score", seat_id=seat_id), 303)


@room.get("/my/reviews/<int:seat_id>/files/<key>", permission="own:assessment:view")
def file(seat_id: int, key: str) -> Response:
    """Give out a file of the snapshot the expert is scoring; 404 for every other key."""
    seat = get_own_seat(db.session, current_viewer(), seat_id)
    keys = {str(item["key"]) for item in snapshot_body(seat.application).get("files", ())}
    found = (
        db.session.scalar(select(EvidenceFile).where(EvidenceFile.key == key))
        if key in keys and may_open_snapshot(current_viewer(), seat)
        else None
    )
    if found is None:
        raise no_seat()
    return send_evidence(found)
