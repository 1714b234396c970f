"""People who press at the same moment: one import, and numbers without gaps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.db import db
from marketplace.errors import Conflict
from marketplace.needlists.models import NeedList, SheetImport
from marketplace.needlists.services.committing import CommitChoice, NewTwins, commit_import
from marketplace.needlists.services.publishing import publish_list
from marketplace.needlists.services.receiving import receive_file
from marketplace.needs.models import Need
from tests.fixtures.needlists import PREFIX
from tests.functional.needlists.test_imports import line, sheet

Make = Callable[..., Any]


def at_once(app: Flask, jobs: list[Callable[[], None]]) -> list[str]:
    """Run jobs in threads with sessions of their own; return how each ended, sorted."""
    ready, ends = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], None]) -> None:
        with app.app_context():
            ready.wait()
            try:
                job()
                db.session.commit()
                ends.append("done")
            except (Conflict, NewTwins) as error:
                db.session.rollback()
                ends.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(ends)


def received(app: Flask, session: Session, clerk: User, data: bytes) -> tuple[int, int]:
    """Take in a file and return the import's id and version."""
    folder = Path(app.config["UPLOAD_FOLDER"])
    made = receive_file(session, viewer_of(clerk), data, "清单.xlsx", folder, again=True)
    session.commit()
    return made.sheet_import.id, made.sheet_import.version


def committing(clerk_id: int, import_id: int, version: int) -> Callable[[], None]:
    def job() -> None:
        actor = viewer_of(db.session.get(User, clerk_id))
        sheet_import = db.session.get(SheetImport, import_id)
        commit_import(db.session, actor, sheet_import, CommitChoice(), seen_version=version)

    return job


def test_two_people_committing_one_import_at_once_give_one_import(
    app: Flask, session: Session, clerk: User
) -> None:
    import_id, version = received(app, session, clerk, sheet(*(line(n) for n in range(1, 6))))
    jobs = [committing(clerk.id, import_id, version) for _ in range(2)]
    session.remove()  # type: ignore[attr-defined]
    assert at_once(app, jobs) == ["Conflict", "done"]
    assert session.scalar(select(func.count()).select_from(Need)) == 5


def test_two_imports_of_the_same_rows_at_once_give_the_rows_once(
    app: Flask, session: Session, clerk: User
) -> None:
    data = sheet(*(line(n) for n in range(1, 6)))
    jobs = [committing(clerk.id, *received(app, session, clerk, data)) for _ in range(2)]
    session.remove()  # type: ignore[attr-defined]
    assert at_once(app, jobs) == ["NewTwins", "done"]
    assert session.scalar(select(func.count()).select_from(Need)) == 5


def test_lists_published_at_once_get_numbers_without_gaps(
    app: Flask, session: Session, reviewer: User, create_draft_list: Make, create_need: Make
) -> None:
    made = [create_draft_list([create_need("accepted")]) for _ in range(4)]
    wanted = [(need_list.id, need_list.version) for need_list in made]
    reviewer_id = reviewer.id
    session.remove()  # type: ignore[attr-defined]

    def publishing(list_id: int, version: int) -> Callable[[], None]:
        def job() -> None:
            actor = viewer_of(db.session.get(User, reviewer_id))
            need_list = db.session.get(NeedList, list_id)
            publish_list(db.session, actor, need_list, prefix=PREFIX, seen_version=version)

        return job

    jobs = [publishing(*pair) for pair in wanted]
    # The same list twice: the loser's number must be given back.
    jobs.append(publishing(*wanted[0]))
    assert at_once(app, jobs) == ["Conflict", "done", "done", "done", "done"]
    serials = session.scalars(select(NeedList.serial).order_by(NeedList.serial)).all()
    assert list(serials) == [1, 2, 3, 4]
