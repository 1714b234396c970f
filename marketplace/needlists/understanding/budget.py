"""What a budget cell says, in 万元: a sum, a range, a bound, or that it is open. Pure.

Conventions follow how bureaus fill such tables; a text that fits none stays unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from .amounts import Amount, drop_roughly, find_amounts, prepare, settle
from .text import clip, is_nothing, plain
from .understood import Understood

UNUSUALLY_LARGE_WAN = 5_000
UNUSUALLY_SMALL_WAN = Fraction(1, 10)
DOUBTFUL_BARE_WAN = 10_000

_NEGOTIABLE = re.compile(r"面议|面谈|协商|洽谈|商议|商谈|商定|另议|再议|待议|议价|详谈|可谈|双方议")
_FOREIGN = re.compile(r"美元|美金|欧元|日元|港币|港元|英镑|usd|eur|hkd|jpy|us\$|\$|€|£")
_VAGUE = re.compile(
    r"(?<![\d十百])[几数若][十百千万亿]|十几|几[百千万]|上[百千万亿]|[百千万亿]级|若干|[近过]百万"
)
_APPROX = re.compile(
    r"约|大概|大致|左右|上下|预计|预估|估计|估算|暂估|初估|[余多来几](?=万|亿|千|元)|±|接近|近(?=\d)"
)
_MAX = re.compile(
    r"以内|之内|以下|之下|不超过?|不得?超过?|不高于|不大于|不多于|(?<!不)低于|(?<!不)小于|(?<!不)少于"
    r"|最高|最多|最大|上限|封顶|至多|控制在|≤|<|<=|内$"
)
_MIN = re.compile(
    r"以上|之上|不少于|不低于|不小于|不下于|至少|最低|最少|最小|下限|起步|起$|起投|(?<!不)超过?(?!\w*以内)"
    r"|(?<!不)大于|(?<!不)高于|(?<!不)多于|保底|≥|>|\+$"
)
_PER_YEAR = re.compile(r"/年|每年|/一年|按年|年付|年费|年服务费|/y|年均")
_PER_UNIT = re.compile(
    r"/(?:个?月|台|套|人|天|次|条|件|吨|点|户|家|项|车间|产线|工位)|每(?:个?月|台|套|人|条|件|点)"
)
_DATE = re.compile(r"^(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}")
_BRACKETED = re.compile(r"[(\[【{]([^()\[\]【】{}]*)[)\]】}]")
_UNIT_ONLY = re.compile(r"^(?:单位:?)?(?:人民币)?(万元?|亿元?|千元|元)$")
_QUALIFIER_ONLY = re.compile(r"^(?:左右|上下|约|大约|暂估|预估|估算|以内|以上|以下|预计|含以?内?)$")
_JOINS_RANGE = re.compile(r"^(?:-+|~+|至|到|\.\.+|…+)$")
_JOINS_SUM = re.compile(r"^(?:\+|加|和|及|、|,|;)?[^\d-]{0,8}$")
_TOTAL = re.compile(r"(?:总(?:投资|预算|额|投入|计|金额|价|费用|资金)?|合计|共计?)(?:约|为|:)?")


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget in 万元. `kind`: exact, approx, range, max, min, per_year, per_unit,
    negotiable (by talks) or unknown (nothing said)."""

    kind: str
    min_wan: float | int | None = None
    max_wan: float | int | None = None


UNKNOWN = Budget("unknown")


def read_budget(
    text: str, unit: str | None = None, unit_in_header: bool = False
) -> Understood[Budget]:
    """Read one budget cell.

    `unit` is what the table says bare numbers are in: wan, yuan, yi, qian, or None when it
    says nothing; `unit_in_header` is true when the column's own header says so.
    """
    folded = plain(clip(text)).lower()
    if is_nothing(text):
        return Understood(text, UNKNOWN)
    if re.match(r"^-+[\d¥]", folded):
        return Understood(text, UNKNOWN, ("budget_negative",))
    if _FOREIGN.search(folded):
        return Understood(text, UNKNOWN, ("budget_foreign_currency",))
    if folded.startswith(("=", "@")):
        return Understood(text, UNKNOWN)
    if _DATE.match(folded):
        return Understood(text, UNKNOWN, ("budget_looks_like_date",))
    folded = prepare(folded.lstrip("+").replace("上不封顶", ""))
    if _VAGUE.search(folded):
        return Understood(text, UNKNOWN, ("budget_vague",))
    spoken = _without_asides(folded)
    outer = drop_roughly(spoken)
    amounts = settle(find_amounts(outer), unit)
    if not amounts:
        return _without_amount(text, folded)
    amounts, sums = _reduce(amounts, outer)
    if len(amounts) > 2:
        return Understood(text, UNKNOWN, ("budget_several_amounts",))
    if not any(amount.wan for amount in amounts):
        return Understood(text, UNKNOWN, ("budget_zero",))
    budget, notes = _judge(amounts, outer, is_rough=bool(_APPROX.search(spoken)))
    return Understood(text, budget, (*_unit_warnings(amounts, unit_in_header), *sums, *notes))


