"""Files handed in: kept whole and private, or refused with nothing stored."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, User
from marketplace.accounts.queries import viewer_of
from marketplace.db import now
from marketplace.errors import Conflict, DuijieError, InvalidInput, TooLarge, Unavailable
from marketplace.evidence import services
from marketplace.evidence.models import EvidenceFile
from marketplace.evidence.refusals import Unfit
from marketplace.evidence.storage import read_evidence
from marketplace.evidence.web import send_evidence
from tests.fixtures.evidence import jpeg, pdf

Keep = Callable[..., EvidenceFile]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.fixture
def organisation(create_organisation: Callable[..., Organisation]) -> Organisation:
    return create_organisation(is_provider=True)


@pytest.fixture
def keep(
    session: Session,
    folder: Path,
    organisation: Organisation,
    create_user: Callable[..., User],
) -> Keep:
    actor = viewer_of(create_user(organisation=organisation))

    def store(data: bytes = pdf(), filename: str = "验收单.pdf", **more: Any) -> EvidenceFile:
        options = {"organisation_id": organisation.id, "scanner": "", **more}
        return services.keep_evidence(session, actor, data, filename, folder, **options)

    return store


@pytest.fixture
def scanner(tmp_path: Path) -> Callable[[int], str]:
    """Return the command of a scanner that ends with a given status."""

    def command(status: int) -> str:
        script = tmp_path / f"scanner-{status}"
        script.write_text(f'#!/bin/sh\ntest -f "$2" || exit 9\nexit {status}\n')
        script.chmod(0o700)
        return f"{script} --quiet"

    return command


def test_a_file_is_kept_under_a_random_name_readable_by_the_site_only(
    keep: Keep, folder: Path
) -> None:
    file = keep()
    [path] = folder.iterdir()
    assert path.name == file.stored_as
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (file.filename, file.media_type) == ("验收单.pdf", "application/pdf")
    assert (file.size, file.attached, file.scan) == (len(pdf()), False, "unscanned")
    assert file.key not in file.stored_as
    assert read_evidence(folder, file) == pdf()


def test_a_file_changed_on_disk_is_not_given_out(keep: Keep, folder: Path) -> None:
    file = keep()
    (folder / file.stored_as).write_bytes(b"%PDF-other")
    with pytest.raises(Unavailable):
        read_evidence(folder, file)
    (folder / file.stored_as).unlink()
    with pytest.raises(Unavailable):
        read_evidence(folder, file)


@pytest.mark.parametrize(
    ("data", "filename", "error"),
    [
        (b"", "空.pdf", Unfit),
        (pdf(), "程序.exe", Unfit),
        (pdf() + b"x", "尾巴.pdf", Unfit),
        (b"%PDF-" + b"0" * (20 * 1024 * 1024), "太大.pdf", TooLarge),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    session: Session,
    keep: Keep,
    folder: Path,
    data: bytes,
    filename: str,
    error: type[DuijieError],
) -> None:
    with pytest.raises(error) as refused:
        keep(data, filename)
    assert all((refused.value.what, refused.value.kept, refused.value.next_step))
    assert session.scalar(select(func.count(EvidenceFile.id))) == 0
    assert not folder.exists() or not list(folder.iterdir())


def test_the_scanner_decides_and_its_absence_is_no_clean_bill(
    keep: Keep, folder: Path, scanner: Callable[[int], str]
) -> None:
    assert keep(scanner=scanner(0)).scan == "clean"
    kept = list(folder.iterdir())
    with pytest.raises(InvalidInput):
        keep(scanner=scanner(1))
    for command in (scanner(2), "/no/such/scanner", '"'):
        with pytest.raises(Unavailable) as away:
            keep(scanner=command)
        assert away.value.what == "扫描服务暂时不可用。"
    assert list(folder.iterdir()) == kept


def test_photographs_are_stripped_when_asked(keep: Keep, folder: Path) -> None:
    photo = jpeg((0xE1, b"Exif\0\0GPS"))
    assert read_evidence(folder, keep(photo, "现场.jpg")) == photo
    assert read_evidence(folder, keep(photo, "现场.jpg", strip=True)) == jpeg()


def test_an_organisation_cannot_pile_up_what_it_does_not_use(
    session: Session, keep: Keep, organisation: Organisation
) -> None:
    file = keep()
    file.size = 200 * 1024 * 1024
    session.flush()
    with pytest.raises(TooLarge):
        keep()
    services.mark_attached(session, file)
    assert keep().organisation_id == organisation.id


def test_a_file_is_attached_once(session: Session, keep: Keep) -> None:
    file = keep()
    services.mark_attached(session, file)
    with pytest.raises(Conflict):
        services.mark_attached(session, file)
    services.let_go(session, file)
    services.mark_attached(session, file)


def test_unattached_files_go_after_a_day_and_their_bytes_with_the_next_sweep(
    session: Session, keep: Keep, folder: Path
) -> None:
    old, used, fresh = keep(), keep(), keep()
    services.mark_attached(session, used)
    for file in (old, used):
        file.uploaded_at = now() - timedelta(hours=25)
        os.utime(folder / file.stored_as, (time.time() - 25 * 3600,) * 2)
    names = {used.stored_as, fresh.stored_as}
    session.commit()
    assert services.sweep_evidence(session, folder) == 1
    session.commit()
    assert services.sweep_evidence(session, folder) == 0
    assert {path.name for path in folder.iterdir()} == names


def test_a_download_is_never_opened_as_a_page(app: Flask, session: Session, keep: Keep) -> None:
    place = Path(app.config["UPLOAD_FOLDER"]) / "evidence"
    actor = keep().uploaded_by_id
    assert actor is not None
    file = services.keep_evidence(
        session,
        viewer_of(session.get_one(User, actor)),
        pdf(),
        "验收单.pdf",
        place,
        organisation_id=None,
        scanner="",
    )
    with app.test_request_context():
        answer = send_evidence(file)
        answer.direct_passthrough = False
    assert answer.get_data() == pdf()
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=.pdf; filename*=UTF-8''%E9%AA%8C%E6%94%B6%E5%8D%95.pdf"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
