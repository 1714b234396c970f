"""The pages of editions: public list, one edition, verification, and the desk."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.db import now
from marketplace.editions.models import Edition
from marketplace.editions.services import add_addendum
from marketplace.editions.storage import read_file
from marketplace.web.filters import beijing_today
from tests.fixtures.editions import end_notice

Make = Callable[..., Any]
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def published(create_provider: Make, issue_edition: Make) -> Edition:
    """A published edition of two providers."""
    create_provider("甲试验有限公司", tier="tier1")
    create_provider("乙试验有限公司", tier="tier3")
    return issue_edition("published", number="试〔2026〕1号")  # type: ignore[no-any-return]


def test_the_list_says_when_nothing_is_published(client: FlaskClient) -> None:
    assert "还没有发布过目录" in client.get("/editions/").text


def test_a_draft_is_known_to_nobody_outside(client: FlaskClient, issue_edition: Make) -> None:
    edition = issue_edition()
    assert edition.title not in client.get("/editions/").text
    for path in (f"/editions/{edition.id}", f"/editions/{edition.id}.pdf", "/editions/987654"):
        assert client.get(path).status_code == 404


def test_the_public_page_groups_by_tier_and_filters(
    client: FlaskClient, published: Edition
) -> None:
    page = client.get(f"/editions/{published.id}").text
    assert page.index("甲试验有限公司") < page.index("乙试验有限公司")
    assert "不构成政府采购承诺" in page
    assert "试〔2026〕1号" in page
    only = client.get(f"/editions/{published.id}?tier=tier3").text
    assert "乙试验有限公司" in only
    assert "甲试验有限公司" not in only
    assert "没有符合条件的服务商" in client.get(f"/editions/{published.id}?q=查无此家").text


def test_a_superseded_edition_says_so_and_stays(
    client: FlaskClient, published: Edition, issue_edition: Make
) -> None:
    later = issue_edition("published", number="试〔2026〕2号")
    page = client.get(f"/editions/{published.id}").text
    assert "被下期取代" in page
    assert f'href="/editions/{later.id}"' in page
    assert client.get(f"/editions/{published.id}.pdf").status_code == 200


def test_addenda_stand_on_the_public_page(
    client: FlaskClient, session: Session, published: Edition, curator: User
) -> None:
    add_addendum(session, viewer_of(curator), published, "更正甲试验有限公司的联系电话。")
    session.commit()
    assert "更正甲试验有限公司的联系电话。" in client.get(f"/editions/{published.id}").text


def test_a_downloaded_file_is_verified_by_upload_and_by_checksum(
    client: FlaskClient, published: Edition, issue_edition: Make
) -> None:
    data = client.get(f"/editions/{published.id}.xlsx").data
    answer = client.post("/editions/verify", data={"file": (io.BytesIO(data), "目录.xlsx")})
    assert "与存档一致" in answer.text
    assert "试〔2026〕1号" in answer.text
    [digest] = [file.sha256 for file in published.files if file.kind == "pdf"]
    for typed in (digest, digest.upper(), f"sha256 {digest[:8]} {digest[8:]}", f"{digest}  a.pdf"):
        assert "与存档一致" in client.get("/editions/verify", query_string={"sha256": typed}).text
    issue_edition("published", number="试〔2026〕2号")
    page = client.get("/editions/verify", query_string={"sha256": digest}).text
    assert "这一期已被取代" in page


def test_a_file_with_one_byte_changed_is_none_of_ours(
    client: FlaskClient, published: Edition, edition_folder: Path
) -> None:
    before = sorted(edition_folder.iterdir())
    data = bytearray(client.get(f"/editions/{published.id}.json").data)
    data[-2] ^= 1
    answer = client.post("/editions/verify", data={"file": (io.BytesIO(data), "x.json")})
    assert "不是本站发布的目录文件" in answer.text
    assert sorted(edition_folder.iterdir()) == before


@pytest.mark.parametrize("typed", ["abc", "0" * 63, "g" * 64, "<script>", "0" * 500])
def test_what_is_no_checksum_is_refused(client: FlaskClient, typed: str) -> None:
    answer = client.get("/editions/verify", query_string={"sha256": typed})
    assert answer.status_code == 422
    assert "不是64位十六进制的校验值" in answer.text


def test_verification_refuses_no_file_and_one_too_large(app: Flask, client: FlaskClient) -> None:
    assert client.post("/editions/verify", data={}).status_code == 422
    answer = client.post(
        "/editions/verify",
        input_stream=io.BytesIO(b"--x"),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(app.config["MAX_CONTENT_LENGTH"] + 1)},
    )
    assert answer.status_code == 413


def test_the_command_verifies_a_file(
    app: Flask, published: Edition, edition_folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "directory.pdf"
    file.write_bytes(read_file(edition_folder, published.files[0].stored_as))
    result = app.test_cli_runner().invoke(args=["editions", "verify", str(file)])
    assert result.exit_code == 0
    assert "试〔2026〕1号" in result.output
    file.write_bytes(b"other")
    result = app.test_cli_runner().invoke(args=["editions", "verify", str(file)])
    assert result.exit_code == 1
    assert "不是本站发布的目录文件" in result.output


def test_the_desk_takes_an_edition_from_draft_to_publication(
    session: Session, sign_in: SignIn, clerk: User, curator: User, create_provider: Make
) -> None:
    create_provider("甲试验有限公司")
    out = create_provider("乙试验有限公司")
    desk = sign_in(clerk)
    answer = desk.post(
        "/desk/editions/", data={"year": str(beijing_today(now()).year), "title": "试验目录"}
    )
    path = answer.headers["Location"]
    edition = session.get(Edition, int(path.rsplit("/", 1)[1]))
    assert edition is not None

    def step(name: str) -> None:
        session.refresh(edition)
        data = {"step": name, "version": str(edition.version)}
        assert desk.post(f"{path}/step", data=data).status_code == 303

    data = {"provider_id": str(out.id), "reason": "投诉核查中", "version": str(edition.version)}
    assert desk.post(f"{path}/leave-out", data=data).status_code == 303
    assert "投诉核查中" in desk.get(path).text
    step("freeze")
    step("unfreeze")
    step("freeze")
    step("put_on_notice")
    assert "公示尚未发布" in desk.get(path).text
    end_notice(session, edition)
    session.refresh(edition)
    form = {"number": "", "valid_from": "2026-12-15", "valid_to": "2027-06-14", "version": "5"}
    boss = sign_in(curator)
    assert boss.post(f"{path}/publish", data=form).status_code == 422
    form |= {"number": "试〔2026〕9号", "version": str(edition.version)}
    assert desk.post(f"{path}/publish", data=form).status_code == 403
    assert boss.post(f"{path}/publish", data=form).status_code == 303
    page = boss.get(path).text
    assert "与存档一致" in page
    assert boss.post(f"{path}/addendum", data={"text": "更正1处。"}).status_code == 303
    assert "更正1处。" in boss.get(path).text
    assert "与存档一致" in boss.get("/desk/editions/").text
    session.refresh(edition)
    assert (edition.state, len(edition.entries)) == ("published", 1)


def test_the_desk_refuses_a_page_left_behind(
    sign_in: SignIn, clerk: User, create_provider: Make, issue_edition: Make
) -> None:
    create_provider("甲试验有限公司")
    edition = issue_edition()
    desk = sign_in(clerk)
    data = {"step": "freeze", "version": str(edition.version + 1)}
    assert desk.post(f"/desk/editions/{edition.id}/step", data=data).status_code == 409
    data = {"step": "vanish", "version": str(edition.version)}
    assert desk.post(f"/desk/editions/{edition.id}/step", data=data).status_code == 404


def test_another_region_knows_nothing_of_it(
    sign_in: SignIn, create_user: Make, create_unit: Make, issue_edition: Make
) -> None:
    edition = issue_edition()
    stranger = sign_in(create_user(role="clerk", unit=create_unit("371300")))
    assert stranger.get(f"/desk/editions/{edition.id}").status_code == 404
    assert edition.title not in stranger.get("/desk/editions/").text
