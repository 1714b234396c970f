"""Warnings the site itself adds to a row, beside those of the readers; and which field each is at.

Pure. A warning is a code with an optional detail after a colon, as in `understanding.explain`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from .understanding import LABELS, explain

OUTSIDE, ELSEWHERE, EXCLUDED, TWIN, TOO_LONG = (
    "region_outside_unit",
    "region_elsewhere",
    "excluded_by_hand",
    "already_here",
    "too_long",
)

_SENTENCES: dict[str, Any] = {
    OUTSIDE: lazy_gettext("县区不在本单位辖区内，不能由本单位导入；请改正县区，或排除这一行。"),
    ELSEWHERE: lazy_gettext("县区不在本地区范围内；可以导入，只保留原文，不归入县区。"),
    EXCLUDED: lazy_gettext("已由经办人排除，不导入。"),
    TWIN: lazy_gettext("与系统里的%(detail)s是同一企业的同名需求。"),
    TOO_LONG: lazy_gettext("“%(detail)s”超过长度限制，请缩短。"),
}
_AT_REGION = frozenset({OUTSIDE, ELSEWHERE})
_BY_LABEL = {label: name for name, label in LABELS.items()}


def warning_words(code: str) -> str:
    """Return the sentence of a warning."""
    name, _colon, detail = code.partition(":")
    if name in _SENTENCES:
        return str(_SENTENCES[name]) % {"detail": detail}
    msgid, parameters = explain(code)
    return _(msgid, **parameters)


def field_of(code: str, understood: Mapping[str, Any]) -> str:
    """Return the field a warning belongs to, or nothing when it concerns the whole row."""
    name, _colon, detail = code.partition(":")
    if name in _AT_REGION:
        return "region"
    for field, found in understood.items():
        if code in found.get("warnings", ()):
            return field
    return _BY_LABEL.get(detail, "")
