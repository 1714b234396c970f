"""Give and withdraw consents; the audit log keeps every change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...audit.services import record
from ...errors import InvalidInput
from ...permissions import Viewer
from ..consents import ConsentText
from ..models import Consent


def give_consent(
    session: Session, actor: Viewer, user_id: int, text: ConsentText, moment: datetime
) -> None:
    """Note that the person consents to the current version of the text."""
    row = _row(session, user_id, text) or Consent(
        user_id=user_id, kind=text.kind, text_version=text.version
    )
    row.given_at, row.withdrawn_at = moment, None
    session.add(row)
    record(
        session,
        actor,
        "account.consent_given",
        ("user", user_id),
        kind=text.kind,
        version=text.version,
    )


def withdraw_consent(
    session: Session, actor: Viewer, user_id: int, text: ConsentText, moment: datetime
) -> None:
    """Note that the person withdraws; raises InvalidInput for the text the account rests on."""
    if text.is_needed:
        raise InvalidInput(
            "账号依据隐私政策的同意而存在，撤回这项同意就是注销账号。",
            "您的同意没有变化。",
            "如要撤回，请到“我的账号”办理注销。",
        )
    row = _row(session, user_id, text)
    if row is None or row.withdrawn_at is not None:
        return
    row.withdrawn_at = moment
    record(
        session,
        actor,
        "account.consent_withdrawn",
        ("user", user_id),
        kind=text.kind,
        version=text.version,
    )


def _row(session: Session, user_id: int, text: ConsentText) -> Consent | None:
    return session.scalar(
        select(Consent).where(
            Consent.user_id == user_id,
            Consent.kind == text.kind,
            Consent.text_version == text.version,
        )
    )
