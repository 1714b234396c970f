"""Load the vetting of the demonstration, from the pool of experts to the editions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from sqlalchemy.orm import Session

from ...accounts.models import Organisation
from ...db import now
from ...web.filters import beijing_today
from .applying import close_call, load_application, load_call
from .assessing import assess, draw_visits, load_experts
from .cast import Places, Stage
from .past import load_past_decisions
from .publishing import (
    enter_holidays,
    load_appeals,
    load_next_edition,
    load_notice,
    load_past_edition,
    load_red_line,
    load_rubric_draft,
)

PRESENT_BATCH = 20
"""How many days ago the batch closed that is under review now."""


def load_vetting(
    session: Session, organisations: Mapping[str, Organisation], places: Places
) -> int:
    """Load everything; return how many applications. The caller commits."""
    text = files("marketplace.demo").joinpath("data", "vetting.json").read_text("utf-8")
    data: dict[str, Any] = json.loads(text)
    stage = Stage(session, organisations, places.evidence, places.scanner, beijing_today(now()))
    enter_holidays(stage)
    load_past_decisions(stage)
    load_past_edition(stage, places.editions, places.author)
    load_experts(stage, data)
    count = 0
    for call_row in data["calls"]:
        rows = [row for row in data["applications"] if row["call"] == call_row["key"]]
        _load_batch(stage, call_row, rows, data)
        count += len(rows)
    load_next_edition(stage)
    load_rubric_draft(stage)
    load_red_line(stage)
    return count


def _load_batch(
    stage: Stage,
    call_row: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    data: Mapping[str, Any],
) -> None:
    """Live through one call, from its publication as far as its applications have come."""
    call = load_call(stage, call_row)
    closed = call_row.get("closed_days_ago", 0)
    shift = closed - PRESENT_BATCH
    applications = {}
    for place, row in enumerate(rows):
        statements = data["statements"][place % len(data["statements"])]
        started = closed + 11 if closed else 5
        applications[row["provider_key"]] = load_application(
            stage, row, call, statements, place, started
        )
    close_call(stage, call_row, call)
    for row in rows:
        assess(stage, row, applications[row["provider_key"]], data["score_reasons"], shift)
        if row["state"] == "site_check":
            draw_visits(stage, applications[row["provider_key"]])
    load_appeals(stage, rows, applications)
    load_notice(stage, rows, applications, shift)
