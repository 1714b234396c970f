"""Where supply is missing: on the page of a need, of a list, and for the region."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.catalogue.indexing import rebuild
from marketplace.needlists.models import NeedList
from marketplace.needs.models import Need
from marketplace.providers.models import Provider

CreateNeed = Callable[..., Need]
SignIn = Callable[[User], FlaskClient]

ONLINE = {
    "profile": "推理须连公网使用。",
    "deployments": ("cloud",),
    "offline": False,
}
LACK = "要求内网可用，不依赖公网：另有1家能力对口但资料写明做不到"


@pytest.fixture
def two(create_provider: Callable[..., Provider], app: Flask, session: Session) -> list[Provider]:
    made = [create_provider("内网检测有限公司"), create_provider("云上检测有限公司", **ONLINE)]
    rebuild(session, app.extensions["duijie.index"])
    return made


@pytest.fixture
def wanting(create_need: CreateNeed) -> Need:
    """A need that one provider fits, and another but for the network."""
    return create_need(state="published", disclosure="masked", must_haves=[], data_may_leave=None)


def test_the_page_of_a_need_says_what_is_missing(
    two: list[Provider], wanting: Need, create_user: Callable[..., User], sign_in: SignIn
) -> None:
    owner = sign_in(create_user(organisation=wanting.organisation))
    page = owner.get(f"/needs/{wanting.number}/providers").text
    assert "合适的服务商不足3家" in page
    assert LACK in page


def test_nothing_is_missing_where_three_fit(
    two: list[Provider],
    wanting: Need,
    create_provider: Callable[..., Provider],
    create_user: Callable[..., User],
    sign_in: SignIn,
    app: Flask,
    session: Session,
) -> None:
    for name in ("甲检测有限公司", "乙检测有限公司"):
        create_provider(name)
    rebuild(session, app.extensions["duijie.index"])
    owner = sign_in(create_user(organisation=wanting.organisation))
    assert "合适的服务商不足" not in owner.get(f"/needs/{wanting.number}/providers").text


def test_a_list_flags_the_row_says_what_is_missing_and_can_be_narrowed_to_such_rows(
    two: list[Provider],
    wanting: Need,
    create_need: CreateNeed,
    create_provider: Callable[..., Provider],
    create_draft_list: Callable[[Sequence[Need]], NeedList],
    reviewer: User,
    sign_in: SignIn,
    app: Flask,
    session: Session,
) -> None:
    create_provider("云上外观检测有限公司", **ONLINE)
    rebuild(session, app.extensions["duijie.index"])
    served = create_need(
        title="联网也行的外观检测",
        state="published",
        disclosure="masked",
        network_isolated=False,
        site_constraints="",
        deployments=[],
        must_haves=[],
        data_may_leave=True,
    )
    need_list = create_draft_list([wanting, served])
    client = sign_in(reviewer)
    page = client.get(f"/desk/lists/{need_list.id}/matches").text
    assert "1条合适的服务商不足3家" in page
    assert LACK.replace("1家", "2家") in page
    assert wanting.title in page
    assert served.title in page
    narrowed = client.get(f"/desk/lists/{need_list.id}/matches?gap=1").text
    assert wanting.title in narrowed
    assert served.title not in narrowed


def test_a_list_is_sent_as_a_workbook(
    two: list[Provider],
    wanting: Need,
    create_draft_list: Callable[[Sequence[Need]], NeedList],
    reviewer: User,
    sign_in: SignIn,
) -> None:
    need_list = create_draft_list([wanting])
    answer = sign_in(reviewer).get(f"/desk/lists/{need_list.id}/matches.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert {wanting.title, "内网检测有限公司", "是"} <= set(cells)
    assert any(LACK in cell for cell in cells)
    assert "云上检测有限公司" not in cells


def test_staff_see_the_shortages_of_their_own_region_only(
    two: list[Provider],
    wanting: Need,
    create_user: Callable[..., User],
    create_unit: Callable[..., Any],
    sign_in: SignIn,
) -> None:
    here = sign_in(create_user(role="clerk", unit=create_unit(str(wanting.region_code))))
    away = sign_in(create_user(role="clerk", unit=create_unit("371000")))
    page = here.get("/desk/supply").text
    assert "供给不足1条" in page
    assert LACK in page
    assert wanting.title in page
    far = away.get("/desk/supply").text
    assert "在找服务商的需求0条" in far
    assert wanting.title not in far


def test_without_any_need_the_page_does_not_say_that_supply_suffices(
    create_user: Callable[..., User], sign_in: SignIn
) -> None:
    page = sign_in(create_user(role="clerk")).get("/desk/supply").text
    assert "还没有在找服务商的需求" in page
    assert "没有供给不足的需求" not in page
    assert '<svg class="chart"' not in page


def test_people_outside_the_bureau_do_not_find_the_shortages(
    two: list[Provider], client_of_role: Callable[[str], FlaskClient]
) -> None:
    for role in ("manufacturer", "provider"):
        assert client_of_role(role).get("/desk/supply").status_code == 404
