"""What one reader gets to see of a need: frozen values, nothing that reader may not know.

Made only by `masking`, handed out only by `queries`; pages, exports and feeds take these and
never the row itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _


@dataclass(frozen=True, slots=True)
class ShownGoal:
    """One indicator with what it is now and what it shall be; texts are ready to read."""

    indicator: str
    baseline: str
    target: str
    unit: str

    @property
    def line(self) -> str:
        """The goal in one phrase: '漏检率由2.1%降至0.5%'."""
        now, then = self.baseline + self.unit, self.target + self.unit
        if self.baseline and self.target:
            falls = _falls(self.baseline, self.target)
            if falls is None:
                return _("%(name)s由%(now)s到%(then)s", name=self.indicator, now=now, then=then)
            if falls:
                return _("%(name)s由%(now)s降至%(then)s", name=self.indicator, now=now, then=then)
            return _("%(name)s由%(now)s提高到%(then)s", name=self.indicator, now=now, then=then)
        if self.target:
            return _("%(name)s目标%(then)s", name=self.indicator, then=then)
        if self.baseline:
            return _("%(name)s现为%(now)s", name=self.indicator, now=now)
        return self.indicator


def _falls(baseline: str, target: str) -> bool | None:
    """Whether the figure is to fall; None when the two cannot be compared."""
    try:
        now, then = float(baseline.replace(",", "")), float(target.replace(",", ""))
    except ValueError:
        return None
    return None if now == then else then < now


@dataclass(frozen=True, slots=True)
class ShownNeed:
    """A need as one reader sees it. Withheld values are empty, and their group is named.

    `withheld` holds the groups of `disclosure` this reader does not get, so that a page can say
    “在库可见” instead of leaving a blank that reads as “not said”.
    """

    number: str
    version: int
    state: str
    state_name: str
    disclosure: str
    reader: str
    title: str
    text: str
    company: str
    company_masked: bool
    industry_code: str | None
    industry: str
    scene_id: str | None
    scene: str
    stages: tuple[str, ...]
    goals: tuple[ShownGoal, ...]
    cooperation: str
    deployments: tuple[str, ...]
    data_may_leave: bool | None
    network_isolated: bool | None
    xinchuang_required: bool | None
    data_class: str
    start_by: date | None
    finish_by: date | None
    published_at: datetime | None
    valid_until: date | None
    withheld: frozenset[str] = frozenset()
    region_code: str | None = None
    region: str = ""
    budget_min_yuan: int | None = None
    budget_max_yuan: int | None = None
    budget_kind: str = ""
    budget_secured: bool | None = None
    baseline_source: str = ""
    success_criterion: str = ""
    data_kinds: str = ""
    data_volume: str = ""
    data_interfaces: str = ""
    site_constraints: str = ""
    must_haves: tuple[str, ...] = ()
    nice_to_haves: tuple[str, ...] = ()
    invite_count: int | None = None
    uscc: str = ""
    size_class: str | None = None
    digital_level: str | None = None
    voucher: str = ""
    contact_name: str = ""
    contact_phone: str = ""

    @property
    def goal_line(self) -> str:
        """All goals in one line, for lists."""
        return "；".join(goal.line for goal in self.goals)

    @property
    def is_mine_or_staff(self) -> bool:
        """Whether this reader sees everything: the owner, or staff of the region."""
        return self.reader in {"owner", "staff"}


def number_text(value: Any) -> str:
    """Return a stored figure as text: 2.10 → '2.1', 12000 → '12000', None → ''."""
    if value is None or value == "":
        return ""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value)
