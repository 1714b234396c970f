"""Turning checked rows into needs: all that are ready, in one transaction, or none.

The step on the import comes first and carries the version that was seen: of two people who press
at once, one imports and the other gets Conflict. Rows to be confirmed stay behind and are
committed later the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ...accounts.models import User
from ...accounts.queries import viewer_of
from ...audit.services import record
from ...db import now
from ...errors import Conflict, DuijieError, InvalidInput, NotPermitted
from ...lifecycle import take_step
from ...msgids import N_
from ...needs.disclosure import LEVELS
from ...needs.models import Need
from ...needs.queries import get_masker
from ...needs.services import create_imported
from ...outbox.services import enqueue
from ...permissions import Viewer
from ...rules.queries import get_rules
from ...web.filters import beijing_today
from ..drafts import ListDraft
from ..judging import Decisions
from ..lifecycle import IMPORT_LIFECYCLE
from ..models import SheetImport, SheetImportRow
from ..policy import is_handled_import
from ..queries import get_desk_list
from ..twins import find_twins
from ..values import need_values
from .lists import add_needs, create_list

COMMIT_TOPIC = "sheet-commit"
_IMPORT_LOCK = 7230119


@dataclass(frozen=True, slots=True)
class CommitChoice:
    """What a person chose for the rows: the disclosure of those that name none, and a list.

    `list_id` names a draft list to put the needs into; `list_title` begins a new one.
    """

    disclosure: str = "masked"
    list_id: int | None = None
    list_title: str = ""


class NewTwins(InvalidInput):
    """Rows that became duplicates since they were checked; nothing was imported."""

    def __init__(self, row_ids: Sequence[int]) -> None:
        super().__init__(
            _("有%(n)s行与刚刚导入的需求重复。", n=len(row_ids)),
            N_("没有导入任何一行。"),
            N_("这些行已标为重复，请核对后再导入。"),
        )
        self.row_ids = tuple(row_ids)


def commit_import(
    session: Session,
    actor: Viewer,
    sheet_import: SheetImport,
    choice: CommitChoice,
    *,
    seen_version: int,
) -> int:
    """Import every row that is ready; return how many, 0 when the worker was given the job.

    Raises Conflict when somebody changed or committed the import first, NewTwins when rows
    became duplicates meanwhile; nothing is written then.
    """
    _guard(session, actor, sheet_import, choice)
    if sheet_import.version != seen_version:
        raise Conflict(
            "这次导入刚刚被他人处理或导入过。",
            "没有导入任何一行。",
            "请刷新页面查看最新结果后再导入。",
        )
    rows = ready_rows(session, sheet_import)
    if not rows:
        raise InvalidInput(
            "没有可以导入的行。", "没有任何变化。", "请先处理需确认的行，或作废这次导入。"
        )
    limits = get_rules(session, "need_import", beijing_today(now())).body
    if len(rows) > limits["commit_rows"]:
        take_step(session, IMPORT_LIFECYCLE, sheet_import, "queue", seen_version=seen_version)
        enqueue(
            session,
            COMMIT_TOPIC,
            import_id=sheet_import.id,
            actor_id=actor.user_id,
            version=sheet_import.version,
            disclosure=choice.disclosure,
            list_id=choice.list_id,
            list_title=choice.list_title,
        )
        return 0
    take_step(
        session,
        IMPORT_LIFECYCLE,
        sheet_import,
        "commit",
        seen_version=seen_version,
        committed_at=now(),
    )
    _import_rows(session, actor, sheet_import, choice)
    return len(rows)


def ready_rows(session: Session, sheet_import: SheetImport) -> list[SheetImportRow]:
    """Return the rows that would be imported now, in the file's order."""
    return list(
        session.scalars(
            select(SheetImportRow)
            .where(
                SheetImportRow.import_id == sheet_import.id,
                SheetImportRow.action == "import",
                SheetImportRow.need_id.is_(None),
            )
            .order_by(SheetImportRow.position)
        )
    )


