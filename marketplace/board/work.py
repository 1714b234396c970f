"""What waits for this person, as rows of a queue: what, by when, what to do, where; reads only.

Who does what follows from permissions: needs wait for those who decide on them, imports for
those who import, a filled draft list for those who publish, an empty one for those who fill
it, listings that end for those who follow them up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..catalogue.models import Listing
from ..catalogue.shown import tier_names
from ..needlists.models import SheetImport
from ..needs.models import Need
from ..needs.quality import score_need
from ..permissions import Viewer
from ..providers.models import Provider
from ..rules.queries import get_rules
from ..taxonomy.queries import Taxonomy
from ..web.filters import beijing_today
from ..workdays.promises import after_working_days, working_days_between
from .queries import (
    DESK_STATES,
    EDIT_LIST,
    FOLLOW,
    IMPORT,
    PUBLISH,
    TRIAGE,
    DraftList,
    Tally,
    list_draft_lists,
    list_ending,
    list_open_imports,
    list_waiting_needs,
    tally_needs,
)
from .vetting_queries import count_outside
from .vetting_work import vetting_items
from .work_items import WorkItem


@dataclass(frozen=True, slots=True)
class Work:
    """What waits for the viewer, what waits for others, and how many of each kind."""

    items: Sequence[WorkItem]
    tallies: Mapping[str, Tally]
    returned: Tally
    to_publish: int
    outside: Mapping[str, tuple[int, int]]
    ending: Sequence[tuple[Provider, Listing]]

    @property
    def total(self) -> Tally:
        """Everything that waits for the viewer."""
        return sum(self.tallies.values(), Tally())


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules in force today that say by when and how well."""

    today: date
    flow: Mapping[str, Any]
    desk: Mapping[str, Any]
    quality: Mapping[str, Any]
    tiers: Mapping[str, str]


def get_rulebook(session: Session, today: date) -> Rulebook:
    """Return the rules the workbench reckons with."""
    bodies = {
        name: get_rules(session, name, today).body
        for name in ("need_flow", "workbench", "need_quality", "tiers")
    }
    return Rulebook(
        today,
        bodies["need_flow"],
        bodies["workbench"],
        bodies["need_quality"],
        tier_names(bodies["tiers"]),
    )


def gather_work(session: Session, viewer: Viewer, rules: Rulebook, taxonomy: Taxonomy) -> Work:
    """Return what waits for the viewer and for others, by due day."""
    needs = tally_needs(session, viewer, rules.today, rules.flow)
    drafts = list_draft_lists(session, viewer) if viewer.may("unit:needlist:view") else []
    ending = list_ending(session, viewer, rules.today, rules.desk["expiring_days"])
    kinds: dict[str, list[WorkItem]] = {}
    if viewer.may(TRIAGE):
        kinds["needs"] = [
            _need(need, promised, rules, taxonomy)
            for need, promised in list_waiting_needs(session, viewer)
        ]
    if viewer.may(IMPORT):
        kinds["imports"] = [_import(*row, rules) for row in list_open_imports(session, viewer)]
    kinds["lists"] = [_list(item, rules) for item in drafts if _is_mine(viewer, item)]
    if viewer.may(FOLLOW):
        kinds["listings"] = [_listing(*row, rules) for row in ending]
    kinds |= vetting_items(session, viewer, rules.today)
    tallies = {kind: _tally(items, rules.today) for kind, items in kinds.items()}
    if "needs" in tallies:
        tallies["needs"] = sum((needs.get(state, Tally()) for state in DESK_STATES), Tally())
    return Work(
        items=sorted(
            (item for items in kinds.values() for item in items),
            key=lambda item: (item.due, item.since or item.due, item.title),
        ),
        tallies=tallies,
        returned=needs.get("returned", Tally()),
        to_publish=sum(item.entries > 0 and not _is_mine(viewer, item) for item in drafts),
        outside=count_outside(session, viewer, rules.today),
        ending=ending,
    )


