"""What is offered in each state, and what is refused with its reason."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from marketplace.applications.lifecycle import STATES
from marketplace.formal_review.possible import Situation, possible
from marketplace.formal_review.standing import Standing, standing_of
from marketplace.permissions import GRANTS

CLEAR = Standing(passed=("X-01",), is_current=True)
WAITING = Standing(undecided=("X-07", "X-12"), is_current=True)
FAILING = Standing(failed=("X-05",), is_current=True)
AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 20, 1, 31, tzinfo=UTC)


def told(state: str, role: str = "reviewer", **values: object) -> tuple[list[str], dict[str, str]]:
    """Return the labels of what can be done, and why by label of what cannot."""
    situation = Situation(state=state, held=GRANTS[role], **values)  # type: ignore[arg-type]
    actions, refusals = possible(situation)
    return [str(item.label) for item in actions], {
        str(item.label): str(item.why) for item in refusals
    }


@pytest.mark.parametrize("state", [state for state in STATES if state != "draft"])
@pytest.mark.parametrize("role", ["clerk", "reviewer", "curator"])
def test_every_state_says_what_cannot_be_done_and_why(app: object, state: str, role: str) -> None:
    _actions, refusals = told(state, role)
    assert refusals
    assert all(refusals.values())


def test_a_clear_application_may_be_passed_and_not_rejected(app: object) -> None:
    actions, refusals = told("formal_review", standing=CLEAR)
    assert actions == ["通过，转专家评审", "要求补正…", "重新核对规则"]
    assert refusals["不予受理…"] == "没有不通过的规则，不能不予受理"
    assert refusals["直接拟定等级"] == "须先经3位以上专家独立评分"
    assert refusals["撤回申请"] == "只有企业能撤回"


def test_undecided_checks_come_first_and_block_passing(app: object) -> None:
    actions, refusals = told("formal_review", standing=WAITING)
    assert actions[0] == "认定2条须人工判定"
    assert refusals["通过，转专家评审"] == "还有2条须人工判定未定：X-07、X-12"


def test_a_failing_rule_is_for_a_reviewer_to_reject(app: object) -> None:
    actions, refusals = told("formal_review", standing=FAILING)
    assert "不予受理…" in actions
    assert refusals["通过，转专家评审"] == "不通过的规则：X-05"
    actions, refusals = told("formal_review", "clerk", standing=FAILING)
    assert "不予受理…" not in actions
    assert refusals["不予受理…"] == "须由审核人员办理，经办可以先要求补正"


def test_checks_of_an_older_snapshot_block_passing_and_rejecting(app: object) -> None:
    old = Standing(failed=("X-05",), is_current=False)
    _actions, refusals = told("formal_review", standing=old)
    assert refusals["通过，转专家评审"] == "规则还没有判定完最新的材料，通常一分钟内完成"
    assert "不予受理…" in refusals


def test_rounds_used_up_block_another(app: object) -> None:
    _actions, refusals = told("formal_review", standing=FAILING, rounds=2)
    assert refusals["再次要求补正"] == "已补2轮，达到规则上限"


def test_a_round_is_extended_once(app: object) -> None:
    actions, refusals = told("supplement", due="2026-11-27")
    assert actions == ["延长补正期限…"]
    assert refusals["不予受理"].startswith("企业正在补正，2026-11-27到期")
    actions, refusals = told("supplement", extended=True, due="2026-11-27")
    assert actions == []
    assert refusals["延长补正期限…"] == "这一轮已延长过一次"


def test_steps_of_other_posts_are_named_and_closed(app: object) -> None:
    actions, refusals = told("proposed", "clerk")
    assert actions == ["看评分与合议"]
    assert refusals["核准或退回"] == "您的账号没有办理这件事的权限，由相应岗位办理"
    assert told("proposed", "reviewer")[0] == ["核准或退回", "看评分与合议"]


def test_a_negative_decision_leads_to_its_appeal(app: object) -> None:
    assert told("rejected", "clerk")[0] == ["看申诉"]
    assert told("not_listed", "reviewer")[0] == ["看评分与合议", "看申诉"]


def check(verdict: str, decision: str = "", at: datetime = AT) -> SimpleNamespace:
    return SimpleNamespace(
        rule_code=f"{verdict}{decision}", verdict=verdict, decision=decision, checked_at=at
    )


def test_a_word_of_a_person_counts_for_what_a_rule_left_open_and_for_nothing_else() -> None:
    checks = [
        check("pass"),
        check("manual"),
        check("manual", "accepted"),
        check("manual", "refused"),
        check("fail", "accepted"),
    ]
    found = standing_of(checks, AT)  # type: ignore[arg-type]
    assert found.passed == ("pass", "manualaccepted")
    assert found.undecided == ("manual",)
    assert found.failed == ("manualrefused", "failaccepted")
    assert not found.is_clear


def test_checks_are_current_when_none_is_older_than_the_snapshot() -> None:
    assert standing_of([check("pass")], AT).is_clear  # type: ignore[list-item]
    assert not standing_of([check("pass")], LATER).is_clear  # type: ignore[list-item]
    assert not standing_of([], AT).is_clear
    assert not standing_of([check("pass")], None).is_clear  # type: ignore[list-item]
