"""What the owner is told of the days that are left."""

from __future__ import annotations

from datetime import date

import pytest

from marketplace.applications.models import Application
from marketplace.applications.progress import now_of

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2026, 11, 25), ("剩余", "2个工作日")),
        (FRIDAY, ("剩余", "今天到期")),
        (date(2026, 11, 28), ("已超期", "1个工作日")),
        (date(2026, 12, 1), ("已超期", "2个工作日")),
    ],
)
def test_a_day_gone_by_is_late_even_before_the_next_working_day(
    today: date, told: tuple[str, str]
) -> None:
    application = Application(state="expert_review", due_on=FRIDAY)
    assert told in now_of(application, (), "市工信局", today).facts
