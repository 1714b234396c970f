from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Invitation, MailMessage, Unit, User
from marketplace.accounts.models import Organisation as Place
from marketplace.permissions import Viewer
from tests.fixtures.accounts import PASSWORD, enter, is_signed_in, link_in

Accounts = Callable[..., User]
Letters = Callable[[str], list[MailMessage]]
Browsers = Callable[[str], FlaskClient]
NEWCOMER = {
    "display_name": "周科员",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "consent": "y",
}


@pytest.fixture
def as_role(app: Flask, create_account: Accounts) -> Browsers:
    """Return a browser of a person of that role, who can also sign in anew."""

    def browser(role: str) -> FlaskClient:
        client = app.test_client()
        enter(client, create_account(role=role, display_name=f"某{role}").email)
        return client

    return browser


@pytest.fixture
def office(create_unit: Callable[..., Unit]) -> Unit:
    """A district office."""
    return create_unit(region_code="370785", name="某区工信局")


def _join(
    admin: FlaskClient, letters: Letters, unit: Unit, role: str = "clerk"
) -> tuple[FlaskClient, str]:
    address = f"{role}.new@test.example"
    admin.post("/admin/staff/invite", data={"email": address, "role": role, "unit_id": unit.id})
    link = link_in(letters(address)[-1])
    browser = admin.application.test_client()
    assert browser.post(link, data=NEWCOMER).status_code == 303
    enter(browser, address)
    return browser, address


def _pending(session: Session) -> int:
    return session.scalars(select(Invitation.id).where(Invitation.accepted_at.is_not(None))).one()


def test_staff_is_invited_by_one_administrator_and_granted_by_another(
    session: Session,
    as_role: Browsers,
    letters: Letters,
    office: Unit,
    viewer: Callable[[User], Viewer],
    actions: Callable[[], list[str]],
) -> None:
    system, security = as_role("system_admin"), as_role("security_admin")
    browser, address = _join(system, letters, office)

    waiting = session.scalars(select(User).where(User.email == address)).one()
    assert viewer(waiting).roles == {"visitor", "person"}
    assert browser.get("/desk/").status_code == 404
    assert "等待安全管理员授权" in browser.get("/me/").text

    number = _pending(session)
    assert "授权</button>" not in system.get("/admin/staff").text
    assert system.post(f"/admin/staff/grants/{number}/grant").status_code == 403
    assert "周科员" in security.get("/admin/staff").text
    assert security.post(f"/admin/staff/grants/{number}/grant").status_code == 303

    session.expire_all()
    granted = viewer(waiting)
    assert "clerk" in granted.roles
    assert (granted.unit_id, granted.region_prefix) == (office.id, "370785")
    assert browser.get("/desk/").status_code == 200
    assert [name for name in actions() if name.startswith("staff.")] == [
        "staff.invited",
        "staff.joined",
        "staff.granted",
    ]


def test_the_security_administrator_cannot_invite(as_role: Browsers, office: Unit) -> None:
    security = as_role("security_admin")
    data = {"email": "x@test.example", "role": "clerk", "unit_id": office.id}
    assert security.post("/admin/staff/invite", data=data).status_code == 403


def test_a_refused_person_stays_without_the_role(
    session: Session, as_role: Browsers, letters: Letters, office: Unit
) -> None:
    browser, _address = _join(as_role("system_admin"), letters, office)
    security, number = as_role("security_admin"), _pending(session)
    assert security.post(f"/admin/staff/grants/{number}/refuse").status_code == 303
    assert security.post(f"/admin/staff/grants/{number}/grant").status_code == 409
    assert browser.get("/desk/").status_code == 404


def test_an_administrators_role_is_not_granted_beside_another(
    session: Session, as_role: Browsers, letters: Letters, office: Unit, create_account: Accounts
) -> None:
    system, security = as_role("system_admin"), as_role("security_admin")
    clerk = create_account(role="clerk")
    data = {"email": clerk.email, "role": "audit_admin", "unit_id": office.id}
    system.post("/admin/staff/invite", data=data)
    browser = system.application.test_client()
    enter(browser, clerk.email)
    browser.post(link_in(letters(clerk.email)[-1]))
    answer = security.post(f"/admin/staff/grants/{_pending(session)}/grant")
    assert answer.status_code == 422
    assert "不能与任何其他岗位兼任" in answer.text
    session.expire_all()
    assert [role.name for role in clerk.roles] == ["clerk"]


