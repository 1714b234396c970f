"""What must not pass: hard faults of a need, found before it is submitted or shown. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from .errors import Fault
from .masking import Masker
from .models import Need
from .naming import first_named


def faults_of_mask(
    need: Need, masker: Masker, texts: Mapping[str, str] | None = None
) -> tuple[Fault, ...]:
    """Return the mask texts that name the company itself; `texts` are new ones not yet kept."""
    parts = masker.names_of(need)
    texts = texts or {}
    labels = {
        "mask_label": _("对外称呼"),
        "mask_title": _("公众版名称"),
        "mask_pain": _("公众版说明"),
    }
    faults = []
    for name, label in labels.items():
        found = first_named(texts.get(name, getattr(need, name)), parts)
        if found:
            faults.append(
                Fault(
                    "disclosure",
                    name,
                    _(
                        "%(label)s里出现了贵公司名称中的“%(word)s”，请改写。",
                        label=label,
                        word=found,
                    ),
                )
            )
    return tuple(faults)


def faults_before_submission(need: Need, masker: Masker, today: date) -> tuple[Fault, ...]:
    """Return everything that keeps the need from being submitted."""
    faults = []
    for section, name, text in (
        ("problem", "title", _("还没有写需求名称")),
        ("problem", "pain", _("还没有写问题是什么")),
        ("disclosure", "contact_name", _("还没有填联系人")),
        ("disclosure", "contact_phone", _("还没有填联系电话")),
    ):
        if not getattr(need, name).strip():
            faults.append(Fault(section, name, text))
    if need.start_by and need.start_by < today:
        faults.append(
            Fault(
                "budget",
                "start_by",
                _("最迟启动时间%(day)s已过，请填今天以后的日期", day=need.start_by),
            )
        )
    return (*faults, *faults_of_mask(need, masker))
