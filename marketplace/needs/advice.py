"""Soft advice on a need while it is written: oddities worth a second look. Pure; never blocks.

What must not pass is refused elsewhere (`checks`); what is merely missing is the business of
`quality`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from .masking import Masker
from .models import Need
from .naming import firms_in, first_named, has_contact

SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice: in which section, at which field, and how pressing."""

    section: str
    anchor: str
    text: str
    tone: str = "info"


def advise(need: Need, masker: Masker, today: date, must_haves: int) -> tuple[Advice, ...]:
    """Return all advice on the need; `must_haves` is how many conditions are sensible."""
    return tuple(
        item
        for source in (
            _on_problem(need, masker),
            _on_goals(need.goals or ()),
            _on_site(need),
            _on_budget(need, today),
            _on_musts(need, masker.words, must_haves),
            _on_disclosure(need, masker),
        )
        for item in source
    )


def _on_problem(need: Need, masker: Masker) -> Iterator[Advice]:
    if has_contact(f"{need.title}\n{need.pain}"):
        yield Advice(
            "problem",
            "pain",
            _("正文里有电话或邮箱。对外显示时会自动隐去，联系人请填在“公开级别”一项。"),
            "warn",
        )
    if need.disclosure == "listed" and first_named(
        f"{need.title}\n{need.pain}", masker.names_of(need)
    ):
        yield Advice(
            "problem",
            "pain",
            _(
                "正文里出现了贵公司名称。“仅库内”不显示企业名称，届时会用“%(label)s”代替。",
                label=masker.label_of(need),
            ),
        )


def _on_goals(goals: Iterable[dict[str, Any]]) -> Iterator[Advice]:
    for number, goal in enumerate(goals, 1):
        name = str(goal.get("indicator") or "").strip()
        if not name:
            continue
        place = number - 1
        if not str(goal.get("unit") or "").strip():
            yield Advice(
                "goals",
                f"goals-{place}-unit",
                _(
                    "第%(n)s个指标“%(name)s”没有单位，请补上，免得供应方理解不一。",
                    n=number,
                    name=name,
                ),
            )
        if goal.get("target") in (None, ""):
            yield Advice(
                "goals",
                f"goals-{place}-target",
                _("第%(n)s个指标“%(name)s”没有目标值，没有准确数可以写估计。", n=number, name=name),
            )
        elif goal.get("target") == goal.get("baseline"):
            yield Advice(
                "goals",
                f"goals-{place}-target",
                _("第%(n)s个指标“%(name)s”的目标与现在相同，请核对。", n=number, name=name),
            )


def _on_site(need: Need) -> Iterator[Advice]:
    closed = need.data_may_leave is False or need.network_isolated
    if closed and list(need.deployments or ()) == ["cloud"]:
        yield Advice(
            "site",
            "deployments-0",
            _("数据不出厂或网络隔离，却只选了云部署，两者不能同时满足，请核对。"),
            "warn",
        )


def _on_budget(need: Need, today: date) -> Iterator[Advice]:
    low, high = need.budget_min_yuan, need.budget_max_yuan
    if low and high and high > 5 * low:
        yield Advice(
            "budget",
            "budget_max_wan",
            _("预算上限是下限的5倍以上，供应方难以报价，能收窄更好。"),
        )
    if need.start_by and today <= need.start_by <= today + SOON:
        yield Advice(
            "budget",
            "start_by",
            _("最迟启动时间只剩两周以内，审核和邀请约需两周，请确认来得及。"),
            "warn",
        )


def _on_musts(need: Need, words: Any, most: int) -> Iterator[Advice]:
    items = list(need.must_haves or ())
    if len(items) > most:
        yield Advice(
            "musts",
            "must_haves-0",
            _(
                "必备条件有%(n)s条。超过%(most)s条容易一家都不剩，请把可商量的移到优先项。",
                n=len(items),
                most=most,
            ),
            "warn",
        )
    for place, item in enumerate(items):
        if any(word in item for word in words["local_only_words"]):
            yield Advice(
                "musts",
                f"must_haves-{place}",
                _(
                    "“%(item)s”限定了注册地，不符合公平竞争要求；需要到场快，可以写响应时间。",
                    item=item,
                ),
                "warn",
            )
        elif any(word in item for word in words["brand_words"]):
            yield Advice(
                "musts",
                f"must_haves-{place}",
                _("“%(item)s”像是限定品牌，请改写成性能或接口要求。", item=item),
                "warn",
            )


def _on_disclosure(need: Need, masker: Masker) -> Iterator[Advice]:
    if need.disclosure != "masked":
        return
    if not need.mask_pain.strip():
        yield Advice(
            "disclosure",
            "mask_pain",
            _(
                "没有写公众版说明，将自动用场景、行业和指标拼成一句，看不到问题本身；自己写一段更容易引来合适的服务商。"
            ),
        )
    for name in ("mask_title", "mask_pain", "mask_label"):
        text = getattr(need, name)
        found = next((word for word in masker.words["revealing_words"] if word in text), "")
        found = found or next(iter(firms_in(text)), "")
        if found:
            yield Advice(
                "disclosure",
                name,
                _("公众版里的“%(word)s”可能让同行认出贵公司，建议换成更宽的说法。", word=found),
                "warn",
            )
