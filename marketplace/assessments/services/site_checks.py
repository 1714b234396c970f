"""Site checks (现场核查): drawn among the agreed applications of a call, visited, recorded."""

from __future__ import annotations

import math
import secrets

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...applications.models import Application
from ...applications.steps import take
from ...audit.services import record
from ...calls.models import Call
from ...db import now
from ...errors import InvalidInput, NotPermitted
from ...needs.errors import Blocked
from ...permissions import Viewer
from ...web.filters import beijing_today
from ..drafts import VisitDraft
from ..errors import refusals_in_words
from ..lots import in_order_of_lots
from ..models import SiteCheck
from ..policy import may_arrange

PAST_AGREEMENT = ("agreed", "site_check", "proposed", "approved", "notice", "listed", "not_listed")
"""States that count as agreed when the share to be visited is reckoned."""


def how_many(agreed: int, percent: int, drawn: int) -> int:
    """Return how many more to draw: the share of all agreed, rounded up, at least one in all.

    Of 31 agreed at 10 % four are visited; one already drawn leaves three.
    """
    return max(0, max(1, math.ceil(agreed * percent / 100)) - drawn)


def draw_site_checks(
    session: Session, actor: Viewer, call: Call, *, seed: str | None = None
) -> list[SiteCheck]:
    """Draw which agreed applications of the call are visited, by lot.

    Raises Blocked when the call asks for none, none is agreed, or enough are drawn already.
    """
    if not (actor.may("unit:assessment:arrange") and actor.serves(call.region_code)):
        raise NotPermitted(
            "您不能为这批申请抽取核查。", "没有抽取。", "请由负责该批次的经办人办理。"
        )
    pool, count = site_check_pool(session, call)
    if call.site_check_percent <= 0:
        raise Blocked("这批征集没有要求现场核查。", "没有抽取。", "可以直接拟定等级。")
    if not pool or not count:
        raise Blocked(
            "没有需要再抽取的申请。", "没有抽取。", "已合议的申请都办完，或应抽的数量已经抽足。"
        )
    seed = seed or secrets.token_hex(16)
    by_id = {application.id: application for application in pool}
    drawn = [by_id[number] for number in in_order_of_lots(seed, by_id)[:count]]
    made = [SiteCheck(application_id=application.id, seed=seed) for application in drawn]
    session.add_all(made)
    with refusals_in_words():
        session.flush()
    for application in drawn:
        take(session, actor, application, "draw_site_check")
    record(
        session,
        actor,
        "site_check.drawn",
        ("call", call.id),
        seed=seed,
        pool=sorted(by_id),
        drawn=[application.id for application in drawn],
    )
    return made


def site_check_pool(session: Session, call: Call) -> tuple[list[Application], int]:
    """Return the applications that can be drawn now, and how many are still to be drawn."""
    checked = select(SiteCheck.application_id)
    pool = session.scalars(
        select(Application)
        .where(
            Application.call_id == call.id,
            Application.state == "agreed",
            Application.id.not_in(checked),
        )
        .order_by(Application.id)
    ).all()
    agreed = session.scalar(
        select(func.count())
        .select_from(Application)
        .where(Application.call_id == call.id, Application.state.in_(PAST_AGREEMENT))
    )
    drawn = session.scalar(
        select(func.count())
        .select_from(SiteCheck)
        .join(Application)
        .where(Application.call_id == call.id)
    )
    return list(pool), how_many(agreed or 0, call.site_check_percent, drawn or 0)


def record_visit(
    session: Session, actor: Viewer, check: SiteCheck, draft: VisitDraft, *, seen_version: int
) -> None:
    """Record what the visit found; the application goes on to its tier either way.

    `seen_version` is the application's. A visit that did not confirm what was handed in is told
    on the page where the tier is proposed.
    """
    application = check.application
    if not may_arrange(actor, application):
        raise NotPermitted("您不能登记这次核查。", "没有保存任何内容。", "请由经办人登记。")
    problems = []
    if draft.visit_on is None:
        problems.append(_("没有填写核查日期"))
    elif draft.visit_on > beijing_today(now()):
        problems.append(_("核查日期不能晚于今天"))
    if not draft.visitors.strip():
        problems.append(_("没有填写核查人员"))
    if not draft.findings.strip():
        problems.append(_("没有填写核查情况"))
    if draft.confirmed is None:
        problems.append(_("没有选择核查结论"))
    if problems:
        raise InvalidInput("；".join(problems) + "。", "核查记录没有保存。", "请补齐后再提交。")
    take(session, actor, application, "finish_site_check", seen_version=seen_version)
    check.visit_on, check.visitors = draft.visit_on, draft.visitors.strip()
    check.findings, check.confirmed = draft.findings.strip(), draft.confirmed
    check.recorded_at, check.recorded_by_id = now(), actor.user_id
    record(
        session,
        actor,
        "site_check.recorded",
        ("application", application.id),
        confirmed=draft.confirmed,
    )
