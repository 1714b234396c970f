"""The trail of an application in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask

from marketplace.applications.trail import trail_items
from marketplace.audit.models import AuditEntry


def entry(action: str, **detail: Any) -> AuditEntry:
    at = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    return AuditEntry(id=7, at=at, actor_id=3, actor_name="沈专家", action=action, detail=detail)


def test_an_expert_goes_by_the_letter_of_the_seat(app: Flask) -> None:
    [item] = trail_items([entry("seat.submitted", letter="乙")])
    assert (item["who"], item["text"]) == ("专家乙", "提交评分")
    assert "沈专家" not in str(item)


def test_whoever_returns_a_sheet_is_named(app: Flask) -> None:
    [item] = trail_items([entry("seat.returned", letter="乙")])
    assert (item["who"], item["text"]) == ("沈专家", "退回评分")


def test_steps_go_by_the_names_of_the_table(app: Flask) -> None:
    [item] = trail_items([entry("application.pass_formal")])
    assert item["text"] == "通过形式审查"
