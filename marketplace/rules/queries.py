"""Reads of rule sets: the version in force, and the history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import RuleVersion


@dataclass(frozen=True, slots=True)
class Rules:
    """A rule set as in force on a day; number 0 is the shipped default."""

    name: str
    number: int
    effective_on: date | None
    body: dict[str, Any]


@cache
def shipped_names() -> tuple[str, ...]:
    """Return the names of all rule sets, each of which has a shipped default."""
    folder = files("marketplace.rules").joinpath("data")
    return tuple(sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".json")))


@cache
def shipped(name: str) -> dict[str, Any]:
    """Return the shipped default of a rule set; FileNotFoundError when there is none."""
    text = files("marketplace.rules").joinpath("data", f"{name}.json").read_text("utf-8")
    body = json.loads(text)
    assert isinstance(body, dict)
    return body


def get_rules(session: Session, name: str, on: date) -> Rules:
    """Return the rule set in force on that day."""
    version = session.scalar(
        select(RuleVersion)
        .where(RuleVersion.name == name, RuleVersion.effective_on <= on)
        .order_by(RuleVersion.effective_on.desc(), RuleVersion.number.desc())
        .limit(1)
    )
    if version is None:
        return Rules(name, 0, None, shipped(name))
    return Rules(name, version.number, version.effective_on, version.body)


def list_versions(session: Session, name: str) -> Sequence[RuleVersion]:
    """Return all versions of a rule set, newest first."""
    return session.scalars(
        select(RuleVersion).where(RuleVersion.name == name).order_by(RuleVersion.number.desc())
    ).all()
