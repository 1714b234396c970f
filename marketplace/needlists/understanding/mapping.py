"""Which column means which field: decided for a whole table, corrected by people, remembered.

Pure. A mapping is remembered under the fingerprint of its header: the same form, filled in
by the next county, is read the same way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .fields import (
    BUDGET,
    BUDGET_MAX,
    BUDGET_MIN,
    COMPANY,
    DESCRIPTION,
    GATHERING,
    LABELS,
    TITLE,
    header_text,
    header_unit,
    scores,
)
from .profile import ColumnProfile

Header = tuple[str, str]
_SURE_ENOUGH = 50
_GATHERED_FROM = 60
# 所在市 and 所在县 are one place in two columns; 推荐单位 beside them is not.
_REGION_FROM = 90
_LONG_TITLE = 40
_TELLING = frozenset(
    {BUDGET, BUDGET_MIN, BUDGET_MAX, "deadline", "phone", "contact", "industry", "region"}
)
_FROM_CONTENT = ("phone", "uscc", "email", "company", "budget", "deadline")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Columns (from 0) by field, with what the form's header looked like.

    `unit` is the money unit of bare numbers in the budget columns (wan, yuan, yi, qian);
    `told_by` says of each field whether the header, the content or a person decided.
    """

    fingerprint: str
    columns: Mapping[str, tuple[int, ...]]
    headers: tuple[str, ...] = ()
    header_rows: tuple[int, ...] = ()
    unit: str | None = None
    told_by: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> int | None:
        """Return a field's first column, or None when the table has none."""
        return next(iter(self.columns.get(name, ())), None)

    def to_json(self) -> dict[str, Any]:
        """Return the mapping as plain data to be stored."""
        return {
            "fingerprint": self.fingerprint,
            "columns": {name: list(columns) for name, columns in self.columns.items()},
            "headers": list(self.headers),
            "header_rows": list(self.header_rows),
            "unit": self.unit,
            "told_by": dict(self.told_by),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ColumnMapping:
        """Read a stored mapping; fields no longer known are left out."""
        columns = {
            str(name): tuple(int(column) for column in columns)
            for name, columns in dict(data.get("columns", {})).items()
            if name in LABELS
        }
        return cls(
            fingerprint=str(data.get("fingerprint", "")),
            columns=columns,
            headers=tuple(str(text) for text in data.get("headers", ())),
            header_rows=tuple(int(row) for row in data.get("header_rows", ())),
            unit=data.get("unit"),
            told_by={str(k): str(v) for k, v in dict(data.get("told_by", {})).items()},
        )

    def corrected(
        self, columns: Mapping[str, Sequence[int]], unit: str | None = None
    ) -> ColumnMapping:
        """Return the mapping a person made of this one; fields given nothing are unmapped."""
        chosen = {
            name: tuple(places) for name, places in columns.items() if name in LABELS and places
        }
        told = {
            name: self.told_by.get(name, "person") if self.columns.get(name) == places else "person"
            for name, places in chosen.items()
        }
        return ColumnMapping(
            self.fingerprint, chosen, self.headers, self.header_rows, unit or self.unit, told
        )


def fingerprint_of(headers: Sequence[Header]) -> str:
    """Return the header's fingerprint: its words and their order, without hints and units."""
    words = [f"{header_text(above)}>{header_text(own)}" for above, own in headers]
    while words and words[-1] == ">":
        words.pop()
    return hashlib.sha256("|".join(words).encode()).hexdigest()


def is_need_list(fields: Mapping[str, object]) -> bool:
    """Whether recognised fields are enough for a list of needs.

    Without a company column (the list of one company) the rest must leave no doubt: any
    table may have a 项目 and a 内容.
    """
    if not {TITLE, DESCRIPTION} & set(fields):
        return False
    return COMPANY in fields or len(_TELLING & set(fields)) >= 2


def match_headers(headers: Sequence[Header]) -> dict[str, tuple[int, ...]]:
    """Give each field its best column by header alone."""
    claims = sorted(
        (-score, column, name)
        for column, (above, own) in enumerate(headers)
        for name, score in scores(own, above).items()
        if score >= _SURE_ENOUGH
    )
    columns: dict[str, tuple[int, ...]] = {}
    taken: set[int] = set()
    for negative, column, name in claims:
        if column in taken:
            continue
        if name not in columns:
            columns[name] = (column,)
        elif name in GATHERING and -negative >= _least_to_gather(name):
            columns[name] = (*columns[name], column)
        else:
            continue
        taken.add(column)
    for name in GATHERING & columns.keys():
        columns[name] = tuple(sorted(columns[name]))
    return columns


def _least_to_gather(name: str) -> int:
    return _REGION_FROM if name == "region" else _GATHERED_FROM


def build_mapping(
    headers: Sequence[Header], header_rows: Sequence[int], profiles: Sequence[ColumnProfile]
) -> ColumnMapping:
    """Decide the mapping of a table from its header, then from what the columns hold."""
    columns = match_headers(headers)
    told_by = dict.fromkeys(columns, "header")
    _settle_budget(columns)
    _settle_title(columns, headers, profiles)
    _settle_by_content(columns, told_by, headers, profiles)
    unit = None
    for name in (BUDGET, BUDGET_MIN, BUDGET_MAX):
        for column in columns.get(name, ()):
            above, own = headers[column]
            unit = unit or header_unit(own) or header_unit(above)
    shown = tuple(f"{above} / {own}" if above else own for above, own in headers)
    return ColumnMapping(fingerprint_of(headers), columns, shown, tuple(header_rows), unit, told_by)


def _settle_budget(columns: dict[str, tuple[int, ...]]) -> None:
    """A lone lower or upper bound beside a budget column is that budget's detail, or nothing."""
    bounds = [name for name in (BUDGET_MIN, BUDGET_MAX) if name in columns]
    if len(bounds) == 2:
        columns.pop(BUDGET, None)
    elif bounds and BUDGET in columns:
        columns.pop(bounds[0])


def _settle_title(
    columns: dict[str, tuple[int, ...]],
    headers: Sequence[Header],
    profiles: Sequence[ColumnProfile],
) -> None:
    """A “需求” column full of sentences is the description; a scene's name may be the title."""
    place = columns.get(TITLE)
    if place and DESCRIPTION not in columns and profiles[place[0]].median_length > _LONG_TITLE:
        columns[DESCRIPTION] = columns.pop(TITLE)
    scene = columns.get("scene")
    if not place and scene and TITLE in scores(headers[scene[0]][1], headers[scene[0]][0]):
        columns[TITLE] = scene


def _settle_by_content(
    columns: dict[str, tuple[int, ...]],
    told_by: dict[str, str],
    headers: Sequence[Header],
    profiles: Sequence[ColumnProfile],
) -> None:
    taken = {column for places in columns.values() for column in places}
    for name in _FROM_CONTENT:
        if name in columns or (name == BUDGET and {BUDGET_MIN, BUDGET_MAX} & set(columns)):
            continue
        for column, profile in enumerate(profiles):
            if column in taken or not profile.looks_like(name):
                continue
            if _says_otherwise(headers[column], name):
                continue
            columns[name] = (column,)
            told_by[name] = "content"
            taken.add(column)
            break


def _says_otherwise(header: Header, name: str) -> bool:
    """Whether a header names something plainly different, such as 成立时间 or 法人电话."""
    own = header_text(header[1])
    if not own:
        return False
    if name in {"budget", "deadline", "company"}:
        # These have look-alikes (registered capital, founding date, partner): believe only
        # headers that say nothing at all.
        return len(own) > 2 and not own.startswith(("列", "column", "f", "unnamed"))
    return "法" in own or "传真" in own
