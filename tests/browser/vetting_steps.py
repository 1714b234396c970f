"""The steps of vetting on its pages, as the people who take them do."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import FilePayload, Locator, Page, expect

from marketplace.demo.loading import read_demo
from marketplace.demo.vetting.paper import demo_pdf

EXPERTS = {
    row["display_name"]: row["email"].partition("@")[0]
    for row in read_demo("people")
    if row["role"] == "expert"
}


def paper(name: str) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": demo_pdf(name)}


def press(place: Page | Locator, words: str) -> None:
    """Press the button that begins with these words and wait for the page that follows."""
    button = place.get_by_role("button", name=re.compile(f"^{re.escape(words)}")).first
    button.click()
    button.page.wait_for_load_state()


def submit_form(page: Page, action: str) -> None:
    page.locator(f"main form[action$='{action}'] button").first.click()
    page.wait_for_load_state()


def upload(page: Page, number: str, item: str, name: str) -> None:
    page.goto(f"/my/applications/{number}/edit/materials")
    form = page.locator(f"form[action*='/materials/{item}']").first
    form.locator("input[type=file]").set_input_files(paper(name))
    form.locator("button").click()
    expect(page.locator("[data-toast]").first).to_contain_text(f"“{name}”已上传")


def number_of(page: Page) -> str:
    page.goto("/my/applications/")
    found = re.search(r"SQ-\d{4}-\d{4}", page.locator("main").inner_text())
    assert found is not None
    return found.group()


def wait_for_checks(page: Page, address: str, words: str) -> None:
    """Wait for the worker to have judged the rules anew."""
    for _turn in range(60):
        page.goto(address)
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"“{words}” never stood on {address}")


def seats(page: Page, number: str) -> dict[str, str]:
    """Return the state of each seated expert's row, by name."""
    page.goto(f"/desk/applications/{number}/panel")
    rows = [row.inner_text() for row in page.locator("main table tbody tr").all()]
    return {name: row for row in rows for name in EXPERTS if name in row}


def newest_seat(page: Page) -> str:
    page.goto("/my/reviews/")
    links = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
    return max(
        (link for link in links if re.fullmatch(r"/my/reviews/\d+", link)),
        key=lambda link: int(link.rpartition("/")[2]),
    )


def apply_and_supplement(member: Page, clerk: Page, number: str) -> None:
    for item in ("licence", "case_proof", "security"):
        upload(member, number, item, f"{item}.pdf")
    member.goto(f"/my/applications/{number}/edit/declarations")
    for box in member.locator("input[name=declarations]").all():
        box.check()
    press(member, "保存并继续")
    press(member, "提交申请")
    expect(member.locator("main")).to_contain_text("经办人正在做形式审查")

    case = f"/desk/applications/{number}"
    wait_for_checks(clerk, case, "没有附验收证明")
    clerk.goto(f"{case}?do=ask")
    clerk.locator("textarea[name=words]").fill("请补案例的验收单。")
    press(clerk, "发出补正通知")

    upload(member, number, "case-", "验收单.pdf")
    member.goto(f"/my/applications/{number}/supplement")
    member.locator("textarea[name='text_X-07']").fill("已补盖章的验收单。")
    press(member, "提交补正")

    wait_for_checks(clerk, case, "验收单.pdf")
    wait_for_checks(clerk, case, "已补盖章的验收单")
    while clerk.locator("button[value=accepted]").count():
        clerk.locator("button[value=accepted]").first.click()
        clerk.wait_for_load_state()
        clerk.goto(case)
    row = clerk.locator("tr", has_text="验收单.pdf").last
    row.locator("select[name=checked]").select_option("original")
    press(row, "记录")
    clerk.goto(case)
    press(clerk, "通过，转专家评审")


