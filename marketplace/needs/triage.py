"""The reviewer's decisions on a need: which there are, why one is blocked, and taking one.

A decision is one or two transitions in a row, so that “受理并发布” is one press and still two
entries in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from ..errors import InvalidInput
from ..permissions import Viewer
from . import services
from .errors import Fault
from .models import Need
from .policy import may_take
from .quality import Quality


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing a reviewer may decide: the states it starts in, its transitions, what follows."""

    code: str
    label: Any
    states: tuple[str, ...]
    steps: tuple[str, ...]
    then: Any
    needs_reason: bool = False


DECISIONS: Final = (
    Decision(
        "accept_and_publish",
        lazy_gettext("受理并发布"),
        ("submitted", "diagnosis"),
        ("accept", "publish"),
        lazy_gettext("按企业选的公开级别发布，并通知企业"),
    ),
    Decision(
        "accept_internal",
        lazy_gettext("受理，仅局内匹配"),
        ("submitted", "diagnosis"),
        ("accept", "keep_internal"),
        lazy_gettext("不公开；可先推荐3至10家给企业"),
    ),
    Decision(
        "accept",
        lazy_gettext("受理，稍后发布"),
        ("submitted", "diagnosis"),
        ("accept",),
        lazy_gettext("先受理，公开内容核对后再发布"),
    ),
    Decision(
        "publish",
        lazy_gettext("发布"),
        ("accepted", "internal"),
        ("publish",),
        lazy_gettext("按企业选的公开级别发布，并通知企业"),
    ),
    Decision(
        "keep_internal",
        lazy_gettext("仅局内匹配"),
        ("accepted",),
        ("keep_internal",),
        lazy_gettext("不公开，由经办人代为邀请"),
    ),
    Decision(
        "return",
        lazy_gettext("退回补充"),
        ("submitted", "accepted", "internal", "published"),
        ("return",),
        lazy_gettext("企业按意见补充后重新提交；已发布的同时撤下"),
        needs_reason=True,
    ),
    Decision(
        "route_to_diagnosis",
        lazy_gettext("转专家诊断"),
        ("submitted", "returned"),
        ("route_to_diagnosis",),
        lazy_gettext("派专家上门，出意见后由企业改写"),
        needs_reason=True,
    ),
    Decision(
        "conclude_diagnosis",
        lazy_gettext("诊断完成，交企业改写"),
        ("diagnosis",),
        ("conclude_diagnosis",),
        lazy_gettext("把诊断意见写在下面，企业会看到"),
        needs_reason=True,
    ),
    Decision(
        "renew",
        lazy_gettext("代企业续期"),
        ("published", "internal", "expired"),
        ("renew",),
        lazy_gettext("每条需求只能续期一次"),
    ),
    Decision(
        "withdraw",
        lazy_gettext("代企业撤回"),
        ("accepted", "internal", "published"),
        ("withdraw",),
        lazy_gettext("企业要求撤下时办理，编号保留，不能恢复"),
        needs_reason=True,
    ),
)
_BY_CODE = {decision.code: decision for decision in DECISIONS}
_NO_TEXT = {"publish", "keep_internal", "renew"}
"""Steps that keep no words of their own."""

_VERBS: Final[Mapping[str, Callable[..., None]]] = {
    "accept": services.accept_need,
    "publish": services.publish_need,
    "keep_internal": services.keep_internal,
    "return": services.return_need,
    "route_to_diagnosis": services.route_to_diagnosis,
    "conclude_diagnosis": services.conclude_diagnosis,
    "renew": services.renew_need,
    "withdraw": services.withdraw_need,
}


@dataclass(frozen=True, slots=True)
class Option:
    """A decision as the page offers it; `blocked` says why it cannot be taken now."""

    decision: Decision
    blocked: str


def options_for(
    viewer: Viewer,
    need: Need,
    quality: Quality,
    mask_faults: Sequence[Fault],
    flow: Mapping[str, Any],
) -> list[Option]:
    """Return the decisions that exist in this state for this viewer, blocked ones with why."""
    offered = [
        decision
        for decision in DECISIONS
        if need.state in decision.states and may_take(viewer, need, decision.steps[0])
    ]
    return [
        Option(decision, _why_not(decision, need, quality, mask_faults, flow))
        for decision in offered
    ]


def _why_not(
    decision: Decision,
    need: Need,
    quality: Quality,
    mask_faults: Sequence[Fault],
    flow: Mapping[str, Any],
) -> str:
    if "publish" in decision.steps:
        if need.disclosure == "bureau":
            return _("企业选择了仅局内，不能发布")
        if mask_faults:
            return _("公众版里有企业名称，请先更正")
    if decision.code == "accept_and_publish" and not quality.is_reviewable:
        return _(
            "完整度%(score)s分，低于%(line)s分；可先退回、转诊断，或写明理由后先受理",
            score=quality.score,
            line=quality.review_at,
        )
    if decision.code == "renew" and need.renewals >= flow["renewals"]:
        return _("已续期过")
    return ""


def decide(
    session: Session, actor: Viewer, need: Need, code: str, reason: str, seen_version: int
) -> Decision:
    """Take a decision; raise InvalidInput for one that does not exist in this state."""
    decision = _BY_CODE.get(code)
    if decision is None or need.state not in decision.states:
        raise InvalidInput(
            "没有选定要办理的事项，或需求已不在可以这样办理的状态。",
            "需求没有变化。",
            "请刷新页面后重新选择。",
        )
    version: int | None = seen_version
    for step in decision.steps:
        words = {} if step in _NO_TEXT else {"reason": reason}
        _VERBS[step](session, actor, need, seen_version=version, **words)
        version = None
    return decision


def draft_return(quality: Quality) -> str:
    """Return the words of a return, drafted from what is missing; the reviewer edits them."""
    asks = [item.ask for item in quality.missing[:5]]
    if not asks:
        return ""
    lines = [f"{number}. {ask}？" for number, ask in enumerate(asks, 1)]
    return "\n".join(
        [
            _("贵单位需求已收悉。为便于服务商准确答复，请补充："),
            *lines,
            _("如不便提供，可以申请专家上门诊断。"),
        ]
    )
