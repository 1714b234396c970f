"""Who sees what of a need: the four levels, the four kinds of reader, and the one table.

Pure data and two look-ups. Everything that shows, lists, counts, searches or exports needs goes
by this table; nothing else decides what is confidential.
"""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

LEVELS: Final = ("public", "masked", "listed", "bureau")
"""From the most open to the least."""

LEVEL_NAMES: Final = {
    "public": _("公开"),
    "masked": _("脱敏"),
    "listed": _("仅库内"),
    "bureau": _("仅局内"),
}
LEVEL_MEANINGS: Final = {
    "public": _("任何人看到企业名称和全文"),
    "masked": _("任何人看到需求，看不到是谁"),
    "listed": _("只有在库服务商登录后看到，看不到是谁"),
    "bureau": _("只有经办人看到，由其代为邀请"),
}

PUBLIC, LISTED, STAFF, OWNER = "public", "listed", "staff", "owner"
"""Readers: anybody; members of a provider in the directory; staff of the region; the owner."""

COMPANY, REGION, BUDGET, DETAIL = "company", "region", "budget", "detail"
CONTACT, INTERNAL = "contact", "internal"
"""Groups of fields: company name; county; budget; all free text but title and problem; contact
person; and what only serves the handling (credit code, size, voucher, reasons)."""

RAW, FULL, NAMELESS, MASKED = "raw", "full", "nameless", "masked"
"""Forms of the text: as written; without the contact; also without names; the mask text."""

_EVERYTHING = frozenset({COMPANY, REGION, BUDGET, DETAIL, CONTACT, INTERNAL})
_OPENLY = (FULL, frozenset({COMPANY, REGION, BUDGET, DETAIL}))

SIGHT: Final[dict[tuple[str, str], tuple[str, frozenset[str]]]] = {
    ("public", PUBLIC): _OPENLY,
    ("public", LISTED): _OPENLY,
    ("masked", PUBLIC): (MASKED, frozenset()),
    ("masked", LISTED): (MASKED, frozenset({REGION, BUDGET})),
    ("listed", LISTED): (NAMELESS, frozenset({REGION, BUDGET, DETAIL})),
    **{(level, STAFF): (RAW, _EVERYTHING) for level in LEVELS},
    **{(level, OWNER): (RAW, _EVERYTHING) for level in LEVELS},
}
"""(level, reader) → form of the text and groups shown; a pair that is absent sees nothing."""


def is_seen(level: str, reader: str) -> bool:
    """Whether a reader of that kind may know that a need of that level exists."""
    return (level, reader) in SIGHT


def is_looser(level: str, than: str) -> bool:
    """Whether `level` lets more people see more than the level `than`."""
    return LEVELS.index(level) < LEVELS.index(than)
