"""The predicates that look at the cases put forward; pure.

Cases are named by their place in the application (案例1, 案例2 …), as its pages number them. A
client is told apart by its name without blanks; the name itself never enters a fact, since
masked clients are shown to nobody who does not need them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from .judging import Facts, Finding, Rule, case_of_item, months_before

Body = Mapping[str, Any]


def case_count(rule: Rule, body: Body, facts: Facts) -> Finding:
    """Whether enough cases count: accepted within the months, and one a client."""
    needed = facts.cases_needed[body["track"]][body["asked_tier"]]
    since = months_before(facts.submitted_on, int(rule.parameter))
    counted = counted_cases(body["cases"], since, facts.submitted_on)
    tier = facts.tier_names.get(body["asked_tier"], body["asked_tier"])
    asked = f"{body['track']}类申报{tier}须{needed}件"
    found = f"{since.isoformat()}以来验收、每个甲方计一件，共{len(counted)}件"
    return Finding(len(counted) >= needed, f"{asked}；{found}")


def counted_cases(
    cases: Sequence[Mapping[str, Any]], since: date, until: date
) -> list[Mapping[str, Any]]:
    """Return the cases that count: accepted from `since` to `until`, the first of each client."""
    counted: list[Mapping[str, Any]] = []
    clients: set[str] = set()
    for case in cases:
        accepted = _accepted_on(case)
        if accepted is None or not since <= accepted <= until:
            continue
        client = _client(case)
        if client and client in clients:
            continue
        clients.add(client)
        counted.append(case)
    return counted


def acceptance_document(_rule: Rule, body: Body, _facts: Facts) -> Finding:
    """Whether each case put forward has a file of its own, or was accepted on this site."""
    with_file = {case_of_item(str(item["item"])) for item in body["files"]}
    missing = [
        _place(number)
        for number, case in enumerate(body["cases"], 1)
        if case["case_id"] not in with_file and case.get("verification") != "accepted"
    ]
    if missing:
        return Finding(False, f"没有附验收证明：{'、'.join(missing)}")
    return _each(body, "均附有验收证明或在本站验收")


def acceptance_date(rule: Rule, body: Body, facts: Facts) -> Finding:
    """Whether each case says when it was accepted; those too old are named, and do not count."""
    since = months_before(facts.submitted_on, int(rule.parameter))
    without, ahead, old = [], [], []
    for number, case in enumerate(body["cases"], 1):
        accepted = _accepted_on(case)
        if accepted is None:
            without.append(_place(number))
        elif accepted > facts.submitted_on:
            ahead.append(_place(number))
        elif accepted < since:
            old.append(_place(number))
    wrong = [
        f"{word}：{'、'.join(places)}"
        for word, places in (("没有验收日期", without), ("验收日期在提交日之后", ahead))
        if places
    ]
    if wrong:
        return Finding(False, "；".join(wrong))
    if old:
        return Finding(True, f"均写明验收日期；{'、'.join(old)}早于{since.isoformat()}，不计入件数")
    return _each(body, f"验收日期均在{since.isoformat()}以后")


def figures(rule: Rule, body: Body, _facts: Facts) -> Finding:
    """Whether each case has at least as many figures with before and after as asked."""
    needed = int(rule.parameter)
    missing = [
        _place(number)
        for number, case in enumerate(body["cases"], 1)
        if sum(1 for metric in case["metrics"] if _is_whole(metric)) < needed
    ]
    if missing:
        return Finding(False, f"没有实施前后对照的数值：{'、'.join(missing)}")
    return _each(body, "均有实施前后对照的数值")


def same_client(_rule: Rule, body: Body, _facts: Facts) -> Finding:
    """Whether no client stands behind two cases; where one does, only one of them counts."""
    places: dict[str, list[str]] = {}
    nameless = []
    for number, case in enumerate(body["cases"], 1):
        client = _client(case)
        if client:
            places.setdefault(client, []).append(_place(number))
        else:
            nameless.append(_place(number))
    shared = [group for group in places.values() if len(group) > 1]
    if shared:
        groups = "；".join("、".join(group) for group in shared)
        return Finding(False, f"甲方相同，只计一件：{groups}")
    if nameless:
        return Finding(None, f"没有填写甲方名称：{'、'.join(nameless)}")
    return _each(body, "甲方各不相同")


def _each(body: Body, words: str) -> Finding:
    count = len(body["cases"])
    return Finding(True, f"{count}件案例{words}") if count else Finding(None, "没有申报案例")


def _place(number: int) -> str:
    return f"案例{number}"


def _client(case: Mapping[str, Any]) -> str:
    return "".join(str(case.get("client_name") or "").split())


def _accepted_on(case: Mapping[str, Any]) -> date | None:
    text = case.get("accepted_on")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _is_whole(metric: Sequence[str] | Mapping[str, Any]) -> bool:
    before, after = (
        (metric.get("before"), metric.get("after"))
        if isinstance(metric, Mapping)
        else (metric[1], metric[2])
    )
    return bool(str(before or "").strip() and str(after or "").strip())
