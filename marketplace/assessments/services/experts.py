"""Verbs of the pool: take a person in, keep what is known of them, let them pause."""

from __future__ import annotations

from dataclasses import asdict

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from ...accounts.models import User
from ...audit.services import record
from ...errors import Conflict, InvalidInput, NotPermitted
from ...permissions import EXPERT, Viewer
from ...taxonomy.queries import get_taxonomy
from ..drafts import ExpertDraft
from ..errors import refusals_in_words
from ..models import Expert
from ..policy import may_edit_experts


def add_expert(session: Session, actor: Viewer, user_id: int, draft: ExpertDraft) -> Expert:
    """Take a person who holds the role of expert into the pool; Conflict when already in it."""
    _guard(actor)
    user = session.get(User, user_id)
    if user is None or not user.active or EXPERT not in {role.name for role in user.roles}:
        raise InvalidInput(
            "没有选中可以入库的人员。",
            "专家库没有变化。",
            "只有已授予“专家”角色的账号可以加入；请先由系统管理员邀请、安全管理员授权。",
        )
    expert = Expert(user_id=user.id, **_values(session, draft))
    session.add(expert)
    with refusals_in_words():
        session.flush()
    record(session, actor, "expert.added", ("expert", expert.id), user_id=user.id)
    return expert


def edit_expert(
    session: Session, actor: Viewer, expert: Expert, draft: ExpertDraft, *, seen_version: int
) -> None:
    """Keep employer, title, fields and note; Conflict when somebody changed them first."""
    _guard(actor)
    _change(session, expert, seen_version, **_values(session, draft))
    record(session, actor, "expert.edited", ("expert", expert.id))


def set_expert_active(
    session: Session, actor: Viewer, expert: Expert, active: bool, *, seen_version: int
) -> None:
    """Let the expert pause, or take reviews again; seats already given stay."""
    _guard(actor)
    _change(session, expert, seen_version, active=active)
    action = "expert.resumed" if active else "expert.paused"
    record(session, actor, action, ("expert", expert.id))


def _guard(actor: Viewer) -> None:
    if not may_edit_experts(actor):
        raise NotPermitted("您不能维护专家库。", "专家库没有变化。", "请由审核人员或管理员办理。")


def _values(session: Session, draft: ExpertDraft) -> dict[str, object]:
    taxonomy = get_taxonomy(session)
    known = set(taxonomy.industries), set(taxonomy.scenes)
    unknown = {*draft.industry_codes} - known[0] | {*draft.scene_ids} - known[1]
    if unknown:
        raise InvalidInput(
            _("分类里没有：%(codes)s。", codes="、".join(sorted(unknown))),
            "没有保存任何改动。",
            "请从列出的行业和场景中选择。",
        )
    if not draft.employer.strip():
        raise InvalidInput(
            "没有填写工作单位。", "没有保存任何改动。", "工作单位用于核对回避，必须填写。"
        )
    return {
        **asdict(draft),
        "industry_codes": list(draft.industry_codes),
        "scene_ids": list(draft.scene_ids),
    }


def _change(session: Session, expert: Expert, seen_version: int, **values: object) -> None:
    session.flush()
    result = session.execute(
        update(Expert)
        .where(Expert.id == expert.id, Expert.version == seen_version)
        .values(version=seen_version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            "这位专家的资料刚刚被他人改过。", "您的改动没有写入。", "请刷新页面对照后再保存。"
        )
    session.refresh(expert)
