"""The fields of a need list, their Chinese labels, and the many headers that mean them.

Pure data and one scoring function. A header is scored against every field; the mapping of a
whole table is decided in `mapping`, where one column's gain is another's loss.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from .text import clip, plain

COMPANY, TITLE, DESCRIPTION = "company", "title", "description"
BUDGET, BUDGET_MIN, BUDGET_MAX = "budget", "budget_min", "budget_max"

LABELS: dict[str, str] = {
    "seq": "序号",
    "company": "企业名称",
    "uscc": "统一社会信用代码",
    "industry": "所属行业",
    "region": "所在县区",
    "address": "地址",
    "chain": "产业链",
    "size": "企业规模",
    "digital_level": "数字化水平",
    "title": "需求名称",
    "category": "需求类别",
    "description": "需求描述",
    "goal": "预期目标",
    "scene": "应用场景",
    "stage": "所属环节",
    "data_basis": "数据基础",
    "constraints": "现场约束",
    "must_haves": "必备条件",
    "budget": "预算资金",
    "budget_min": "预算下限",
    "budget_max": "预算上限",
    "deadline": "完成时间",
    "cooperation": "合作方式",
    "contact": "联系人",
    "phone": "联系电话",
    "email": "电子邮箱",
    "disclosure": "公开级别",
    "remark": "备注",
}

# Fields that gather every column that means them; all others take one column.
GATHERING = frozenset({"description", "goal", "constraints", "remark", "phone", "region"})
# Free text: kept as written, checked for formula signs and markup.
TEXT_FIELDS = (
    "company",
    "title",
    "description",
    "goal",
    "scene",
    "stage",
    "category",
    "address",
    "chain",
    "data_basis",
    "constraints",
    "must_haves",
    "contact",
    "remark",
)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """One way a header can mean a field: a pattern and how sure it makes us (0–100)."""

    field: str
    pattern: re.Pattern[str]
    weight: int


_FILE = json.loads(files(__package__).joinpath("data/headers.json").read_text("utf-8"))


def _pattern(text: str) -> re.Pattern[str]:
    for _ in range(2):
        for name, words in _FILE["words"].items():
            text = text.replace(f"<{name}>", words)
    return re.compile(rf"(?:{text})$")


_MEANINGS = tuple(
    _Meaning(field, _pattern(text), weight) for field, weight, text in _FILE["meanings"]
)
# Headers that look like a field and are something else: 资金来源, 填报时间, 法人代表.
_DENIED = tuple((frozenset(names), re.compile(text)) for names, text in _FILE["denied"])
_UNIT = re.compile(r"(?:单位[::]?)?(万元|亿元|千元|元|万|亿)")
_HINTS = re.compile(
    r"\((?:必填|选填|可多选|单选|多选|如有|下拉|请.*|如.*|例.*|不.*|限.*|\d+.*|填.*|格式.*|示例.*|没有.*|精确.*|含.*|从.*|手机)\)|[*★☆●▲#!]|必填项?|选填|:$"
)
_LONGEST_HEADING = 400
_UNIT_CODES = {"万元": "wan", "万": "wan", "元": "yuan", "亿元": "yi", "亿": "yi", "千元": "qian"}


def header_text(text: str) -> str:
    """Return a header folded, without hints such as （必填）, stars and its unit."""
    folded = plain(clip(text)).lower()
    folded = _HINTS.sub("", folded)
    folded = re.sub(
        r"\((?:单位[::]?)?(?:人民币)?(?:万元|亿元|千元|元|万|亿)(?:人民币)?\)", "", folded
    )
    folded = re.sub(r"[/,、]?(?:单位[::]?)(?:万元|元|亿元|千元)$", "", folded)
    return re.sub(r"(?<=[^\d])(?:/)?(?:万元|亿元)$", "", folded).strip(" :,")


def header_unit(text: str) -> str | None:
    """Return the money unit a header states in brackets or after a colon, as a code."""
    folded = plain(text)[:_LONGEST_HEADING]
    bracketed = re.search(r"[(\[【][^)\]】]*?(万元|亿元|千元|元|万|亿)[^)\]】]*[)\]】]", folded)
    stated = bracketed or re.search(r"单位[::]?(?:人民币)?(万元|亿元|千元|元)", folded)
    stated = stated or re.search(r"(?:[/,、-]|额|算|资金|资|入|费)(万元|亿元|千元|元)$", folded)
    return _UNIT_CODES[stated[1]] if stated else None


def table_unit(text: str) -> str | None:
    """Return the money unit a title row states: 单位：万元, 金额单位（元）."""
    folded = plain(text)[:_LONGEST_HEADING]
    stated = re.search(
        r"(?:(?<![报表报送请])单位|金额|货币|预算|资金)[::(]{1,2}(?:人民币)?(万元|亿元|千元|元)",
        folded,
    )
    return _UNIT_CODES[stated[1]] if stated else None


def scores(header: str, parent: str = "") -> Mapping[str, int]:
    """Return how well a header means each field; the group header above helps short ones.

    Under 联系方式, 姓名 is the contact; under 资金预算, 最低 is the least.
    """
    return _scores(header_text(header), header_text(parent))


@lru_cache(maxsize=4096)
def _scores(own: str, above: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for text, discount in _readings(own, above):
        if not text or len(text) > 60:
            continue
        for meaning in _MEANINGS:
            weight = meaning.weight - discount
            better = weight > found.get(meaning.field, 0) and meaning.pattern.match(text)
            if better and not _is_denied(meaning.field, text):
                found[meaning.field] = weight
    return found


def _readings(own: str, above: str) -> list[tuple[str, int]]:
    readings = [(own, 0)]
    without_asides = re.sub(r"[(\[【][^)\]】]*[)\]】]", "", own)
    if without_asides != own:
        readings.append((without_asides, 2))
    if above and above != own:
        group = re.sub(r"(?:基本)?(?:情况|信息|资料|概况|方面|情况表)$", "", above)
        if own:
            readings.append((f"{group}{own}", 4))
            if own in {
                "名称",
                "内容",
                "描述",
                "类型",
                "类别",
                "时间",
                "金额",
                "姓名",
                "说明",
                "区间",
            }:
                readings = [(f"{group}{own}", 0), (own, 30)]
        else:
            readings = [(above, 0)]
    return [reading for reading in readings if reading[0]]


def _is_denied(field: str, text: str) -> bool:
    return any(field in names and pattern.search(text) for names, pattern in _DENIED)
