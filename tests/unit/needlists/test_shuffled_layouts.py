"""The messy rows mean the same in any order of columns, under other names, in any format."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from marketplace.needlists.understanding import to_json_rows
from marketplace.sheets import read_workbook
from tests.unit.needlists.reading import checked, text_table, workbook
from tests.unit.sheets.builders import xls

FOLDER = Path(__file__).parents[2] / "data" / "messy"
EXPECTED = {
    row["excel_row"]: row
    for row in json.loads((FOLDER / "expected.json").read_text("utf-8"))["rows"]
    if row["excel_row"] < 48
}
NAMES = (
    ("序号", "编号", "No.", "项次", "序 号"),
    (
        "企业名称",
        "单位名称",
        "需求单位",
        "公司名称",
        "企业全称",
        "申报单位",
        "企业名称（盖章）",
        "发榜单位",
    ),
    ("所属行业", "行业", "行业类别", "行业领域", "国民经济行业分类", "细分行业"),
    ("所在区市", "县区", "县市区", "所属县（市、区）", "属地", "所在地", "行政区划"),
    ("需求名称", "项目名称", "技术需求名称", "课题名称", "智能化改造需求", "拟解决问题名称"),
    ("需求描述", "需求内容", "痛点", "现状及问题", "主要内容", "存在的主要问题", "问题描述"),
    ("拟投入资金", "预算", "投资额", "计划投资", "资金预算", "经费预算", "意向投入金额"),
    ("期望完成时间", "完成期限", "截止日期", "交付时间", "完成时限", "期限"),
    ("联系人", "对接人", "企业联系人", "联系人姓名", "联络员"),
    ("联系电话", "手机", "电话", "联系方式", "手机号码", "联系人电话"),
)
OTHERS = (
    ("是否规上", "是"),
    ("法人代表", "赵总"),
    ("注册资本（万元）", "5000"),
    ("推荐单位", "市工信局"),
    ("成立时间", "2001-01-01"),
    ("法人电话", "13900000009"),
    ("需求类型", "技术需求"),
    ("填报时间", "2026-06-01"),
)
FIELDS = (
    "industry_code",
    "budget_min_wan",
    "budget_max_wan",
    "budget_type",
    "deadline",
    "phone",
    "region_code",
    "warnings",
)


def shuffled(chance: random.Random) -> tuple[bytes, str, dict[int, int]]:
    """The messy rows in another layout: the file, its name, the original row of each new one."""
    source = read_workbook(FOLDER / "潍坊式需求清单.xlsx").sheets[0]
    columns: list[int | tuple[str, str]] = [*range(10), *chance.sample(OTHERS, 3)]
    chance.shuffle(columns)
    header = [chance.choice(NAMES[c]) if isinstance(c, int) else c[0] for c in columns]
    above = [["某市需求清单（2026年6月）"]] if chance.random() < 0.7 else []
    rows: list[list[object]] = [*above, ["单位：万元"], header]
    origin = {}
    for row in source.rows[4:47]:
        is_need = not row.is_blank and row.number not in (25, 46)
        rows.append(
            [
                (row.cell(c) if c not in row.formulas else row.formulas[c])
                if isinstance(c, int)
                else (c[1] if is_need else None)
                for c in columns
            ]
        )
        origin[len(rows)] = row.number
    texts = [["" if cell is None else _plain(cell) for cell in row] for row in rows]
    kind = chance.choice(["xlsx", "csv", "gbk", "utf-16", "xls"])
    if kind == "xlsx":
        return workbook([[_plain(cell) or None for cell in row] for row in texts]), "a.xlsx", origin
    if kind == "xls":
        cells = {(r, c): text for r, row in enumerate(texts) for c, text in enumerate(row) if text}
        return xls(dict(cells)), "a.xls", origin
    charset, delimiter = {
        "csv": ("utf-8-sig", ";"),
        "gbk": ("gbk", ","),
        "utf-16": ("utf-16", "\t"),
    }[kind]
    return text_table(texts, charset, delimiter), "a.csv", origin


def _plain(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) else str(cell)


@pytest.mark.parametrize("seed", range(12))
def test_the_messy_rows_mean_the_same_in_any_layout(seed: int) -> None:
    data, name, origin = shuffled(random.Random(seed))
    answer: dict[int, dict[str, Any]] = {
        origin[row["excel_row"]]: row for row in to_json_rows(checked(data, name))["rows"]
    }
    assert {number: row["action"] for number, row in answer.items()} == {
        number: row["action"] for number, row in EXPECTED.items()
    }
    for number, row in EXPECTED.items():
        if row["action"].startswith("ignore_"):
            continue
        found = {field: answer[number][field] for field in FIELDS}
        assert found == {field: row[field] for field in FIELDS}, number
        assert answer[number]["title"] == row["title_expected"]
