from __future__ import annotations

import itertools

import pytest

from marketplace.accounts.policy import find_clash, may_grant

ADMINS = ("audit_admin", "security_admin", "system_admin")


@pytest.mark.parametrize(("held", "wanted"), list(itertools.permutations(ADMINS, 2)))
def test_two_administrators_roles_never_meet_in_one_person(held: str, wanted: str) -> None:
    assert find_clash({held}, wanted) == held


@pytest.mark.parametrize("admin", ADMINS)
@pytest.mark.parametrize("work", ["clerk", "reviewer", "curator", "expert"])
def test_an_administrators_role_stands_alone(admin: str, work: str) -> None:
    assert find_clash({work}, admin) == work
    assert find_clash({admin}, work) == admin


def test_roles_of_the_bureaus_work_may_meet() -> None:
    assert find_clash({"clerk", "reviewer"}, "curator") is None


def test_holding_a_role_already_is_no_clash() -> None:
    assert find_clash({"audit_admin"}, "audit_admin") is None


@pytest.mark.parametrize(
    ("granter", "inviter", "person", "allowed"),
    [(1, 2, 3, True), (1, 1, 3, False), (1, 2, 1, False), (None, 2, 3, False)],
)
def test_neither_the_inviter_nor_the_person_grants(
    granter: int | None, inviter: int, person: int, allowed: bool
) -> None:
    assert may_grant(granter, inviter, person) is allowed
