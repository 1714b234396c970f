"""A replay as a workbook: everybody, and what moved each of them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from ..sheets.writing import Column, Table, write_workbook
from .models import Rubric, RubricReplay


def write_details(rubric: Rubric, run: RubricReplay, tiers: Mapping[str, str]) -> bytes:
    """Return the workbook: one row a provider, and one a move."""
    names = {item["code"]: item["name"] for item in rubric.body["indicators"]}
    words = {"up": _("上升"), "down": _("下降"), "same": _("不变")}

    def tier(code: str | None) -> str:
        return tiers.get(code or "", _("出库"))

    head = _(
        "评价标准%(number)s第%(revision)s稿对%(against)s试算",
        number=rubric.number,
        revision=run.revision,
        against=run.against,
    )
    everybody = Table(
        _("服务商"),
        (
            Column(_("服务商"), width=34),
            Column(_("赛道"), width=8),
            Column(_("现等级"), width=9),
            Column(_("原标准得分"), "number", 11),
            Column(_("草案得分"), "number", 11),
            Column(_("原标准等级"), width=11),
            Column(_("草案等级"), width=11),
            Column(_("变动"), width=8),
            Column(_("备注"), width=24),
        ),
        [
            (
                row["name"],
                row["track"],
                tier(row["held"]),
                row["before"],
                row["after"],
                tier(row["before_tier"]),
                tier(row["after_tier"]),
                words[row["direction"]],
                _("缺原始分，按不变计，须人工复核") if row["lacking"] else "",
            )
            for row in run.rows
        ],
        title=head,
        notes=(
            _("得分按最近一次评价各指标得分占满分的比例折算；计算类指标同样折算，没有重新取数。"),
            _("试算不改变任何现有等级。"),
        ),
    )
    moves = Table(
        _("变动来源"),
        (
            Column(_("服务商"), width=34),
            Column(_("指标"), width=20),
            Column(_("变动分"), "number", 10),
        ),
        [
            (row["name"], names.get(code, code), points)
            for row in run.rows
            for code, points in row["moves"]
        ],
    )
    return write_workbook(everybody, moves)
