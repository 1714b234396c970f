"""Find by number, company, credit code, provider or run: what staff type into the header.

What a unit does not handle is not found: needs, lists, imports and runs through the statements
of their rooms, companies by their region; providers are the public directory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from ..accounts.models import Organisation
from ..applications.lifecycle import STATES as APPLICATION_STATES
from ..applications.models import Application
from ..applications.queries import desk_applications
from ..catalogue.desk_queries import DeskFilter, desk_providers
from ..catalogue.models import Listing
from ..catalogue.queries import listings_of
from ..catalogue.shown import STATE_NAMES
from ..db import db, now
from ..needlists.import_queries import imports_of
from ..needlists.lifecycle import IMPORT_STATES, LIST_STATES
from ..needlists.models import NeedList, SheetImport
from ..needlists.queries import desk_lists
from ..needs.lifecycle import STATES
from ..needs.models import Need
from ..needs.queries import desk_needs
from ..permissions import Viewer
from ..providers.models import Provider
from ..recommendations.models import RecommendationRun
from ..taxonomy.queries import Taxonomy, get_taxonomy
from ..web.filters import beijing_today, show_date, show_moment
from ..web.viewer import current_viewer
from .blueprint import room

MOST: Final = 10
"""Results shown of one kind; the rest stands behind the group's link."""

MOST_WORDS: Final = 60


@dataclass(frozen=True, slots=True)
class Result:
    """One thing found: what it is, more about it, its state or the like, its address."""

    title: str
    note: str
    state: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """The results of one kind, how many there are in all, where all of them stand.

    `last` is what the last column tells: the state, unless the kind has none.
    """

    name: str
    results: Sequence[Result]
    total: int
    url: str | None = None
    last: str = ""


@room.get("/desk/find", permission="unit:workbench:view", endpoint="find")
def find_page() -> ResponseReturnValue:
    """Show what the words find among the things this unit handles, by kind."""
    words = " ".join(request.args.get("q", "").split())[:MOST_WORDS]
    groups = find_all(db.session, current_viewer(), words) if words else []
    return render_template(
        "pages/board/find.html", words=words, groups=[group for group in groups if group.total]
    )


def find_all(session: Session, viewer: Viewer, words: str) -> list[Group]:
    """Return what is found, by kind; kinds of which nothing is found have total 0."""
    taxonomy = get_taxonomy(session)
    groups = [
        _needs(session, viewer, words, taxonomy),
        _companies(session, viewer, words, taxonomy),
        _providers(session, viewer, words, taxonomy),
        _applications(session, viewer, words),
        _lists(session, viewer, words),
        _runs(session, viewer, words),
    ]
    if viewer.may("unit:needlist:import"):
        groups.append(_imports(session, viewer, words))
    return groups


def _some(session: Session, statement: Select[Any]) -> tuple[list[Any], int]:
    """Return the first rows of a statement and how many it has."""
    rows = list(session.scalars(statement.limit(MOST)).unique())
    if len(rows) < MOST:
        return rows, len(rows)
    counted = select(func.count()).select_from(statement.order_by(None).subquery())
    return rows, session.scalar(counted) or 0


def _with_words(statement: Select[Any], words: str, *columns: Any) -> Select[Any]:
    """Narrow a statement to rows in which each word stands in one of the columns."""
    for word in words.split()[:4]:
        statement = statement.where(
            or_(*(column.icontains(word, autoescape=True) for column in columns))
        )
    return statement


def _needs(session: Session, viewer: Viewer, words: str, taxonomy: Taxonomy) -> Group:
    statement = desk_needs(viewer, words=words).order_by(None).order_by(Need.id.desc())
    rows, total = _some(session, statement)
    results = [
        Result(
            f"{need.number} {need.title or _('（未写名称）')}",
            " · ".join(
                part for part in (need.company_name, taxonomy.region_name(need.region_code)) if part
            ),
            str(STATES[need.state]),
            url_for("needs.triage", number=need.number),
        )
        for need in rows
    ]
    return Group(_("需求"), results, total, url_for("needs.desk", state="all", q=words))


