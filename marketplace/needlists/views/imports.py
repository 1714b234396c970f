"""Pages of imports: all of them, the upload, the preview of one, its columns, its progress."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import (
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import db, now
from ...errors import InvalidInput, TooLarge
from ...rules.queries import get_rules
from ...sheets import SheetError
from ...sheets.errors import MESSAGES
from ...taxonomy.queries import get_taxonomy
from ...web.filters import beijing_today
from ...web.paging import asked_page, page_of_rows
from ...web.viewer import current_viewer
from ..blueprint import room
from ..forms import whole_number
from ..import_queries import (
    VERDICTS,
    count_fixed_by,
    count_verdicts,
    count_waiting,
    get_import,
    imports_of,
    rows_of,
)
from ..lifecycle import IMPORT_STATES, IMPORT_TONES
from ..models import SheetImport
from ..notices import warning_words
from ..queries import find_draft_lists
from ..services.mapping import correct_mapping
from ..services.receiving import discard_import, receive_file
from .files import MIME_TYPES
from .import_cells import shared_warnings, show_row
from .import_columns import column_tables, posted_columns
from .import_faults import write_faults
from .links import need_url

IMPORT = "unit:needlist:import"
IMPORTS_A_PAGE = 20


def upload_folder() -> Path:
    """Return where uploads are kept."""
    return Path(current_app.config["UPLOAD_FOLDER"])


def import_rules() -> dict[str, Any]:
    """Return the limits in force today."""
    return get_rules(db.session, "need_import", beijing_today(now())).body


@room.get("/desk/imports/", permission=IMPORT)
def imports() -> ResponseReturnValue:
    """Show the imports of the region and the way to a new one."""
    return _imports_page()


def _imports_page(error: str = "", status: int = 200) -> ResponseReturnValue:
    page = page_of_rows(db.session, imports_of(current_viewer()), asked_page(), IMPORTS_A_PAGE)
    return (
        render_template(
            "pages/needlists/imports.html",
            page=page,
            waiting=count_waiting(db.session, [item.id for item in page.items]),
            states=IMPORT_STATES,
            tones=IMPORT_TONES,
            limits=import_rules(),
            error=error,
        ),
        status,
    )


@room.post("/desk/imports/", permission=IMPORT)
def upload() -> ResponseReturnValue:
    """Take in a file; one that is no need list is refused with a sentence and not kept."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _imports_page(_("还没有选择文件。"), 422)
    most = import_rules()["largest_mb"]
    data = sent.stream.read(most * 1024 * 1024 + 1)
    sent.close()
    if len(data) > most * 1024 * 1024:
        raise TooLarge(
            _("文件超过%(most)s MB。", most=most),
            "没有保存任何内容。",
            "请删去图片等附件，或拆成几个文件再上传。",
        )
    name = Path(sent.filename.replace("\\", "/")).name.replace("\x00", "")
    again = request.form.get("again") == "1"
    try:
        received = receive_file(
            db.session,
            current_viewer(),
            data,
            name,
            upload_folder(),
            again=again,
            header_row=whole_number(request.form.get("header_row")),
        )
    except SheetError as refusal:
        db.session.rollback()
        return _imports_page(_refusal_words(refusal), 422)
    if not received.is_new:
        flash(
            _(
                "这份文件已经上传过，下面是那一次的结果。确需另建，请勾选“相同文件也另建一次”再上传。"
            ),
            "info",
        )
    return redirect(url_for("needlists.preview", import_id=received.sheet_import.id), 303)


def _refusal_words(refusal: SheetError) -> str:
    return _(MESSAGES[refusal.code], **refusal.params)


@room.get("/desk/imports/<int:import_id>", permission=IMPORT)
def preview(import_id: int) -> ResponseReturnValue:
    """Show one import: how its columns were understood, each row with its verdict."""
    sheet_import = get_import(db.session, current_viewer(), import_id)
    if sheet_import.state in {"checking", "committing"}:
        return render_template(
            "pages/needlists/progress.html",
            sheet_import=sheet_import,
            told=_progress(sheet_import),
            states=IMPORT_STATES,
        )
    if sheet_import.state in {"failed", "discarded"}:
        return render_template(
            "pages/needlists/import_over.html",
            sheet_import=sheet_import,
            states=IMPORT_STATES,
            tones=IMPORT_TONES,
        )
    return _preview_page(sheet_import)


