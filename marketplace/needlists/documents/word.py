"""A list as docx: a template of our own, drawn by code, filled by docxtpl.

Values are never read as template code, and markup in them is escaped.
"""

from __future__ import annotations

import io
import re
from functools import cache
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docxtpl import DocxTemplate
from flask_babel import gettext as _

from .content import ListDocument

_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDTHS_MM = (18, 88, 44, 42, 26, 30, 20)
_BODY_FONT, _TITLE_FONT = "仿宋", "黑体"


def write_docx(document: ListDocument) -> bytes:
    """Return the Word file of a list."""
    template = DocxTemplate(io.BytesIO(_template(len(document.brief_heads))))
    template.render(_clean(_context(document)), autoescape=True)
    properties = template.docx.core_properties
    properties.title, properties.author = _clean(document.heading), _clean(document.author)
    properties.language, properties.comments = "zh-CN", ""
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def _context(document: ListDocument) -> dict[str, Any]:
    return {
        "internal": document.internal,
        "title": document.title,
        "facts": "　　".join(f"{label}：{value}" for label, value in document.facts),
        "heads": list(document.brief_heads),
        "rows": [list(row) for row in document.brief],
        "addenda": [f"{label}：{text}" for label, text in document.addenda],
        "notes_title": _("说明"),
        "notes": list(document.notes),
    }


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_XML.sub("", value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return {key: _clean(item) for key, item in value.items()}


@cache
def _template(columns: int) -> bytes:
    """Draw the template: A4 landscape, the head, one table whose header row repeats, the notes."""
    made = Document()
    _set_page(made)
    _set_fonts(made)
    _line(made, "{% if internal %}{{ internal }}{% endif %}", WD_ALIGN_PARAGRAPH.RIGHT)
    title = made.add_heading("{{ title }}", level=1)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _line(made, "{{ facts }}")
    table = made.add_table(rows=4, cols=columns)
    table.style = "Table Grid"
    for place, cell in enumerate(table.rows[0].cells):
        cell.text = f"{{{{ heads[{place}] }}}}"
    _repeat(table.rows[0])
    table.rows[1].cells[0].text = "{%tr for row in rows %}"
    for place, cell in enumerate(table.rows[2].cells):
        cell.text = f"{{{{ row[{place}] }}}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    for row in table.rows:
        for cell, width in zip(row.cells, _WIDTHS_MM, strict=True):
            cell.width = Mm(width)
    for text in ("{%p for item in addenda %}", "{{ item }}", "{%p endfor %}"):
        _line(made, text)
    made.add_heading("{{ notes_title }}", level=2)
    for text in ("{%p for note in notes %}", "{{ note }}", "{%p endfor %}"):
        _line(made, text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _set_page(made: Any) -> None:
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(14)
    section.top_margin = section.bottom_margin = Mm(15)


def _set_fonts(made: Any) -> None:
    for style, font, size in (
        ("Normal", _BODY_FONT, 10.5),
        ("Heading 1", _TITLE_FONT, 18),
        ("Heading 2", _TITLE_FONT, 12),
    ):
        found = made.styles[style]
        found.font.name, found.font.size = font, Pt(size)
        fonts = found.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(name), font)
        for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(name), None)


def _line(made: Any, text: str, alignment: Any = None) -> None:
    paragraph = made.add_paragraph(text)
    paragraph.paragraph_format.space_after = Pt(3)
    if alignment is not None:
        paragraph.alignment = alignment


def _repeat(row: Any) -> None:
    """Let the row stand at the top of every page, which also marks it as the header row."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
