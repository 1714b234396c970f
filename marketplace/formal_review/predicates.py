"""The predicates of formal review by kind, and the one function that judges; pure.

Each predicate takes the rule, the body of a snapshot (see `applications.snapshots`) and `Facts`.
What looks at the cases stands in `case_predicates`. The sentences are kept with the check as the
fact it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from ..accounts.uscc import find_uscc_fault, tidy_uscc
from . import case_predicates
from .judging import FAIL, MANUAL, PASS, Facts, Finding, Rule, Verdict

Body = Mapping[str, Any]
Predicate = Callable[[Rule, Body, Facts], Finding]


def judge(rule: Rule, body: Body, facts: Facts) -> Verdict:
    """Return the rule's verdict.

    What a predicate cannot tell, and a rule of a kind or with a parameter nobody knows, goes to
    a person: only what is certain is decided here. Words the provider gave on this rule stand
    beside what a person has to judge.
    """
    predicate = PREDICATES.get(rule.kind)
    if predicate is None:
        found = Finding(None, f"规则类型“{rule.kind}”不能自动判定")
    else:
        try:
            found = predicate(rule, body, facts)
        except (ValueError, TypeError, KeyError):
            found = Finding(None, "规则参数或申报内容无法识别，不能自动判定")
    if found.holds:
        return Verdict(rule, PASS, found.fact)
    verdict = FAIL if found.holds is False and rule.on_fail == FAIL else MANUAL
    words = str(body.get("explanations", {}).get(rule.code, "")).strip()
    if verdict == MANUAL and words:
        return Verdict(rule, verdict, f"{found.fact}；企业说明：{words}")
    return Verdict(rule, verdict, found.fact)


def _uscc(_rule: Rule, body: Body, _facts: Facts) -> Finding:
    code = tidy_uscc(str(body["organisation"].get("uscc") or ""))
    if not code:
        return Finding(None, "没有填写统一社会信用代码")
    fault = find_uscc_fault(code)
    if fault is None:
        return Finding(True, f"{code}，18位，校验位正确")
    return Finding(False, f"{code}：{fault.rstrip('。')}")


def _dishonesty(_rule: Rule, body: Body, facts: Facts) -> Finding:
    code = tidy_uscc(str(body["organisation"].get("uscc") or ""))
    hit = facts.dishonest.get(code)
    if hit is not None and hit.until >= facts.today:
        return Finding(False, f"列入严重失信主体名单，至{hit.until.isoformat()}（{hit.source}）")
    return Finding(True, f"{facts.today.isoformat()}核对，不在严重失信主体名单")


def _declarations(_rule: Rule, body: Body, facts: Facts) -> Finding:
    signed = set(body["declarations"])
    missing = [name for code, name in facts.declarations.items() if code not in signed]
    if missing:
        return Finding(False, f"未签署：{'、'.join(missing)}")
    return Finding(True, f"{len(facts.declarations)}项声明全部签署")


def _registration_place(_rule: Rule, _body: Body, _facts: Facts) -> Finding:
    return Finding(True, "注册地不作为条件，注册在哪里都不影响审查（公平竞争审查）")


def _materials(_rule: Rule, body: Body, facts: Facts) -> Finding:
    handed_in = {str(item["item"]) for item in body["files"]}
    required = [
        item
        for item in facts.materials
        if item.get("required") and body["track"] in (item.get("tracks") or [body["track"]])
    ]
    missing = [str(item["name"]) for item in required if item["code"] not in handed_in]
    if missing:
        return Finding(False, f"缺：{'、'.join(missing)}")
    if not required:
        return Finding(True, "本批次没有必交材料")
    return Finding(True, f"{len(required)}项必交材料齐全")


def _certificates(_rule: Rule, body: Body, facts: Facts) -> Finding:
    certificates = body["profile"]["certificates"]
    expired = [
        f"{item['name']}（{item['valid_to']}到期）"
        for item in certificates
        if item.get("valid_to") and date.fromisoformat(item["valid_to"]) < facts.submitted_on
    ]
    if expired:
        return Finding(False, f"提交当日已过期：{'、'.join(expired)}")
    if not certificates:
        return Finding(True, "没有申报资质证书")
    return Finding(True, f"{len(certificates)}项证书提交当日均在有效期内")


def _model_filing(rule: Rule, body: Body, _facts: Facts) -> Finding:
    kinds = set(rule.parameter.split())
    models = [item for item in body["profile"]["offerings"] if item["kind"] in kinds]
    if not models:
        return Finding(True, "没有申报模型、智能体类产品")
    missing = [item["name"] for item in models if not item["filing_number"].strip()]
    if missing:
        return Finding(False, f"没有填写备案号：{'、'.join(missing)}")
    return Finding(True, f"{len(models)}项模型、智能体类产品均有备案号")


def _safety_statement(rule: Rule, body: Body, _facts: Facts) -> Finding:
    missing = []
    if not body["profile"]["deployments"]:
        missing.append("部署方式")
    if not str(body["statements"].get(rule.parameter, "")).strip():
        missing.append("安全措施说明")
    if missing:
        return Finding(False, f"没有写明：{'、'.join(missing)}")
    return Finding(True, "部署方式和安全措施均已写明")


def _reapply(_rule: Rule, _body: Body, facts: Facts) -> Finding:
    until = facts.reapply_after
    if until is not None and until > facts.submitted_on:
        return Finding(False, f"曾被移出目录，{until.isoformat()}前不得重新申报")
    return Finding(True, "没有限制重新申报的决定")


def _digest(_rule: Rule, _body: Body, facts: Facts) -> Finding:
    if facts.digest_kept and facts.digest_kept == facts.digest_now:
        return Finding(True, f"重新计算与提交时一致：{facts.digest_now[:12]}")
    return Finding(
        False, f"提交时{facts.digest_kept[:12] or '未留存'}，重新计算为{facts.digest_now[:12]}"
    )


PREDICATES: Final[Mapping[str, Predicate]] = {
    "uscc": _uscc,
    "dishonesty": _dishonesty,
    "declarations": _declarations,
    "registration_place": _registration_place,
    "materials": _materials,
    "case_count": case_predicates.case_count,
    "acceptance_document": case_predicates.acceptance_document,
    "acceptance_date": case_predicates.acceptance_date,
    "figures": case_predicates.figures,
    "same_client": case_predicates.same_client,
    "certificates": _certificates,
    "model_filing": _model_filing,
    "safety_statement": _safety_statement,
    "reapply": _reapply,
    "digest": _digest,
}
