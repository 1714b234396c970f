"""The staff's page of all providers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Listing

Make = Callable[..., Any]
Browsers = Callable[[str], FlaskClient]


@pytest.fixture
def standing(create_provider: Make, session: Session, today: date) -> None:
    """One provider of each standing."""
    create_provider("甲有限公司")
    for name, state, days in (
        ("乙将到期有限公司", "valid", 30),
        ("丙过期有限公司", "valid", -1),
        ("丁暂停有限公司", "suspended", 90),
    ):
        provider = create_provider(name, state=state)
        listing = session.scalars(select(Listing).where(Listing.provider_id == provider.id)).one()
        listing.valid_to = today + timedelta(days=days)
    create_provider("戊未入库有限公司", tier=None)
    hidden = create_provider("己未发布有限公司", tier=None)
    hidden.published = False
    session.commit()


def _names(page: str) -> list[str]:
    return [name[0] for name in re.findall(r'<a href="/providers/\d+">([^<]+)</a>', page)]


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("", ["丙", "乙", "丁", "甲", "戊"]),
        ("valid", ["乙", "甲"]),
        ("ending", ["乙"]),
        ("expired", ["丙"]),
        ("suspended", ["丁"]),
        ("unlisted", ["戊"]),
        ("removed", []),
        ("nonsense", ["丙", "乙", "丁", "甲", "戊"]),
    ],
)
def test_providers_are_narrowed_by_how_they_stand_the_first_to_end_on_top(
    standing: None, client_of_role: Browsers, state: str, names: list[str]
) -> None:
    page = client_of_role("clerk").get(f"/desk/providers/?state={state}").text
    assert _names(page) == names


def test_the_counts_are_those_one_gets_on_choosing(
    standing: None, client_of_role: Browsers
) -> None:
    page = client_of_role("clerk").get("/desk/providers/").text
    counts = dict(re.findall(r'class="chip"[^>]*>([^<]+) <b>(\d+)</b>', page))
    assert counts == {
        "全部": "5",
        "在库有效": "2",
        "即将到期": "1",
        "限期整改": "0",
        "暂停": "1",
        "已过期": "1",
        "已退出": "0",
        "已移出": "0",
        "未入库": "1",
    }


def test_a_provider_nobody_published_is_not_shown_to_staff(
    standing: None, client_of_role: Browsers
) -> None:
    assert "己未发布" not in client_of_role("curator").get(
        "/desk/providers/?q=己未发布"
    ).text.replace('value="己未发布"', "")


def test_a_district_office_may_narrow_to_its_own_district(
    session: Session,
    create_provider: Make,
    create_user: Make,
    create_unit: Make,
    sign_in: Callable[..., FlaskClient],
) -> None:
    create_provider("本地有限公司")
    create_provider("外地有限公司").organisation.region_code = "110000"
    session.commit()
    client = sign_in(create_user(role="clerk", unit=create_unit("370785", "试验县工信局")))
    assert sorted(_names(client.get("/desk/providers/").text)) == ["外", "本"]
    assert _names(client.get("/desk/providers/?own=1").text) == ["本"]


def test_the_export_holds_the_rows_of_the_filter(
    standing: None, client_of_role: Browsers, today: date
) -> None:
    answer = client_of_role("reviewer").get("/desk/providers.xlsx?state=ending")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == 1]
    assert [row[1] for row in rows] == ["乙将到期有限公司"]
    assert rows[0][8] == "在库有效"
    assert rows[0][10].date() == today + timedelta(days=30)
    assert rows[0][11] == 30


def test_the_page_is_not_there_for_people_outside_the_bureau(client_of_role: Browsers) -> None:
    assert client_of_role("provider").get("/desk/providers/").status_code == 404
    assert client_of_role("audit_admin").get("/desk/providers/").status_code in {403, 404}
