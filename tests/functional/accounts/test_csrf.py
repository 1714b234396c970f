"""With the token's check on, as it is outside of tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts.models import User
from tests.fixtures.accounts import PASSWORD, REGISTRATION, is_signed_in


@pytest.fixture
def guarded(app: Flask) -> Iterator[FlaskClient]:
    """A browser at a site that checks tokens."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False


def _token(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(page).text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    "path",
    [
        "/account/login",
        "/account/logout",
        "/account/reset",
        "/register/manufacturer",
        "/me/consents/notices/withdraw",
        "/admin/staff/invite",
        "/invitation/x",
    ],
)
def test_a_form_without_its_token_is_refused_before_anything_else(
    guarded: FlaskClient, path: str
) -> None:
    answer = guarded.post(path, data={})
    assert answer.status_code == 400
    assert "页面已失效" in answer.text


def test_registering_signing_in_and_out_work_with_the_token(
    guarded: FlaskClient, create_account: Callable[..., User]
) -> None:
    user = create_account()
    token = _token(guarded, "/register/manufacturer")
    registered = guarded.post("/register/manufacturer", data=REGISTRATION | {"csrf_token": token})
    assert registered.status_code == 303

    before = _token(guarded, "/account/login")
    data = {"email": user.email, "password": PASSWORD, "csrf_token": before}
    assert guarded.post("/account/login", data=data).status_code == 302
    after = _token(guarded, "/me/")
    assert guarded.post("/account/logout", data={"csrf_token": before}).status_code == 400
    assert is_signed_in(guarded)
    assert guarded.post("/account/logout", data={"csrf_token": after}).status_code == 302
    assert not is_signed_in(guarded)