def _preview_page(sheet_import: SheetImport) -> ResponseReturnValue:
    viewer, taxonomy = current_viewer(), get_taxonomy(db.session)
    verdict = request.args.get("verdict", "")
    verdict = verdict if verdict in VERDICTS else ""
    mine = viewer.user_id if request.args.get("mine") == "1" else None
    page = page_of_rows(
        db.session,
        rows_of(sheet_import, verdict, mine),
        asked_page(),
        import_rules()["page_rows"],
    )
    counts = count_verdicts(db.session, sheet_import)
    shared = shared_warnings(page.items)
    several = bool(sheet_import.facts.get("several_sheets"))
    return render_template(
        "pages/needlists/preview.html",
        sheet_import=sheet_import,
        tables=column_tables(sheet_import),
        ignored=[name for name, _why in sheet_import.facts.get("ignored", ())],
        rows=[
            show_row(row, taxonomy, several_sheets=several, left_out=shared) for row in page.items
        ],
        shared=[warning_words(code) for code in shared],
        page=page,
        counts=counts,
        need_url=need_url,
        fixed=count_fixed_by(db.session, sheet_import, viewer.user_id),
        verdict=verdict,
        only_mine=mine is not None,
        lists=find_draft_lists(db.session, viewer),
        states=IMPORT_STATES,
        tones=IMPORT_TONES,
        back={"verdict": verdict, "mine": "1" if mine else "", "page": page.number},
    )


@room.get("/desk/imports/<int:import_id>/progress.json", permission=IMPORT)
def progress(import_id: int) -> ResponseReturnValue:
    """Tell how far the worker is, for the page that waits."""
    return jsonify(_progress(get_import(db.session, current_viewer(), import_id)))


def _progress(sheet_import: SheetImport) -> dict[str, Any]:
    if sheet_import.state == "committing":
        facts = [_("正在写入，全部写完才生效"), _("可以关闭页面，稍后回来查看")]
        return {"done": 0, "total": 0, "facts": facts, "figures": {}, "finished": False}
    done, total = sheet_import.done_rows, sheet_import.total_rows
    facts = [
        _("已核对%(done)s行，共%(total)s行", done=done, total=total),
        _("可以关闭页面，稍后回来查看"),
    ]
    return {
        "done": done,
        "total": total,
        "facts": facts,
        "figures": {},
        "finished": sheet_import.state != "checking",
    }


@room.post("/desk/imports/<int:import_id>/mapping", permission=IMPORT)
def mapping(import_id: int) -> ResponseReturnValue:
    """Read the file again by the columns chosen."""
    sheet_import = get_import(db.session, current_viewer(), import_id)
    try:
        correct_mapping(
            db.session,
            current_viewer(),
            sheet_import,
            posted_columns(request.form, sheet_import),
            upload_folder(),
            unit=request.form.get("unit", ""),
            as_of=_posted_day(request.form.get("as_of", "")),
            seen_version=whole_number(request.form.get("version")),
        )
    except SheetError as refusal:
        raise InvalidInput(
            _("按这样的列对应读不出需求：%(why)s", why=_refusal_words(refusal)), "列对应没有变化。"
        ) from refusal
    flash(_("已按新的列对应重新核对，以后同样表头的文件也照此理解。"), "success")
    return redirect(url_for("needlists.preview", import_id=import_id), 303)


def _posted_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@room.post("/desk/imports/<int:import_id>/discard", permission=IMPORT)
def discard(import_id: int) -> ResponseReturnValue:
    """Throw an import away."""
    sheet_import = get_import(db.session, current_viewer(), import_id)
    discard_import(
        db.session,
        current_viewer(),
        sheet_import,
        seen_version=whole_number(request.form.get("version")),
    )
    flash(_("这次导入已作废，读出的内容已清除。"), "success")
    return redirect(url_for("needlists.imports"), 303)


@room.get("/desk/imports/<int:import_id>/faults.xlsx", permission=IMPORT)
def faults(import_id: int) -> ResponseReturnValue:
    """Send the rows that do not come in, each with its reasons."""
    sheet_import = get_import(db.session, current_viewer(), import_id)
    body = write_faults(db.session, sheet_import)
    name = _("差错清单_%(name)s.xlsx", name=Path(sheet_import.filename).stem)
    return send_file(
        BytesIO(body), mimetype=MIME_TYPES["xlsx"], as_attachment=True, download_name=name
    )
