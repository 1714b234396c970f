from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, Organisation, User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.queries import list_trail
from marketplace.errors import Conflict, InvalidInput, NotPermitted
from marketplace.needs import services
from marketplace.needs.errors import Blocked, ConfirmationNeeded, EditedMeanwhile, Faulty
from marketplace.needs.models import Need, NeedDecision, NeedText
from marketplace.needs.queries import find_last_decision
from marketplace.permissions import Viewer

Create = Callable[..., Need]
Person = tuple[Organisation, User]


@pytest.fixture
def owner(manufacturer: Person) -> Viewer:
    return viewer_of(manufacturer[1])


@pytest.fixture
def reviewer(create_user: Callable[..., User]) -> Viewer:
    return viewer_of(create_user(role="reviewer"))


def test_drafts_are_numbered_from_one_without_gaps(
    session: Session, owner: Viewer, today: date
) -> None:
    numbers = [services.start_draft(session, owner).number for _ in range(3)]
    assert numbers == [f"XQ-{today.year}-{n:04d}" for n in (1, 2, 3)]


def test_a_number_of_a_failed_transaction_is_given_out_again(
    session: Session, owner: Viewer, today: date
) -> None:
    services.start_draft(session, owner)
    session.commit()
    services.start_draft(session, owner)
    session.rollback()
    assert services.start_draft(session, owner).number == f"XQ-{today.year}-0002"


def test_a_draft_begins_with_what_the_organisation_is_known_for(
    session: Session, owner: Viewer, manufacturer: Person
) -> None:
    need = services.start_draft(session, owner, {"title": "曲轴毛刺检测"})
    assert (need.company_name, need.region_code, need.industry_code) == (
        "衡钧压铸有限公司",
        "370785",
        "34",
    )
    assert need.state == "draft"
    assert need.disclosure == "masked"


def test_people_without_a_manufacturer_cannot_begin_a_draft(
    session: Session, reviewer: Viewer
) -> None:
    with pytest.raises(NotPermitted):
        services.start_draft(session, reviewer)


def test_a_section_is_kept_and_counts_the_version_up(session: Session, owner: Viewer) -> None:
    need = services.start_draft(session, owner)
    version = services.save_section(session, owner, need, "data", {"data_kinds": "照片"}, 1)
    assert (version, need.version, need.data_kinds) == (2, 2, "照片")


def test_saving_what_is_there_already_costs_no_version(session: Session, owner: Viewer) -> None:
    need = services.start_draft(session, owner)
    services.save_section(session, owner, need, "data", {"data_kinds": "照片"}, 1)
    assert services.save_section(session, owner, need, "data", {"data_kinds": "照片"}, 2) == 2


def test_a_stale_save_is_refused_and_names_who_was_first(
    session: Session, owner: Viewer, manufacturer: Person, create_user: Callable[..., User]
) -> None:
    colleague = viewer_of(create_user(organisation=manufacturer[0], display_name="王试验"))
    need = services.start_draft(session, owner)
    services.save_section(session, colleague, need, "data", {"data_kinds": "台账"}, 1)
    with pytest.raises(EditedMeanwhile) as caught:
        services.save_section(session, owner, need, "data", {"data_kinds": "照片"}, 1)
    assert caught.value.who == "王试验"
    assert need.data_kinds == "台账"


def test_a_section_cannot_write_columns_of_another(session: Session, owner: Viewer) -> None:
    need = services.start_draft(session, owner)
    with pytest.raises(ValueError, match="state"):
        services.save_section(session, owner, need, "data", {"state": "published"}, 1)


def test_a_mask_text_with_the_companys_own_name_is_refused(session: Session, owner: Viewer) -> None:
    need = services.start_draft(session, owner)
    with pytest.raises(Faulty) as caught:
        services.save_section(
            session, owner, need, "disclosure", {"mask_pain": "我们衡钧的两条线"}, 1
        )
    assert [fault.anchor for fault in caught.value.faults] == ["mask_pain"]
    assert need.mask_pain == ""


def test_a_need_without_problem_or_contact_cannot_be_submitted(
    session: Session, owner: Viewer
) -> None:
    need = services.start_draft(session, owner, {"title": "曲轴毛刺检测"})
    with pytest.raises(Faulty) as caught:
        services.submit_need(session, owner, need)
    assert [fault.anchor for fault in caught.value.faults] == [
        "pain",
        "contact_name",
        "contact_phone",
    ]
    assert need.state == "draft"


def test_a_vague_need_can_be_submitted_for_advice_never_blocks(
    session: Session, owner: Viewer, create_need: Create, manufacturer: Person
) -> None:
    need = create_need(
        "draft", organisation=manufacturer[0], goals=[], pain="想搞智能化", title="项目"
    )
    services.submit_need(session, owner, need)
    assert need.state == "submitted"
    assert need.submitted_at is not None


