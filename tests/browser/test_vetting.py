"""Vetting as its people go through it: from an application to the directory, and an appeal.

Every action is done on the pages. Only time is not waited for: what the worker's timers do when
a call closes or a notice ends is done here at that moment (`db.at_moment`).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import select

from marketplace.calls.models import Call
from marketplace.calls.services import open_and_close_due
from marketplace.db import at_moment, db
from marketplace.factory import create_app
from marketplace.notices.models import PublicNotice
from marketplace.notices.services.publishing import end_due_notices
from tests.browser.vetting_steps import (
    apply_and_supplement,
    decide_by_two,
    number_of,
    object_and_dismiss,
    press,
    publish_edition,
    score_by_three,
)

pytestmark = pytest.mark.browser

SignIn = Callable[..., Page]
OpenPage = Callable[..., Page]

NAME, MEMBER = "擎瓴万智算法科技有限公司", "du.qingling"


@pytest.fixture
def person(sign_in: SignIn) -> Callable[[str], Page]:
    """Return the browser of a demonstration person, signed in once a test."""
    pages: dict[str, Page] = {}

    def page_of(who: str) -> Page:
        if who not in pages:
            pages[who] = sign_in(f"{who}@demo.example")
        return pages[who]

    return page_of


@pytest.fixture
def pass_time(site: str, site_environ: dict[str, str]) -> Callable[[str], None]:
    """Let the open calls close, or the running notices end, as the worker would."""

    def live(until: str) -> None:
        app = create_app(site_environ)
        with app.app_context():
            if until == "calls close":
                ends = db.session.scalars(select(Call.closes_at).where(Call.state == "open")).all()
            else:
                statement = select(PublicNotice.ends_at).where(PublicNotice.state == "published")
                ends = db.session.scalars(statement).all()
            db.session.rollback()
            with at_moment(max(end for end in ends if end) + timedelta(seconds=1)):
                open_and_close_due(db.session) if until == "calls close" else end_due_notices(
                    db.session
                )
                db.session.commit()
            db.session.remove()
            db.engine.dispose()

    return live


def test_a_provider_applies_is_objected_to_and_appears_in_the_new_edition(
    person: Callable[[str], Page], open_page: OpenPage, pass_time: Callable[[str], None]
) -> None:
    member, reviewer = person(MEMBER), person("reviewer.city")
    number = number_of(member)
    apply_and_supplement(member, person("clerk.city"), number)
    score_by_three(person, number)
    decide_by_two(person, number)

    pass_time("calls close")
    reviewer.goto("/desk/notices/new")
    call = reviewer.locator("select[name=call] option", has_text="化工").first
    reviewer.locator("select[name=call]").select_option(call.get_attribute("value"))
    press(reviewer, "拟稿")
    reviewer.get_by_role("link", name="发布").first.click()
    press(reviewer, "发布，编定编号")
    notice = reviewer.url.rpartition("/")[2]
    visitor = open_page()
    visitor.goto(f"/notices/{notice}")
    expect(visitor.locator("main")).to_contain_text(NAME)
    object_and_dismiss(visitor, reviewer, notice)
    pass_time("notices end")
    reviewer.goto(f"/desk/notices/{notice}")
    press(reviewer, "期满无异议的全部入库")

    member.goto(f"/my/applications/{number}")
    expect(member.locator("main")).to_contain_text("已入库")
    expect(member.locator("main")).to_contain_text("培育")
    edition = publish_edition(person, pass_time)
    pdf = visitor.request.get(f"/editions/{edition}.pdf").body()
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert NAME in text.replace("\n", "")
    xlsx = visitor.request.get(f"/editions/{edition}.xlsx").body()
    cells = load_workbook(io.BytesIO(xlsx), read_only=True).active
    assert cells is not None
    assert any(NAME in row for row in cells.iter_rows(values_only=True))


def test_a_refused_provider_appeals_and_another_person_puts_the_application_back(
    person: Callable[[str], Page],
) -> None:
    member, reviewer, curator = (
        person("su.xiangyan"),
        person("reviewer.city"),
        person("curator.city"),
    )
    number = number_of(member)
    reviewer.goto(f"/desk/applications/{number}")
    note = reviewer.locator("form[action*='/checks/']").first
    note.locator("input[name=note]").fill("验收材料不足以证明已经交付。")
    press(note, "不认可")
    reviewer.goto(f"/desk/applications/{number}?do=reject")
    reviewer.locator("form[action$='/reject'] textarea").fill("案例不能证明已经交付。")
    press(reviewer.locator("form[action$='/reject']"), "不予受理")

    member.goto(f"/my/applications/{number}/appeal")
    member.locator("main textarea").fill("验收单已附在材料里，请重新审查。")
    member.locator("main form button[type=submit]").first.click()
    member.wait_for_load_state()
    curator.goto("/desk/appeals/")
    curator.locator("main a", has_text="橡垄配方数据").first.click()
    curator.locator("main input[value=upheld]").check()
    curator.locator("main form textarea").last.fill("验收单确在附件之中，恢复审查。")
    curator.locator("main form button[type=submit]").last.click()
    curator.wait_for_load_state()
    member.goto(f"/my/applications/{number}")
    expect(member.locator("main")).to_contain_text("形式审查")
