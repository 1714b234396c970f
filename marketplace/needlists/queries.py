"""Reads of need lists. What stands in a list is shown through `needs.queries` only.

A row a viewer may not know of is left out everywhere: on the page, in every count, in every
export. Draft lists exist for the staff of their region alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session

from ..db import now
from ..errors import NotFound
from ..needs.checks import faults_of_mask
from ..needs.lifecycle import OPEN_STATES
from ..needs.models import Need
from ..needs.policy import is_handled_by
from ..needs.queries import desk_needs, get_masker, shown_needs, visible_needs
from ..needs.shown import ShownNeed
from ..permissions import Viewer
from ..rules.queries import Rules, get_rules
from ..web.filters import beijing_today
from .models import NeedList, NeedListEntry
from .numbering import row_number
from .policy import is_handled_list

READY_STATES = ("accepted", "internal", "published")
"""States in which a need may be put into a list."""


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One row of a list as this viewer may see it, under the number this viewer reads."""

    number: str
    entry_id: int
    position: int
    need: ShownNeed


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a list from being published: which need, in which row, and why."""

    position: int
    number: str
    text: str


def list_rules(session: Session, on: date) -> Rules:
    """Return the rule set of lists in force that day."""
    return get_rules(session, "need_lists", on)


def not_found() -> NotFound:
    """Return the one answer for lists that are not there and lists one may not know of."""
    return NotFound("没有这份清单，或它尚未发布。", next_step="请核对网址，或从需求清单重新进入。")


def _handled(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.region_prefix is None or not viewer.may("unit:needlist:view"):
        return false()
    return or_(
        NeedList.region_code.is_(None),
        NeedList.region_code.startswith(viewer.region_prefix, autoescape=True),
    )


def published_lists() -> Select[tuple[NeedList]]:
    """Return the statement of the lists in force, newest first."""
    return (
        select(NeedList)
        .where(NeedList.state == "published")
        .order_by(NeedList.published_on.desc(), NeedList.id.desc())
    )


def desk_lists(viewer: Viewer, states: Sequence[str] = ()) -> Select[tuple[NeedList]]:
    """Return the statement of the lists of the viewer's region, newest first."""
    statement = select(NeedList).where(_handled(viewer)).order_by(NeedList.id.desc())
    return statement.where(NeedList.state.in_(states)) if states else statement


def count_desk_states(session: Session, viewer: Viewer) -> dict[str, int]:
    """Return how many lists of the viewer's region stand in each state."""
    rows = session.execute(
        select(NeedList.state, func.count()).where(_handled(viewer)).group_by(NeedList.state)
    )
    return dict(rows.all())


def get_list(session: Session, viewer: Viewer, list_id: int) -> NeedList:
    """Return a list the viewer may open: everybody the published and withdrawn ones."""
    need_list = session.get(NeedList, list_id)
    if need_list is None:
        raise not_found()
    if need_list.state == "draft" and not is_handled_list(viewer, need_list):
        raise not_found()
    return need_list


def get_desk_list(session: Session, viewer: Viewer, list_id: int) -> NeedList:
    """Return a list of the viewer's region; NotFound for all others."""
    need_list = session.get(NeedList, list_id)
    if need_list is None or not is_handled_list(viewer, need_list):
        raise not_found()
    return need_list


def count_entries(session: Session, viewer: Viewer, list_ids: Iterable[int]) -> dict[int, int]:
    """Return, by list, how many rows this viewer would see."""
    rows = session.execute(
        select(NeedListEntry.list_id, func.count())
        .where(NeedListEntry.list_id.in_(list(list_ids)), _seen(session, viewer))
        .group_by(NeedListEntry.list_id)
    )
    return dict(rows.all())


def _seen(session: Session, viewer: Viewer) -> ColumnElement[bool]:
    return NeedListEntry.need_id.in_(visible_needs(session, viewer).with_only_columns(Need.id))


def shown_entries(session: Session, viewer: Viewer, need_list: NeedList) -> list[ShownEntry]:
    """Return the rows of a list as this viewer may see them, in the list's order.

    Openly disclosed rows carry the number given on publication; the others, which only some may
    see, go by the need's own number, so that no gap tells the public that they exist.
    """
    entries = session.scalars(
        select(NeedListEntry)
        .where(NeedListEntry.list_id == need_list.id, _seen(session, viewer))
        .order_by(NeedListEntry.position)
    ).all()
    rules = list_rules(session, need_list.published_on or beijing_today(now())).body
    shown = {need.number: need for need in shown_needs(session, viewer, [e.need for e in entries])}
    return [
        ShownEntry(
            number=row_number(need_list.serial, entry.serial, rules)
            if need_list.serial and entry.serial
            else entry.need.number,
            entry_id=entry.id,
            position=entry.position,
            need=shown[entry.need.number],
        )
        for entry in entries
        if entry.need.number in shown
    ]


def is_open(need: ShownNeed) -> bool:
    """Whether a provider can still respond to the need."""
    return need.state == "published"


def addable_needs(viewer: Viewer, words: str = "") -> Select[tuple[Need]]:
    """Return the statement of the needs the viewer may put into a list, newest first."""
    held = select(NeedListEntry.need_id).where(NeedListEntry.held)
    statement = desk_needs(viewer, READY_STATES).where(Need.id.not_in(held))
    for word in words.split()[:4]:
        statement = statement.where(
            or_(
                Need.title.icontains(word, autoescape=True),
                Need.company_name.icontains(word, autoescape=True),
                Need.number == word.upper(),
            )
        )
    return statement.order_by(None).order_by(Need.id.desc())


def find_draft_lists(session: Session, viewer: Viewer) -> Sequence[NeedList]:
    """Return the drafts an import can be put into."""
    return session.scalars(desk_lists(viewer, ("draft",))).all()


def list_problems(session: Session, viewer: Viewer, need_list: NeedList) -> list[Problem]:
    """Return everything that keeps the list from being published now."""
    masker = get_masker(session, beijing_today(now()))
    problems = []
    for entry in need_list.entries:
        need = entry.need
        text = ""
        if not is_handled_by(viewer, need):
            text = _("不在您负责的县区")
        elif need.state not in (*READY_STATES, *OPEN_STATES):
            text = _("还没有受理，或已撤回、退回、到期")
        elif faults := faults_of_mask(need, masker):
            text = "；".join(fault.text for fault in faults)
        if text:
            problems.append(Problem(entry.position, need.number, text))
    return problems