def test_of_two_who_submit_at_once_one_moves_the_need(
    session: Session, owner: Viewer, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("draft", organisation=manufacturer[0])
    seen = need.version
    services.submit_need(session, owner, need, seen_version=seen)
    with pytest.raises(Conflict):
        services.submit_need(session, owner, need, seen_version=seen)
    assert [entry.action for entry in list_trail(session, "need", need.id)] == ["need.submit"]


def test_a_need_goes_from_draft_to_published_with_a_trail_and_letters(
    session: Session,
    owner: Viewer,
    manufacturer: Person,
    create_user: Callable[..., User],
    create_need: Create,
    today: date,
) -> None:
    staff = create_user(role="reviewer")
    reviewer = viewer_of(staff)
    need = create_need("draft", "masked", organisation=manufacturer[0], valid_until=None)
    services.submit_need(session, owner, need)
    services.accept_need(session, reviewer, need)
    services.publish_need(session, reviewer, need)
    assert need.state == "published"
    assert need.valid_until == today + timedelta(days=90)
    assert [entry.action for entry in list_trail(session, "need", need.id)] == [
        "need.submit",
        "need.accept",
        "need.publish",
    ]
    letters = session.scalars(select(MailMessage).order_by(MailMessage.id)).all()
    assert [(item.recipient, item.subject) for item in letters] == [
        (manufacturer[1].email, f"需求{need.number}已提交"),
        (staff.email, f"待审核：需求{need.number}"),
        (manufacturer[1].email, f"需求{need.number}已受理"),
        (manufacturer[1].email, f"需求{need.number}已发布"),
    ]
    assert not any(need.title in item.body or "衡钧" in item.body for item in letters)


def test_the_nearest_office_is_told_and_no_other(
    session: Session,
    owner: Viewer,
    manufacturer: Person,
    create_user: Callable[..., User],
    create_unit: Callable[..., Any],
    create_need: Create,
) -> None:
    city = create_user(role="clerk", unit=create_unit("370700"))
    county = create_user(role="clerk", unit=create_unit("370785"))
    create_user(role="clerk", unit=create_unit("370900"))
    create_user(role="expert", unit=create_unit("370785"))
    need = create_need("draft", organisation=manufacturer[0])
    services.submit_need(session, owner, need)
    told = set(session.scalars(select(MailMessage.recipient)))
    assert told == {manufacturer[1].email, county.email}
    assert city.email not in told


def test_a_return_keeps_its_words_beside_the_need_and_out_of_the_log(
    session: Session, reviewer: Viewer, create_need: Create
) -> None:
    need = create_need("submitted")
    services.return_need(session, reviewer, need, "请补充漏检率的来源")
    decision = find_last_decision(session, need, "return")
    assert decision is not None
    assert decision.reason == "请补充漏检率的来源"
    [entry] = list_trail(session, "need", need.id)
    assert entry.detail == {"number": need.number, "before": "submitted", "after": "returned"}


def test_a_return_without_a_reason_is_refused(
    session: Session, reviewer: Viewer, create_need: Create
) -> None:
    need = create_need("submitted")
    with pytest.raises(InvalidInput):
        services.return_need(session, reviewer, need, "  ")
    assert need.state == "submitted"


def test_below_the_review_line_accepting_needs_a_reason(
    session: Session, reviewer: Viewer, create_need: Create
) -> None:
    need = create_need(
        "submitted",
        goals=[],
        pain="想搞智能化",
        data_kinds="",
        data_volume="",
        success_criterion="",
        baseline_source="",
    )
    with pytest.raises(Blocked):
        services.accept_need(session, reviewer, need)
    services.accept_need(session, reviewer, need, reason="链主企业，现场已核实")
    assert need.state == "accepted"
    assert session.scalars(select(NeedDecision.reason)).all() == ["链主企业，现场已核实"]


def test_staff_of_another_region_cannot_decide(
    session: Session,
    create_user: Callable[..., User],
    create_unit: Callable[..., Any],
    create_need: Create,
) -> None:
    stranger = viewer_of(create_user(role="reviewer", unit=create_unit("370900")))
    need = create_need("submitted")
    with pytest.raises(NotPermitted):
        services.accept_need(session, stranger, need)


def test_the_owner_cannot_accept_or_publish_their_own_need(
    session: Session, owner: Viewer, create_need: Create, manufacturer: Person
) -> None:
    submitted = create_need("submitted", organisation=manufacturer[0])
    accepted = create_need("accepted", organisation=manufacturer[0])
    with pytest.raises(NotPermitted):
        services.accept_need(session, owner, submitted)
    with pytest.raises(NotPermitted):
        services.publish_need(session, owner, accepted)


def test_a_need_inside_the_bureau_cannot_be_published_only_kept(
    session: Session, reviewer: Viewer, create_need: Create
) -> None:
    need = create_need("accepted", "bureau")
    with pytest.raises(Blocked):
        services.publish_need(session, reviewer, need)
    services.keep_internal(session, reviewer, need)
    assert need.state == "internal"


def test_tightening_works_at_once_and_takes_a_published_need_off_the_site(
    session: Session, owner: Viewer, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("published", "public", organisation=manufacturer[0])
    services.tighten_disclosure(session, owner, need, "listed")
    assert (need.state, need.disclosure) == ("published", "listed")
    services.tighten_disclosure(session, owner, need, "bureau")
    assert (need.state, need.disclosure) == ("internal", "bureau")


def test_loosening_asks_a_second_time(
    session: Session, owner: Viewer, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("published", "listed", organisation=manufacturer[0])
    with pytest.raises(ConfirmationNeeded):
        services.loosen_disclosure(session, owner, need, "public", confirmed=False)
    assert need.disclosure == "listed"
    services.loosen_disclosure(session, owner, need, "public", confirmed=True)
    assert need.disclosure == "public"


def test_loosening_is_no_tightening_and_the_other_way_round(
    session: Session, owner: Viewer, create_need: Create, manufacturer: Person
) -> None:
    need = create_need("published", "masked", organisation=manufacturer[0])
    with pytest.raises(InvalidInput):
        services.tighten_disclosure(session, owner, need, "public")
    with pytest.raises(InvalidInput):
        services.loosen_disclosure(session, owner, need, "bureau", confirmed=True)


def test_a_need_expires_the_day_after_its_last_day_and_is_renewed_once(
    session: Session, owner: Viewer, create_need: Create, manufacturer: Person, today: date
) -> None:
    last = create_need(organisation=manufacturer[0], valid_until=today)
    past = create_need(organisation=manufacturer[0], valid_until=today - timedelta(days=1))
    assert services.expire_due(session) == 1
    session.refresh(last)
    session.refresh(past)
    assert (last.state, past.state) == ("published", "expired")
    services.renew_need(session, owner, past)
    assert (past.state, past.renewals) == ("published", 1)
    assert past.valid_until == today + timedelta(days=90)
    with pytest.raises(Blocked):
        services.renew_need(session, owner, past)


def test_a_need_far_from_its_end_is_not_renewed(
    session: Session, owner: Viewer, create_need: Create, manufacturer: Person
) -> None:
    need = create_need(organisation=manufacturer[0])
    with pytest.raises(Blocked):
        services.renew_need(session, owner, need)


def test_nobody_but_the_clock_lets_a_need_expire(
    session: Session, reviewer: Viewer, owner: Viewer, create_need: Create
) -> None:
    from marketplace.needs.steps import take

    need = create_need()
    for actor in (reviewer, owner):
        with pytest.raises(NotPermitted):
            take(session, actor, need, "expire")


def test_a_merged_need_keeps_its_number_and_points_to_the_other(
    session: Session, reviewer: Viewer, create_need: Create
) -> None:
    kept, double = create_need(), create_need("submitted")
    services.merge_need(session, reviewer, double, kept)
    assert (double.state, double.merged_into_id) == ("merged", kept.id)
    with pytest.raises(Blocked):
        services.merge_need(session, reviewer, kept, double)
    with pytest.raises(Blocked):
        services.merge_need(session, reviewer, kept, kept)


def test_an_imported_row_begins_accepted_and_is_found_by_its_masked_text_only(
    session: Session, reviewer: Viewer
) -> None:
    need = services.create_imported(
        session,
        reviewer,
        {
            "company_name": "衡钧压铸有限公司",
            "title": "转向节毛刺检测",
            "pain": "三班目检",
            "region_code": "370785",
            "industry_code": "33",
            "budget_max_yuan": 800_000,
            "disclosure": "masked",
        },
    )
    assert (need.state, need.organisation_id) == ("accepted", None)
    texts = dict(session.execute(select(NeedText.form, NeedText.body)).all())
    assert set(texts) == {"full", "nameless", "masked"}
    assert "毛刺" not in texts["masked"]
    services.publish_need(session, reviewer, need)
    assert need.state == "published"


def test_rows_of_other_regions_cannot_be_imported(session: Session, reviewer: Viewer) -> None:
    with pytest.raises(NotPermitted):
        services.create_imported(session, reviewer, {"title": "x", "region_code": "371002"})


def test_staff_correct_codes_and_masks_but_never_the_owners_words(
    session: Session, reviewer: Viewer, create_need: Create
) -> None:
    need = create_need("submitted", "masked")
    services.correct_need(session, reviewer, need, {"scene_id": "S26"}, seen_version=need.version)
    assert need.scene_id == "S26"
    with pytest.raises(ValueError, match="pain"):
        services.correct_need(session, reviewer, need, {"pain": "x"}, seen_version=need.version)
    with pytest.raises(Conflict):
        services.correct_need(session, reviewer, need, {"scene_id": "S24"}, seen_version=1)


def test_renewing_never_puts_on_the_public_side_what_staff_had_not_published(
    session: Session, owner: Viewer, create_need: Create, manufacturer: Person, today: date
) -> None:
    gone = today - timedelta(days=1)
    kept = create_need("internal", "public", organisation=manufacturer[0], valid_until=gone)
    hidden = create_need("published", "masked", organisation=manufacturer[0], valid_until=gone)
    services.tighten_disclosure(session, owner, hidden, "bureau")
    services.loosen_disclosure(session, owner, hidden, "public", confirmed=True)
    services.expire_due(session)
    for need in (kept, hidden):
        session.refresh(need)
        assert need.state == "expired"
        services.renew_need(session, owner, need)
        assert need.state == "internal"
