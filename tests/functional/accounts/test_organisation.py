from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Invitation, MailMessage, Membership, User
from marketplace.accounts.models import Organisation as Place
from marketplace.db import now
from tests.fixtures.accounts import PASSWORD, enter, is_signed_in, link_in

Accounts = Callable[..., User]
Places = Callable[..., Place]
Letters = Callable[[str], list[MailMessage]]
NEWCOMER = {
    "display_name": "赵工",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "consent": "y",
}


@pytest.fixture
def place(create_organisation: Places) -> Place:
    """An organisation on the site."""
    return create_organisation(name="苏江试验机床有限公司")


@pytest.fixture
def owner(create_account: Accounts, place: Place, client: FlaskClient) -> User:
    """Its owner, signed in with `client`."""
    user = create_account(organisation=place, display_name="钱经理")
    enter(client, user.email)
    return user


def _invite(client: FlaskClient, letters: Letters, address: str = "zhao@test.example") -> str:
    client.post("/me/organisation/invite", data={"email": address})
    return link_in(letters(address)[-1])


def test_an_invited_colleague_opens_an_account_and_belongs_to_the_organisation(
    client: FlaskClient,
    session: Session,
    owner: User,
    place: Place,
    letters: Letters,
    actions: Callable[[], list[str]],
) -> None:
    link = _invite(client, letters)
    fresh = client.application.test_client()
    page = fresh.get(link).text
    assert "加入苏江试验机床有限公司" in page
    assert "钱经理" in page
    answer = fresh.post(link, data=NEWCOMER)
    assert answer.location == "/account/login"
    assert enter(fresh, "zhao@test.example") == 302
    assert "苏江试验机床有限公司" in fresh.get("/me/organisation").text
    user = session.scalars(select(User).where(User.email == "zhao@test.example")).one()
    assert (user.membership.organisation_id, user.membership.role) == (place.id, "editor")
    assert [name for name in actions() if name.startswith("member.")] == [
        "member.invited",
        "member.joined",
    ]


def test_an_invitation_is_used_once(client: FlaskClient, owner: User, letters: Letters) -> None:
    link = _invite(client, letters)
    fresh = client.application.test_client()
    fresh.post(link, data=NEWCOMER)
    again = fresh.post(link, data=NEWCOMER)
    assert again.status_code == 404
    assert "已经用过、撤销、过期" in again.text


def test_an_invitation_expires_after_seven_days(
    client: FlaskClient, session: Session, owner: User, letters: Letters
) -> None:
    link = _invite(client, letters)
    invitation = session.scalars(select(Invitation)).one()
    assert timedelta(days=6, hours=23) < invitation.expires_at - now() <= timedelta(days=7)
    invitation.expires_at = now() - timedelta(seconds=1)
    session.commit()
    fresh = client.application.test_client()
    assert fresh.get(link).status_code == 404
    assert fresh.post(link, data=NEWCOMER).status_code == 404


def test_a_revoked_invitation_is_void(
    client: FlaskClient, session: Session, owner: User, letters: Letters
) -> None:
    link = _invite(client, letters)
    invitation = session.scalars(select(Invitation)).one()
    client.post(f"/me/organisation/invitations/{invitation.id}/revoke")
    assert client.application.test_client().get(link).status_code == 404


def test_inviting_again_makes_the_earlier_link_void(
    client: FlaskClient, owner: User, letters: Letters
) -> None:
    first = _invite(client, letters)
    second = _invite(client, letters)
    fresh = client.application.test_client()
    assert fresh.get(first).status_code == 404
    assert fresh.get(second).status_code == 200


def test_the_token_of_an_invitation_is_not_kept(
    client: FlaskClient, session: Session, owner: User, letters: Letters
) -> None:
    token = _invite(client, letters).rpartition("/")[2]
    invitation = session.scalars(select(Invitation)).one()
    assert token not in str(vars(invitation))


def test_an_invitation_needs_the_invited_address_and_a_free_account(
    client: FlaskClient,
    owner: User,
    letters: Letters,
    create_account: Accounts,
    create_organisation: Places,
) -> None:
    free = create_account()
    link = _invite(client, letters, free.email)
    assert "请先登录" in client.application.test_client().get(link).text
    other = client.application.test_client()
    enter(other, create_account().email)
    assert "另一个邮箱" in other.get(link).text
    assert other.post(link).status_code == 422

    taken = create_account(organisation=create_organisation())
    link_of_taken = _invite(client, letters, taken.email)
    busy = client.application.test_client()
    enter(busy, taken.email)
    assert "已经属于一家单位" in busy.post(link_of_taken).text

    invited = client.application.test_client()
    enter(invited, free.email)
    assert invited.post(link).location == "/start"
    assert invited.get("/me/organisation").status_code == 200


