"""An edition from draft to publication; once published nothing of it changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.db import now
from marketplace.editions.models import Edition, EditionEntry
from marketplace.editions.queries import preflight_of, rows_of
from marketplace.editions.rows import digest_of
from marketplace.editions.services import (
    add_addendum,
    draft_edition,
    freeze_edition,
    leave_out,
    publish_edition,
    put_on_notice,
    take_in,
    take_off_notice,
    unfreeze_edition,
)
from marketplace.errors import Conflict, InvalidInput, NotPermitted
from marketplace.listings.queries import listing_of
from marketplace.listings.services import suspend_listing
from marketplace.notices.models import Objection
from marketplace.web.filters import beijing_today
from tests.fixtures.editions import FROM, TO, end_notice

Make = Callable[..., Any]


def publish(session: Session, actor: Any, edition: Edition, folder: Path, number: str) -> None:
    publish_edition(
        session,
        actor,
        edition,
        number,
        FROM,
        TO,
        folder,
        author="试验市工信局",
        seen_version=edition.version,
    )


def names_in(session: Session, edition: Edition) -> list[str]:
    rows = rows_of(session, edition, beijing_today(now()))
    return [row["name"] for row in rows.values()]


def test_a_draft_takes_in_everybody_listed_the_highest_tier_first(
    session: Session, create_provider: Make, issue_edition: Make
) -> None:
    create_provider("丙试验有限公司", tier="tier3")
    create_provider("甲试验有限公司", tier="tier1")
    create_provider("未入库试验有限公司", tier=None)
    create_provider("暂停试验有限公司", state="suspended")
    edition = issue_edition()
    assert names_in(session, edition) == ["甲试验有限公司", "丙试验有限公司"]
    assert edition.title == f"优质人工智能服务商目录（{edition.year}年第1期）"


def test_a_provider_left_out_needs_a_reason_and_can_be_taken_in_again(
    session: Session, create_provider: Make, issue_edition: Make, curator: User
) -> None:
    actor = viewer_of(curator)
    stays, goes = create_provider("甲试验有限公司"), create_provider("乙试验有限公司")
    edition = issue_edition()
    with pytest.raises(InvalidInput, match="没有写明不收录的原因"):
        leave_out(session, actor, edition, goes.id, " ", seen_version=edition.version)
    leave_out(session, actor, edition, goes.id, "正在核查投诉", seen_version=edition.version)
    assert names_in(session, edition) == ["甲试验有限公司"]
    assert edition.left_out == [
        {"provider_id": goes.id, "name": "乙试验有限公司", "reason": "正在核查投诉"}
    ]
    take_in(session, actor, edition, goes.id, seen_version=edition.version)
    assert len(names_in(session, edition)) == 2
    with pytest.raises(InvalidInput, match="已在收录范围内"):
        take_in(session, actor, edition, stays.id, seen_version=edition.version)


def test_frozen_rows_stay_while_profiles_change(
    session: Session, create_provider: Make, issue_edition: Make, curator: User
) -> None:
    provider = create_provider("甲试验有限公司")
    edition = issue_edition("frozen")
    provider.organisation.name = "改名有限公司"
    session.commit()
    assert names_in(session, edition) == ["甲试验有限公司"]
    rows = rows_of(session, edition, beijing_today(now()))
    assert edition.digest == digest_of(list(rows.values()))
    unfreeze_edition(session, viewer_of(curator), edition, seen_version=edition.version)
    assert names_in(session, edition) == ["改名有限公司"]
    assert session.scalar(select(func.count()).select_from(EditionEntry)) == 0


def test_an_empty_edition_is_not_frozen(
    session: Session, issue_edition: Make, curator: User
) -> None:
    edition = issue_edition()
    with pytest.raises(InvalidInput, match="没有可以收录的服务商"):
        freeze_edition(session, viewer_of(curator), edition, seen_version=edition.version)


def test_one_edition_is_prepared_at_a_time(
    session: Session, issue_edition: Make, curator: User
) -> None:
    issue_edition()
    with pytest.raises(InvalidInput, match="还有一期目录没有发布"):
        draft_edition(session, viewer_of(curator), beijing_today(now()).year)


def test_nothing_is_published_before_the_notice_is_over(
    session: Session,
    create_provider: Make,
    issue_edition: Make,
    curator: User,
    edition_folder: Path,
) -> None:
    create_provider("甲试验有限公司")
    edition, actor = issue_edition("frozen"), viewer_of(curator)
    put_on_notice(session, actor, edition, seen_version=edition.version)
    with pytest.raises(InvalidInput, match="公示尚未发布"):
        publish(session, actor, edition, edition_folder, "试〔2026〕1号")
    with pytest.raises(InvalidInput, match="公示还没有结束"):
        take_off_notice(session, actor, edition, seen_version=edition.version)
    end_notice(session, edition)
    publish(session, actor, edition, edition_folder, "试〔2026〕1号")
    assert (edition.state, edition.number) == ("published", "试〔2026〕1号")
    assert [file.kind for file in edition.files] == ["pdf", "docx", "xlsx", "json"]


def test_an_open_objection_holds_the_edition_up(
    session: Session,
    create_provider: Make,
    issue_edition: Make,
    curator: User,
    edition_folder: Path,
) -> None:
    provider = create_provider("甲试验有限公司")
    edition, actor = issue_edition("notice"), viewer_of(curator)
    entry = session.execute(
        text("SELECT id FROM notice_entry WHERE provider_id = :it"), {"it": provider.id}
    ).scalar_one()
    objection = Objection(
        number="YY-2026-001", entry_id=entry, standing="named", text="案例不实", token_digest="x"
    )
    session.add(objection)
    session.commit()
    with pytest.raises(InvalidInput, match="1家异议未决"):
        publish(session, actor, edition, edition_folder, "试〔2026〕1号")
    session.rollback()
    objection.state = "dismissed"
    session.commit()
    publish(session, actor, edition, edition_folder, "试〔2026〕1号")
    assert edition.state == "published"


def test_a_provider_suspended_meanwhile_is_not_printed(
    session: Session,
    create_provider: Make,
    issue_edition: Make,
    curator: User,
    reviewer: User,
    edition_folder: Path,
) -> None:
    provider = create_provider("甲试验有限公司")
    create_provider("乙试验有限公司")
    edition, actor = issue_edition("notice"), viewer_of(curator)
    listing = listing_of(session, provider.id)
    assert listing is not None
    suspend_listing(session, viewer_of(reviewer), listing, "核查", seen_version=listing.version)
    with pytest.raises(InvalidInput, match="1家已不在库"):
        publish(session, actor, edition, edition_folder, "试〔2026〕1号")
    take_off_notice(session, actor, edition, seen_version=edition.version)
    unfreeze_edition(session, actor, edition, seen_version=edition.version)
    assert names_in(session, edition) == ["乙试验有限公司"]


def test_a_number_is_used_once(
    session: Session,
    create_provider: Make,
    issue_edition: Make,
    curator: User,
    edition_folder: Path,
) -> None:
    create_provider("甲试验有限公司")
    first = issue_edition("published", number="试〔2026〕1号")
    second = issue_edition("notice")
    with pytest.raises(Conflict, match="这个文号已用于另一期目录"):
        publish(session, viewer_of(curator), second, edition_folder, "试〔2026〕1号")
    session.rollback()
    assert first.state == "published"
    publish(session, viewer_of(curator), second, edition_folder, "试〔2026〕2号")
    assert (first.state, second.state) == ("superseded", "published")
    assert first.superseded_on == beijing_today(now())


def test_only_a_curator_publishes(
    session: Session,
    create_provider: Make,
    issue_edition: Make,
    reviewer: User,
    edition_folder: Path,
) -> None:
    create_provider("甲试验有限公司")
    edition = issue_edition("notice")
    with pytest.raises(NotPermitted):
        publish(session, viewer_of(reviewer), edition, edition_folder, "试〔2026〕1号")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE edition SET title = 'x' WHERE id = :id",
        "UPDATE edition SET number = 'x' WHERE id = :id",
        "UPDATE edition SET digest = 'x' WHERE id = :id",
        "UPDATE edition SET valid_to = '2099-01-01' WHERE id = :id",
        "UPDATE edition SET state = 'draft' WHERE id = :id",
        "DELETE FROM edition WHERE id = :id",
        "UPDATE edition_entry SET position = 99 WHERE edition_id = :id",
        "DELETE FROM edition_entry WHERE edition_id = :id",
        "UPDATE edition_file SET sha256 = 'x' WHERE edition_id = :id",
        "DELETE FROM edition_file WHERE edition_id = :id",
    ],
)
def test_the_database_refuses_every_change_to_a_published_edition(
    session: Session, create_provider: Make, issue_edition: Make, statement: str
) -> None:
    create_provider("甲试验有限公司")
    edition = issue_edition("published")
    with pytest.raises(DBAPIError):
        session.execute(text(statement), {"id": edition.id})
    session.rollback()


def test_no_step_leads_out_of_a_published_edition(
    session: Session, create_provider: Make, issue_edition: Make, curator: User
) -> None:
    create_provider("甲试验有限公司")
    edition, actor = issue_edition("published"), viewer_of(curator)
    for verb in (unfreeze_edition, freeze_edition, put_on_notice):
        with pytest.raises(Conflict):
            verb(session, actor, edition, seen_version=edition.version)


def test_corrections_are_addenda_in_order(
    session: Session, create_provider: Make, issue_edition: Make, curator: User, reviewer: User
) -> None:
    create_provider("甲试验有限公司")
    edition, actor = issue_edition("published"), viewer_of(curator)
    before = [file.sha256 for file in edition.files]
    add_addendum(session, actor, edition, "更正1家信用代码。")
    add_addendum(session, actor, edition, "中止1家。")
    session.commit()
    assert [(item.ordinal, item.text) for item in edition.addenda] == [
        (1, "更正1家信用代码。"),
        (2, "中止1家。"),
    ]
    assert [file.sha256 for file in edition.files] == before
    with pytest.raises(NotPermitted):
        add_addendum(session, viewer_of(reviewer), edition, "再更正。")
    with pytest.raises(DBAPIError):
        session.execute(text("UPDATE edition_addendum SET text = 'x'"))
    session.rollback()


def test_every_check_of_the_preflight_can_hold(
    session: Session, create_provider: Make, issue_edition: Make
) -> None:
    create_provider("甲试验有限公司")
    edition, today = issue_edition("notice"), beijing_today(now())
    checks = preflight_of(session, edition, rows_of(session, edition, today), "", today)
    assert [item.code for item in checks if not item.ok] == ["number"]
