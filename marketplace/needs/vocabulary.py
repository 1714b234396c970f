"""Codes of a need's choices with their Chinese names; order is the order on the page."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

COOPERATIONS: Final = {
    "purchase": _("采购"),
    "joint_rd": _("联合研发"),
    "jiebang": _("揭榜"),
    "diagnosis": _("诊断"),
}
DEPLOYMENTS: Final = {"onprem": _("本地"), "edge": _("边缘"), "cloud": _("云")}
DATA_CLASSES: Final = ("一般数据", "重要数据", "核心数据")
VOUCHERS: Final = ("模型券", "语料券", "场景券", "算力券")
BUDGET_KINDS: Final = {
    "range": _("区间"),
    "exact": _("确定数"),
    "approx": _("约数"),
    "max": _("上限"),
    "min": _("下限"),
    "negotiable": _("面议"),
}
GOAL_KEYS: Final = ("indicator", "baseline", "target", "unit")