def score_by_three(person: Callable[[str], Page], number: str) -> None:
    clerk = person("clerk.city")
    clerk.goto(f"/desk/applications/{number}/panel")
    submit_form(clerk, "/panel/draw")
    assert len(seats(clerk, number)) == 3

    stepping_back = next(iter(seats(clerk, number)))
    expert = person(EXPERTS[stepping_back])
    expert.goto(f"{newest_seat(expert)}/recuse")
    expert.locator("main textarea").fill("与该企业有合作往来。")
    press(expert, "确认回避")
    assert "已回避" in seats(clerk, number)[stepping_back]
    submit_form(clerk, "/panel/draw")

    sheets = {}
    for name, state in seats(clerk, number).items():
        if "已回避" in state:
            continue
        expert = person(EXPERTS[name])
        sheets[name] = newest_seat(expert)
        expert.goto(sheets[name])
        expert.locator("input[name=agree]").check()
        press(expert, "签署声明")
        for field in expert.locator("input[name^='points-']").all():
            field.fill(field.get_attribute("max") or "")
        for field in expert.locator("textarea[name^='reason-']").all():
            field.fill("材料齐全，指标明确。")
        press(expert, "保存并核对提交")
        press(expert, "提交评分")
        assert not any(other in expert.content() for other in EXPERTS if other != name)
    assert len(sheets) == 3

    chair = person("reviewer.city")
    chair.goto(f"/desk/applications/{number}/agreement")
    press(chair, "开始合议")
    chair.locator("textarea[name=minutes]").fill("评分一致，按均值议定。")
    press(chair, "保存并核对定稿")
    press(chair, "定稿并请3人确认")
    for name, sheet in sheets.items():
        person(EXPERTS[name]).goto(sheet)
        press(person(EXPERTS[name]), "确认合议结果")


def decide_by_two(person: Callable[[str], Page], number: str) -> None:
    first, second = person("reviewer.city"), person("reviewer2.city")
    first.goto(f"/desk/applications/{number}/proposal")
    for box in first.locator("input[name=gates]").all():
        box.check()
    press(first, "提交第二人核准")
    first.goto(f"/desk/applications/{number}/proposal")
    assert first.locator("form[action$='/proposal/approve']").count() == 0
    second.goto(f"/desk/applications/{number}/proposal")
    second.locator("form[action$='/proposal/approve'] textarea").first.fill("同意。")
    submit_form(second, "/proposal/approve")


def object_and_dismiss(visitor: Page, reviewer: Page, notice: str) -> None:
    visitor.goto(f"/notices/{notice}/objection")
    visitor.locator("input[name=standing][value=named]").check()
    visitor.fill("input[name=name]", "林某某")
    visitor.fill("input[name=contact]", "0000-0000001")
    visitor.fill("textarea[name=text]", "所报案例只试用过两周，没有正式验收。")
    visitor.locator("input[name=consent]").check()
    press(visitor, "提交异议")
    expect(visitor.locator("main")).to_contain_text("查询码")

    reviewer.goto(f"/desk/notices/{notice}")
    reviewer.locator("main a[href*='/desk/objections/']").first.click()
    assert "林某某" not in reviewer.content()
    reviewer.locator("form[action$='/admit'] textarea").fill("对案例验收情况有异议。")
    press(reviewer, "受理")
    reviewer.locator("input[name=outcome][value=dismissed]").check()
    reviewer.locator("form[action$='/decision'] textarea").fill("经核查，案例属实。")
    press(reviewer, "作出决定")


def publish_edition(person: Callable[[str], Page], pass_time: Callable[[str], None]) -> str:
    curator, reviewer = person("curator.city"), person("reviewer.city")
    curator.goto("/desk/editions/")
    curator.locator("main a", has_text="第2期").first.click()
    press(curator, "冻结快照")
    press(curator, "送公示")
    reviewer.goto("/desk/notices/?state=draft")
    reviewer.locator("main a", has_text="优质人工智能服务商目录").first.click()
    reviewer.get_by_role("link", name="发布").first.click()
    press(reviewer, "发布，编定编号")
    pass_time("notices end")
    curator.reload()
    curator.fill("input[name=number]", "苏江工信目录〔2026〕2号")
    press(curator, "发布")
    return curator.url.rpartition("/")[2]
