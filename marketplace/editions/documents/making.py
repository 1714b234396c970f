"""What the files of an edition say, and how each kind is written.

The statement that listing is no award and no endorsement stands in every one of them, in PDF
and Word at the foot of every page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ...documents.pdf import write_pdf
from ...documents.printed import PrintedTable
from ...documents.word import write_docx
from ...sheets.writing import Column, Table, write_workbook
from ...web.filters import show_long_date
from ..columns import COLUMNS
from ..models import Edition
from ..queries import edition_rules

KINDS = ("pdf", "docx", "xlsx", "json")
_WIDTHS_MM = (10, 52, 24, 36, 44, 0, 40)


def make_files(
    session: Session, edition: Edition, rows: Mapping[int, Mapping[str, Any]], author: str
) -> dict[str, bytes]:
    """Return the bytes of every file of an edition, by kind."""
    on = edition.published_on
    assert on is not None
    rules = edition_rules(session, on)
    kept = list(rows.values())
    printed = printed_table(edition, kept, rules, author)
    return {
        "pdf": write_pdf(printed, on),
        "docx": write_docx(printed),
        "xlsx": write_xlsx(edition, kept, rules),
        "json": write_json(edition, kept, rules, author),
    }


def heading_of(edition: Edition) -> str:
    """Return title and 文号 in one line."""
    return f"{edition.title}（{edition.number}）" if edition.number else edition.title


def facts_of(edition: Edition, count: int) -> tuple[tuple[str, str], ...]:
    """Return label and value of what the head of an edition says, empty values left out."""
    valid = ""
    if edition.valid_from and edition.valid_to:
        valid = _(
            "%(first)s至%(last)s",
            first=show_long_date(edition.valid_from),
            last=show_long_date(edition.valid_to),
        )
    facts = (
        (_("文号"), edition.number or ""),
        (_("发布日期"), show_long_date(edition.published_on)),
        (_("有效期"), valid),
        (_("收录"), _("%(count)s家", count=count)),
    )
    return tuple((label, value) for label, value in facts if value)


def printed_table(
    edition: Edition, rows: Sequence[Mapping[str, Any]], rules: Mapping[str, Any], author: str
) -> PrintedTable:
    """Return what the PDF and the Word file say."""
    return PrintedTable(
        title=edition.title,
        heading=heading_of(edition),
        number=edition.number or "",
        author=author,
        facts=facts_of(edition, len(rows)),
        heads=(
            _("序号"),
            _("服务商"),
            _("等级与通道"),
            _("类别与行业"),
            _("环节与场景"),
            _("产品与案例"),
            _("有效期与联系"),
        ),
        widths_mm=_WIDTHS_MM,
        rows=tuple(_brief(place, row) for place, row in enumerate(rows, 1)),
        notes=(str(rules["statement"]), *(str(note) for note in rules["notes"])),
        statement=str(rules["statement"]),
    )


def _brief(place: int, row: Mapping[str, Any]) -> tuple[str, ...]:
    proof = _("近24个月验收%(count)s件", count=row["accepted_24_months"])
    if row["satisfaction"]:
        proof = _("%(proof)s，满意度：%(told)s", proof=proof, told=row["satisfaction"])
    return (
        str(place),
        _lines(row["name"], row["uscc"], row["place"], row["local_office"]),
        _lines(row["tier_name"], row["track"], row["state"]),
        _lines(row["types"], row["industries"]),
        _lines(row["stages"], row["scenes"]),
        _lines(row["products"], row["cases"], proof, row["certificates"], row["price"]),
        _lines(
            _("%(first)s至%(last)s", first=row["valid_from"], last=row["valid_to"]),
            row["batch_number"],
            row["deployments"],
            row["service_area"],
            row["contact"],
            _("%(day)s核验", day=row["verified_on"]) if row["verified_on"] else "",
        ),
    )


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def write_xlsx(
    edition: Edition, rows: Sequence[Mapping[str, Any]], rules: Mapping[str, Any]
) -> bytes:
    """Return the workbook: one row a provider with every column, the statement below."""
    columns = [
        Column(_("序号"), "integer", 6),
        *(Column(str(item.header), item.kind, item.width) for item in COLUMNS),
    ]
    body = [
        [place, *(_cell(row[item.key], item.kind) for item in COLUMNS)]
        for place, row in enumerate(rows, 1)
    ]
    facts = [
        _("%(label)s：%(value)s", label=label, value=value)
        for label, value in facts_of(edition, len(rows))
    ]
    notes = [str(rules["statement"]), *facts, *(str(note) for note in rules["notes"])]
    return write_workbook(
        Table(_("服务商目录"), columns, body, title=heading_of(edition), notes=notes)
    )


def _cell(value: Any, kind: str) -> Any:
    return date.fromisoformat(value) if kind == "date" and value else (value or None)


def write_json(
    edition: Edition,
    rows: Sequence[Mapping[str, Any]],
    rules: Mapping[str, Any],
    author: str,
) -> bytes:
    """Return the JSON: keys in the order of the columns, UTF-8, one line feed at the end."""
    assert edition.published_on is not None
    assert edition.valid_from is not None
    assert edition.valid_to is not None
    body = {
        "title": edition.title,
        "number": edition.number,
        "year": edition.year,
        "ordinal": edition.ordinal,
        "publisher": author,
        "published_on": edition.published_on.isoformat(),
        "valid_from": edition.valid_from.isoformat(),
        "valid_to": edition.valid_to.isoformat(),
        "statement": str(rules["statement"]),
        "rows_sha256": edition.digest,
        "columns": {item.key: str(item.header) for item in COLUMNS},
        "rows": [
            {"tier": row["tier"], **{item.key: row[item.key] for item in COLUMNS}} for row in rows
        ],
    }
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()
