"""Reads sums of money and counts from Chinese text; 万元 throughout."""

from __future__ import annotations

import re

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_NUMBER = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+|几)"
_SUM = re.compile(
    rf"({_NUMBER})(?:[-~～至到]({_NUMBER}))?(多|来|几)?(千|百|万)?(?:块钱|块|元|人民币)?"
)
_MONEY = re.compile(
    rf"(?:{_NUMBER})(?:[-~～至到](?:{_NUMBER}))?(?:多|来|几)?(?:(?:千|百|万)+(?:块钱|块|元)?|(?:块钱|块|元))"
)
# No sum of money is written without one of these.
MONEY_CHARACTERS = frozenset("千百万块元")
_CEILING_BEFORE = re.compile(r"不超过?|不要超过|别超过|最多|至多|顶多|上限|控制在|封顶|低于")
_CEILING_AFTER = re.compile(r"以内|之内|以下|封顶|打住|内$|顶天")
_ABOUT_MONEY = re.compile(r"预算|费用|价|花|投|钱|块|元|万|付")
_SMALL_TALK = re.compile(r"一年[几两三]千|[几两三]千块")


def number(text: str) -> float | None:
    """Read a number in digits or Chinese numerals; 几 counts as 9 because it bounds from above."""
    if not text:
        return None
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return float(text)
    if text == "几":
        return 9.0
    total = 0.0
    digit: float | None = None
    for char in text:
        if char in _DIGITS:
            digit = float(_DIGITS[char])
        elif char in _UNITS:
            total += (1.0 if digit is None else digit) * _UNITS[char]
            digit = None
        else:
            return None
    return total + (digit or 0.0)


def money(text: str) -> tuple[float, float] | None:
    """Read the first sum of a text as (lowest, highest) 万元; None when there is none."""
    match = None if MONEY_CHARACTERS.isdisjoint(text) else _MONEY.search(text)
    if match is None:
        return None
    parts = _SUM.match(match.group())
    if parts is None:
        return None
    low = number(parts.group(1))
    high = number(parts.group(2)) if parts.group(2) else low
    unit = parts.group(4)
    if low is None or high is None:
        return None
    # “三五万”: two digits in a row are a range.
    if parts.group(2) is None and re.fullmatch(r"[一二两三四五六七八九]{2}", parts.group(1)):
        low, high = float(_DIGITS[parts.group(1)[0]]), float(_DIGITS[parts.group(1)[1]])
    factor = {"万": 1.0, "千": 0.1, "百": 0.01, None: 0.0001}[unit]
    return low * factor, high * factor


def ceiling(text: str) -> float | None:
    """Read the most a clause is willing to spend, in 万元; None when it sets no limit."""
    found = money(text)
    if found is None or not _ABOUT_MONEY.search(text):
        return None
    if _CEILING_BEFORE.search(text) or _CEILING_AFTER.search(text) or _SMALL_TALK.search(text):
        return found[1]
    return None


def show(wan: float) -> str:
    """Show 万元 as an official would write it: 0.8 as 8000元, 180.0 as 180万元."""
    if wan < 1:
        return f"{round(wan * 10000):d}元"
    return f"{wan:g}万元"
