"""Addresses and numbers nobody was offered, typed by hand or by a robot."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.catalogue.indexing import rebuild
from marketplace.providers.models import Provider

HUGE = "99999999999999999999"


@pytest.mark.parametrize("path", [f"/providers/{HUGE}", "/providers/2147483648", f"/lists/{HUGE}"])
def test_a_number_no_row_can_have_is_a_page_that_does_not_exist(
    path: str, client: FlaskClient
) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "endpoint=x",
        "_method=POST",
        "_scheme=javascript&_external=1",
        "_anchor=x",
        f"page={HUGE}",
        "page=-1",
        "page=%C2%B2",
        "sort=%F0%9F%92%A3",
        "tier=%ED%A0%80",
        "q=" + "长" * 500,
    ],
)
def test_nonsense_in_the_query_leaves_the_catalogue_as_it_is(
    query: str, client: FlaskClient, create_provider: Callable[..., Provider]
) -> None:
    create_provider("甲服务有限公司")
    answer = client.get(f"/providers/?{query}")
    assert answer.status_code == 200
    assert "javascript:" not in answer.text


def test_links_of_the_catalogue_carry_only_what_it_asks_for(
    app: Flask, client: FlaskClient, session: Session, create_provider: Callable[..., Provider]
) -> None:
    create_provider("甲服务有限公司")
    rebuild(session, app.extensions["duijie.index"])
    page = client.get("/providers/?q=铸件&tier=tier2&tracker=abc").text
    assert "/providers/export.xlsx?q=%E9%93%B8%E4%BB%B6&amp;tier=tier2" in page
    links = [line for line in page.split('href="') if line.startswith("/providers/export.xlsx")]
    assert all("tracker" not in link.split('"')[0] for link in links)


@pytest.mark.parametrize("query", ["endpoint=x", "_scheme=javascript&_external=1", "_anchor=x"])
def test_nonsense_in_the_query_leaves_the_other_lists_as_they_are(
    query: str, client: FlaskClient, client_of_role: Callable[[str], FlaskClient]
) -> None:
    chosen = f"state=published&scene=S24&{query}"
    for browser, path in ((client, "/needs/"), (client_of_role("clerk"), "/desk/providers/")):
        answer = browser.get(f"{path}?{chosen}")
        assert answer.status_code == 200
        assert "javascript:" not in answer.text
