"""The site as its users go through it, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.people import fresh_uscc

pytestmark = pytest.mark.browser

MESSY = Path(__file__).resolve().parents[1] / "data" / "messy" / "潍坊式需求清单.xlsx"
OpenPage = Callable[..., Page]


def _link_in_mail(page: Page, recipient: str) -> str:
    """Return the link of the newest letter to somebody, waiting for the worker to post it."""
    for _turn in range(60):
        page.goto("/demo/mail")
        letters = page.locator("article, section, li, tr").filter(has_text=recipient)
        links = letters.locator("a[href*='/account/confirm/']")
        if links.count():
            href = links.first.get_attribute("href")
            assert href is not None
            return href
        page.wait_for_timeout(500)
    raise AssertionError("no letter came")


def test_a_manufacturer_registers_posts_a_need_and_sees_ranked_providers(
    open_page: OpenPage,
) -> None:
    page = open_page()
    page.goto("/")
    page.get_by_role("link", name="发布需求").click()
    page.get_by_role("link", name=re.compile("制造企业")).first.click()
    email, password = "newcomer@firm.example", "Shuangliu-2026-ok"
    page.get_by_label("单位名称").or_(page.get_by_label("企业名称")).first.fill(
        "苏江试走机械有限公司"
    )
    page.get_by_label("统一社会信用代码").fill(fresh_uscc())
    page.locator("select[name=region_code]").select_option("329901")
    page.locator("select[name=industry_code]").select_option("34")
    page.locator("input[name=display_name]").fill("试走")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password_again]").fill(password)
    page.locator("main input[type=checkbox]").last.check()
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("h1")).to_contain_text(re.compile("邮件|确认"))

    page.goto(_link_in_mail(page, email))
    if page.locator("input[name=password]").count() or page.url.endswith("/account/login"):
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", password)
        page.click("main button[type=submit]")
    page.goto("/my/needs/new")
    page.locator("input[name=title]").fill("铝缸盖毛坯气孔靠人眼看，夜班漏得多")
    page.locator("textarea[name=pain]").fill(
        "清理线末端三班目检，气孔漏到机加才发现。数据不能出厂，现场是内网。"
    )
    page.locator("select[name=scene_id]").select_option("S24")
    page.locator("select[name=industry_code]").select_option("33")
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/my/needs/XQ-\d{4}-\d{4}/edit"))
    number = re.search(r"XQ-\d{4}-\d{4}", page.url)
    assert number is not None

    page.goto(f"/needs/{number.group()}/providers")
    expect(page.locator("#h-ranked")).to_contain_text("推荐")
    first = page.locator("#rank-1")
    expect(first).to_contain_text("砚汀机器视觉")
    assert first.locator(".evidence_quote").count() > 0, "the place is explained by evidence"
    groups = page.locator(".exclusion_group-count").all_inner_texts()
    left_out = sum(int(re.sub(r"\D", "", text)) for text in groups)
    heading = page.locator("#h-excluded").inner_text()
    assert re.sub(r"\D", "", heading) == str(left_out), "the groups of the excluded add up"


def _count(page: Page, words: str) -> int:
    chip = page.locator(".chips a", has_text=words).first
    return int(re.sub(r"\D", "", chip.inner_text()))


def test_staff_import_a_messy_workbook_publish_the_list_and_see_its_matches(
    sign_in: OpenPage,
) -> None:
    clerk = sign_in("clerk.city@demo.example")
    clerk.goto("/desk/imports/")
    clerk.set_input_files("input[name=file]", MESSY)
    clerk.get_by_role("button", name="上传并核对").click()
    expect(clerk.locator("h1")).to_have_text("导入预览")
    for words, rows in (("可导入", 29), ("需确认", 6), ("重复", 2), ("驳回", 2), ("空行", 1)):
        assert _count(clerk, words) == rows, words

    preview = clerk.url
    clerk.goto(f"{preview}?verdict=review")
    clerk.get_by_role("button", name=re.compile("无误，照此导入")).first.click()
    clerk.goto(preview)
    assert _count(clerk, "可导入") == 30, "one row in doubt was settled in the page"
    assert _count(clerk, "我改过的") == 1

    clerk.locator("select[name=disclosure]").select_option("public")
    clerk.locator("select[name=list]").select_option("new")
    clerk.locator("input[name=list_title]").fill("试走需求清单")
    clerk.get_by_role("button", name="导入30行").click()
    clerk.goto("/desk/lists/")
    clerk.get_by_role("link", name="试走需求清单").click()
    list_path = re.search(r"/desk/lists/(\d+)", clerk.url)
    assert list_path is not None

    reviewer = sign_in("reviewer.city@demo.example")
    reviewer.goto(f"{list_path.group()}/publish")
    reviewer.get_by_role("button", name=re.compile("发布")).click()
    public = reviewer.goto(f"/lists/{list_path.group(1)}")
    assert public is not None
    assert public.status == 200
    expect(reviewer.locator("h1")).to_contain_text("试走需求清单")
    expect(reviewer.locator("main")).to_contain_text("号")
    expect(reviewer.locator("main")).to_contain_text("缸体线排产")
    for kind in ("xlsx", "docx", "pdf", "csv"):
        with reviewer.expect_download() as got:
            reviewer.locator(f"a[href$='.{kind}']").first.click()
        assert got.value.path().stat().st_size > 1000, kind

    reviewer.goto(f"{list_path.group()}/matches")
    expect(reviewer.locator("main")).to_contain_text("共30条")
    rows = reviewer.locator("tbody tr")
    assert rows.count() == 25
    expect(rows.filter(has_text="缸体线排产")).to_contain_text("桤岚工业智能")
    reviewer.goto(f"{list_path.group()}/matches?page=2")
    assert rows.count() == 5


def test_the_main_journeys_work_without_javascript(sign_in: OpenPage) -> None:
    page = sign_in("ligong.shuoyuan@demo.example", script=False)
    page.goto("/providers/?q=气孔")
    page.locator("input[name=tier][value=tier1]").check()
    page.locator(".search_row button").click()
    assert "tier=tier1" in page.url
    page.goto("/needs/XQ-2026-0005/providers")
    page.locator("button[name=remove]").first.click()
    assert "drop=" in page.url
    expect(page.locator("#h-ranked")).to_be_visible()
