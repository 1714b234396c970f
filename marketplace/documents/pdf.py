"""A printed table as a tagged, accessible PDF (PDF/UA-1), set by typst.

Warnings are errors: a document is either right or not made. Setting the same words again costs
nothing, because the last few documents are remembered by their words; the date inside is the
document's own, so that the same words give the same file.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from flask_babel import gettext as _

from .glyphs import FONT_FAMILY, FONT_FOLDER, MISSING, drawable
from .printed import PrintedTable

TEMPLATE = Path(__file__).resolve().parents[2] / "templates" / "documents" / "table.typ"
_REMEMBERED = 16


class DocumentFailed(RuntimeError):
    """The document could not be set without a warning; the message is for the log."""


def write_pdf(table: PrintedTable, on: date) -> bytes:
    """Return the PDF of a printed table; `on` becomes its date of creation."""
    shown, replaced = _drawable(table.as_words())
    if replaced:
        note = _("“%(sign)s”处是字库里没有的字，原字见网页。", sign=MISSING)
        shown["notes"] = [*shown["notes"], note]
    shown["widths_mm"] = list(table.widths_mm)
    return _set(json.dumps(shown, ensure_ascii=False, sort_keys=True), on)


def _drawable(value: Any) -> tuple[Any, bool]:
    """Return the words with every text made drawable, and whether anything was replaced."""
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, list):
        made = [_drawable(item) for item in value]
        return [item for item, _replaced in made], any(replaced for _item, replaced in made)
    pairs = {key: _drawable(item) for key, item in value.items()}
    return (
        {key: item for key, (item, _replaced) in pairs.items()},
        any(replaced for _item, replaced in pairs.values()),
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONT_FOLDER]
    )


@lru_cache(maxsize=_REMEMBERED)
def _set(words: str, on: date) -> bytes:
    data = json.dumps({**json.loads(words), "font": FONT_FAMILY}, ensure_ascii=False)
    compiler = typst.Compiler(
        input=TEMPLATE.read_bytes(), font_paths=_fonts(), sys_inputs={"data": data}
    )
    try:
        made, warnings = compiler.compile_with_warnings(
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=datetime(on.year, on.month, on.day, tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise DocumentFailed(error.diagnostic) from error
    if warnings:
        raise DocumentFailed("; ".join(warning.message for warning in warnings))
    assert isinstance(made, bytes)
    return made
