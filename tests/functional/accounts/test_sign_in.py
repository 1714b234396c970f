from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import EndedSession, MailMessage, User
from marketplace.audit.models import AuditEntry
from marketplace.db import database_now, now
from tests.fixtures.accounts import PASSWORD, enter, is_signed_in, link_in

Accounts = Callable[..., User]
WRONG = "完全不对的密码-九九"


def test_a_person_signs_in_by_e_mail_whatever_the_case_and_is_led_back(
    client: FlaskClient, create_account: Accounts, actions: Callable[[], list[str]]
) -> None:
    user = create_account()
    answer = client.post(
        "/account/login",
        data={"email": f" {user.email.upper()} ", "password": PASSWORD, "next": "/me/erase"},
    )
    assert (answer.status_code, answer.location) == (302, "/me/erase")
    assert actions() == ["account.signed_in"]


def test_signing_in_leads_nowhere_outside_the_site(
    client: FlaskClient, create_account: Accounts
) -> None:
    user = create_account()
    data = {"email": user.email, "password": PASSWORD, "next": "https://evil.example/"}
    client.post("/account/login", data=data)
    assert not is_signed_in(client)


def _refusal(client: FlaskClient, email: str, password: str) -> str:
    answer = client.post("/account/login", data={"email": email, "password": password})
    assert answer.status_code == 200
    return answer.text.replace(email, "E")


def test_every_failed_sign_in_gets_the_very_same_answer(
    client: FlaskClient, session: Session, create_account: Accounts
) -> None:
    known, locked = create_account(), create_account()
    unconfirmed, disabled = create_account(), create_account()
    unconfirmed.confirmed_at, disabled.active = None, False
    locked.locked_until = now() + timedelta(minutes=5)
    session.commit()

    wrong = _refusal(client, known.email, WRONG)
    assert _refusal(client, "nobody@test.example", WRONG) == wrong
    assert _refusal(client, locked.email, PASSWORD) == wrong
    assert _refusal(client, locked.email, WRONG) == wrong
    assert _refusal(client, unconfirmed.email, PASSWORD) == wrong
    assert _refusal(client, disabled.email, PASSWORD) == wrong
    assert "没有登录成功" in wrong
    assert "邮箱或密码不对，或者邮箱还没有确认、账号已停用" in wrong


def test_after_five_failures_even_the_right_password_is_refused_for_a_while(
    client: FlaskClient, session: Session, create_account: Accounts
) -> None:
    user = create_account()
    for _ in range(5):
        enter(client, user.email, WRONG)
    assert enter(client, user.email) == 200
    session.refresh(user)
    assert user.locked_until is not None
    left = user.locked_until - database_now(session)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)

    user.locked_until = database_now(session) - timedelta(seconds=1)
    session.commit()
    assert enter(client, user.email) == 302
    session.refresh(user)
    assert (user.failed_sign_ins, user.locked_until) == (0, None)


def test_failures_and_the_lock_stand_in_the_log_with_the_address(
    client: FlaskClient, session: Session, create_account: Accounts
) -> None:
    user = create_account()
    for _ in range(5):
        enter(client, user.email, WRONG)
    enter(client, "secret-in-wrong-field@test.example", WRONG)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == [
        *["account.sign_in_failed"] * 5,
        "account.locked_out",
        "account.sign_in_failed",
    ]
    assert entries[0].detail == {"by": "password", "address": "127.0.0.1"}
    assert entries[-1].detail == {"person": "se***@test.example", "address": "127.0.0.1"}


def test_a_reset_letter_opens_a_locked_account_again(
    client: FlaskClient,
    create_account: Accounts,
    letters: Callable[[str], list[MailMessage]],
) -> None:
    user = create_account()
    for _ in range(5):
        enter(client, user.email, WRONG)
    client.post("/account/reset", data={"email": user.email})
    [letter] = letters(user.email)
    fresh = {"password": "另外一个密码-八号门前", "password_confirm": "另外一个密码-八号门前"}
    done = client.post(link_in(letter), data=fresh)
    assert done.location == "/account/login"
    assert enter(client, user.email, "另外一个密码-八号门前") == 302


def test_asking_for_a_reset_gets_the_same_answer_for_every_address(
    client: FlaskClient, create_account: Accounts, letters: Callable[[str], list[MailMessage]]
) -> None:
    user = create_account()
    known = client.post("/account/reset", data={"email": user.email}).text
    unknown = client.post("/account/reset", data={"email": "nobody@test.example"}).text
    assert known.replace(user.email, "E") == unknown.replace("nobody@test.example", "E")
    assert "重置密码的邮件已经发出" in known
    assert letters("nobody@test.example") == []


def test_a_reset_link_works_once_and_ends_all_sign_ins(
    client: FlaskClient, create_account: Accounts, letters: Callable[[str], list[MailMessage]]
) -> None:
    user = create_account()
    elsewhere = client.application.test_client()
    enter(elsewhere, user.email)
    client.post("/account/reset", data={"email": user.email})
    link = link_in(letters(user.email)[0])
    weak = {"password": "1234567890", "password_confirm": "1234567890"}
    assert "密码不能全是数字" in client.post(link, data=weak).text
    fresh = {"password": "另外一个密码-八号门前", "password_confirm": "另外一个密码-八号门前"}
    assert client.post(link, data=fresh).status_code == 302
    assert "重置链接无效" in client.post(link, data=fresh, follow_redirects=True).text
    assert not is_signed_in(elsewhere)
    assert enter(client, user.email) == 200
    assert [letter.subject for letter in letters(user.email)] == ["重置密码", "您的密码已重置"]


