"""The desk's pages of editions: all of the region, and one with its steps and its checks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..catalogue.queries import TRACKS
from ..catalogue.shown import tier_names
from ..db import db, now
from ..permissions import Viewer
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from ..web.paging import asked_page, page_of_rows
from ..web.viewer import current_viewer
from ..workdays.months import add_months
from .blueprint import room
from .comparing import compare, composition, count_kinds
from .forms import AddendumForm, DraftForm, LeaveOutForm, PublishForm
from .lifecycle import FINAL_STATES
from .models import Edition
from .policy import may_append, may_edit, may_take
from .public_views import edition_folder
from .queries import (
    change_reasons,
    desk_editions,
    edition_rules,
    find_previous,
    get_desk_edition,
    notice_standing,
    preflight_of,
    rows_of,
)
from .services import draft_edition
from .shown import (
    FILE_STATES,
    KIND_NAMES,
    life_steps,
    ordinal_words,
    show_changes,
    show_composition,
    show_files,
    state_shown,
    valid_words,
)
from .standing import blocked_steps
from .storage import state_of

MOST_CHANGES = 200


@room.get("/desk/editions/", permission="unit:edition:view", endpoint="desk")
def desk() -> ResponseReturnValue:
    """Show the editions of the region, with addenda and whether the files are as they were."""
    form = DraftForm(formdata=None, year=beijing_today(now()).year)
    return _desk_page(form)


def _desk_page(form: DraftForm, status: int = 200) -> ResponseReturnValue:
    viewer, today = current_viewer(), beijing_today(now())
    page = page_of_rows(db.session, desk_editions(viewer), asked_page())
    return (
        render_template(
            "pages/editions/desk.html",
            page=page,
            rows=[_row(item, today) for item in page.items],
            form=form,
            may_draft=viewer.may("unit:edition:edit") and viewer.unit_id is not None,
            running=next((item for item in page.items if item.state not in FINAL_STATES), None),
        ),
        status,
    )


def _row(edition: Edition, today: date) -> dict[str, Any]:
    return {
        "id": edition.id,
        "issue": ordinal_words(edition),
        "title": edition.title,
        "number": edition.number or "",
        "valid": valid_words(edition),
        "count": len(edition.entries) or None,
        "state": state_shown(edition, today),
        "addenda": [(item.ordinal, item.text) for item in edition.addenda],
        "archive": _archive(edition),
    }


def _archive(edition: Edition) -> tuple[Any, str] | None:
    """Return how the kept files stand to their checksums, the worst first; None without files."""
    states = {state_of(edition_folder(), file) for file in edition.files}
    for code in ("missing", "differs", "same"):
        if code in states:
            return FILE_STATES[code]
    return None


@room.post("/desk/editions/", permission="unit:edition:edit", endpoint="create")
def create() -> ResponseReturnValue:
    """Begin the next edition."""
    form = DraftForm()
    if not form.validate_on_submit():
        return _desk_page(form, 422)
    edition = draft_edition(db.session, current_viewer(), form.year.data, form.title.data or "")
    flash(_("新的一期已建好，收录全部在库服务商。"), "success")
    return redirect(url_for("editions.edit", edition_id=edition.id), 303)


@room.get("/desk/editions/<int:edition_id>", permission="unit:edition:view")
def edit(edition_id: int) -> ResponseReturnValue:
    """Show one edition as the desk handles it."""
    return edition_page(get_desk_edition(db.session, current_viewer(), edition_id))


def edition_page(
    edition: Edition, status: int = 200, **forms: LeaveOutForm | PublishForm | AddendumForm
) -> ResponseReturnValue:
    """Return the desk's page of an edition; `forms` are those that came back with errors."""
    viewer, today = current_viewer(), beijing_today(now())
    rows = rows_of(db.session, edition, today)
    form = forms.get("publish_form") or _publish_form(edition, today)
    checks = preflight_of(db.session, edition, rows, form.number.data or "", today)
    standing = notice_standing(db.session, edition)
    is_final = edition.state in FINAL_STATES
    states = {file.kind: state_of(edition_folder(), file) for file in edition.files}
    notice = standing.notice
    return (
        render_template(
            "pages/editions/edit.html",
            edition=edition,
            issue=ordinal_words(edition),
            state=state_shown(edition, today),
            valid=valid_words(edition),
            count=len(rows),
            steps=life_steps(
                edition, (notice.first_day, notice.last_day) if notice else (None, None)
            ),
            **_against_last(edition, rows, today),
            checks=[] if is_final else checks,
            provider_url=lambda key: url_for("catalogue.show", provider_id=key),
            notice_url=url_for("notices.edit", notice_id=notice.id) if notice else "",
            files=show_files(edition.files, states),
            blocked=blocked_steps(edition, standing, checks),
            may=_may(viewer, edition),
            publish_form=form,
            addendum_form=forms.get("addendum_form") or AddendumForm(formdata=None),
            leave_out_form=_leave_out_form(edition, rows, forms.get("leave_out_form")),
        ),
        status,
    )


def _may(viewer: Viewer, edition: Edition) -> dict[str, bool]:
    names = ("freeze", "unfreeze", "put_on_notice", "take_off_notice", "publish")
    may = {name: may_take(viewer, edition, name) for name in names}
    return {**may, "edit": may_edit(viewer, edition), "append": may_append(viewer, edition)}


def _publish_form(edition: Edition, today: date) -> PublishForm:
    months = int(edition_rules(db.session, today)["valid_months"])
    first = today + timedelta(days=1)
    return PublishForm(
        formdata=None,
        version=edition.version,
        valid_from=first,
        valid_to=add_months(first, months) - timedelta(days=1),
    )


def _leave_out_form(
    edition: Edition, rows: Mapping[int, Mapping[str, Any]], tried: Any
) -> LeaveOutForm:
    form: LeaveOutForm = tried or LeaveOutForm(formdata=None, version=edition.version)
    form.provider_id.choices = [(key, row["name"]) for key, row in rows.items()]
    return form


def _against_last(
    edition: Edition, rows: Mapping[int, Mapping[str, Any]], today: date
) -> dict[str, Any]:
    """Return the comparison with the last edition and the composition by track and tier."""
    previous = find_previous(db.session, edition)
    before = rows_of(db.session, previous, today) if previous else {}
    reasons = change_reasons(db.session, edition, {*rows, *before})
    changes = compare(before, rows, reasons)
    kind = request.args.get("kind", "")
    kind = kind if kind in KIND_NAMES else ""
    counts = count_kinds(changes)
    names = tier_names(get_rules(db.session, "tiers", today).body)
    this = composition(list(rows.values()), TRACKS, list(names))
    last = composition(list(before.values()), TRACKS, list(names)) if previous else None
    listed = show_changes(changes, kind)
    return {
        "previous": previous,
        "previous_issue": ordinal_words(previous) if previous else "",
        "previous_count": len(before),
        "changes": listed[:MOST_CHANGES],
        "changes_total": len(listed),
        "counts": counts,
        "kinds": _kind_chips(edition, counts, kind),
        "tier_heads": list(names.values()),
        "composition": show_composition(this, last),
    }


def _kind_chips(
    edition: Edition, counts: Mapping[str, int], kind: str
) -> list[tuple[str, int, str, bool, None]]:
    def url(code: str) -> str:
        return url_for("editions.edit", edition_id=edition.id, kind=code or None)

    changed = sum(counts[code] for code in counts if code != "same")
    chips = [(_("有变动"), changed, url(""), not kind, None)]
    chips += [
        (str(name), counts[code], url(code), kind == code, None)
        for code, name in KIND_NAMES.items()
    ]
    return chips
