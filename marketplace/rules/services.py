"""Write new versions of rule sets; versions that exist are never changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import serialise_writers
from ..errors import InvalidInput
from ..permissions import Viewer
from .models import RuleVersion
from .queries import shipped
from .shape import differences


def write_version(
    session: Session,
    actor: Viewer,
    name: str,
    body: dict[str, Any],
    effective_on: date,
    note: str,
    today: date,
) -> RuleVersion:
    """Add a version of a rule set that takes effect on a day not before today.

    Raises InvalidInput when the shape differs from the shipped one, when the day is past, or
    when no reason is given: a later reader must be able to tell why the rule changed.
    """
    wrong = differences(shipped(name), body)
    if wrong:
        raise InvalidInput(
            _("规则的结构与原来不一致：%(places)s。", places="、".join(wrong[:5])),
            "没有保存任何改动。",
        )
    if effective_on < today:
        raise InvalidInput("生效日期不能早于今天。", "没有保存任何改动。")
    if not note.strip():
        raise InvalidInput("请写明修改原因。", "没有保存任何改动。")
    serialise_writers(session)
    last = session.scalar(select(func.max(RuleVersion.number)).where(RuleVersion.name == name)) or 0
    version = RuleVersion(
        name=name,
        number=last + 1,
        effective_on=effective_on,
        body=body,
        note=note.strip(),
        created_by_id=actor.user_id,
    )
    session.add(version)
    session.flush()
    record(session, actor, "rules.version_written", ("rules", name), number=version.number)
    return version
