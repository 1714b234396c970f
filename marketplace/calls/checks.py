"""What keeps a call from being published: what is missing, and what is not fair."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..db import now
from ..errors import NotFound
from ..rubrics.queries import SHIPPED_NUMBER, RubricInForce, get_rubric, list_rubrics
from ..rules.queries import get_rules
from ..taxonomy.queries import Taxonomy, get_taxonomy
from ..web.filters import beijing_today
from .fairness import Finding, check_fairness, with_short_names
from .models import Call


def faults_of(session: Session, call: Call, at: datetime) -> list[str]:
    """Return what a draft still lacks at that instant, as short sentences without a full stop."""
    flow = get_rules(session, "call_flow", beijing_today(at)).body
    wanted = (
        (call.summary, _("没有写征集内容")),
        (call.industry_codes or call.scene_ids, _("没有选行业或场景")),
        (call.tracks, _("没有选赛道")),
        (call.materials, _("没有列材料")),
        (call.rubric_number, _("没有选评价标准")),
        (call.contact, _("没有写联系方式")),
    )
    faults = [words for value, words in wanted if not value]
    if call.closes_at <= at:
        faults.append(_("截止时间已过"))
    elif call.closes_at - max(call.opens_at, at) < timedelta(days=flow["shortest_days"]):
        faults.append(_("征集期不足%(n)s天", n=flow["shortest_days"]))
    if call.rubric_number and (fault := _rubric_fault(session, call)):
        faults.append(fault)
    if call.review_by and call.review_by <= beijing_today(call.closes_at):
        faults.append(_("评审完成日期早于截止日期"))
    return faults


def _rubric_fault(session: Session, call: Call) -> str:
    try:
        rubric = get_rubric(session, call.rubric_number)
    except NotFound:
        return _("评价标准%(number)s没有生效的版本", number=call.rubric_number)
    if rubric.effective_on and rubric.effective_on > beijing_today(call.opens_at):
        return _("评价标准%(number)s在开放时还没有生效", number=call.rubric_number)
    return ""


def rubric_choices(session: Session) -> list[RubricInForce]:
    """Return the rubrics a call may name: the shipped one and the approved, newest first."""
    approved = [row.number for row in list_rubrics(session) if row.state == "approved"]
    numbers = dict.fromkeys([*approved, SHIPPED_NUMBER])
    return [get_rubric(session, number) for number in numbers]


def fairness_of(session: Session, call: Call) -> tuple[Finding, ...]:
    """Return the conditions in a call's words that fair competition does not allow, or may not."""
    rules = get_rules(session, "call_fairness", beijing_today(now())).body
    names = _region_names(get_taxonomy(session), call.region_code)
    return check_fairness(texts_of(call), rules, with_short_names(names))


def texts_of(call: Call) -> dict[str, str]:
    """Return the texts of a call that applicants read, by what each is called."""
    texts = {
        _("征集名称"): call.title,
        _("征集内容"): call.summary,
        _("申请条件"): call.conditions,
    }
    for place, material in enumerate(call.materials, 1):
        texts[_("材料%(n)s", n=place)] = f"{material['name']}。{material.get('hint', '')}"
    return texts


def _region_names(taxonomy: Taxonomy, region_code: str | None) -> list[str]:
    """Return what the call's own region, and those it lies in, are called, the widest first."""
    code = region_code or ""
    codes = dict.fromkeys((f"{code[:2]}0000", f"{code[:4]}00", code))
    return [taxonomy.regions[item].name for item in codes if item in taxonomy.regions]
