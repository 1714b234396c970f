"""Verbs on an edition before its notice: draft it, choose who is in, freeze the rows."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ...accounts.models import Unit
from ...audit.services import record
from ...catalogue.queries import listed_providers
from ...db import database_now, now
from ...errors import Conflict, InvalidInput, NotPermitted
from ...permissions import Viewer
from ...providers.models import Provider
from ...web.filters import beijing_today
from ..models import Edition, EditionEntry
from ..queries import edition_rules, rows_of
from ..rows import digest_of
from .steps import change, take


def draft_edition(session: Session, actor: Viewer, year: int, title: str = "") -> Edition:
    """Begin the next edition of a year; without a title it gets the one of the rules.

    Takes in all listed providers until one is left out. Raises Conflict when a colleague began
    one at the same moment, InvalidInput while another is not published yet.
    """
    unit = session.get(Unit, actor.unit_id) if actor.unit_id else None
    if unit is None or not actor.may("unit:edition:edit"):
        raise NotPermitted("您的账号没有所属处室，不能编目录。", "没有保存任何内容。")
    today = beijing_today(database_now(session))
    if not today.year - 1 <= year <= today.year + 1:
        raise InvalidInput("年份有误。", "没有保存任何内容。", "请填今年或相邻年份。")
    _refuse_second(session, unit.region_code)
    last = session.scalar(select(func.max(Edition.ordinal)).where(Edition.year == year)) or 0
    ordinal = last + 1
    template = str(edition_rules(session, today)["title"])
    usual = template.replace("{year}", str(year)).replace("{ordinal}", str(ordinal))
    edition = Edition(
        year=year,
        ordinal=ordinal,
        title=title.strip() or usual,
        region_code=unit.region_code,
        unit_id=unit.id,
        created_by_id=actor.user_id,
    )
    try:
        with session.begin_nested():
            session.add(edition)
            session.flush()
    except IntegrityError:
        raise Conflict(
            "同事刚刚新编了一期。", "没有保存任何内容。", "请刷新目录列表后再看。"
        ) from None
    record(session, actor, "edition.drafted", ("edition", edition.id), title=edition.title)
    return edition


def _refuse_second(session: Session, region_code: str) -> None:
    running = session.scalar(
        select(Edition).where(
            Edition.region_code == region_code, Edition.state.in_(("draft", "frozen", "notice"))
        )
    )
    if running is not None:
        raise InvalidInput(
            "还有一期目录没有发布。", "没有新编。", "请先办完那一期，或在那一期里改动。"
        )


def leave_out(
    session: Session,
    actor: Viewer,
    edition: Edition,
    provider_id: int,
    reason: str,
    *,
    seen_version: int,
) -> None:
    """Keep a listed provider out of this draft, with a reason that stands in the file of it."""
    provider = session.get(Provider, provider_id)
    today = beijing_today(database_now(session))
    listed = session.scalar(listed_providers(today).where(Provider.id == provider_id))
    if provider is None or listed is None:
        raise InvalidInput("这家服务商现在不在库，本来就不收录。", "目录没有变化。")
    if not reason.strip():
        raise InvalidInput("没有写明不收录的原因。", "目录没有变化。", "请写明原因。")
    kept = [item for item in edition.left_out if item["provider_id"] != provider_id]
    name = provider.organisation.name
    item = {"provider_id": provider_id, "name": name, "reason": reason.strip()}
    change(session, actor, edition, seen_version, left_out=[*kept, item])
    record(session, actor, "edition.left_out", ("edition", edition.id), provider_id=provider_id)


def take_in(
    session: Session, actor: Viewer, edition: Edition, provider_id: int, *, seen_version: int
) -> None:
    """Take a provider that was left out into this draft again."""
    kept = [item for item in edition.left_out if item["provider_id"] != provider_id]
    if len(kept) == len(edition.left_out):
        raise InvalidInput("这家服务商已在收录范围内。", "目录没有变化。")
    change(session, actor, edition, seen_version, left_out=kept)
    record(session, actor, "edition.taken_in", ("edition", edition.id), provider_id=provider_id)


def freeze_edition(session: Session, actor: Viewer, edition: Edition, *, seen_version: int) -> None:
    """Freeze the rows of all providers taken in, as they are at this moment.

    Raises InvalidInput when nobody would stand in it.
    """
    rows = rows_of(session, edition, beijing_today(database_now(session)))
    if not rows:
        raise InvalidInput("现在没有可以收录的服务商。", "目录没有冻结。", "请先核对在库情况。")
    digest = digest_of(list(rows.values()))
    take(
        session,
        actor,
        edition,
        "freeze",
        seen_version=seen_version,
        digest=digest,
        frozen_at=now(),
    )
    session.add_all(
        EditionEntry(edition_id=edition.id, position=position, provider_id=key, row=row)
        for position, (key, row) in enumerate(rows.items(), 1)
    )
    session.flush()
    session.expire(edition, ["entries"])


def unfreeze_edition(
    session: Session, actor: Viewer, edition: Edition, *, seen_version: int
) -> None:
    """Give the frozen rows up and draft again."""
    take(session, actor, edition, "unfreeze", seen_version=seen_version, digest="", frozen_at=None)
    session.execute(delete(EditionEntry).where(EditionEntry.edition_id == edition.id))
    session.expire(edition, ["entries"])
