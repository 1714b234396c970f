"""This room's part of the full report of an application: draw, seats, scores, agreement, decision.

Experts go by their letters; points stand in the report only once the agreement was opened, so
that nobody reads them before the chair may.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..applications.models import Application
from ..catalogue.shown import tier_names
from ..db import now
from ..formal_review.report_sections import Section
from ..listings.lifecycle import DECISION_KINDS, DECISION_STATES
from ..listings.models import ListingDecision
from ..rules.queries import get_rules
from ..web.filters import beijing_today, show_date, show_moment
from .lifecycle import AGREEMENT_STATES, SEAT_STATES
from .models import Agreement
from .queries import draws_of, find_site_check, seats_of
from .sheets import sheets_of


def report_sections(session: Session, application: Application) -> list[Section]:
    """Return what the expert review left behind, in the order it happened."""
    agreements = session.scalars(
        select(Agreement)
        .where(Agreement.application_id == application.id)
        .order_by(Agreement.ordinal)
    ).all()
    return [
        *_draws(session, application),
        *(section for item in agreements for section in _agreement(session, application, item)),
        *_visit(session, application),
        *_decisions(session, application),
    ]


def _draws(session: Session, application: Application) -> list[Section]:
    draws, seats = draws_of(session, application), seats_of(session, application)
    if not draws:
        return []
    return [
        Section(
            _("专家抽取"),
            [
                (
                    show_moment(draw.drawn_at),
                    str(len(draw.drawn)),
                    str(len(draw.pool)),
                    str(len(draw.left_out)),
                    draw.seed,
                )
                for draw in draws
            ],
            (_("时间"), _("抽取人数"), _("备选人数"), _("回避或不参加"), _("随机种子")),
        ),
        Section(
            _("评审席位"),
            [
                (
                    seat.letter,
                    str(SEAT_STATES[seat.state]),
                    show_moment(seat.declared_at),
                    show_moment(seat.submitted_at),
                    show_moment(seat.confirmed_at),
                    seat.recused_reason,
                )
                for seat in seats
            ],
            (_("代号"), _("状态"), _("声明"), _("提交"), _("确认合议"), _("回避原因")),
        ),
    ]


def _agreement(session: Session, application: Application, agreement: Agreement) -> list[Section]:
    sheets = sheets_of(session, application, agreement)
    agreed = {score.indicator: score for score in agreement.scores}
    letters = [seat.letter for seat in sheets.seats]
    rows = []
    for spread in sheets.spreads:
        code = spread.indicator.code
        given = agreed.get(code)
        points = [f"{spread.points.get(letter, 0):g}" for letter in letters]
        kept = f"{given.points:g}" if given else f"{spread.mean:g}"
        rows.append(
            (spread.indicator.name, *points, f"{spread.mean:g}", kept, given.basis if given else "")
        )
    names = {item.code: item.name for item in sheets.scheme.indicators(sheets.track)}
    tiers = tier_names(get_rules(session, "tiers", beijing_today(now())).body)
    return [
        Section(
            _("合议评分"),
            rows,
            (_("指标"), *letters, _("均值"), _("议定"), _("依据")),
        ),
        Section(
            _("计算指标"),
            [
                (names.get(item["code"], item["code"]), f"{item['points']:g}", item["basis"])
                for item in agreement.computed
            ],
            (_("指标"), _("得分"), _("依据")),
        ),
        Section(
            _("合议结果"),
            [
                (_("状态"), str(AGREEMENT_STATES[agreement.state])),
                (_("定稿"), show_moment(agreement.finalised_at)),
                (_("总分"), "" if agreement.total is None else f"{agreement.total:g}"),
                (_("对应等级"), tiers.get(agreement.tier or "", "")),
                (_("会议记录"), agreement.minutes),
            ],
        ),
    ]


def _visit(session: Session, application: Application) -> list[Section]:
    check = find_site_check(session, application)
    if check is None:
        return []
    verdict = {True: _("情况属实"), False: _("情况不符"), None: _("尚未核查")}[check.confirmed]
    return [
        Section(
            _("现场核查"),
            [
                (_("抽取"), show_moment(check.drawn_at)),
                (_("核查日"), show_date(check.visit_on)),
                (_("核查人"), check.visitors),
                (_("结论"), verdict),
                (_("情况"), check.findings),
            ],
        )
    ]


def _decisions(session: Session, application: Application) -> list[Section]:
    rows = session.scalars(
        select(ListingDecision)
        .where(ListingDecision.application_id == application.id)
        .order_by(ListingDecision.id)
    ).all()
    tiers = tier_names(get_rules(session, "tiers", beijing_today(now())).body)
    return [
        Section(
            _("等级决定：%(kind)s", kind=DECISION_KINDS[row.kind]),
            [
                (_("等级"), tiers.get(row.after_tier or "", _("不予入库"))),
                (_("总分"), "" if row.total is None else f"{row.total:g}"),
                (_("理由"), row.reasons),
                (_("提出"), f"{row.proposed_by.display_name} {show_moment(row.proposed_at)}"),
                (
                    _("第二人"),
                    f"{row.decided_by.display_name} {show_moment(row.decided_at)}"
                    if row.decided_by
                    else _("尚未核准"),
                ),
                (_("意见"), row.decided_words),
                (_("状态"), str(DECISION_STATES[row.state])),
            ],
        )
        for row in rows
    ]
