"""What a printed table says, as one plain value for every writer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A document of one table on A4 landscape.

    `facts` are label and value of the head; `widths_mm` the columns' widths, 0 for the one that
    takes the rest; `addenda` label and text; `statement` stands at the foot of every page,
    `internal` marks a file that holds more than the public may see.
    """

    title: str
    heading: str
    number: str
    author: str
    facts: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    widths_mm: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    addenda: tuple[tuple[str, str], ...] = ()
    statement: str = ""
    internal: str = ""

    def as_words(self) -> dict[str, Any]:
        """Return everything a template shows, as JSON-ready values."""
        return {
            "title": self.title,
            "heading": self.heading,
            "number": self.number,
            "author": self.author,
            "facts": [list(fact) for fact in self.facts],
            "heads": list(self.heads),
            "rows": [list(row) for row in self.rows],
            "empty": _("没有可以显示的条目。"),
            "addenda_title": _("附录"),
            "addenda": [list(addendum) for addendum in self.addenda],
            "notes_title": _("说明"),
            "notes": list(self.notes),
            "statement": self.statement,
            "internal": self.internal,
            "page_words": [_("第"), _("页，共"), _("页")],
        }