def _guard(
    session: Session, actor: Viewer, sheet_import: SheetImport, choice: CommitChoice
) -> None:
    if not is_handled_import(actor, sheet_import):
        raise NotPermitted("您不能处理这次导入。", "没有导入任何一行。")
    if choice.disclosure not in LEVELS:
        raise InvalidInput("没有这种公开级别。", "没有导入任何一行。")
    if choice.list_id is not None:
        get_desk_list(session, actor, choice.list_id)


def _import_rows(
    session: Session, actor: Viewer, sheet_import: SheetImport, choice: CommitChoice
) -> int:
    _queue_up(session)
    rows = ready_rows(session, sheet_import)
    _refuse_twins(session, actor, rows)
    masker = get_masker(session, beijing_today(now()))
    needs = []
    for row in rows:
        values = need_values(row.understood, row.raw["cells"], choice.disclosure)
        need = create_imported(session, actor, values, masker=masker)
        row.need_id, row.version = need.id, row.version + 1
        needs.append(need)
    session.flush()
    need_list_id = _into_list(session, actor, choice, needs)
    if need_list_id is not None:
        sheet_import.list_id = need_list_id
    record(
        session,
        actor,
        "sheet_import.committed",
        ("sheet_import", sheet_import.id),
        needs=len(needs),
        list_id=need_list_id,
    )
    return len(rows)


def _queue_up(session: Session) -> None:
    """Let one import at a time go on, so that each sees what the others brought in.

    A lock of its own: it is always the first one taken, whatever else locks in which order.
    SQLite has one writer anyhow.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_IMPORT_LOCK})"))


def _refuse_twins(session: Session, actor: Viewer, rows: Sequence[SheetImportRow]) -> None:
    checked = [row for row in rows if not Decisions.of(row.fixes or {}).distinct]
    twins = find_twins(session, actor, {row.twin_key for row in checked})
    if found := [row.id for row in checked if row.twin_key in twins]:
        raise NewTwins(found)


def _into_list(
    session: Session, actor: Viewer, choice: CommitChoice, needs: Sequence[Need]
) -> int | None:
    if choice.list_id is not None:
        need_list = get_desk_list(session, actor, choice.list_id)
    elif choice.list_title.strip():
        need_list = create_list(session, actor, ListDraft(title=choice.list_title.strip()[:160]))
    else:
        return None
    add_needs(session, actor, need_list, needs)
    return need_list.id


def mark_twins(
    session: Session, actor: Viewer, sheet_import: SheetImport, row_ids: Iterable[int]
) -> None:
    """Turn rows into duplicates of the needs that came in since they were checked."""
    rows = list(session.scalars(select(SheetImportRow).where(SheetImportRow.id.in_(list(row_ids)))))
    twins = find_twins(session, actor, {row.twin_key for row in rows})
    for row in rows:
        twin = twins.get(row.twin_key)
        if twin is not None and row.need_id is None and row.import_id == sheet_import.id:
            row.action, row.warnings, row.twin_id = "duplicate", [twin.words], twin.need_id
            row.version += 1
    sheet_import.version += 1
    session.flush()
    record(session, actor, "sheet_import.twins", ("sheet_import", sheet_import.id), rows=len(rows))


def run_commits(session: Session, payloads: Iterable[Mapping[str, Any]]) -> None:
    """Do the long commits waiting for the worker, each in one transaction.

    One that was done, or withdrawn, is passed over; one that cannot be done goes back to the
    preview with the reason.
    """
    for payload in payloads:
        sheet_import = session.get(SheetImport, int(payload["import_id"]))
        if sheet_import is None or sheet_import.state != "committing":
            continue
        actor = viewer_of(session.get(User, payload["actor_id"]))
        choice = CommitChoice(payload["disclosure"], payload["list_id"], payload["list_title"])
        try:
            take_step(session, IMPORT_LIFECYCLE, sheet_import, "finish", committed_at=now())
            _import_rows(session, actor, sheet_import, choice)
        except DuijieError as error:
            session.rollback()
            session.refresh(sheet_import)
            take_step(
                session,
                IMPORT_LIFECYCLE,
                sheet_import,
                "reopen",
                error=f"{error.what}{error.kept}",
            )
            if isinstance(error, NewTwins):
                mark_twins(session, actor, sheet_import, error.row_ids)
        session.commit()
