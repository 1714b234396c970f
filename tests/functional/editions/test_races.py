"""Two publications at the same moment give one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.db import db
from marketplace.editions.models import Edition, EditionFile
from marketplace.editions.services import publish_edition
from tests.fixtures.editions import FROM, TO
from tests.functional.needlists.test_races import at_once

Make = Callable[..., Any]


def test_two_who_publish_at_once_publish_once(
    app: Flask,
    session: Session,
    create_provider: Make,
    issue_edition: Make,
    curator: User,
    edition_folder: Path,
) -> None:
    create_provider("甲试验有限公司")
    edition = issue_edition("notice")
    edition_id, version, curator_id = edition.id, edition.version, curator.id
    session.remove()  # type: ignore[attr-defined]

    def publishing(number: str) -> Callable[[], None]:
        def job() -> None:
            publish_edition(
                db.session,
                viewer_of(db.session.get(User, curator_id)),
                db.session.get(Edition, edition_id),
                number,
                FROM,
                TO,
                edition_folder,
                author="试验市工信局",
                seen_version=version,
            )

        return job

    ends = at_once(app, [publishing(f"试〔2026〕{serial}号") for serial in (1, 2, 3)])
    assert ends == ["Conflict", "Conflict", "done"]
    assert session.scalar(select(func.count()).select_from(EditionFile)) == 4
