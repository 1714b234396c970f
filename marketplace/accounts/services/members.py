"""What the owner of an organisation does with its people and its facts."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ...audit.services import record
from ...errors import Conflict, InvalidInput, NotFound
from ...permissions import Viewer
from ..drafts import OrganisationFacts
from ..models import Membership, Organisation
from .invitations import get_own_membership


def remove_member(session: Session, actor: Viewer, user_id: int) -> None:
    """Take a person out of the owner's organisation; the account stays."""
    own = get_own_membership(session, actor)
    if user_id == actor.user_id:
        raise InvalidInput(
            "负责人不能移除自己。", "成员没有变化。", "请先移交负责人，再由新负责人移除。"
        )
    gone = session.execute(
        delete(Membership).where(
            Membership.user_id == user_id, Membership.organisation_id == own.organisation_id
        )
    )
    if gone.rowcount != 1:
        raise NotFound("本单位没有这位成员。", next_step="请刷新页面查看最新的成员名单。")
    record(session, actor, "member.removed", ("organisation", own.organisation_id), user=user_id)


def hand_over(session: Session, actor: Viewer, user_id: int) -> None:
    """Make another member the owner; the former owner becomes an editor."""
    own = get_own_membership(session, actor)
    heir = session.scalar(
        select(Membership).where(
            Membership.user_id == user_id, Membership.organisation_id == own.organisation_id
        )
    )
    if heir is None or heir.id == own.id:
        raise NotFound("本单位没有这位成员。", next_step="请刷新页面查看最新的成员名单。")
    stepped_down = session.execute(
        update(Membership)
        .where(Membership.id == own.id, Membership.role == "owner")
        .values(role="editor")
    )
    if stepped_down.rowcount != 1:
        raise Conflict("负责人刚刚已经变更。", "没有改动。", "请刷新页面查看最新情况。")
    session.execute(update(Membership).where(Membership.id == heir.id).values(role="owner"))
    record(
        session,
        actor,
        "member.ownership_handed_over",
        ("organisation", own.organisation_id),
        user=user_id,
    )


def change_organisation(
    session: Session, actor: Viewer, facts: OrganisationFacts, seen_version: int
) -> Organisation:
    """Change what the owner may change; name and code are changed by the bureau only."""
    own = get_own_membership(session, actor)
    if not (facts.is_manufacturer or facts.is_provider):
        raise InvalidInput("需求方、服务方至少要选一项。", "单位信息没有变化。", "请勾选后再保存。")
    changed = session.execute(
        update(Organisation)
        .where(Organisation.id == own.organisation_id, Organisation.version == seen_version)
        .values(version=Organisation.version + 1, **asdict(facts))
    )
    if changed.rowcount != 1:
        raise Conflict(
            "单位信息刚刚被他人修改。", "您的修改没有写入。", "请刷新页面查看最新内容后再改。"
        )
    record(session, actor, "organisation.changed", ("organisation", own.organisation_id))
    organisation = session.get(Organisation, own.organisation_id, populate_existing=True)
    assert organisation is not None
    return organisation