def test_staff_of_the_bureau_do_not_join_an_organisation(
    client: FlaskClient, owner: User, letters: Letters, create_account: Accounts
) -> None:
    clerk = create_account(role="clerk")
    link = _invite(client, letters, clerk.email)
    browser = client.application.test_client()
    enter(browser, clerk.email)
    assert "不能加入企业或机构" in browser.post(link).text


def test_only_the_owner_manages_members(
    client: FlaskClient, session: Session, place: Place, owner: User, create_account: Accounts
) -> None:
    member = create_account(organisation=place, member_role="editor")
    browser = client.application.test_client()
    enter(browser, member.email)
    assert "移交负责人" not in browser.get("/me/organisation").text
    for path in (
        "/me/organisation/invite",
        f"/me/organisation/members/{owner.id}/remove",
        f"/me/organisation/members/{member.id}/hand-over",
    ):
        answer = browser.post(path, data={"email": "x@test.example"})
        assert answer.status_code == 403
        assert "只有本单位的负责人" in answer.text


def test_an_owner_reaches_no_member_of_another_organisation(
    client: FlaskClient,
    session: Session,
    owner: User,
    create_account: Accounts,
    create_organisation: Places,
) -> None:
    stranger = create_account(organisation=create_organisation())
    assert client.post(f"/me/organisation/members/{stranger.id}/remove").status_code == 404
    assert client.post(f"/me/organisation/members/{stranger.id}/hand-over").status_code == 404
    invitation = Invitation(
        email="x@test.example",
        role="editor",
        organisation_id=stranger.membership.organisation_id,
        token_digest="x",
        expires_at=now() + timedelta(days=1),
    )
    session.add(invitation)
    session.commit()
    path = f"/me/organisation/invitations/{invitation.id}/revoke"
    assert client.post(path).status_code == 404


def test_a_removed_member_keeps_the_account_and_loses_the_organisation(
    client: FlaskClient, place: Place, owner: User, create_account: Accounts
) -> None:
    member = create_account(organisation=place, member_role="editor")
    browser = client.application.test_client()
    enter(browser, member.email)
    assert browser.get("/me/organisation").status_code == 200
    client.post(f"/me/organisation/members/{member.id}/remove")
    assert browser.get("/me/organisation").status_code == 403
    assert is_signed_in(browser)


def test_handing_over_changes_places(
    client: FlaskClient, session: Session, place: Place, owner: User, create_account: Accounts
) -> None:
    heir = create_account(organisation=place, member_role="editor", display_name="孙工")
    asked = client.get(f"/me/organisation/members/{heir.id}/hand-over").text
    assert "把负责人移交给孙工？" in asked
    client.post(f"/me/organisation/members/{heir.id}/hand-over")
    roles = dict(session.execute(select(Membership.user_id, Membership.role)).all())
    assert roles == {owner.id: "editor", heir.id: "owner"}
    assert client.post(f"/me/organisation/members/{heir.id}/remove").status_code == 403


FACTS = {
    "region_code": "370700",
    "industry_code": "35",
    "size_class": "medium",
    "digital_level": "2",
    "is_manufacturer": "y",
    "is_provider": "y",
}


def test_the_owner_changes_the_facts_and_opens_the_other_side(
    client: FlaskClient, session: Session, place: Place, owner: User
) -> None:
    client.post("/me/organisation", data=FACTS | {"version": "1"})
    session.refresh(place)
    assert (place.region_code, place.industry_code, place.size_class, place.digital_level) == (
        "370700",
        "35",
        "medium",
        "2",
    )
    assert place.is_provider
    assert place.version == 2


def test_a_change_made_on_a_stale_page_is_refused(
    client: FlaskClient, session: Session, place: Place, owner: User
) -> None:
    client.post("/me/organisation", data=FACTS | {"version": "1"})
    stale = client.post("/me/organisation", data=FACTS | {"version": "1", "size_class": "large"})
    assert stale.status_code == 409
    session.refresh(place)
    assert place.size_class == "medium"


def test_an_organisation_is_on_one_side_at_least(
    client: FlaskClient, place: Place, owner: User
) -> None:
    neither = {key: value for key, value in FACTS.items() if not key.startswith("is_")}
    answer = client.post("/me/organisation", data=neither | {"version": "1"})
    assert answer.status_code == 422
    assert "至少要选一项" in answer.text
