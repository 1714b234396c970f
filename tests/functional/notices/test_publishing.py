"""A notice from draft to its end: what stands in it, how long, and who is listed afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.catalogue.models import Listing
from marketplace.db import at_moment, database_now, db
from marketplace.errors import Conflict, NotPermitted
from marketplace.listings.models import ListingDecision
from marketplace.needs.errors import Blocked
from marketplace.notices.drafts import NoticeDraft, NoticeRow
from marketplace.notices.models import PublicNotice
from marketplace.notices.queries import left_out_providers, notice_of_edition
from marketplace.notices.services import (
    cancel_notice,
    draft_edition_notice,
    edit_notice,
    end_due_notices,
    list_entries,
    publish_notice,
    refuse_objection,
)
from marketplace.rules.models import RuleVersion
from marketplace.web.filters import BEIJING, beijing_today
from marketplace.workdays.queries import get_calendar
from tests.fixtures.notices import calendar_of
from tests.functional.needlists.test_races import at_once

Make = Callable[..., Any]


def publish(session: Session, who: User, notice: PublicNotice) -> None:
    publish_notice(session, viewer_of(who), notice, seen_version=notice.version)
    session.commit()


def test_publishing_numbers_the_notice_and_reckons_its_period_by_the_calendar(
    session: Session, reviewer: User, create_draft_notice: Make
) -> None:
    notice = create_draft_notice("tier2", "cultivation")
    publish(session, reviewer, notice)
    today = beijing_today(database_now(session))
    calendar = get_calendar(session, today)
    assert notice.number == f"GS-{today.year}-01"
    assert notice.state == "published"
    assert (notice.published_on, notice.last_day) == (today, calendar.after(today, 5))
    assert notice.ends_at is not None
    assert beijing_today(notice.ends_at) > notice.last_day
    assert len(notice.digest) == 64
    assert [entry.application.state for entry in notice.entries] == ["notice", "notice"]
    assert {entry.application.due_on for entry in notice.entries} == {notice.last_day}
    assert notice.call is not None
    assert notice.call.state == "notice"


def test_the_list_is_numbered_by_tier_from_the_highest(
    session: Session, create_draft_notice: Make
) -> None:
    notice = create_draft_notice("cultivation", "tier2", "tier3", "tier2")
    assert [(entry.position, entry.tier) for entry in notice.entries] == [
        (1, "tier2"),
        (2, "tier2"),
        (3, "tier3"),
        (4, "cultivation"),
    ]


def test_over_national_day_the_last_day_is_the_twelfth(
    session: Session, reviewer: User, create_draft_notice: Make
) -> None:
    notice = create_draft_notice()
    session.execute(delete(RuleVersion))
    session.commit()
    with at_moment(datetime(2026, 9, 29, 9, tzinfo=BEIJING)):
        publish(session, reviewer, notice)
    assert notice.number == "GS-2026-01"
    assert (notice.first_day, notice.last_day) == (date(2026, 9, 30), date(2026, 10, 12))
    assert notice.ends_at == datetime(2026, 10, 13, tzinfo=BEIJING)


def test_publishing_is_refused_past_the_known_calendar_and_nothing_is_published(
    session: Session, reviewer: User, create_draft_notice: Make
) -> None:
    notice = create_draft_notice()
    session.add(
        RuleVersion(
            name="holidays", number=2, effective_on=date(2020, 1, 2), body=calendar_of(2020)
        )
    )
    session.commit()
    with pytest.raises(Exception, match="放假安排尚未录入"):
        publish(session, reviewer, notice)
    session.rollback()
    session.refresh(notice)
    assert (notice.state, notice.number) == ("draft", None)
    assert notice.entries[0].application.state == "approved"


def test_fewer_days_than_the_rules_allow_are_refused(
    session: Session, reviewer: User, create_draft_notice: Make
) -> None:
    notice = create_draft_notice(working_days=4)
    with pytest.raises(Exception, match="公示期须为5至60个工作日"):
        publish(session, reviewer, notice)


def test_a_clerk_drafts_but_does_not_publish(
    session: Session, clerk: User, create_draft_notice: Make
) -> None:
    notice = create_draft_notice()
    draft = NoticeDraft("改过的标题", working_days=7, application_ids=())
    edit_notice(session, viewer_of(clerk), notice, draft, seen_version=notice.version)
    assert (notice.title, notice.working_days, list(notice.entries)) == ("改过的标题", 7, [])
    with pytest.raises(NotPermitted):
        publish(session, clerk, notice)


def test_an_empty_list_or_one_whose_tier_changed_is_not_published(
    session: Session, reviewer: User, create_draft_notice: Make
) -> None:
    notice = create_draft_notice()
    notice.entries[0].tier = "tier1"
    session.commit()
    with pytest.raises(Blocked, match="拟定等级已变"):
        publish(session, reviewer, notice)
    actor = viewer_of(reviewer)
    edit_notice(session, actor, notice, NoticeDraft("空"), seen_version=notice.version)
    with pytest.raises(Blocked, match="名单还是空的"):
        publish(session, reviewer, notice)


@pytest.mark.parametrize(
    "values", [{"last_day": date(2030, 1, 1)}, {"digest": "0" * 64}, {"number": "GS-2026-99"}]
)
def test_the_database_refuses_to_change_a_published_notice(
    session: Session, create_notice: Make, values: dict[str, Any]
) -> None:
    notice = create_notice()
    with pytest.raises(DatabaseError, match="keeps its period"):
        session.execute(update(PublicNotice).where(PublicNotice.id == notice.id).values(**values))
    session.rollback()


def test_two_people_publishing_at_once_publish_once(
    app: Flask, session: Session, reviewer: User, create_draft_notice: Make
) -> None:
    notice = create_draft_notice()
    notice_id, version, reviewer_id = notice.id, notice.version, reviewer.id
    session.remove()  # type: ignore[attr-defined]

    def job() -> None:
        actor = viewer_of(db.session.get(User, reviewer_id))
        found = db.session.get(PublicNotice, notice_id)
        publish_notice(db.session, actor, found, seen_version=version)

    ends = at_once(app, [job] * 6)
    assert ends == ["Conflict"] * 5 + ["done"]
    number = session.scalar(select(PublicNotice.number))
    assert number is not None
    assert number.endswith("-01")


def test_one_application_on_two_drafts_is_published_once(
    session: Session, reviewer: User, create_draft_notice: Make
) -> None:
    first = create_draft_notice()
    actor = viewer_of(reviewer)
    second = create_draft_notice("tier3", call=first.call)
    both = tuple(e.application_id for n in (first, second) for e in n.entries)
    edit_notice(
        session,
        actor,
        second,
        NoticeDraft("第二份", application_ids=both),
        seen_version=second.version,
    )
    session.commit()
    publish(session, reviewer, first)
    with pytest.raises(Blocked):
        publish(session, reviewer, second)


def test_the_timer_ends_what_is_over_by_the_databases_clock_and_nothing_else(
    session: Session, create_notice: Make
) -> None:
    over, running = create_notice(ends_in=-1), create_notice(ends_in=60)
    assert end_due_notices(session) == 1
    session.commit()
    assert (over.state, running.state) == ("ended", "published")
    assert over.entries[0].state == "settled"
    assert end_due_notices(session) == 0


def test_listing_takes_all_but_those_with_an_open_objection(
    session: Session, reviewer: User, create_notice: Make, object_to: Make
) -> None:
    notice = create_notice("tier2", "tier3", "cultivation")
    held = notice.entries[1]
    objection, _code = object_to(held)
    with at_moment(notice.ends_at):
        end_due_notices(session)
    session.commit()
    listed = list_entries(session, viewer_of(reviewer), notice)
    session.commit()
    assert (listed.count, listed.left) == (2, ())
    assert [entry.state for entry in notice.entries] == ["listed", "open", "listed"]
    assert [entry.application.state for entry in notice.entries] == ["listed", "notice", "listed"]
    rows = session.scalars(select(Listing).order_by(Listing.id)).all()
    assert [(row.tier, row.state) for row in rows] == [("tier2", "valid"), ("cultivation", "valid")]
    assert notice.call.state == "notice"
    actor = viewer_of(reviewer)
    with pytest.raises(Blocked):
        list_entries(session, actor, notice)
    refuse_objection(session, actor, objection, "没有可核实的事实。", seen_version=1)
    assert held.state == "settled"
    assert list_entries(session, actor, notice).count == 1
    assert notice.call.state == "listed"
    decided = session.scalars(select(ListingDecision.state)).all()
    assert set(decided) == {"in_force"}


def test_nobody_is_listed_before_the_period_is_over(
    session: Session, reviewer: User, create_notice: Make
) -> None:
    notice = create_notice()
    with pytest.raises(Blocked):
        list_entries(session, viewer_of(reviewer), notice)


def test_who_withdrew_during_the_notice_is_left_out(session: Session, create_notice: Make) -> None:
    notice = create_notice("tier2", "tier3", ends_in=-1)
    notice.entries[0].application.state = "withdrawn"
    session.commit()
    end_due_notices(session)
    assert [entry.state for entry in notice.entries] == ["not_listed", "settled"]


def test_a_cancelled_notice_keeps_its_number_and_frees_its_applications(
    session: Session, reviewer: User, create_notice: Make
) -> None:
    notice = create_notice()
    actor = viewer_of(reviewer)
    cancel_notice(session, actor, notice, "名单有误。", seen_version=notice.version)
    assert (notice.state, notice.cancel_reason) == ("cancelled", "名单有误。")
    assert notice.number is not None
    assert notice.entries[0].application.state == "approved"
    assert notice.call.state == "reviewing"


def test_a_notice_with_an_open_objection_is_not_cancelled(
    session: Session, reviewer: User, create_notice: Make, object_to: Make
) -> None:
    notice = create_notice()
    object_to(notice.entries[0])
    with pytest.raises(Blocked, match="还有1件异议没有办结"):
        cancel_notice(session, viewer_of(reviewer), notice, "名单有误。", seen_version=2)


def test_an_ended_notice_is_not_cancelled(
    session: Session, reviewer: User, create_notice: Make
) -> None:
    notice = create_notice(ends_in=-1)
    end_due_notices(session)
    with pytest.raises(Conflict):
        cancel_notice(
            session, viewer_of(reviewer), notice, "名单有误。", seen_version=notice.version
        )


def test_an_edition_goes_on_notice_with_its_rows_and_no_application(
    session: Session,
    reviewer: User,
    create_edition: Make,
    create_provider: Make,
    known_calendar: None,
) -> None:
    providers = [create_provider() for _ in range(2)]
    rows = [
        NoticeRow(item.id, item.organisation.name, item.organisation.uscc, "专业", "tier2")
        for item in providers
    ]
    actor = viewer_of(reviewer)
    edition = create_edition()
    notice = draft_edition_notice(
        session, actor, edition.id, "目录公示", rows, region_code="370700"
    )
    publish(session, reviewer, notice)
    assert (notice.kind, notice.state) == ("edition", "published")
    assert notice_of_edition(session, edition.id) is notice
    assert left_out_providers(session, notice) == set()
    with pytest.raises(Blocked):
        list_entries(session, actor, notice)
