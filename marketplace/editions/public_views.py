"""Public pages of editions: all of them, one with its rows and files, the files themselves."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import current_app, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..catalogue.queries import TRACKS
from ..catalogue.shown import tier_names
from ..db import db, now
from ..errors import Unavailable
from ..permissions import PUBLIC
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from ..web.paging import asked_page, page_of_rows
from .blueprint import room
from .documents.making import facts_of, heading_of
from .queries import (
    edition_rules,
    find_current,
    find_file,
    get_public_edition,
    public_editions,
    rows_of,
)
from .shown import group_by_tier, ordinal_words, show_files, state_shown, valid_words
from .storage import read_file

MIME_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def edition_folder() -> Path:
    """Return where the files of editions are kept."""
    folder: Path = current_app.config["UPLOAD_FOLDER"]
    return folder / "editions"


@room.get("/editions/current", permission=PUBLIC, endpoint="current")
def show_current() -> ResponseReturnValue:
    """Lead to the edition in force; to all of them while there is none."""
    current = find_current(db.session)
    if current is None:
        return redirect(url_for("editions.browse"))
    return redirect(url_for("editions.show", edition_id=current.id))


@room.get("/editions/", permission=PUBLIC)
def browse() -> ResponseReturnValue:
    """Show all published editions, the one in force on top."""
    today = beijing_today(now())
    page = page_of_rows(db.session, public_editions(), asked_page())
    return render_template(
        "pages/editions/browse.html",
        page=page,
        rows=[
            {
                "id": item.id,
                "title": item.title,
                "issue": ordinal_words(item),
                "number": item.number,
                "published_on": item.published_on,
                "valid": valid_words(item),
                "count": len(item.entries),
                "state": state_shown(item, today),
                "addenda": len(item.addenda),
            }
            for item in page.items
        ],
        statement=edition_rules(db.session, today)["statement"],
    )


@room.get("/editions/<int:edition_id>", permission=PUBLIC)
def show(edition_id: int) -> ResponseReturnValue:
    """Show one published edition: its rows by tier, its files with checksums, its addenda."""
    edition = get_public_edition(db.session, edition_id)
    today = beijing_today(now())
    rows = rows_of(db.session, edition, today)
    wanted = _wanted()
    shown = {key: row for key, row in rows.items() if _fits(row, wanted)}
    facts = facts_of(edition, len(rows))
    current = find_current(db.session) if edition.state == "superseded" else None
    return render_template(
        "pages/editions/show.html",
        edition=edition,
        facts=facts,
        state=state_shown(edition, today),
        current=current,
        groups=group_by_tier(shown, tier_names(get_rules(db.session, "tiers", today).body)),
        tiers=_chips(rows, "tier", wanted, edition_id),
        tracks=_chips(rows, "track", wanted, edition_id),
        wanted=wanted,
        count=len(shown),
        files=show_files(edition.files),
        rules=edition_rules(db.session, edition.published_on or today),
    )


def _wanted() -> dict[str, str]:
    return {name: request.args.get(name, "").strip()[:60] for name in ("tier", "track", "q")}


def _fits(row: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    if any(wanted[name] and row[name] != wanted[name] for name in ("tier", "track")):
        return False
    text = " ".join(str(row[key]) for key in ("name", "uscc", "industries", "scenes", "products"))
    return all(word.lower() in text.lower() for word in wanted["q"].split())


def _chips(
    rows: Mapping[int, Mapping[str, Any]], name: str, wanted: Mapping[str, str], edition_id: int
) -> list[tuple[str, int, str, bool, None]]:
    """Return the choices of one facet with how many each would show."""
    rest = {**wanted, name: ""}
    fitting = [row for row in rows.values() if _fits(row, rest)]
    labels = {row[name]: row["tier_name"] if name == "tier" else row[name] for row in rows.values()}
    order = TRACKS if name == "track" else tuple(labels)

    def url(code: str) -> str:
        chosen = {key: value for key, value in {**rest, name: code}.items() if value}
        return url_for("editions.show", edition_id=edition_id, **chosen)

    chips = [(_("全部"), len(fitting), url(""), not wanted[name], None)]
    chips += [
        (
            labels[code],
            sum(row[name] == code for row in fitting),
            url(code),
            wanted[name] == code,
            None,
        )
        for code in order
        if code in labels
    ]
    return chips


@room.get(
    "/editions/<int:edition_id>.<any(pdf, docx, xlsx, json):kind>",
    permission=PUBLIC,
)
def download(edition_id: int, kind: str) -> ResponseReturnValue:
    """Send a file of a published edition, byte for byte as it was made."""
    edition = get_public_edition(db.session, edition_id)
    file = find_file(edition, kind)
    try:
        data = read_file(edition_folder(), file.stored_as)
    except OSError as error:
        raise Unavailable(
            "这份文件暂时取不到。", "目录的其他文件不受影响。", "请改下其他格式，或稍后再试。"
        ) from error
    return send_file(
        BytesIO(data),
        mimetype=MIME_TYPES[kind],
        as_attachment=True,
        download_name=f"{heading_of(edition)}.{kind}",
        etag=file.sha256,
    )