def test_a_member_of_an_organisation_cannot_become_staff(
    as_role: Browsers,
    letters: Letters,
    office: Unit,
    create_account: Accounts,
    create_organisation: Callable[..., Place],
) -> None:
    member = create_account(organisation=create_organisation())
    data = {"email": member.email, "role": "clerk", "unit_id": office.id}
    as_role("system_admin").post("/admin/staff/invite", data=data)
    browser = as_role("clerk").application.test_client()
    enter(browser, member.email)
    assert "已经属于一家单位" in browser.post(link_in(letters(member.email)[-1])).text


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [("role", "visitor", ""), ("role", "", "请选择岗位"), ("unit_id", "", "请选择所属单位")],
)
def test_an_invitation_names_a_role_and_a_unit(
    as_role: Browsers, session: Session, office: Unit, field: str, value: str, word: str
) -> None:
    data = {"email": "x@test.example", "role": "clerk", "unit_id": office.id}
    answer = as_role("system_admin").post("/admin/staff/invite", data=data | {field: value})
    assert answer.status_code == 422
    assert word in answer.text
    assert session.scalars(select(Invitation)).all() == []


def test_a_revoked_invitation_to_the_staff_is_void(
    session: Session, as_role: Browsers, letters: Letters, office: Unit
) -> None:
    system = as_role("system_admin")
    data = {"email": "x@test.example", "role": "clerk", "unit_id": office.id}
    system.post("/admin/staff/invite", data=data)
    number = session.scalars(select(Invitation.id)).one()
    assert system.post(f"/admin/staff/invitations/{number}/revoke").status_code == 303
    assert system.get(link_in(letters("x@test.example")[0])).status_code == 404


def test_a_role_is_withdrawn_at_once(
    session: Session, as_role: Browsers, create_account: Accounts, app: Flask
) -> None:
    clerk = create_account(role="clerk")
    browser = app.test_client()
    enter(browser, clerk.email)
    assert browser.get("/desk/").status_code == 200
    as_role("security_admin").post(f"/admin/staff/{clerk.id}/withdraw", data={"role": "clerk"})
    assert browser.get("/desk/").status_code == 404
    session.refresh(clerk)
    assert clerk.unit_id is None


def test_a_locked_account_is_out_at_once_and_back_after_unlocking(
    as_role: Browsers, create_account: Accounts, app: Flask, actions: Callable[[], list[str]]
) -> None:
    user = create_account()
    browser, security = app.test_client(), as_role("security_admin")
    enter(browser, user.email)
    assert security.post(f"/admin/accounts/{user.id}/lock", data={"reason": ""}).status_code == 422
    security.post(f"/admin/accounts/{user.id}/lock", data={"reason": "离职"})
    assert not is_signed_in(browser)
    assert enter(browser, user.email) == 200
    security.post(f"/admin/accounts/{user.id}/unlock")
    assert enter(browser, user.email) == 302
    assert [name for name in actions() if "lock" in name] == [
        "account.locked",
        "account.unlocked",
    ]


def test_unlocking_also_ends_the_wait_after_failures(
    as_role: Browsers, create_account: Accounts, app: Flask
) -> None:
    user = create_account()
    browser = app.test_client()
    for _ in range(5):
        enter(browser, user.email, "完全不对的密码-九九")
    security = as_role("security_admin")
    assert "登录受限" in security.get(f"/admin/accounts/{user.id}").text
    security.post(f"/admin/accounts/{user.id}/unlock")
    assert enter(browser, user.email) == 302


@pytest.mark.parametrize("role", ["system_admin", "audit_admin"])
def test_the_last_administrator_of_a_kind_can_be_neither_locked_nor_stripped(
    session: Session, as_role: Browsers, create_account: Accounts, role: str
) -> None:
    security, last = as_role("security_admin"), create_account(role=role)
    locked = security.post(f"/admin/accounts/{last.id}/lock", data={"reason": "试"})
    stripped = security.post(f"/admin/staff/{last.id}/withdraw", data={"role": role})
    for answer in (locked, stripped):
        assert answer.status_code == 422
        assert "最后一个可用的账号" in answer.text
    create_account(role=role)
    stripped = security.post(f"/admin/staff/{last.id}/withdraw", data={"role": role})
    assert stripped.status_code == 303


