"""The eight sections of the guided form: their names, and which columns each one writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _

from .models import Need


@dataclass(frozen=True, slots=True)
class Section:
    """One step of the form. `minutes` is how long it usually takes."""

    code: str
    title: Any
    minutes: int
    columns: tuple[str, ...]


SECTIONS: Final = (
    Section(
        "problem",
        _("问题是什么"),
        4,
        ("title", "pain", "scene_id", "industry_code", "region_code"),
    ),
    Section("goals", _("目标与基线"), 3, ("goals", "baseline_source", "success_criterion")),
    Section(
        "data",
        _("数据基础"),
        2,
        ("data_kinds", "data_volume", "data_interfaces", "data_may_leave", "data_class"),
    ),
    Section(
        "site",
        _("现场约束"),
        1,
        ("network_isolated", "xinchuang_required", "deployments", "site_constraints"),
    ),
    Section(
        "budget",
        _("预算与周期"),
        1,
        (
            "budget_min_yuan",
            "budget_max_yuan",
            "budget_kind",
            "budget_secured",
            "start_by",
            "finish_by",
            "cooperation",
            "voucher",
        ),
    ),
    Section("musts", _("必备与优先"), 2, ("must_haves", "nice_to_haves", "invite_count")),
    Section(
        "disclosure",
        _("公开级别"),
        2,
        ("disclosure", "mask_label", "mask_title", "mask_pain", "contact_name", "contact_phone"),
    ),
    Section("check", _("核对并提交"), 1, ()),
)
BY_CODE: Final = {section.code: section for section in SECTIONS}
TEXT_COLUMNS: Final = frozenset(column for section in SECTIONS for column in section.columns)
"""Every column a person fills in."""

_PRESET = frozenset({"industry_code", "region_code", "disclosure", "invite_count"})


def is_begun(need: Need, section: Section) -> bool:
    """Whether the section says anything that was not filled in beforehand."""
    return any(
        getattr(need, column) not in (None, "", [])
        for column in section.columns
        if column not in _PRESET
    )
