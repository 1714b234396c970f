"""The sections of the application form, and what of the draft each one writes; data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Section:
    """One step of the form. `parts` are fields of `ApplicationDraft`; `minutes` how long it takes.

    `open_in_supplement`: whether it may be changed once more when something was asked for.
    """

    code: str
    title: Any
    minutes: int
    parts: tuple[str, ...]
    open_in_supplement: bool = True


SECTIONS: Final = (
    Section("track", _("赛道与等级"), 2, ("track", "asked_tier"), open_in_supplement=False),
    Section("cases", _("案例"), 15, ("cases",)),
    Section("statements", _("分项说明"), 20, ("statements",)),
    Section("materials", _("材料上传"), 10, ()),
    Section("declarations", _("承诺书"), 2, ("declarations",), open_in_supplement=False),
    Section("check", _("检查并提交"), 1, ()),
)
BY_CODE: Final = {section.code: section for section in SECTIONS}
EXPLANATIONS: Final = Section("explanations", _("补正说明"), 3, ("explanations",))
"""Answers to what a supplement asks; filled in on the page of the supplement."""


def sections_for(state: str) -> tuple[Section, ...]:
    """Return the sections of the form in a state: track and declarations stay as handed in."""
    if state != "supplement":
        return SECTIONS
    return tuple(item for item in SECTIONS if item.open_in_supplement and item.code != "check")


def items_of_cases(case_ids: tuple[int, ...]) -> tuple[str, ...]:
    """Return the item codes files of these cases are attached under: 12 → 'case-12'."""
    return tuple(f"case-{case_id}" for case_id in case_ids)
