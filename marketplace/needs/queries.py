"""Reads of needs. Confidentiality lives here: every list, count, search and page goes through.

`visible_needs` is the only statement other rooms may start from, `get_shown_need` and
`shown_needs` the only way to a need's content for a page. What a viewer may not know of raises
NotFound, exactly as if it were not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from ..catalogue.queries import is_listed_organisation
from ..db import now
from ..errors import NotFound
from ..permissions import Viewer
from ..rules.queries import get_rules
from ..taxonomy.queries import Taxonomy, get_taxonomy
from ..web.filters import beijing_today
from .disclosure import FULL, MASKED, NAMELESS
from .lifecycle import OPEN_STATES
from .masking import Masker
from .models import Need, NeedDecision, NeedText
from .policy import is_handled_by, is_owner, reader_of
from .shown import ShownNeed

FACETS = ("state", "stage", "scene", "industry")
MOST_COMPARED = 500
"""Needs compared when looking for duplicates; 500 comparisons take about 50 ms."""


@dataclass(frozen=True, slots=True)
class NeedFilter:
    """What a reader asked for: words, and chosen codes by facet."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def without(self, facet: str) -> NeedFilter:
        """Return the filter with one facet left open, which is what that facet is counted in."""
        return NeedFilter(
            self.words, {key: val for key, val in self.chosen.items() if key != facet}
        )


def not_found() -> NotFound:
    """Return the one answer for needs that are not there and needs one may not know of."""
    return NotFound(
        "没有这条需求，或它不对您公开。",
        next_step="请核对编号；企业和经办人请先登录。",
    )


def get_masker(session: Session, today: date) -> Masker:
    """Return the masker with today's rules and taxonomy."""
    return Masker(get_taxonomy(session), get_rules(session, "need_masking", today).body)


def is_listed_viewer(session: Session, viewer: Viewer) -> bool:
    """Whether the viewer acts for a provider that is in the directory today."""
    return is_listed_organisation(session, viewer.organisation_id, beijing_today(now()))


