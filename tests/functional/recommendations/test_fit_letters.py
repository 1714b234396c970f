"""Letters about new fits: whom they reach, how often, what they hold, and how they stop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, Organisation, User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.models import AuditEntry
from marketplace.catalogue.models import Listing
from marketplace.db import at_moment, now
from marketplace.needs.models import Need
from marketplace.outbox.models import OutboxTask
from marketplace.providers.models import Provider
from marketplace.recommendations.fit_letters import send_digests
from marketplace.recommendations.fit_models import FitSubscription
from marketplace.recommendations.fit_services import FitWatch, subscribe
from tests.fixtures.canaries import Planted
from tests.fixtures.fits import look, page_of

CreateNeed = Callable[..., Need]
CreateProvider = Callable[..., Provider]
SignIn = Callable[[User], FlaskClient]
SITE = "https://duijie.example"


def letters(session: Session) -> list[MailMessage]:
    return list(session.scalars(select(MailMessage).order_by(MailMessage.id)))


def digest(session: Session, app: Flask) -> int:
    count = send_digests(session, app.extensions["duijie.index"], SITE)
    session.commit()
    return count


def test_subscribers_are_told_of_a_new_fit_once_by_its_public_title(
    session: Session,
    app: Flask,
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    watch: FitWatch,
) -> None:
    create_need(title="订阅之前的检测需求")
    index_now()
    look(session, watch)
    kept = subscribe(session, viewer_of(member), ours)
    session.commit()
    assert digest(session, app) == 0, "what was there before is no news"
    need = create_need(
        title="气孔漏检被衡钧索赔",
        disclosure="masked",
        mask_title="铸件气孔检测",
        mask_pain="气孔漏检。",
    )
    hidden = create_need(title="库内检测需求", disclosure="listed")
    look(session, watch)
    assert digest(session, app) == 1
    (letter,) = letters(session)
    assert letter.recipient == member.email
    assert letter.subject == "新增2条适合贵单位的需求"
    assert f"· {need.number} 铸件气孔检测\n" in letter.body
    assert "· 一条仅在库服务商可见的需求，请登录后查看\n" in letter.body
    assert f"{SITE}/fits/stop/{kept.token}" in letter.body
    for word in (hidden.title, hidden.number, "衡钧", "订阅之前"):
        assert word not in letter.body
    with at_moment(now() + timedelta(days=1)):
        assert digest(session, app) == 0, "nobody is told twice"


def test_what_the_page_shows_on_subscribing_is_no_news(
    session: Session,
    app: Flask,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    watch: FitWatch,
    sign_in: SignIn,
) -> None:
    create_need(title="订阅时已有的检测需求")
    index_now()
    assert sign_in(member).post("/my/fits/subscription").status_code == 303
    assert look(session, watch) == 0
    assert digest(session, app) == 0
    create_need(title="订阅以后的检测需求")
    look(session, watch)
    assert digest(session, app) == 1
    assert "已有的" not in letters(session)[0].body


def test_a_provider_has_at_most_one_letter_a_day(
    session: Session,
    app: Flask,
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    watch: FitWatch,
) -> None:
    subscribe(session, viewer_of(member), ours)
    session.commit()
    create_need()
    index_now()
    look(session, watch)
    assert digest(session, app) == 1
    create_need(title="又一条检测需求")
    look(session, watch)
    assert digest(session, app) == 0
    with at_moment(now() + timedelta(days=1)):
        assert digest(session, app) == 1
    assert "又一条检测需求" in letters(session)[-1].body


def test_closed_needs_and_delisted_providers_are_told_to_nobody(
    session: Session,
    app: Flask,
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    watch: FitWatch,
) -> None:
    subscribe(session, viewer_of(member), ours)
    session.commit()
    closed, open_one = create_need(title="要撤回的检测需求"), create_need(title="开着的检测需求")
    index_now()
    assert look(session, watch) == 2
    closed.state, closed.version = "withdrawn", closed.version + 1
    listing = session.scalars(select(Listing).where(Listing.provider_id == ours.id)).one()
    listing.state, listing.version = "suspended", listing.version + 1
    session.commit()
    assert digest(session, app) == 0
    listing.state, listing.version = "valid", listing.version + 1
    session.commit()
    assert digest(session, app) == 1
    assert open_one.title in letters(session)[0].body
    assert closed.title not in letters(session)[0].body


def test_letters_about_fits_hold_no_word_that_is_not_public(
    session: Session,
    app: Flask,
    ours: Provider,
    member: User,
    plant: Callable[..., Planted],
    create_organisation: Callable[..., Organisation],
    index_now: Callable[[], None],
    watch: FitWatch,
) -> None:
    subscribe(session, viewer_of(member), ours)
    session.commit()
    owner = create_organisation("试验动力有限公司")
    planted = [
        plant("masked", "published", "masked", owner),
        plant("masked without words", "published", "masked", owner, masked=False),
        plant("listed", "published", "listed", owner),
        plant("bureau", "internal", "bureau", owner),
    ]
    index_now()
    assert look(session, watch) >= 1
    assert digest(session, app) == 1
    (letter,) = letters(session)
    found = {item.name: item.groups_in(letter.subject + letter.body) for item in planted}
    allowed = {"masked": {"mask", "number"}, "masked without words": {"number"}}
    for name, groups in found.items():
        assert groups <= allowed.get(name, set()), name
    tasks = "".join(str(row.payload) for row in session.scalars(select(OutboxTask)))
    assert [item.name for item in planted if item.groups_in(tasks)] == []


def test_a_member_who_left_is_not_written_to(
    session: Session,
    app: Flask,
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    watch: FitWatch,
) -> None:
    subscribe(session, viewer_of(member), ours)
    assert member.membership is not None
    session.delete(member.membership)
    session.commit()
    create_need()
    index_now()
    look(session, watch)
    assert digest(session, app) == 0


def test_a_member_subscribes_and_stops_on_the_page(
    session: Session, ours: Provider, member: User, sign_in: SignIn, index_now: Callable[[], None]
) -> None:
    index_now()
    client = sign_in(member)
    for _twice in range(2):
        assert client.post("/my/fits/subscription").status_code == 303
    assert session.scalar(select(func.count(FitSubscription.id))) == 1
    assert "停止通知" in page_of(client)
    assert client.post("/my/fits/subscription/stop").status_code == 303
    assert session.scalar(select(func.count(FitSubscription.id))) == 0
    actions = session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.startswith("provider.fits_"))
    ).all()
    assert sorted(actions) == ["provider.fits_subscribed", "provider.fits_unsubscribed"]


def test_who_moves_to_another_provider_subscribes_anew(
    session: Session,
    app: Flask,
    member: User,
    create_provider: CreateProvider,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    watch: FitWatch,
    sign_in: SignIn,
) -> None:
    subscribe(session, viewer_of(member), session.scalars(select(Provider)).one())
    other = create_provider("新东家检测有限公司")
    assert member.membership is not None
    member.membership.organisation_id = other.organisation_id
    session.commit()
    index_now()
    client = sign_in(member)
    page = page_of(client)
    assert "停止通知" not in page
    assert 'action="/my/fits/subscription"' in page
    assert client.post("/my/fits/subscription").status_code == 303
    assert "停止通知" in page_of(client)
    assert session.scalars(select(FitSubscription.provider_id)).all() == [other.id]
    create_need()
    look(session, watch)
    assert digest(session, app) == 1


def test_stopping_and_subscribing_again_brings_no_second_letter_the_same_day(
    session: Session,
    app: Flask,
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    watch: FitWatch,
    sign_in: SignIn,
) -> None:
    index_now()
    client = sign_in(member)
    client.post("/my/fits/subscription")
    create_need()
    look(session, watch)
    assert digest(session, app) == 1
    client.post("/my/fits/subscription/stop")
    client.post("/my/fits/subscription")
    create_need(title="当天又来的检测需求")
    look(session, watch)
    assert digest(session, app) == 0
    with at_moment(now() + timedelta(days=1)):
        assert digest(session, app) == 1
    assert "当天又来的检测需求" in letters(session)[-1].body


def test_subscribing_ranks_before_it_begins_to_write(
    session: Session,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("only SQLite's writers wait for each other from their first statement on")
    create_need()
    index_now()
    client = sign_in(member)
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    try:
        assert client.post("/my/fits/subscription").status_code == 303
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    begins: dict[str, set[str]] = {}
    begun = ""
    for statement in said:
        begun = statement if statement.startswith("BEGIN") else begun
        for table in ("FROM listing", "INTO fit_note", "INTO fit_subscription"):
            if table in statement:
                begins.setdefault(table, set()).add(begun)
    assert begins == {
        "FROM listing": {"BEGIN"},
        "INTO fit_note": {"BEGIN IMMEDIATE"},
        "INTO fit_subscription": {"BEGIN IMMEDIATE"},
    }


def test_the_link_in_a_letter_asks_first_and_then_stops_without_signing_in(
    session: Session, ours: Provider, member: User, client: FlaskClient
) -> None:
    kept = subscribe(session, viewer_of(member), ours)
    session.commit()
    address = f"/fits/stop/{kept.token}"
    assert "停止通知" in page_of(client, address)
    assert session.scalar(select(func.count(FitSubscription.id))) == 1, "a mail program opens links"
    assert client.post(address).status_code == 303
    assert session.scalar(select(func.count(FitSubscription.id))) == 0
    for token in (kept.token, "nosuch"):
        for answer in (client.get(f"/fits/stop/{token}"), client.post(f"/fits/stop/{token}")):
            assert answer.status_code == 410
            assert "通知已经停止，或这个链接已失效，不用再做什么。" in answer.text
            assert ours.organisation.name not in answer.text
