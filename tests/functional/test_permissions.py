"""Every route of the application for every role: the table of permissions is what happens.

A role that holds the permission of a route is let in: whatever the page then says about the
row, it is neither the way to sign-in nor a refusal by the guard. A role that does not hold it
is sent to sign-in (visitors) or refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from marketplace.permissions import GRANTS
from marketplace.web.routes import endpoint_permissions

OF_LIBRARIES = {
    "static",
    "security.login",
    "security.logout",
    "security.verify",
    "security.forgot_password",
    "security.reset_password",
    "security.change_password",
    "security.send_confirmation",
    "security.confirm_email",
    "security.two_factor_setup",
    "security.two_factor_setup_validate",
    "security.two_factor_token_validation",
    "security.two_factor_rescue",
    "security.tf_select",
    "security.mf_recovery",
    "security.mf_recovery_codes",
}
"""Routes that are not ours; Flask-Security guards its own."""

GUARD_404 = "这里没有可以给您看的内容。"
GUARD_403 = "您的账号没有办理这件事的权限。"
ROLES = sorted(GRANTS)


@dataclass(frozen=True, slots=True)
class Door:
    """One route, with an address that fits it."""

    endpoint: str
    method: str
    path: str
    permission: str


def _address(rule: Rule) -> str:
    """Fill the variable parts: a number no row has, or the first of the words allowed."""

    def fill(found: re.Match[str]) -> str:
        converter = found[1] or ""
        if converter.startswith("any("):
            return converter[4:].partition(",")[0].rstrip(")")
        return "987654" if converter.startswith("int") else "x9"

    return re.sub(r"<(?:([^:<>]+):)?[^<>]+>", fill, rule.rule)


def _doors(app: Flask) -> Iterator[Door]:
    permissions = endpoint_permissions(app)
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OF_LIBRARIES:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            permission = permissions[rule.endpoint]
            assert permission is not None, f"{rule.endpoint} has no permission"
            yield Door(rule.endpoint, method, _address(rule), permission)


def test_no_route_of_ours_is_without_a_permission(app: Flask) -> None:
    unguarded = {
        endpoint for endpoint, permission in endpoint_permissions(app).items() if not permission
    }
    assert unguarded == OF_LIBRARIES


def test_a_route_either_reads_or_writes(app: Flask) -> None:
    for door_rule in app.url_map.iter_rules():
        if door_rule.endpoint not in OF_LIBRARIES:
            assert (door_rule.methods or set()) - {"HEAD", "OPTIONS"} in ({"GET"}, {"POST"})


@pytest.mark.parametrize("role", ROLES)
def test_every_route_lets_in_exactly_those_who_hold_its_permission(
    app: Flask, role: str, client_of_role: Callable[[str], FlaskClient]
) -> None:
    client = client_of_role(role)
    # The client of a role that members have holds it through the organisation.
    held = GRANTS[role] | GRANTS["visitor"] | (GRANTS["person"] if role != "visitor" else set())
    wrong = []
    for door in _doors(app):
        seen = _knock(client, door)
        if door.permission in held:
            expected = {"in"}
        elif role == "visitor":
            expected = {"sign-in"}
        else:
            expected = {"refused"}
        if seen not in expected:
            wrong.append(f"{door.method} {door.path} ({door.permission}): {seen}")
    assert wrong == []


def _knock(client: FlaskClient, door: Door) -> str:
    answer = client.open(door.path, method=door.method, headers={"Accept": "application/json"})
    if answer.status_code == 302 and (answer.location or "").startswith("/account/login"):
        return "sign-in"
    if answer.status_code in {403, 404} and answer.is_json:
        told = answer.json["error"]["what"]
        if told in {GUARD_403, GUARD_404}:
            return "refused"
    return "in"


@pytest.mark.parametrize("role", ["manufacturer", "provider", "person", "expert"])
def test_pages_of_the_bureau_do_not_exist_for_people_outside_it(
    app: Flask, role: str, client_of_role: Callable[[str], FlaskClient]
) -> None:
    client = client_of_role(role)
    for door in _doors(app):
        if door.permission.partition(":")[0] in {"unit", "site"}:
            answer = client.open(door.path, method=door.method)
            assert answer.status_code == 404, f"{door.method} {door.path}"
