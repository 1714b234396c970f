"""What the pages of editions show: plain values made from rows, ready for templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ..web.filters import show_date, show_size
from .comparing import Change
from .lifecycle import EDITION_STATES, EDITION_TONES
from .models import Edition, EditionFile

FILE_NAMES = {
    "pdf": lazy_gettext("PDF（版式件，带标签）"),
    "docx": lazy_gettext("DOCX（可编辑稿）"),
    "xlsx": lazy_gettext("XLSX（数据表）"),
    "json": lazy_gettext("JSON（机器读）"),
}
KIND_NAMES = {
    "added": lazy_gettext("新增"),
    "tier": lazy_gettext("等级变动"),
    "changed": lazy_gettext("信息更正"),
    "removed": lazy_gettext("移出"),
    "same": lazy_gettext("不变"),
}
FILE_STATES = {
    "same": (lazy_gettext("与存档一致"), "ok"),
    "differs": (lazy_gettext("与存档不一致"), "bad"),
    "missing": (lazy_gettext("文件缺失"), "bad"),
}
_STEPS = {
    "draft": lazy_gettext("起草"),
    "frozen": lazy_gettext("冻结快照"),
    "notice": lazy_gettext("公示"),
    "published": lazy_gettext("发布"),
    "superseded": lazy_gettext("被下期取代"),
}


def spaced(digest: str) -> str:
    """Return a checksum in groups of eight, as one reads it aloud."""
    return " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))


def state_shown(edition: Edition, today: date) -> tuple[Any, str]:
    """Return the word and tone of an edition's state; a lapsed one says so."""
    if edition.state == "published" and edition.valid_to and edition.valid_to < today:
        return _("已过有效期"), "warn"
    return EDITION_STATES[edition.state], EDITION_TONES[edition.state]


def ordinal_words(edition: Edition) -> str:
    """Return which issue it is: 2026年第2期."""
    return _("%(year)s年第%(ordinal)s期", year=edition.year, ordinal=edition.ordinal)


def valid_words(edition: Edition) -> str:
    """Return from when to when an edition is valid; empty before its publication."""
    if edition.valid_from is None or edition.valid_to is None:
        return ""
    return _(
        "%(first)s至%(last)s",
        first=edition.valid_from.isoformat(),
        last=edition.valid_to.isoformat(),
    )


@dataclass(frozen=True, slots=True)
class ShownFile:
    """One file of an edition."""

    kind: str
    name: str
    size: str
    digest: str
    state: tuple[Any, str] | None = None


def show_files(
    files: Sequence[EditionFile], states: Mapping[str, str] | None = None
) -> list[ShownFile]:
    """Return the files as pages list them, with how they stand on disk when that was looked up."""
    return [
        ShownFile(
            kind=file.kind,
            name=str(FILE_NAMES[file.kind]),
            size=show_size(file.size),
            digest=spaced(file.sha256),
            state=FILE_STATES[states[file.kind]] if states else None,
        )
        for file in files
    ]


def life_steps(edition: Edition, notice: tuple[date | None, date | None]) -> list[dict[str, str]]:
    """Return title, note and state of each stage; `notice` is its first and last day."""
    place = list(_STEPS).index(edition.state)
    period = _("至少5个工作日")
    if notice[0] and notice[1]:
        period = _("%(first)s至%(last)s", first=notice[0], last=notice[1])
    notes = (
        show_date(edition.created_at),
        show_date(edition.frozen_at) or _("固定收录内容"),
        period,
        show_date(edition.published_on) or _("须有文号"),
        show_date(edition.superseded_on) or _("下期发布之日"),
    )
    last_done = edition.state == "superseded"
    return [
        {
            "title": str(name),
            "note": notes[step],
            "state": "done" if step < place or (last_done and step == place) else _now(step, place),
        }
        for step, name in enumerate(_STEPS.values())
    ]


def _now(step: int, place: int) -> str:
    return "now" if step == place else "later"


def show_changes(changes: Sequence[Change], kind: str) -> list[Change]:
    """Return the changes to list: of one kind, or everything that changed."""
    if kind in KIND_NAMES:
        return [item for item in changes if item.kind == kind]
    return [item for item in changes if item.kind != "same"]


@dataclass(frozen=True, slots=True)
class CompositionRow:
    """One track: how many at each tier, altogether, and the difference to the last edition."""

    track: str
    cells: tuple[tuple[int, int], ...]
    total: int
    difference: str


def show_composition(
    this: Mapping[str, Mapping[str, int]], previous: Mapping[str, Mapping[str, int]] | None
) -> list[CompositionRow]:
    """Return the rows of track × tier; a cell is (count, shade 0–4)."""
    most = max((count for cells in this.values() for count in cells.values()), default=0)
    shown = []
    for track, cells in this.items():
        total = sum(cells.values())
        difference = ""
        if previous is not None:
            moved = total - sum(previous[track].values())
            difference = f"{moved:+d}" if moved else "0"
        shades = tuple((count, _shade(count, most)) for count in cells.values())
        shown.append(CompositionRow(track, shades, total, difference))
    return shown


def _shade(count: int, most: int) -> int:
    return 0 if not count else 1 + min(3, 4 * (count - 1) // max(1, most))


def group_by_tier(
    rows: Mapping[int, Mapping[str, Any]], names: Mapping[str, str]
) -> list[tuple[str, str, list[tuple[int, Mapping[str, Any]]]]]:
    """Return (tier, name, [(provider id, row)]) in the order the rows stand in."""
    groups: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for key, row in rows.items():
        groups.setdefault(row["tier"], []).append((key, row))
    return [
        (tier, names.get(tier, items[0][1]["tier_name"]), items) for tier, items in groups.items()
    ]
