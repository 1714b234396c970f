"""Every kind of page, as each role, at two widths: WCAG 2.2 AA by axe, and no sideways scroll."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from marketplace.applications.models import Application
from marketplace.db import db
from marketplace.factory import create_app
from marketplace.needs.models import Need
from marketplace.notices.models import Objection
from marketplace.recommendations.models import RecommendationRun
from marketplace.rubrics.models import Rubric

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PAGES: dict[str, list[str]] = {
    "": [
        "/",
        "/providers/?q=铸件 气孔",
        "/providers/1",
        "/needs/",
        "/lists/",
        "/lists/1",
        "/calls/",
        "/calls/1",
        "/calls/3",
        "/notices/",
        "/notices/3",
        "/notices/3/objection",
        "/editions/",
        "/editions/1",
        "/editions/verify",
        "/rubric/",
    ],
    "ligong.shuoyuan": [
        "/my/needs/",
        "/needs/{XQ0005}/providers",
        "/needs/{XQ0005}/providers?drop=data_stays",
        "/runs/{TJ0005}",
        "/me/",
    ],
    "zheng.yanting": [
        "/my/provider/",
        "/my/provider/cases/1",
        "/my/listing/",
        "/my/fits/",
        "/my/fits/?band=barred",
    ],
    "tang.youqi": [
        "/my/applications/",
        "/my/applications/{SQ0004}",
        "/my/applications/{SQ0004}/supplement",
        "/my/applications/{SQ0004}/snapshots/1",
    ],
    "du.qingling": [
        "/my/applications/{SQ0017}/edit/" + section
        for section in ("track", "cases", "statements", "materials", "declarations", "check")
    ],
    "expert.he": ["/my/reviews/", "/my/reviews/interests"],
    "clerk.city": [
        "/desk/",
        "/desk/needs/",
        "/desk/imports/",
        "/desk/lists/",
        "/desk/lists/1/matches",
        "/desk/supply",
        "/desk/runs/{TJ0001}/log",
        "/desk/providers/1/fits",
        "/desk/calls/",
        "/desk/calls/3",
        "/desk/applications/",
        "/desk/applications/{SQ0005}",
        "/desk/applications/{SQ0004}",
        "/desk/applications/{SQ0008}/panel",
    ],
    "reviewer.city": [
        "/desk/applications/{SQ0009}/agreement",
        "/desk/applications/{SQ0010}/proposal",
        "/desk/notices/",
        "/desk/notices/3",
        "/desk/objections/{YY001}",
        "/desk/experts/",
        "/desk/experts/1",
        "/desk/rubrics/{draft}/replay",
        "/desk/rubrics/2026.1",
        "/desk/applications/{SQ0014}/report",
    ],
    "curator.city": [
        "/desk/weights/",
        "/desk/weights/comparisons/1",
        "/desk/lexicon/",
        "/desk/lexicon/?scene=S12",
        "/desk/lexicon/capabilities/surface-inspection",
        "/desk/lexicon/new",
        "/desk/lexicon/trial",
        "/desk/exposure",
        "/desk/exposure?from=x",
        "/desk/rules/",
        "/desk/rules/tiers",
        "/desk/taxonomy/",
        "/desk/editions/",
        "/desk/editions/1",
        "/desk/editions/2",
        "/desk/appeals/",
        "/desk/decisions/",
        "/desk/listings/1",
        "/desk/providers/",
    ],
    "admin.audit": ["/admin/audit"],
}


@pytest.fixture
def numbers(site: str, site_environ: dict[str, str]) -> dict[str, str]:
    """The numbers the addresses speak of, whose year is that of the day they were given."""
    app = create_app(site_environ)
    with app.app_context():
        found = {
            f"{kind}{place:0{digits}d}": number
            for kind, table, digits in (
                ("SQ", Application, 4),
                ("XQ", Need, 4),
                ("YY", Objection, 3),
                ("TJ", RecommendationRun, 4),
            )
            for place, number in enumerate(
                db.session.scalars(select(table.number).order_by(table.id)), 1
            )
        }
        found["draft"] = str(db.session.scalar(select(Rubric.number)))
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.mark.parametrize("width", [1280, 390])
def test_the_main_pages_are_accessible_and_do_not_scroll_sideways(
    open_page: OpenPage, sign_in: OpenPage, numbers: dict[str, str], width: int
) -> None:
    found = []
    for name, paths in PAGES.items():
        page = sign_in(f"{name}@demo.example", width) if name else open_page(width)
        for address in paths:
            path = address.format(**numbers)
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wider > 0:
                found.append((path, "scrolls sideways", str(wider)))
            found += broken_rules(page, path)
    assert found == []


def broken_rules(page: Page, path: str) -> list[tuple[str, str, str]]:
    violations = Axe().run(page, options=RULES).response["violations"]
    return [(path, item["id"], item["nodes"][0]["html"]) for item in violations]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_reason_left_blank_is_told_in_its_row_and_leads_to_its_field(
    sign_in: OpenPage, numbers: dict[str, str], width: int
) -> None:
    page = sign_in("clerk.city@demo.example", width)
    page.goto("/desk/runs/{TJ0001}/log".format(**numbers))
    page.locator("td details > summary").first.click()
    page.get_by_role("button", name="撤回这一条").first.click()
    told = page.get_by_role("link", name="撤回原因：请写明撤回的原因")
    told.click()
    assert page.locator(told.get_attribute("href") or "").evaluate(
        "field => field === document.activeElement"
    )
    assert broken_rules(page, page.url) == []


def test_what_was_understood_stays_in_view_on_a_phone_when_a_part_is_dropped(
    sign_in: OpenPage, numbers: dict[str, str]
) -> None:
    page = sign_in("ligong.shuoyuan@demo.example", 390)
    page.goto("/needs/{XQ0005}/providers".format(**numbers))
    heading = page.locator(".need_summary h2")
    heading.first.click()
    page.locator(".need_summary button[name=remove]").first.click()
    page.wait_for_url("**drop=*#understood")
    assert page.locator(".need_summary .understanding").is_visible()
    assert [item.is_visible() for item in heading.all()] == [True, False]
    expect(page.locator(".need_summary-text")).to_be_in_viewport()
    expect(page.locator(".site_header")).not_to_be_in_viewport()


def test_a_stopping_link_that_was_used_is_told_accessibly(open_page: OpenPage) -> None:
    page = open_page(390)
    answer = page.goto("/fits/stop/nosuch")
    assert answer is not None
    assert answer.status == 410
    assert broken_rules(page, "/fits/stop/nosuch") == []
