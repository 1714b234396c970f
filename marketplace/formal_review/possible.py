"""What can be done with an application now, and what cannot, with the reason; pure.

Every state says what is next and who does it: nothing is only greyed out. `place` of an action is
a part of the case page ("#…"), a form of its own ("pass", "recheck"), or an endpoint of a room
above; the page leaves out endpoints that do not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from flask_babel import gettext as _

from .possible_later import EDIT, LATER, WITHDRAW, Action, Refusal, Step
from .standing import Standing


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides: the state, what the viewer may, the checks, the rounds, what the rules allow."""

    state: str
    held: Collection[str]
    standing: Standing = field(default_factory=Standing)
    rounds: int = 0
    most_rounds: int = 2
    extended: bool = False
    extension_days: int = 5
    experts: int = 3
    due: str = ""

    def may(self, permission: str) -> bool:
        """Whether the viewer holds the permission."""
        return permission in self.held


_REVIEW, _REJECT = "unit:application:review", "unit:application:reject"


def possible(situation: Situation) -> tuple[list[Action], list[Refusal]]:
    """Return what can be done, the most likely first, and what cannot."""
    build = _BY_STATE.get(situation.state)
    steps = build(situation) if build else _later(situation)
    return (
        [step for step in steps if isinstance(step, Action)],
        [step for step in steps if isinstance(step, Refusal)],
    )


def _formal_review(now: Situation) -> list[Step]:
    if not now.may(_REVIEW):
        return [Refusal(_("办理形式审查"), _("您的账号只能查看，由经办或审核人员办理"))]
    return [
        *_decide(now),
        _pass(now),
        _ask(now),
        _reject(now),
        Action(
            _("重新核对规则"),
            _("规则或失信名单更新后，按现有材料再判一次"),
            "recheck",
            symbol="arrow-repeat",
        ),
        _grade_directly(now),
        EDIT,
        WITHDRAW,
    ]


def _decide(now: Situation) -> list[Step]:
    waiting = now.standing.undecided
    if not waiting:
        return []
    return [
        Action(
            _("认定%(n)s条须人工判定", n=len(waiting)),
            _("定完即可转专家评审或不予受理"),
            "#rules",
            "primary",
            "person-check",
        )
    ]


def _pass(now: Situation) -> Step:
    label, standing = _("通过，转专家评审"), now.standing
    if standing.is_clear:
        return Action(
            label,
            _("全部规则已通过，可以放行；通知企业"),
            "pass",
            "primary",
            "check2-circle",
        )
    if not standing.is_current:
        return Refusal(label, _("规则还没有判定完最新的材料，通常一分钟内完成"))
    if standing.undecided:
        codes = "、".join(standing.undecided)
        return Refusal(
            label, _("还有%(n)s条须人工判定未定：%(codes)s", n=len(standing.undecided), codes=codes)
        )
    return Refusal(label, _("不通过的规则：%(codes)s", codes="、".join(standing.failed)))


def _ask(now: Situation) -> Step:
    if now.rounds >= now.most_rounds:
        return Refusal(
            _("再次要求补正"),
            _("已补%(n)s轮，达到规则上限", n=now.rounds),
        )
    label = _("再次要求补正…") if now.rounds else _("要求补正…")
    left = now.most_rounds - now.rounds
    return Action(label, _("逐项写明要补什么；还可补%(n)s轮", n=left), "#ask", symbol="reply")


def _reject(now: Situation) -> Step:
    label = _("不予受理…")
    if not now.standing.failed or not now.standing.is_current:
        return Refusal(label, _("没有不通过的规则，不能不予受理"))
    if not now.may(_REJECT):
        return Refusal(label, _("须由审核人员办理，经办可以先要求补正"))
    return Action(
        label,
        _("引用%(codes)s，并告知可申诉一次", codes="、".join(now.standing.failed)),
        "#reject",
        "danger",
        "x-circle",
    )


def _grade_directly(now: Situation) -> Refusal:
    return Refusal(_("直接拟定等级"), _("须先经%(n)s位以上专家独立评分", n=now.experts))


def _supplement(now: Situation) -> list[Step]:
    steps: list[Step] = []
    label = _("延长补正期限…")
    if not now.may(_REVIEW):
        steps.append(Refusal(label, _("您的账号只能查看，由经办或审核人员办理")))
    elif now.extended:
        steps.append(Refusal(label, _("这一轮已延长过一次")))
    else:
        steps.append(
            Action(
                label,
                _("一次，不超过%(n)s个工作日，写明原因", n=now.extension_days),
                "#extend",
                symbol="calendar-plus",
            )
        )
    waits = _("企业正在补正，%(due)s到期；逾期自动按现有材料审查", due=now.due)
    return [
        *steps,
        Refusal(_("通过，转专家评审"), waits),
        Refusal(_("不予受理"), waits),
        EDIT,
        WITHDRAW,
    ]


def _later(now: Situation) -> list[Step]:
    """Return the steps of the states other rooms work on, closed to those without the post."""
    steps: list[Step] = []
    for step in LATER[now.state]:
        if isinstance(step, Action) and not now.may(step.permission):
            why = _("您的账号没有办理这件事的权限，由相应岗位办理")
            steps.append(Refusal(step.label, why))
        else:
            steps.append(step)
    return steps


_BY_STATE: Final[Mapping[str, Callable[[Situation], list[Step]]]] = {
    "formal_review": _formal_review,
    "supplement": _supplement,
}