def test_nobody_locks_or_strips_oneself(
    session: Session, app: Flask, create_account: Accounts
) -> None:
    user = create_account(role="security_admin")
    create_account(role="security_admin")
    browser = app.test_client()
    enter(browser, user.email)
    data = {"reason": "试", "role": "security_admin"}
    assert browser.post(f"/admin/accounts/{user.id}/lock", data=data).status_code == 422
    assert browser.post(f"/admin/staff/{user.id}/withdraw", data=data).status_code == 422
    assert browser.post(f"/admin/accounts/{user.id}/two-factor-off").status_code == 422


def test_the_security_administrator_finds_accounts_by_name_and_address(
    as_role: Browsers, create_account: Accounts
) -> None:
    user = create_account(display_name="欧阳百分之百%")
    security = as_role("security_admin")
    assert "欧阳百分之百" in security.get("/admin/accounts?q=百分之百%25").text
    assert "欧阳百分之百" in security.get(f"/admin/accounts?q={user.email[:9].upper()}").text
    assert "没有找到" in security.get("/admin/accounts?q=%25%25").text


def test_units_are_added_and_changed_by_the_system_administrator(
    session: Session, as_role: Browsers, actions: Callable[[], list[str]]
) -> None:
    system = as_role("system_admin")
    assert system.post("/admin/units", data={"name": "", "region_code": "1"}).status_code == 422
    system.post("/admin/units", data={"name": "某市工信局", "region_code": "370700"})
    unit = session.scalars(select(Unit).where(Unit.name == "某市工信局")).one()
    system.post(f"/admin/units/{unit.id}", data={"name": "某市局", "region_code": "370785"})
    session.refresh(unit)
    assert (unit.name, unit.region_code) == ("某市局", "370785")
    assert actions()[-2:] == ["unit.created", "unit.changed"]
    assert as_role("security_admin").post(f"/admin/units/{unit.id}").status_code == 403


def test_an_organisation_without_members_gets_an_owner_by_invitation(
    session: Session,
    as_role: Browsers,
    letters: Letters,
    create_organisation: Callable[..., Place],
) -> None:
    place = create_organisation(is_provider=True)
    system = as_role("system_admin")
    data = {"owner-uscc": place.uscc.lower(), "owner-email": "feng@test.example"}
    assert system.post("/admin/staff/invite-owner", data=data).status_code == 303
    browser = system.application.test_client()
    browser.post(link_in(letters("feng@test.example")[0]), data=NEWCOMER)
    enter(browser, "feng@test.example")
    assert "移交负责人" not in browser.get("/me/organisation").text
    assert "邀请同事" in browser.get("/me/organisation").text
    again = system.post("/admin/staff/invite-owner", data=data)
    assert "该单位已有成员" in again.text


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_the_first_administrators_come_by_a_one_time_link_of_the_command_line(
    app: Flask, session: Session, viewer: Callable[[User], Viewer], role: str
) -> None:
    result = app.test_cli_runner().invoke(
        args=["accounts", "create-admin", "--role", role, "--email", "first@test.example"]
    )
    assert result.exit_code == 0, result.output
    link = "/invitation/" + result.output.strip().rpartition("/invitation/")[2]
    browser = app.test_client()
    assert browser.post(link, data=NEWCOMER).status_code == 303
    assert browser.post(link, data=NEWCOMER).status_code == 404
    assert enter(browser, "first@test.example") == 302
    user = session.scalars(select(User)).one()
    assert viewer(user).roles == {"visitor", "person", role}


def test_the_command_line_makes_no_other_staff(app: Flask, session: Session) -> None:
    runner = app.test_cli_runner()
    clerk = ["accounts", "create-admin", "--role", "clerk", "--email", "x@test.example"]
    nobody = ["accounts", "create-admin", "--role", "audit_admin", "--email", "x"]
    assert runner.invoke(args=clerk).exit_code == 2
    assert runner.invoke(args=nobody).exit_code == 2
    assert session.scalars(select(Invitation)).all() == []


def test_lost_second_steps_are_reset_by_the_security_administrator(
    session: Session, as_role: Browsers, create_account: Accounts, app: Flask
) -> None:
    user = create_account()
    user.tf_primary_method = "authenticator"
    user.tf_totp_secret = app.extensions["security"].totp_factory.generate_totp_secret()
    session.commit()
    as_role("security_admin").post(f"/admin/accounts/{user.id}/two-factor-off")
    browser = app.test_client()
    enter(browser, user.email)
    assert is_signed_in(browser)
