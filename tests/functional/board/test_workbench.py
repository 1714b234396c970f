"""What waits for whom on the workbench, how late it is, and how far a unit sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Unit, User
from marketplace.accounts.queries import viewer_of
from marketplace.board.queries import count_doors
from marketplace.catalogue.models import Listing
from marketplace.db import db, now
from marketplace.needlists.models import SheetImport, SheetImportRow
from marketplace.needs import services
from marketplace.needs.models import Need, NeedDecision
from marketplace.permissions import Viewer
from marketplace.providers.models import Provider
from marketplace.recommendations.lexicon_editing import add_word
from marketplace.recommendations.lexicons import propose_version
from marketplace.web.filters import beijing_today

Make = Callable[..., Any]
SignIn = Callable[[User], FlaskClient]


def _groups(page: str) -> dict[str, list[str]]:
    """Return the titles of the queue's rows by their group's heading."""
    found: dict[str, list[str]] = {}
    for body in re.findall(r'<tbody role="rowgroup".*?</tbody>', page, re.DOTALL):
        heading = re.sub(r"<[^>]+>|\s+", " ", body.partition("</tr>")[0]).split()
        if heading:
            found[heading[0]] = re.findall(r'queue-what"><a href="[^"]+">([^<]+)<', body)
    return found


def _stats(page: str) -> dict[str, int]:
    return {
        label: int(number)
        for number, label in re.findall(
            r'stat_links-number">(\d+)</span><span class="stat_links-label">([^<]+)<', page
        )
    }


def _doors(page: str) -> dict[str, str]:
    return dict(re.findall(r'<a href="[^"]+"[^>]*>(\w+)<span class="site_nav-count">(\d+)', page))


@pytest.fixture
def county(create_unit: Make) -> Unit:
    return create_unit("370785", "试验县工信局")


@pytest.fixture
def create_import(session: Session, bureau: Unit, clerk: User) -> Make:
    def create(state: str = "preview", actions: tuple[str, ...] = (), **values: Any) -> SheetImport:
        made = SheetImport(
            filename=values.pop("filename", "需求表.xlsx"),
            stored_as="x",
            sha256="0" * 64,
            size=1,
            unit_id=values.pop("unit_id", bureau.id),
            state=state,
            as_of=now().date(),
            created_by_id=clerk.id,
            rows=[
                SheetImportRow(position=place, excel_row=place + 2, action=action)
                for place, action in enumerate(actions)
            ],
            **values,
        )
        session.add(made)
        session.commit()
        return made

    return create


def test_an_empty_desk_says_so_and_names_the_next_step(reviewer: User, sign_in: SignIn) -> None:
    page = sign_in(reviewer).get("/desk/").text
    assert "没有等您处理的事项" in page
    assert _stats(page) == {
        "等我处理": 0,
        "已超期": 0,
        "今天到期": 0,
        "等对方": 0,
        "供给不足": 0,
    }


def test_needs_stand_by_the_day_their_state_promises(
    reviewer: User, sign_in: SignIn, create_need: Make, session: Session, today: date
) -> None:
    long_ago = now() - timedelta(days=40)
    create_need("submitted", title="甲").submitted_at = long_ago
    create_need("accepted", title="乙", updated_at=long_ago)
    create_need("submitted", title="丙")
    diagnosed = create_need("diagnosis", title="丁", updated_at=long_ago)
    promised = NeedDecision(need_id=diagnosed.id, action="route_to_diagnosis", due_on=today)
    session.add(promised)
    session.commit()
    page = sign_in(reviewer).get("/desk/").text
    groups = {name: [title[-1] for title in titles] for name, titles in _groups(page).items()}
    assert sorted(groups.pop("已超期")) == ["乙", "甲"]
    assert groups.pop("今天到期") == ["丁"]
    assert [title for titles in groups.values() for title in titles] == ["丙"]
    stats = _stats(page)
    assert (stats["等我处理"], stats["已超期"], stats["今天到期"]) == (4, 2, 1)


def test_a_need_returned_to_its_firm_waits_for_the_firm_not_for_us(
    reviewer: User, sign_in: SignIn, create_need: Make, session: Session, today: date
) -> None:
    need = create_need("returned")
    late = today - timedelta(days=1)
    session.add(NeedDecision(need_id=need.id, action="return", reason="请补", due_on=late))
    session.commit()
    page = sign_in(reviewer).get("/desk/").text
    assert _stats(page)["等我处理"] == 0
    assert _stats(page)["等对方"] == 1
    assert "1条逾期未回" in page


def test_accepted_needs_of_a_draft_list_wait_as_one_list(
    reviewer: User, sign_in: SignIn, create_need: Make, create_draft_list: Make
) -> None:
    create_draft_list([create_need("accepted"), create_need("accepted")], title="试验链清单")
    page = sign_in(reviewer).get("/desk/").text
    assert [title for titles in _groups(page).values() for title in titles] == ["试验链清单"]
    assert _doors(page) == {
        "工作台": "1",
        "需求": "2",
        "导入": "0",
        "清单": "1",
        "入库与评价": "0",
        "公示": "0",
        "推荐权重": "0",
        "能力词库": "0",
    }


def test_a_proposed_switch_waits_for_a_second_person_of_the_office_and_for_nobody_else(
    session: Session, reviewer: User, create_user: Make, bureau: Unit, county: Unit, sign_in: SignIn
) -> None:
    proposer = create_user(role="curator", unit=bureau)
    draft = add_word(session, viewer_of(proposer), "plant-planning", "cue", "盘厂子")
    propose_version(session, viewer_of(proposer), draft, "企业常这样说，与排产无关。")
    session.commit()
    title = f"启用能力词库第{draft.number}版"
    page = sign_in(reviewer).get("/desk/").text
    assert title in page
    assert _doors(page)["能力词库"] == "1"
    for other in (proposer, create_user(role="reviewer", unit=county)):
        assert title not in sign_in(other).get("/desk/").text


def test_a_filled_list_waits_for_who_publishes_and_an_empty_one_for_who_fills_it(
    reviewer: User,
    clerk: User,
    create_user: Make,
    bureau: Unit,
    sign_in: SignIn,
    create_need: Make,
    create_draft_list: Make,
) -> None:
    create_draft_list([create_need("accepted")], title="已列好")
    create_draft_list(title="空清单")
    curator = create_user(role="curator", unit=bureau)

    def titles(user: User) -> list[str]:
        found = _groups(sign_in(user).get("/desk/?kind=lists").text).values()
        return sorted(title for group in found for title in group)

    assert titles(reviewer) == ["已列好", "空清单"]
    assert titles(curator) == ["已列好"]
    assert titles(clerk) == ["空清单"]
    assert "1份清单已列好，等审核人发布" in sign_in(clerk).get("/desk/").text


def test_an_import_waits_while_a_row_is_in_doubt_or_ready(
    clerk: User, sign_in: SignIn, create_import: Make, session: Session
) -> None:
    create_import("preview", ("review", "import", "import", "reject"), filename="甲.xlsx")
    create_import("committed", ("review",), filename="乙.xlsx")
    create_import("committed", ("reject", "blank"), filename="丙.xlsx")
    create_import("discarded", ("review",), filename="丁.xlsx")
    old = now() - timedelta(days=120)
    create_import("committed", ("review",), filename="戊.xlsx", created_at=old)
    page = sign_in(clerk).get("/desk/").text
    titles = [title for group in _groups(page).values() for title in group]
    assert sorted(titles) == ["乙.xlsx", "甲.xlsx"]
    assert "定1行待确认的内容，另有2行可以导入" in page


def test_imports_do_not_wait_for_a_curator_who_may_not_import(
    create_user: Make, bureau: Unit, sign_in: SignIn, create_import: Make
) -> None:
    create_import("preview", ("review",))
    page = sign_in(create_user(role="curator", unit=bureau)).get("/desk/").text
    assert _stats(page)["等我处理"] == 0
    assert "导入" not in _doors(page)


def test_a_listing_that_ends_within_sixty_days_waits_for_the_curator(
    create_user: Make,
    clerk: User,
    bureau: Unit,
    sign_in: SignIn,
    create_provider: Make,
    session: Session,
    today: date,
) -> None:
    for name, days in (("将到期", 60), ("尚早", 61), ("已过期", -1)):
        listing = _listing_of(session, create_provider(f"{name}有限公司"))
        listing.valid_to = today + timedelta(days=days)
    session.commit()
    curator = sign_in(create_user(role="curator", unit=bureau)).get("/desk/").text
    assert _groups(curator) == {"以后": ["将到期有限公司"]}
    others = sign_in(clerk).get("/desk/").text
    assert _stats(others)["等我处理"] == 0
    assert "将到期有限公司" in others
    assert "尚早有限公司" not in others


def _listing_of(session: Session, provider: Provider) -> Listing:
    return session.scalars(select(Listing).where(Listing.provider_id == provider.id)).one()


def test_a_district_office_sees_its_own_rows_only(
    county: Unit,
    create_user: Make,
    sign_in: SignIn,
    create_need: Make,
    create_import: Make,
    create_draft_list: Make,
    create_provider: Make,
    session: Session,
    today: date,
) -> None:
    create_need("submitted", title="本县")
    create_need("submitted", title="外县", region_code="370786")
    create_need("submitted", title="县区未定", region_code=None)
    create_draft_list(title="市里的清单")
    create_import("preview", ("review",), filename="市里的表.xlsx")
    create_import("preview", ("review",), filename="县里的表.xlsx", unit_id=county.id)
    for name, region in (("本县服务有限公司", "370785"), ("外地服务有限公司", "110000")):
        provider = create_provider(name)
        provider.organisation.region_code = region
        _listing_of(session, provider).valid_to = today + timedelta(days=20)
    session.commit()
    page = sign_in(create_user(role="reviewer", unit=county)).get("/desk/").text
    titles = [title for group in _groups(page).values() for title in group]
    assert sorted(title.split()[-1] for title in titles) == ["县区未定", "县里的表.xlsx", "本县"]
    assert _doors(page) == {
        "工作台": "3",
        "需求": "2",
        "导入": "1",
        "清单": "0",
        "入库与评价": "0",
        "公示": "0",
    }
    assert "本县服务有限公司" in page
    assert "外地服务有限公司" not in page
    assert "市里的清单" not in page


def test_a_scene_with_needs_and_too_few_listed_providers_is_named(
    reviewer: User, sign_in: SignIn, create_need: Make, create_provider: Make
) -> None:
    create_need("published", scene_id="S24")
    create_need("published", scene_id="S10")
    for _place in range(3):
        create_provider()
    page = sign_in(reviewer).get("/desk/").text
    assert _stats(page)["供给不足"] == 1
    assert "需求1条，在库0家" in page


def test_what_was_received_and_decided_this_week_is_charted(
    reviewer: User, sign_in: SignIn, create_need: Make, session: Session
) -> None:
    for number in range(3):
        need = create_need("submitted", title=f"需求{number}")
        if number:
            services.accept_need(session, viewer_of(reviewer), session.get_one(Need, need.id))
    session.commit()
    page = sign_in(reviewer).get("/desk/").text
    table = page[page.index("data_table") : page.index("</table>", page.index("data_table"))]
    assert re.findall(r'number">(\d+)<', table)[-2:] == ["3", "2"]


def test_the_workbench_takes_as_many_statements_for_many_rows_as_for_few(
    reviewer: User, sign_in: SignIn, create_need: Make, create_import: Make
) -> None:
    client = sign_in(reviewer)

    def statements() -> int:
        count = []
        db.session.expire_all()
        listen = (db.engine, "before_cursor_execute", lambda *_args: count.append(1))
        event.listen(*listen)
        try:
            assert client.get("/desk/").status_code == 200
        finally:
            event.remove(*listen)
        return len(count)

    create_need("submitted")
    create_import("preview", ("review",))
    few = statements()
    for _place in range(12):
        create_need("submitted")
        create_need("accepted")
        create_import("preview", ("review", "import"))
    assert statements() <= few
    assert few < 60


def test_a_database_that_is_away_gives_no_counts_and_no_error() -> None:
    away = Session(create_engine("sqlite:////nowhere/at/all.sqlite3"))
    viewer = Viewer(user_id=1, roles=frozenset({"reviewer"}), unit_id=1, region_prefix="3707")
    assert count_doors(away, viewer, beijing_today(now())) == {}


def test_counts_stand_on_every_page_of_the_work_side_but_not_on_the_public_ones(
    reviewer: User, sign_in: SignIn, create_need: Make
) -> None:
    create_need("submitted")
    client = sign_in(reviewer)
    assert _doors(client.get("/desk/lists/").text)["需求"] == "1"
    assert _doors(client.get("/desk/needs/XQ-none").text) in ({}, {"需求": "1"})
    assert _doors(client.get("/providers/").text) == {}


def test_more_than_fits_is_counted_and_linked(
    reviewer: User, sign_in: SignIn, create_need: Make
) -> None:
    for _place in range(42):
        create_need("submitted")
    page = sign_in(reviewer).get("/desk/").text
    assert sum(len(titles) for titles in _groups(page).values()) == 40
    assert _stats(page)["等我处理"] == 42
    assert '<a href="/desk/needs/">需求共42件</a>' in page


def test_the_door_counts_what_the_queue_of_vetting_lists(
    reviewer: User,
    sign_in: SignIn,
    create_application: Make,
    create_decision: Make,
    create_user: Make,
    bureau: Unit,
) -> None:
    create_application("formal_review")
    create_application("agreed")
    create_application("approved")
    create_decision(create_application("proposed"), state="proposed")
    other = create_user(role="curator", unit=bureau)
    mine, others = (sign_in(person).get("/desk/").text for person in (reviewer, other))
    for page in (mine, others):
        assert int(_doors(page)["工作台"]) == _stats(page)["等我处理"]
        assert _doors(page)["入库与评价"] == "4"
    assert _stats(mine)["等我处理"] == 3


def test_a_unit_without_calls_reads_whose_they_are(
    sign_in: SignIn, create_application: Make, county: Unit, create_user: Make
) -> None:
    create_application("formal_review")
    page = sign_in(create_user(role="clerk", unit=county)).get("/desk/").text
    assert "本单位没有发布过征集。" in page
