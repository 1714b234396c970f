"""The order of the tiers and what a decision may do to one; pure.

One tier at a time upwards is the practice of other bureaus (domain notes, mark P); downwards
there is no limit, a red line may cost the place itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

RUNNING = frozenset({"valid", "rectification", "suspended"})
"""States of a listing in which the provider holds its tier."""


def tier_codes(rules: dict[str, list[dict[str, str]]]) -> list[str]:
    """Return the codes of the tiers, highest first, from the rule set `tiers`."""
    return [tier["code"] for tier in rules["tiers"]]


def tier_below(tiers: Sequence[str], tier: str) -> str | None:
    """Return the next lower tier; None when there is none, or the tier is not known."""
    place = tiers.index(tier) + 1 if tier in tiers else len(tiers)
    return tiers[place] if place < len(tiers) else None


def fault_of_change(
    tiers: Sequence[str], kind: str, held: str | None, before: str | None, after: str | None
) -> str:
    """Return why a decision of this kind may not change the tier so; empty when it may.

    `held` is the tier the provider holds now (None: not in the directory), `before` the one the
    decision starts from, `after` the one it leads to.
    """
    if before != held:
        return _("服务商现在的等级与拟定时不同，这份决定已不适用。")
    if kind in {"promote", "renew", "downgrade", "remove"} and held is None:
        return _("这家服务商现在不在库，不能升级、复评、降级或移出。")
    if kind == "grant" and held is not None:
        return _("这家服务商已在库，应办升级或复评，不是首次定级。")
    if kind in {"decline", "remove"}:
        return _("不予入库或移出的决定不带等级。") if after is not None else ""
    if after not in tiers:
        return _("没有这个等级。")
    return _fault_of_step(kind, 0 if held is None else tiers.index(held) - tiers.index(after), held)


def _fault_of_step(kind: str, up: int, held: str | None) -> str:
    if held is not None and up > 1:
        return _("升级每次只能升一级。")
    if kind == "promote" and up != 1:
        return _("升级后的等级应比现在高一级。")
    if kind == "downgrade" and up >= 0:
        return _("降级后的等级应比现在低。")
    return ""
