"""What a file of a list says: its head, its rows as one reader may see them, its notes.

Contact persons, phone numbers and credit codes stand in no file, whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ...documents.printed import PrintedTable
from ...needs.disclosure import BUDGET, LEVEL_NAMES, LISTED, OWNER, REGION, STAFF
from ...needs.shown import ShownNeed
from ...needs.vocabulary import COOPERATIONS, DEPLOYMENTS
from ...sheets.writing import CellKind
from ...taxonomy.queries import Taxonomy
from ...web.filters import show_budget, show_long_date
from ..models import NeedList
from ..queries import ShownEntry

_WIDTHS_MM = (18, 0, 44, 42, 26, 30, 18)


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its header, how its cells are written, its width in characters."""

    header: str
    kind: CellKind = "text"
    width: float = 16


@dataclass(frozen=True, slots=True)
class ListDocument:
    """Everything a writer needs.

    `facts` are label and value of the head; `brief` the columns of the printed table, `fields`
    all columns; `internal` marks a file that holds more than the public may see.
    """

    title: str
    number: str
    author: str
    facts: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]
    rows: tuple[tuple[str | date | None, ...], ...]
    brief_heads: tuple[str, ...]
    brief: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    addenda: tuple[tuple[str, str], ...]
    internal: str = ""

    @property
    def heading(self) -> str:
        """Title and 文号 in one line."""
        return f"{self.title}（{self.number}）" if self.number else self.title

    def printed(self) -> PrintedTable:
        """Return what its PDF and Word file say."""
        return PrintedTable(
            title=self.title,
            heading=self.heading,
            number=self.number,
            author=self.author,
            facts=self.facts,
            heads=self.brief_heads,
            widths_mm=_WIDTHS_MM,
            rows=self.brief,
            notes=self.notes,
            addenda=self.addenda,
            internal=self.internal,
        )


def build_document(
    need_list: NeedList,
    entries: Sequence[ShownEntry],
    taxonomy: Taxonomy,
    author: str,
    rules: Mapping[str, Any],
) -> ListDocument:
    """Return the document of a list with these rows.

    `author` is the bureau, `rules` the rule set of lists. A file that holds more than the public
    may see is marked so on every page.
    """
    internal = _mark(entries, rules)
    fields = _fields(with_level=any(entry.need.reader == STAFF for entry in entries))
    return ListDocument(
        title=need_list.title,
        number=need_list.number or "",
        author=author,
        facts=list_facts(need_list, taxonomy, len(entries)),
        fields=fields,
        rows=tuple(_row(entry, taxonomy, len(fields)) for entry in entries),
        brief_heads=(
            _("编号"),
            _("需求与目标"),
            _("企业"),
            _("行业与场景"),
            _("预算"),
            _("时间"),
            _("状态"),
        ),
        brief=tuple(_brief(entry) for entry in entries),
        notes=tuple(str(note) for note in rules["notes"]),
        addenda=tuple(
            (
                _(
                    "附录%(ordinal)s（%(day)s）",
                    ordinal=item.ordinal,
                    day=show_long_date(item.added_on),
                ),
                item.text,
            )
            for item in need_list.addenda
        ),
        internal=internal,
    )


def _mark(entries: Sequence[ShownEntry], rules: Mapping[str, Any]) -> str:
    readers = {entry.need.reader for entry in entries}
    if readers & {STAFF, OWNER}:
        return str(rules["internal_mark"])
    return str(rules["listed_mark"]) if LISTED in readers else ""


def list_facts(need_list: NeedList, taxonomy: Taxonomy, rows: int) -> tuple[tuple[str, str], ...]:
    """Return label and value of everything the head of a list says, empty values left out."""
    office = "，".join(part for part in (need_list.owner_office, need_list.phone) if part)
    chain = taxonomy.chains.get(need_list.chain_code or "", need_list.chain_code or "")
    facts = (
        (_("文号"), need_list.number or ""),
        (_("产业链"), chain),
        (_("发布活动"), need_list.event),
        (_("发布日期"), show_long_date(need_list.published_on)),
        (_("有效期"), valid_words(need_list)),
        (_("责任处室"), office),
        (_("条数"), str(rows)),
    )
    return tuple((label, value) for label, value in facts if value)


def valid_words(need_list: NeedList) -> str:
    """Return until when a list is valid, in words."""
    if need_list.valid_to is None:
        return ""
    return _("至%(day)s", day=show_long_date(need_list.valid_to))


def company_words(need: ShownNeed) -> str:
    """Return who it is: '某铸造企业（脱敏）' or the name."""
    return _("%(label)s（脱敏）", label=need.company) if need.company_masked else need.company


def region_words(need: ShownNeed) -> str:
    """Return the county, or that it is not disclosed."""
    return _("县区不公开") if REGION in need.withheld else need.region


def budget_words(need: ShownNeed) -> str:
    """Return the budget, or who gets to see it."""
    if BUDGET in need.withheld:
        return _("在库可见")
    return show_budget(need.budget_min_yuan, need.budget_max_yuan, need.budget_kind)


def day_words(need: ShownNeed) -> tuple[str, str]:
    """Return the day it is to begin, or else to be finished by, and which of the two it is."""
    if need.start_by:
        return need.start_by.isoformat(), _("前启动")
    if need.finish_by:
        return need.finish_by.isoformat(), _("前完成")
    return _("未定"), ""


def goal_words(need: ShownNeed) -> str:
    """Return goals and the hard constraints in one line."""
    said = [need.goal_line]
    if need.data_may_leave is False:
        said.append(_("数据不出厂"))
    if need.network_isolated:
        said.append(_("内网隔离"))
    if need.xinchuang_required:
        said.append(_("须适配信创"))
    return "；".join(part for part in said if part)


def _fields(*, with_level: bool) -> tuple[Field, ...]:
    fields = (
        Field(_("编号"), width=12),
        Field(_("需求名称"), "long_text", 30),
        Field(_("需求说明"), "long_text", 50),
        Field(_("目标与约束"), "long_text", 32),
        Field(_("企业"), width=24),
        Field(_("县区"), width=14),
        Field(_("行业"), width=20),
        Field(_("场景"), width=18),
        Field(_("预算"), width=16),
        Field(_("部署方式"), width=12),
        Field(_("合作方式"), width=10),
        Field(_("最迟启动"), "date", 12),
        Field(_("期望完成"), "date", 12),
        Field(_("状态"), width=10),
    )
    return (*fields, Field(_("公开级别"), width=10)) if with_level else fields


def _row(entry: ShownEntry, taxonomy: Taxonomy, width: int) -> tuple[str | date | None, ...]:
    need = entry.need
    cells = (
        entry.number,
        need.title,
        need.text,
        goal_words(need),
        company_words(need),
        region_words(need),
        need.industry,
        need.scene,
        budget_words(need),
        "、".join(str(DEPLOYMENTS[code]) for code in need.deployments),
        str(COOPERATIONS.get(need.cooperation, "")),
        need.start_by,
        need.finish_by,
        need.state_name,
        str(LEVEL_NAMES[need.disclosure]),
    )
    return cells[:width]


def _brief(entry: ShownEntry) -> tuple[str, ...]:
    need = entry.need
    goal = goal_words(need)
    trade = "\n".join(part for part in (need.industry, need.scene) if part)
    place = region_words(need)
    return (
        entry.number,
        f"{need.title}\n{goal}" if goal else need.title,
        f"{company_words(need)}\n{place}" if place else company_words(need),
        trade,
        budget_words(need),
        "".join(day_words(need)),
        need.state_name,
    )