def _own(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.organisation_id is None or not viewer.may("own:need:view"):
        return false()
    return Need.organisation_id == viewer.organisation_id


def _handled(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.region_prefix is None or not viewer.may("unit:need:view"):
        return false()
    return and_(
        Need.submitted_at.is_not(None),
        or_(
            Need.region_code.is_(None),
            Need.region_code.startswith(viewer.region_prefix, autoescape=True),
        ),
    )


def visible_needs(session: Session, viewer: Viewer) -> Select[tuple[Need]]:
    """Return the statement of all needs the viewer may know of, in any state.

    The owner sees their own; staff those of their region once submitted; everybody the open ones
    that are 公开 or 脱敏; members of a listed provider also the open ones that are 仅库内.
    """
    levels = ["public", "masked"]
    if is_listed_viewer(session, viewer):
        levels.append("listed")
    open_to_viewer = and_(Need.state.in_(OPEN_STATES), Need.disclosure.in_(levels))
    return select(Need).where(or_(_own(viewer), _handled(viewer), open_to_viewer))


def open_needs(
    session: Session, viewer: Viewer, wanted: NeedFilter, taxonomy: Taxonomy
) -> Select[tuple[Need]]:
    """Return the statement of the public side's list for this viewer, newest first.

    Words are looked for only in the texts this viewer would be shown: what is masked for them
    cannot be found out by searching either.
    """
    statement = visible_needs(session, viewer).where(Need.state.in_(OPEN_STATES))
    statement = _chosen(statement, wanted.chosen, taxonomy)
    words = wanted.words.split()[:8]
    if words:
        form = case(
            (or_(_own(viewer), _handled(viewer)), FULL),
            (Need.disclosure == "public", FULL),
            (Need.disclosure == "listed", NAMELESS),
            else_=MASKED,
        )
        statement = statement.join(
            NeedText, and_(NeedText.need_id == Need.id, NeedText.form == form)
        ).where(
            *(
                or_(NeedText.body.icontains(word, autoescape=True), Need.number == word.upper())
                for word in words
            )
        )
    return statement.order_by(Need.published_at.desc(), Need.id.desc())


def _chosen(
    statement: Select[tuple[Need]], chosen: Mapping[str, tuple[str, ...]], taxonomy: Taxonomy
) -> Select[tuple[Need]]:
    columns = {"state": Need.state, "scene": Need.scene_id, "industry": Need.industry_code}
    for facet, codes in chosen.items():
        if not codes:
            continue
        if facet == "stage":
            wanted = set(codes)
            scenes = [code for code in taxonomy.scenes if wanted & set(taxonomy.stages_of(code))]
            statement = statement.where(Need.scene_id.in_(scenes))
        else:
            statement = statement.where(columns[facet].in_(codes))
    return statement


def count_facets(
    session: Session, viewer: Viewer, wanted: NeedFilter, taxonomy: Taxonomy
) -> dict[str, dict[str, int]]:
    """Return, by facet and code, how many needs this viewer would see on choosing that code."""
    counts: dict[str, dict[str, int]] = {}
    columns = {"state": Need.state, "scene": Need.scene_id, "industry": Need.industry_code}
    for facet in FACETS:
        column = columns.get(facet, Need.scene_id)
        ids = (
            open_needs(session, viewer, wanted.without(facet), taxonomy)
            .order_by(None)
            .with_only_columns(Need.id)
        )
        rows = session.execute(
            select(column, func.count())
            .where(Need.id.in_(ids), column.is_not(None))
            .group_by(column)
        )
        found = dict(rows.all())
        counts[facet] = _by_stage(found, taxonomy) if facet == "stage" else found
    return counts


def _by_stage(by_scene: Mapping[str, int], taxonomy: Taxonomy) -> dict[str, int]:
    counts: dict[str, int] = {}
    for scene_id, number in by_scene.items():
        for stage in taxonomy.stages_of(scene_id):
            counts[stage] = counts.get(stage, 0) + number
    return counts


def shown_needs(session: Session, viewer: Viewer, needs: Iterable[Need]) -> list[ShownNeed]:
    """Return the needs as this viewer may see them, in order, leaving out those they may not."""
    masker = get_masker(session, beijing_today(now()))
    listed = is_listed_viewer(session, viewer)
    shown = []
    for need in needs:
        reader = reader_of(viewer, need, listed=listed)
        seen = masker.show(need, reader) if reader else None
        if seen is not None:
            shown.append(seen)
    return shown


def get_visible_need(session: Session, viewer: Viewer, number: str) -> Need:
    """Return the row of a need this viewer may know of; its content is not for pages."""
    need = session.scalar(visible_needs(session, viewer).where(Need.number == number))
    if need is None:
        raise not_found()
    return need


def get_shown_need(session: Session, viewer: Viewer, number: str) -> ShownNeed:
    """Return the need with just what the viewer may see; NotFound when they may not know of it."""
    shown = shown_needs(session, viewer, [get_visible_need(session, viewer, number)])
    if not shown:
        raise not_found()
    return shown[0]


def get_own_need(session: Session, viewer: Viewer, number: str) -> Need:
    """Return a need of the viewer's organisation; NotFound for everybody else's."""
    need = session.scalar(select(Need).where(Need.number == number, _own(viewer)))
    if need is None or not is_owner(viewer, need):
        raise not_found()
    return need


def get_desk_need(session: Session, viewer: Viewer, number: str) -> Need:
    """Return a need the viewer's unit handles; NotFound for those of other regions and drafts."""
    need = session.scalar(select(Need).where(Need.number == number, _handled(viewer)))
    if need is None or not is_handled_by(viewer, need):
        raise not_found()
    return need


def own_needs(viewer: Viewer) -> Select[tuple[Need]]:
    """Return the statement of the viewer's organisation's needs, last changed first."""
    return select(Need).where(_own(viewer)).order_by(Need.updated_at.desc(), Need.id.desc())


def desk_needs(viewer: Viewer, states: Iterable[str] = (), words: str = "") -> Select[tuple[Need]]:
    """Return the statement of the needs the viewer's unit handles, longest waiting first.

    `words` looks through number, company, credit code and name, all of which staff may see.
    """
    statement = select(Need).where(_handled(viewer), Need.state != "draft")
    if wanted := tuple(states):
        statement = statement.where(Need.state.in_(wanted))
    for word in words.split()[:4]:
        columns = (Need.number, Need.company_name, Need.company_uscc, Need.title)
        statement = statement.where(
            or_(*(column.icontains(word, autoescape=True) for column in columns))
        )
    return statement.order_by(Need.submitted_at, Need.id)


def count_desk_states(session: Session, viewer: Viewer) -> dict[str, int]:
    """Return how many needs of the viewer's region stand in each state."""
    rows = session.execute(
        select(Need.state, func.count())
        .where(_handled(viewer), Need.state != "draft")
        .group_by(Need.state)
    )
    return dict(rows.all())


def list_near(session: Session, viewer: Viewer, need: Need) -> list[Need]:
    """Return the needs still in hand that might be the same: same company, scene or industry."""
    near = [Need.title == need.title]
    for column in (Need.company_uscc, Need.company_name, Need.scene_id, Need.industry_code):
        if value := getattr(need, column.key):
            near.append(column == value)
    statement = (
        desk_needs(viewer)
        .where(Need.id != need.id, Need.state.not_in(("withdrawn", "expired", "merged")))
        .where(or_(*near))
        .limit(MOST_COMPARED)
    )
    return list(session.scalars(statement).unique())


def list_decisions(session: Session, need: Need) -> list[NeedDecision]:
    """Return the bureau's decisions on a need with their words, oldest first."""
    return list(
        session.scalars(
            select(NeedDecision).where(NeedDecision.need_id == need.id).order_by(NeedDecision.id)
        )
    )


def find_last_decision(session: Session, need: Need, *actions: str) -> NeedDecision | None:
    """Return the latest decision of one of these kinds, or None."""
    return session.scalar(
        select(NeedDecision)
        .where(NeedDecision.need_id == need.id, NeedDecision.action.in_(actions))
        .order_by(NeedDecision.id.desc())
        .limit(1)
    )
