"""One row of an import: its page, the fixes posted for it; and committing what is ready."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import db
from ...errors import InvalidInput
from ...needs.disclosure import LEVEL_NAMES
from ...taxonomy.queries import Taxonomy, get_taxonomy
from ...web.viewer import current_viewer
from ..blueprint import room
from ..forms import whole_number
from ..import_queries import get_import, get_row
from ..judging import FIXABLE
from ..models import SheetImport, SheetImportRow
from ..notices import warning_words
from ..services.committing import CommitChoice, NewTwins, commit_import, mark_twins
from ..services.fixing import DECISIONS, decide, set_values
from ..understanding import LABELS
from .import_cells import fixed_words, raw_words, row_place, show_row, value_words
from .imports import IMPORT

_BARE_AMOUNT = re.compile(r"[\d.,，\s约~～至到—–-]+")
_LONG = frozenset({"description", "goal"})


@room.get("/desk/imports/<int:import_id>/rows/<int:row_id>", permission=IMPORT)
def row(import_id: int, row_id: int) -> ResponseReturnValue:
    """Show one row with everything that can be set in it."""
    sheet_import = get_import(db.session, current_viewer(), import_id)
    return _row_page(sheet_import, get_row(db.session, sheet_import, row_id))


def _row_page(sheet_import: SheetImport, found: SheetImportRow) -> ResponseReturnValue:
    taxonomy = get_taxonomy(db.session)
    prefix = current_viewer().region_prefix or "-"
    return render_template(
        "pages/needlists/row.html",
        sheet_import=sheet_import,
        row=show_row(found, taxonomy, several_sheets=bool(sheet_import.facts["several_sheets"])),
        fields=[_field(name, found, taxonomy) for name in FIXABLE],
        warnings=[warning_words(code) for code in found.warnings],
        log=[
            {"at": fixed_words({"log": [entry]}), "what": _what(entry["what"])}
            for entry in reversed((found.fixes or {}).get("log", []))
        ],
        industries=[(item.code, item.name) for item in taxonomy.industries.values()],
        regions=[
            (region.code, taxonomy.region_path(region.code))
            for region in taxonomy.regions_under(prefix)
        ],
        scenes=[(scene.id, scene.name) for scene in taxonomy.scenes.values()],
        levels=LEVEL_NAMES,
        back=_back(),
    )


def _field(name: str, found: SheetImportRow, taxonomy: Taxonomy) -> dict[str, Any]:
    fixes = (found.fixes or {}).get("values", {})
    understood = found.understood.get(name, {})
    cells = found.raw["cells"]
    typed = fixes.get(name, cells.get(name, ""))
    chosen = name in {"industry", "region", "scene", "disclosure", "deadline", "phone", "uscc"}
    return {
        "name": name,
        "label": _(LABELS[name]),
        "value": (understood.get("value") or "") if chosen else typed,
        "understood": value_words(name, found.understood, cells, taxonomy),
        "raw": raw_words(name, cells),
        "fixed": fixed_words(found.fixes or {}, name) if name in fixes else "",
        "long": name in _LONG,
    }


def _what(names: list[str]) -> str:
    words = {
        "accept": _("确认无误，照此导入"),
        "exclude": _("排除，不导入"),
        "restore": _("取消排除"),
        "distinct": _("标为不是重复"),
        "undo": _("撤销全部修改"),
    }
    return "、".join(str(words.get(name) or _(LABELS.get(name, name))) for name in names)


@room.post("/desk/imports/<int:import_id>/rows/<int:row_id>", permission=IMPORT)
def fix_row(import_id: int, row_id: int) -> ResponseReturnValue:
    """Set what was typed or chosen for a row, or take a decision on it."""
    viewer = current_viewer()
    sheet_import = get_import(db.session, viewer, import_id)
    found = get_row(db.session, sheet_import, row_id)
    seen = whole_number(request.form.get("version"))
    decision = request.form.get("decision", "")
    if decision in DECISIONS:
        decide(db.session, viewer, sheet_import, found, decision, seen_version=seen)
    elif values := _posted():
        set_values(db.session, viewer, sheet_import, found, values, seen_version=seen)
    else:
        flash(_("内容与原来相同，没有改动。"), "info")
    place = {key: value for key, value in _back().items() if value}
    url = url_for("needlists.preview", import_id=import_id, **place)
    spot = row_place(found, several_sheets=bool(sheet_import.facts.get("several_sheets")))
    return redirect(f"{url}#row-{spot}", 303)


def _posted() -> dict[str, str]:
    """Return the fields posted, as typed; from the row's own page only those that changed.

    A control in a cell of the preview that was left empty sets nothing: clearing has its button.
    """
    values, is_asked = {}, request.form.get("asked") == "1"
    for name in FIXABLE:
        text = request.form.get(name)
        if text is None or text == request.form.get(f"was-{name}"):
            continue
        text = text.replace("\x00", "").strip()[:4000]
        if is_asked and not text:
            continue
        if name == "budget" and text and _BARE_AMOUNT.fullmatch(text):
            text = f"{text}万元"
        values[name] = text
    return values


def _back() -> dict[str, str]:
    """Return where on the preview the person was: filter and page."""
    sent = request.form if request.method == "POST" else request.args
    return {
        "verdict": sent.get("verdict", "")[:12],
        "mine": "1" if sent.get("mine") == "1" else "",
        "page": str(whole_number(sent.get("page"), 1)),
    }


@room.post("/desk/imports/<int:import_id>/commit", permission=IMPORT)
def commit(import_id: int) -> ResponseReturnValue:
    """Import every row that is ready."""
    viewer = current_viewer()
    sheet_import = get_import(db.session, viewer, import_id)
    target, title = request.form.get("list", ""), request.form.get("list_title", "").strip()
    if target == "new" and not title:
        raise InvalidInput(
            "没有填写新建清单的名称。", "没有导入任何一行。", "请返回填写名称，或选择暂不列入清单。"
        )
    choice = CommitChoice(
        disclosure=request.form.get("disclosure", "masked"),
        list_id=whole_number(target) or None,
        list_title=title if target == "new" else "",
    )
    seen = whole_number(request.form.get("version"))
    try:
        count = commit_import(db.session, viewer, sheet_import, choice, seen_version=seen)
    except NewTwins as error:
        db.session.rollback()
        mark_twins(db.session, viewer, sheet_import, error.row_ids)
        flash(f"{error.what}{error.kept}{error.next_step}", "conflict")
        return redirect(url_for("needlists.preview", import_id=import_id, verdict="duplicate"), 303)
    if not count:
        flash(_("行数较多，已转后台导入，全部写完才生效。"), "info")
    else:
        flash(_("已导入%(count)s行，进入需求列表，不会直接公开。", count=count), "success")
    return redirect(url_for("needlists.preview", import_id=import_id), 303)
