"""A printed table as docx: a template of our own, drawn by code, filled by docxtpl.

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

from .printed import PrintedTable

_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_TEXT_WIDTH_MM = 269
_BODY_FONT, _TITLE_FONT = "仿宋", "黑体"


def write_docx(table: PrintedTable) -> bytes:
    """Return the Word file of a printed table."""
    template = DocxTemplate(io.BytesIO(_template(_widths(table.widths_mm))))
    template.render(_clean(_context(table)), autoescape=True)
    properties = template.docx.core_properties
    properties.title, properties.author = _clean(table.heading), _clean(table.author)
    properties.language, properties.comments = "zh-CN", ""
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def _widths(widths_mm: tuple[float, ...]) -> tuple[float, ...]:
    rest = _TEXT_WIDTH_MM - sum(widths_mm)
    return tuple(width or rest for width in widths_mm)


def _context(table: PrintedTable) -> dict[str, Any]:
    return {
        **table.as_words(),
        "facts": "　　".join(f"{label}：{value}" for label, value in table.facts),
        "addenda": [f"{label}：{text}" for label, text in table.addenda],
    }


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_XML.sub("", value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return {key: _clean(item) for key, item in value.items()}


@cache
def _template(widths_mm: tuple[float, ...]) -> bytes:
    """Draw the template: A4 landscape, the head, one table whose header row repeats, the notes."""
    made = Document()
    _set_page(made)
    made.sections[0].footer.paragraphs[0].text = "{{ statement }}"
    _set_fonts(made)
    _line(made, "{% if internal %}{{ internal }}{% endif %}", WD_ALIGN_PARAGRAPH.RIGHT)
    title = made.add_heading("{{ title }}", level=1)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _line(made, "{{ facts }}")
    table = made.add_table(rows=4, cols=len(widths_mm))
    table.style = "Table Grid"
    for place, cell in enumerate(table.rows[0].cells):
        cell.text = f"{{{{ heads[{place}] }}}}"
    _repeat(table.rows[0])
    table.rows[1].cells[0].text = "{%tr for row in rows %}"
    for place, cell in enumerate(table.rows[2].cells):
        cell.text = f"{{{{ row[{place}] }}}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    for row in table.rows:
        for cell, width in zip(row.cells, widths_mm, strict=True):
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
