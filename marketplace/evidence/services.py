"""Verbs on files handed in: keep one, say that a row holds it or lets go, sweep the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import now
from ..errors import Conflict, TooLarge
from ..permissions import Viewer
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from .models import EvidenceFile
from .naming import clean_filename
from .refusals import NOTHING_STORED
from .scanning import scan_file
from .sniffing import media_type_of, sniff, strip_metadata
from .storage import drop_file, keep_bytes, sweep_strays

_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken: megabytes a file, files an application, kinds, megabytes not yet attached."""

    most_file_mb: int
    most_files: int
    most_unattached_mb: int
    stray_hours: int
    kinds: tuple[str, ...]


def limits_of(session: Session) -> Limits:
    """Return the limits in force today (rule set `evidence_limits`)."""
    body = get_rules(session, "evidence_limits", beijing_today(now())).body
    return Limits(
        body["most_file_mb"],
        body["most_files"],
        body["most_unattached_mb"],
        body["stray_hours"],
        tuple(body["kinds"]),
    )


def keep_evidence(
    session: Session,
    actor: Viewer,
    upload: bytes,
    filename: str,
    folder: Path,
    *,
    organisation_id: int | None,
    scanner: str,
    strip: bool = False,
) -> EvidenceFile:
    """Check an upload and keep it, not yet attached to anything; on refusal nothing is stored.

    `scanner` is the setting SCANNER; `strip` takes place, camera and comments out of photographs.
    Raises Unfit, InvalidInput, TooLarge or Unavailable.
    """
    limits = limits_of(session)
    _check_size(upload, limits)
    name = clean_filename(filename)
    data = upload
    if strip and data.startswith(b"\xff\xd8\xff"):
        data = strip_metadata(data, "jpeg")
    kind = sniff(data, name, limits.kinds)
    _check_quota(session, actor, organisation_id, len(data), limits)
    stored_as = keep_bytes(folder, data)
    try:
        scan = scan_file(scanner, folder / stored_as)
        return _add_row(
            session,
            actor,
            key=uuid4().hex,
            stored_as=stored_as,
            filename=name,
            media_type=media_type_of(kind),
            size=len(data),
            sha256=sha256(data).hexdigest(),
            scan=scan,
            organisation_id=organisation_id,
        )
    except BaseException:
        drop_file(folder, stored_as)
        raise


def _check_size(upload: bytes, limits: Limits) -> None:
    if len(upload) > limits.most_file_mb * _MB:
        raise TooLarge(
            _("文件超过%(n)s MB。", n=limits.most_file_mb),
            NOTHING_STORED,
            "请压缩或拆分后再上传。",
        )


def _add_row(session: Session, actor: Viewer, **values: Any) -> EvidenceFile:
    file = EvidenceFile(**values, uploaded_by_id=actor.user_id)
    session.add(file)
    session.flush()
    record(
        session,
        actor,
        "evidence.kept",
        ("evidence_file", file.id),
        sha256=file.sha256,
        size=file.size,
        scan=file.scan,
    )
    return file


def _check_quota(
    session: Session, actor: Viewer, organisation_id: int | None, size: int, limits: Limits
) -> None:
    """Refuse when too much lies about unattached, by organisation or else by person."""
    whose = (
        EvidenceFile.organisation_id == organisation_id
        if organisation_id is not None
        else EvidenceFile.organisation_id.is_(None) & (EvidenceFile.uploaded_by_id == actor.user_id)
    )
    lying = session.scalar(
        select(func.coalesce(func.sum(EvidenceFile.size), 0)).where(
            whose, EvidenceFile.attached.is_(False)
        )
    )
    if int(lying or 0) + size > limits.most_unattached_mb * _MB:
        raise TooLarge(
            _("尚未用到的文件已超过%(n)s MB。", n=limits.most_unattached_mb),
            NOTHING_STORED,
            "请先完成手头的材料，未用到的文件一天后自动清除。",
        )


def mark_attached(session: Session, file: EvidenceFile) -> None:
    """Say that a row holds the file now; Conflict when it is held already or was swept."""
    session.flush()
    done = session.execute(
        update(EvidenceFile)
        .where(EvidenceFile.id == file.id, EvidenceFile.attached.is_(False))
        .values(attached=True)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("这个文件已用在别处，或已被清除。", "没有任何变化。", "请重新上传。")
    session.refresh(file)


def let_go(session: Session, file: EvidenceFile) -> None:
    """Say that no row holds the file any more: it is swept after a day."""
    file.attached = False
    session.flush()


def sweep_evidence(session: Session, folder: Path) -> int:
    """Forget files that were never attached and are older than a day; return how many rows.

    Bytes go once no row names them: those of rows forgotten now with the next sweep, so that a
    transaction that fails leaves no row without its file. Run every hour by the worker.
    """
    hours = limits_of(session).stray_hours
    sweep_strays(folder, session.scalars(select(EvidenceFile.stored_as)).all(), hours)
    gone = session.execute(
        delete(EvidenceFile)
        .where(
            EvidenceFile.attached.is_(False),
            EvidenceFile.uploaded_at < now() - timedelta(hours=hours),
        )
        .execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
