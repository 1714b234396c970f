"""A published list as a file, with just the rows its reader may see."""

from __future__ import annotations

from io import BytesIO

from flask import current_app, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import db, now
from ...documents.pdf import write_pdf
from ...documents.word import write_docx
from ...permissions import PUBLIC
from ...taxonomy.queries import get_taxonomy
from ...web.filters import beijing_today
from ...web.viewer import current_viewer
from ..blueprint import room
from ..documents.content import build_document
from ..documents.tables import write_list_csv, write_xlsx
from ..queries import get_list, list_rules, not_found, shown_entries
from .public import reading_viewer

MIME_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "csv": "text/csv",
}


@room.get("/lists/<int:list_id>.<any(xlsx, docx, pdf, csv):kind>", permission=PUBLIC)
def download(list_id: int, kind: str) -> ResponseReturnValue:
    """Send a list as xlsx, docx, pdf or csv."""
    need_list = get_list(db.session, current_viewer(), list_id)
    if need_list.state != "published":
        raise not_found()
    published_on = need_list.published_on or beijing_today(now())
    document = build_document(
        need_list,
        shown_entries(db.session, reading_viewer(), need_list),
        get_taxonomy(db.session),
        current_app.config["BUREAU_NAME"],
        list_rules(db.session, published_on).body,
    )
    if kind == "pdf":
        body = write_pdf(document.printed(), published_on)
    elif kind == "docx":
        body = write_docx(document.printed())
    else:
        body = {"xlsx": write_xlsx, "csv": write_list_csv}[kind](document)
    mark = _("（内部）") if document.internal else ""
    return send_file(
        BytesIO(body),
        mimetype=MIME_TYPES[kind],
        as_attachment=True,
        download_name=f"{document.heading}{mark}.{kind}",
    )
