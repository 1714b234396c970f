"""What the pages of listings show: plain values made from rows, ready for templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ..catalogue.models import Listing
from ..permissions import Viewer
from .lifecycle import DECISION_KINDS, DECISION_STATES, DECISION_TONES, LISTING_LIFECYCLE
from .models import ListingDecision
from .policy import may_decide

STEPS = ("rectify", "restore", "suspend", "resume")


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One indicator of a decision: what was got of how much, and on what it rests."""

    name: str
    points: str
    most: str
    basis: str


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """One dimension with its indicators; `got` and `most` are their sums."""

    name: str
    got: float
    most: float
    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision with both persons. `before` and `after` are (code, name); `waits` whether this
    viewer may decide it here, `blocked` why not although it waits."""

    id: int
    version: int
    kind: str
    state: tuple[Any, str]
    before: tuple[str, str] | None
    after: tuple[str, str] | None
    total: str
    reasons: str
    next_tier: str
    red_line: str
    reapply_after: date | None
    provider_id: int
    provider: str
    proposed: str
    proposed_at: Any
    decided: str
    decided_at: Any
    decided_words: str
    in_force_on: date | None
    waits: bool
    blocked: str
    on_application: bool


def number_words(value: float | None) -> str:
    """Return points without needless zeros: 82.0 is '82', 7.5 is '7.5'; empty for none."""
    return "" if value is None else f"{value:.1f}".removesuffix(".0")


def show_scores(scores: Sequence[Mapping[str, Any]]) -> list[ScoreGroup]:
    """Return the scores of a decision by dimension, in the order they stand in."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for item in scores:
        groups.setdefault(str(item.get("dimension", "")), []).append(item)
    return [
        ScoreGroup(
            name=name,
            got=round(sum(float(item.get("points") or 0) for item in items), 1),
            most=round(sum(float(item.get("most") or 0) for item in items), 1),
            lines=tuple(_line(item) for item in items),
        )
        for name, items in groups.items()
    ]


def _line(item: Mapping[str, Any]) -> ScoreLine:
    return ScoreLine(
        name=str(item.get("name", "")),
        points=number_words(item.get("points")),
        most=number_words(item.get("most")),
        basis=str(item.get("basis", "")),
    )


def show_decision(
    decision: ListingDecision, tiers: Mapping[str, str], lines: Mapping[str, str], viewer: Viewer
) -> ShownDecision:
    """Return a decision as pages show it; `tiers` and `lines` are names by code."""
    waits, blocked = _turn(decision, viewer)

    def named(code: str | None) -> tuple[str, str] | None:
        return (code, tiers.get(code, code)) if code else None

    return ShownDecision(
        id=decision.id,
        version=decision.version,
        kind=str(DECISION_KINDS[decision.kind]),
        state=(DECISION_STATES[decision.state], DECISION_TONES[decision.state]),
        before=named(decision.before_tier),
        after=named(decision.after_tier),
        total=number_words(decision.total),
        reasons=decision.reasons,
        next_tier=decision.next_tier,
        red_line=lines.get(decision.red_line, decision.red_line),
        reapply_after=decision.reapply_after,
        provider_id=decision.provider_id,
        provider=decision.provider.organisation.name,
        proposed=decision.proposed_by.display_name,
        proposed_at=decision.proposed_at,
        decided=decision.decided_by.display_name if decision.decided_by else "",
        decided_at=decision.decided_at,
        decided_words=decision.decided_words,
        in_force_on=decision.in_force_on,
        waits=waits,
        blocked=blocked,
        on_application=decision.application_id is not None,
    )


def _turn(decision: ListingDecision, viewer: Viewer) -> tuple[bool, str]:
    """Return whether the viewer may decide it on these pages, or why not while it waits."""
    if decision.state != "proposed":
        return False, ""
    if decision.application_id is not None:
        return False, _("随入库申请核准，在“入库与评价”中办理。")
    if viewer.user_id == decision.proposed_by_id:
        return False, _("由您提出，须由第二人核准。")
    if not may_decide(viewer, decision):
        return False, _("您没有核准权限，由审核人员或管理员办理。")
    return True, ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a listing: its label, what follows, and why it cannot be taken (or "")."""

    name: str
    label: str
    then: str
    blocked: str


def show_steps(listing: Listing, may_change: bool) -> list[Step]:
    """Return every step of the desk, those that cannot be taken with the reason."""
    then = {
        "rectify": _("整改期间不在公开目录中；逾期自动转为暂停"),
        "restore": _("恢复在库，重新列入公开目录"),
        "suspend": _("立即退出公开目录和推荐，直至解除"),
        "resume": _("恢复在库，重新列入公开目录"),
        "recheck": _("年度核验无异常，下次核验顺延一年"),
    }
    steps = []
    for name in STEPS:
        arrow = LISTING_LIFECYCLE.transition(name)
        steps.append(
            Step(name, str(arrow.label), then[name], _why(listing, arrow.sources, may_change))
        )
    blocked = _why(listing, ("valid",), may_change)
    return [*steps, Step("recheck", _("登记年度核验"), then["recheck"], blocked)]


def no_step(listing: Listing, steps: Sequence[Step]) -> str:
    """Return why nothing at all can be done with a listing on its page; "" when something can."""
    if not all(step.blocked for step in steps):
        return ""
    if listing.state in {"valid", "rectification", "suspended"}:
        return steps[0].blocked
    name = LISTING_LIFECYCLE.states[listing.state]
    return _("“%(state)s”后没有可以办理的事项；重新入库由服务商申报，经评审后办理。", state=name)


def no_proposal(held: str | None, may: bool) -> str:
    """Return why no downgrade or removal can be proposed now; "" when it can."""
    if held is None:
        return _("服务商不在库，没有可以降级或移出的等级。")
    return "" if may else _("您没有提出权限，由审核人员或管理员提出。")


def _why(listing: Listing, sources: Sequence[str], may_change: bool) -> str:
    if not may_change:
        return _("您没有办理权限，由审核人员或管理员办理")
    if listing.state in sources:
        return ""
    names = "、".join(str(LISTING_LIFECYCLE.states[code]) for code in sources)
    return _("只有“%(names)s”时可以办理", names=names)


def what_next(listing: Listing, today: date, reason_not: str) -> str:
    """Return what happens next with a listing, by when, and who has it; for its provider.

    `reason_not` says why it may not apply now (empty when it may).
    """
    if listing.state == "rectification":
        return _(
            "请在%(day)s前完成整改并联系主办单位；逾期自动转为暂停。",
            day=listing.due_on.isoformat() if listing.due_on else "",
        )
    if listing.state == "suspended":
        return _("由主办单位核查，恢复或移出都会通知；暂停期间不显示、不推荐。")
    if listing.state == "valid" and listing.valid_to >= today:
        left = (listing.valid_to - today).days
        return _(
            "还有%(left)s天到期，到期前申报复评可以续期；不申报则%(day)s后自动退出目录。",
            left=left,
            day=listing.valid_to.isoformat(),
        )
    return reason_not or _("不在库。可以在征集开放时重新申报。")
