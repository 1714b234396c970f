from __future__ import annotations

import json
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Consent, Invitation, MailMessage, User
from marketplace.accounts.models import Organisation as Place
from marketplace.accounts.queries import has_consent
from marketplace.audit.models import AuditEntry
from marketplace.needs.models import Need
from marketplace.providers.models import Provider
from tests.fixtures.accounts import PASSWORD, enter, is_signed_in

Accounts = Callable[..., User]
Places = Callable[..., Place]


def test_a_person_changes_name_and_telephone(
    client: FlaskClient, session: Session, create_account: Accounts
) -> None:
    user = create_account()
    enter(client, user.email)
    assert client.post("/me/profile", data={"display_name": "", "phone": "1"}).status_code == 422
    client.post("/me/profile", data={"display_name": "李工", "phone": "0000-1"})
    session.refresh(user)
    assert (user.display_name, user.phone) == ("李工", "0000-1")


def test_a_consent_is_withdrawn_with_one_press_as_it_was_given(
    client: FlaskClient,
    session: Session,
    create_account: Accounts,
    actions: Callable[[], list[str]],
) -> None:
    user = create_account()
    enter(client, user.email)
    for _ in range(2):
        client.post("/me/consents/notices/give")
        assert has_consent(session, user.id, "notices")
        client.post("/me/consents/notices/withdraw")
        assert not has_consent(session, user.id, "notices")
    assert actions()[1:] == ["account.consent_given", "account.consent_withdrawn"] * 2
    assert len(session.scalars(select(Consent)).all()) == 1


def test_withdrawing_what_the_account_rests_on_leads_to_closing_it(
    client: FlaskClient, create_account: Accounts
) -> None:
    enter(client, create_account().email)
    client.post("/me/consents/privacy/give")
    answer = client.post("/me/consents/privacy/withdraw")
    assert answer.status_code == 422
    assert "撤回这项同意就是注销账号" in answer.text
    assert 'href="/me/erase"' in client.get("/me/").text
    assert client.post("/me/consents/unknown/give").status_code == 404


def test_a_person_takes_away_a_copy_of_the_own_data_without_secrets(
    client: FlaskClient, create_account: Accounts, create_organisation: Places
) -> None:
    place = create_organisation(name="苏江试验机床有限公司")
    user = create_account(organisation=place, display_name="王工", phone="0000-1")
    other = create_account(display_name="别人")
    enter(client.application.test_client(), other.email)
    enter(client, user.email)
    client.post("/me/consents/notices/give")

    answer = client.post("/me/export")
    assert answer.headers["Content-Disposition"] == "attachment; filename=my-data.json"
    data = json.loads(answer.data)
    assert data["account"]["email"] == user.email
    assert data["account"]["phone"] == "0000-1"
    assert data["organisation"]["name"] == "苏江试验机床有限公司"
    assert [row["text"] for row in data["consents"]] == ["notices"]
    assert [row["action"] for row in data["log"]] == [
        "account.signed_in",
        "account.consent_given",
    ]
    assert "别人" not in answer.text
    for secret in (user.password, user.fs_uniquifier):
        assert str(secret) not in answer.text


def test_closing_the_account_erases_the_person(
    client: FlaskClient,
    session: Session,
    create_account: Accounts,
    create_organisation: Places,
) -> None:
    place = create_organisation()
    create_account(organisation=place)
    user = create_account(organisation=place, member_role="editor", display_name="王工")
    address, number = user.email, user.id
    session.add(MailMessage(recipient=address, subject="s", body="b"))
    session.commit()
    enter(client, address)
    assert client.post("/me/erase", data={"password": "不对的密码不对的"}).status_code == 422
    assert client.post("/me/erase", data={"password": PASSWORD}).status_code == 303

    session.expire_all()
    gone = session.get_one(User, number)
    assert (gone.email, gone.display_name, gone.phone) == (
        f"{number}@erased.invalid",
        "已注销用户",
        "",
    )
    assert (gone.password, gone.active, gone.membership) == (None, False, None)
    assert session.scalars(select(MailMessage)).all() == []
    assert not is_signed_in(client)
    assert enter(client, address) == 200
    kept = session.scalars(select(AuditEntry).where(AuditEntry.actor_id == number)).all()
    assert "account.erased" in [entry.action for entry in kept]


def test_an_owner_with_colleagues_hands_over_before_going(
    client: FlaskClient, session: Session, create_account: Accounts, create_organisation: Places
) -> None:
    place = create_organisation()
    owner = create_account(organisation=place)
    create_account(organisation=place, member_role="editor")
    enter(client, owner.email)
    assert "把负责人移交给其中一位" in client.get("/me/erase").text
    answer = client.post("/me/erase", data={"password": PASSWORD})
    assert answer.status_code == 422
    session.refresh(owner)
    assert owner.active


def test_staff_do_not_erase_themselves(client: FlaskClient, create_account: Accounts) -> None:
    enter(client, create_account(role="clerk").email)
    assert "由安全管理员收回岗位后才能注销" in client.get("/me/erase").text
    assert client.post("/me/erase", data={"password": PASSWORD}).status_code == 422


def test_an_erased_address_may_register_again(
    client: FlaskClient, session: Session, create_account: Accounts
) -> None:
    user = create_account()
    session.add(
        Invitation(
            email=user.email, role="clerk", token_digest="x", expires_at=user.create_datetime
        )
    )
    session.commit()
    address = user.email
    enter(client, address)
    client.post("/me/erase", data={"password": PASSWORD})
    assert session.scalars(select(User).where(User.email == address)).all() == []
    assert session.scalars(select(Invitation).where(Invitation.email == address)).all() == []


def test_the_last_sign_ins_are_shown_to_their_owner(
    client: FlaskClient, create_account: Accounts
) -> None:
    user = create_account()
    enter(client, user.email, "完全不对的密码-九九")
    enter(client, user.email)
    page = client.get("/me/").text
    assert "未成功" in page
    assert "127.0.0.1" in page


def test_a_need_under_way_holds_the_last_owner(
    client: FlaskClient,
    session: Session,
    create_account: Accounts,
    create_organisation: Places,
    create_need: Callable[..., Need],
) -> None:
    place = create_organisation()
    owner = create_account(organisation=place)
    need = create_need(organisation=place, state="published")
    enter(client, owner.email)
    assert "还有1条需求没有办结" in client.get("/me/erase").text
    assert client.post("/me/erase", data={"password": PASSWORD}).status_code == 422
    need.state = "withdrawn"
    session.commit()
    assert client.post("/me/erase", data={"password": PASSWORD}).status_code == 303


def test_a_place_in_the_directory_holds_the_last_owner(
    client: FlaskClient, create_account: Accounts, create_provider: Callable[..., Provider]
) -> None:
    provider = create_provider()
    enter(client, create_account(organisation=provider.organisation).email)
    assert "仍在服务商目录中" in client.get("/me/erase").text
    assert client.post("/me/erase", data={"password": PASSWORD}).status_code == 422
