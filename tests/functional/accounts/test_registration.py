from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Consent, MailMessage, Membership, Organisation, User
from tests.fixtures.accounts import PASSWORD, REGISTRATION, enter, is_signed_in, link_in

Letters = Callable[[str], list[MailMessage]]
PROVIDER = {key: value for key, value in REGISTRATION.items() if key != "industry_code"} | {
    "kind": "opc"
}


def test_registering_makes_person_organisation_and_ownership_and_a_consent(
    client: FlaskClient, session: Session, letters: Letters, actions: Callable[[], list[str]]
) -> None:
    answer = client.post("/register/manufacturer", data=REGISTRATION)

    assert (answer.status_code, answer.location) == (303, "/register/sent")
    [user] = session.scalars(select(User))
    [place] = session.scalars(select(Organisation))
    assert (user.email, user.display_name, user.confirmed_at) == ("wang@test.example", "王工", None)
    assert (place.uscc, place.is_manufacturer, place.is_provider) == (
        "91329901MA9999999D",
        True,
        False,
    )
    assert (place.region_code, place.industry_code, place.size_class) == ("370785", "34", "small")
    [membership] = session.scalars(select(Membership))
    assert (membership.user_id, membership.organisation_id, membership.role) == (
        user.id,
        place.id,
        "owner",
    )
    [consent] = session.scalars(select(Consent))
    assert (consent.kind, consent.text_version, consent.withdrawn_at) == (
        "privacy",
        "2026-11",
        None,
    )
    assert actions() == [
        "account.registered",
        "organisation.registered",
        "account.consent_given",
    ]
    [letter] = letters("wang@test.example")
    assert letter.subject == "请确认您的邮箱"
    assert letter.body.startswith("王工，您好！\n\n有人用这个邮箱在对接注册了账号。")
    assert "链接2天内有效" in letter.body


def test_a_provider_says_what_kind_of_body_it_is(client: FlaskClient, session: Session) -> None:
    assert client.post("/register/provider", data=PROVIDER).status_code == 303
    [place] = session.scalars(select(Organisation))
    assert (place.kind, place.is_provider, place.is_manufacturer) == ("opc", True, False)


def test_passwords_are_kept_as_argon2id(client: FlaskClient, session: Session) -> None:
    client.post("/register/manufacturer", data=REGISTRATION)
    assert str(session.scalar(select(User.password))).startswith("$argon2id$")


@pytest.mark.parametrize(
    ("side", "first_page"), [("manufacturer", "/my/needs"), ("provider", "/my/provider")]
)
def test_after_confirming_and_signing_in_a_person_lands_on_the_own_work(
    client: FlaskClient, letters: Letters, side: str, first_page: str
) -> None:
    data = REGISTRATION if side == "manufacturer" else PROVIDER
    client.post(f"/register/{side}", data=data)
    confirmed = client.get(link_in(letters("wang@test.example")[0]))
    assert confirmed.location == "/account/login"
    entered = client.post(
        "/account/login", data={"email": "wang@test.example", "password": PASSWORD}
    )
    assert entered.location == "/start"
    assert client.get("/start").location.startswith(first_page)


def test_nobody_signs_in_before_confirming(client: FlaskClient) -> None:
    client.post("/register/manufacturer", data=REGISTRATION)
    assert enter(client, "wang@test.example") == 200
    assert not is_signed_in(client)


def test_a_confirmation_link_works_once_and_says_so(client: FlaskClient, letters: Letters) -> None:
    client.post("/register/manufacturer", data=REGISTRATION)
    link = link_in(letters("wang@test.example")[0])
    client.get(link)
    assert "邮箱已经确认过" in client.get(link, follow_redirects=True).text
    assert "确认链接无效" in client.get(link[:-3] + "abc", follow_redirects=True).text


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("uscc", "", "请填写统一社会信用代码"),
        ("uscc", "91329901MA9999999", "应为18位"),
        ("uscc", "91329901MA99999990", "校验位不符"),
        ("uscc", "9132990IMA9999999D", "不使用字母I、O、Z、S、V"),
        ("email", "wang", "邮箱格式不对"),
        ("email", "", "请填写邮箱"),
        ("password", "车床七号", "至少要10个字符"),
        ("password_again", "另外一个密码-八号门前", "不一致"),
        ("name", "", "请填写单位名称"),
        ("region_code", "", "请选择所在地区"),
        ("industry_code", "", "请选择所属行业"),
        ("display_name", "", "请填写姓名"),
        ("consent", "", "同意隐私政策后"),
    ],
)
def test_a_fault_is_told_in_chinese_and_nothing_is_stored(
    client: FlaskClient, session: Session, field: str, value: str, word: str
) -> None:
    answer = client.post("/register/manufacturer", data=REGISTRATION | {field: value})
    assert answer.status_code == 422
    assert word in answer.text
    assert "有内容需要改正，已填的都在" in answer.text
    assert session.scalar(select(func.count(User.id))) == 0
    assert session.scalar(select(func.count(Organisation.id))) == 0


def test_a_password_is_never_shown_again(client: FlaskClient) -> None:
    answer = client.post("/register/manufacturer", data=REGISTRATION | {"name": ""})
    assert PASSWORD not in answer.text


