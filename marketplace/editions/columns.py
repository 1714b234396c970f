"""The columns of a directory row, in the bureaus' own order; pure data.

A row is a plain dict with exactly these keys; every file of an edition shows them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _

from ..sheets.writing import CellKind


@dataclass(frozen=True, slots=True)
class DirectoryColumn:
    """One column: its key in a row, its header, how a sheet writes it, its width there."""

    key: str
    header: Any
    kind: CellKind = "text"
    width: float = 16


COLUMNS: Final = (
    DirectoryColumn("name", _("名称"), width=28),
    DirectoryColumn("uscc", _("统一社会信用代码"), width=22),
    DirectoryColumn("place", _("注册地"), width=18),
    DirectoryColumn("local_office", _("本地机构"), width=18),
    DirectoryColumn("types", _("类别"), width=20),
    DirectoryColumn("tier_name", _("等级"), width=8),
    DirectoryColumn("track", _("评价通道"), width=10),
    DirectoryColumn("batch_number", _("批次文号"), width=22),
    DirectoryColumn("valid_from", _("有效期自"), "date", 12),
    DirectoryColumn("valid_to", _("有效期至"), "date", 12),
    DirectoryColumn("industries", _("行业"), "long_text", 24),
    DirectoryColumn("stages", _("环节"), "long_text", 18),
    DirectoryColumn("scenes", _("场景"), "long_text", 24),
    DirectoryColumn("products", _("产品（备案号）"), "long_text", 36),
    DirectoryColumn("cases", _("案例"), "long_text", 44),
    DirectoryColumn("accepted_24_months", _("近24个月验收数"), "integer", 10),
    DirectoryColumn("satisfaction", _("满意度"), width=20),
    DirectoryColumn("certificates", _("资质"), "long_text", 26),
    DirectoryColumn("price", _("价格方式"), width=18),
    DirectoryColumn("deployments", _("部署与信创"), width=18),
    DirectoryColumn("service_area", _("服务半径"), width=16),
    DirectoryColumn("contact", _("对外联系"), width=26),
    DirectoryColumn("state", _("状态"), width=10),
    DirectoryColumn("verified_on", _("核验日"), "date", 12),
)
HEADERS: Final = {column.key: column.header for column in COLUMNS}
"""A row has `tier`, the tier's code, beside the columns."""
