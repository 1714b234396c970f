"""What a decision may do to a tier: one step up at most, any step down."""

from __future__ import annotations

import pytest

from marketplace.listings.tiers import fault_of_change, tier_below

TIERS = ["tier1", "tier2", "tier3", "cultivation"]


@pytest.mark.parametrize(
    ("kind", "held", "after"),
    [
        ("grant", None, "tier1"),
        ("promote", "tier3", "tier2"),
        ("renew", "tier3", "tier2"),
        ("renew", "tier2", "tier2"),
        ("renew", "tier1", "cultivation"),
        ("downgrade", "tier1", "tier3"),
        ("decline", None, None),
        ("remove", "tier2", None),
    ],
)
def test_changes_a_decision_may_make(kind: str, held: str | None, after: str | None) -> None:
    assert fault_of_change(TIERS, kind, held, held, after) == ""


@pytest.mark.parametrize(
    ("kind", "held", "before", "after", "why"),
    [
        ("promote", "tier3", "tier3", "tier1", "升级每次只能升一级。"),
        ("renew", "cultivation", "cultivation", "tier2", "升级每次只能升一级。"),
        ("promote", "tier2", "tier2", "tier2", "升级后的等级应比现在高一级。"),
        ("downgrade", "tier2", "tier2", "tier2", "降级后的等级应比现在低。"),
        ("downgrade", "tier2", "tier2", "tier1", "降级后的等级应比现在低。"),
        ("promote", "tier3", "tier2", "tier1", "服务商现在的等级与拟定时不同，这份决定已不适用。"),
        ("grant", "tier3", "tier3", "tier2", "这家服务商已在库，应办升级或复评，不是首次定级。"),
        ("remove", None, None, None, "这家服务商现在不在库，不能升级、复评、降级或移出。"),
        ("remove", "tier2", "tier2", "tier3", "不予入库或移出的决定不带等级。"),
        ("grant", None, None, "gold", "没有这个等级。"),
    ],
)
def test_changes_a_decision_may_not_make(
    app: object, kind: str, held: str | None, before: str | None, after: str | None, why: str
) -> None:
    assert fault_of_change(TIERS, kind, held, before, after) == why


def test_below_the_lowest_tier_there_is_none() -> None:
    assert tier_below(TIERS, "tier1") == "tier2"
    assert tier_below(TIERS, "cultivation") is None
    assert tier_below(TIERS, "gold") is None
