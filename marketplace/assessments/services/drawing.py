"""Drawing experts by lot, so that anybody can draw the same again."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ...applications.models import Application
from ...audit.services import record
from ...db import now
from ...errors import Conflict, InvalidInput, NotPermitted
from ...needs.errors import Blocked
from ...permissions import Viewer
from ...rules.queries import get_rules
from ...web.filters import beijing_today
from ..conflicts import least_experts, reasons_against
from ..errors import refusals_in_words
from ..letters import tell_expert
from ..lots import in_order_of_lots, is_replayed
from ..models import Draw, Expert, Seat
from ..policy import may_arrange
from ..queries import expert_statement, seats_of, snapshot_body
from .seats import scoring_due


@dataclass(frozen=True, slots=True)
class Pool:
    """Who can be drawn: first those of the field, then the others; and who cannot, and why."""

    fitting: list[int]
    others: list[int]
    left_out: dict[str, str]


def pool_of(session: Session, application: Application) -> Pool:
    """Return who can be drawn for the application now."""
    experts = session.scalars(expert_statement(active=True)).all()
    seated = {seat.expert_id: seat for seat in seats_of(session, application)}
    against = reasons_against(session, experts, application)
    pool = Pool([], [], {})
    for expert in sorted(experts, key=lambda item: item.id):
        if expert.id in seated:
            recused = seated[expert.id].state == "recused"
            pool.left_out[str(expert.id)] = _("已回避本项评审") if recused else _("已在本组")
        elif expert.id in against:
            pool.left_out[str(expert.id)] = against[expert.id]
        elif not expert.user.active:
            pool.left_out[str(expert.id)] = _("账号已停用")
        else:
            side = pool.fitting if _fits(expert, application) else pool.others
            side.append(expert.id)
    return pool


def _fits(expert: Expert, application: Application) -> bool:
    profile = snapshot_body(application).get("profile", {})
    industries = profile.get("industry_codes") or application.call.industry_codes
    scenes = profile.get("scene_ids") or application.call.scene_ids
    return bool(set(expert.industry_codes) & set(industries)) or bool(
        set(expert.scene_ids) & set(scenes)
    )


def draw_panel(
    session: Session,
    actor: Viewer,
    application: Application,
    *,
    seats: int = 3,
    seats_seen: int | None = None,
    seed: str | None = None,
) -> Draw:
    """Draw so many experts by lot and give each a seat; later draws replace the recused.

    Experts of the applicant's industries or scenes come first, others only when those are too
    few. `seats_seen` is how many seats the person saw: another number is a Conflict. Raises
    Blocked, and draws nobody, when the pool has too few.
    """
    _guard(session, actor, application, seats, seats_seen)
    seed = seed or secrets.token_hex(16)
    pool = pool_of(session, application)
    missing = seats - len(pool.fitting) - len(pool.others)
    if missing > 0:
        raise Blocked(
            _("可以抽取的专家还差%(missing)s人。", missing=missing),
            "没有抽取任何人。",
            "请在专家库中补充专家或恢复暂停的专家；回避的和已在本组的不能抽取。",
        )
    order = in_order_of_lots(seed, pool.fitting)
    if len(order) < seats:
        order += in_order_of_lots(seed, pool.others)
    draw = Draw(
        application_id=application.id,
        seed=seed,
        pool=order,
        fitting=len(pool.fitting),
        left_out=pool.left_out,
        drawn=order[:seats],
        drawn_by_id=actor.user_id,
    )
    session.add(draw)
    session.flush()
    for seat in _seat(session, application, draw):
        tell_expert(session, seat, "asked")
    record(
        session,
        actor,
        "assessment.drawn",
        ("application", application.id),
        number=application.number,
        draw=draw.id,
        seed=seed,
        drawn=draw.drawn,
    )
    return draw


def replay_draw(draw: Draw) -> bool:
    """Whether drawing again from the kept pool with the kept seed gives the same people."""
    return is_replayed(draw.seed, draw.pool, draw.fitting, draw.drawn) and not (
        {str(number) for number in draw.pool} & set(draw.left_out)
    )


def _guard(
    session: Session,
    actor: Viewer,
    application: Application,
    seats: int,
    seats_seen: int | None,
) -> None:
    if not may_arrange(actor, application):
        raise NotPermitted(
            "您不能为这份申请抽取专家。", "没有抽取任何人。", "请由负责该批次的经办人办理。"
        )
    if application.state != "expert_review":
        raise Blocked(
            "这份申请不在专家评审阶段。", "没有抽取任何人。", "请先办完前面的环节，再抽取专家。"
        )
    given = seats_of(session, application)
    if seats_seen is not None and seats_seen != len(given):
        raise Conflict(
            "他人刚刚抽取过专家。", "这次没有抽取任何人。", "请刷新页面，看清已有席位后再办。"
        )
    active = sum(seat.state != "recused" for seat in given)
    least = max(1, least_experts(session) - active)
    if seats < least:
        raise InvalidInput(
            _("这次至少要抽取%(least)s人。", least=least), "没有抽取任何人。", "请改正人数后再抽。"
        )
    letters = _letters(session)
    if len(given) + seats > len(letters):
        raise InvalidInput(
            _("席位代号只有%(count)s个，已用%(given)s个。", count=len(letters), given=len(given)),
            "没有抽取任何人。",
            "请减少人数，或由管理员在“规则”中增加代号。",
        )


def _letters(session: Session) -> str:
    return str(get_rules(session, "assessment_rules", beijing_today(now())).body["seat_letters"])


def _seat(session: Session, application: Application, draw: Draw) -> Iterable[Seat]:
    taken = len(seats_of(session, application))
    letters = _letters(session)[taken:]
    seats = [
        Seat(
            application_id=application.id,
            expert_id=expert_id,
            draw_id=draw.id,
            letter=letter,
            due_on=scoring_due(session),
        )
        for expert_id, letter in zip(draw.drawn, letters, strict=False)
    ]
    session.add_all(seats)
    with refusals_in_words():
        session.flush()
    return seats