def test_an_organisation_on_the_site_is_joined_by_invitation_only(
    client: FlaskClient,
    session: Session,
    create_organisation: Callable[..., Organisation],
    create_user: Callable[..., User],
) -> None:
    place = create_organisation(name="苏江某某机械有限公司")
    create_user(organisation=place, display_name="负责人钱某")
    answer = client.post("/register/manufacturer", data=REGISTRATION | {"uscc": place.uscc})
    assert answer.status_code == 422
    assert "已经在本站登记" in answer.text
    assert "负责人邀请您加入" in answer.text
    assert "钱某" not in answer.text
    assert session.scalar(select(func.count(User.id))) == 1


def test_an_organisation_without_members_cannot_be_claimed_by_registering(
    client: FlaskClient, create_organisation: Callable[..., Organisation]
) -> None:
    place = create_organisation(is_provider=True)
    answer = client.post("/register/provider", data=PROVIDER | {"uscc": place.uscc})
    assert "已经在本站登记" in answer.text


def test_a_known_address_gets_the_same_answer_and_only_its_owner_a_letter(
    client: FlaskClient, session: Session, letters: Letters, create_user: Callable[..., User]
) -> None:
    known = create_user()
    stranger = client.post("/register/manufacturer", data=REGISTRATION)
    same = client.post(
        "/register/manufacturer",
        data=REGISTRATION | {"email": known.email.upper(), "uscc": "91329901MA12345677"},
    )
    assert (same.status_code, same.location) == (stranger.status_code, stranger.location)
    assert [letter.subject for letter in letters(known.email)] == ["您在本站已有账号"]
    assert session.scalar(select(func.count(User.id))) == 2
    assert session.scalar(select(func.count(Organisation.id))) == 1


def test_a_taken_address_cannot_be_found_out_through_the_organisation(
    client: FlaskClient, create_user: Callable[..., User]
) -> None:
    known = create_user()
    client.post("/register/manufacturer", data=REGISTRATION | {"email": known.email})
    after_known = client.post("/register/manufacturer", data=REGISTRATION)
    after_unknown = client.post(
        "/register/manufacturer", data=REGISTRATION | {"email": "other@test.example"}
    )
    assert after_known.status_code == after_unknown.status_code == 303


def test_an_unconfirmed_registration_gives_way_to_a_later_one(
    client: FlaskClient, session: Session, letters: Letters
) -> None:
    client.post("/register/manufacturer", data=REGISTRATION)
    later = REGISTRATION | {
        "password": "另外一个密码-八号门前",
        "password_again": "另外一个密码-八号门前",
    }
    client.post("/register/manufacturer", data=later)
    first, second = letters("wang@test.example")

    assert "确认链接无效" in client.get(link_in(first), follow_redirects=True).text
    client.get(link_in(second))
    assert enter(client, "wang@test.example") == 200
    assert enter(client, "wang@test.example", "另外一个密码-八号门前") == 302
    assert session.scalar(select(func.count(Membership.id))) == 1


def test_an_organisation_belongs_to_the_first_who_confirms(
    client: FlaskClient, session: Session, letters: Letters
) -> None:
    client.post("/register/manufacturer", data=REGISTRATION)
    client.post("/register/manufacturer", data=REGISTRATION | {"email": "li@test.example"})
    client.get(link_in(letters("li@test.example")[0]))
    client.get(link_in(letters("wang@test.example")[0]))

    owners = session.scalars(select(User.email).join(Membership)).all()
    assert owners == ["li@test.example"]
    assert enter(client, "wang@test.example") == 302
    assert "还没有岗位或单位" in client.get("/me/").text


def test_a_confirmation_letter_can_be_had_again_and_the_answer_is_always_the_same(
    client: FlaskClient, letters: Letters
) -> None:
    client.post("/register/manufacturer", data=REGISTRATION)
    known = client.post("/account/confirm", data={"email": "wang@test.example"}).text
    unknown = client.post("/account/confirm", data={"email": "nobody@test.example"}).text
    assert known.replace("wang@", "nobody@") == unknown
    assert len(letters("wang@test.example")) == 2
    assert letters("nobody@test.example") == []


def test_a_stranger_cannot_flood_a_mailbox(client: FlaskClient, letters: Letters) -> None:
    client.post("/register/manufacturer", data=REGISTRATION)
    for _ in range(15):
        client.post("/account/confirm", data={"email": "wang@test.example"})
    assert len(letters("wang@test.example")) == 10


def test_the_demonstration_shows_its_letters_with_links(client: FlaskClient) -> None:
    client.post("/register/manufacturer", data=REGISTRATION)
    page = client.get("/demo/mail").text
    assert "请确认您的邮箱" in page
    assert '<a href="http://localhost/account/confirm/' in page


def test_there_is_no_page_of_letters_outside_the_demonstration(client: FlaskClient) -> None:
    client.application.config["DEMO"] = False
    try:
        assert client.get("/demo/mail").status_code == 404
    finally:
        client.application.config["DEMO"] = True


def test_a_password_is_the_same_in_full_width_and_half_width(
    client: FlaskClient, letters: Letters
) -> None:
    wide = "ｌａｔｈｅ－ｃｕｐ－ｌａｍｐ７"
    client.post(
        "/register/manufacturer",
        data=REGISTRATION | {"password": wide, "password_again": wide},
    )
    client.get(link_in(letters("wang@test.example")[0]))
    assert enter(client, "wang@test.example", "lathe-cup-lamp7") == 302
    assert client.post("/me/erase", data={"password": wide}).status_code == 303