def read_budget_bounds(
    low: str, high: str, unit: str | None = None, unit_in_header: bool = False
) -> Understood[Budget]:
    """Read a budget given in two columns, the least and the most."""
    raw = f"{low} - {high}".strip(" -")
    lower = read_budget(low, unit, unit_in_header)
    upper = read_budget(high, unit, unit_in_header)
    warnings = tuple(dict.fromkeys(lower.warnings + upper.warnings))
    least = lower.value.min_wan or lower.value.max_wan if lower.value else None
    most = upper.value.max_wan or upper.value.min_wan if upper.value else None
    if least is None and most is None:
        kinds = {side.value.kind for side in (lower, upper) if side.value}
        kind = "negotiable" if "negotiable" in kinds else "unknown"
        return Understood(raw, Budget(kind), warnings)
    if least is None or most is None:
        return Understood(raw, Budget("max" if least is None else "min", least, most), warnings)
    if least > most:
        least, most, warnings = most, least, (*warnings, "budget_range_reversed")
    return Understood(raw, Budget("exact" if least == most else "range", least, most), warnings)


def _without_amount(text: str, folded: str) -> Understood[Budget]:
    if _NEGOTIABLE.search(folded):
        return Understood(text, Budget("negotiable"))
    if re.search(r"定|未|暂|不[详明限清]|视|根据|按|结合|实际|充足|自定|tbd|开放|合理", folded):
        return Understood(text, UNKNOWN)
    return Understood(text, UNKNOWN, ("budget_unrecognised",))


def _without_asides(folded: str) -> str:
    """Drop bracketed remarks, but keep a bracketed unit or qualifier in its place."""

    def keep(match: re.Match[str]) -> str:
        inner = match[1]
        return inner if _UNIT_ONLY.match(inner) or _QUALIFIER_ONLY.match(inner) else ""

    outer = _BRACKETED.sub(keep, folded)
    outer = re.split(r"[,;。]?(?:其中|包括|包含|不?含(?!税)|备注|分别)", outer)[0] or outer
    return outer if find_amounts(outer) else folded


def _reduce(amounts: list[Amount], outer: str) -> tuple[list[Amount], tuple[str, ...]]:
    """Leave one sum or the two ends of a range; several plain sums are added up."""
    total = _TOTAL.search(outer)
    if total and len(amounts) > 1:
        after = [amount for amount in amounts if amount.start >= total.end()]
        if after and not _is_range(amounts, outer):
            return after[:1], ()
    if len(amounts) == 1 or _is_range(amounts, outer):
        return amounts, ()
    gaps = [outer[a.end : b.start] for a, b in pairwise(amounts)]
    if all(_JOINS_SUM.match(gap) and ("+" in gap or "加" in gap) for gap in gaps):
        wan = sum((amount.wan or Fraction(0) for amount in amounts), Fraction(0))
        first = amounts[0]
        summed = Amount(first.number, wan, first.start, amounts[-1].end, first.in_yuan)
        return [summed], ("budget_summed",)
    return [*amounts, *amounts[:1]] if len(amounts) == 2 else amounts, ()


def _is_range(amounts: list[Amount], outer: str) -> bool:
    if len(amounts) != 2:
        return False
    first, second = amounts
    gap = outer[first.end : second.start]
    if first.start == second.start or _JOINS_RANGE.match(gap):
        return True
    lower, upper = outer[: second.start], outer[first.end :]
    return bool(_MIN.search(lower) and _MAX.search(upper))


def _judge(amounts: list[Amount], outer: str, *, is_rough: bool) -> tuple[Budget, tuple[str, ...]]:
    values = [amount.wan or Fraction(0) for amount in amounts]
    notes: tuple[str, ...] = ()
    low, high = min(values), max(values)
    if len(values) == 2 and values[0] > values[1]:
        notes += ("budget_range_reversed",)
    kind = "range" if low != high else "exact"
    before, after = outer[: amounts[0].start], outer[amounts[-1].end :]
    if _PER_YEAR.search(outer):
        kind = "per_year"
    elif _PER_UNIT.search(outer):
        kind, notes = "per_unit", (*notes, "budget_per_unit")
    elif kind == "exact":
        kind = _bound_of(before, after, is_rough=is_rough)
    if high >= UNUSUALLY_LARGE_WAN:
        notes += ("budget_unusually_large",)
    if any(a.assumed and (a.wan or 0) >= DOUBTFUL_BARE_WAN for a in amounts):
        notes += ("budget_unit_doubtful",)
    if high < UNUSUALLY_SMALL_WAN and any(a.assumed == "yuan" for a in amounts):
        notes += ("budget_unit_doubtful",)
    return Budget(
        kind, None if kind == "max" else _number(low), None if kind == "min" else _number(high)
    ), notes


def _bound_of(before: str, after: str, *, is_rough: bool) -> str:
    around = before + after
    if _MAX.search(around):
        return "max"
    if _MIN.search(around) or after.endswith("~"):
        return "min"
    if is_rough or before.endswith("~") or _NEGOTIABLE.search(around):
        return "approx"
    return "exact"


def _unit_warnings(amounts: list[Amount], unit_in_header: bool) -> tuple[str, ...]:
    found = []
    if any(amount.is_chinese for amount in amounts):
        found.append("budget_chinese_numeral")
    if any(amount.in_yuan for amount in amounts):
        found.append("budget_converted_from_yuan")
    if any(amount.assumed == "yuan?" for amount in amounts):
        found.append("budget_unit_assumed_yuan")
    if any(amount.assumed in {"wan", "yi"} for amount in amounts) and not unit_in_header:
        found.append("budget_unit_assumed_wan")
    return tuple(found)


def _number(value: Fraction) -> float | int:
    return int(value) if value.denominator == 1 else round(float(value), 6)
