"""Sums of money inside a text: numbers with their units, in 万元, and where they stand. Pure.

Money is exact (`Fraction`): 0.5-1亿 is 5000 to 10000 and never 4999.99.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from .numerals import SIGNS, parse_numeral

_WAN_PER = {
    "亿": Fraction(10_000),
    "千万": Fraction(1_000),
    "百万": Fraction(100),
    "十万": Fraction(10),
    "万": Fraction(1),
    "w": Fraction(1),
    "千": Fraction(1, 10),
    "k": Fraction(1, 10),
    "百": Fraction(1, 100),
}
_YUAN = Fraction(1, 10_000)
_UNITS_PER = {"wan": Fraction(1), "yuan": _YUAN, "yi": Fraction(10_000), "qian": Fraction(1, 10)}

# A bare number before one of these counts something else: 3年, 2套, 30%, 第1期.
_OTHER_MEASURES = "年月日天周个台套条家人期%项轮次号楼吨批名处间座层米亩倍季户班"
_AMOUNT = re.compile(
    rf"(?P<sign>¥|rmb|cny|人民币)?(?P<number>\d+(?:\.\d+)?|[{SIGNS}]+(?:点[{SIGNS}]+)?)"
    r"(?P<scale>亿|千万|百万|十万|万|w(?![a-z])|千|k(?![a-z])|百)?(?P<yuan>元|圆|块钱?)?[整正]?"
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_YEARS = re.compile(r"(?:19|20)\d\d(?:年度?|-(?=(?:19|20)\d\d年))")
_SPREAD = re.compile(r"^([一二两三四五六七八九])([二两三四五六七八九])([十百千])$")
_ROUGHLY = re.compile(rf"(?<=[\d{SIGNS}])[余多来几](?=[万亿千百])")


@dataclass(frozen=True, slots=True)
class Amount:
    """One sum: `wan` is None while its unit is unknown and `number` waits for one."""

    number: Fraction
    wan: Fraction | None
    start: int
    end: int
    in_yuan: bool = False
    is_chinese: bool = False
    has_sign: bool = False
    assumed: str = ""


def prepare(text: str) -> str:
    """Drop thousands separators and years, so that only sums are left to be found."""
    return _YEARS.sub("", _THOUSANDS.sub("", text))


def drop_roughly(text: str) -> str:
    """Turn 50余万 and 三十来万 into 50万 and 三十万; the caller has noted that it is rough."""
    return _ROUGHLY.sub("", text)


def find_amounts(text: str) -> list[Amount]:
    """Return the sums in a prepared text in reading order, parts such as 1亿2000万 joined."""
    found: list[Amount] = []
    for match in _AMOUNT.finditer(text):
        found.extend(_read(match, text))
    return _joined(found)


def settle(amounts: list[Amount], unit: str | None) -> list[Amount]:
    """Give sums without a unit one: their neighbour's, the table's, or a marked guess.

    `unit` is wan, yuan, yi, qian or None. Source of the guess: bureaus write 万元 unless they
    say otherwise, and no single need costs 10,000 万元, so larger bare numbers are 元.
    """
    scale = next((a.wan / a.number for a in reversed(amounts) if a.wan and a.number), None)
    settled = []
    for amount in amounts:
        if amount.wan is not None:
            settled.append(amount)
        elif scale is not None and len(amounts) > 1:
            settled.append(_beside(amount, amounts, scale))
        else:
            settled.append(_alone(amount, unit))
    return settled


def _read(match: re.Match[str], text: str) -> list[Amount]:
    raw, scale, yuan = match["number"], match["scale"], match["yuan"]
    chinese = not raw[0].isdigit()
    spread = _SPREAD.match(raw)
    if spread and scale:
        low, high, place = spread.groups()
        numbers = [parse_numeral(low + place), parse_numeral(high + place)]
    else:
        numbers = [parse_numeral(raw) if chinese else Fraction(raw)]
    following = text[match.end() : match.end() + 1]
    bare = not scale and not yuan
    if bare and following and following in _OTHER_MEASURES:
        return []
    if bare and chinese and following not in {"-", "~", "至", "到"}:
        return []
    if bare and text[: match.start()].endswith("第"):
        return []
    found = []
    for number in numbers:
        if number is None:
            return []
        factor = _WAN_PER[scale] if scale else _YUAN
        if scale in {"千", "k", "百"} or (scale is None and yuan):
            in_yuan = True
            factor = factor if scale else _YUAN
        else:
            in_yuan = False
        wan = None if bare else number * factor
        found.append(
            Amount(number, wan, match.start(), match.end(), in_yuan, chinese, bool(match["sign"]))
        )
    return found


def _joined(amounts: list[Amount]) -> list[Amount]:
    joined: list[Amount] = []
    for amount in amounts:
        last = joined[-1] if joined else None
        touching = last is not None and last.end == amount.start and last.wan is not None
        if last is not None and touching and not last.in_yuan and last.number:
            part = amount.wan
            if part is None and amount.number < 10:
                part = last.wan / last.number * amount.number / 10 if last.wan else None
            if part is not None and last.wan is not None and part < last.wan:
                joined[-1] = replace(last, wan=last.wan + part, end=amount.end)
                continue
        joined.append(amount)
    return joined


def _beside(amount: Amount, amounts: list[Amount], scale: Fraction) -> Amount:
    """Take the neighbour's unit, unless that turns a range around: 5000-1万 is in 元."""
    wan = amount.number * scale
    neighbours = [other.wan for other in amounts if other.wan is not None]
    is_first = amount is amounts[0]
    if is_first and scale >= 1 and wan > max(neighbours) and amount.number >= 1000:
        return replace(amount, wan=amount.number * _YUAN, in_yuan=True)
    return replace(amount, wan=wan)


def _alone(amount: Amount, unit: str | None) -> Amount:
    if amount.has_sign and amount.number >= 1000:
        return replace(amount, wan=amount.number * _YUAN, in_yuan=True)
    if unit is not None:
        wan = amount.number * _UNITS_PER[unit]
        return replace(amount, wan=wan, in_yuan=unit in {"yuan", "qian"}, assumed=unit)
    if amount.number >= 10_000:
        return replace(amount, wan=amount.number * _YUAN, in_yuan=True, assumed="yuan?")
    return replace(amount, wan=amount.number, assumed="wan")
