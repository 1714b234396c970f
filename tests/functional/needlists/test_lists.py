"""Lists on the desk: drafted, filled, ordered, published, appended to, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, Unit, User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.queries import list_trail
from marketplace.errors import Conflict, InvalidInput, NotPermitted
from marketplace.needlists.models import NeedList, NeedListEntry
from marketplace.needlists.services.lists import add_needs, order_entries
from marketplace.needlists.services.publishing import publish_list, withdraw_list
from marketplace.needs.errors import Blocked
from marketplace.needs.models import Need
from tests.fixtures.needlists import PREFIX

Make = Callable[..., Any]
SignIn = Callable[[User], FlaskClient]


def publish(session: Session, user: User, need_list: NeedList) -> None:
    publish_list(session, viewer_of(user), need_list, prefix=PREFIX, seen_version=need_list.version)
    session.commit()


def test_a_clerk_drafts_a_list_and_fills_it(
    clerk: User, sign_in: SignIn, create_need: Make, session: Session
) -> None:
    need = create_need("accepted")
    client = sign_in(clerk)
    made = client.post("/desk/lists/new", data={"title": "试验链需求清单", "event": "对接会"})
    assert made.status_code == 303
    page = client.get(made.location).get_data(as_text=True)
    assert need.title in page
    need_list = session.scalars(select(NeedList)).one()
    added = client.post(
        f"/desk/lists/{need_list.id}/needs",
        data={"version": need_list.version, "need": need.number},
    )
    assert added.status_code == 303
    session.expire_all()
    assert [entry.need.number for entry in need_list.entries] == [need.number]


def test_a_list_without_a_title_is_refused_with_a_sentence(
    clerk: User, sign_in: SignIn, session: Session
) -> None:
    answer = sign_in(clerk).post("/desk/lists/new", data={"title": "  "})
    assert answer.status_code == 422
    assert "请填写清单名称" in answer.get_data(as_text=True)
    assert session.scalars(select(NeedList)).all() == []


def test_a_need_that_is_not_accepted_cannot_be_listed(
    session: Session, reviewer: User, create_draft_list: Make, create_need: Make
) -> None:
    need_list, need = create_draft_list(), create_need("submitted")
    with pytest.raises(InvalidInput, match="还没有受理"):
        add_needs(session, viewer_of(reviewer), need_list, [need])


def test_a_need_stands_in_one_list_only(
    session: Session, reviewer: User, create_draft_list: Make, create_need: Make
) -> None:
    need = create_need("accepted")
    create_draft_list([need])
    other = create_draft_list()
    with pytest.raises(InvalidInput, match="已列入其他清单"):
        add_needs(session, viewer_of(reviewer), other, [need])


def test_entries_are_ordered_by_the_places_typed_and_stay_numbered_from_one(
    session: Session, reviewer: User, create_draft_list: Make, create_need: Make
) -> None:
    needs = [create_need("accepted", title=f"需求{n}") for n in range(3)]
    need_list = create_draft_list(needs)
    first, _second, third = (entry.id for entry in need_list.entries)
    order_entries(session, viewer_of(reviewer), need_list, {third: 1, first: 9}, seen_version=2)
    session.commit()
    assert [entry.need.title for entry in need_list.entries] == ["需求2", "需求1", "需求0"]
    assert [entry.position for entry in need_list.entries] == [1, 2, 3]


def test_an_entry_is_taken_out_from_the_page_and_the_need_stays(
    session: Session, reviewer: User, sign_in: SignIn, create_draft_list: Make, create_need: Make
) -> None:
    needs = [create_need("accepted") for _ in range(3)]
    need_list = create_draft_list(needs)
    going = need_list.entries[1].id
    answer = sign_in(reviewer).post(
        f"/desk/lists/{need_list.id}/entries", data={"version": 2, "remove": going}
    )
    assert answer.status_code == 303
    session.expire_all()
    assert [entry.position for entry in need_list.entries] == [1, 2]
    assert session.get(Need, needs[1].id).state == "accepted"


def test_a_change_made_on_an_old_view_is_a_conflict(
    session: Session, reviewer: User, create_draft_list: Make, create_need: Make
) -> None:
    need_list = create_draft_list([create_need("accepted")])
    with pytest.raises(Conflict):
        order_entries(session, viewer_of(reviewer), need_list, {}, seen_version=1)


def test_publishing_gives_the_next_number_and_publishes_the_needs(
    session: Session, reviewer: User, create_draft_list: Make, create_need: Make
) -> None:
    open_need = create_need("accepted", "masked")
    kept = create_need("accepted", "bureau")
    need_list = create_draft_list([open_need, kept])
    publish(session, reviewer, need_list)
    assert need_list.number == f"{PREFIX}〔{need_list.published_on.year}〕1号"
    assert (open_need.state, kept.state) == ("published", "internal")
    assert [entry.serial for entry in need_list.entries] == [1, None]
    actions = [entry.action for entry in list_trail(session, "need_list", need_list.id)]
    assert actions[-1] == "need_list.published"


def test_numbers_run_on_without_gaps_even_when_a_publication_fails(
    session: Session, reviewer: User, create_draft_list: Make, create_need: Make
) -> None:
    first = create_draft_list([create_need("accepted")])
    publish(session, reviewer, first)
    empty = create_draft_list()
    with pytest.raises(Blocked):
        publish(session, reviewer, empty)
    session.rollback()
    stale = create_draft_list([create_need("accepted")])
    with pytest.raises(Conflict):
        publish_list(session, viewer_of(reviewer), stale, prefix=PREFIX, seen_version=1)
    session.rollback()
    last = create_draft_list([create_need("accepted")])
    publish(session, reviewer, last)
    assert (first.serial, last.serial) == (1, 2)


def test_a_clerk_may_not_publish(
    session: Session, clerk: User, sign_in: SignIn, create_draft_list: Make, create_need: Make
) -> None:
    need_list = create_draft_list([create_need("accepted")])
    answer = sign_in(clerk).post(f"/desk/lists/{need_list.id}/publish", data={"version": 2})
    assert answer.status_code == 403
    session.expire_all()
    assert need_list.state == "draft"
    with pytest.raises(NotPermitted):
        publish(session, clerk, need_list)


def test_a_need_that_was_withdrawn_meanwhile_keeps_the_list_from_being_published(
    session: Session, reviewer: User, sign_in: SignIn, create_draft_list: Make, create_need: Make
) -> None:
    need = create_need("accepted")
    need_list = create_draft_list([need])
    need.state = "withdrawn"
    session.commit()
    client = sign_in(reviewer)
    assert need.number in client.get(f"/desk/lists/{need_list.id}/publish").get_data(as_text=True)
    answer = client.post(f"/desk/lists/{need_list.id}/publish", data={"version": 2})
    assert answer.status_code == 422
    session.expire_all()
    assert need_list.number is None


def test_staff_of_another_district_do_not_know_of_a_draft(
    session: Session,
    create_user: Make,
    create_unit: Make,
    sign_in: SignIn,
    create_draft_list: Make,
    create_need: Make,
) -> None:
    need_list = create_draft_list([create_need("accepted")])
    district: Unit = create_unit("370783", "试验区局")
    client = sign_in(create_user(role="reviewer", unit=district))
    for path in (f"/desk/lists/{need_list.id}", f"/lists/{need_list.id}"):
        assert client.get(path).status_code == 404
    answer = client.post(f"/desk/lists/{need_list.id}/publish", data={"version": 2})
    assert answer.status_code == 404


def test_a_withdrawn_list_keeps_number_and_reason_and_sets_its_needs_free(
    session: Session,
    reviewer: User,
    client: FlaskClient,
    create_published_list: Make,
    create_draft_list: Make,
    create_need: Make,
) -> None:
    need = create_need("accepted")
    need_list = create_published_list([need])
    withdraw_list(
        session, viewer_of(reviewer), need_list, "第1条企业信息有误", seen_version=need_list.version
    )
    session.commit()
    page = client.get(f"/lists/{need_list.id}").get_data(as_text=True)
    assert need_list.number in page
    assert "第1条企业信息有误" in page
    assert need.title not in page
    assert client.get(f"/lists/{need_list.id}.csv").status_code == 404
    again = create_draft_list([need])
    assert session.scalars(select(NeedListEntry.list_id).where(NeedListEntry.held)).all() == [
        again.id
    ]


def test_a_correction_is_an_addendum_with_its_day(
    session: Session,
    reviewer: User,
    client: FlaskClient,
    sign_in: SignIn,
    create_published_list: Make,
    create_need: Make,
) -> None:
    need_list = create_published_list([create_need("accepted")])
    answer = sign_in(reviewer).post(
        f"/desk/lists/{need_list.id}/addenda",
        data={"version": need_list.version, "text": "第1条预算改为60万元"},
    )
    assert answer.status_code == 303
    assert "第1条预算改为60万元" in client.get(f"/lists/{need_list.id}").get_data(as_text=True)
    session.expire_all()
    assert [item.ordinal for item in need_list.addenda] == [1]


def test_the_one_who_drafted_a_list_is_told_that_somebody_published_it(
    session: Session,
    clerk: User,
    reviewer: User,
    sign_in: SignIn,
    create_need: Make,
) -> None:
    need = create_need("accepted")
    client = sign_in(clerk)
    client.post("/desk/lists/new", data={"title": "试验链需求清单"})
    need_list = session.scalars(select(NeedList)).one()
    client.post(f"/desk/lists/{need_list.id}/needs", data={"version": 1, "need": need.number})
    session.expire_all()
    publish(session, reviewer, need_list)
    letters = session.scalars(select(MailMessage).where(MailMessage.recipient == clerk.email)).all()
    assert [letter.subject for letter in letters] == [f"清单已发布：{need_list.number}"]
    assert need.title not in letters[0].body
