"""What an application must say: indicators with statements, declarations, materials, tiers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..calls.materials import materials_for
from ..db import now
from ..errors import NotFound
from ..rubrics.queries import RubricInForce, get_rubric, rubric_in_force
from ..rubrics.scoring import Indicator
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from .drafts import ApplicationDraft
from .models import Application

_FREE = re.compile(r"Q-\d+")


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything the form of one application asks for, as in force for its call today."""

    rubric: RubricInForce
    indicators: tuple[Indicator, ...]
    declarations: tuple[dict[str, Any], ...]
    materials: tuple[dict[str, Any], ...]
    tiers: dict[str, str]
    most_cases: int
    review_days: int

    @property
    def judged(self) -> tuple[Indicator, ...]:
        """The indicators experts judge by what the provider states."""
        return tuple(item for item in self.indicators if item.mode == "judged")

    @property
    def names(self) -> dict[str, str]:
        """Names by code of whatever a change may speak of: indicators, materials, declarations."""
        return {
            **{item.code: item.name for item in self.indicators},
            **{item["code"]: item["name"] for item in self.materials},
            **{item["code"]: item["text"] for item in self.declarations},
            **self.tiers,
        }


def asked_of(session: Session, application: Application) -> Asked:
    """Return what the application's call, track and the rules in force ask of it."""
    today = beijing_today(now())
    track = ApplicationDraft.from_body(application.draft).track or application.track
    rubric = rubric_of(session, application)
    known = track if track in rubric.scheme.tracks else rubric.scheme.tracks[0]
    tiers = get_rules(session, "tiers", today).body["tiers"]
    flow = get_rules(session, "application_flow", today).body
    return Asked(
        rubric=rubric,
        indicators=rubric.scheme.indicators(known),
        declarations=tuple(
            get_rules(session, "application_declarations", today).body["declarations"]
        ),
        materials=tuple(materials_for(application.call, track)),
        tiers={item["code"]: item["name"] for item in tiers},
        most_cases=flow["most_cases"],
        review_days=flow["days_after"]["submit"],
    )


def rubric_of(session: Session, application: Application) -> RubricInForce:
    """Return the rubric of the call; the one in force when the call names none that stands."""
    try:
        return get_rubric(session, application.call.rubric_number)
    except NotFound:
        return rubric_in_force(session, beijing_today(now()))


def item_names(application: Application, asked: Asked) -> dict[str, str]:
    """Return what files may be attached to: materials of the call, then the cases put forward."""
    chosen = {item.case_id for item in ApplicationDraft.from_body(application.draft).cases}
    cases = [case for case in application.provider.cases if case.id in chosen]
    return {
        **{item["code"]: item["name"] for item in asked.materials},
        **{f"case-{case.id}": _("案例“%(title)s”", title=case.title) for case in cases},
    }


def in_names(words: str, names: Mapping[str, str]) -> str:
    """Return words with the code a line begins with put as its name: 'case-7 …' → '案例“…”：…'."""
    lines = []
    for line in words.splitlines():
        code, _space, rest = line.partition(" ")
        name = name_of(code, names)
        lines.append(line if name == code else "：".join(part for part in (name, rest) if part))
    return "\n".join(lines)


def name_of(code: str, names: Mapping[str, str]) -> str:
    """Return the name of an item asked for; one written freely (Q-1, Q-2 …) has none of its own."""
    return _("其他事项") if _FREE.fullmatch(code) else names.get(code, code)