def test_changing_the_password_keeps_this_sign_in_and_ends_the_others(
    client: FlaskClient, create_account: Accounts, actions: Callable[[], list[str]]
) -> None:
    user = create_account()
    elsewhere = client.application.test_client()
    for browser in (client, elsewhere):
        enter(browser, user.email)
    data = {
        "password": PASSWORD,
        "new_password": "另外一个密码-八号门前",
        "new_password_confirm": "另外一个密码-八号门前",
    }
    assert client.post("/account/change", data=data).location == "/me/"
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert actions() == ["account.signed_in", "account.signed_in", "account.password_changed"]


def test_guessing_the_present_password_in_an_open_browser_locks_the_account(
    client: FlaskClient, session: Session, create_account: Accounts
) -> None:
    user = create_account()
    enter(client, user.email)
    data = {
        "password": WRONG,
        "new_password": "另外一个密码-八号门前",
        "new_password_confirm": "另外一个密码-八号门前",
    }
    for _ in range(3):
        assert "密码不对" in client.post("/account/change", data=data).text
    for _ in range(2):
        assert "密码不对" in client.post("/account/verify", data={"password": WRONG}).text
    session.refresh(user)
    assert user.locked_until is not None
    right = client.post("/account/change", data=data | {"password": PASSWORD})
    assert right.status_code == 200


def test_half_an_hour_without_activity_ends_the_sign_in(
    client: FlaskClient, create_account: Accounts
) -> None:
    enter(client, create_account().email)
    with client.session_transaction() as cookie:
        cookie["seen_at"] = int(time.time()) - 29 * 60
    assert is_signed_in(client)
    with client.session_transaction() as cookie:
        assert time.time() - cookie["seen_at"] < 60
        cookie["seen_at"] = int(time.time()) - 31 * 60
    answer = client.get("/me/", follow_redirects=True)
    assert answer.request.path == "/account/login"
    assert "超过30分钟没有操作" in answer.text
    assert not is_signed_in(client)


def test_a_cookie_without_the_time_of_its_last_use_is_no_sign_in(
    client: FlaskClient, create_account: Accounts
) -> None:
    enter(client, create_account().email)
    with client.session_transaction() as cookie:
        del cookie["seen_at"]
    assert not is_signed_in(client)


def test_a_copied_cookie_is_worth_nothing_after_signing_out(
    client: FlaskClient, session: Session, create_account: Accounts
) -> None:
    user = create_account()
    enter(client, user.email)
    with client.session_transaction() as cookie:
        copy = dict(cookie)
    other = client.application.test_client()
    enter(other, user.email)

    assert client.post("/account/logout").status_code == 302
    with client.session_transaction() as cookie:
        cookie.update(copy)
    assert not is_signed_in(client)
    assert is_signed_in(other)
    assert len(session.scalars(select(EndedSession)).all()) == 1


def test_signing_out_needs_a_post(client: FlaskClient, create_account: Accounts) -> None:
    enter(client, create_account().email)
    assert client.get("/account/logout").status_code == 405
    assert is_signed_in(client)


def test_signing_in_changes_what_a_stranger_may_have_planted_in_the_cookie(
    client: FlaskClient, create_account: Accounts
) -> None:
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "planted"
        cookie["sid"] = "planted"
    enter(client, create_account().email)
    with client.session_transaction() as cookie:
        assert cookie.get("csrf_token") != "planted"
        assert cookie["sid"] != "planted"


def test_nothing_remembers_a_browser_beyond_its_idle_time(
    client: FlaskClient, create_account: Accounts
) -> None:
    user = create_account()
    data = {"email": user.email, "password": PASSWORD, "remember": "y"}
    answer = client.post("/account/login", data=data)
    assert [line.partition("=")[0] for line in answer.headers.getlist("Set-Cookie")] == ["duijie"]


@pytest.mark.parametrize("way", ["query", "header"])
def test_a_token_in_an_address_or_a_header_is_no_sign_in(
    client: FlaskClient, create_account: Accounts, way: str
) -> None:
    user = create_account()
    answer = client.post(
        "/account/login?include_auth_token=1",
        json={"email": user.email, "password": PASSWORD},
        headers={"Accept": "application/json"},
    )
    token = answer.json["response"]["user"].get("authentication_token", "x")
    fresh = client.application.test_client()
    if way == "query":
        assert fresh.get(f"/me/?auth_token={token}").status_code == 302
    else:
        assert fresh.get("/me/", headers={"Authentication-Token": token}).status_code == 302


def test_there_are_no_accounts_by_default(session: Session) -> None:
    assert session.scalars(select(User)).all() == []


@pytest.mark.parametrize(
    ("salt", "path", "word"),
    [
        ("reset-salt", "/account/reset", "重置链接已过期"),
        ("confirm-salt", "/account/confirm", "确认链接已过期"),
    ],
)
def test_a_link_that_is_too_old_says_so_in_chinese(
    client: FlaskClient, create_account: Accounts, salt: str, path: str, word: str
) -> None:
    class Yesterday(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(time.time()) - 3 * 24 * 3600

    user = create_account()
    key = client.application.config["SECRET_KEY"]
    old = URLSafeTimedSerializer([key], salt=salt, signer=Yesterday)
    token = old.dumps([user.fs_uniquifier, "x"])
    assert word in client.get(f"{path}/{token}", follow_redirects=True).text
