"""A list as xlsx and csv, through the safe writers: no cell can become a formula."""

from __future__ import annotations

from flask_babel import gettext as _

from ...sheets.writing import Column, Table, write_csv, write_workbook
from .content import ListDocument


def write_xlsx(document: ListDocument) -> bytes:
    """Return the workbook: the table, below it the head's facts and the notes."""
    table = Table(
        _("需求清单"),
        _columns(document),
        document.rows,
        title=document.heading,
        notes=_notes(document),
    )
    return write_workbook(table)


def write_list_csv(document: ListDocument) -> bytes:
    """Return the csv: header, rows, an empty record, then what the workbook has as notes."""
    below = [[note] for note in (document.heading, *_notes(document))]
    return write_csv(_columns(document), [*document.rows, [], *below])


def _columns(document: ListDocument) -> list[Column]:
    return [Column(field.header, field.kind, field.width) for field in document.fields]


def _notes(document: ListDocument) -> list[str]:
    facts = [_("%(label)s：%(value)s", label=label, value=value) for label, value in document.facts]
    addenda = [
        _("%(label)s：%(value)s", label=label, value=text) for label, text in document.addenda
    ]
    marks = [document.internal] if document.internal else []
    return [*marks, *facts, *document.notes, *addenda]
