"""The pages of listings: the desk's, the queue for a second person, the provider's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.db import now
from marketplace.listings.queries import list_decisions, listing_of
from marketplace.listings.services import propose_decision, put_in_force
from marketplace.providers.models import Provider
from marketplace.web.filters import beijing_today
from tests.fixtures.listings import draft_of

Make = Callable[..., Any]
SignIn = Callable[[User], FlaskClient]
SCORES = (
    {
        "code": "model_evaluation",
        "name": "模型/技术与评测",
        "dimension": "技术服务能力",
        "points": 8.0,
        "most": 10,
        "basis": "四位专家合议",
    },
)


@pytest.fixture
def provider(create_provider: Make) -> Provider:
    """A provider listed at tier2."""
    return create_provider("甲试验有限公司", tier="tier2")  # type: ignore[no-any-return]


def post_step(desk: FlaskClient, provider: Provider, **data: str) -> int:
    return desk.post(f"/desk/listings/{provider.id}/step", data=data).status_code


def test_the_desk_sees_what_can_be_done_and_why_not(
    sign_in: SignIn, reviewer: User, provider: Provider
) -> None:
    page = sign_in(reviewer).get(f"/desk/listings/{provider.id}").text
    assert "在库有效" in page
    assert "只有“限期整改”时可以办理" in page
    assert "只有“暂停”时可以办理" in page
    assert f"/desk/listings/{provider.id}" in sign_in(reviewer).get("/desk/providers/").text


def test_a_clerk_reads_that_a_reviewer_must_do_it(
    sign_in: SignIn, clerk: User, provider: Provider
) -> None:
    desk = sign_in(clerk)
    assert "您没有办理权限" in desk.get(f"/desk/listings/{provider.id}").text
    assert post_step(desk, provider, step="suspend", reason="核查", version="1") == 403


def test_the_desk_suspends_and_resumes(
    session: Session, sign_in: SignIn, reviewer: User, provider: Provider
) -> None:
    desk = sign_in(reviewer)
    assert post_step(desk, provider, step="suspend", reason="", version="1") == 422
    assert post_step(desk, provider, step="suspend", reason="核查", version="9") == 409
    assert post_step(desk, provider, step="suspend", reason="核查", version="1") == 303
    assert post_step(desk, provider, step="rectify", reason="补材料", version="2") == 422
    assert post_step(desk, provider, step="vanish", reason="核查", version="2") == 404
    assert post_step(desk, provider, step="resume", reason="查无问题", version="2") == 303
    listing = listing_of(session, provider.id)
    assert listing is not None
    assert (listing.state, listing.reason) == ("valid", "查无问题")


def test_a_red_line_waits_for_a_second_person_and_then_holds(
    session: Session, sign_in: SignIn, reviewer: User, second: User, provider: Provider
) -> None:
    desk, other = sign_in(reviewer), sign_in(second)
    form = {"code": "fabrication", "facts": "验收单系伪造。"}
    assert desk.post(f"/desk/listings/{provider.id}/red-line", data=form).status_code == 303
    assert "由您提出，须由第二人核准" in desk.get("/desk/decisions/").text
    [decision] = list_decisions(session, provider.id)
    path, answer = f"/desk/decisions/{decision.id}", {"answer": "approve", "version": "1"}
    assert desk.post(path, data=answer).status_code == 403
    assert "验收单系伪造" in other.get("/desk/decisions/").text
    assert other.post(path, data={"version": "1"}).status_code == 422
    assert other.post(path, data={"answer": "return", "version": "1"}).status_code == 422
    assert other.post(path, data=answer).status_code == 303
    session.expire_all()
    listing = listing_of(session, provider.id)
    assert listing is not None
    assert listing.state == "removed"
    page = other.get(f"/desk/listings/{provider.id}").text
    assert "孙审核" in page
    assert "钱复核" in page


def test_a_plain_downgrade_names_a_lower_tier(
    session: Session, sign_in: SignIn, reviewer: User, provider: Provider
) -> None:
    desk, path = sign_in(reviewer), f"/desk/listings/{provider.id}/decisions"
    form = {"kind": "downgrade", "after_tier": "tier1", "reasons": "近24个月无验收。"}
    assert desk.post(path, data=form).status_code == 422
    assert desk.post(path, data={**form, "after_tier": "tier3"}).status_code == 303
    [decision] = list_decisions(session, provider.id)
    assert (decision.before_tier, decision.after_tier) == ("tier2", "tier3")


def test_a_decision_on_an_application_is_not_decided_here(
    session: Session, sign_in: SignIn, reviewer: User, second: User, create_application: Make
) -> None:
    application = create_application("agreed")
    draft = draft_of(application.provider, "grant", application_id=application.id)
    decision = propose_decision(session, viewer_of(reviewer), draft)
    session.commit()
    desk = sign_in(second)
    assert "随入库申请核准" in desk.get("/desk/decisions/").text
    answer = {"answer": "approve", "version": "1"}
    assert desk.post(f"/desk/decisions/{decision.id}", data=answer).status_code == 422
    session.refresh(decision)
    assert decision.state == "proposed"


def test_another_district_knows_nothing_of_it(
    sign_in: SignIn, create_user: Make, create_unit: Make, provider: Provider
) -> None:
    stranger = sign_in(create_user(role="reviewer", unit=create_unit("370702")))
    assert stranger.get(f"/desk/listings/{provider.id}").status_code == 404
    assert stranger.get("/desk/listings/987654").status_code == 404


def test_the_provider_reads_its_score_per_indicator_and_what_comes_next(
    session: Session, sign_in: SignIn, create_user: Make, create_provider: Make, decide: Make
) -> None:
    provider = create_provider(tier=None)
    member = sign_in(create_user(organisation=provider.organisation))
    assert "贵单位还没有入库" in member.get("/my/listing/").text
    decision = decide(provider, "grant", scores=SCORES)
    assert "贵单位还没有入库" in member.get("/my/listing/").text
    put_in_force(session, None, decision, batch_number="第二批", today=beijing_today(now()))
    session.commit()
    page = member.get("/my/listing/").text
    for words in ("模型/技术与评测", "四位专家合议", "总分82", "一级须90分。", "到期前申报复评"):
        assert words in page


def test_a_proposal_is_unknown_to_the_provider_until_it_is_in_force(
    session: Session, sign_in: SignIn, create_user: Make, reviewer: User, provider: Provider
) -> None:
    draft = draft_of(
        provider, "downgrade", before_tier="tier2", after_tier="tier3", reasons="隐秘理由"
    )
    propose_decision(session, viewer_of(reviewer), draft)
    session.commit()
    member = sign_in(create_user(organisation=provider.organisation))
    assert "隐秘理由" not in member.get("/my/listing/").text


def test_the_owner_withdraws_after_being_asked(
    session: Session, sign_in: SignIn, create_user: Make, provider: Provider
) -> None:
    editor = sign_in(create_user(organisation=provider.organisation, member_role="editor"))
    assert "现在不能退出" in editor.get("/my/listing/withdraw").text
    assert editor.post("/my/listing/withdraw", data={"version": "1"}).status_code == 403
    owner = sign_in(create_user(organisation=provider.organisation))
    assert "等级不保留" in owner.get("/my/listing/withdraw").text
    form = {"version": "1", "reason": "业务调整"}
    assert owner.post("/my/listing/withdraw", data=form).status_code == 303
    assert "已退出" in owner.get("/my/listing/").text
    listing = listing_of(session, provider.id)
    assert listing is not None
    session.refresh(listing)
    assert (listing.state, listing.reason) == ("withdrawn", "业务调整")


def test_an_expired_listing_offers_no_form_and_says_what_leads_back(
    session: Session, sign_in: Make, reviewer: User, provider: Provider
) -> None:
    listing = listing_of(session, provider.id)
    assert listing is not None
    listing.state = "expired"
    session.commit()
    page = sign_in(reviewer).get(f"/desk/listings/{provider.id}").text
    assert "后没有可以办理的事项；重新入库由服务商申报，经评审后办理。" in page
    assert "尚未到提醒日" not in page
    assert f'action="/desk/listings/{provider.id}/step"' not in page


def test_a_proposal_on_an_application_leads_to_its_row(
    sign_in: Make, reviewer: User, create_application: Make, create_decision: Make
) -> None:
    application = create_application("proposed")
    create_decision(application, state="proposed")
    page = sign_in(reviewer).get("/desk/decisions/").text
    assert '<a href="/desk/applications/?state=proposed&amp;q=' in page


def test_another_office_knows_of_a_decision_on_an_application_once_it_is_in_force(
    session: Session,
    create_application: Make,
    create_decision: Make,
    create_user: Make,
    create_unit: Make,
    reviewer: User,
    sign_in: SignIn,
) -> None:
    application = create_application("proposed")
    decision = create_decision(application, state="proposed", reasons="合议八十二分。")
    far = sign_in(create_user(role="reviewer", unit=create_unit("371000")))
    own = sign_in(reviewer)
    listing = f"/desk/listings/{application.provider_id}"
    assert "合议八十二分。" in own.get("/desk/decisions/").text
    assert "合议八十二分。" in own.get(listing).text
    assert "合议八十二分。" not in far.get("/desk/decisions/").text
    assert "合议八十二分。" not in far.get(listing).text
    decision.decided_by_id, decision.decided_at = create_user(role="curator").id, now()
    decision.state, decision.in_force_on = "in_force", beijing_today(now())
    session.commit()
    assert "合议八十二分。" in far.get(listing).text
