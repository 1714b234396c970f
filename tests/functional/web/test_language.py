"""Chinese by default, English for whoever asks, and never half of each."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

Browsers = Callable[[str], FlaskClient]


@pytest.fixture
def english(app: Flask) -> FlaskClient:
    """A visitor who asked for English."""
    client = app.test_client()
    assert client.get("/?lang=en").status_code == 303
    return client


def _main(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def test_pages_are_chinese_whatever_the_browser_prefers(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Language": "en"}).text
    assert '<html lang="zh-CN"' in page
    assert "服务商目录" in page
    assert re.search(r'href="/\?lang=en"\s+lang="en" hreflang="en"', page)


def test_asking_for_english_leads_back_to_the_same_page(client: FlaskClient) -> None:
    answer = client.get("/providers/?lang=en&q=%E9%93%B8%E4%BB%B6&tier=tier1")
    assert answer.status_code == 303
    assert answer.location == "/providers/?q=%E9%93%B8%E4%BB%B6&tier=tier1"
    assert "HttpOnly" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", "Hand your shop-floor problem to a provider who has solved one like it"),
        ("/providers/", "Provider catalogue"),
        ("/needs/", "Needs stated by manufacturers"),
    ],
)
def test_translated_pages_are_english_throughout(
    english: FlaskClient, address: str, words: str
) -> None:
    page = english.get(address).text
    assert '<html lang="en"' in page
    assert words in page
    assert "Need lists" in page
    assert "Privacy" in page
    assert "available in Chinese only" not in page


@pytest.mark.parametrize("address", ["/", "/needs/", "/providers/"])
def test_no_chinese_is_left_on_an_english_page_without_data(
    english: FlaskClient, address: str
) -> None:
    page = re.sub(r'(?:placeholder|content)="[^"]*"', "", english.get(address).text)
    page = re.sub(r"<a[^>]*\?q=[^>]*>[^<]*</a>", "", page)
    texts = re.findall(r">([^<>]*[\u4e00-\u9fff][^<>]*)<", _main(page))
    names = {"苏江市工业和信息化局", "对接"}
    assert [text.strip() for text in texts if text.strip() not in names] == []


def test_another_page_stays_chinese_inside_an_english_frame(english: FlaskClient) -> None:
    page = english.get("/lists/").text
    assert '<html lang="zh-CN"' in page
    assert '<div class="frame_part" lang="en">' in page
    assert "Provider catalogue" in page
    assert '<p class="meta" lang="en">This page is available in Chinese only.</p>' in page
    assert "需求清单" in _main(page)
    assert "Need lists" not in _main(page)


def test_one_changes_back_to_chinese(english: FlaskClient) -> None:
    assert re.search(r'href="/needs/\?lang=zh"\s+lang="zh-CN"', english.get("/needs/").text)
    english.get("/needs/?lang=zh")
    assert '<html lang="zh-CN"' in english.get("/needs/").text


def test_an_unknown_language_changes_nothing(client: FlaskClient) -> None:
    assert client.get("/?lang=tlh").status_code == 200
    client.set_cookie("duijie_lang", "../../etc")
    assert '<html lang="zh-CN"' in client.get("/").text


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example/x", "///evil.example"])
def test_changing_the_language_never_leads_to_another_site(client: FlaskClient, path: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": path, "QUERY_STRING": "lang=en"})
    location = answer.location or ""
    assert answer.status_code in {303, 308, 404}
    assert not re.match(r"(?:[a-z]+:)?[/\\]{2}", location.removeprefix("http://localhost"))


def test_the_work_side_speaks_english_in_its_frame_only(client_of_role: Browsers) -> None:
    client = client_of_role("clerk")
    client.get("/desk/?lang=en")
    page = client.get("/desk/").text
    assert "Workbench" in page[: page.index("<main")]
    assert "工作台" in _main(page)


def test_an_error_is_told_in_the_language_of_its_page(english: FlaskClient) -> None:
    assert "没有这条需求" in _main(english.get("/needs/XQ-none").text)
