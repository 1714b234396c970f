"""Files of an application: only its own, only while it may be filled in, only what is taken."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.applications.models import Application, ApplicationFile
from marketplace.applications.services import attach_file, detach_file
from marketplace.errors import InvalidInput, NotFound, NotPermitted
from marketplace.evidence.models import EvidenceFile
from marketplace.permissions import Viewer
from marketplace.providers.models import Provider
from tests.fixtures.evidence import docx, jpeg, pdf

Make = Callable[..., Application]
Keep = Callable[..., EvidenceFile]


def upload(browser: FlaskClient, application: Application, data: bytes, name: str) -> int:
    answer = browser.post(
        f"/my/applications/{application.number}/materials/licence",
        data={"file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
    )
    # A large upload waits in a temporary file of the test client, which nobody else closes.
    answer.request.environ["wsgi.input"].close()
    return answer.status_code


def stored(app: Flask) -> set[str]:
    folder = Path(app.config["UPLOAD_FOLDER"]) / "evidence"
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_a_file_is_attached_to_a_material_and_taken_off_again(
    session: Session, actor: Viewer, provider: Provider, create_application: Make, keep_file: Keep
) -> None:
    application = create_application(provider=provider)
    file = keep_file(provider.organisation)
    attach_file(session, actor, application, "licence", file)
    assert [(item.item, item.file.key) for item in application.files] == [("licence", file.key)]
    assert file.attached
    detach_file(session, actor, application, file.key)
    assert application.files == []
    assert not file.attached


def test_a_file_may_belong_to_a_case_that_is_put_forward(
    session: Session, actor: Viewer, provider: Provider, create_application: Make, keep_file: Keep
) -> None:
    application = create_application(provider=provider)
    [case] = provider.cases
    attach_file(session, actor, application, f"case-{case.id}", keep_file(provider.organisation))
    with pytest.raises(InvalidInput):
        attach_file(session, actor, application, "case-987654", keep_file(provider.organisation))
    with pytest.raises(InvalidInput):
        attach_file(session, actor, application, "unknown", keep_file(provider.organisation))


def test_the_same_file_is_not_attached_twice_and_forty_are_the_most(
    session: Session, actor: Viewer, provider: Provider, create_application: Make, keep_file: Keep
) -> None:
    application = create_application(provider=provider)
    for serial in range(40):
        data = pdf(b"%% %d" % serial)
        file = keep_file(provider.organisation, data=data)
        attach_file(session, actor, application, "licence", file)
    with pytest.raises(InvalidInput, match="最多40个"):
        attach_file(session, actor, application, "licence", keep_file(provider.organisation))
    detach_file(session, actor, application, application.files[-1].file.key)
    again = keep_file(provider.organisation, data=pdf(b"% 0"))
    with pytest.raises(InvalidInput, match="内容相同"):
        attach_file(session, actor, application, "licence", again)


def test_files_of_others_are_not_there(
    session: Session,
    actor: Viewer,
    provider: Provider,
    create_application: Make,
    create_organisation: Callable[..., Organisation],
    keep_file: Keep,
) -> None:
    application = create_application(provider=provider)
    foreign = keep_file(create_organisation(is_provider=True))
    with pytest.raises(NotFound):
        attach_file(session, actor, application, "licence", foreign)


@pytest.mark.parametrize("state", ["formal_review", "expert_review", "listed", "withdrawn"])
def test_nothing_is_attached_or_taken_off_after_handing_in(
    session: Session,
    actor: Viewer,
    provider: Provider,
    create_application: Make,
    keep_file: Keep,
    state: str,
) -> None:
    application = create_application(provider=provider)
    file = keep_file(provider.organisation)
    attach_file(session, actor, application, "licence", file)
    application.state = state
    session.commit()
    with pytest.raises(NotPermitted):
        attach_file(session, actor, application, "licence", keep_file(provider.organisation))
    with pytest.raises(NotPermitted):
        detach_file(session, actor, application, file.key)


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [
        (b"", "空.pdf", 422),
        (pdf(), "验收单.exe", 422),
        (pdf(), "验收单.pdf.exe", 422),
        (pdf(), "验收单.exe.pdf", 422),
        (jpeg(), "验收单.pdf", 422),
        (b"<html></html>", "网页.pdf", 422),
        (pdf() + docx(), "两用.pdf", 422),
        (pdf(b"<< /S /JavaScript /JS (1) >>"), "脚本.pdf", 422),
        (docx(("word/vbaProject.bin", b"x")), "宏.docx", 422),
        (b"%PDF-1.4" + b" " * (20 * 1024 * 1024) + b"%%EOF", "太大.pdf", 413),
    ],
)
def test_bad_files_are_refused_with_a_reason_and_nothing_is_stored(
    app: Flask,
    session: Session,
    browser: FlaskClient,
    provider: Provider,
    create_application: Make,
    data: bytes,
    name: str,
    status: int,
) -> None:
    application = create_application(provider=provider)
    before = stored(app)
    assert upload(browser, application, data, name) == status
    assert session.scalar(select(func.count(EvidenceFile.id))) == 0
    assert session.scalar(select(func.count(ApplicationFile.id))) == 0
    assert stored(app) == before


def test_a_refused_attachment_leaves_no_bytes_behind(
    app: Flask, browser: FlaskClient, provider: Provider, create_application: Make
) -> None:
    application = create_application(provider=provider)
    assert upload(browser, application, pdf(), "执照.pdf") == 303
    before = stored(app)
    assert upload(browser, application, pdf(), "执照副本.pdf") == 422
    none = browser.post(f"/my/applications/{application.number}/materials/licence", data={})
    assert none.status_code == 422
    assert "没有选择文件" in none.text
    assert stored(app) == before


def test_an_uploaded_file_is_listed_downloaded_and_removed(
    session: Session, browser: FlaskClient, provider: Provider, create_application: Make
) -> None:
    application = create_application(provider=provider)
    assert upload(browser, application, pdf(), "../营业\u202e执照.pdf") == 303
    file = session.scalars(select(EvidenceFile)).one()
    path = f"/my/applications/{application.number}"
    assert "营业执照.pdf" in browser.get(f"{path}/edit/materials").text
    answer = browser.get(f"{path}/files/{file.key}")
    assert answer.data == pdf()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert browser.post(f"{path}/files/{file.key}/remove").status_code == 303
    assert browser.get(f"{path}/files/{file.key}").status_code == 404
    assert browser.post(f"{path}/files/{file.key}/remove").status_code == 404
