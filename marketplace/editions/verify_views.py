"""The page where anybody checks whether a file is one of our editions'; stores nothing."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db, now
from ..permissions import PUBLIC
from ..web.filters import beijing_today
from .blueprint import room
from .forms import VerifyForm
from .queries import find_by_digest, find_current
from .shown import FILE_NAMES, ordinal_words, spaced, state_shown
from .verifying import digest_of_stream, read_digest


@room.get("/editions/verify", permission=PUBLIC)
def verify() -> ResponseReturnValue:
    """Show the page; with `?sha256=` also what that checksum belongs to."""
    typed = request.args.get("sha256", "")[:200]
    form = VerifyForm(formdata=None, sha256=typed)
    digest = read_digest(typed) if typed.strip() else None
    if typed.strip() and digest is None:
        form.sha256.errors = [_("不是64位十六进制的校验值，请核对后再查")]
        return _page(form), 422
    return _page(form, digest)


@room.post("/editions/verify", permission=PUBLIC, endpoint="verify_file")
def verify_file() -> ResponseReturnValue:
    """Show what the file handed in is; only its checksum is computed, nothing is kept."""
    form = VerifyForm()
    upload = form.file.data
    if upload is None or not getattr(upload, "filename", ""):
        form.file.errors = [_("请选择要核对的文件，或在上面填校验值")]
        return _page(form), 422
    return _page(form, digest_of_stream(upload.stream), str(upload.filename)[:120])


def _page(form: VerifyForm, digest: str | None = None, filename: str = "") -> str:
    found = find_by_digest(db.session, digest) if digest else None
    current = find_current(db.session)
    today = beijing_today(now())
    result = None
    if digest:
        edition, file = found or (None, None)
        result = {
            "digest": spaced(digest),
            "filename": filename,
            "edition": edition,
            "issue": ordinal_words(edition) if edition else "",
            "state": state_shown(edition, today) if edition else None,
            "file": str(FILE_NAMES[file.kind]) if file else "",
            "current": current if edition and edition.state == "superseded" else None,
        }
    return render_template("pages/editions/verify.html", form=form, result=result)
