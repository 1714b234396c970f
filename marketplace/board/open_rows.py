"""What an organisation still has under way: asked before its last owner closes the account."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..applications.lifecycle import RUNNING_STATES
from ..applications.models import Application
from ..catalogue.queries import is_listed_organisation
from ..db import now
from ..needs.models import Need
from ..web.filters import beijing_today

SETTLED_STATES = ("draft", "withdrawn", "expired", "merged", "no_provider", "reviewed")
"""States in which nobody waits for the organisation any more."""


def list_open_rows(session: Session, organisation_id: int) -> list[str]:
    """Return in words what is under way, each with what to do about it; empty when nothing is."""
    lines = []
    needs = session.scalar(
        select(func.count(Need.id)).where(
            Need.organisation_id == organisation_id, Need.state.not_in(SETTLED_STATES)
        )
    )
    if needs:
        lines.append(
            _("本单位还有%(count)s条需求没有办结。请先撤回，或邀请同事并移交负责人。", count=needs)
        )
    applications = session.scalar(
        select(func.count(Application.id)).where(
            Application.organisation_id == organisation_id,
            Application.state.in_(RUNNING_STATES),
        )
    )
    if applications:
        lines.append(
            _(
                "本单位还有%(count)s份入库申请没有办结。请先撤回，或邀请同事并移交负责人。",
                count=applications,
            )
        )
    if is_listed_organisation(session, organisation_id, beijing_today(now())):
        lines.append(_("本单位仍在服务商目录中。请先申请退出，或邀请同事并移交负责人。"))
    return lines
