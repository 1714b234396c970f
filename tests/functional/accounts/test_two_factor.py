from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from tests.fixtures.accounts import PASSWORD, enter, is_signed_in

Accounts = Callable[..., User]


def _code(app: Flask, secret: str, steps: int = 0) -> str:
    """The authenticator's digits now, or some half minutes away."""
    factory: Any = app.extensions["security"].totp_factory
    source = factory._totp.from_source(secret)
    return str(source.generate(time=int(time.time()) + 30 * steps).token)


@pytest.fixture
def person(app: Flask, session: Session, create_account: Accounts) -> User:
    """A person with two-step sign-in switched on."""
    user = create_account()
    user.tf_primary_method = "authenticator"
    user.tf_totp_secret = app.extensions["security"].totp_factory.generate_totp_secret()
    session.commit()
    return user


def test_a_person_switches_it_on_with_a_first_code(
    app: Flask,
    client: FlaskClient,
    session: Session,
    create_account: Accounts,
    actions: Callable[[], list[str]],
) -> None:
    user = create_account()
    enter(client, user.email)
    page = client.post("/account/tf-setup", data={"setup": "authenticator"}).text
    assert 'src="data:image/svg+xml;base64,' in page
    with client.session_transaction() as cookie:
        secret = cookie["tf_totp_secret"]
    action = re.search(r'action="(/account/tf-setup/[^"]+)"', page)
    assert action is not None
    wrong = client.post(action[1], data={"code": "000000"}, follow_redirects=True)
    assert "验证码不对或已过期" in wrong.text
    done = client.post(action[1], data={"code": _code(app, secret)})
    assert done.location == "/me/"
    session.refresh(user)
    assert user.tf_primary_method == "authenticator"
    assert "account.two_factor_on" in actions()
    assert "还没有生成" in client.get("/me/").text


def test_then_the_password_alone_signs_nobody_in(
    app: Flask, client: FlaskClient, person: User
) -> None:
    answer = client.post(
        "/account/login", data={"email": person.email, "password": PASSWORD, "next": "/me/erase"}
    )
    assert answer.location == "/account/tf-validate?next=/me/erase"
    assert not is_signed_in(client)
    enter(client, person.email)
    code = {"code": _code(app, str(person.tf_totp_secret))}
    done = client.post("/account/tf-validate?next=/me/erase", data=code)
    assert done.location == "/me/erase"
    assert is_signed_in(client)


def test_a_code_counts_once(app: Flask, client: FlaskClient, person: User) -> None:
    code = _code(app, str(person.tf_totp_secret))
    enter(client, person.email)
    client.post("/account/tf-validate", data={"code": code})
    second = client.application.test_client()
    enter(second, person.email)
    assert "验证码不对" in second.post("/account/tf-validate", data={"code": code}).text
    assert not is_signed_in(second)
    later = _code(app, str(person.tf_totp_secret), 1)
    assert second.post("/account/tf-validate", data={"code": later}).status_code == 302


def test_guessing_codes_locks_the_account_even_for_the_right_one(
    app: Flask, client: FlaskClient, session: Session, person: User
) -> None:
    enter(client, person.email)
    for _ in range(5):
        client.post("/account/tf-validate", data={"code": "000000"})
    right = client.post("/account/tf-validate", data={"code": _code(app, person.tf_totp_secret)})
    assert right.status_code == 200
    assert not is_signed_in(client)
    session.refresh(person)
    assert person.locked_until is not None


def test_recovery_codes_stand_in_for_the_telephone_once_each(
    app: Flask,
    client: FlaskClient,
    session: Session,
    person: User,
    actions: Callable[[], list[str]],
) -> None:
    enter(client, person.email)
    client.post("/account/tf-validate", data={"code": _code(app, person.tf_totp_secret)})
    codes = re.findall(
        r'<li class="code">([0-9a-f-]{14})</li>',
        client.post("/account/mf-recovery-codes", data={"generate_new_codes": "1"}).text,
    )
    assert len(codes) == 8
    session.refresh(person)
    assert not set(codes) & set(person.mf_recovery_codes or ())

    other = client.application.test_client()
    enter(other, person.email)
    assert other.post("/account/mf-recovery", data={"code": codes[0]}).status_code == 302
    assert is_signed_in(other)
    third = client.application.test_client()
    enter(third, person.email)
    assert (
        "恢复码不对，或者已经用过"
        in third.post("/account/mf-recovery", data={"code": codes[0]}).text
    )
    assert actions().count("account.recovery_codes_made") == 1
    assert actions().count("account.recovery_code_used") == 1


def test_guessing_recovery_codes_locks_the_account(
    client: FlaskClient, session: Session, person: User
) -> None:
    enter(client, person.email)
    for _ in range(5):
        client.post("/account/mf-recovery", data={"code": "0000-0000-0000"})
    session.refresh(person)
    assert person.locked_until is not None


def test_no_letter_ever_replaces_the_second_step(
    client: FlaskClient, session: Session, person: User, letters: Callable[[str], list[Any]]
) -> None:
    enter(client, person.email)
    client.post("/account/tf-rescue", data={"help_setup": "email"})
    client.post("/account/tf-rescue", data={"help_setup": "help"})
    assert letters(person.email) == []


def test_switching_it_off_needs_a_fresh_password_and_clears_the_codes(
    app: Flask, client: FlaskClient, session: Session, person: User
) -> None:
    enter(client, person.email)
    client.post("/account/tf-validate", data={"code": _code(app, person.tf_totp_secret)})
    client.post("/account/mf-recovery-codes", data={"generate_new_codes": "1"})
    with client.session_transaction() as cookie:
        cookie["fs_paa"] = time.time() - 3600
        cookie.pop("fs_gexp", None)
    refused = client.post("/account/tf-setup", data={"setup": "disable"})
    assert refused.location.startswith("/account/verify")
    client.post("/account/verify", data={"password": PASSWORD})
    assert client.post("/account/tf-setup", data={"setup": "disable"}).location == "/me/"
    session.refresh(person)
    assert (person.tf_primary_method, person.tf_totp_secret) == (None, None)
    assert not person.mf_recovery_codes
    assert person.tf_last_counter is None
