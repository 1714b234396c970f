"""What the pages of the guided form show around the fields: progress, summaries, completeness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ..web.filters import show_budget, show_date
from .advice import Advice
from .disclosure import LEVEL_NAMES
from .errors import Fault
from .masking import Masker
from .models import Need
from .quality import Quality
from .sections import SECTIONS, Section, is_begun
from .shown import ShownNeed
from .vocabulary import COOPERATIONS, DEPLOYMENTS

MOST_MISSING = 6


def section_url(need: Need, section: str, anchor: str = "") -> str:
    """Return the address of a section of the form, at one of its fields."""
    return url_for("needs.section", number=need.number, section=section, _anchor=anchor or None)


def status_of(
    need: Need, section: Section, quality: Quality, faults: Sequence[Fault]
) -> tuple[str, str]:
    """Return the word and tone of a section: 已完成, 填写中, 未开始, or how much is wrong."""
    wrong = sum(fault.section == section.code for fault in faults)
    if not section.columns or not is_begun(need, section):
        return _("未开始"), "mute"
    if wrong:
        return _("待补%(n)s项", n=wrong), "warn"
    if any(item.section == section.code for item in quality.missing):
        return _("填写中"), "info"
    return _("已完成"), "ok"


def task_items(
    need: Need, quality: Quality, faults: Sequence[Fault], current: str
) -> tuple[list[dict[str, Any]], int]:
    """Return the list of sections with their status, and how many are done."""
    items = []
    done = 0
    for number, section in enumerate(SECTIONS, 1):
        status, tone = status_of(need, section, quality, faults)
        done += tone == "ok"
        items.append(
            {
                "label": f"{number}. {section.title}",
                "url": section_url(need, section.code),
                "status": status,
                "tone": tone,
                "current": section.code == current,
            }
        )
    return items, done


def cards(need: Need, full: ShownNeed, current: str) -> list[dict[str, Any]]:
    """Return the sections as the page shows them: the open one, summaries, and those to come."""
    shown = []
    for number, section in enumerate(SECTIONS, 1):
        begun = bool(section.columns) and is_begun(need, section)
        state = "open" if section.code == current else "done" if begun else "later"
        shown.append(
            {
                "code": section.code,
                "title": f"{number}. {section.title}",
                "state": state,
                "summary": _SUMMARIES[section.code](need, full) if begun else "",
                "url": section_url(need, section.code),
                "note": _("约%(n)s分钟", n=section.minutes),
            }
        )
    return shown


def _joined(*pieces: str) -> str:
    return "；".join(piece for piece in pieces if piece)


def _yes_no(value: bool | None, yes: str, no: str) -> str:
    return "" if value is None else (yes if value else no)


def _cut(text: str, length: int = 80) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= length else plain[:length] + "…"


def _sum_budget(need: Need, full: ShownNeed) -> str:
    low, high = need.budget_min_yuan, need.budget_max_yuan
    said = low is not None or high is not None or need.budget_kind
    return _joined(
        show_budget(low, high, need.budget_kind) if said else "",
        _yes_no(need.budget_secured, _("资金已落实"), _("资金未落实")),
        _("最迟%(day)s启动", day=show_date(need.start_by)) if need.start_by else "",
        str(COOPERATIONS.get(need.cooperation, "")),
    )


def _sum_site(need: Need, full: ShownNeed) -> str:
    return _joined(
        _yes_no(need.network_isolated, _("网络与公网隔离"), _("网络不隔离")),
        _yes_no(need.xinchuang_required, _("要求信创"), ""),
        "、".join(str(DEPLOYMENTS[code]) for code in full.deployments),
        _cut(need.site_constraints),
    )


_SUMMARIES = {
    "problem": lambda need, full: _cut(need.pain) or full.scene,
    "goals": lambda need, full: full.goal_line or _cut(need.success_criterion),
    "data": lambda need, full: _joined(
        _cut(need.data_kinds),
        _cut(need.data_volume),
        _yes_no(need.data_may_leave, _("数据可以出厂"), _("数据不能出厂")),
    ),
    "site": _sum_site,
    "budget": _sum_budget,
    "musts": lambda need, full: _joined(
        _("必备：%(items)s", items="、".join(full.must_haves)) if full.must_haves else "",
        _("优先：%(items)s", items="、".join(full.nice_to_haves)) if full.nice_to_haves else "",
    ),
    "disclosure": lambda need, full: _joined(
        str(LEVEL_NAMES[need.disclosure]), _("联系人%(name)s", name=need.contact_name)
    ),
    "check": lambda need, full: "",
}


def meter(need: Need, quality: Quality) -> dict[str, Any]:
    """Return the arguments of the completeness meter; of what is missing the dearest few."""
    more = len(quality.missing) - MOST_MISSING if len(quality.missing) > MOST_MISSING else 0
    if quality.score < quality.review_at:
        verdict = _("分，再补%(n)s分可提交审核", n=quality.review_at - quality.score)
    elif quality.score < quality.match_at:
        verdict = _("分，再补%(n)s分可直接进入匹配", n=quality.match_at - quality.score)
    else:
        verdict = _("分，可直接进入匹配")
    return {
        "score": quality.score,
        "verdict": verdict,
        "missing": [
            (item.missing, section_url(need, item.section, item.anchor), item.gain)
            for item in quality.missing[:MOST_MISSING]
        ],
        "note": _("另有%(n)s项，填到时再看。评分看有没有写清，不看字数。", n=more) if more else "",
        "said": [item.clear for item in quality.clear],
        "marks": [(quality.review_at, _("可审核")), (quality.match_at, _("可匹配"))],
        "low": quality.review_at,
        "high": quality.match_at,
    }


def advice_in(advice: Sequence[Advice], section: str) -> list[Advice]:
    """Return the advice on one section, in the order of its fields."""
    return [item for item in advice if item.section == section]


def full_view(need: Need, masker: Masker) -> ShownNeed:
    """Return the need as its owner reads it."""
    shown = masker.show(need, "owner")
    assert shown is not None
    return shown
