"""The reverse of a recommendation: a provider finds the needs that fit it, and is told of new ones once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, Organisation, User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.models import AuditEntry
from marketplace.catalogue.indexing import rebuild
from marketplace.catalogue.models import Listing
from marketplace.db import at_moment, now
from marketplace.matching.weights import DEFAULT_WEIGHTS, list_weights
from marketplace.needs.models import Need
from marketplace.needs.queries import get_masker
from marketplace.outbox.models import OutboxTask
from marketplace.providers.models import Provider
from marketplace.recommendations.facts import need_facts, shown_facts
from marketplace.recommendations.fit_letters import send_digests
from marketplace.recommendations.fit_models import FitNote, FitSubscription
from marketplace.recommendations.fit_queries import list_fits
from marketplace.recommendations.fit_services import FitWatch, subscribe
from marketplace.recommendations.models import WeightEvent
from marketplace.recommendations.services import Recommender
from marketplace.taxonomy.loading import load_industries
from marketplace.taxonomy.queries import get_taxonomy
from marketplace.web.filters import beijing_today
from tests.fixtures.canaries import Planted

CreateNeed = Callable[..., Need]
CreateProvider = Callable[..., Provider]
SignIn = Callable[[User], FlaskClient]
SITE = "https://duijie.example"


@pytest.fixture
def ours(create_provider: CreateProvider) -> Provider:
    return create_provider("内网检测有限公司")


@pytest.fixture
def index_now(app: Flask, session: Session) -> Callable[[], None]:
    """Put the providers there are into the index, as the worker does."""
    return lambda: rebuild(session, app.extensions["duijie.index"])


@pytest.fixture
def member(ours: Provider, create_user: Callable[..., User]) -> User:
    return create_user(organisation=ours.organisation)


@pytest.fixture
def watch(app: Flask) -> FitWatch:
    return FitWatch(app.extensions["duijie.index"])


def page_of(client: FlaskClient, address: str = "/my/fits/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


CANTEEN: dict[str, Any] = {
    "title": "食堂订餐想统一",
    "pain": "各车间分头订餐，费用对不上。",
    "goals": [],
    "scene_id": None,
    "industry_code": "14",
    "must_haves": [],
    "success_criterion": "",
    "data_kinds": "",
    "site_constraints": "",
}


def test_a_provider_sees_the_needs_that_fit_it_with_its_own_evidence(
    ours: Provider,
    member: User,
    create_provider: CreateProvider,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    need = create_need(title="缸体气孔靠人看")
    create_need(**CANTEEN)
    words = "做食堂订餐系统，各车间统一订餐，费用自动对账。"
    create_provider(
        "团餐软件有限公司", summary=words, profile=words, scene_ids=(), offerings=(), cases=()
    )
    index_now()
    page = page_of(sign_in(member))
    assert need.title in page
    assert "缸盖毛坯气孔判别" in page, "its own case is the reason"
    assert "食堂订餐" not in page


def test_a_provider_learns_nothing_of_others_nor_of_points_and_places(
    ours: Provider,
    member: User,
    create_provider: CreateProvider,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    create_need()
    create_provider("竞争对手检测有限公司", tier="tier1")
    index_now()
    page = page_of(sign_in(member))
    assert "竞争对手" not in page
    main = page[page.index("<main") : page.index("<aside")]
    for word in ("名次", "得分", "第1", "排第", "前10"):
        assert word not in main


def test_what_the_profile_lacks_is_said_to_the_provider(
    member: User, create_need: CreateNeed, index_now: Callable[[], None], sign_in: SignIn
) -> None:
    create_need(xinchuang_required=True)
    index_now()
    page = page_of(sign_in(member))
    assert "贵单位的资料还缺" in page
    assert "资料未说明是否符合“信创（国产软硬件）”" in page


def test_a_condition_the_profile_rules_out_is_named_with_the_words_it_rests_on(
    create_provider: CreateProvider,
    create_user: Callable[..., User],
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    cloudy = create_provider(profile="推理须连公网使用。", deployments=("cloud",), offline=False)
    create_need(data_may_leave=None, must_haves=[], deployments=[])
    index_now()
    client = sign_in(create_user(organisation=cloudy.organisation))
    page = page_of(client, "/my/fits/?band=barred")
    assert "不符条件：须连公网使用，不满足“内网可用，不依赖公网”" in page


def test_the_private_words_of_a_masked_need_neither_rank_nor_explain(
    app: Flask,
    session: Session,
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    masked = {
        "disclosure": "masked",
        "mask_title": "检测类需求",
        "mask_pain": "目检费人。",
        "goals": [],
        "must_haves": [],
    }
    private = create_need(title="气孔砂眼毛刺", pain="铸件气孔砂眼毛刺漏检。", **masked)
    empty = create_need(
        title="无", pain="无", **{**masked, "site_constraints": "", "success_criterion": ""}
    )
    index_now()
    recommender = Recommender(session, app.extensions["duijie.index"], get_taxonomy(session))
    fits = {
        fit.need.number: fit for fit in list_fits(session, recommender, viewer_of(member), ours)
    }
    told = fits[private.number], fits[empty.number]
    assert told[0].score == told[1].score
    page = page_of(sign_in(member))
    assert "检测类需求" in page
    assert "需求原文“毛刺" not in page
    shown = get_masker(session, beijing_today(now())).show(private, "listed")
    assert shown is not None
    facts = shown_facts(shown)
    assert "气孔" not in facts.title + facts.description
    assert facts.must_haves == ()


def test_who_may_read_all_of_a_need_is_matched_by_what_its_own_page_is(
    session: Session, create_need: CreateNeed
) -> None:
    need = create_need(budget_max_yuan=600_000, size_class="small")
    shown = get_masker(session, beijing_today(now())).show(need, "owner")
    assert shown is not None
    assert shown_facts(shown) == need_facts(need)
    assert need_facts(need).description.splitlines()[:3] == [
        need.pain,
        "油孔毛刺漏检率 1.6 0.3",
        "单件检测时间 26 10",
    ]


def test_only_needs_that_still_look_for_a_provider_and_are_open_to_it_are_shown(
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
    session: Session,
) -> None:
    titles = {
        "published": create_need(title="公开检测需求甲"),
        "listed": create_need(title="库内检测需求乙", disclosure="listed"),
        "contracted": create_need(title="已签检测需求丙", state="contracted"),
        "bureau": create_need(title="局内检测需求丁", state="internal", disclosure="bureau"),
    }
    index_now()
    client = sign_in(member)
    page = page_of(client)
    assert [key for key, need in titles.items() if need.title in page] == ["published", "listed"]
    titles["published"].state = "withdrawn"
    session.commit()
    assert titles["published"].title not in page_of(client)


def test_an_organisation_is_not_offered_its_own_needs(
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    own = create_need(title="自己的检测需求", organisation=ours.organisation)
    index_now()
    assert own.title not in page_of(sign_in(member))


def test_who_leaves_the_directory_sees_no_fits_at_once(
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
    session: Session,
) -> None:
    need = create_need()
    index_now()
    client = sign_in(member)
    assert need.title in page_of(client)
    session.scalars(select(Listing).where(Listing.provider_id == ours.id)).one().state = "suspended"
    session.commit()
    page = page_of(client)
    assert need.title not in page
    assert "入库后才参与匹配" in page


def test_the_needs_can_be_narrowed_by_industry_and_scene(
    member: User, create_need: CreateNeed, index_now: Callable[[], None], sign_in: SignIn
) -> None:
    create_need(title="铸件检测需求甲", industry_code="33")
    create_need(title="汽车件检测需求乙", industry_code="36")
    index_now()
    client = sign_in(member)
    page = page_of(client, "/my/fits/?industry=36&scene=S24")
    assert "汽车件检测需求乙" in page
    assert "铸件检测需求甲" not in page
    assert "没有符合筛选条件的需求" in page_of(client, "/my/fits/?scene=S09")


def test_the_numbers_beside_the_filters_are_those_of_the_band_shown_and_the_links_keep_the_filters(
    create_provider: CreateProvider,
    create_user: Callable[..., User],
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    cloudy = create_provider(profile="推理须连公网使用。", deployments=("cloud",), offline=False)
    open_to_all: dict[str, Any] = {
        "must_haves": [],
        "deployments": [],
        "data_may_leave": True,
        "network_isolated": False,
        "site_constraints": "",
    }
    create_need(industry_code="33", **open_to_all)
    create_need(industry_code="36", **open_to_all)
    create_need(industry_code="36", **{**open_to_all, "network_isolated": True})
    index_now()
    client = sign_in(create_user(organisation=cloudy.organisation))
    names = {item.code: item.name for item in load_industries()}
    page = page_of(client)
    assert f"{names['33']} 1<" in page
    assert f"{names['36']} 1<" in page, "the third is in another band"
    page = page_of(client, "/my/fits/?industry=36&scene=S24")
    assert f"{names['33']} 1<" in page, "what another industry would show"
    for band in ("fitting", "thin", "barred"):
        assert f'href="/my/fits/?band={band}&amp;industry=36&amp;scene=S24"' in page
    empty = page_of(client, "/my/fits/?band=barred&industry=33")
    assert f"{names['33']} 0<" in empty, "the choice in force stays to be seen"
    assert 'href="/my/fits/?band=barred"' in empty


def test_the_page_says_what_the_needs_were_matched_by(
    ours: Provider,
    member: User,
    create_need: CreateNeed,
    create_user: Callable[..., User],
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    create_need()
    index_now()
    masked = "脱敏的需求只按脱敏后的文字匹配"
    staff = page_of(sign_in(create_user(role="clerk")), f"/desk/providers/{ours.id}/fits")
    assert "本单位经办的需求按全文匹配" in staff
    assert masked not in staff
    assert masked in page_of(sign_in(member))


def test_staff_see_on_a_provider_the_needs_they_may_see(
    ours: Provider,
    create_need: CreateNeed,
    create_user: Callable[..., User],
    create_unit: Callable[..., Any],
    index_now: Callable[[], None],
    sign_in: SignIn,
    client_of_role: Callable[[str], FlaskClient],
) -> None:
    need = create_need(title="局内检测需求", state="internal", disclosure="bureau")
    index_now()
    address = f"/desk/providers/{ours.id}/fits"
    here = sign_in(create_user(role="clerk", unit=create_unit(str(need.region_code))))
    away = sign_in(create_user(role="clerk", unit=create_unit("371000")))
    assert need.title in page_of(here, address)
    assert need.title not in page_of(away, address)
    assert client_of_role("provider").get(address).status_code == 404


def letters(session: Session) -> list[MailMessage]:
    return list(session.scalars(select(MailMessage).order_by(MailMessage.id)))


def look(session: Session, watch: FitWatch) -> int:
    count = watch.note_new(session)
    session.commit()
    return count


def digest(session: Session, app: Flask) -> int:
    count = send_digests(session, app.extensions["duijie.index"], SITE)
    session.commit()
    return count


def test_new_fits_are_noted_once(
    session: Session,
    ours: Provider,
    create_need: CreateNeed,
    create_provider: CreateProvider,
    index_now: Callable[[], None],
    watch: FitWatch,
    app: Flask,
) -> None:
    need = create_need()
    index_now()
    assert look(session, watch) == 1
    assert look(session, watch) == 0
    assert look(session, FitWatch(app.extensions["duijie.index"])) == 0, "also after a restart"
    note = session.scalars(select(FitNote)).one()
    assert (note.need_id, note.provider_id, note.told_at) == (need.id, ours.id, None)
    create_provider("新来的检测有限公司")
    index_now()
    assert look(session, watch) == 1


def test_a_look_whose_notes_were_not_committed_is_taken_again(
    session: Session,
    ours: Provider,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    watch: FitWatch,
) -> None:
    create_need()
    index_now()
    assert watch.note_new(session) == 1
    session.rollback()
    assert look(session, watch) == 1
    assert look(session, watch) == 0


def test_another_weight_set_in_force_is_a_reason_to_look_again(
    session: Session,
    ours: Provider,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    watch: FitWatch,
) -> None:
    create_need()
    index_now()
    assert [look(session, watch), look(session, watch)] == [1, 0]
    session.delete(session.scalars(select(FitNote)).one())
    session.commit()
    assert look(session, watch) == 0, "nothing has changed that it is computed from"
    name = next(name for name in list_weights() if name != DEFAULT_WEIGHTS)
    session.add(
        WeightEvent(kind="proposed", weights_name=name, instead_of=DEFAULT_WEIGHTS, words="试")
    )
    session.flush()
    proposal = session.scalars(select(WeightEvent)).one()
    session.add(
        WeightEvent(
            kind="approved",
            weights_name=name,
            instead_of=DEFAULT_WEIGHTS,
            proposal_id=proposal.id,
            words="试",
        )
    )
    session.commit()
    assert look(session, watch) == 1


def test_the_database_keeps_one_note_a_pair(
    session: Session,
    ours: Provider,
    create_need: CreateNeed,
    index_now: Callable[[], None],
    watch: FitWatch,
) -> None:
    need = create_need()
    index_now()
    look(session, watch)
    session.add(FitNote(need_id=need.id, provider_id=ours.id))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


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


def test_staff_read_once_that_a_provider_outside_the_directory_takes_no_part(
    session: Session,
    ours: Provider,
    create_user: Callable[..., User],
    create_need: CreateNeed,
    index_now: Callable[[], None],
    sign_in: SignIn,
) -> None:
    create_need()
    session.query(Listing).filter_by(provider_id=ours.id).one().state = "suspended"
    session.commit()
    index_now()
    page = page_of(sign_in(create_user(role="clerk")), f"/desk/providers/{ours.id}/fits")
    assert "目前不在有效目录内" in page
    assert f'href="/providers/{ours.id}">看入库状态</a>' in page
    assert not any(told in page for told in ("暂时没有适合的需求", "对口的有0条"))


def test_people_who_are_not_of_a_provider_have_no_such_page(
    client: FlaskClient, client_of_role: Callable[[str], FlaskClient]
) -> None:
    assert client.get("/my/fits/").status_code == 302
    refused = client_of_role("manufacturer").get("/my/fits/")
    assert refused.status_code == 403
    assert "这里供服务商使用；如有这类账号，请改用它登录。" in refused.text
    assert "请联系本单位的系统管理员" not in refused.text
