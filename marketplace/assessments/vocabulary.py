"""Words for the codes of this room."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

INTEREST_NAMES: Final = {
    "employer": _("同一工作单位"),
    "shareholding": _("持股"),
    "contract": _("近三年合同"),
    "declared": _("本人声明的其他关系"),
}
