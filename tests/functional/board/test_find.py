"""The search in the header of the work side."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.recommendations.services import recommend, save_run
from marketplace.taxonomy.queries import get_taxonomy

Make = Callable[..., Any]
SignIn = Callable[[User], FlaskClient]


def _found(client: FlaskClient, words: str) -> dict[str, list[str]]:
    """Return the titles found, by kind."""
    page = client.get("/desk/find", query_string={"q": words}).text
    groups = re.findall(r'<h2 id="h-find-\d+">([^<]+) <.*?</section>', page, re.DOTALL)
    bodies = re.findall(r'<section class="card" aria-labelledby="h-find.*?</section>', page, re.S)
    return {
        name: re.findall(r'row_table-title">\s*(?:<a href="[^"]+">)?([^<]+)<', body)
        for name, body in zip(groups, bodies, strict=True)
    }


@pytest.fixture
def client(reviewer: User, sign_in: SignIn) -> FlaskClient:
    return sign_in(reviewer)


def test_a_need_is_found_by_number_company_and_credit_code(
    client: FlaskClient, create_need: Make
) -> None:
    need = create_need("submitted", title="找得到")
    create_need("submitted", title="另一条")
    title = f"{need.number} 找得到"
    for words in (need.number, need.company_name, need.company_uscc):
        assert _found(client, words)["需求"] == [title]
    # Four digits may stand in another company's code too.
    assert title in _found(client, need.number[-4:])["需求"]


def test_a_company_and_a_provider_are_found_by_name_and_credit_code(
    client: FlaskClient, create_organisation: Make, create_provider: Make
) -> None:
    firm = create_organisation("临泽齿轮有限公司")
    provider = create_provider("看得清检测有限公司")
    assert _found(client, "临泽") == {"制造企业": ["临泽齿轮有限公司"]}
    assert _found(client, firm.uscc) == {"制造企业": ["临泽齿轮有限公司"]}
    assert _found(client, "看得清") == {"服务商": ["看得清检测有限公司"]}
    assert _found(client, provider.organisation.uscc) == {"服务商": ["看得清检测有限公司"]}


def test_a_list_is_found_by_its_number(
    client: FlaskClient, create_need: Make, create_published_list: Make
) -> None:
    need_list = create_published_list([create_need("accepted")], title="寻常清单")
    assert _found(client, need_list.number) == {"需求清单": ["寻常清单"]}


def test_a_saved_run_is_found_by_its_number(
    client: FlaskClient,
    reviewer: User,
    session: Session,
    app: Any,
    create_need: Make,
    create_provider: Make,
) -> None:
    create_provider()
    need = create_need("published")
    viewer = viewer_of(reviewer)
    found = recommend(session, app.extensions["duijie.index"], get_taxonomy(session), need)
    run = save_run(session, need, found, viewer)
    session.commit()
    assert _found(client, run.number)["推荐运行"] == [run.number]


def test_another_district_is_not_searched(
    sign_in: SignIn,
    create_user: Make,
    create_unit: Make,
    create_need: Make,
    create_organisation: Make,
) -> None:
    client = sign_in(create_user(role="clerk", unit=create_unit("370786", "另一县工信局")))
    owner = create_organisation("隔壁机械有限公司")
    need = create_need("submitted", organisation=owner)
    for words in (need.number, "隔壁机械", owner.uscc):
        assert _found(client, words) == {}


def test_signs_that_mean_something_to_the_database_are_plain_letters(
    client: FlaskClient, create_need: Make
) -> None:
    create_need("submitted")
    assert _found(client, "%") == {}
    assert _found(client, "_") == {}
    assert _found(client, "*" * 70) == {}


def test_nothing_found_says_what_else_to_try(client: FlaskClient) -> None:
    page = client.get("/desk/find?q=无此企业").text
    assert "没有找到“无此企业”" in page
    assert "18位信用代码" in page
    assert "写点什么再查" in client.get("/desk/find").text
