"""The pages of rubrics: what each shows, keeps and refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.db import now
from marketplace.rubrics.models import Rubric
from marketplace.rubrics.queries import latest_replay
from marketplace.web.filters import beijing_today

Make = Callable[..., Any]


@pytest.fixture
def author(sign_in: Make, curator: User) -> FlaskClient:
    """A browser of the curator who drafts."""
    return sign_in(curator)


@pytest.fixture
def second(sign_in: Make, create_user: Make, reviewer: User) -> FlaskClient:
    """A browser of another person who may approve."""
    return sign_in(create_user(role="curator", unit=reviewer.unit, display_name="李核准"))


def leaves_of(rubric: Rubric, **edits: str) -> dict[str, str]:
    """Return what the editor posts: version, reason, day, and the leaves edited."""
    day = beijing_today(now()) + timedelta(days=30)
    head = {"version": rubric.version, "note": "突出落地实绩。", "effective_on": day.isoformat()}
    return {key: str(value) for key, value in head.items()} | {
        f"leaf-{path}": value for path, value in edits.items()
    }


def test_anybody_reads_the_rubric_in_force(client: FlaskClient) -> None:
    page = client.get("/rubric/").get_data(as_text=True)
    for words in ("现行2026.1", "近24月验收项目", "满分的40%至70%", "材料核验0.7", "自拟"):
        assert words in page
    assert "/rubric/" in client.get("/about/algorithm").get_data(as_text=True)


def test_the_index_tells_which_is_in_force_and_which_are_drafts(
    author: FlaskClient, create_draft: Make
) -> None:
    number = create_draft("submitted").number
    page = author.get("/desk/rubrics/").get_data(as_text=True)
    assert "现行2026.1" in page
    assert number in page
    assert "待第二人核准" in page


@pytest.mark.parametrize("way", ["", "/edit", "/replay", "/replay.xlsx"])
def test_a_number_no_version_has_is_not_found(author: FlaskClient, way: str) -> None:
    assert author.get(f"/desk/rubrics/2099.9{way}").status_code == 404


def test_a_draft_is_begun_from_a_version_that_exists(author: FlaskClient) -> None:
    assert author.post("/desk/rubrics/", data={"based_on": "2099.9"}).status_code == 404
    answer = author.post("/desk/rubrics/", data={"based_on": "2026.1"})
    assert answer.status_code == 303
    assert answer.location.endswith("/edit")


def test_the_editor_shows_sums_and_faults_and_keeps_what_was_saved(
    session: Session, author: FlaskClient, create_draft: Make
) -> None:
    rubric = create_draft()
    path = f"/desk/rubrics/{rubric.number}"
    data = leaves_of(rubric, **{"tracks.1.points.team": "4"})
    answer = author.post(f"{path}/edit", data=data)
    assert (answer.status_code, answer.location) == (303, f"{path}/edit")
    page = author.get(f"{path}/edit").get_data(as_text=True)
    assert "专业赛道各指标合计须为100，现为99。" in page
    assert "99 不符" in page
    session.refresh(rubric)
    assert rubric.body["tracks"][1]["points"]["team"] == 4


def test_a_text_where_a_number_belongs_is_shown_again_with_the_rest(
    session: Session, author: FlaskClient, create_draft: Make
) -> None:
    rubric = create_draft()
    before = rubric.version
    data = leaves_of(
        rubric, **{"bands.0.line": "九十", "indicators.2.name": "团队能力", "step": "nan"}
    )
    answer = author.post(f"/desk/rubrics/{rubric.number}/edit", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "要填数字" in page
    assert 'value="九十"' in page
    assert 'value="团队能力"' in page
    session.refresh(rubric)
    assert rubric.version == before


def test_codes_and_modes_cannot_be_posted(
    session: Session, author: FlaskClient, create_draft: Make
) -> None:
    rubric = create_draft()
    data = leaves_of(
        rubric,
        **{
            "indicators.2.code": "registered_here",
            "indicators.2.mode": "computed",
            "tracks.0.code": "本地",
            "bands.0.tier": "tier0",
            "state": "approved",
        },
    )
    data |= {"state": "approved", "number": "1", "approved_by_id": "1"}
    assert author.post(f"/desk/rubrics/{rubric.number}/edit", data=data).status_code == 303
    before = rubric.body
    session.expire_all()
    assert (rubric.body, rubric.state) == (before, "draft")


def test_who_saves_second_is_told_and_keeps_what_was_typed(
    author: FlaskClient, create_draft: Make
) -> None:
    rubric = create_draft()
    path = f"/desk/rubrics/{rubric.number}/edit"
    stale = leaves_of(rubric, **{"indicators.2.name": "团队能力"})
    assert author.post(path, data=leaves_of(rubric)).status_code == 303
    answer = author.post(path, data=stale)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "他人刚保存了这份草案" in page
    assert 'value="团队能力"' in page


def test_an_odd_version_does_not_break_the_page(author: FlaskClient, create_draft: Make) -> None:
    rubric = create_draft()
    path = f"/desk/rubrics/{rubric.number}"
    data = leaves_of(rubric) | {"version": "⁹x"}
    assert author.post(f"{path}/edit", data=data).status_code == 409
    assert author.post(f"{path}/submit", data={"version": ""}).status_code == 409


def test_the_replay_page_tells_who_moves_and_why(
    author: FlaskClient, create_draft: Make, create_scored: Make
) -> None:
    moved = create_scored(0.8, accepted_projects=1.0, improvement=0.7)
    rubric = create_draft()
    path = f"/desk/rubrics/{rubric.number}/replay"
    assert "还没有试算" in author.get(path).get_data(as_text=True)
    assert author.post(path).status_code == 303
    page = author.get(path).get_data(as_text=True)
    assert moved.organisation.name not in page
    assert "没有这样的服务商" in page
    assert "分差中位数1.2" in page
    lower = create_scored(0.8, accepted_projects=0.5, improvement=1.0)
    author.post(path)
    page = author.get(path).get_data(as_text=True)
    assert f"/providers/{lower.id}" in page
    assert "核实的指标改善 <span" in page
    assert "−4.0" in page
    assert f"/providers/{lower.id}" not in author.get(f"{path}?who=up").get_data(as_text=True)
    assert f"/providers/{lower.id}" in author.get(f"{path}?who=down").get_data(as_text=True)


def test_the_details_come_as_a_workbook(
    author: FlaskClient, create_draft: Make, create_scored: Make
) -> None:
    provider = create_scored(0.8, accepted_projects=0.5, improvement=1.0)
    rubric = create_draft(replayed=True)
    answer = author.get(f"/desk/rubrics/{rubric.number}/replay.xlsx")
    book = load_workbook(BytesIO(answer.data))
    rows = list(book["服务商"].iter_rows(min_row=3, values_only=True))
    assert rows[0] == (
        provider.organisation.name,
        "专业",
        "二级",
        80.0,
        78,
        "二级",
        "三级",
        "下降",
        None,
    )
    moves = list(book["变动来源"].iter_rows(min_row=2, values_only=True))
    assert (provider.organisation.name, "核实的指标改善", -4) in moves


def test_the_second_person_confirms_both_and_writes_an_opinion(
    session: Session, second: FlaskClient, create_draft: Make, create_scored: Make
) -> None:
    create_scored(0.8)
    rubric = create_draft("submitted", replayed=True)
    path = f"/desk/rubrics/{rubric.number}/approve"
    data = {"version": str(rubric.version), "words": "同意。", "seen_all": "y"}
    answer = second.post(path, data=data)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "请确认后勾选" in page
    assert "同意。" in page
    assert second.post(path, data=data | {"only_later": "y"}).status_code == 303
    session.refresh(rubric)
    assert rubric.state == "approved"
    assert latest_replay(session, rubric) is not None


def test_who_submitted_sees_why_it_cannot_approve(author: FlaskClient, create_draft: Make) -> None:
    rubric = create_draft("submitted", replayed=True)
    page = author.get(f"/desk/rubrics/{rubric.number}/replay").get_data(as_text=True)
    assert "提请人不能自己核准，请由另一人核准。" in page
    answer = author.post(
        f"/desk/rubrics/{rubric.number}/approve",
        data={
            "version": str(rubric.version),
            "words": "同意",
            "seen_all": "y",
            "only_later": "y",
        },
    )
    assert answer.status_code == 403


def test_a_draft_is_sent_back_with_a_reason(
    session: Session, author: FlaskClient, second: FlaskClient, create_draft: Make
) -> None:
    rubric = create_draft("submitted", replayed=True)
    path = f"/desk/rubrics/{rubric.number}"
    empty = {"back-version": str(rubric.version), "back-reason": " "}
    assert second.post(f"{path}/return", data=empty).status_code == 422
    reason = empty | {"back-reason": "请设过渡期。"}
    assert second.post(f"{path}/return", data=reason).status_code == 303
    assert "请设过渡期。" in author.get(path).get_data(as_text=True)
    session.refresh(rubric)
    assert rubric.state == "draft"


def test_an_approved_version_is_shown_until_and_after_it_takes_effect(
    session: Session, author: FlaskClient, second: FlaskClient, create_draft: Make
) -> None:
    today = beijing_today(now())
    rubric = create_draft("submitted", replayed=True, effective_on=today)
    second.post(
        f"/desk/rubrics/{rubric.number}/approve",
        data={"version": str(rubric.version), "words": "同意", "seen_all": "y", "only_later": "y"},
    )
    session.refresh(rubric)
    page = author.get("/rubric/").get_data(as_text=True)
    assert f"现行{rubric.number}" in page
    assert "已被替代" in author.get("/desk/rubrics/2026.1").get_data(as_text=True)
    assert author.get(f"/desk/rubrics/{rubric.number}/replay").status_code == 200
    assert author.get(f"/desk/rubrics/{rubric.number}/edit").status_code == 403
