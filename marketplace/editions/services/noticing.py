"""Verbs that send a frozen edition to its public notice and take it back."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ...db import database_now
from ...errors import InvalidInput
from ...notices.drafts import NoticeRow
from ...notices.services import draft_edition_notice
from ...permissions import Viewer
from ...web.filters import beijing_today
from ..models import Edition
from ..queries import edition_rules, notice_standing, preflight_of, rows_of
from ..standing import faults_before_notice
from .steps import take


def put_on_notice(session: Session, actor: Viewer, edition: Edition, *, seen_version: int) -> None:
    """Draft the public notice of a frozen edition; the notices room publishes and ends it.

    Raises InvalidInput while a row is out of date or may not be shown as it is.
    """
    today = beijing_today(database_now(session))
    rows = rows_of(session, edition, today)
    if why := faults_before_notice(preflight_of(session, edition, rows, "", today)):
        raise InvalidInput(
            _("还不能送公示：%(why)s。", why=why), "目录没有变化。", "请解冻重编后再送。"
        )
    take(session, actor, edition, "put_on_notice", seen_version=seen_version)
    title = str(edition_rules(session, today)["notice_title"]).replace("{title}", edition.title)
    draft_edition_notice(
        session,
        actor,
        edition.id,
        title,
        [
            NoticeRow(key, row["name"], row["uscc"], row["track"], row["tier"])
            for key, row in rows.items()
        ],
        region_code=edition.region_code,
    )


def take_off_notice(
    session: Session, actor: Viewer, edition: Edition, *, seen_version: int
) -> None:
    """Go back to the frozen edition after its notice was cancelled or has ended.

    Raises InvalidInput while the notice is drafted or runs: it is ended or cancelled first.
    """
    if notice_standing(session, edition).state in {"draft", "published"}:
        raise InvalidInput(
            "这一期的公示还没有结束。", "目录没有变化。", "请先在“公示”中取消，或待期满。"
        )
    take(session, actor, edition, "take_off_notice", seen_version=seen_version)
