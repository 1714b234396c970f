"""Each rule of formal review: what passes, what fails, what goes to a person, with its fact."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from marketplace.formal_review.judging import Dishonest, Facts, Rule, months_before, rules_of
from marketplace.formal_review.predicates import PREDICATES, judge

RULES = Path(__file__).resolve().parents[3] / "marketplace/rules/data/formal_review.json"

BODY: dict[str, Any] = {
    "organisation": {"id": 1, "name": "试验软件有限公司", "uscc": "91329901MA9999999D"},
    "profile": {
        "deployments": ["onprem"],
        "offerings": [{"name": "排产模型", "kind": "model", "filing_number": "备案2026-1"}],
        "certificates": [{"name": "ISO 27001", "number": "1", "valid_to": "2027-01-01"}],
    },
    "track": "专业",
    "asked_tier": "tier2",
    "cases": [
        {
            "case_id": 11,
            "client_name": "甲机械厂",
            "metrics": [["漏检率", "2.1", "0.4", "%"]],
            "accepted_on": "2026-05-20",
            "verification": "declared",
        },
        {
            "case_id": 12,
            "client_name": "乙机械厂",
            "metrics": [["换型时间", "40", "25", "分钟"]],
            "accepted_on": "2025-03-02",
            "verification": "declared",
        },
    ],
    "statements": {"safety": "数据不出厂，部署在企业机房。"},
    "declarations": ["truthful", "lawful"],
    "explanations": {},
    "files": [{"item": "licence"}, {"item": "case-11"}, {"item": "case-12"}],
}

FACTS = Facts(
    today=date(2026, 11, 24),
    submitted_on=date(2026, 10, 29),
    materials=[
        {"code": "licence", "name": "营业执照", "required": True},
        {"code": "security", "name": "社保证明", "required": False},
    ],
    declarations={"truthful": "材料真实", "lawful": "三年无重大违法"},
    dishonest={"91329901MA00000019": Dishonest(date(2027, 1, 1), "信用平台")},
    cases_needed={"专业": {"tier2": 2}, "OPC": {"tier2": 1}},
    tier_names={"tier2": "二级"},
    reapply_after=None,
    digest_kept="9f2c" + "0" * 60,
    digest_now="9f2c" + "0" * 60,
)

PARAMETERS = {
    "case_count": "24",
    "acceptance_date": "24",
    "figures": "1",
    "model_filing": "model agent",
    "safety_statement": "safety",
}


def rule(kind: str, on_fail: str = "fail") -> Rule:
    return Rule("X-99", "试验规则", kind, PARAMETERS.get(kind, ""), on_fail)


def body(path: str = "", value: Any = None) -> dict[str, Any]:
    """Return the good body with one place changed: 'cases.0.accepted_on'."""
    changed = copy.deepcopy(BODY)
    if path:
        *way, last = path.split(".")
        place: Any = changed
        for step in way:
            place = place[int(step)] if step.isdigit() else place[step]
        place[int(last) if last.isdigit() else last] = value
    return changed


def facts(**values: Any) -> Facts:
    kept = {name: getattr(FACTS, name) for name in Facts.__slots__}
    return Facts(**{**kept, **values})


PASSES = {
    "uscc": "91329901MA9999999D，18位，校验位正确",
    "dishonesty": "2026-11-24核对，不在严重失信主体名单",
    "declarations": "2项声明全部签署",
    "registration_place": "注册地不作为条件，注册在哪里都不影响审查（公平竞争审查）",
    "materials": "1项必交材料齐全",
    "case_count": "专业类申报二级须2件；2024-10-29以来验收、每个甲方计一件，共2件",
    "acceptance_document": "2件案例均附有验收证明或在本站验收",
    "acceptance_date": "2件案例验收日期均在2024-10-29以后",
    "figures": "2件案例均有实施前后对照的数值",
    "same_client": "2件案例甲方各不相同",
    "certificates": "1项证书提交当日均在有效期内",
    "model_filing": "1项模型、智能体类产品均有备案号",
    "safety_statement": "部署方式和安全措施均已写明",
    "reapply": "没有限制重新申报的决定",
    "digest": "重新计算与提交时一致：9f2c00000000",
}


def test_every_kind_of_the_shipped_rules_has_a_predicate_and_a_test() -> None:
    shipped = rules_of(json.loads(RULES.read_text("utf-8")))
    assert {item.kind for item in shipped} == set(PREDICATES) == set(PASSES)


@pytest.mark.parametrize("kind", sorted(PASSES))
def test_a_good_application_passes_each_rule_with_its_fact(kind: str) -> None:
    found = judge(rule(kind), BODY, FACTS)
    assert (found.verdict, found.fact) == ("pass", PASSES[kind])


FAILS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (
        "uscc",
        body("organisation.uscc", "91329901MA99999991"),
        {},
        "91329901MA99999991：统一社会信用代码的校验位不符，很可能有一位抄错了，请对照营业执照核对",
    ),
    (
        "uscc",
        body("organisation.uscc", "91329901MA"),
        {},
        "91329901MA：统一社会信用代码应为18位，请对照营业执照看有没有漏填或多填",
    ),
    (
        "dishonesty",
        body("organisation.uscc", "91329901MA00000019"),
        {},
        "列入严重失信主体名单，至2027-01-01（信用平台）",
    ),
    ("declarations", body("declarations", ["truthful"]), {}, "未签署：三年无重大违法"),
    ("materials", body("files", [{"item": "case-11"}]), {}, "缺：营业执照"),
    (
        "case_count",
        body("cases.1.accepted_on", "2024-10-28"),
        {},
        "专业类申报二级须2件；2024-10-29以来验收、每个甲方计一件，共1件",
    ),
    (
        "case_count",
        body("cases.1.client_name", "甲 机械厂"),
        {},
        "专业类申报二级须2件；2024-10-29以来验收、每个甲方计一件，共1件",
    ),
    (
        "acceptance_document",
        body("files", [{"item": "licence"}, {"item": "case-11"}]),
        {},
        "没有附验收证明：案例2",
    ),
    ("acceptance_date", body("cases.0.accepted_on", None), {}, "没有验收日期：案例1"),
    (
        "acceptance_date",
        body("cases.1.accepted_on", "2026-10-30"),
        {},
        "验收日期在提交日之后：案例2",
    ),
    (
        "figures",
        body("cases.1.metrics", [["换型时间", "", "25", "分钟"]]),
        {},
        "没有实施前后对照的数值：案例2",
    ),
    (
        "same_client",
        body("cases.1.client_name", "甲机械厂"),
        {},
        "甲方相同，只计一件：案例1、案例2",
    ),
    (
        "certificates",
        body("profile.certificates.0.valid_to", "2026-10-28"),
        {},
        "提交当日已过期：ISO 27001（2026-10-28到期）",
    ),
    (
        "model_filing",
        body("profile.offerings.0.filing_number", " "),
        {},
        "没有填写备案号：排产模型",
    ),
    ("safety_statement", body("statements.safety", ""), {}, "没有写明：安全措施说明"),
    ("safety_statement", body("profile.deployments", []), {}, "没有写明：部署方式"),
    (
        "reapply",
        BODY,
        {"reapply_after": date(2026, 10, 30)},
        "曾被移出目录，2026-10-30前不得重新申报",
    ),
    ("digest", BODY, {"digest_now": "a" * 64}, "提交时9f2c00000000，重新计算为aaaaaaaaaaaa"),
]


@pytest.mark.parametrize(("kind", "seen", "known", "fact"), FAILS)
def test_a_rule_that_does_not_hold_fails_or_goes_to_a_person_as_it_says(
    kind: str, seen: dict[str, Any], known: dict[str, Any], fact: str
) -> None:
    for on_fail in ("fail", "manual"):
        found = judge(rule(kind, on_fail), seen, facts(**known))
        assert (found.verdict, found.fact) == (on_fail, fact)


DOUBTS: list[tuple[str, dict[str, Any], str]] = [
    ("uscc", body("organisation.uscc", None), "没有填写统一社会信用代码"),
    ("same_client", body("cases.1.client_name", ""), "没有填写甲方名称：案例2"),
    ("acceptance_document", body("cases", []), "没有申报案例"),
    ("case_count", body("track", "不存在的类"), "规则参数或申报内容无法识别，不能自动判定"),
    ("no_such_kind", BODY, "规则类型“no_such_kind”不能自动判定"),
]


@pytest.mark.parametrize(("kind", "seen", "fact"), DOUBTS)
def test_what_a_rule_cannot_tell_goes_to_a_person_even_where_it_may_fail(
    kind: str, seen: dict[str, Any], fact: str
) -> None:
    found = judge(rule(kind, "fail"), seen, FACTS)
    assert (found.verdict, found.fact) == ("manual", fact)


def test_days_at_the_edge_count_for_the_provider() -> None:
    assert (
        judge(
            rule("certificates"), body("profile.certificates.0.valid_to", "2026-10-29"), FACTS
        ).verdict
        == "pass"
    )
    assert (
        judge(rule("case_count"), body("cases.1.accepted_on", "2024-10-29"), FACTS).verdict
        == "pass"
    )
    assert judge(rule("reapply"), BODY, facts(reapply_after=date(2026, 10, 29))).verdict == "pass"
    listed = {"91329901MA9999999D": Dishonest(date(2026, 11, 23), "信用平台")}
    assert judge(rule("dishonesty"), BODY, facts(dishonest=listed)).verdict == "pass"


def test_one_person_firms_need_one_case() -> None:
    alone = {**body("track", "OPC"), "cases": BODY["cases"][:1]}
    found = judge(rule("case_count"), alone, FACTS)
    assert found.verdict == "pass"
    assert found.fact.startswith("OPC类申报二级须1件")


def test_cases_accepted_on_this_site_need_no_document() -> None:
    seen = body("cases.1.verification", "accepted")
    seen["files"] = [{"item": "case-11"}]
    assert judge(rule("acceptance_document"), seen, FACTS).verdict == "pass"


def test_old_cases_are_named_and_do_not_count() -> None:
    found = judge(rule("acceptance_date"), body("cases.1.accepted_on", "2023-01-05"), FACTS)
    assert found.verdict == "pass"
    assert found.fact == "均写明验收日期；案例2早于2024-10-29，不计入件数"


def test_an_explanation_stands_beside_what_a_person_judges_and_decides_nothing() -> None:
    seen = body("profile.offerings.0.filing_number", "")
    seen["explanations"] = {"X-99": "自研排产模型，不属于须备案类型"}
    found = judge(rule("model_filing", "manual"), seen, FACTS)
    assert found.verdict == "manual"
    assert found.fact == "没有填写备案号：排产模型；企业说明：自研排产模型，不属于须备案类型"
    assert judge(rule("model_filing", "fail"), seen, FACTS).fact == "没有填写备案号：排产模型"


def test_months_before_the_end_of_a_long_month_end_in_the_shorter_one() -> None:
    assert months_before(date(2026, 10, 29), 24) == date(2024, 10, 29)
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2024, 3, 30), 1) == date(2024, 2, 29)
    assert months_before(date(2026, 1, 15), 1) == date(2025, 12, 15)