def _is_mine(viewer: Viewer, item: DraftList) -> bool:
    return viewer.may(PUBLISH if item.entries else EDIT_LIST)


def _tally(items: Iterable[WorkItem], today: date) -> Tally:
    days = [item.due for item in items]
    return Tally(len(days), sum(day < today for day in days), days.count(today))


def _need(need: Need, promised: date | None, rules: Rulebook, taxonomy: Taxonomy) -> WorkItem:
    arrived = beijing_today(need.updated_at)
    if need.state == "submitted" and need.submitted_at:
        arrived = beijing_today(need.submitted_at)
    kinds = {
        "submitted": (
            "review_days",
            _("需求审核"),
            _("完整度%(score)s，受理、退回或转诊断", score=score_need(need, rules.quality).score),
            _("去审核"),
        ),
        "diagnosis": (
            "diagnosis_days",
            _("专家诊断"),
            _("听取诊断意见，受理或交企业改写"),
            _("去办理"),
        ),
        "accepted": (
            "publish_days",
            _("已受理，待发布"),
            _("核对后转入局内匹配")
            if need.disclosure == "bureau"
            else _("核对公开内容，发布或列入清单"),
            _("去发布"),
        ),
    }
    days, step, task, action = kinds[need.state]
    due = after_working_days(arrived, rules.flow[days])
    region = taxonomy.region_name(need.region_code) or need.region_text or _("县区未定")
    return WorkItem(
        kind="needs",
        due=promised if need.state == "diagnosis" and promised else due,
        since=arrived,
        title=f"{need.number} {need.title or _('（未写名称）')}",
        note=_("%(region)s，%(step)s", region=region, step=step),
        task=task,
        action=action,
        url=url_for("needs.triage", number=need.number),
    )


def _import(row: SheetImport, ready: int, doubt: int, rules: Rulebook) -> WorkItem:
    arrived = beijing_today(row.created_at)
    if doubt:
        task, action = _("定%(n)s行待确认的内容", n=doubt), _("去确认")
        if ready:
            task = _("定%(n)s行待确认的内容，另有%(m)s行可以导入", n=doubt, m=ready)
    elif ready:
        task, action = _("%(n)s行已齐，可以导入", n=ready), _("去导入")
    else:
        task, action = _("没有可导入的行，核对后作废"), _("去核对")
    who = row.created_by.display_name if row.created_by else ""
    return WorkItem(
        kind="imports",
        due=after_working_days(arrived, rules.desk["import_days"]),
        since=arrived,
        title=row.filename,
        note=_("需求表导入，%(who)s上传", who=who) if who else _("需求表导入"),
        task=task,
        action=action,
        url=url_for("needlists.preview", import_id=row.id),
    )


def _list(item: DraftList, rules: Rulebook) -> WorkItem:
    arrived = beijing_today(item.row.created_at)
    note = _("需求清单，%(n)s条", n=item.entries)
    if item.by:
        note = _("需求清单，%(n)s条，%(who)s拟稿", n=item.entries, who=item.by)
    return WorkItem(
        kind="lists",
        due=after_working_days(arrived, rules.desk["list_days"]),
        since=arrived,
        title=item.row.title,
        note=note,
        task=_("核对各条公开级别，发布") if item.entries else _("还没有列入需求，列入后报审核"),
        action=_("去发布") if item.entries else _("去列入"),
        url=url_for("needlists.edit", list_id=item.row.id),
    )


def _listing(provider: Provider, listing: Listing, rules: Rulebook) -> WorkItem:
    tier = rules.tiers.get(listing.tier, listing.tier)
    return WorkItem(
        kind="listings",
        due=listing.valid_to,
        since=None,
        title=provider.organisation.name,
        note=_("在库%(tier)s，%(track)s通道", tier=tier, track=listing.track),
        task=_("入库将到期，通知服务商准备复评材料"),
        action=_("查看"),
        url=url_for("catalogue.show", provider_id=provider.id),
    )


def late_by(item: WorkItem, today: date) -> int:
    """Return by how many working days an item is late."""
    return max(1, working_days_between(item.due, today))
