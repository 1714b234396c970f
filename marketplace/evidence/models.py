"""One row per file that was handed in; the bytes lie in the upload folder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import db, now


class EvidenceFile(db.Model):  # type: ignore[name-defined, misc]
    """A file as handed in. `key` is its public name, `stored_as` its name on disk.

    `organisation_id` is whose file it is; None for files of objectors and of staff. `attached`
    becomes true once another row holds it: what is never attached is swept after a day.
    """

    __tablename__ = "evidence_file"
    __table_args__ = (CheckConstraint("scan IN ('clean','unscanned')", name="scan"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    stored_as: Mapped[str] = mapped_column(String(60))
    filename: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    scan: Mapped[str] = mapped_column(String(12), default="unscanned")
    attached: Mapped[bool] = mapped_column(default=False, index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(default=now)
