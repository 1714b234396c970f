"""How staff change rules."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.rules.models import RuleVersion
from marketplace.rules.queries import get_rules, shipped, shipped_names
from marketplace.rules.shape import leaves

ClientOf = Callable[[str], FlaskClient]


def test_a_new_version_holds_from_its_day_and_leaves_the_old_one(
    client_of_role: ClientOf, session: Session
) -> None:
    soon = date.today() + timedelta(days=10)  # noqa: DTZ011
    answer = client_of_role("curator").post(
        "/desk/rules/tiers",
        data={"leaf-tiers.0.name": "甲级", "effective_on": soon.isoformat(), "note": "局务会决定"},
    )
    assert answer.status_code == 303
    before = get_rules(session, "tiers", soon - timedelta(days=1))
    after = get_rules(session, "tiers", soon)
    assert (before.number, before.body["tiers"][0]["name"]) == (0, "一级")
    assert (after.number, after.body["tiers"][0]["name"]) == (1, "甲级")


def test_a_version_needs_a_reason_and_a_day_to_come(
    client_of_role: ClientOf, session: Session
) -> None:
    curator = client_of_role("curator")
    past = {"leaf-tiers.0.name": "甲级", "effective_on": "2020-01-01", "note": "x"}
    assert "不能早于今天" in curator.post("/desk/rules/tiers", data=past).text
    silent = {"effective_on": "2099-01-01", "note": " "}
    assert "请写明修改原因" in curator.post("/desk/rules/tiers", data=silent).text
    assert session.query(RuleVersion).count() == 0


def test_a_text_of_another_shape_is_refused_and_kept_on_the_page(
    client_of_role: ClientOf, session: Session
) -> None:
    data = {"whole": "1", "text": '{"tiers": 3}', "effective_on": "2099-01-01", "note": "试"}
    answer = client_of_role("curator").post("/desk/rules/tiers", data=data)
    assert answer.status_code == 422
    assert "结构与原来不一致" in answer.text
    assert "&#34;tiers&#34;: 3" in answer.text
    assert session.query(RuleVersion).count() == 0


def test_clerks_do_not_know_the_rules_pages(client_of_role: ClientOf) -> None:
    assert client_of_role("clerk").get("/desk/rules/").status_code == 404
    assert client_of_role("manufacturer").get("/desk/rules/").status_code == 404


def test_every_shipped_rule_set_says_what_it_is_and_where_it_comes_from() -> None:
    for name in shipped_names():
        assert shipped(name)["label"]
        assert shipped(name)["source"]


def test_a_number_that_is_none_is_refused(client_of_role: ClientOf, session: Session) -> None:
    curator = client_of_role("curator")
    for name in shipped_names():
        for path, leaf in leaves(shipped(name)):
            if isinstance(leaf, int | float) and not isinstance(leaf, bool):
                data = {f"leaf-{path}": "nan", "effective_on": "2099-01-01", "note": "试"}
                assert curator.post(f"/desk/rules/{name}", data=data).status_code == 422
                break
    whole = re.sub(r": [\d.]+", ": NaN", json.dumps(shipped("need_quality")), count=1)
    assert "NaN" in whole
    for text in (whole, "[" * 100_000):
        data = {"whole": "1", "text": text, "effective_on": "2099-01-01", "note": "试"}
        assert curator.post("/desk/rules/need_quality", data=data).status_code == 422
    assert session.query(RuleVersion).count() == 0
