"""Reads of rubrics: the shipped one, the approved ones, the one in force on a day, drafts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..errors import NotFound
from .models import Rubric, RubricReplay
from .scoring import Scheme

SHIPPED_NUMBER = "2026.1"
"""The rubric that stands when the bureau has approved none; data of this room."""


@dataclass(frozen=True, slots=True)
class RubricInForce:
    """An approved rubric (or the shipped one, which has no day it took effect)."""

    number: str
    label: str
    effective_on: date | None
    body: dict[str, Any]
    scheme: Scheme = field(repr=False)


@cache
def shipped_body() -> dict[str, Any]:
    """Return the body of the shipped rubric."""
    text = (
        files("marketplace.rubrics").joinpath("data", f"{SHIPPED_NUMBER}.json").read_text("utf-8")
    )
    body = json.loads(text)
    assert isinstance(body, dict)
    return body


@cache
def shipped_rubric() -> RubricInForce:
    """Return the shipped rubric."""
    body = shipped_body()
    return RubricInForce(SHIPPED_NUMBER, body["label"], None, body, Scheme.from_body(body))


def as_rubric(row: Rubric) -> RubricInForce:
    """Return the rubric a row holds; its body must be without faults."""
    body = row.body
    return RubricInForce(
        row.number, str(body["label"]), row.effective_on, body, Scheme.from_body(body)
    )


def get_rubric(session: Session, number: str) -> RubricInForce:
    """Return the shipped or an approved rubric by its number; NotFound for any other."""
    row = session.scalar(select(Rubric).where(Rubric.number == number, Rubric.state == "approved"))
    if row is not None:
        return as_rubric(row)
    if number == SHIPPED_NUMBER:
        return shipped_rubric()
    raise NotFound("没有这一版评价标准。", next_step="请从评价标准一览进入。")


def rubric_in_force(session: Session, on: date) -> RubricInForce:
    """Return the rubric in force on that day: the latest to take effect, or the shipped one."""
    row = session.scalar(
        select(Rubric)
        .where(Rubric.state == "approved", Rubric.effective_on <= on)
        .order_by(Rubric.effective_on.desc(), Rubric.approved_at.desc(), Rubric.id.desc())
        .limit(1)
    )
    return shipped_rubric() if row is None else as_rubric(row)


def list_rubrics(session: Session) -> Sequence[Rubric]:
    """Return all rows, newest first; the shipped rubric is none of them."""
    return session.scalars(select(Rubric).order_by(Rubric.id.desc())).all()


def get_draft(session: Session, number: str) -> Rubric:
    """Return the row of that number in any state; NotFound when there is none."""
    row = session.scalar(select(Rubric).where(Rubric.number == number))
    if row is None:
        raise NotFound("没有这一版评价标准。", next_step="请从评价标准一览进入。")
    return row


def latest_replay(session: Session, rubric: Rubric) -> RubricReplay | None:
    """Return the last replay of a draft, of whichever revision; None when it never ran."""
    return session.scalar(
        select(RubricReplay)
        .where(RubricReplay.rubric_id == rubric.id)
        .order_by(RubricReplay.id.desc())
        .limit(1)
    )
