"""From an understood row to the columns of a need. Pure.

What a bureau writes for itself (remarks, addresses, e-mail) does not become part of the need;
it stays with the import.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ..needs.vocabulary import BUDGET_KINDS

_YUAN_PER_WAN = 10_000
_SEPARATORS = re.compile(r"[；;。\n]+|(?<=\S)[、,，](?=\S)")
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}[.、)）]|[(（]\d{1,2}[)）]|[①-⑳])\s*")
_MOST_MUSTS, _LONGEST_MUST, _LONGEST_GOAL, _LONGEST_REGION = 5, 80, 80, 60


def need_values(
    understood: Mapping[str, Any], cells: Mapping[str, str], default_disclosure: str
) -> dict[str, Any]:
    """Return the columns for `needs.services.create_imported`, money in whole yuan.

    `default_disclosure` is for rows that say nothing of it.
    """
    region = _value(understood, "region")
    budget = _value(understood, "budget") or {}
    deadline = _value(understood, "deadline")
    kind = budget.get("kind", "")
    return {
        "company_name": _value(understood, "company") or "",
        "company_uscc": _value(understood, "uscc") or "",
        "region_code": region,
        "region_text": "" if region else cells.get("region", "").strip()[:_LONGEST_REGION],
        "industry_code": _value(understood, "industry"),
        "scene_id": _value(understood, "scene"),
        "size_class": _value(understood, "size"),
        "digital_level": _value(understood, "digital_level"),
        "title": _value(understood, "title") or "",
        "pain": _pain(understood, kind),
        "data_kinds": _value(understood, "data_basis") or "",
        "site_constraints": _value(understood, "constraints") or "",
        "must_haves": _musts(_value(understood, "must_haves") or ""),
        "budget_min_yuan": _yuan(budget.get("min_wan")),
        "budget_max_yuan": _yuan(budget.get("max_wan")),
        "budget_kind": kind if kind in BUDGET_KINDS else "",
        "finish_by": date.fromisoformat(deadline) if deadline else None,
        "cooperation": _value(understood, "cooperation") or "",
        "disclosure": _value(understood, "disclosure") or default_disclosure,
        "contact_name": _value(understood, "contact") or "",
        "contact_phone": _value(understood, "phone") or "",
        **_goal(_value(understood, "goal") or ""),
    }


def _value(understood: Mapping[str, Any], name: str) -> Any:
    return understood.get(name, {}).get("value")


def _pain(understood: Mapping[str, Any], budget_kind: str) -> str:
    said = [_value(understood, "description") or ""]
    if budget_kind == "per_year":
        said.append(_("（预算按年计）"))
    elif budget_kind == "per_unit":
        said.append(_("（预算为单价）"))
    return "\n".join(part for part in said if part)


def _yuan(wan: float | int | None) -> int | None:
    return None if wan is None else round(wan * _YUAN_PER_WAN)


def _goal(text: str) -> dict[str, Any]:
    """A short goal stands as one indicator, a long one as the criterion of success."""
    if not text:
        return {}
    if len(text) <= _LONGEST_GOAL and "\n" not in text:
        return {"goals": [{"indicator": text, "baseline": "", "target": "", "unit": ""}]}
    return {"success_criterion": text}


def _musts(text: str) -> list[str]:
    """Return at most five conditions; what does not fit stays joined in the fifth."""
    parts = [_NUMBERING.sub("", part).strip() for part in _SEPARATORS.split(text)]
    parts = [part for part in parts if part]
    if len(parts) > _MOST_MUSTS:
        parts = [*parts[: _MOST_MUSTS - 1], "；".join(parts[_MOST_MUSTS - 1 :])]
    return [part[:_LONGEST_MUST] for part in parts]
