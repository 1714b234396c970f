"""Chinese numerals, plain and financial (壹贰叁), to numbers. Pure."""

from __future__ import annotations

from fractions import Fraction

_DIGITS = {
    "零": 0,
    "〇": 0,
    "○": 0,
    "一": 1,
    "壹": 1,
    "弌": 1,
    "幺": 1,
    "二": 2,
    "贰": 2,
    "貳": 2,
    "两": 2,
    "兩": 2,
    "三": 3,
    "叁": 3,
    "叄": 3,
    "参": 3,
    "四": 4,
    "肆": 4,
    "五": 5,
    "伍": 5,
    "六": 6,
    "陆": 6,
    "陸": 6,
    "七": 7,
    "柒": 7,
    "八": 8,
    "捌": 8,
    "九": 9,
    "玖": 9,
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TWENTIES = {"廿": 20, "卅": 30}

SIGNS = "".join([*_DIGITS, *_TENS, *_TWENTIES])


def parse_numeral(text: str) -> Fraction | None:
    """Return the number below 万 a numeral means, or None when it is not one.

    一百二十 → 120, 十五 → 15, 二〇二六 → 2026, 一百五 → 150, 三点五 → 3.5.
    """
    whole, dot, part = text.partition("点")
    if dot:
        base, decimals = parse_numeral(whole), _digits(part)
        if base is None or decimals is None:
            return None
        return base + Fraction(decimals, 10 ** len(part))
    if not text or any(char not in SIGNS for char in text):
        return None
    if not any(char in _TENS or char in _TWENTIES for char in text):
        digits = _digits(text)
        return None if digits is None else Fraction(digits)
    return _placed(text)


def _digits(text: str) -> int | None:
    if not text or any(char not in _DIGITS for char in text):
        return None
    return int("".join(str(_DIGITS[char]) for char in text))


def _placed(text: str) -> Fraction | None:
    total, digit, last_place, after_zero = 0, None, 10_000, False
    for char in text:
        if char in _TWENTIES:
            total, digit, last_place = total + _TWENTIES[char], None, 10
        elif char in _TENS:
            place = _TENS[char]
            if place >= last_place:
                return None
            total += (1 if digit is None else digit) * place
            digit, last_place, after_zero = None, place, False
        elif digit is not None:
            return None
        elif _DIGITS[char] == 0:
            after_zero = True
        else:
            digit = _DIGITS[char]
    if digit is None:
        return Fraction(total)
    # 一百五 is 150 and 一百零五 is 105: without 零 a bare last digit takes the next place down.
    place = last_place // 10 if 100 <= last_place < 10_000 and not after_zero else 1
    return Fraction(total + digit * place)