def _companies(session: Session, viewer: Viewer, words: str, taxonomy: Taxonomy) -> Group:
    """Return the manufacturers registered in the region; their needs are one step further."""
    statement = select(Organisation).where(
        Organisation.is_manufacturer,
        Organisation.is_unclaimed.is_(False),
        or_(
            Organisation.region_code.is_(None),
            Organisation.region_code.startswith(viewer.region_prefix or "?", autoescape=True),
        ),
    )
    statement = _with_words(statement, words, Organisation.name, Organisation.uscc)
    rows, total = _some(session, statement.order_by(Organisation.name, Organisation.id))
    results = [
        Result(
            row.name,
            f"{row.uscc} · {taxonomy.region_name(row.region_code) or _('县区未定')}",
            taxonomy.industry_name(row.industry_code),
            url_for("needs.desk", state="all", q=row.uscc),
        )
        for row in rows
    ]
    return Group(_("制造企业"), results, total, last=_("行业"))


def _providers(session: Session, viewer: Viewer, words: str, taxonomy: Taxonomy) -> Group:
    today = beijing_today(now())
    statement = desk_providers(viewer, DeskFilter(words=words), today, today)
    rows, total = _some(session, statement.with_only_columns(Provider))
    listings = listings_of(session, [row.id for row in rows])
    results = [
        Result(
            row.organisation.name,
            f"{row.organisation.uscc} · {taxonomy.region_path(row.organisation.region_code)}",
            _listing_state(listings.get(row.id)),
            url_for("catalogue.show", provider_id=row.id) if row.published else None,
        )
        for row in rows
    ]
    return Group(_("服务商"), results, total, url_for("catalogue.desk", q=words))


def _applications(session: Session, viewer: Viewer, words: str) -> Group:
    statement = desk_applications(viewer).join(
        Organisation, Organisation.id == Application.organisation_id
    )
    statement = _with_words(
        statement, words, Application.number, Organisation.name, Organisation.uscc
    )
    rows, total = _some(session, statement.order_by(None).order_by(Application.id.desc()))
    results = [
        Result(
            f"{row.number} {row.organisation.name}",
            row.call.batch or row.call.title,
            str(APPLICATION_STATES[row.state]),
            url_for("formal_review.case", number=row.number),
        )
        for row in rows
    ]
    return Group(_("入库申请"), results, total, url_for("formal_review.desk", q=words))


def _listing_state(listing: Listing | None) -> str:
    if listing is None:
        return _("未入库")
    if listing.state == "valid" and listing.valid_to < beijing_today(now()):
        return str(STATE_NAMES["expired"][0])
    return _(
        "%(state)s，至%(day)s",
        state=str(STATE_NAMES[listing.state][0]),
        day=show_date(listing.valid_to),
    )


def _lists(session: Session, viewer: Viewer, words: str) -> Group:
    statement = _with_words(
        desk_lists(viewer), words, NeedList.title, NeedList.number, NeedList.event
    )
    rows, total = _some(session, statement)
    results = [
        Result(
            row.title,
            " · ".join(part for part in (row.number, row.event) if part),
            str(LIST_STATES[row.state]),
            url_for("needlists.edit", list_id=row.id),
        )
        for row in rows
    ]
    return Group(_("需求清单"), results, total)


def _runs(session: Session, viewer: Viewer, words: str) -> Group:
    seen = desk_needs(viewer).order_by(None).with_only_columns(Need.id)
    statement = (
        select(RecommendationRun)
        .where(RecommendationRun.need_id.in_(seen))
        .options(joinedload(RecommendationRun.need))
    )
    statement = _with_words(statement, words, RecommendationRun.number)
    rows, total = _some(session, statement.order_by(RecommendationRun.id.desc()))
    results = [
        Result(
            row.number,
            f"{row.need.number} {row.need.title}",
            show_moment(row.created_at),
            url_for("recommendations.run", number=row.number),
        )
        for row in rows
    ]
    return Group(_("推荐运行"), results, total, last=_("保存时间"))


def _imports(session: Session, viewer: Viewer, words: str) -> Group:
    rows, total = _some(session, _with_words(imports_of(viewer), words, SheetImport.filename))
    results = [
        Result(
            row.filename,
            show_moment(row.created_at),
            str(IMPORT_STATES[row.state]),
            url_for("needlists.preview", import_id=row.id),
        )
        for row in rows
    ]
    return Group(_("导入的表格"), results, total, url_for("needlists.imports"))
