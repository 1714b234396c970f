"""The result of a check: rows with their verdicts, tables with their mappings. Pure data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .budget import UNKNOWN, Budget
from .judge import TableContext
from .mapping import ColumnMapping
from .understood import Understood

SKIP_DUPLICATE, IGNORE_BLANK, IGNORE_NOTE = "skip_duplicate", "ignore_blank", "ignore_note"
ACTIONS = ("import", "review", SKIP_DUPLICATE, "reject", IGNORE_BLANK, IGNORE_NOTE)


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """One row of the sheet: what is to be done with it, and everything understood of it.

    `table` indexes `NeedListCheck.sheets`; `raw` are the texts by field, `notes` what was
    noticed taking them out (both are all `recheck_row` needs); `text` is an ignored row's words.
    """

    excel_row: int
    sheet: str
    action: str
    table: int = 0
    raw: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    fields: Mapping[str, Understood[Any]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    text: str = ""

    def value(self, name: str) -> Any:
        """Return a field's understood value, None when there is none."""
        found = self.fields.get(name)
        return found.value if found is not None else None

    @property
    def is_data(self) -> bool:
        """Whether the row is a need, whatever its verdict."""
        return self.action not in {IGNORE_BLANK, IGNORE_NOTE}

    @property
    def company(self) -> str | None:
        """The company's name on one line."""
        found: str | None = self.value("company")
        return found

    @property
    def title(self) -> str | None:
        """The need's title on one line."""
        found: str | None = self.value("title")
        return found

    @property
    def budget(self) -> Budget:
        """The budget in 万元; `unknown` when nothing was said."""
        return self.value("budget") or UNKNOWN

    @property
    def deadline(self) -> date | None:
        """The day the need should be met by."""
        found: date | None = self.value("deadline")
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the row in the vocabulary of `needs check --json`."""
        if not self.is_data:
            return {
                **dict.fromkeys(_KEYS),
                "excel_row": self.excel_row,
                "action": self.action,
                "warnings": [],
                "text": self.text,
            }
        return {
            "excel_row": self.excel_row,
            "action": self.action,
            "company": self.company,
            "title": self.title,
            "industry_code": self.value("industry"),
            "budget_min_wan": self.budget.min_wan,
            "budget_max_wan": self.budget.max_wan,
            "budget_type": self.budget.kind,
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "phone": self.value("phone"),
            "region_code": self.value("region"),
            "warnings": list(self.warnings),
        }


_KEYS = (
    "excel_row",
    "action",
    "company",
    "title",
    "industry_code",
    "budget_min_wan",
    "budget_max_wan",
    "budget_type",
    "deadline",
    "phone",
    "region_code",
    "warnings",
)


@dataclass(frozen=True, slots=True)
class TableCheck:
    """One table of a sheet: its mapping and what it says around its rows."""

    name: str
    mapping: ColumnMapping
    context: TableContext
    title: str = ""
    first_data_row: int = 0


@dataclass(frozen=True, slots=True)
class NeedListCheck:
    """A whole file checked; nothing is stored. `ignored` names sheets left out and why:
    hidden, empty, no_table, no_rows or instructions."""

    filename: str
    kind: str
    as_of: date
    sheets: tuple[TableCheck, ...]
    rows: tuple[RowVerdict, ...]
    ignored: tuple[tuple[str, str], ...] = ()
    charset: str | None = None

    @property
    def mapping(self) -> ColumnMapping:
        """The mapping of the first table."""
        return self.sheets[0].mapping

    @property
    def summary(self) -> dict[str, int]:
        """How many rows have each action, in a fixed order, zeros included."""
        counted = Counter(row.action for row in self.rows)
        return {action: counted[action] for action in ACTIONS}

    @property
    def has_several_sheets(self) -> bool:
        """Whether rows must say which sheet they come from."""
        return len({table.name for table in self.sheets}) > 1


def to_json_rows(check: NeedListCheck) -> dict[str, list[dict[str, Any]]]:
    """Return all rows in the vocabulary of `needs check --json`."""
    rows = []
    for verdict in check.rows:
        row = verdict.to_json()
        if check.has_several_sheets:
            row["sheet"] = verdict.sheet
        rows.append(row)
    return {"rows": rows}
